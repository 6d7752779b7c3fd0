//! Traces for OpenTelemetry: request → GraphQL operation → unit of work → statement, and jobs and mails, sent
//! by OTLP/HTTP to a collector when `ACCORD_OTLP_ENDPOINT` is set. Without it there is no layer, and a span
//! only costs checking a flag.
//!
//! No personal data: attributes come from the code (routes, root fields, kinds, codes, statements with
//! placeholders instead of values). Only the spans created here and the request's own are exported, never
//! events or spans of other crates.

mod client;
mod parent;
mod statement;
mod unit;

pub use self::parent::{answered, asked};
pub(super) use self::{statement::hear, unit::Unit};

use std::time::Duration;

use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use tracing::{Metadata, Span, Subscriber, field::Empty, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// The target of spans that are only exported. The log never shows them (`logging.rs`).
pub const TARGET: &str = "otel";

/// Timeout for sending a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// Exports spans until it is stopped.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// The interval between batches.
    pub const PAUSE: Duration = Duration::from_secs(5);

    /// Starts to export to a collector such as `http://127.0.0.1:4318`, every `pause`. Must be called inside
    /// a runtime.
    ///
    /// # Errors
    /// When the endpoint is not a URL.
    pub fn start(endpoint: &str, pause: Duration) -> anyhow::Result<Self> {
        let client = client::Client::new(tokio::runtime::Handle::current(), PATIENCE);
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(address(endpoint))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|_| {
                anyhow::anyhow!("ACCORD_OTLP_ENDPOINT is not an address like http://127.0.0.1:4318")
            })?;
        let batches = BatchConfigBuilder::default().with_scheduled_delay(pause).build();
        let resource = Resource::builder_empty()
            .with_service_name("accord")
            .with_attributes([
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                KeyValue::new("service.instance.id", hex::encode(super::keys::random::<8>())),
            ])
            .build();
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
        let provider =
            SdkTracerProvider::builder().with_resource(resource).with_span_processor(processor).build();
        // For statements: their callback has no other access to the provider.
        global::set_tracer_provider(provider.clone());
        Ok(Self(provider))
    }

    /// The subscriber layer that exports spans.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let layer = tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("accord"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false);
        layer.with_filter(filter_fn(is_exported).with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends the remaining spans and stops. Blocks up to the timeout when the collector does not answer.
    pub fn stop(&self) {
        let _ = self.0.shutdown_with_timeout(PATIENCE);
    }

    /// Sends all pending spans now.
    pub fn flush(&self) {
        let _ = self.0.force_flush();
    }
}

/// Appends OTLP/HTTP's default path for traces unless the setting has a path of its own.
fn address(endpoint: &str) -> String {
    let bare = endpoint.trim_end_matches('/');
    if bare.rsplit("//").next().is_some_and(|rest| rest.contains('/')) {
        bare.to_owned()
    } else {
        format!("{bare}/v1/traces")
    }
}

fn is_exported(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && (metadata.target() == TARGET
            || metadata.name() == "request" && metadata.target().ends_with("web::around"))
}

/// The span of a query or mutation, by its root field; `kind` and `operation` are names from the schema,
/// never client input.
#[must_use]
pub fn operation(kind: &'static str, operation: &'static str) -> Span {
    let span = tracing::info_span!(
        target: TARGET, "operation",
        graphql.operation.type = kind, graphql.root_field = operation, graphql.outcome = Empty, graphql.code = Empty, otel.status_code = Empty
    );
    rename(&span, || format!("{kind} {operation}"));
    span
}

/// The span of a run of a job.
#[must_use]
pub fn job(kind: &str, attempt: i32) -> Span {
    tracing::info_span!(
        target: TARGET, "job",
        otel.name = %format_args!("job {kind}"), otel.kind = "consumer", job.kind = kind, job.attempt = attempt, job.outcome = Empty, otel.status_code = Empty
    )
}

/// The span of an attempt to send a mail.
#[must_use]
pub fn mail() -> Span {
    tracing::info_span!(target: TARGET, "mail", otel.kind = "client", mail.outcome = Empty, otel.status_code = Empty)
}

/// Gives a span a name that is only known at run time. The text is only built if the span is exported.
fn rename(span: &Span, name: impl FnOnce() -> String) {
    use opentelemetry::trace::TraceContextExt;
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    if !span.is_disabled() {
        span.context().span().update_name(name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_go_to_the_usual_path_unless_the_setting_has_one() {
        assert_eq!(address("http://127.0.0.1:4318"), "http://127.0.0.1:4318/v1/traces");
        assert_eq!(address("http://127.0.0.1:4318/"), "http://127.0.0.1:4318/v1/traces");
        assert_eq!(address("http://collector/otlp/traces"), "http://collector/otlp/traces");
    }
}
