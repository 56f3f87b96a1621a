//! Countries as lists write them: ISO 3166-1 codes with their English names, and the other names that are met.

/// Alpha-2 code and English short name of every country and territory of ISO 3166-1.
const COUNTRIES: &[(&str, &str)] = &[
    ("AF", "Afghanistan"), ("AX", "Åland Islands"), ("AL", "Albania"), ("DZ", "Algeria"),
    ("AS", "American Samoa"), ("AD", "Andorra"), ("AO", "Angola"), ("AI", "Anguilla"), ("AQ", "Antarctica"),
    ("AG", "Antigua and Barbuda"), ("AR", "Argentina"), ("AM", "Armenia"), ("AW", "Aruba"),
    ("AU", "Australia"), ("AT", "Austria"), ("AZ", "Azerbaijan"), ("BS", "Bahamas"), ("BH", "Bahrain"),
    ("BD", "Bangladesh"), ("BB", "Barbados"), ("BY", "Belarus"), ("BE", "Belgium"), ("BZ", "Belize"),
    ("BJ", "Benin"), ("BM", "Bermuda"), ("BT", "Bhutan"), ("BO", "Bolivia"),
    ("BQ", "Bonaire, Sint Eustatius and Saba"), ("BA", "Bosnia and Herzegovina"), ("BW", "Botswana"),
    ("BV", "Bouvet Island"), ("BR", "Brazil"), ("IO", "British Indian Ocean Territory"), ("BN", "Brunei"),
    ("BG", "Bulgaria"), ("BF", "Burkina Faso"), ("BI", "Burundi"), ("CV", "Cabo Verde"), ("KH", "Cambodia"),
    ("CM", "Cameroon"), ("CA", "Canada"), ("KY", "Cayman Islands"), ("CF", "Central African Republic"),
    ("TD", "Chad"), ("CL", "Chile"), ("CN", "China"), ("CX", "Christmas Island"), ("CC", "Cocos Islands"),
    ("CO", "Colombia"), ("KM", "Comoros"), ("CG", "Congo"), ("CD", "Democratic Republic of the Congo"),
    ("CK", "Cook Islands"), ("CR", "Costa Rica"), ("CI", "Côte d'Ivoire"), ("HR", "Croatia"), ("CU", "Cuba"),
    ("CW", "Curaçao"), ("CY", "Cyprus"), ("CZ", "Czechia"), ("DK", "Denmark"), ("DJ", "Djibouti"),
    ("DM", "Dominica"), ("DO", "Dominican Republic"), ("EC", "Ecuador"), ("EG", "Egypt"),
    ("SV", "El Salvador"), ("GQ", "Equatorial Guinea"), ("ER", "Eritrea"), ("EE", "Estonia"),
    ("SZ", "Eswatini"), ("ET", "Ethiopia"), ("FK", "Falkland Islands"), ("FO", "Faroe Islands"),
    ("FJ", "Fiji"), ("FI", "Finland"), ("FR", "France"), ("GF", "French Guiana"), ("PF", "French Polynesia"),
    ("TF", "French Southern Territories"), ("GA", "Gabon"), ("GM", "Gambia"), ("GE", "Georgia"),
    ("DE", "Germany"), ("GH", "Ghana"), ("GI", "Gibraltar"), ("GR", "Greece"), ("GL", "Greenland"),
    ("GD", "Grenada"), ("GP", "Guadeloupe"), ("GU", "Guam"), ("GT", "Guatemala"), ("GG", "Guernsey"),
    ("GN", "Guinea"), ("GW", "Guinea-Bissau"), ("GY", "Guyana"), ("HT", "Haiti"),
    ("HM", "Heard Island and McDonald Islands"), ("VA", "Vatican City"), ("HN", "Honduras"),
    ("HK", "Hong Kong"), ("HU", "Hungary"), ("IS", "Iceland"), ("IN", "India"), ("ID", "Indonesia"),
    ("IR", "Iran"), ("IQ", "Iraq"), ("IE", "Ireland"), ("IM", "Isle of Man"), ("IL", "Israel"),
    ("IT", "Italy"), ("JM", "Jamaica"), ("JP", "Japan"), ("JE", "Jersey"), ("JO", "Jordan"),
    ("KZ", "Kazakhstan"), ("KE", "Kenya"), ("KI", "Kiribati"), ("KP", "North Korea"), ("KR", "South Korea"),
    ("KW", "Kuwait"), ("KG", "Kyrgyzstan"), ("LA", "Laos"), ("LV", "Latvia"), ("LB", "Lebanon"),
    ("LS", "Lesotho"), ("LR", "Liberia"), ("LY", "Libya"), ("LI", "Liechtenstein"), ("LT", "Lithuania"),
    ("LU", "Luxembourg"), ("MO", "Macao"), ("MG", "Madagascar"), ("MW", "Malawi"), ("MY", "Malaysia"),
    ("MV", "Maldives"), ("ML", "Mali"), ("MT", "Malta"), ("MH", "Marshall Islands"), ("MQ", "Martinique"),
    ("MR", "Mauritania"), ("MU", "Mauritius"), ("YT", "Mayotte"), ("MX", "Mexico"), ("FM", "Micronesia"),
    ("MD", "Moldova"), ("MC", "Monaco"), ("MN", "Mongolia"), ("ME", "Montenegro"), ("MS", "Montserrat"),
    ("MA", "Morocco"), ("MZ", "Mozambique"), ("MM", "Myanmar"), ("NA", "Namibia"), ("NR", "Nauru"),
    ("NP", "Nepal"), ("NL", "Netherlands"), ("NC", "New Caledonia"), ("NZ", "New Zealand"),
    ("NI", "Nicaragua"), ("NE", "Niger"), ("NG", "Nigeria"), ("NU", "Niue"), ("NF", "Norfolk Island"),
    ("MK", "North Macedonia"), ("MP", "Northern Mariana Islands"), ("NO", "Norway"), ("OM", "Oman"),
    ("PK", "Pakistan"), ("PW", "Palau"), ("PS", "Palestine"), ("PA", "Panama"), ("PG", "Papua New Guinea"),
    ("PY", "Paraguay"), ("PE", "Peru"), ("PH", "Philippines"), ("PN", "Pitcairn"), ("PL", "Poland"),
    ("PT", "Portugal"), ("PR", "Puerto Rico"), ("QA", "Qatar"), ("RE", "Réunion"), ("RO", "Romania"),
    ("RU", "Russia"), ("RW", "Rwanda"), ("BL", "Saint Barthélemy"), ("SH", "Saint Helena"),
    ("KN", "Saint Kitts and Nevis"), ("LC", "Saint Lucia"), ("MF", "Saint Martin"),
    ("PM", "Saint Pierre and Miquelon"), ("VC", "Saint Vincent and the Grenadines"), ("WS", "Samoa"),
    ("SM", "San Marino"), ("ST", "São Tomé and Príncipe"), ("SA", "Saudi Arabia"), ("SN", "Senegal"),
    ("RS", "Serbia"), ("SC", "Seychelles"), ("SL", "Sierra Leone"), ("SG", "Singapore"),
    ("SX", "Sint Maarten"), ("SK", "Slovakia"), ("SI", "Slovenia"), ("SB", "Solomon Islands"),
    ("SO", "Somalia"), ("ZA", "South Africa"), ("GS", "South Georgia and the South Sandwich Islands"),
    ("SS", "South Sudan"), ("ES", "Spain"), ("LK", "Sri Lanka"), ("SD", "Sudan"), ("SR", "Suriname"),
    ("SJ", "Svalbard and Jan Mayen"), ("SE", "Sweden"), ("CH", "Switzerland"), ("SY", "Syria"),
    ("TW", "Taiwan"), ("TJ", "Tajikistan"), ("TZ", "Tanzania"), ("TH", "Thailand"), ("TL", "Timor-Leste"),
    ("TG", "Togo"), ("TK", "Tokelau"), ("TO", "Tonga"), ("TT", "Trinidad and Tobago"), ("TN", "Tunisia"),
    ("TR", "Türkiye"), ("TM", "Turkmenistan"), ("TC", "Turks and Caicos Islands"), ("TV", "Tuvalu"),
    ("UG", "Uganda"), ("UA", "Ukraine"), ("AE", "United Arab Emirates"), ("GB", "United Kingdom"),
    ("US", "United States"), ("UM", "United States Minor Outlying Islands"), ("UY", "Uruguay"),
    ("UZ", "Uzbekistan"), ("VU", "Vanuatu"), ("VE", "Venezuela"), ("VN", "Vietnam"),
    ("VG", "British Virgin Islands"), ("VI", "United States Virgin Islands"), ("WF", "Wallis and Futuna"),
    ("EH", "Western Sahara"), ("YE", "Yemen"), ("ZM", "Zambia"), ("ZW", "Zimbabwe"),
];

/// Other names, lower case: short forms, older names, and the names in the languages of our calendars.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("US", "usa"), ("US", "u.s.a"), ("US", "u.s"), ("US", "united states of america"), ("US", "america"),
    ("GB", "uk"), ("GB", "u.k"), ("GB", "great britain"), ("GB", "britain"), ("GB", "england"),
    ("GB", "scotland"), ("GB", "wales"), ("GB", "northern ireland"), ("KR", "korea, republic of"),
    ("KR", "republic of korea"), ("KR", "korea"), ("CZ", "czech republic"), ("TR", "turkey"),
    ("NL", "the netherlands"), ("NL", "holland"), ("RU", "russian federation"), ("VN", "viet nam"),
    ("CN", "people's republic of china"), ("CN", "prc"), ("CN", "mainland china"), ("HK", "hong kong sar"),
    ("TW", "taiwan, province of china"), ("IE", "republic of ireland"), ("AE", "uae"), ("AE", "u.a.e"),
    ("MK", "macedonia"), ("CV", "cape verde"), ("CI", "ivory coast"), ("SZ", "swaziland"), ("MM", "burma"),
    ("TL", "east timor"), ("VA", "holy see"), ("MD", "republic of moldova"), ("MO", "macau"),
    ("BO", "plurinational state of bolivia"), ("VE", "bolivarian republic of venezuela"),
    ("IR", "islamic republic of iran"), ("SY", "syrian arab republic"), ("TZ", "united republic of tanzania"),
    ("LA", "lao people's democratic republic"), ("BN", "brunei darussalam"), ("CD", "dr congo"),
    ("CG", "republic of the congo"), ("PS", "state of palestine"), ("NO", "norge"), ("NO", "noreg"),
    ("DE", "deutschland"), ("DE", "tyskland"), ("DE", "saksa"), ("SE", "sverige"), ("SE", "ruotsi"),
    ("DK", "danmark"), ("FI", "suomi"), ("FR", "frankrike"), ("FR", "frankreich"), ("FR", "frankrig"),
    ("IE", "irland"), ("IE", "irlanti"), ("NL", "nederland"), ("NL", "niederlande"), ("GB", "storbritannia"),
    ("GB", "vereinigtes königreich"), ("US", "de forente stater"), ("US", "vereinigte staaten"),
    ("US", "yhdysvallat"), ("CH", "sveits"), ("CH", "schweiz"), ("AT", "österreich"), ("ES", "españa"),
    ("IT", "italia"), ("PL", "polska"), ("JE", "jersey, channel islands"),
];

/// States of the United States: a place inside that country, also where the name is a country's as well.
const STATES: &[&str] = &[
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware",
    "florida", "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana",
    "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana",
    "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "new york", "north carolina",
    "north dakota", "ohio", "oklahoma", "oregon", "pennsylvania", "rhode island", "south carolina",
    "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "washington", "west virginia",
    "wisconsin", "wyoming",
];
const STATE_CODES: &[&str] = &[
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky",
    "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd",
    "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy",
];

/// What is written where a country is expected, and is none.
const REGIONS: &[&str] = &[
    "eu", "e.u", "europe", "european union", "eea", "european economic area", "eu/eea", "emea", "dach", "nordics",
    "scandinavia", "benelux", "balkans", "baltics", "asia", "apac", "asia pacific", "asia-pacific", "americas", "north america", "south america",
    "latin america", "latam", "africa", "middle east", "mena", "oceania", "within the eu", "eu only", "european countries",
    "eu countries", "eu member states",
];

/// The code of a country by its code or one of its names.
pub(super) fn code(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('.');
    let text = text.strip_prefix("the ").or_else(|| text.strip_prefix("The ")).unwrap_or(text);
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return COUNTRIES.iter().find(|(code, _)| *code == text).map(|(code, _)| *code).or((text == "UK").then_some("GB"));
    }
    let plain = fold(text);
    let by_name = COUNTRIES.iter().find(|(_, name)| fold(name) == plain);
    by_name.or_else(|| OTHER_NAMES.iter().find(|(_, name)| fold(name) == plain)).map(|(code, _)| *code)
}

/// The English name of a code.
pub(super) fn name(code: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// A country's name that this may be a slip of the pen for.
pub(super) fn near(text: &str) -> Option<&'static str> {
    let plain = fold(text);
    let long_enough = plain.chars().count() >= 5;
    COUNTRIES.iter().map(|(_, name)| *name).find(|name| long_enough && is_near(&plain, &fold(name)))
}

/// "EU" and its like.
pub(super) fn is_region(text: &str) -> bool {
    REGIONS.contains(&text.trim().trim_end_matches('.').to_lowercase().trim_start_matches("the "))
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
