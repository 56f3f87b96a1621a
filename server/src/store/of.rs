//! Whose rows a query is about.

use uuid::Uuid;

use super::Tx;

/// Whose rows a query is about: everybody's, or those of some. Either is one read, however many they are.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a, T = Uuid> {
    /// All of them.
    All,
    /// These alone.
    These(&'a [T]),
}

impl<T: Copy + Into<Uuid>> Of<'_, T> {
    /// The condition on a column of ids, with what is [bound](Of::bound) in the place of that number. All and some have texts
    /// of their own: one that serves both uses no index.
    pub(super) fn among(self, tx: &Tx, column: &str, place: usize) -> String {
        match (self, tx.is_postgres()) {
            (Self::All, _) => format!("CAST(${place} AS TEXT) IS NULL"),
            (Self::These(_), true) => format!("{column} = ANY(CAST(${place} AS UUID[]))"),
            (Self::These(_), false) => {
                format!("{column} IN (SELECT unhex(value) FROM json_each(${place}))")
            }
        }
    }

    /// What to bind for it: the ids in one text, so that a statement never runs out of places.
    pub(super) fn bound(self, tx: &Tx) -> Option<String> {
        let Self::These(ids) = self else { return None };
        let ids = ids.iter().map(|id| (*id).into());
        Some(if tx.is_postgres() {
            let ids: Vec<String> = ids.map(|id: Uuid| id.to_string()).collect();
            format!("{{{}}}", ids.join(","))
        } else {
            let ids: Vec<String> = ids.map(|id: Uuid| format!("\"{}\"", id.simple())).collect();
            format!("[{}]", ids.join(","))
        })
    }
}
