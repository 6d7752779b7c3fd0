//! Templates of pages and mails, and their texts. All are compiled into the binary and checked at start-up.
//!
//! Pages and mails are two separate sets, each with its own `layout.html`. The data of a page is defined in
//! the room that shows it; `language.rs` chooses the language.

mod language;
mod zone;

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

pub use language::{
    LANGUAGES, Language, SPOKEN, codes_in_words, format_day, format_time, in_every_language, is_spoken,
    name_of, pick_language,
};
pub use zone::Zone;

use crate::error::Result;

/// The templates that the rooms provide: pages, their texts, and mails.
#[derive(Clone, Copy)]
pub struct Templates {
    /// Every page, named `room/file.html`, with its content.
    pub pages: Files,
    /// The texts of each room, in all languages, as JSON.
    pub messages: Files,
    /// Every mail template, named by its path below `email_templates/`, with its content.
    pub mails: Files,
}

/// File names with their contents.
pub type Files = &'static [(&'static str, &'static str)];

/// The pages that belong to no room.
const OWN: Files =
    &[("layout.html", include_str!("layout.html")), ("message.html", include_str!("message.html"))];

/// The style sheet of every page.
pub const STYLE: &[u8] = include_bytes!("accord.css");

/// Templates of pages and mails. Cheap to clone.
#[derive(Clone)]
pub struct Pages(Arc<Inner>);

struct Inner {
    pages: Tera,
    mails: Tera,
    mail_files: Files,
    messages: Vec<Words>,
}

/// The texts of one room in one language, for Rust code and for templates.
struct Words {
    room: &'static str,
    language: &'static str,
    texts: Value,
    for_tera: tera::Value,
}

/// A rendered mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// SHA-256 over the template files it was rendered from.
    pub template_sha256: [u8; 32],
}

impl Pages {
    /// Loads every template and every room's texts.
    ///
    /// # Errors
    /// When a template does not parse, or a language lacks a text or a mail that another one has.
    pub fn load(templates: Templates) -> anyhow::Result<Self> {
        let mut messages: Vec<Words> = Vec::new();
        for (room, text) in templates.messages.iter().copied() {
            let mut all: Value =
                serde_json::from_str(text).with_context(|| format!("the messages of {room} are not JSON"))?;
            for language in LANGUAGES {
                let texts = all[language].take();
                ensure!(texts.is_object(), "the messages of {room} lack {language}");
                if let Some(first) = messages.iter().find(|words| words.room == room) {
                    same_words(&first.texts, &texts, room)
                        .with_context(|| format!("{} and {language} differ", first.language))?;
                }
                let for_tera = tera::Value::try_from_serializable(&texts)?;
                messages.push(Words { room, language, texts, for_tera });
            }
        }
        let pages = parse(OWN.iter().chain(templates.pages).copied())?;
        for (name, _) in templates.mails {
            let Some((_, rest)) = name.split_once('/') else { continue };
            for language in LANGUAGES {
                let wanted = format!("{language}/{rest}");
                ensure!(
                    templates.mails.iter().any(|(name, _)| *name == wanted),
                    "the mail {wanted} is missing"
                );
            }
        }
        let mails = parse(templates.mails.iter().copied())?;
        Ok(Self(Arc::new(Inner { pages, mails, mail_files: templates.mails, messages })))
    }

    /// A room's texts in one language, for Rust code: `messages("forms", "fr")`. An unknown language gets
    /// English.
    #[must_use]
    pub fn messages(&self, room: &str, language: &str) -> &Value {
        self.words(room, language).map_or(&Value::Null, |words| &words.texts)
    }

    /// One text of a room: `text("forms", "fr", "errors.too_many")`. Empty if there is none; each room has a
    /// test for the texts it uses.
    #[must_use]
    pub fn text(&self, room: &str, language: &str, key: &str) -> &str {
        key.split('.')
            .fold(self.messages(room, language), |words, part| &words[part])
            .as_str()
            .unwrap_or_default()
    }

    /// Renders a page. Besides `context`, the template sees `language`, `languages` (empty unless given) and
    /// `t`: the texts of the room in its name.
    ///
    /// # Errors
    /// `Internal` when the template is unknown or a value is missing.
    pub fn render_page(&self, name: &str, language: &str, context: impl Serialize) -> Result<String> {
        let mut seen = Context::new();
        seen.insert("languages", &[(); 0]);
        seen.extend(Context::from_serialize(&context).map_err(|error| failed(name, &error))?);
        seen.insert("language", known(language));
        if let Some(words) = name.split_once('/').and_then(|(room, _)| self.words(room, language)) {
            seen.insert_value("t", words.for_tera.clone());
        }
        self.0.pages.render(name, &seen).map_err(|error| failed(name, &error))
    }

    /// Renders a mail in one language: `render_mail("fr", "confirm_opt_in", …)`.
    ///
    /// # Errors
    /// `Internal` when the template is unknown or a value is missing.
    pub fn render_mail(&self, language: &str, mail: &str, context: impl Serialize) -> Result<Rendered> {
        let folder = format!("{}/{mail}", known(language));
        let seen = Context::from_serialize(&context).map_err(|error| failed(&folder, &error))?;
        let render = |file: &str| {
            let name = format!("{folder}/{file}");
            self.0.mails.render(&name, &seen).map_err(|error| failed(&name, &error))
        };
        // Not `split_whitespace`: the no-break spaces in French text must stay.
        let subject = render("subject.txt")?
            .split(|c: char| c == ' ' || c.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        Ok(Rendered {
            subject,
            text: render("body.txt")?,
            html: render("body.html")?,
            template_sha256: fingerprint(self.0.mail_files, &folder),
        })
    }

    fn words(&self, room: &str, language: &str) -> Option<&Words> {
        self.0.messages.iter().find(|words| words.room == room && words.language == known(language))
    }
}

/// Every language must say the same things: nobody is ever answered in another one for want of a word.
fn same_words(one: &Value, other: &Value, path: &str) -> anyhow::Result<()> {
    let (Value::Object(ones), Value::Object(others)) = (one, other) else {
        ensure!(one.is_string() && other.is_string(), "a text is missing: {path}");
        return Ok(());
    };
    for key in ones.keys().chain(others.keys()) {
        let [one, other] = [ones, others].map(|texts| texts.get(key).unwrap_or(&Value::Null));
        same_words(one, other, &format!("{path}.{key}"))?;
    }
    Ok(())
}

fn known(language: &str) -> &'static str {
    LANGUAGES.into_iter().find(|code| *code == language).unwrap_or(LANGUAGES[0])
}

fn parse(files: impl Iterator<Item = (&'static str, &'static str)>) -> anyhow::Result<Tera> {
    let mut tera = Tera::new();
    tera.add_raw_templates(files).context("a template does not parse")?;
    Ok(tera)
}

/// Tera's error may quote values, so only a debug build includes it.
fn failed(name: &str, error: &tera::Error) -> crate::error::Error {
    let detail = if cfg!(debug_assertions) { format!(": {error:?}") } else { String::new() };
    anyhow::anyhow!("the template {name} does not render{detail}").into()
}

/// Hashes name, length and content of each file, so that no two sets of files share a hash.
fn fingerprint(files: Files, folder: &str) -> [u8; 32] {
    let is_part = |name: &str| {
        name == "layout.html" || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut hash = Sha256::new();
    for (name, content) in files.iter().filter(|(name, _)| is_part(name)) {
        hash.update(format!("{name}\n{}\n", content.len()));
        hash.update(content);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(messages: Files, mails: Files) -> String {
        let loaded = Pages::load(Templates { pages: &[], messages, mails });
        loaded.err().map(|error| format!("{error:#}")).unwrap_or_default()
    }

    #[test]
    fn a_language_that_lacks_a_word_or_a_mail_does_not_start() {
        const WHOLE: Files = &[("room", r#"{ "en": { "a": { "b": "x" } }, "fr": { "a": { "b": "y" } } }"#)];
        const LACKS: Files = &[("room", r#"{ "en": { "a": { "b": "x" } }, "fr": { "a": {} } }"#)];
        const MORE: Files = &[("room", r#"{ "en": { "a": "x" }, "fr": { "a": "y", "c": "z" } }"#)];
        assert_eq!(load(WHOLE, &[]), "");
        assert_eq!(load(LACKS, &[]), "en and fr differ: a text is missing: room.a.b");
        assert_eq!(load(MORE, &[]), "en and fr differ: a text is missing: room.c");
        assert_eq!(load(&[("room", r#"{ "en": { "a": "x" } }"#)], &[]), "the messages of room lack fr");
        assert_eq!(load(&[], &[("en/hello/body.txt", "x")]), "the mail fr/hello/body.txt is missing");
    }
}
