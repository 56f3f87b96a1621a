use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn december() -> WindowDrawing {
    let closed = [
        ("2026-12-05", "Saturday"),
        ("2026-12-06", "Sunday"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Second Day of Christmas"),
        ("2026-12-27", "Sunday"),
    ];
    WindowDrawing {
        id: "window".to_owned(),
        title: "Notice window".to_owned(),
        received_on: date("2026-12-01"),
        last_day: date("2026-12-31"),
        objections_until: date("2026-12-15"),
        go_live_from: date("2027-01-01"),
        place: "Oslo".to_owned(),
        today: date("2026-12-11"),
        closed: closed
            .map(|(day, name)| ClosedDay {
                date: date(day),
                name: name.to_owned(),
            })
            .to_vec(),
        shown: None,
    }
}

#[test]
fn days_left_are_said_from_before_the_start_to_after_the_end() {
    for (today, words) in [
        ("2026-11-29", "Starts in 2 days"),
        ("2026-12-01", "30 days left"),
        ("2026-12-30", "1 day left"),
        ("2026-12-31", "Ends today at 24:00"),
        ("2027-01-01", "Ended 1 day ago"),
        ("2027-01-03", "Ended 3 days ago"),
    ] {
        assert_eq!(
            WindowDrawing {
                today: date(today),
                ..december()
            }
            .left_in_words(),
            words,
            "{today}"
        );
    }
}

#[test]
fn closed_days_that_touch_are_one_mark() {
    let drawing = december();
    let runs = drawing.closed_runs(&drawing.axis());
    let expected = [
        (
            date("2026-12-05"),
            date("2026-12-06"),
            "Saturday, Sunday".to_owned(),
        ),
        (
            date("2026-12-25"),
            date("2026-12-27"),
            "Christmas Day, Second Day of Christmas, Sunday".to_owned(),
        ),
    ];
    assert_eq!(runs, expected);
}

#[test]
fn the_window_fills_the_width_and_the_objection_window_lies_inside() {
    let axis = december().axis();
    assert_eq!((axis.first, axis.days), (date("2026-12-01"), 31));
    assert_eq!(axis.start(date("2026-12-01")), "0.000%");
    assert_eq!(axis.end(date("2026-12-31")), "100.000%");
    assert_eq!(axis.width(date("2026-12-02"), date("2026-12-15")), "45.161%");
    assert_eq!(axis.width(date("2026-12-02"), date("2026-12-01")), "0.000%");
    assert_eq!(axis.label(date("2026-12-02")), ("4.839%".to_owned(), "start"));
    assert_eq!(axis.label(date("2026-12-31")), ("98.387%".to_owned(), "end"));
    assert!(!axis.contains(date("2027-01-01")) && !axis.contains(date("2026-11-30")));
}

#[test]
fn a_shared_axis_shows_each_window_at_its_place() {
    let shown = Some((date("2026-11-21"), date("2027-01-09")));
    let axis = WindowDrawing { shown, ..december() }.axis();
    assert_eq!(axis.start(date("2026-12-01")), "20.000%");
    assert_eq!(axis.end(date("2026-12-31")), "82.000%");
}

#[test]
fn the_words_say_what_the_drawing_shows() {
    assert_eq!(
        december().sentences(),
        [
            "Received on Tuesday 1 December 2026; that day is not counted.",
            "The notice window ends on Thursday 31 December 2026, 24:00, Oslo.",
            "Objections are in time until Tuesday 15 December 2026, 24:00, Oslo.",
            "Go-live is possible from Friday 1 January 2027, 00:00, Oslo.",
            "Today is Friday 11 December 2026: 20 days left.",
            "5 closed days inside: weekends, Christmas Day (Friday 25 December 2026), \
             Second Day of Christmas (Saturday 26 December 2026).",
        ]
    );
}

#[test]
fn the_drawing_has_no_inline_style_and_can_be_read_aloud() {
    let html = view! { <Timeline drawing=december()/> }.to_html();
    assert!(!html.contains("style=") && !html.contains("<script"), "{html}");
    assert!(
        html.contains("<title id=\"window-title\">Notice window: 20 days left</title>"),
        "{html}"
    );
    assert!(
        html.contains("<desc id=\"window-desc\">Received on Tuesday 1 December 2026"),
        "{html}"
    );
    assert!(html.contains("class=\"timeline-today\""));
    let compact = view! { <Timeline drawing=december() compact=true/> }.to_html();
    assert!(compact.contains("role=\"img\"") && !compact.contains("<figure"));
    let over = WindowDrawing {
        today: date("2027-02-01"),
        ..december()
    };
    assert!(
        !view! { <Timeline drawing=over/> }
            .to_html()
            .contains("class=\"timeline-today\"")
    );
}
