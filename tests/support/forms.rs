//! Forms as a browser sends them: every field with what the page filled in, and what the person changed.

use super::{Answer, Client};

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let rest = &tag[tag.find(&start)? + start.len()..];
    Some(unescaped(rest.split('"').next()?))
}

/// Whether a tag has an attribute without a value, or with an empty one.
fn has(tag: &str, name: &str) -> bool {
    tag.split([' ', '>', '/'])
        .any(|part| part == name || part.starts_with(&format!("{name}=")))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The fields of the form that posts to `action`, as the page filled them.
pub fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let start = format!("action=\"{action}\"");
    let at = page
        .find(&start)
        .unwrap_or_else(|| panic!("no form posts to {action}"));
    let form = page[at..].split("</form>").next().unwrap();
    let mut fields = Vec::new();
    let mut rest = form;
    while let Some(open) = rest.find('<') {
        rest = &rest[open..];
        let tag = rest.split_inclusive('>').next().unwrap();
        let after = &rest[tag.len()..];
        let name = attribute(tag, "name");
        if let Some(name) = name {
            if tag.starts_with("<input") {
                let kind = attribute(tag, "type").unwrap_or_default();
                let value = attribute(tag, "value").unwrap_or_default();
                let is_choice = kind == "checkbox" || kind == "radio";
                if !is_choice || has(tag, "checked") {
                    fields.push((name, value));
                }
            } else if tag.starts_with("<textarea") {
                let text = after.split("</textarea>").next().unwrap();
                fields.push((name, unescaped(text)));
            } else if tag.starts_with("<select") {
                let body = after.split("</select>").next().unwrap();
                let chosen = body
                    .split("<option")
                    .skip(1)
                    .find(|option| has(option.split('>').next().unwrap(), "selected"));
                let value =
                    chosen.and_then(|option| attribute(option.split_inclusive('>').next().unwrap(), "value"));
                fields.push((name, value.unwrap_or_default()));
            }
        }
        rest = after;
    }
    fields
}

impl Client {
    /// Opens the page at `path`, changes fields of the form that posts to the same address, and posts it. A name that
    /// stands twice in `changes` is ticked twice.
    pub async fn fill(&self, path: &str, changes: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let own = path.split(['?', '#']).next().unwrap();
        self.refill(&page, own, changes).await
    }

    /// Posts a form with what its page carries unseen: what the person had before them.
    pub async fn post_seen(&self, page: &str, action: &str, form: &[(&str, &str)]) -> Answer {
        let text = self.get(page).await.text;
        let carried = if text.contains(&format!("action=\"{action}\"")) {
            fields(&text, action)
        } else {
            Vec::new()
        };
        let seen = carried.iter().find(|(name, _)| name == "seen");
        let mut form = form.to_vec();
        form.extend(seen.map(|(name, value)| (name.as_str(), value.as_str())));
        self.post(action, &form).await
    }

    /// The same with the form on a page that was answered.
    pub async fn refill(&self, page: &Answer, action: &str, changes: &[(&str, &str)]) -> Answer {
        let filled = fields(&page.text, action);
        let mut form: Vec<(&str, &str)> = filled
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
            .collect();
        form.extend(changes);
        self.post(action, &form).await
    }
}

#[test]
fn a_form_is_read_as_a_browser_would_send_it() {
    let page = r#"<form method="post" action="/a"><input type="hidden" name="seen" value="3"><input type="radio" name="r" value="x"
        ><input type="radio" name="r" value="y" checked><textarea name="t" rows="2">a &amp; b</textarea><select name="s"><option value="">-</option
        ><option value="2" selected>two</option></select><button name="act" value="save"></button></form>"#;
    let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
    assert_eq!(
        fields(page, "/a"),
        [
            pair("seen", "3"),
            pair("r", "y"),
            pair("t", "a & b"),
            pair("s", "2")
        ]
    );
}
