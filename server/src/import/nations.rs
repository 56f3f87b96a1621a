//! Countries as lists write them: codes, English names, and the other names that are met.
//!
//! Stricter than [`Country::find`] in one point: a code must be in capitals, because "no", "is" and "in" are words.

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
    let plain = fold(text);
    let by_other_name = || {
        let code = OTHER_NAMES
            .iter()
            .find(|(_, name)| fold(name) == plain)
            .map(|(code, _)| *code);
        code.and_then(|code| Country::parse(code).ok())
    };
    Country::all()
        .find(|country| fold(country.label()) == plain)
        .or_else(by_other_name)
}

/// A country's name that this may be a slip of the pen for.
pub(super) fn near(text: &str) -> Option<&'static str> {
    let plain = fold(text);
    let long_enough = plain.chars().count() >= 5;
    Country::all()
        .map(|country| country.label())
        .find(|name| long_enough && is_near(&plain, &fold(name)))
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
