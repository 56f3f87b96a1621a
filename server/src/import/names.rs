//! Company names: compared without their legal form, never changed.

/// Legal forms, as words in lower case without dots.
const FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "llp",
    "lp",
    "pbc",
    "gmbh",
    "ag",
    "kg",
    "ug",
    "se",
    "ev",
    "eg",
    "as",
    "asa",
    "ans",
    "ab",
    "oy",
    "oyj",
    "aps",
    "a/s",
    "bv",
    "nv",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "sl",
    "slu",
    "dac",
    "ulc",
    "pty",
    "pte",
    "kk",
    "uab",
    "oü",
    "ou",
    "sia",
    "sro",
    "doo",
    "kft",
    "zrt",
    "eood",
    "ood",
    "sp",
    "zoo",
    "lda",
    "sàrl",
    "sarl",
    "gk",
    "llp",
    "unlimited",
    "sca",
    "scs",
    "snc",
    "ehf",
    "hf",
    "publ",
];

/// The name's words without case, dots and legal form; equal keys are one company to a reader of the list.
pub(super) fn key(name: &str) -> String {
    let all = words(name);
    let kept: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|word| !FORMS.contains(word))
        .collect();
    if kept.is_empty() {
        all.join(" ")
    } else {
        kept.join(" ")
    }
}

/// The name's words with its legal form, without case, dots and commas: "OpenAI, L.L.C." is "OpenAI LLC".
pub(super) fn whole_key(name: &str) -> String {
    words(name).join(" ")
}

/// Does the name say what sort of company it is? A notice needs the legal name, and "Axiom" is none.
pub(super) fn has_legal_form(name: &str) -> bool {
    let words = words(name);
    let lower = name.to_lowercase();
    words.iter().skip(1).any(|word| FORMS.contains(&word.as_str()))
        || ["s.à r.l", "s.a.r.l", "sp. z o.o", "d.o.o", "s.r.o", "pty ltd"]
            .iter()
            .any(|form| lower.contains(form))
}

/// The name says that it was, or is also, another one.
pub(super) fn has_other_name(name: &str) -> bool {
    let lower = format!(" {} ", name.to_lowercase().replace(['(', ')', ',', ':'], " "));
    [
        " former ",
        " formerly ",
        " f/k/a ",
        " fka ",
        " previously ",
        " d/b/a ",
        " dba ",
        " trading as ",
        " t/a ",
        " aka ",
        " a/k/a ",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

fn words(name: &str) -> Vec<String> {
    let name = name.to_lowercase().replace('.', "");
    name.split(|c: char| !(c.is_alphanumeric() || c == '/'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
