//! The part of a long list that is shown, with the addresses of its neighbours.

use super::link::{address, page_number};

/// Which rows are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPart {
    /// Number of the first row, from 1.
    pub from: u64,
    /// Number of the last row.
    pub to: u64,
    /// How many there are.
    pub total: u64,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

impl ListPart {
    /// Page `number` of a list at `path` that is searched for `search`, with `size` rows on a page.
    pub fn new(path: &str, search: &str, number: u64, size: u64, total: u64) -> Self {
        let address = |number: u64| address(path, &[("q", search), ("page", &page_number(number))]);
        let pages = total.div_ceil(size).max(1);
        Self {
            from: (number - 1) * size + 1,
            to: (number * size).min(total),
            total,
            previous: (number > 1).then(|| address((number - 1).min(pages))),
            next: (number < pages).then(|| address(number + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_knows_its_neighbours_and_keeps_the_search() {
        let middle = ListPart::new("/staff/changes", "a b", 2, 50, 120);
        assert_eq!((middle.from, middle.to), (51, 100));
        assert_eq!(middle.previous.as_deref(), Some("/staff/changes?q=a%20b"));
        assert_eq!(middle.next.as_deref(), Some("/staff/changes?q=a%20b&page=3"));
        let last = ListPart::new("/staff/changes", "", 3, 50, 120);
        assert_eq!((last.from, last.to, last.next), (101, 120, None));
        let beyond = ListPart::new("/staff/changes", "", 9, 50, 120);
        assert_eq!(beyond.previous.as_deref(), Some("/staff/changes?page=3"));
        let none = ListPart::new("/staff/changes", "", 1, 50, 0);
        assert_eq!((none.to, none.previous, none.next), (0, None, None));
    }
}
