//! The JSON Schema of `data.json` (draft 2020-12), which every package brings along.

use serde_json::{Map, Value, json};

use super::json::FORMAT;
use crate::privacy::packages::collect::{SHAPES, Shape};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let text = json!({ "type": "string" });
    let kinds: Map<String, Value> = SHAPES
        .iter()
        .map(|shape| (shape.name.to_owned(), json!({ "type": "array", "items": record(shape) })))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A copy of a person's data, made by Accord",
        "description": "GDPR Art. 15 and 20. A record tells its ID, when it came to be, its source, its values.",
        "type": "object",
        "required": ["$schema", "format", "package", "about", "records"],
        "additionalProperties": false,
        "properties": {
            "$schema": text,
            "format": { "const": FORMAT },
            "package": {
                "type": "object",
                "required": ["id", "kind", "ordered_at", "request"],
                "properties": {
                    "id": text,
                    "kind": { "enum": ["ACCESS", "PORTABILITY"] },
                    "ordered_at": { "type": "string", "format": "date-time" },
                    "request": { "type": ["string", "null"] },
                },
            },
            "about": {
                "type": "object",
                "description": "What GDPR Art. 15(1) and (2) require to be told.",
                "required": [
                    "controller", "purposes", "categories", "recipients", "retention", "rights", "complaint",
                    "sources", "automated_decisions", "transfers",
                ],
            },
            "records": { "type": "object", "additionalProperties": false, "properties": kinds },
        },
    })
}

fn record(shape: &Shape) -> Value {
    let values: Map<String, Value> =
        shape.columns.iter().map(|column| ((*column).to_owned(), type_of(column))).collect();
    json!({
        "type": "object",
        "required": ["id", "date", "source", "values"],
        "additionalProperties": false,
        "properties": {
            "id": { "type": "string" },
            "date": { "type": ["string", "null"], "format": "date-time" },
            "source": { "enum": ["PERSON", "OBSERVED", "STAFF", "INTEGRATION", "SYSTEM"] },
            "values": {
                "type": "object",
                "required": shape.columns,
                "additionalProperties": false,
                "properties": values,
            },
        },
    })
}

/// What a value may be. Anything may be null: it is not known, or does not apply.
fn type_of(column: &str) -> Value {
    match column {
        "proven" | "primary" | "seen" | "changed" => json!({ "type": ["boolean", "null"] }),
        "score" | "entries" | "stood_still_days" | "bytes" | "downloads" | "smtp_code"
        | "seconds_after_mail" => {
            json!({ "type": ["integer", "null"] })
        }
        "fields" | "reasons" | "unanswered" => json!({ "type": ["array", "null"] }),
        // A suppression has one, an authorisation several.
        "scope" => json!({ "type": ["array", "string", "null"] }),
        "custom" | "page" => json!({ "type": ["object", "null"] }),
        // As the person wrote it, in the structure of its form.
        "content" | "value" => json!({}),
        "since" | "until" | "at" => json!({ "type": ["string", "null"], "format": "date-time" }),
        name if name.ends_with("_at") || name.ends_with("_until") || name == "valid_from" => {
            json!({ "type": ["string", "null"], "format": "date-time" })
        }
        _ => json!({ "type": ["string", "null"] }),
    }
}
