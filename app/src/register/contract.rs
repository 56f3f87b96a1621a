//! The form for the subprocessor agreement.

use chrono::NaiveDate;
use domain::legal_record::{ChangeFeed, Contract, FlowDown, NoticeChannel, OwnPurpose};
use domain::web_address::WebAddress;
use leptos::prelude::*;

use super::sheet::{Sheet, choices, part};
use super::typed::{Reader, Typed};
use crate::ui::FieldErrors;

/// The fields filled from a version.
pub fn typed_from(contract: &Contract) -> Typed {
    let mut typed = Typed::default();
    typed.put("entity_name", &contract.entity_name);
    typed.put_some("invoice_entity_name", contract.invoice_entity_name.as_ref());
    typed.put_some("reference", contract.reference.as_ref());
    typed.put_some("effective_on", contract.effective_on.as_ref());
    typed.put_some("ends_on", contract.ends_on.as_ref());
    contract
        .flow_down
        .iter()
        .for_each(|term| typed.put("flow_down", term));
    typed.put("own_purpose", contract.own_purpose);
    typed.put_some("archived_copy", contract.archived_copy.as_ref());
    typed.put_some("retrieved_on", contract.retrieved_on.as_ref());
    typed.put_some("vendor_notice_days", contract.vendor_notice_days.as_ref());
    typed.put_some("signed_on", contract.signed_on.as_ref());
    if let Some(feed) = &contract.change_feed {
        typed.put("feed_channel", feed.channel);
        typed.put("feed_owner", &feed.owner);
        typed.put_some("feed_tested_on", feed.tested_on.as_ref());
        typed.put_some("feed_page", feed.page.as_ref());
    }
    typed
}

/// The agreement that was typed, or what is wrong with it.
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<Contract, FieldErrors> {
    let mut read = Reader::new(typed);
    let entity_name = read.required("entity_name");
    let change_feed = change_feed(&mut read, today);
    let contract = Contract {
        signed_on: read.past_day("signed_on", today),
        change_feed,
        invoice_entity_name: read.optional("invoice_entity_name"),
        reference: read.optional("reference"),
        effective_on: read.day("effective_on"),
        ends_on: read.day("ends_on"),
        flow_down: read.ticked("flow_down"),
        own_purpose: read.text("own_purpose").parse().unwrap_or(OwnPurpose::Unreviewed),
        archived_copy: read.optional("archived_copy"),
        retrieved_on: read.past_day("retrieved_on", today),
        vendor_notice_days: read.number("vendor_notice_days", 0, 730),
        entity_name: match entity_name {
            Some(name) => name,
            None => return Err(read.errors),
        },
    };
    if let (Some(from), Some(to)) = (contract.effective_on, contract.ends_on)
        && to < from
    {
        read.errors.add("ends_on", "The agreement ends before it begins");
    }
    if read.errors.is_empty() {
        Ok(contract)
    } else {
        Err(read.errors)
    }
}

/// The subscription to its notices of changes: none of it, or channel and owner.
fn change_feed(read: &mut Reader, today: NaiveDate) -> Option<ChangeFeed> {
    let names = ["feed_channel", "feed_owner", "feed_tested_on", "feed_page"];
    if names.iter().all(|name| read.text(name).is_empty()) {
        return None;
    }
    let channel: Option<NoticeChannel> = read.chosen("feed_channel", "Choose how it tells us");
    let owner = read.required("feed_owner");
    let tested_on = read.past_day("feed_tested_on", today);
    let page: Option<WebAddress> = read.optional("feed_page");
    if page
        .as_ref()
        .is_some_and(|page| !page.as_str().starts_with("https://"))
    {
        read.errors.add("feed_page", "The address begins with https://");
    } else if page.is_some() && channel != Some(NoticeChannel::PolledPage) {
        read.errors
            .add("feed_page", "Only a page that we look at has an address here");
    }
    Some(ChangeFeed {
        channel: channel?,
        owner: owner?,
        tested_on,
        page,
    })
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    vec![
        part(
            "The agreement",
            "",
            vec![
                sheet.text(
                    "entity_name",
                    "Legal entity that signed",
                    "Exactly as written on the agreement. It must be the company of this engagement.",
                ),
                sheet.optional(
                    "invoice_entity_name",
                    "Legal entity on the invoice",
                    "If it is another one, something is wrong.",
                ),
                sheet.optional("reference", "Title or reference", ""),
                sheet.day("signed_on", "Signed on", "The day of the last signature."),
                sheet.day("effective_on", "In force from", ""),
                sheet.day("ends_on", "Ends on", "Leave empty if it has no end."),
            ],
        ),
        part(
            "Its own changes",
            "What it changes, we must pass on in time. A feed that nobody reads reaches nobody.",
            vec![
                sheet.number(
                    "vendor_notice_days",
                    "Days of notice it gives of its own changes",
                    "0 to 730. Often shorter than what we promise our customers.",
                ),
                sheet.select(
                    "feed_channel",
                    "How it tells us",
                    "",
                    "No subscription",
                    choices!(NoticeChannel),
                ),
                sheet.optional(
                    "feed_owner",
                    "Who looks after it here",
                    "A function, such as “Privacy office”.",
                ),
                sheet.web(
                    "feed_page",
                    "Address of that page",
                    "For a page that we look at. With an address it is read once a day from here, and a task says what is different.",
                ),
                sheet.day(
                    "feed_tested_on",
                    "Last seen to work on",
                    "The day of the last message, or of a test. A task asks for another test after a year.",
                ),
            ],
        ),
        part(
            "What it passes on",
            "The same duties that we owe our customers (Article 28(3) and (4) GDPR). Tick what the agreement has.",
            vec![
                sheet.boxes("flow_down", "Terms", "", choices!(FlowDown)),
                sheet.radio(
                    "own_purpose",
                    "May it use the data for purposes of its own?",
                    "",
                    choices!(OwnPurpose),
                ),
            ],
        ),
        part(
            "The archived copy",
            "A link is no evidence, because what is behind it changes. The file is kept here, encrypted, under its digest.",
            vec![
                sheet.file("archived_copy", "The agreement as signed"),
                sheet.optional(
                    "archived_copy",
                    "SHA-256 of the file",
                    "Filled in from the file. Without one: the digest of a file that is kept here already. A copy that is only elsewhere does not count.",
                ),
                sheet.day("retrieved_on", "Retrieved on", ""),
            ],
        ),
    ]
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_has_not_come_is_refused_where_something_was_done_on_it() {
        let today = "2026-11-23".parse().unwrap();
        let form = |field: &str, day: &str| {
            let pairs = [
                ("entity_name", "Acme GmbH"),
                ("feed_channel", "EMAIL"),
                ("feed_owner", "Privacy office"),
                (field, day),
            ];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            parse(&Typed::new(&pairs), today)
        };
        for field in ["signed_on", "retrieved_on", "feed_tested_on"] {
            assert!(form(field, "2026-11-23").is_ok(), "{field}");
            let errors = form(field, "2026-11-24").unwrap_err();
            assert_eq!(
                errors.first(field).as_deref(),
                Some("This day has not come yet"),
                "{field}"
            );
        }
        for field in ["effective_on", "ends_on"] {
            assert!(form(field, "2031-01-01").is_ok(), "{field} may be to come");
        }
    }
}
