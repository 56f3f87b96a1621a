//! Data in, view out.

use super::{DemoPerson, PersonForm, PersonLine, PersonLink, PersonView, SetPassword, SignIn};
use crate::register::form_page::overtaken_callout;
use crate::ui::form::CSRF_FIELD;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, CheckboxGroup, Choice, Column,
    ErrorSummary, Fact, Facts, FieldErrors, Form, HeadCell, HiddenField, InputKind, Link, PageHead, Row,
    Table, TextField, Tone,
};
use domain::role::Role;
use leptos::prelude::*;

/// Sign in; in the demo also with one press as anybody.
#[component]
pub fn SignInPage(data: SignIn) -> impl IntoView {
    let SignIn {
        csrf,
        next,
        login,
        is_refused,
        demo,
    } = data;
    let mut errors = FieldErrors::new();
    if is_refused {
        errors.add("login", "The sign-in name or the password is wrong");
    }
    let people = demo_people(demo, &csrf, &next);
    view! {
        <PageHead title="Sign in" />
        <ErrorSummary errors=errors.clone() />
        {people}
        <Form action="/staff/sign-in" csrf>
            <HiddenField name="next" value=next />
            <TextField
                name="login"
                label="Sign-in name"
                hint="Usually your e-mail address at work."
                kind=InputKind::Email
                value=login
                error=errors.first("login")
                autocomplete="username"
            />
            <TextField name="password" label="Password" kind=InputKind::Password autocomplete="current-password" />
            <Actions>
                <Button label="Sign in" />
                <a href="/staff/reset">"Forgotten password"</a>
            </Actions>
        </Form>
    }
}

fn demo_people(people: Vec<DemoPerson>, csrf: &str, next: &str) -> Option<AnyView> {
    if people.is_empty() {
        return None;
    }
    let rows = people
        .into_iter()
        .map(|person| {
            let (csrf, next) = (csrf.to_owned(), next.to_owned());
            let about = format!("as {}", person.name);
            view! {
                <Row>
                    <HeadCell>{person.name}</HeadCell>
                    <Cell label="Roles">{person.roles}</Cell>
                    <Cell label="">
                        <form method="post" action="/staff/sign-in">
                            <input type="hidden" name=CSRF_FIELD value=csrf />
                            <input type="hidden" name="next" value=next />
                            <input type="hidden" name="login" value=person.login />
                            <input type="hidden" name="password" value=person.password />
                            <Button label="Sign in" kind=ButtonKind::Secondary about />
                        </form>
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"In this demonstration"</h2>
                <p>"Be any of these. Who drafts a notice cannot approve it, so change places as you go."</p>
                <Table
                    caption="Functions to sign in as"
                    hide_caption=true
                    columns=vec![Column::new("Function"), Column::new("Roles"), Column::new("")]
                >
                    {rows}
                </Table>
            </section>
            <h2>"With name and password"</h2>
        }
        .into_any(),
    )
}

/// Ask for a reset link.
#[component]
pub fn AskResetPage(csrf: String) -> impl IntoView {
    view! {
        <PageHead title="Forgotten password">
            <p>"We send a link to the e-mail address you sign in with. It works once, for one hour."</p>
        </PageHead>
        <Form action="/staff/reset" csrf>
            <TextField name="login" label="Sign-in name" kind=InputKind::Email autocomplete="username" />
            <Actions>
                <Button label="Send me a link" />
                <a href="/staff/sign-in">"Go back"</a>
            </Actions>
        </Form>
    }
}

/// The one answer.
#[component]
pub fn ResetAskedPage() -> impl IntoView {
    view! {
        <PageHead title="Check your mailbox" />
        <p>
            "If there is an account with this sign-in name and it is an e-mail address, a link is on its way to it. It works once, for one hour."
        </p>
        <p>"Nothing came? Look in the spam folder, or ask an admin for a link."</p>
        <p>
            <a href="/staff/sign-in">"Sign in"</a>
        </p>
    }
}

/// The page behind a reset link.
#[component]
pub fn SetPasswordPage(data: SetPassword) -> impl IntoView {
    let SetPassword {
        csrf,
        token,
        login,
        errors,
    } = data;
    view! {
        <PageHead title="Set a password" />
        <ErrorSummary errors=errors.clone() />
        <Facts>
            <Fact term="Sign-in name">{login}</Fact>
        </Facts>
        <Form action=format!("/staff/reset/{token}") csrf>
            {new_password_fields(&errors)}
            <Actions>
                <Button label="Set this password and end all sessions" />
            </Actions>
        </Form>
    }
}

pub(super) fn new_password_fields(errors: &FieldErrors) -> AnyView {
    view! {
        <TextField
            name="new_password"
            label="New password"
            hint="At least 12 characters. A few words that do not belong together are best; 15 characters or more are advised."
            kind=InputKind::Password
            autocomplete="new-password"
            error=errors.first("new_password")
        />
        <TextField
            name="again"
            label="The same again"
            kind=InputKind::Password
            autocomplete="new-password"
            error=errors.first("again")
        />
    }
    .into_any()
}

/// All accounts.
#[component]
pub fn PeoplePage(lines: Vec<PersonLine>) -> impl IntoView {
    let rows = lines
        .into_iter()
        .map(|line| {
            let (tone, state) = match (line.is_disabled, line.is_waiting) {
                (true, _) => (Tone::Plain, "Disabled"),
                (false, true) => (Tone::Warn, "Has not set a password"),
                (false, false) => (Tone::Ok, "Can sign in"),
            };
            view! {
                <Row>
                    <HeadCell>
                        <a href=line.path>{line.name}</a>
                    </HeadCell>
                    <Cell label="Sign-in name">{line.login}</Cell>
                    <Cell label="Roles">{line.roles}</Cell>
                    <Cell label="State">
                        <Badge tone label=state />
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <PageHead title="People">
            <p>"Who may sign in, and what they may do. An account is disabled, never deleted: what it did stays signed with its name."</p>
        </PageHead>
        <Actions>
            <ButtonLink label="Add a person" href="/staff/people/new" />
        </Actions>
        <Table
            caption="Accounts"
            hide_caption=true
            columns=vec![Column::new("Name or function"), Column::new("Sign-in name"), Column::new("Roles"), Column::new("State")]
        >
            {rows}
        </Table>
    }
}

fn trail() -> Vec<Link> {
    vec![Link::new("People", "/staff/people")]
}

fn role_choices() -> Vec<Choice> {
    let choice = |role: &Role| {
        let hint = match role {
            Role::LegalEditor => {
                "Drafts changes and notices, keeps the register and the customers, works objections."
            }
            Role::LegalApprover => {
                "Approves what somebody else drafted, decides objections, confirms shortened periods."
            }
            Role::Dpo => "Reads everything; Article 49 and a lowered notice class.",
            Role::SecurityAssessor => "Assesses the security of a company before it is engaged.",
            Role::Operator => "Starts an engagement through the gates; mail and jobs.",
            Role::Auditor => "Reads everything, changes nothing.",
            Role::Admin => "Accounts and settings; no legal act.",
        };
        Choice::new(role.as_str(), role.label()).hint(hint)
    };
    Role::ALL.iter().map(choice).collect()
}

/// Add an account.
#[component]
pub fn PersonFormPage(csrf: String, form: PersonForm, errors: FieldErrors) -> impl IntoView {
    view! {
        <Breadcrumb trail=trail() here="Add a person" />
        <PageHead title="Add a person">
            <p>"You get a link to hand over, with which the person sets a password. It works once, for three days."</p>
        </PageHead>
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/people" csrf>
            <TextField
                name="login"
                label="Sign-in name"
                hint="Best an e-mail address: then the person can have a forgotten password reset by mail."
                kind=InputKind::Email
                value=form.login
                error=errors.first("login")
                autocomplete="off"
            />
            <TextField name="name" label="Name or function" value=form.name error=errors.first("name") autocomplete="off" />
            <CheckboxGroup name="roles" label="Roles" choices=role_choices() values=form.roles error=errors.first("roles") />
            <Actions>
                <Button label="Add this person" />
                <a href="/staff/people">"Go back"</a>
            </Actions>
        </Form>
    }
}

/// One account.
#[component]
pub fn PersonPage(data: PersonView) -> impl IntoView {
    let PersonView {
        csrf,
        path,
        login,
        title,
        is_disabled,
        is_waiting,
        is_last_admin,
        form,
        errors,
        seen,
        overtaken,
    } = data;
    let state = match (is_disabled, is_waiting) {
        (true, _) => view! { <Badge tone=Tone::Plain label="Disabled" /> },
        (false, true) => view! { <Badge tone=Tone::Warn label="Has not set a password" /> },
        (false, false) => view! { <Badge tone=Tone::Ok label="Can sign in" /> },
    };
    let rest = if is_disabled {
        view! {
            <Form action=format!("{path}/enable") csrf=csrf.clone()>
                <Actions>
                    <Button label="Let this person sign in again" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        }
        .into_any()
    } else {
        view! {
            <Form action=format!("{path}/link") csrf=csrf.clone()>
                <p>"A new link to set a password, for somebody who has lost theirs. Earlier links stop working."</p>
                <Actions>
                    <Button label="Make a new link" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
            {if is_last_admin {
                view! {
                    <Callout tone=Tone::Info title="The last admin">
                        <p>"This account cannot be disabled: nobody else could manage accounts."</p>
                    </Callout>
                }
                    .into_any()
            } else {
                view! {
                    <Form action=format!("{path}/disable") csrf=csrf.clone()>
                        <p>"Disabling ends all sessions of this account at once. It can be undone."</p>
                        <Actions>
                            <Button label="Disable this account" kind=ButtonKind::Danger />
                        </Actions>
                    </Form>
                }
                    .into_any()
            }}
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail=trail() here=title.clone() />
        <PageHead title />
        <ErrorSummary errors=errors.clone() />
        <Facts>
            <Fact term="Sign-in name">{login}</Fact>
            <Fact term="State">{state}</Fact>
        </Facts>
        <h2>"Name and roles"</h2>
        {overtaken.map(overtaken_callout)}
        <Form action=path csrf>
            <HiddenField name="seen" value=seen />
            <TextField name="name" label="Name or function" value=form.name error=errors.first("name") autocomplete="off" />
            <CheckboxGroup name="roles" label="Roles" choices=role_choices() values=form.roles error=errors.first("roles") />
            <Actions>
                <Button label="Save" />
            </Actions>
        </Form>
        <h2>"Access"</h2>
        {rest}
    }
}

/// The link, this once.
#[component]
pub fn LinkPage(data: PersonLink) -> impl IntoView {
    let PersonLink {
        name,
        link,
        hours,
        path,
    } = data;
    view! {
        <Breadcrumb trail=trail() here="Link to hand over" />
        <PageHead title=format!("A link for {name}") />
        <Callout tone=Tone::Warn title="Shown this once">
            <p>
                {format!(
                    "Whoever opens this link sets the password of this account. It works once, for {hours} hours. Hand it over on a way you trust.",
                )}
            </p>
        </Callout>
        <p>
            <code>{link}</code>
        </p>
        <p>
            <a href=path>"Back to the account"</a>
        </p>
    }
}
