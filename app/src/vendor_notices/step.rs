//! What is typed for a step with a vendor's notice.

use chrono::NaiveDate;
use domain::vendor_notice::{VendorNoticeEvent, VendorNoticeStep};

use crate::register::Typed;
use crate::register::typed::Reader;
use crate::ui::FieldErrors;

/// Whether we object, or what is wrong with what was typed. Nobody objects before the notice came, or in the future; both days
/// are the publisher's.
pub fn parse_objection(
    typed: &Typed,
    received_on: NaiveDate,
    today: NaiveDate,
) -> Result<VendorNoticeEvent, FieldErrors> {
    let mut read = Reader::new(typed);
    let ask = "Choose whether we object";
    let event = match read.chosen::<VendorNoticeStep>("objection", ask) {
        Some(VendorNoticeStep::Objected) => {
            let on = read.required_day("objected_on");
            if on.is_some_and(|day| day > today) {
                read.errors.add("objected_on", "This day has not come yet");
            } else if on.is_some_and(|day| day < received_on) {
                read.errors.add("objected_on", "This is before the notice came");
            }
            let reference = read.required("reference");
            on.zip(reference)
                .map(|(on, reference)| VendorNoticeEvent::Objected { on, reference })
        }
        Some(VendorNoticeStep::NotObjected) => read
            .required("objection_reason")
            .map(|reason| VendorNoticeEvent::NotObjected { reason }),
        Some(_) => {
            read.errors.add("objection", ask);
            None
        }
        None => None,
    };
    event.filter(|_| read.errors.is_empty()).ok_or(read.errors)
}

/// Why it is not forwarded, or what is wrong with what was typed.
pub fn parse_closing(typed: &Typed) -> Result<VendorNoticeEvent, FieldErrors> {
    let mut read = Reader::new(typed);
    read.required("reason")
        .map(|reason| VendorNoticeEvent::Closed { reason })
        .ok_or(read.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(pairs: &[(&str, &str)]) -> Result<VendorNoticeEvent, FieldErrors> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (received, today) = ("2026-11-23".parse().unwrap(), "2026-11-25".parse().unwrap());
        parse_objection(&Typed::new(&pairs), received, today)
    }

    #[test]
    fn an_objection_has_a_day_and_a_reference_and_none_a_reason() {
        let filed = [
            ("objection", "OBJECTED"),
            ("objected_on", "2026-11-24"),
            ("reference", "Case 7"),
        ];
        assert_eq!(objection(&filed).unwrap().step(), VendorNoticeStep::Objected);
        let none = [
            ("objection", "NOT_OBJECTED"),
            ("objection_reason", "It stays in the EEA"),
        ];
        assert_eq!(objection(&none).unwrap().step(), VendorNoticeStep::NotObjected);
        for (pairs, field) in [
            (vec![], "objection"),
            (vec![("objection", "CLOSED")], "objection"),
            (vec![("objection", "NOT_OBJECTED")], "objection_reason"),
            (vec![filed[0], filed[1]], "reference"),
            (vec![filed[0], filed[2]], "objected_on"),
            (
                vec![filed[0], ("objected_on", "2026-11-26"), filed[2]],
                "objected_on",
            ),
            (
                vec![filed[0], ("objected_on", "2026-11-22"), filed[2]],
                "objected_on",
            ),
        ] {
            let errors = objection(&pairs).unwrap_err();
            assert!(
                errors.len() == 1 && errors.first(field).is_some(),
                "{pairs:?}: {errors:?}"
            );
        }
    }
}
