//! Traces sent to a collector: which operation called which and how long it took, with no personal data.

use std::{process::Stdio, time::Duration};

use accord::{
    config::Config,
    platform::{mailer::Mailer, traces::Traces},
};
use entity::{LegalBasis, Role};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use crate::support::{Collector, Exported, TestApp};

const PATIENCE: Duration = Duration::from_secs(30);
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn child<'a>(spans: &'a [Exported], of: &Exported, name: &str) -> &'a Exported {
    let found = spans.iter().find(|span| span.parent == of.id && span.trace == of.trace && span.name == name);
    found.unwrap_or_else(|| panic!("no {name} below {of:?} in {spans:#?}"))
}

fn named<'a>(spans: &'a [Exported], name: &str) -> &'a Exported {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} in {spans:#?}"))
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, read from top to bottom")]
async fn spans_lead_from_the_callers_request_to_the_statement_and_name_nobody() {
    let collector = Collector::listen().await;
    let traces = Traces::start(&collector.endpoint(), Duration::from_millis(100)).unwrap();
    // Global, because use cases run on other threads.
    tracing_subscriber::registry()
        .with(traces.layer())
        .try_init()
        .expect("each test has a process of its own");
    let mail = Mailer::Memory(std::sync::Arc::default());
    let app =
        TestApp::with(Some(mail), |config| Config { otlp_endpoint: Some(collector.endpoint()), ..config })
            .await;

    // A program that is itself traced creates a contact.
    let basis = app.purpose("quotes", LegalBasis::Contract).await;
    let client = app.api_key(Role::Owner).await;
    let query = "mutation ZebulonQuagga($input: CreateContactInput!) { quagga: createContact(input: $input) { contact { id } userErrors { message } } }";
    let input = json!({ "basisPurposeId": basis.to_string(), "source": "PHONE", "givenName": "Zébulon", "familyName": "Quagga", "email": "zebulon.quagga@pangolin.example" });
    let body = json!({ "query": query, "operationName": "ZebulonQuagga", "variables": { "input": input } })
        .to_string();
    let answer = client
        .visitor()
        .header("traceparent", &format!("00-{TRACE}-{CALLER}-01"))
        .header("tracestate", "quagga=zebulon")
        .header("baggage", "name=quagga")
        .send("POST", "/graphql", body.into_bytes())
        .await;
    let contact = answer.json()["data"]["quagga"]["contact"]["id"].as_str().expect("a contact").to_owned();
    // A visitor subscribes, is found by search and unsubscribes; and a client sends bad requests.
    let form = app.newsletter_form().await;
    app.confirmed(&form, "zebulon.quagga+letter@pangolin.example").await;
    client
        .gql("query($q: String!) { search(query: $q, first: 3) { score } }", json!({ "q": "Zebulon Quagga" }))
        .await;
    client
        .gql_raw("query Quagga { node(id: \"zebulon.quagga@pangolin.example\") { quagga } }", json!({}))
        .await;
    app.visitor().get("/confirm/zebulon.quagga@pangolin.example?name=quagga").await;
    app.app.ledger.db.touch("ALTER TABLE tag RENAME TO tag_gone", vec![]).await.unwrap();
    client.gql_raw("{ tags(first: 1) { nodes { id } } }", json!({})).await;
    app.app.ledger.db.touch("ALTER TABLE tag_gone RENAME TO tag", vec![]).await.unwrap();
    tokio::task::spawn_blocking(move || traces.stop()).await.unwrap();

    let spans = collector.spans();
    let request = spans
        .iter()
        .find(|span| span.trace == TRACE && span.parent == CALLER)
        .expect("the request below its caller");
    assert_eq!(
        (request.name.as_str(), request.attribute("http.response.status_code")),
        ("POST /graphql", "200")
    );
    assert!(request.serves, "{request:?}");
    let operation = child(&spans, request, "mutation createContact");
    assert_eq!(
        (operation.attribute("graphql.root_field"), operation.attribute("graphql.outcome")),
        ("createContact", "ok")
    );
    let unit = child(&spans, operation, "unit of work");
    assert_eq!(
        (unit.attribute("work.outcome"), unit.attribute("journal.kind")),
        ("committed", "contact.created"),
        "{unit:?}"
    );
    let insert = child(&spans, unit, "INSERT");
    assert!(
        insert.attribute("db.query.text").contains("$1") || insert.attribute("db.query.text").contains('?'),
        "{insert:?}"
    );
    assert!(
        request.micros >= operation.micros
            && operation.micros >= unit.micros
            && unit.micros >= insert.micros
            && insert.micros > 0
    );
    child(&spans, request, "SELECT");

    // Jobs are separate traces, and pages are traced, too.
    let job = named(&spans, "job send_confirm_opt_in");
    assert_eq!((job.parent.as_str(), job.attribute("job.outcome")), ("", "done"));
    assert_eq!(child(&spans, job, "mail").attribute("mail.outcome"), "sent");
    assert_eq!(child(&spans, job, "unit of work").attribute("work.outcome"), "committed");
    let press = spans.iter().find(|span| span.name == "POST /confirm/{token}").expect("the pressed button");
    assert_eq!(
        child(&spans, press, "unit of work").attribute("journal.kind"),
        "contact.created",
        "{press:?}"
    );
    let failed = named(&spans, "query tags");
    assert!(
        failed.failed && failed.attribute("graphql.code") == "BUSY",
        "a table that is gone may come back: {failed:?}"
    );
    assert!(spans.iter().any(|span| span.failed
        && span.parent == failed.id
        && span.attribute("db.operation.name") == "SELECT"));
    // Every span is a root, or a child of the caller or of another exported span.
    for span in &spans {
        assert!(
            span.parent.is_empty()
                || span.parent == CALLER
                || spans.iter().any(|other| other.id == span.parent && other.trace == span.trace),
            "{span:?}"
        );
    }

    let resource = collector.resource();
    assert_eq!(
        (resource["service.name"].as_str(), resource["service.version"].as_str()),
        ("accord", env!("CARGO_PKG_VERSION"))
    );
    let raw = collector.raw().to_lowercase();
    for secret in [
        "quagga",
        "pangolin",
        "zebulon",
        "zébulon",
        "203.0.113",
        "lumen",
        &contact,
        &app.workspace.to_string(),
        &client.key.to_lowercase(),
    ] {
        assert!(!raw.contains(secret), "{secret} was sent");
    }
}

/// `accord serve` as an operator starts it, with additional settings.
async fn serve(
    folder: &std::path::Path,
    settings: &[(&str, &str)],
) -> (Child, std::net::SocketAddr, tokio::task::JoinHandle<String>) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_accord"))
        .args(["serve", "--migrate", "--no-workers"])
        .env("ACCORD_DATABASE_URL", format!("sqlite://{}/accord.db", folder.display()))
        .env("ACCORD_LISTEN", "127.0.0.1:0")
        .env("ACCORD_PUBLIC_URL", "http://localhost")
        .envs(settings.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let address = loop {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it starts").unwrap().expect("it lives");
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if let Some(address) = line["http.listen"].as_str() {
            break address.parse().unwrap();
        }
    };
    let rest = tokio::spawn(async move {
        let mut text = String::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            text.extend([line.as_str(), "\n"]);
        }
        text
    });
    (process, address, rest)
}

async fn ask_and_end(mut process: Child, address: std::net::SocketAddr) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut connection, &mut answer).await.unwrap();
    assert!(answer.ends_with("ready\n"), "{answer}");
    let id = process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(timeout(PATIENCE, process.wait()).await.expect("it ends").unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_sent_before_the_process_ends_and_the_log_keeps_its_request_ids() {
    let (collector, folder) = (Collector::listen().await, tempfile::tempdir().unwrap());
    let settings = [("ACCORD_OTLP_ENDPOINT", collector.endpoint()), ("ACCORD_LOG", "debug".to_owned())];
    let (process, address, log) =
        serve(folder.path(), &settings.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    ask_and_end(process, address).await;
    let spans = collector.spans();
    let request = named(&spans, "GET /readyz");
    assert_eq!(child(&spans, request, "SELECT").attribute("db.query.text"), "SELECT 1");
    let log = log.await.unwrap();
    let line = log.lines().find(|line| line.contains("/readyz")).expect("the request's line");
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["http.status"], 200, "{line}");
    let id = line["span"]["http.request_id"].as_str().expect("the request's id");
    assert_eq!(request.attribute("http.request_id"), id, "{request:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_nothing_is_sent_whatever_else_the_environment_says() {
    let (collector, folder) = (Collector::listen().await, tempfile::tempdir().unwrap());
    let endpoint = collector.endpoint();
    let theirs = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint),
    ];
    let (process, address, _log) = serve(folder.path(), &theirs).await;
    ask_and_end(process, address).await;
    assert_eq!(collector.raw(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let (process, address, log) =
        serve(folder.path(), &[("ACCORD_OTLP_ENDPOINT", "http://127.0.0.1:9")]).await;
    ask_and_end(process, address).await;
    let log = log.await.unwrap();
    assert_eq!(log.matches("the collector of traces does not take them").count(), 1, "{log}");
}
