//! `index.html`: the same for people to read, piece by piece. One file that needs nothing else: its style is
//! inside, it has no script, and it prints well.

use entity::package;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::about::About;
use crate::{
    app::App,
    error::Result,
    platform::pages::{Zone, format_day, format_time},
    privacy::packages::collect::{Person, Record, Shape, text_of},
};

/// The readable page of one package.
pub struct Readable<'a> {
    app: &'a App,
    language: &'a str,
    zone: Zone,
    row: &'a package::Model,
}

/// A value as people read it.
#[derive(Serialize)]
struct Line {
    label: String,
    text: String,
}

impl<'a> Readable<'a> {
    /// In the person's language.
    pub fn new(app: &'a App, person: &'a Person<'_>, row: &'a package::Model) -> Self {
        Self { app, language: &person.contact.language, zone: Zone::of(&person.workspace.jurisdiction), row }
    }

    fn render(&self, name: &str, context: &Value) -> Result<String> {
        self.app.pages.render_page(name, self.language, context)
    }

    /// The head, with what Art. 15 requires to be told.
    pub fn begin(&self, about: &About) -> Result<String> {
        let made = format_time(self.row.created_at, self.zone, self.language);
        let context = json!({ "about": about, "made_at": made, "kind": self.row.kind.as_str() });
        self.render("packages/report.html", &context)
    }

    /// Records of a kind, under its heading if these are the first.
    pub fn records(&self, shape: &Shape, records: &[Record], first: bool) -> Result<String> {
        let shown: Vec<Value> = records.iter().map(|record| self.record(record)).collect();
        let title = self.word(&format!("kinds.{}", shape.name)).unwrap_or_default();
        let context = json!({ "first": first, "name": shape.name, "title": title, "records": shown });
        self.render("packages/records.html", &context)
    }

    /// The end of a kind.
    pub fn close_kind(&self) -> Result<String> {
        self.render("packages/records_end.html", &json!({}))
    }

    /// The foot.
    pub fn end(&self) -> Result<String> {
        self.render("packages/report_end.html", &json!({}))
    }

    fn word(&self, key: &str) -> Option<String> {
        let text = self.app.pages.text("packages", self.language, key);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn record(&self, record: &Record) -> Value {
        let lines: Vec<Line> = record
            .values
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Null) && *value != "")
            .map(|(name, value)| Line { label: self.label(name), text: self.text(name, value) })
            .collect();
        let date = record.date.map(|at| format_day(at, self.zone, self.language)).unwrap_or_default();
        let source = self.word(&format!("sources.{}", record.source.as_str())).unwrap_or_default();
        json!({ "lines": lines, "date": date, "source": source })
    }

    /// What a value is called.
    fn label(&self, name: &str) -> String {
        self.word(&format!("columns.{name}")).unwrap_or_else(|| name.replace('_', " "))
    }

    /// The parts of a value, one per line, without those that are empty.
    fn parts(&self, values: &Map<String, Value>) -> String {
        let form = self.word("part").unwrap_or_default();
        let parts = values.iter().map(|(name, value)| (self.label(name), self.text(name, value)));
        let lines: Vec<String> = parts
            .filter(|(_, text)| !text.is_empty())
            .map(|(label, text)| {
                form.replace("{label}", &label).replace("{text}", &text.replace('\n', "\n  "))
            })
            .collect();
        lines.join("\n")
    }

    /// A value: times in the person's zone, our own words in their language, all else as it is.
    fn text(&self, name: &str, value: &Value) -> String {
        match value {
            Value::Bool(yes) => self.word(if *yes { "yes" } else { "no" }).unwrap_or_default(),
            Value::String(text) => {
                if let Ok(at) = text.parse::<entity::Time>() {
                    return format_time(at, self.zone, self.language);
                }
                match name {
                    "field" => self.word(&format!("fields.{text}")).unwrap_or_else(|| text.clone()),
                    "value" | "subject" | "body" | "title" | "name" | "email" => text.clone(),
                    _ => self.word(&format!("words.{text}")).unwrap_or_else(|| text.clone()),
                }
            }
            Value::Array(items) => {
                let joint = if items.iter().any(Value::is_object) { "\n" } else { ", " };
                items.iter().map(|item| self.text(name, item)).collect::<Vec<_>>().join(joint)
            }
            Value::Object(values) => self.parts(values),
            other => text_of(other),
        }
    }
}
