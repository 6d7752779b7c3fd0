//! Spans of statements: the text with placeholders (`$1`) instead of values, the duration, and whether it
//! failed. Neither values nor the database's error messages (which quote rows) are read.

use opentelemetry::{
    Context, KeyValue, global,
    trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer},
};
use sea_orm::{DbBackend, metric::Info};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::unit::begun_in;

/// Longest statement text, in bytes; longer ones are truncated.
const MOST_TEXT: usize = 4000;

/// Records a finished statement. `writes`: it ran on the writing connection, where units of work run.
pub(crate) fn hear(info: &Info<'_>, writes: bool) {
    let current = Span::current();
    let unit = if writes { begun_in(&current) } else { None };
    let parent: Context = unit.unwrap_or_else(|| current.context());
    // Spans are not exported, the caller did not sample this trace, or the statement has no parent, such as a
    // worker's poll of an empty queue.
    if !parent.span().span_context().is_sampled() {
        return;
    }
    let ended = opentelemetry::time::now();
    let tracer = global::tracer("accord");
    let system = if info.statement.db_backend == DbBackend::Postgres { "postgresql" } else { "sqlite" };
    let text = without_literals(&info.statement.sql);
    let verb = verb(&text);
    let mut span = tracer
        .span_builder(verb)
        .with_kind(SpanKind::Client)
        .with_start_time(ended.checked_sub(info.elapsed).unwrap_or(ended))
        .with_attributes([
            KeyValue::new("db.system.name", system),
            KeyValue::new("db.operation.name", verb),
            KeyValue::new("db.query.text", text),
        ])
        .start_with_context(&tracer, &parent);
    if info.failed {
        span.set_status(Status::error(""));
    }
    span.end_with_timestamp(ended);
}

fn verb(text: &str) -> &'static str {
    let first = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(first))
        .unwrap_or("statement")
}

/// Our statements only hold placeholders; quoted text is removed all the same, so that a mistake cannot leak
/// personal data.
fn without_literals(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len().min(MOST_TEXT));
    // Odd pieces are inside quotes; a doubled quote inside one just makes two neighbouring pieces.
    for (at, piece) in sql.split('\'').enumerate() {
        text.push_str(if at % 2 == 0 { piece } else { "'?'" });
        if text.len() > MOST_TEXT {
            text.truncate(text.floor_char_boundary(MOST_TEXT));
            text.push('…');
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_keeps_its_places_and_loses_what_stands_in_quotes() {
        assert_eq!(without_literals("SELECT a FROM b WHERE c = $1"), "SELECT a FROM b WHERE c = $1");
        assert_eq!(
            without_literals("UPDATE b SET c = 'ada@example.org', d = 'O''Neil' WHERE e = $1"),
            "UPDATE b SET c = '?', d = '?''?' WHERE e = $1"
        );
        assert!(!without_literals("SELECT 'ada").contains("ada"));
        assert!(without_literals(&"é".repeat(9000)).len() < 4100);
        assert_eq!(
            (verb("  insert into x"), verb("WITH due AS"), verb("ada")),
            ("INSERT", "WITH", "statement")
        );
    }
}
