//! Files that come with a legal paper. A file chosen in `<name>_file` fills the field `<name>` with its digest; the file
//! itself is kept in the transaction of the paper.

use app::register::Typed;
use app::ui::{FieldErrors, Link};
use domain::legal_record::LegalRecord;

use crate::documents::{self, Checked};
use crate::http::form::PostedFile;
use crate::store::documents::find_document;
use crate::store::{self, Tx};

/// Fields that hold the digests of several files: those that are chosen are added to those on record.
const SEVERAL: [&str; 1] = ["evidence"];

/// A file with the field that holds its digest.
pub(super) struct Copy<'a> {
    pub field: String,
    pub checked: Checked<'a>,
}

/// Writes the digests of the posted files into their fields; what is no file that we keep is an error of its field.
pub(super) fn take<'a>(files: &'a [PostedFile], typed: &mut Typed) -> (Vec<Copy<'a>>, FieldErrors) {
    let (mut copies, mut errors) = (Vec::new(), FieldErrors::new());
    for file in files {
        let Some(field) = file.field.strip_suffix("_file") else {
            continue;
        };
        match documents::check(file) {
            Ok(checked) => {
                if SEVERAL.contains(&field) {
                    typed.put(field, checked.sha256);
                } else {
                    typed.set(field, checked.sha256);
                }
                copies.push(Copy {
                    field: field.to_owned(),
                    checked,
                });
            }
            Err(why) => errors.add(file.field.clone(), why),
        }
    }
    (copies, errors)
}

/// Nothing was saved, and a browser does not send a file twice: the digest of a file that is not kept is taken out again.
pub(super) fn ask_again(copies: &[Copy<'_>], typed: &mut Typed, errors: &mut FieldErrors) {
    for copy in copies {
        typed.remove(&copy.field, &copy.checked.sha256.to_string());
        errors.add(
            format!("{}_file", copy.field),
            "Choose the file again: it is not kept until the form is saved",
        );
    }
}

/// A digest that is typed is that of a file which is kept here: a text that is only elsewhere is no archived copy.
pub(super) async fn require_kept(
    tx: &mut Tx,
    copies: &[Copy<'_>],
    typed: &Typed,
    field: &str,
    errors: &mut FieldErrors,
) -> store::Result<()> {
    // What is no digest at all is refused where the field is read.
    let Ok(digest) = typed.text(field).trim().parse() else {
        return Ok(());
    };
    let comes_with_it = copies.iter().any(|copy| copy.checked.sha256 == digest);
    if !comes_with_it && find_document(tx, digest).await?.is_none() {
        errors.add(
            field,
            "No file with this digest is kept here: choose the file itself",
        );
    }
    Ok(())
}

/// The kept files that a paper names.
pub(super) async fn links(tx: &mut Tx, record: Option<&LegalRecord>) -> store::Result<Vec<Link>> {
    let mut links = Vec::new();
    for digest in record.map(LegalRecord::digests).unwrap_or_default() {
        let short: String = digest.to_string().chars().take(12).collect();
        let found = documents::find_link(tx, digest).await?;
        links.extend(found.map(|link| Link::new(format!("{}, {short}…", link.label), link.href)));
    }
    Ok(links)
}
