//! Data in, view out.

use super::{ColumnLine, PastImport, Preview, ProblemLine, RowLine, Taken, Understood, Upload};
use crate::ui::{
    Actions, Badge, Button, ButtonLink, Callout, Cell, Checkbox, Column, Empty, ErrorSummary, FileField,
    Form, HeadCell, HiddenField, PageHead, Reader, Row, Stated, StatedList, Step, Steps, Table, Tone,
};
use leptos::prelude::*;

fn steps(current: usize) -> impl IntoView {
    let steps = Step::sequence(
        [
            "Choose a file",
            "Look at what was understood",
            "Drafts written",
            "Adopt",
        ],
        current,
    );
    view! { <Steps label="From a list to the register" steps /> }
}

/// Choose a file.
#[component]
pub fn UploadPage(data: Upload) -> impl IntoView {
    let Upload {
        csrf,
        errors,
        past,
        may_adopt,
    } = data;
    view! {
        <PageHead title="Import a list">
            <p>
                "An existing list of subprocessors becomes drafts. You see first what was understood, row by row, and what was not; nothing is written until you confirm."
            </p>
        </PageHead>
        {steps(0)}
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/import/preview" csrf files=true>
            <FileField
                name="file"
                label="The list"
                hint="CSV with a header (comma, semicolon or tab; UTF-8), JSON with an array of objects, or a Markdown or HTML page with a table. At most 3 MB and 5,000 rows."
                error=errors.first("file")
            />
            <Actions>
                <Button label="Look at what was understood" />
            </Actions>
        </Form>
        {may_adopt
            .then(|| {
                view! {
                    <p>
                        "Drafts that are in use already are "
                        <a href="/staff/register/adopt">"adopted as baseline"</a> "."
                    </p>
                }
            })}
        <h2>"Imported before"</h2>
        {past_imports(past)}
    }
}

fn past_imports(past: Vec<PastImport>) -> AnyView {
    if past.is_empty() {
        return view! {
            <Empty title="No list was imported yet">
                <p>"Choose a file above. The command "<code>"forenotice import FILE"</code>" does the same."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = past.into_iter().map(|import| {
        view! {
            <Row>
                <HeadCell>
                    <a href=import.path>{import.file_name}</a>
                </HeadCell>
                <Cell label="When">{import.at}</Cell>
                <Cell label="What came of it">{import.summary}</Cell>
            </Row>
        }
    });
    view! {
        <Table
            caption="Lists imported before"
            hide_caption=true
            columns=vec![Column::new("File"), Column::new("When"), Column::new("What came of it")]
        >
            {rows.collect_view()}
        </Table>
    }
    .into_any()
}

/// Look at what was understood.
#[component]
pub fn PreviewPage(data: Preview) -> impl IntoView {
    let Preview {
        csrf,
        understood,
        drafts,
        taken_in_before,
        file,
        errors,
    } = data;
    let file_name = understood.file_name.clone();
    let button = match drafts {
        1 => "Write 1 draft".to_owned(),
        count => format!("Write {count} drafts"),
    };
    let again = taken_in_before.is_some();
    let again_error = errors.first("again");
    let about = format!("{} – {}", understood.file_name, understood.about);
    let summary = understood.summary.clone();
    let confirm = (drafts > 0).then(|| {
        view! {
            <Form action="/staff/import" csrf files=true>
                <HiddenField name="file_name" value=file_name />
                <HiddenField name="file_content" value=file />
                {again
                    .then(|| {
                        view! {
                            <Checkbox
                                name="again"
                                label="Import it again"
                                hint="What is in the register already is not drafted twice."
                                error=again_error
                            />
                        }
                    })}
                <Actions>
                    <Button label=button />
                    <a href="/staff/import">"Go back"</a>
                </Actions>
            </Form>
        }
    });
    let nothing = (drafts == 0).then(|| {
        view! {
            <Callout tone=Tone::Warn title="There is nothing to write">
                <p>"No row gives a new draft. The table below says why."</p>
                <p>
                    <a href="/staff/import">"Choose another file"</a>
                </p>
            </Callout>
        }
    });
    view! {
        <PageHead title="What was understood">
            <p>{about}</p>
        </PageHead>
        {steps(1)}
        <ErrorSummary errors />
        <Callout tone=Tone::Info title=summary>
            <p>
                "Nothing is written yet. Drafts are not public, and nobody is told of them. What the list does not say stays unknown."
            </p>
        </Callout>
        {taken_in_before
            .map(|before| {
                view! {
                    <Callout tone=Tone::Warn title="This very file was imported before">
                        <p>{before}</p>
                    </Callout>
                }
            })}
        {confirm}
        {nothing}
        {understood_view(understood)}
    }
}

/// A list after it was taken in.
#[component]
pub fn TakenPage(data: Taken) -> impl IntoView {
    let Taken {
        understood,
        dateline,
        may_adopt,
    } = data;
    let (title, about) = (
        format!("Import of {}", understood.file_name),
        understood.about.clone(),
    );
    let summary = understood.summary.clone();
    view! {
        <PageHead title dateline>
            <p>{about}</p>
        </PageHead>
        {steps(2)}
        <Callout tone=Tone::Ok title=summary>
            <p>
                "The drafts are in the register. Complete what is unknown there, or let an approver adopt what is in use already."
            </p>
        </Callout>
        <Actions>
            {may_adopt
                .then(|| view! { <ButtonLink label="Adopt what is in use" href="/staff/register/adopt" /> })}
            <a href="/staff/register">"To the register"</a>
        </Actions>
        {understood_view(understood)}
    }
}

fn understood_view(understood: Understood) -> AnyView {
    let Understood {
        columns,
        notes,
        rows,
        more_rows,
        ..
    } = understood;
    view! {
        <h2>"Columns"</h2>
        {columns_view(columns)}
        {problems_view(notes)}
        <h2>"Rows"</h2>
        {rows_view(rows)}
        {(more_rows > 0)
            .then(|| {
                view! {
                    <p>
                        {format!("{more_rows} further rows were read and are not shown here. ")} "The command "
                        <code>"forenotice import FILE --dry-run"</code> " shows them all."
                    </p>
                }
            })}
    }
    .into_any()
}

fn columns_view(columns: Vec<ColumnLine>) -> AnyView {
    let rows = columns.into_iter().map(|line| {
        let taken = match line.field {
            Some(field) => field.into_any(),
            None => view! { <Badge tone=Tone::Plain label="left out" /> }.into_any(),
        };
        view! {
            <Row>
                <HeadCell>{line.column}</HeadCell>
                <Cell label="Taken for">{taken}</Cell>
                <Cell label="Why">{line.why}</Cell>
            </Row>
        }
    });
    view! {
        <Table
            caption="Columns of the list"
            hide_caption=true
            columns=vec![Column::new("Column"), Column::new("Taken for"), Column::new("Why")]
        >
            {rows.collect_view()}
        </Table>
    }
    .into_any()
}

const HEADS: [&str; 7] = [
    "Row",
    "Company",
    "Category",
    "Purpose",
    "Locations",
    "Data",
    "What to look at",
];

fn rows_view(rows: Vec<RowLine>) -> AnyView {
    let rows = rows.into_iter().map(row_view).collect_view();
    view! {
        <Table
            caption="Rows of the list"
            hide_caption=true
            columns=HEADS.into_iter().map(Column::new).collect()
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn row_view(row: RowLine) -> AnyView {
    let RowLine {
        number,
        name,
        category,
        purpose,
        locations,
        data,
        outcome,
        problems,
    } = row;
    let reader = Reader::Staff;
    let cells = match name {
        Some(name) => view! {
            <Cell label=HEADS[1]>{name}</Cell>
            <Cell label=HEADS[2]>
                <Stated value=category reader />
            </Cell>
            <Cell label=HEADS[3]>
                <Stated value=purpose reader />
            </Cell>
            <Cell label=HEADS[4]>
                <StatedList values=locations reader />
            </Cell>
            <Cell label=HEADS[5]>
                <StatedList values=data reader />
            </Cell>
        }
        .into_any(),
        None => view! {
            <Cell label=HEADS[1]>
                <Badge tone=Tone::Danger label="no draft" />
            </Cell>
            {HEADS[2..6].iter().map(|label| view! { <Cell label=*label>"–"</Cell> }).collect_view()}
        }
        .into_any(),
    };
    let (notes, problems): (Vec<_>, Vec<_>) = problems.into_iter().partition(|p| p.tone == Tone::Plain);
    let count = match notes.len() {
        1 => "1 note".to_owned(),
        count => format!("{count} notes"),
    };
    let notes = problems_view(notes).map(|notes| {
        view! {
            <details>
                <summary>{count}</summary>
                {notes}
            </details>
        }
    });
    let problems = problems_view(problems);
    view! {
        <Row>
            <HeadCell>{number}</HeadCell>
            {cells}
            <Cell label=HEADS[6]>{outcome.map(|outcome| view! { <p>{outcome}</p> })} {problems} {notes}</Cell>
        </Row>
    }
    .into_any()
}

fn problems_view(problems: Vec<ProblemLine>) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let lines = problems.into_iter().map(|problem| {
        let word = match problem.tone {
            Tone::Danger => "Unreadable",
            Tone::Warn => "Check",
            _ => "Note",
        };
        let column = problem.column.map(|column| format!("{column}: "));
        let value = (!problem.value.is_empty()).then(|| view! { <q>{problem.value}</q> " – " });
        view! {
            <li>
                <Badge tone=problem.tone label=word />
                " "
                {column}
                {value}
                {problem.reason}
            </li>
        }
    });
    Some(view! { <ul role="list">{lines.collect_view()}</ul> }.into_any())
}
