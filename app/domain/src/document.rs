//! Files that are kept as evidence: the agreement as signed, a certificate, a page of a list as it was seen.
//!
//! A file is known by its digest, which the records carry. What kind of file it is is read from its first bytes, never
//! taken from its name alone.

use crate::word_set::words;

/// The largest file that is kept, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

words! {
    /// The kinds of files that are kept.
    "kind of file" MediaType {
        /// PDF.
        Pdf = "application/pdf", "PDF";
        /// PNG.
        Png = "image/png", "PNG picture";
        /// JPEG.
        Jpeg = "image/jpeg", "JPEG picture";
        /// Word.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document";
        /// Excel.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel sheet";
        /// A mail as it was received.
        Mail = "message/rfc822", "mail";
        /// Comma-separated values.
        Csv = "text/csv", "CSV sheet";
        /// Text, also of a saved page.
        Text = "text/plain", "text";
    }
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefused {
    /// No byte in it.
    #[error("This file is empty")]
    Empty,
    /// Over [`LARGEST`].
    #[error("This file is larger than 10 MB")]
    TooLarge,
    /// Of no kind that is kept.
    #[error("Choose a PDF, a PNG or JPEG picture, a Word or Excel file, a mail (.eml) or a text")]
    Kind,
}

impl MediaType {
    /// The kind of a file, by its first bytes; its name tells kinds apart whose bytes look alike.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, DocumentRefused> {
        if bytes.is_empty() {
            return Err(DocumentRefused::Empty);
        }
        if bytes.len() > LARGEST {
            return Err(DocumentRefused::TooLarge);
        }
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        let ending = ending.as_deref().unwrap_or_default();
        let is_text = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
        match (bytes, ending) {
            ([b'%', b'P', b'D', b'F', b'-', ..], _) => Ok(Self::Pdf),
            ([0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..], _) => Ok(Self::Png),
            ([0xff, 0xd8, 0xff, ..], _) => Ok(Self::Jpeg),
            ([b'P', b'K', 3, 4, ..], "docx") => Ok(Self::Docx),
            ([b'P', b'K', 3, 4, ..], "xlsx") => Ok(Self::Xlsx),
            ([b'P', b'K', 3, 4, ..], _) => Err(DocumentRefused::Kind),
            (_, "eml") if is_text() => Ok(Self::Mail),
            (_, "csv") if is_text() => Ok(Self::Csv),
            _ if is_text() => Ok(Self::Text),
            _ => Err(DocumentRefused::Kind),
        }
    }

    /// What names of such files end in.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Mail => "eml",
            Self::Csv => "csv",
            Self::Text => "txt",
        }
    }
}

/// A name to download a file under: letters, digits, space, `.`, `-` and `_` of the name it came with, at most 80 of them,
/// and the ending of its kind.
pub fn download_name(name: &str, media_type: MediaType) -> String {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let kept: String = stem
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_'))
        .take(80)
        .collect();
    let kept = kept.trim_matches([' ', '.']);
    let kept = if kept.is_empty() { "document" } else { kept };
    format!("{kept}.{}", media_type.ending())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn words_read_back() {
        assert_words!(MediaType);
    }

    #[test]
    fn the_kind_is_read_from_the_bytes() {
        for (name, bytes, kind) in [
            ("a.txt", b"%PDF-1.7".as_slice(), Ok(MediaType::Pdf)),
            ("a", b"\x89PNG\r\n\x1a\n", Ok(MediaType::Png)),
            ("photo.png", b"\xff\xd8\xff\xe0", Ok(MediaType::Jpeg)),
            ("a.DOCX", b"PK\x03\x04", Ok(MediaType::Docx)),
            ("a.xlsx", b"PK\x03\x04", Ok(MediaType::Xlsx)),
            ("a.zip", b"PK\x03\x04", Err(DocumentRefused::Kind)),
            ("a.eml", b"From: a\r\n", Ok(MediaType::Mail)),
            ("a.csv", b"a;b", Ok(MediaType::Csv)),
            ("a.html", b"<script>", Ok(MediaType::Text)),
            ("a.exe", b"MZ\x90\0", Err(DocumentRefused::Kind)),
            ("a.pdf", b"", Err(DocumentRefused::Empty)),
        ] {
            assert_eq!(MediaType::of(name, bytes), kind, "{name}");
        }
        assert_eq!(
            MediaType::of("a.txt", &vec![b'a'; LARGEST + 1]),
            Err(DocumentRefused::TooLarge)
        );
        assert_eq!(MediaType::of("a.txt", &vec![b'a'; LARGEST]), Ok(MediaType::Text));
    }

    #[test]
    fn a_download_has_a_harmless_name() {
        assert_eq!(
            download_name("DPA (signed) 2026.pdf", MediaType::Pdf),
            "DPA signed 2026.pdf"
        );
        assert_eq!(
            download_name("../../etc/passwd\"\r\n.pdf", MediaType::Text),
            "passwd.txt"
        );
        assert_eq!(download_name("…", MediaType::Png), "document.png");
        assert_eq!(download_name("page.html", MediaType::Text), "page.txt");
    }
}
