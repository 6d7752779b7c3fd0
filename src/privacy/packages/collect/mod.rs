//! Reads everything that is held about a person, record by record, each with its source and date. One reading
//! for all who show it: the access package, the portable export, and the page "My data".
//!
//! ```text
//! let person = Person::read(app, workspace, contact).await?;      // None: there is no such contact
//! for record in person.all(Kind::Value).await? { … }              // what fits on a page
//! let mut pages = person.pages(Kind::Activity);                   // what may be thousands
//! while let Some(records) = pages.next().await? { … }
//! ```
//!
//! A record's `values` stand in the order of its kind's `columns`; `text_of` writes one as people read it.
//! Sealed values are opened: they are the person's. Names of others are left out (GDPR Art. 15(4)): who acted
//! is told by the role, `STAFF`, `INTEGRATION`, `PERSON` or `SYSTEM`.

mod acts;
mod consents;
mod duties;
mod identity;
mod kinds;
mod pages;
mod person;
mod rights;

use entity::Time;
use serde::Serialize;
use serde_json::Value;

pub use kinds::{Kind, SHAPES, Shape};
pub use pages::Pages;
pub use person::Person;

/// Where a record came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    /// The person gave it.
    Person,
    /// It was observed of what the person did.
    Observed,
    /// Staff entered it.
    Staff,
    /// It came from another system.
    Integration,
    /// Accord noted or derived it.
    System,
}

impl Source {
    /// Its word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Observed => "OBSERVED",
            Self::Staff => "STAFF",
            Self::Integration => "INTEGRATION",
            Self::System => "SYSTEM",
        }
    }

    /// What kind of actor this is; never who.
    #[must_use]
    pub fn of_actor(actor: &str) -> Self {
        match actor.split('_').next() {
            Some("member") => Self::Staff,
            Some("contact" | "mailbox" | "visitor") => Self::Person,
            Some("system" | "operator") => Self::System,
            _ => Self::Integration,
        }
    }
}

/// A record about the person.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its kind.
    pub kind: Kind,
    /// Its ID; of a value, its field.
    pub id: String,
    /// When it came to be.
    pub date: Option<Time>,
    /// Where it came from.
    pub source: Source,
    /// Its values, in the order of the kind's columns.
    pub values: Vec<(&'static str, Value)>,
}

impl Record {
    /// One of its values; null when it has none of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> &Value {
        self.values.iter().find(|(column, _)| *column == name).map_or(&Value::Null, |(_, value)| value)
    }
}

/// A value as text: what CSV files and pages show.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The named fields of a row, in this order. A field that is not the row's own is given with `=`.
macro_rules! values {
    ($row:ident: $($name:ident $(= $own:expr)?),+ $(,)?) => {
        vec![$((stringify!($name), values!(@ $row $name $($own)?))),+]
    };
    (@ $row:ident $name:ident $own:expr) => { serde_json::to_value(&$own)? };
    (@ $row:ident $name:ident) => { serde_json::to_value(&$row.$name)? };
}
use values;

/// Every row of a table that belongs to these contacts, in the order of their ids.
macro_rules! rows_of {
    ($person:expr, $table:ident by $column:ident in order of $order:ident) => {
        entity::$table::Entity::find()
            .filter(entity::$table::Column::WorkspaceId.eq($person.contact.workspace_id))
            .filter(entity::$table::Column::$column.is_in($person.ids.iter().copied()))
            .order_by_asc(entity::$table::Column::$order)
            .all($person.app.db())
            .await?
    };
}
use rows_of;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_described_once() {
        let names: BTreeSet<&str> = SHAPES.iter().map(|shape| shape.name).collect();
        assert_eq!(names.len(), SHAPES.len());
        for shape in SHAPES {
            assert_eq!(shape.kind.shape().name, shape.name);
        }
    }

    #[test]
    fn who_acted_is_told_by_role_only() {
        let roles = [
            ("member_01h455vb4pex5vsknk084sn02q", "STAFF"),
            ("contact_01h455vb4pex5vsknk084sn02q", "PERSON"),
            ("api_key_01h455vb4pex5vsknk084sn02q", "INTEGRATION"),
            ("mailbox", "PERSON"),
            ("visitor", "PERSON"),
            ("system", "SYSTEM"),
            ("operator", "SYSTEM"),
        ];
        for (actor, role) in roles {
            assert_eq!(Source::of_actor(actor).as_str(), role, "{actor}");
        }
    }
}
