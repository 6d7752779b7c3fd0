//! A mail as its recipient reads it.

use std::collections::BTreeMap;

use mail_parser::MessageParser;

/// A mail that was sent.
#[derive(Clone, Debug)]
pub struct TestMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub headers: BTreeMap<String, String>,
    pub raw: String,
}

impl TestMail {
    pub fn read(to: &str, raw: &str) -> Self {
        let message = MessageParser::default().parse(raw.as_bytes()).expect("a mail that reads");
        Self {
            to: to.to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            headers: message
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
            raw: raw.to_owned(),
        }
    }

    /// The path of the link whose path begins with `/{kind}/`.
    pub fn link(&self, kind: &str) -> String {
        let marker = format!("/{kind}/");
        let line = self
            .text
            .lines()
            .find(|line| line.contains(&marker))
            .unwrap_or_else(|| panic!("no {kind} link in:\n{}", self.text));
        line[line.find(&marker).expect("found")..].trim().to_owned()
    }
}
