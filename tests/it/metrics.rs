//! Prometheus metrics: everything docs/operating.md lists, no personal data, bounded label values, and served
//! only on the metrics address.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use accord::{config::Config, metrics, platform::db::Db, serve};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use entity::Role;
use http_body_util::BodyExt;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use tower::ServiceExt;

use crate::support::{Events, Script, SmtpServer, Socket, TestApp, Verb, on_one_connection};

const PATIENCE: Duration = Duration::from_secs(20);
const JOURNAL: &str = "subscription ZebulonsEyes($after: Int) { journal(after: $after) { position } }";

async fn get(router: &axum::Router, path: &str) -> (u16, String, String) {
    let answer =
        router.clone().oneshot(Request::builder().uri(path).body(Body::empty()).unwrap()).await.unwrap();
    let kind = answer.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = answer.status().as_u16();
    (
        status,
        kind,
        String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap(),
    )
}

/// What a first scrape returns.
async fn scrape(app: &TestApp) -> String {
    let (status, kind, text) = get(&metrics::router(&app.app), "/metrics").await;
    assert_eq!((status, kind.as_str()), (200, "text/plain; version=0.0.4; charset=utf-8"));
    text
}

/// The value of a series.
fn value(text: &str, series: &str) -> f64 {
    let found = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{series} is not in\n{text}")).parse().unwrap()
}

/// The names in the table of docs/operating.md.
fn documented() -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operating.md")).unwrap();
    let table =
        text.split("\n## Metrics\n").nth(1).unwrap().split("What is read from").next().unwrap().to_owned();
    let names = table.lines().filter_map(|line| line.strip_prefix("| `accord_")).flat_map(|line| {
        let first = line.split('|').next().unwrap();
        format!("`accord_{first}")
            .split('`')
            .filter(|word| word.starts_with("accord_"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    names.collect()
}

/// Triggers everything that is counted, for people who could be recognised, through a client that puts
/// personal data wherever it can.
async fn a_day_of_work(app: &TestApp) -> (Socket, Events) {
    let form = app.newsletter_form().await;
    app.confirmed(&form, "zebulon.quagga@pangolin.example").await;
    app.visitor().submit(&form, "zebulon.quagga+waits@pangolin.example").await;
    app.visitor().get("/confirm/zebulon.quagga@pangolin.example").await;
    app.visitor().get("/zebulon.quagga?of=pangolin").await;
    app.visitor().send("QUAGGA", "/healthz", Vec::new()).await;
    let client = app.api_key(Role::Owner).await;
    let email = json!({ "q": "Zébulon Quagga", "id": "zebulon.quagga@pangolin.example" });
    client
        .gql(
            "query ZebulonQuagga($q: String!) { quagga: search(query: $q, first: 3) { score } }",
            email.clone(),
        )
        .await;
    client.gql("query Quagga { a: journalHead b: journalHead }", json!({})).await;
    for refused in
        ["query Zebulon { quaggaOfPangolin }", "{ Zébulon", "query($id: ID!) { node(id: $id) { zebulon } }"]
    {
        client.gql_raw(refused, email.clone()).await;
    }
    let forbidden =
        "mutation Quagga($i: CreateContactInput!) { createContact(input: $i) { contact { id } } }";
    let input = json!({ "basisPurposeId": form.newsletter.to_string(), "source": "PHONE", "givenName": "Zébulon", "familyName": "Quagga" });
    app.api_key(Role::Reader).await.gql_raw(forbidden, json!({ "i": input })).await;
    app.visitor()
        .post_json("/graphql", &json!({ "query": "{ journalHead }", "operationName": "quagga" }))
        .await;

    let address = app.serve().await;
    let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": 0 })).await;
    socket.event("journal").await;
    let mut events = Events::subscribe(address, &client.key, JOURNAL, &json!({ "after": 0 })).await;
    events.hear().await.expect("an event");
    (socket, events)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_metric_appears_after_a_day_of_work_and_no_other() {
    let app = TestApp::new().await.leaving_jobs();
    let _open = a_day_of_work(&app).await;
    let text = scrape(&app).await;
    let there: BTreeSet<String> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("# TYPE ")?.split(' ').next()?.to_owned()))
        .collect();
    assert_eq!(there, documented(), "{text}");
    for name in &there {
        assert!(text.contains(&format!("# HELP {name} ")), "{name} is not explained");
    }

    // The counters show what happened.
    for (series, least) in [
        ("accord_http_requests_total{method=\"POST\",route=\"/forms/{form}\",status=\"303\"}", 2.0),
        ("accord_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}", 1.0),
        ("accord_http_requests_total{method=\"other\",route=\"/healthz\",status=\"405\"}", 1.0),
        ("accord_graphql_requests_total{operation=\"search\",kind=\"query\",outcome=\"ok\",code=\"\"}", 1.0),
        ("accord_graphql_requests_total{operation=\"several\",kind=\"query\",outcome=\"ok\",code=\"\"}", 1.0),
        (
            "accord_graphql_requests_total{operation=\"node\",kind=\"query\",outcome=\"refused\",code=\"GRAPHQL_VALIDATION_FAILED\"}",
            1.0,
        ),
        (
            "accord_graphql_requests_total{operation=\"unknown\",kind=\"query\",outcome=\"refused\",code=\"GRAPHQL_VALIDATION_FAILED\"}",
            1.0,
        ),
        (
            "accord_graphql_requests_total{operation=\"unknown\",kind=\"unknown\",outcome=\"refused\",code=\"GRAPHQL_PARSE_FAILED\"}",
            1.0,
        ),
        (
            "accord_graphql_requests_total{operation=\"unknown\",kind=\"unknown\",outcome=\"refused\",code=\"UNAUTHENTICATED\"}",
            1.0,
        ),
        (
            "accord_graphql_requests_total{operation=\"createContact\",kind=\"mutation\",outcome=\"failed\",code=\"FORBIDDEN\"}",
            1.0,
        ),
        ("accord_graphql_request_duration_seconds_count{operation=\"search\",kind=\"query\"}", 1.0),
        ("accord_graphql_open_connections{transport=\"websocket\"}", 1.0),
        ("accord_graphql_open_connections{transport=\"event_stream\"}", 1.0),
        ("accord_job_runs_total{kind=\"send_confirm_opt_in\",outcome=\"done\"}", 1.0),
        ("accord_jobs{kind=\"request_opt_in\",state=\"waiting\"}", 1.0),
        ("accord_mails_total{outcome=\"sent\"}", 2.0),
        ("accord_opt_ins{state=\"confirmed\"}", 1.0),
        ("accord_journal_followed_workspaces", 1.0),
        ("accord_process_resident_memory_bytes", 1_000_000.0),
        ("accord_build_info{version=\"0.1.0\"}", 1.0),
        ("accord_database_up", 1.0),
    ] {
        assert!(value(&text, series) >= least, "{series}\n{text}");
    }
    // The configured connections, divided between readers and writers.
    let (pools, most): (&[&str], f64) =
        if on_one_connection() { (&["all"], 1.0) } else { (&["readers", "writers"], 8.0) };
    let all: f64 = pools
        .iter()
        .map(|pool| value(&text, &format!("accord_db_pool_max_connections{{pool=\"{pool}\"}}")))
        .sum();
    assert!((all - most).abs() < f64::EPSILON, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_says_what_waits_and_what_needs_a_person() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.advance(TimeDelta::minutes(10));
    let text = scrape(&app).await;
    assert!(
        (value(&text, "accord_jobs{kind=\"request_opt_in\",state=\"waiting\"}") - 1.0).abs() < f64::EPSILON
    );
    assert!(value(&text, "accord_jobs_overdue_seconds") >= 600.0, "{text}");
    app.app
        .ledger
        .db
        .touch("UPDATE job SET parked_at = run_at, park_reason = 'broken'", vec![])
        .await
        .unwrap();
    let text = scrape(&app).await;
    assert!(
        (value(&text, "accord_jobs{kind=\"request_opt_in\",state=\"parked\"}") - 1.0).abs() < f64::EPSILON,
        "{text}"
    );
    assert!(value(&text, "accord_jobs_overdue_seconds") < 1.0, "what was parked does not wait: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_another_version_and_what_never_ends_are_seen() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.app.ledger.db.touch("UPDATE job SET kind = 'of_a_newer_version'", vec![]).await.unwrap();
    app.advance(TimeDelta::minutes(10));
    let text = scrape(&app).await;
    assert!(
        (value(&text, "accord_jobs{kind=\"of_a_newer_version\",state=\"unknown\"}") - 1.0).abs()
            < f64::EPSILON,
        "{text}"
    );
    assert!(value(&text, "accord_jobs_overdue_seconds") < 1.0, "it waits for a newer node: {text}");
    // It still renews its lease and has been running for twenty minutes.
    let now = app.app.now();
    let stuck = "UPDATE job SET kind = 'purge_opt_ins', lease = 'x', leased_until = $1, begun_at = $2";
    app.app
        .ledger
        .db
        .touch(stuck, vec![(now + TimeDelta::seconds(120)).into(), (now - TimeDelta::minutes(20)).into()])
        .await
        .unwrap();
    let text = scrape(&app).await;
    assert!(
        (value(&text, "accord_jobs{kind=\"purge_opt_ins\",state=\"running\"}") - 1.0).abs() < f64::EPSILON,
        "{text}"
    );
    assert!(value(&text, "accord_jobs_overdue_seconds") >= 1200.0, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_counted_by_what_became_of_them() {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await.leaving_jobs();
    let form = app.newsletter_form().await;
    for answer in [
        "250 2.1.5 ok",
        "550 5.1.1 nobody of this name",
        "451 4.2.0 come again",
        "550 5.7.1 we do not like you",
    ] {
        server.next(if answer.starts_with('2') { Script::Once } else { Script::Refuse(Verb::Rcpt, answer) });
        app.visitor().submit(&form, &format!("ada+{}@example.org", &answer[4..9])).await;
        app.run_jobs().await;
    }
    let text = scrape(&app).await;
    for outcome in ["sent", "bounced", "retried", "refused"] {
        assert!(
            value(&text, &format!("accord_mails_total{{outcome=\"{outcome}\"}}")) >= 1.0,
            "{outcome}\n{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_behind_the_journal_is_seen() {
    let app = TestApp::new().await;
    assert!(value(&scrape(&app).await, "accord_journal_followed_workspaces").abs() < f64::EPSILON);
    let head = accord::journal::current_seq(app.app.db(), app.workspace).await.unwrap();
    let _tail = app.app.tails.follow(&app.app.ledger.db, app.workspace, head).await.unwrap();
    // Entries that this node cannot have read: only the head says that they exist.
    app.app.ledger.db.touch("UPDATE journal_head SET seq = seq + 5", vec![]).await.unwrap();
    let text = scrape(&app).await;
    assert!((value(&text, "accord_journal_followed_workspaces") - 1.0).abs() < f64::EPSILON);
    assert!((value(&text, "accord_journal_lag_entries") - 5.0).abs() < f64::EPSILON, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_11_no_personal_data_and_no_word_of_a_client_is_in_the_metrics() {
    let app = TestApp::new().await.leaving_jobs();
    let _open = a_day_of_work(&app).await;
    let text = scrape(&app).await.to_lowercase();
    for secret in
        ["quagga", "pangolin", "zebulon", "zébulon", "lumen", "203.0.113", &app.workspace.to_string()]
    {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_clients_invent_the_number_of_series_stays() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let mut series = Vec::new();
    for round in 0..3 {
        for n in 0..10 {
            let word = format!("invented{round}x{n}");
            client.gql_raw(&format!("query {word} {{ {word}: journalHead }}"), json!({ &word: word })).await;
            client.gql_raw(&format!("{{ {word} }}"), json!({})).await;
            app.visitor().get(&format!("/{word}")).await;
            app.visitor().get(&format!("/confirm/{word}")).await;
            app.visitor().send(&word.to_uppercase(), "/healthz", Vec::new()).await;
        }
        series.push(scrape(&app).await.lines().filter(|line| !line.starts_with('#')).count());
    }
    assert!(series[0] == series[1] && series[1] == series[2], "{series:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_door_has_no_metrics_and_the_door_for_metrics_nothing_else() {
    let app = TestApp::new().await;
    assert_eq!(app.visitor().get("/metrics").await.status, 404);
    assert_eq!(app.visitor().header("host", "127.0.0.1:9464").get("/metrics").await.status, 404);
    let door = metrics::router(&app.app);
    for path in ["/", "/graphql", "/healthz", "/metrics/more"] {
        let (status, _, text) = get(&door, path).await;
        assert_eq!((status, text.as_str()), (404, ""), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_answers_metrics_where_the_setting_says_and_stops_with_the_rest() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let app = TestApp::with(None, |config| Config { metrics_listen: Some(free), ..config }).await;
    let (stopping, stop) = watch::channel(false);
    let node = app.second_node().await;
    let running = serve::run(&node, None, None, false, stop).await.unwrap();
    let mut connection = TcpStream::connect(free).await.unwrap();
    connection.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    timeout(PATIENCE, connection.read_to_string(&mut text)).await.expect("an answer in time").unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK") && text.contains("accord_database_up 1"), "{text}");
    stopping.send(true).unwrap();
    timeout(PATIENCE, serve::finish(running, &node)).await.expect("it ends");
    assert!(TcpStream::connect(free).await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_asked_once_however_often_prometheus_comes() {
    let app = TestApp::new().await;
    let (count, heard) =
        (std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0)), std::sync::Arc::default());
    let (counter, texts): (_, std::sync::Arc<std::sync::Mutex<Vec<String>>>) =
        (count.clone(), std::sync::Arc::clone(&heard));
    let db = Db::connect(&app.url, 4).await.unwrap().hearing(move |info| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        texts.lock().unwrap().push(info.statement.sql.clone());
    });
    let node = accord::app::App::build(
        app.app.config.clone(),
        db,
        app.app.ledger.clock.clone(),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let before = count.load(std::sync::atomic::Ordering::SeqCst);
    let door = metrics::router(&node);
    let many = futures_util::future::join_all((0..20).map(|_| get(&door, "/metrics"))).await;
    assert!(many.iter().all(|(status, _, text)| *status == 200 && text.contains("accord_database_up 1")));
    let asked = count.load(std::sync::atomic::Ordering::SeqCst) - before;
    assert_eq!(asked, 3, "one for jobs, one for opt-ins, one for requests: {:?}", heard.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_said_so_and_the_rest_still_answers() {
    let app = TestApp::new().await.leaving_jobs();
    app.visitor().get("/healthz").await;
    app.app.ledger.db.close().await;
    let text = scrape(&app).await;
    assert!(text.contains("accord_database_up 0\n") && !text.contains("accord_opt_ins{"), "{text}");
    assert!(
        value(&text, "accord_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}") >= 1.0
    );
    // Dropping the test app would check for left-over jobs, which needs the database.
    std::mem::forget(app);
}
