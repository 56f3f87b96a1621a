//! Data in, view out.

use domain::locale::Locale;
use domain::subscription::PENDING_FOR;
use leptos::prelude::*;

use super::{Standing, Step, Subscribe, Subscription};
use crate::ui::{
    Actions, Button, ButtonKind, ButtonLink, Callout, Choice, ErrorSummary, Fact, Facts, FieldErrors, Form,
    InputKind, PageHead, RadioGroup, TextField, Tone,
};

/// The one question.
#[component]
pub fn SubscribePage(data: Subscribe) -> impl IntoView {
    let Subscribe { csrf, form, errors } = data;
    view! {
        <PageHead title="Be told by mail before a subprocessor changes">
            <p class="lead">
                "One mail for each announced change: who, what for, where, and the planned date. Nothing else, and you leave with one click."
            </p>
        </PageHead>
        <ErrorSummary errors=errors.clone() />
        <Form action="/subscribe" csrf>
            <TextField
                name="email"
                label="Your e-mail address"
                hint="We write to it once and ask you to confirm. It is used for these mails only."
                kind=InputKind::Email
                value=form.email
                error=errors.first("email")
                autocomplete="email"
            />
            <Actions>
                <Button label="Send me the confirmation" />
            </Actions>
        </Form>
        <p>
            "Named in a contract as a contact? Then notices with your own deadline reach you anyway. This list is a separate one, and leaving it changes nothing about them."
        </p>
        <p>
            "Prefer no mail? Follow the "<a href="/feed.atom">"Atom feed"</a>" or read the "<a href="/changes">"change log"</a>"."
        </p>
    }
}

/// The one answer, for every address.
#[component]
pub fn AskedPage() -> impl IntoView {
    view! {
        <PageHead title="Check your mailbox">
            <p class="lead">"A mail with a link is on its way, if we may write to that address now. Follow the link and press the button: only then you follow the list."</p>
        </PageHead>
        <p>{format!("The link works once, for {} days. If you do nothing, the address is dropped after that.", PENDING_FOR.num_days())}</p>
        <h2>"Nothing came?"</h2>
        <ul>
            <li>"Look in the spam folder."</li>
            <li>"An address gets at most one such mail in 24 hours and three in 30 days, whoever asks. Use the newest."</li>
            <li>"Mistyped? "<a href="/subscribe">"Enter the address again"</a>"."</li>
        </ul>
    }
}

/// Behind the link in the confirmation. Opening it changes nothing.
#[component]
pub fn ConfirmPage(data: Step) -> impl IntoView {
    view! {
        <PageHead title="Follow the list of subprocessors?">
            <p class="lead">"You get one mail for each announced change. You can leave at any time."</p>
        </PageHead>
        <Form action=data.action csrf=data.csrf>
            <Actions>
                <Button label="Yes, send me a mail before each change" />
            </Actions>
        </Form>
        <p>
            {format!(
                "Not your request? Close this page. Without the button nothing happens, and the address is dropped after {} days.",
                PENDING_FOR.num_days(),
            )}
        </p>
    }
}

/// A subscription, for its owner.
#[component]
pub fn SubscriptionPage(data: Subscription) -> impl IntoView {
    match data.standing {
        Standing::Left => view! {
            <PageHead title="You do not follow the list">
                <p class="lead">"You get no mails about changes, and your address is off the list."</p>
            </PageHead>
            <Actions>
                <ButtonLink label="Follow the list again" href="/subscribe" />
            </Actions>
        }
        .into_any(),
        Standing::Pending => view! {
            <PageHead title="One step is missing">
                <p class="lead">"You follow the list once you press the button behind the link in our mail."</p>
            </PageHead>
            <Actions>
                <ButtonLink label="Do not follow the list" href=data.leave kind=ButtonKind::Secondary />
            </Actions>
        }
        .into_any(),
        Standing::Confirmed => followed(data),
    }
}

fn followed(data: Subscription) -> AnyView {
    let Subscription {
        csrf,
        action,
        leave,
        address,
        since,
        locale,
        is_saved,
        errors,
        ..
    } = data;
    view! {
        <PageHead title="You follow the list of subprocessors">
            <p class="lead">"You get one mail for each announced change. Keep this page's address: it is your own, and whoever has it can change the settings below."</p>
        </PageHead>
        <ErrorSummary errors=errors.clone() />
        {is_saved.then(|| view! { <Callout tone=Tone::Ok title="Saved">{format!("Your mails come in this language from now on: {}.", locale.label())}</Callout> })}
        <Facts>
            <Fact term="Mails go to">{address}</Fact>
            {since.map(|since| view! { <Fact term="Since">{since}</Fact> })}
        </Facts>
        {language_form(action, csrf, locale, &errors)}
        <h2>"Leave"</h2>
        <p>"Mails stop at once and your address is taken off the list. If a contract names you as a contact, its notices still reach you."</p>
        <Actions>
            <ButtonLink label="Leave the list" href=leave kind=ButtonKind::Secondary />
        </Actions>
    }
    .into_any()
}

fn language_form(action: String, csrf: String, locale: Locale, errors: &FieldErrors) -> AnyView {
    let error = errors.first("locale");
    let choices = Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.as_str(), locale.label()))
        .collect();
    view! {
        <Form action csrf>
            <RadioGroup
                name="locale"
                label="Language of the mails"
                hint="Where a text has not been translated yet, it comes in English."
                choices
                value=locale.as_str()
                error
            />
            <Actions>
                <Button label="Save the language" />
            </Actions>
        </Form>
    }
    .into_any()
}

/// Behind the link in every mail. Opening it changes nothing; the button does, and so does a mail program's own
/// button, which posts to the same address without a form.
#[component]
pub fn LeavePage(
    /// Where the button posts.
    action: String,
    /// The subscriber's own page.
    own: String,
) -> impl IntoView {
    view! {
        <PageHead title="Leave the list?">
            <p class="lead">"You get no more mails about changes of subprocessors, and your address is off the list."</p>
        </PageHead>
        <form method="post" action=action>
            <Actions>
                <Button label="Leave the list" />
            </Actions>
        </form>
        <p>"If a contract names you as a contact, its notices still reach you: that is another list."</p>
        <p>"Or "<a href=own>"stay, and change the language of the mails"</a>"."</p>
    }
}

/// After leaving, and for whoever had left before.
#[component]
pub fn GonePage() -> impl IntoView {
    view! {
        <PageHead title="You have left the list">
            <p class="lead">"You get no more mails about changes of subprocessors, and your address is off the list."</p>
        </PageHead>
        <p>"A mistake? "<a href="/subscribe">"Follow the list again"</a>"."</p>
    }
}

/// "Do not write to me again". Opening it changes nothing.
#[component]
pub fn SuppressPage(data: Step) -> impl IntoView {
    view! {
        <PageHead title="Never write to this address again?">
            <p class="lead">
                "Somebody entered your address here. If it was not you, we can refuse it from now on, whoever enters it. We then keep a keyed fingerprint of the address, not the address."
            </p>
        </PageHead>
        <Form action=data.action csrf=data.csrf>
            <Actions>
                <Button label="Never write to this address again" />
            </Actions>
        </Form>
        <p>"Notices that a contract sends to you as its named contact are not part of this."</p>
    }
}

/// The address is refused; the way back.
#[component]
pub fn SuppressedPage(data: Step) -> impl IntoView {
    view! {
        <PageHead title="We will not write to this address again">
            <p class="lead">"Whoever enters it gets the usual answer, and no mail is sent."</p>
        </PageHead>
        <p>"A mistake? Then allow it again; after that you can "<a href="/subscribe">"follow the list"</a>"."</p>
        <Form action=data.action csrf=data.csrf>
            <Actions>
                <Button label="Allow mails to this address again" kind=ButtonKind::Secondary />
            </Actions>
        </Form>
    }
}
