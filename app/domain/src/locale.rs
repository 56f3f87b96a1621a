//! The languages that pages, notices and mails come in.

use crate::word_set::words;

words! {
    /// A language by its BCP 47 tag.
    "language" Locale {
        /// English.
        En = "en", "English";
        /// Norwegian Bokmål.
        Nb = "nb", "Norsk bokmål";
        /// Finnish.
        Fi = "fi", "Suomi";
        /// Swedish.
        Sv = "sv", "Svenska";
    }
}

impl Locale {
    /// The first supported language of an `Accept-Language` header, by its quality; English where there is none.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = pieces
                .find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let locale = match tag.split('-').next() {
                Some("en") => Self::En,
                Some("nb" | "no" | "nn") => Self::Nb,
                Some("fi") => Self::Fi,
                Some("sv") => Self::Sv,
                _ => continue,
            };
            if quality > 0.0 && best.is_none_or(|(q, _)| quality > q) {
                best = Some((quality, locale));
            }
        }
        best.map_or(Self::En, |(_, locale)| locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn words_read_back() {
        assert_words!(Locale);
    }

    #[test]
    fn the_best_supported_language_wins() {
        assert_eq!(Locale::negotiate("de, nb-NO;q=0.8, en;q=0.9"), Locale::En);
        assert_eq!(Locale::negotiate("no"), Locale::Nb);
        assert_eq!(Locale::negotiate("fi-FI,en;q=0.5"), Locale::Fi);
        assert_eq!(Locale::negotiate(""), Locale::En);
        assert_eq!(Locale::negotiate("sv;q=0, ja"), Locale::En);
    }
}
