//! What differs, and which kind of change covers each field: the part of a form in which a person confirms or chooses.

use domain::change::Cover;
use leptos::prelude::*;

use crate::ui::{Cell, Choice, Column, FieldErrors, HeadCell, Row, Select, Table, TextArea};

/// Fields that differ from what others were shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// The fields.
    pub rows: Vec<ReviewRow>,
    /// Whether a choice gives customers less than the facts ask for.
    pub is_lower: bool,
    /// How customers will be told, once every field is covered.
    pub class: Option<String>,
    /// Why a lower class is right, as typed.
    pub class_reason: String,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    /// Name of the field in the form.
    pub name: String,
    /// The field in words.
    pub label: String,
    /// What was shown.
    pub before: String,
    /// What it becomes.
    pub after: String,
    /// The kinds of change that cover it, suggested ones first.
    pub choices: Vec<Choice>,
    /// The one that is chosen; empty while nobody has.
    pub chosen: String,
}

/// One field with the kind of change that covers it, to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverRow {
    /// The field in words.
    pub label: String,
    /// What was shown.
    pub before: String,
    /// What it becomes.
    pub after: String,
    /// The kind of change.
    pub kind: String,
    /// The class that counts for it.
    pub class: String,
    /// The papers that follow it.
    pub papers: Option<String>,
}

impl From<&Cover> for CoverRow {
    fn from(cover: &Cover) -> Self {
        Self {
            label: cover.field.label().to_owned(),
            before: cover.before.clone(),
            after: cover.after.clone(),
            kind: cover.change_type.label().to_owned(),
            class: cover.counting_class().to_string(),
            papers: cover.change_type.papers(),
        }
    }
}

/// The part of the form.
pub fn review_part(review: &Review, errors: &FieldErrors) -> Option<AnyView> {
    if review.rows.is_empty() {
        return None;
    }
    let rows = review
        .rows
        .iter()
        .map(|row| {
            let row = row.clone();
            let error = errors.first(&row.name);
            let question = format!("Kind of change: {}", row.label.to_lowercase());
            view! {
                <Row>
                    <HeadCell>{row.label}</HeadCell>
                    <Cell label="Before"><del>{row.before}</del></Cell>
                    <Cell label="After"><ins>{row.after}</ins></Cell>
                    <Cell label="Kind of change">
                        <Select name=row.name label=question prompt="Choose" choices=row.choices value=row.chosen error=error/>
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = ["Field", "Before", "After", "Kind of change"]
        .map(Column::new)
        .to_vec();
    let asks_reason = review.is_lower || errors.first("class_reason").is_some();
    let reason = asks_reason.then(|| {
        view! {
            <TextArea
                name="class_reason"
                label="Why a lower class is right"
                hint="A legal approver who did not work on this has to agree before it counts. Until then customers are told as the facts ask for."
                rows=3
                value=review.class_reason.clone()
                error=errors.first("class_reason")
            />
        }
    });
    let class = review
        .class
        .clone()
        .map(|class| view! { <p>"Together: "<strong>{class}</strong></p> });
    Some(
        view! {
            <fieldset class="group review" id="review">
                <legend>"What changes, and what kind of change it is"</legend>
                <p class="soft">
                    "Others were shown the values on the left. Confirm the kind of change for each field, or choose another: it decides how customers are told."
                </p>
                <Table caption="What differs from what was shown" hide_caption=true columns>{rows}</Table>
                {class}
                {reason}
            </fieldset>
        }
        .into_any(),
    )
}

/// What differs and by which kind of change it is covered, as a table.
pub fn cover_table(rows: Vec<CoverRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let columns = [
        "Field",
        "Before",
        "After",
        "Kind of change",
        "Class",
        "Papers that follow",
    ]
    .map(Column::new)
    .to_vec();
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <Row>
                    <HeadCell>{row.label}</HeadCell>
                    <Cell label="Before"><del>{row.before}</del></Cell>
                    <Cell label="After"><ins>{row.after}</ins></Cell>
                    <Cell label="Kind of change">{row.kind}</Cell>
                    <Cell label="Class">{row.class}</Cell>
                    <Cell label="Papers that follow">{row.papers.unwrap_or_else(|| "none".to_owned())}</Cell>
                </Row>
            }
        })
        .collect_view();
    Some(
        view! { <Table caption="What differs from what was shown" hide_caption=true columns>{rows}</Table> }
            .into_any(),
    )
}
