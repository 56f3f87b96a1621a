//! A line of a sheet becomes lines like those of a page: one cell each, with the head of its column where there is one.

/// The lines of a text, without empty ones.
pub(super) fn lines(text: &str) -> Vec<String> {
    let all: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let rows: Vec<Vec<String>> = all.iter().map(|line| cells(line)).collect();
    match &rows[..] {
        [only] if only.len() >= 3 => only.iter().filter(|cell| !cell.is_empty()).cloned().collect(),
        [head, row] if head.len() >= 3 && head.len() == row.len() => head
            .iter()
            .zip(row)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(head, cell)| format!("{head}: {cell}"))
            .collect(),
        _ => all.into_iter().map(str::to_owned).collect(),
    }
}

/// The cells of a line, apart at tabs, else at semicolons or commas outside quotes, whichever there are more of.
fn cells(line: &str) -> Vec<String> {
    let count = |mark: char| split(line, mark).len();
    let marks = ['\t', ',', ';'];
    let mark = marks
        .into_iter()
        .max_by_key(|mark| (count(*mark), *mark == '\t'))
        .unwrap_or(',');
    split(line, mark)
}

fn split(line: &str, mark: char) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            letter if letter == mark && !is_quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            letter => cell.push(letter),
        }
    }
    cells.push(cell.trim().to_owned());
    cells
}
