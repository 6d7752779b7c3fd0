//! The request's span, as a child of the caller's if they sent a W3C `traceparent`. Their `tracestate` and
//! `baggage` are free text, and are ignored.

use axum::http::HeaderMap;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Describes the request on its span; does nothing unless spans are exported.
pub fn asked(span: &Span, method: &'static str, route: &str, headers: &HeaderMap) {
    // These are not fields of the span, because the log would show them; and none of them is computed without
    // an exporting layer.
    if !is_wanted() {
        return;
    }
    span.record("otel.kind", "server");
    if let Some(caller) = headers.get("traceparent").and_then(|value| read(value.to_str().ok()?)) {
        let _ = span.set_parent(Context::new().with_remote_span_context(caller));
    }
    span.set_attribute("http.request.method", method);
    span.set_attribute("http.route", route.to_owned());
    super::rename(span, || format!("{method} {route}"));
}

/// Records the response on the request's span; without a status the client disconnected.
pub fn answered(span: &Span, status: Option<u16>) {
    if !is_wanted() {
        return;
    }
    match status {
        Some(status) => {
            span.set_attribute("http.response.status_code", i64::from(status));
            if status >= 500 {
                span.set_status(Status::error(""));
            }
        }
        None => span.set_attribute("http.abandoned", true),
    }
}

fn is_wanted() -> bool {
    tracing::span_enabled!(target: super::TARGET, tracing::Level::INFO)
}

/// Parses `00-<trace>-<span>-<flags>`; later versions may append more.
fn read(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let whole = hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && hex(span, 16)
        && hex(flags, 2)
        && (version != "00" || parts.next().is_none());
    if !whole {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let caller = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        flags,
        true,
        TraceState::NONE,
    );
    caller.is_valid().then_some(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_strictly() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        let good = read(&format!("00-{trace}-{span}-01")).unwrap();
        assert_eq!(
            (good.trace_id().to_string().as_str(), good.span_id().to_string().as_str()),
            (trace, span)
        );
        assert!(good.is_sampled() && good.is_remote());
        assert!(!read(&format!("00-{trace}-{span}-00")).unwrap().is_sampled());
        assert!(read(&format!("01-{trace}-{span}-01-more")).is_some(), "a later version");
        for bad in [
            String::new(),
            "ada@example.org".to_owned(),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{span}-01", trace.to_uppercase()),
        ] {
            assert!(read(&bad).is_none(), "{bad}");
        }
    }
}
