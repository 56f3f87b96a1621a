//! Two people: whoever wrote or edited a thing may not be the one who approves it.
//!
//! The rule is about persons, so it holds also for someone who has both roles.

use std::collections::BTreeSet;

use crate::id::StaffId;

/// An approval by one of the authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("You worked on this yourself, so somebody else must decide")]
pub struct AuthorCannotApprove;

/// An approval by someone who is not an author. Only [`approve`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    by: StaffId,
}

impl Approval {
    /// Who approved.
    pub const fn by(&self) -> StaffId {
        self.by
    }
}

/// Approves as `by` what `authors` wrote; an author is anyone who edited the version at hand.
pub fn approve(by: StaffId, authors: &BTreeSet<StaffId>) -> Result<Approval, AuthorCannotApprove> {
    if authors.contains(&by) {
        Err(AuthorCannotApprove)
    } else {
        Ok(Approval { by })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nobody_approves_what_they_edited() {
        let [a, b, c] = [1, 2, 3].map(|n| StaffId::from(Uuid::from_u128(n)));
        let authors = BTreeSet::from([a, b]);
        assert_eq!(approve(a, &authors), Err(AuthorCannotApprove));
        assert_eq!(approve(b, &authors), Err(AuthorCannotApprove));
        assert_eq!(approve(c, &authors).unwrap().by(), c);
    }
}
