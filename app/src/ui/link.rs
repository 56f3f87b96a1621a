//! A label and where it leads.

/// One entry of a navigation, a breadcrumb or a list of links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the reader sees.
    pub label: String,
    /// The address, from the root of the site.
    pub href: String,
}

impl Link {
    /// A link from its label and address.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// An address with a query; what is empty is left out.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let given = query.iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<String> = given
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if parts.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

/// What the address of a list says of its page: nothing on the first.
pub fn page_number(page: u64) -> String {
    if page > 1 { page.to_string() } else { String::new() }
}

/// Percent-encoding for a value in an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_what_is_asked_for_and_nothing_else() {
        assert_eq!(
            address("/staff/tasks", &[("q", ""), ("page", &page_number(1))]),
            "/staff/tasks"
        );
        assert_eq!(
            address(
                "/staff/tasks",
                &[("q", "Øre & co"), ("role", ""), ("page", &page_number(2))]
            ),
            "/staff/tasks?q=%C3%98re%20%26%20co&page=2"
        );
    }
}
