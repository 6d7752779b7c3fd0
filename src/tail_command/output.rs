//! Entries as lines. Each is written at once, so that the output can be piped.

use std::io::{ErrorKind, Write};

use serde_json::Value;

use super::End;

/// Writes one entry as one line.
pub(super) fn print(out: &mut impl Write, entry: &Value, as_json: bool) -> Result<(), End> {
    let line = if as_json { entry.to_string() } else { line(entry) };
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(End::Unread),
        Err(error) => Err(End::Refused(anyhow::Error::new(error).context("cannot write"))),
    }
}

/// `SEQ  TIME  KIND  SUBJECT-or-OBJECT`.
fn line(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let seq = entry["seq"]
        .as_i64()
        .map_or_else(|| entry["seq"].as_str().unwrap_or("?").to_owned(), |seq| seq.to_string());
    let about = text("subject").or_else(|| text("object")).unwrap_or("-");
    format!("{seq:>8}  {:<24}  {:<28}  {about}", text("at").unwrap_or("-"), text("kind").unwrap_or("-"))
}
