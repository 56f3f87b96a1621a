//! One drawing per tone: a different outline, not only a different colour.

use super::Tone;
use leptos::prelude::*;

/// The icon of a tone. Hidden from screen readers, because a word always stands beside it.
#[component]
pub fn Icon(tone: Tone) -> impl IntoView {
    let path = match tone {
        Tone::Plain => "M4 12h16",
        Tone::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 11v5.5M12 7.5v.1",
        Tone::Ok => "M4.5 12.5l5 5l10-11",
        Tone::Warn => "M12 4L2.5 20.5h19zM12 10v5M12 17.8v.1",
        Tone::Danger => "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}
