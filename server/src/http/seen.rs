//! Forms about what is overwritten, where no version is kept, carry what they were filled with. Where somebody else saved
//! meanwhile, nothing is written and both are shown. Forms that add one of several carry what came next when they were opened:
//! where one was added meanwhile, most often by the same form sent twice, nothing is written and that one is named.

use app::register::Typed;
use app::register::engagement_page::Difference;
use app::register::form_page::{Adding, NEXT, Overtaken};
use app::ui::{FieldErrors, Link, Said};
use axum::http::StatusCode;
use domain::words;

use super::{Posted, form};
use crate::AppState;
use crate::audit::Subject;
use crate::store::audit::{EntryFilter, list_entries};
use crate::store::{Result, Tx};

/// What a form about something that is on file was opened with.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// As the form carries it.
    pub value: String,
    /// What somebody else saved in between.
    pub overtaken: Option<Overtaken>,
}

impl Seen {
    /// Of a form that is opened now, or shown again with what somebody else saved in between.
    #[must_use]
    pub fn of(stored: &Said, overtaken: Option<Overtaken>) -> Self {
        let value = serde_json::to_string(stored).unwrap_or_default();
        Self { value, overtaken }
    }

    /// Of a form that comes back with mistakes: what was being edited stays what it was until a conflict has been shown.
    #[must_use]
    pub fn kept(posted: &Posted) -> Self {
        Self {
            value: posted.text("seen").to_owned(),
            overtaken: None,
        }
    }

    /// Status and title of the page.
    #[must_use]
    pub fn outcome(&self, errors: &FieldErrors, title: &str) -> (StatusCode, String) {
        match self.overtaken {
            Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
            None => form::outcome(errors, title),
        }
    }
}

/// The number that a form counted on for what it adds, where it was given to something else since; `next` is the one that
/// comes next by now. A form that does not say what it counted on is taken as it is.
#[must_use]
pub fn taken(typed: &Typed, next: i64) -> Option<i64> {
    let counted_on: Option<i64> = typed.text(NEXT).parse().ok();
    counted_on.filter(|number| (1..next).contains(number))
}

/// What the page with such a form carries. A form that comes back with mistakes goes on counting on what it counted on, until
/// it has been said what was `added` since.
#[must_use]
pub fn adding(typed: &Typed, next: i64, added: Option<Link>) -> Adding {
    let kept = match added {
        Some(_) => None,
        None => taken(typed, next),
    };
    Adding {
        next: kept.unwrap_or(next).to_string(),
        added,
    }
}

/// Status and title of that page.
#[must_use]
pub fn outcome(adding: &Adding, errors: &FieldErrors, title: &str) -> (StatusCode, String) {
    match adding.added {
        Some(_) => (StatusCode::CONFLICT, "One was added meanwhile".to_owned()),
        None => form::outcome(errors, title),
    }
}

/// Both sides of a conflict: what is stored now changed of what the form was opened with, where that is known, and what
/// `mine` would change of what is stored.
#[must_use]
pub fn both_sides(by: String, base: Option<&Said>, stored: &Said, mine: &Said) -> Overtaken {
    Overtaken {
        by,
        theirs: base.map(|base| differences(base, stored)).unwrap_or_default(),
        yours: differences(stored, mine),
    }
}

/// What two versions of a form differ in.
fn differences(before: &Said, after: &Said) -> Vec<Difference> {
    let found = before.differences(after).into_iter();
    found
        .map(|(label, before, after)| Difference { label, before, after })
        .collect()
}

/// What somebody else saved since the form was opened that carries `seen`, and what `mine` would change of that. Nothing
/// where nobody did, or where it would change nothing. Every save of it is in the log as `action` on `subject`.
pub async fn find_overtaken(
    tx: &mut Tx,
    state: &AppState,
    (subject, action): (Subject, &str),
    seen: &str,
    stored: &Said,
    mine: &Said,
) -> Result<Option<Overtaken>> {
    let base: Option<Said> = serde_json::from_str(seen).ok();
    if base.as_ref() == Some(stored) || mine == stored {
        return Ok(None);
    }
    let filter = EntryFilter {
        action: Some(action.to_owned()),
        subject_kind: Some(subject.kind.to_owned()),
        subject_id: subject.id,
        offset: 0,
    };
    let by = match list_entries(tx, &filter, 1).await?.pop() {
        Some(last) => {
            let when = words::short_moment(last.recorded_at, state.publisher().zone);
            let who = last
                .actor_name
                .map_or_else(String::new, |name| format!(", by {name}"));
            format!("It was saved on {when}{who}")
        }
        None => "It was saved meanwhile".to_owned(),
    };
    Ok(Some(both_sides(by, base.as_ref(), stored, mine)))
}
