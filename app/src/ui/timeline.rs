//! The window, drawn: a band from notice to earliest go-live with today's mark, closed days shaded, and the objection
//! window inside it. Positions are percentages, so that the drawing fits any width while its words keep their size.

mod drawing;
mod words;

pub use drawing::{ClosedDay, WindowDrawing};

use chrono::{Days, NaiveDate};
use leptos::prelude::*;

use super::long_date;

/// Where things stand in the drawing, from top to bottom, in pixels.
const BAND_TOP: &str = "28";
const BAND_HEIGHT: &str = "30";
const OBJECTION_TOP: &str = "48";
const OBJECTION_HEIGHT: &str = "10";

/// The drawing of one window. `compact` draws the band alone, for rows of a table; the words then stand in its title.
#[component]
pub fn Timeline(
    /// What to draw.
    drawing: WindowDrawing,
    /// Whether to draw the band alone.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let (title_id, desc_id) = (format!("{}-title", drawing.id), format!("{}-desc", drawing.id));
    let labelled_by = format!("{title_id} {desc_id}");
    let left = drawing.left_in_words();
    let sentences = drawing.sentences();
    let description = sentences.join(" ");
    let svg = view! {
        <svg
            class="timeline-drawing"
            role="img"
            aria-labelledby=labelled_by
            width="100%"
            height=if compact { "34" } else { "68" }
            focusable="false"
        >
            <title id=title_id>{format!("{}: {left}", drawing.title)}</title>
            <desc id=desc_id>{description}</desc>
            // a row of a table shows the band only: the same drawing, moved up
            {if compact {
                view! { <svg y="-26" width="100%" height="66">{band(&drawing)}</svg> }.into_any()
            } else {
                view! { {band(&drawing)} {labels(&drawing)} }.into_any()
            }}
        </svg>
    };
    if compact {
        return view! { <span class="timeline" data-compact="">{svg}</span> }.into_any();
    }
    view! {
        <figure class="timeline">
            <p class="timeline-left" data-over=drawing.is_over()>{left}</p>
            {svg}
            {ends(&drawing)}
            {legend(&drawing)}
            <details class="timeline-text">
                <summary>"The same in words"</summary>
                <ul>{sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul>
            </details>
        </figure>
    }
    .into_any()
}

fn band(drawing: &WindowDrawing) -> AnyView {
    let axis = drawing.axis();
    let first_counted = drawing.received_on + Days::new(1);
    let spent_until = drawing.today.clamp(drawing.received_on, drawing.last_day);
    let today = axis.contains(drawing.today).then(|| {
        let x = axis.middle(drawing.today);
        view! { <line class="timeline-today" x1=x.clone() x2=x y1="22" y2="66"></line> }
    });
    let end = axis.end(drawing.last_day);
    view! {
        {bar("timeline-event", &axis, drawing.received_on, drawing.received_on, BAND_TOP, BAND_HEIGHT)}
        {bar("timeline-band", &axis, first_counted, drawing.last_day, BAND_TOP, BAND_HEIGHT)}
        {(spent_until >= first_counted)
            .then(|| bar("timeline-spent", &axis, first_counted, spent_until, BAND_TOP, BAND_HEIGHT))}
        {drawing
            .closed_runs(&axis)
            .into_iter()
            .map(|(from, to, why)| closed(&axis, from, to, why))
            .collect_view()}
        {bar("timeline-objection", &axis, first_counted, drawing.objections_until, OBJECTION_TOP, OBJECTION_HEIGHT)}
        <line class="timeline-end" x1=end.clone() x2=end y1="22" y2="64"></line>
        {today}
    }
    .into_any()
}

fn bar(
    class: &'static str,
    axis: &drawing::Axis,
    from: NaiveDate,
    to: NaiveDate,
    y: &'static str,
    height: &'static str,
) -> AnyView {
    view! { <rect class=class x=axis.start(from) width=axis.width(from, to) y=y height=height></rect> }
        .into_any()
}

fn closed(axis: &drawing::Axis, from: NaiveDate, to: NaiveDate, why: String) -> AnyView {
    view! {
        <rect class="timeline-closed" x=axis.start(from) width=axis.width(from, to) y="24" height="38">
            <title>{why}</title>
        </rect>
    }
    .into_any()
}

/// Words in the drawing. They are hidden from screen readers, which read the title and description instead.
fn labels(drawing: &WindowDrawing) -> AnyView {
    let axis = drawing.axis();
    let today = axis.contains(drawing.today).then(|| {
        let (x, anchor) = axis.label(drawing.today);
        view! { <text class="timeline-label-today" x=x y="15" text-anchor=anchor>"Today "{drawing::short(drawing.today)}</text> }
    });
    view! {
        <g aria-hidden="true">
            {today}
        </g>
    }
    .into_any()
}

/// Both ends in words under the drawing, where they wrap on a narrow screen.
fn ends(drawing: &WindowDrawing) -> AnyView {
    let last_day = drawing.last_day.format("%a %-d %b %Y");
    view! {
        <p class="timeline-ends" aria-hidden="true">
            <span>{format!("Received {}", drawing::short(drawing.received_on))}</span>
            <span>{format!("Ends {last_day}, 24:00")}</span>
        </p>
    }
    .into_any()
}

fn legend(drawing: &WindowDrawing) -> AnyView {
    let objections = if drawing.objections_until == drawing.last_day {
        "Objections in time, to the end".to_owned()
    } else {
        format!(
            "Objections in time, until {}, 24:00",
            long_date(drawing.objections_until)
        )
    };
    let entries = [
        ("band", "Notice window".to_owned()),
        ("objection", objections),
        ("closed", "Weekend or holiday".to_owned()),
    ];
    view! {
        <ul class="timeline-legend" role="list" aria-hidden="true">
            {entries
                .into_iter()
                .map(|(key, text)| view! { <li data-key=key>{text}</li> })
                .collect_view()}
        </ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
