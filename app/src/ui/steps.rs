//! Where in a sequence one is, and how far long work has come.

use leptos::prelude::*;

/// How far one step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Here.
    Current,
    /// Ahead.
    Ahead,
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happens in it.
    pub label: String,
    /// How far it is.
    pub state: StepState,
}

impl Step {
    /// The steps `labels`, of which number `current` (from 0) is the present one.
    pub fn sequence<L: Into<String>>(labels: impl IntoIterator<Item = L>, current: usize) -> Vec<Self> {
        labels
            .into_iter()
            .enumerate()
            .map(|(number, label)| Self {
                label: label.into(),
                state: match number.cmp(&current) {
                    std::cmp::Ordering::Less => StepState::Done,
                    std::cmp::Ordering::Equal => StepState::Current,
                    std::cmp::Ordering::Greater => StepState::Ahead,
                },
            })
            .collect()
    }
}

/// A sequence of steps with the present one marked.
#[component]
pub fn Steps(
    /// What the sequence leads to, for screen readers.
    #[prop(into)]
    label: String,
    /// The steps in order.
    steps: Vec<Step>,
) -> impl IntoView {
    view! {
        <nav class="steps" aria-label=label>
            <ol>
                {steps
                    .into_iter()
                    .map(|step| {
                        let (name, current, word) = match step.state {
                            StepState::Done => ("done", None, ", done"),
                            StepState::Current => ("current", Some("step"), ""),
                            StepState::Ahead => ("ahead", None, ""),
                        };
                        view! {
                            <li data-step=name aria-current=current>
                                {step.label}
                                <span class="visually-hidden">{word}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

/// Long work with its counts ("213 of 500 accepted").
#[component]
pub fn Progress(
    /// The name of the work.
    #[prop(into)]
    label: String,
    /// The id that ties label and bar together; unique on the page.
    #[prop(into)]
    id: String,
    /// How many are done.
    done: u64,
    /// How many there are.
    total: u64,
    /// What is counted ("contacts").
    #[prop(into)]
    unit: String,
) -> impl IntoView {
    let count = format!("{done} of {total} {unit}");
    view! {
        <div class="progress">
            <label for=id.clone()>
                <span>{label}</span>
                <span>{count.clone()}</span>
            </label>
            <progress id=id max=total.max(1).to_string() value=done.to_string()>{count}</progress>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_has_one_current_step() {
        let states: Vec<_> = Step::sequence(["Draft", "Review", "Send"], 1)
            .into_iter()
            .map(|s| s.state)
            .collect();
        assert_eq!(states, [StepState::Done, StepState::Current, StepState::Ahead]);
    }
}
