//! `data.json`, piece by piece. `schema.rs` describes it.

use entity::package;
use serde_json::{Map, Value, json};

use super::about::About;
use crate::{
    error::Result,
    privacy::packages::collect::{Record, Shape},
};

/// The format's name and version.
pub const FORMAT: &str = "accord-package/1";
pub const CLOSE_KIND: &str = "]";
pub const END: &str = "}}\n";

/// Everything before the first kind.
pub fn begin(row: &package::Model, about: &About) -> Result<String> {
    let head = json!({
        "$schema": "schema.json",
        "format": FORMAT,
        "package": {
            "id": row.id, "kind": row.kind, "ordered_at": row.created_at, "request": row.request_id,
        },
        "about": about,
    });
    let text = serde_json::to_string(&head)?;
    // An object without its last brace.
    Ok(format!("{},\"records\":{{", &text[..text.len() - 1]))
}

/// The beginning of a kind.
#[must_use]
pub fn open_kind(shape: &Shape, first: bool) -> String {
    format!("{}\n\"{}\":[", if first { "" } else { "," }, shape.name)
}

/// A record.
pub fn record(record: &Record, first: bool) -> Result<String> {
    let values: Map<String, Value> =
        record.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let object = json!({ "id": record.id, "date": record.date, "source": record.source, "values": values });
    Ok(format!("{}\n{}", if first { "" } else { "," }, serde_json::to_string(&object)?))
}
