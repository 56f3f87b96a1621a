//! Which part of a long list an address asks for.

use app::ui::ListPart;

/// A page of a list, by its number.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    number: u64,
    size: u64,
}

impl Part {
    /// Out of an address; anything odd in it is the first page.
    #[must_use]
    pub fn asked(number: &str, size: u64) -> Self {
        Self {
            number: number.parse().unwrap_or(1).clamp(1, u64::from(u32::MAX)),
            size,
        }
    }

    /// How many rows it has, and how many come before it.
    #[must_use]
    pub fn limits(self) -> (i64, i64) {
        let before = (self.number - 1).saturating_mul(self.size);
        (
            i64::try_from(self.size).unwrap_or(0),
            i64::try_from(before).unwrap_or(i64::MAX),
        )
    }

    /// With its neighbours, of a list at `path` that is searched for `search` and has `total` rows.
    #[must_use]
    pub fn of(self, path: &str, search: &str, total: i64) -> ListPart {
        ListPart::new(
            path,
            search,
            self.number,
            self.size,
            u64::try_from(total).unwrap_or(0),
        )
    }
}
