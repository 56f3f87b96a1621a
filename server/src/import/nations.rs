//! Countries as lists write them: codes, English names, and the other names that are met.
//!
//! Stricter than [`Country::find`] in one point: a code must be in capitals, because "no", "is" and "in" are words.

use std::cmp::Reverse;
use std::sync::LazyLock;

use domain::country::Country;

/// Other names, lower case: short forms, older names, and the names in the languages of our calendars.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("BQ", "bonaire, sint eustatius and saba"),
    ("CC", "cocos islands"),
    ("SH", "saint helena"),
    ("VI", "united states virgin islands"),
    ("US", "usa"),
    ("US", "u.s.a"),
    ("US", "u.s"),
    ("US", "united states of america"),
    ("US", "america"),
    ("GB", "uk"),
    ("GB", "u.k"),
    ("GB", "great britain"),
    ("GB", "britain"),
    ("GB", "england"),
    ("GB", "scotland"),
    ("GB", "wales"),
    ("GB", "northern ireland"),
    ("KR", "korea, republic of"),
    ("KR", "republic of korea"),
    ("KR", "korea"),
    ("CZ", "czech republic"),
    ("TR", "turkey"),
    ("NL", "the netherlands"),
    ("NL", "holland"),
    ("RU", "russian federation"),
    ("VN", "viet nam"),
    ("CN", "people's republic of china"),
    ("CN", "prc"),
    ("CN", "mainland china"),
    ("HK", "hong kong sar"),
    ("TW", "taiwan, province of china"),
    ("IE", "republic of ireland"),
    ("AE", "uae"),
    ("AE", "u.a.e"),
    ("MK", "macedonia"),
    ("CV", "cape verde"),
    ("CI", "ivory coast"),
    ("SZ", "swaziland"),
    ("MM", "burma"),
    ("TL", "east timor"),
    ("VA", "holy see"),
    ("MD", "republic of moldova"),
    ("MO", "macau"),
    ("BO", "plurinational state of bolivia"),
    ("VE", "bolivarian republic of venezuela"),
    ("IR", "islamic republic of iran"),
    ("SY", "syrian arab republic"),
    ("TZ", "united republic of tanzania"),
    ("LA", "lao people's democratic republic"),
    ("BN", "brunei darussalam"),
    ("CD", "dr congo"),
    ("CG", "republic of the congo"),
    ("PS", "state of palestine"),
    ("NO", "norge"),
    ("NO", "noreg"),
    ("DE", "deutschland"),
    ("DE", "tyskland"),
    ("DE", "saksa"),
    ("SE", "sverige"),
    ("SE", "ruotsi"),
    ("DK", "danmark"),
    ("FI", "suomi"),
    ("FR", "frankrike"),
    ("FR", "frankreich"),
    ("FR", "frankrig"),
    ("IE", "irland"),
    ("IE", "irlanti"),
    ("NL", "nederland"),
    ("NL", "niederlande"),
    ("GB", "storbritannia"),
    ("GB", "vereinigtes königreich"),
    ("US", "de forente stater"),
    ("US", "vereinigte staaten"),
    ("US", "yhdysvallat"),
    ("CH", "sveits"),
    ("CH", "schweiz"),
    ("AT", "österreich"),
    ("ES", "españa"),
    ("IT", "italia"),
    ("PL", "polska"),
    ("JE", "jersey, channel islands"),
];

/// States of the United States: a place inside that country, also where the name is a country's as well.
const STATES: &[&str] = &[
    "alabama",
    "alaska",
    "arizona",
    "arkansas",
    "california",
    "colorado",
    "connecticut",
    "delaware",
    "florida",
    "georgia",
    "hawaii",
    "idaho",
    "illinois",
    "indiana",
    "iowa",
    "kansas",
    "kentucky",
    "louisiana",
    "maine",
    "maryland",
    "massachusetts",
    "michigan",
    "minnesota",
    "mississippi",
    "missouri",
    "montana",
    "nebraska",
    "nevada",
    "new hampshire",
    "new jersey",
    "new mexico",
    "new york",
    "north carolina",
    "north dakota",
    "ohio",
    "oklahoma",
    "oregon",
    "pennsylvania",
    "rhode island",
    "south carolina",
    "south dakota",
    "tennessee",
    "texas",
    "utah",
    "vermont",
    "virginia",
    "washington",
    "west virginia",
    "wisconsin",
    "wyoming",
];
const STATE_CODES: &[&str] = &[
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky",
    "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd",
    "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy",
];

/// Places whose names hold a country's name and are in another one.
const NAMESAKES: &[(&str, &str)] = &[
    ("AU", "new south wales"),
    ("US", "new england"),
    ("US", "jersey city"),
    ("CA", "new brunswick"),
];
/// Codes of countries that stand for something else in such texts: availability zone, information technology …
const OTHERWISE_MEANT: &[&str] = &["AD", "AI", "AM", "AZ", "CC", "IO", "IT", "ML", "PM", "QA", "TV"];

/// What is written where a country is expected, and is none.
const REGIONS: &[&str] = &[
    "eu",
    "e.u",
    "europe",
    "european union",
    "eea",
    "european economic area",
    "eu/eea",
    "emea",
    "dach",
    "nordics",
    "scandinavia",
    "benelux",
    "balkans",
    "baltics",
    "asia",
    "apac",
    "asia pacific",
    "asia-pacific",
    "americas",
    "north america",
    "south america",
    "latin america",
    "latam",
    "central america",
    "africa",
    "middle east",
    "mena",
    "oceania",
    "within the eu",
    "eu only",
    "european countries",
    "eu countries",
    "eu member states",
];

/// The country by its code or one of its names.
pub(super) fn country(text: &str) -> Option<Country> {
    let text = text.trim().trim_end_matches('.');
    let text = text
        .strip_prefix("the ")
        .or_else(|| text.strip_prefix("The "))
        .unwrap_or(text);
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) && text != "UK" {
        return Country::parse(text).ok();
    }
    let folded = fold(text);
    let by_other_name = || {
        let code = OTHER_NAMES
            .iter()
            .find(|(_, name)| fold(name) == folded)
            .map(|(code, _)| *code);
        code.and_then(|code| Country::parse(code).ok())
    };
    Country::all()
        .find(|country| fold(country.label()) == folded)
        .or_else(by_other_name)
}

/// Every name that can stand in a text, as [`plain`] words, longest first so that "South America" is not America; a region's
/// name is no country's.
static NAMES: LazyLock<Vec<(String, Option<Country>)>> = LazyLock::new(|| {
    let by_code = |code: &str| Country::parse(code).ok();
    let usa = by_code("US");
    let mut names: Vec<(String, Option<Country>)> = Country::all()
        .map(|country| (plain(country.label()), Some(country)))
        .chain(
            OTHER_NAMES
                .iter()
                .map(|(code, name)| (plain(name), by_code(code))),
        )
        .chain(NAMESAKES.iter().map(|(code, name)| (plain(name), by_code(code))))
        .chain(STATES.iter().map(|name| (plain(name), usa)))
        .chain(REGIONS.iter().map(|name| (plain(name), None)))
        .collect();
    names.sort_by_key(|(name, _)| Reverse(name.len()));
    names
});

/// A country that a text names beside others, and that is not `within`; "Georgia" is a state where that is the United States.
pub(super) fn other_than(within: &[Country], text: &str) -> Option<Country> {
    let is_usa = within.iter().any(|country| country.code() == "US");
    let is_other = |country: &Country| !within.contains(country);
    let by_code = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() == 2 && !OTHERWISE_MEANT.contains(word))
        .filter(|word| !(is_usa && is_state_code(word)))
        .find_map(|word| country(word).filter(is_other));
    if by_code.is_some() {
        return by_code;
    }
    let mut rest = plain(text);
    for (name, country) in NAMES.iter() {
        if !rest.contains(name.as_str()) {
            continue;
        }
        // What is taken leaves a mark, so that no name is made of what stood around it.
        rest = rest.replace(name.as_str(), " | ");
        let is_state_there = is_usa && is_state(name);
        if let Some(other) = country.filter(|country| !is_state_there && is_other(country)) {
            return Some(other);
        }
    }
    None
}

/// Lower-case words with one space around each.
fn plain(text: &str) -> String {
    let mut words = String::from(" ");
    for word in fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        words.push_str(word);
        words.push(' ');
    }
    words
}

/// A country's name that this may be a slip of the pen for.
pub(super) fn near(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    let long_enough = folded.chars().count() >= 5;
    Country::all()
        .map(|country| country.label())
        .find(|name| long_enough && is_near(&folded, &fold(name)))
}

/// "EU" and its like.
pub(super) fn is_region(text: &str) -> bool {
    REGIONS.contains(
        &text
            .trim()
            .trim_end_matches('.')
            .to_lowercase()
            .trim_start_matches("the "),
    )
}

/// A state of the United States by its full name.
pub(super) fn is_state(text: &str) -> bool {
    STATES.contains(&text.trim().to_lowercase().as_str())
}

/// The code of a state of the United States, some of which are countries' codes too.
pub(super) fn is_state_code(text: &str) -> bool {
    text.len() == 2 && STATE_CODES.contains(&text.to_lowercase().as_str())
}

/// Lower case without the accents that people leave out.
fn fold(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'í' | 'ì' => 'i',
            'ó' | 'ò' | 'ô' => 'o',
            'ú' | 'ù' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            '’' => '\'',
            other => other,
        })
        .collect()
}

/// One letter added, left out, changed, or two neighbours swapped.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    let tail = |list: &[char], skip: usize| list.get(skip..).map(<[char]>::to_vec);
    tail(rest_a, 1) == tail(rest_b, 1)
        || tail(rest_a, 1).is_some_and(|t| t == rest_b)
        || tail(rest_b, 1).is_some_and(|t| t == rest_a)
        || rest_a.len() > 1
            && rest_b.len() > 1
            && rest_a[0] == rest_b[1]
            && rest_a[1] == rest_b[0]
            && rest_a[2..] == rest_b[2..]
}
