//! The files of a package. Each is written piece by piece, so that none is ever held whole.

pub mod about;
pub(super) mod json;
pub(super) mod page;
pub mod schema;
mod vcard;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::collect::{Record, Shape, text_of};
use crate::error::{Error, Result};

pub use vcard::vcard;

/// Records as CSV (RFC 4180, UTF-8), with the names of the columns if these are the first.
pub(super) fn csv(shape: &Shape, records: &[Record], first: bool) -> Result<String> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(Vec::new());
    let failed = |_: csv::Error| Error::internal("a CSV file could not be written");
    if first {
        writer.write_record(["id", "date", "source"].iter().chain(shape.columns)).map_err(failed)?;
    }
    for record in records {
        let date =
            record.date.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)).unwrap_or_default();
        let fixed = [record.id.clone(), date, record.source.as_str().to_owned()];
        let cells = fixed.into_iter().chain(record.values.iter().map(|(_, value)| safe_cell(text_of(value))));
        writer.write_record(cells).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|_| Error::internal("a CSV file could not be written"))?;
    String::from_utf8(bytes).map_err(|_| Error::internal("a CSV file is not UTF-8"))
}

/// A cell that spreadsheets read as text, never as a formula (ASVS 1.2.10).
#[must_use]
pub fn safe_cell(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::collect::{Kind, Source},
        *,
    };

    #[test]
    fn no_cell_begins_like_a_formula() {
        for text in ["=1+1", "+33 1 99", "-2", "@SUM(A1)", "\tx", "\rx", "\0x"] {
            assert_eq!(safe_cell(text.to_owned()), format!("'{text}"));
        }
        for text in ["", "Ada", "1-2", "'=1", " =1"] {
            assert_eq!(safe_cell(text.to_owned()), text);
        }
    }

    #[test]
    fn csv_quotes_as_rfc_4180_says() {
        let values = vec![
            ("name", json!("Comma, \"quote\"\nand line")),
            ("tag_id", json!("=HYPERLINK(\"https://x\")")),
            ("tagged_at", json!(null)),
        ];
        let record =
            Record { kind: Kind::Tag, id: "1".to_owned(), date: None, source: Source::Staff, values };
        let text = csv(Kind::Tag.shape(), &[record], true).unwrap();
        assert_eq!(
            text,
            "id,date,source,tag_id,name,tagged_at\r\n1,,STAFF,\"Comma, \"\"quote\"\"\nand line\",\"'=HYPERLINK(\"\"https://x\"\")\",\r\n"
        );
    }
}
