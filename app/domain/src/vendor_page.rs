//! Pages of vendors that are looked at once a day, because the vendor tells of its changes nowhere else (legal-rules §1.6,
//! channel `POLLED_PAGE`): what is different on them, line by line.

/// Days in a row on which a page could not be read, after which somebody is asked to see to it.
pub const FAILURES_IN_A_ROW: usize = 3;

/// More lines than these on both sides together are not compared one by one.
const MOST_COMPARED: usize = 4_000;

/// One line of a page, as it was, as it is, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageLine {
    /// On both.
    Same(String),
    /// Gone.
    Gone(String),
    /// New.
    New(String),
}

/// What differs between two texts, in the order of a reader: what is gone stands before what is new.
pub fn compare(before: &str, after: &str) -> Vec<PageLine> {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let same_start = before
        .iter()
        .zip(&after)
        .take_while(|(old, new)| old == new)
        .count();
    let (old, new) = (&before[same_start..], &after[same_start..]);
    let same_end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (old, end) = old.split_at(old.len() - same_end);
    let new = &new[..new.len() - same_end];
    let same = |lines: &[&str]| -> Vec<PageLine> {
        lines
            .iter()
            .map(|line| PageLine::Same((*line).to_owned()))
            .collect()
    };
    let mut all = same(&before[..same_start]);
    all.extend(middle(old, new));
    all.extend(same(end));
    all
}

/// The lines between those that both texts begin and end with.
fn middle(old: &[&str], new: &[&str]) -> Vec<PageLine> {
    let gone = |line: &&str| PageLine::Gone((*line).to_owned());
    let added = |line: &&str| PageLine::New((*line).to_owned());
    if old.len() + new.len() > MOST_COMPARED {
        return old.iter().map(gone).chain(new.iter().map(added)).collect();
    }
    // How many lines the rests from (i, j) on have in common, by the usual table.
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for (i, old_line) in old.iter().enumerate().rev() {
        for (j, new_line) in new.iter().enumerate().rev() {
            common[i * width + j] = if old_line == new_line {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::with_capacity(old.len() + new.len()));
    while let (Some(old_line), Some(new_line)) = (old.get(i), new.get(j)) {
        if old_line == new_line {
            lines.push(PageLine::Same((*old_line).to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            lines.push(gone(old_line));
            i += 1;
        } else {
            lines.push(added(new_line));
            j += 1;
        }
    }
    lines.extend(old[i..].iter().map(gone));
    lines.extend(new[j..].iter().map(added));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(lines: &[PageLine]) -> String {
        let told = lines.iter().map(|line| match line {
            PageLine::Same(text) => format!(" {text}"),
            PageLine::Gone(text) => format!("-{text}"),
            PageLine::New(text) => format!("+{text}"),
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_gone_and_what_is_new_stand_among_what_stayed() {
        let before = "Subprocessors\nAcme, Germany\nBasement Racks, Norway\nContact us";
        let after = "Subprocessors\nAcme, Germany\nCold Aisle, Sweden\nBasement Racks, Finland\nContact us";
        assert_eq!(
            told(&compare(before, after)),
            " Subprocessors\n Acme, Germany\n-Basement Racks, Norway\n+Cold Aisle, Sweden\n+Basement Racks, Finland\n Contact us"
        );
        assert_eq!(told(&compare("a", "a")), " a");
        assert_eq!(told(&compare("", "a\nb")), "+a\n+b");
        assert_eq!(told(&compare("a\nb", "")), "-a\n-b");
    }

    #[test]
    fn very_long_pages_are_told_whole() {
        let long = |word: &str| vec![word; MOST_COMPARED].join("\n");
        let lines = compare(&long("old"), &long("new"));
        assert_eq!(lines.len(), 2 * MOST_COMPARED);
        assert!(matches!(lines[0], PageLine::Gone(_)));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(before in "([abc]\n){0,12}", after in "([abc]\n){0,12}") {
            let lines = compare(&before, &after);
            let side = |is_old: bool| -> Vec<&str> {
                lines.iter().filter_map(|line| match line {
                    PageLine::Same(text) => Some(text.as_str()),
                    PageLine::Gone(text) => is_old.then_some(text.as_str()),
                    PageLine::New(text) => (!is_old).then_some(text.as_str()),
                }).collect()
            };
            prop_assert_eq!(side(true), before.lines().collect::<Vec<_>>());
            prop_assert_eq!(side(false), after.lines().collect::<Vec<_>>());
        }
    }
}
