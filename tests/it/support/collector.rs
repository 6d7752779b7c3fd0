//! A trace collector that stores what it receives.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::span::SpanKind,
};
use prost::Message;
use tokio::net::TcpListener;

/// Listens on loopback for OTLP/HTTP.
pub struct Collector {
    pub address: SocketAddr,
    bodies: Arc<Mutex<Vec<Bytes>>>,
}

/// A span as received.
#[derive(Clone, Debug)]
pub struct Exported {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    pub failed: bool,
    /// Whether the span's kind is "server".
    pub serves: bool,
    pub micros: u64,
    pub attributes: BTreeMap<String, String>,
}

impl Exported {
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl Collector {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, bodies) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Bytes>>>::default());
        let kept = Arc::clone(&bodies);
        let take = move |body: Bytes| {
            kept.lock().unwrap().push(body);
            std::future::ready(())
        };
        tokio::spawn(
            async move { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await },
        );
        Self { address, bodies }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything received, as bytes read as text: what is not in it was not sent.
    pub fn raw(&self) -> String {
        self.bodies.lock().unwrap().iter().map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }

    /// The resource attributes, which every batch repeats.
    pub fn resource(&self) -> BTreeMap<String, String> {
        let batches = self.batches();
        let resources = batches
            .iter()
            .flat_map(|batch| &batch.resource_spans)
            .filter_map(|spans| spans.resource.as_ref());
        resources.flat_map(|resource| read(&resource.attributes)).collect()
    }

    pub fn spans(&self) -> Vec<Exported> {
        let batches = self.batches();
        let spans = batches
            .iter()
            .flat_map(|batch| &batch.resource_spans)
            .flat_map(|spans| &spans.scope_spans)
            .flat_map(|spans| &spans.spans);
        let spans = spans.map(|span| {
            assert!(
                span.events.is_empty() && span.links.is_empty() && span.trace_state.is_empty(),
                "only spans are exported: {span:?}"
            );
            Exported {
                name: span.name.clone(),
                trace: hex::encode(&span.trace_id),
                id: hex::encode(&span.span_id),
                parent: hex::encode(&span.parent_span_id),
                failed: span.status.as_ref().is_some_and(|status| status.code == 2),
                serves: span.kind() == SpanKind::Server,
                micros: (span.end_time_unix_nano - span.start_time_unix_nano) / 1000,
                attributes: read(&span.attributes),
            }
        });
        spans.collect()
    }

    fn batches(&self) -> Vec<ExportTraceServiceRequest> {
        self.bodies
            .lock()
            .unwrap()
            .iter()
            .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP"))
            .collect()
    }
}

fn read(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes
        .iter()
        .map(|pair| {
            (
                pair.key.clone(),
                pair.value.as_ref().and_then(|value| value.value.as_ref()).map(text).unwrap_or_default(),
            )
        })
        .collect()
}
