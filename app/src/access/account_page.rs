//! One's own account: the password, the daily mail, the calendar.

use leptos::prelude::*;

use super::Account;
use super::pages::new_password_fields;
use crate::ui::{
    Actions, Button, ButtonKind, Callout, ErrorSummary, Fact, Facts, Form, HiddenField, InputKind, PageHead,
    TextField, Tone,
};

/// One's own account.
#[component]
pub fn AccountPage(data: Account) -> impl IntoView {
    let Account {
        csrf,
        login,
        name,
        roles,
        other_sessions,
        gets_digest,
        can_get_digest,
        calendar_since,
        errors,
    } = data;
    let digest = digest_part(gets_digest, can_get_digest, &csrf);
    let calendar = calendar_part(calendar_since, &csrf);
    let others = match other_sessions {
        0 => "None".to_owned(),
        1 => "1 on another device or browser".to_owned(),
        count => format!("{count} on other devices or browsers"),
    };
    view! {
        <PageHead title="Your account" />
        <ErrorSummary errors=errors.clone() />
        <Facts>
            <Fact term="Name or function">{name}</Fact>
            <Fact term="Sign-in name">{login}</Fact>
            <Fact term="Roles">{roles}</Fact>
            <Fact term="Other sessions">{others}</Fact>
        </Facts>
        {(other_sessions > 0)
            .then(|| {
                view! {
                    <Form action="/staff/account/sessions" csrf=csrf.clone()>
                        <Actions>
                            <Button label="End all other sessions" kind=ButtonKind::Secondary />
                        </Actions>
                    </Form>
                }
            })}
        <h2>"Change the password"</h2>
        <Form action="/staff/account/password" csrf>
            <TextField
                name="current_password"
                label="Present password"
                kind=InputKind::Password
                autocomplete="current-password"
                error=errors.first("current_password")
            />
            {new_password_fields(&errors)}
            <Actions>
                <Button label="Change the password and end all other sessions" />
            </Actions>
        </Form>
        {digest}
        {calendar}
    }
}

fn digest_part(gets: bool, can: bool, csrf: &str) -> AnyView {
    let csrf = csrf.to_owned();
    let (text, label, value) = match (can, gets) {
        (false, _) => {
            return view! {
                <section>
                    <h2>"Daily mail"</h2>
                    <p>"Your sign-in name is no e-mail address, so there is none for you."</p>
                </section>
            }
            .into_any();
        }
        (true, true) => (
            "At 08:00 you get a mail with the tasks of your roles that are due within 7 days, overdue or new. None comes when there are none.",
            "Switch the daily mail off",
            "off",
        ),
        (true, false) => ("You get no daily mail.", "Switch the daily mail on", "on"),
    };
    view! {
        <section>
            <h2>"Daily mail"</h2>
            <p>{text}</p>
            <Form action="/staff/account/digest" csrf>
                <HiddenField name="digest" value=value />
                <Actions>
                    <Button label kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn calendar_part(since: Option<String>, csrf: &str) -> AnyView {
    let (label, text) = match &since {
        Some(since) => (
            "Replace it with a new address",
            format!("Your calendar has an address since {since}. It was shown then and is kept nowhere."),
        ),
        None => (
            "Make an address",
            "Your calendar program can show the days of your tasks. It needs an address of its own."
                .to_owned(),
        ),
    };
    let make = csrf.to_owned();
    let end = since.map(|_| {
        let csrf = csrf.to_owned();
        view! {
            <Form action="/staff/account/calendar/revoke" csrf>
                <Actions>
                    <Button label="Revoke the address" kind=ButtonKind::Danger />
                </Actions>
            </Form>
        }
    });
    view! {
        <section>
            <h2 id="calendar">"Calendar"</h2>
            <p>{text}</p>
            <p class="soft">"Whoever knows the address can read the titles of your tasks. Changing your password ends it."</p>
            <Form action="/staff/account/calendar" csrf=make>
                <Actions>
                    <Button label kind=ButtonKind::Secondary />
                </Actions>
            </Form>
            {end}
        </section>
    }
    .into_any()
}

/// The address of somebody's calendar, shown once.
#[component]
pub fn CalendarLinkPage(link: String) -> impl IntoView {
    view! {
        <PageHead title="The address of your calendar" />
        <Callout tone=Tone::Warn title="It is shown only now">
            <p>"Copy it into your calendar program as a subscription. Whoever knows it can read the titles of your tasks; an earlier address works no more."</p>
        </Callout>
        <p>
            <code>{link}</code>
        </p>
        <p>
            <a href="/staff/account">"Back to your account"</a>
        </p>
    }
}
