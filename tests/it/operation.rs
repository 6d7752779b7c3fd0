//! Operation: health checks, request ids, errors without details, graceful shutdown, rate limits.

use std::{net::SocketAddr, time::Duration};

use accord::{
    app::App,
    config::{Budgets, Config},
    platform::{mailer::Mailer, metrics::Metrics, rate_limit::Budget, web},
    serve,
};
use axum::{Router, routing::get};
use entity::{LegalBasis, Role};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use crate::support::TestApp;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn it_is_alive_always_and_ready_until_it_stops_or_the_database_is_away() {
    let app = TestApp::new().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.visitor().get(path).await.status, 200, "{path}");
    }
    app.stop();
    assert_eq!(app.visitor().get("/healthz").await.status, 200);
    assert_eq!(app.visitor().get("/readyz").await.status, 503);

    let app = TestApp::new().await.leaving_jobs();
    app.app.ledger.db.close().await;
    let answer = app.visitor().get("/readyz").await;
    assert_eq!((answer.status, answer.text.as_str()), (503, "the database is away\n"));
    assert_eq!(app.visitor().get("/healthz").await.status, 200);
    // Dropping the test app would check for left-over jobs, which needs the database.
    std::mem::forget(app);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_a_request_id_of_ours() {
    let app = TestApp::new().await;
    let mut known = std::collections::BTreeSet::new();
    for path in
        ["/healthz", "/nowhere", "/forms/nonsense", "/graphql", "/accord.css", "/confirm/x", "/unsubscribe/x"]
    {
        let answer = app.visitor().header("x-request-id", "theirs").get(path).await;
        let id = answer.header("x-request-id").to_owned();
        assert!(id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{path}: {id}");
        assert!(known.insert(id), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_error_says_the_request_id_and_nothing_else() {
    let app = TestApp::new().await.leaving_jobs();
    let client = app.api_key(Role::Owner).await;
    app.purpose("newsletter", LegalBasis::Consent).await;
    app.app.ledger.db.touch("UPDATE purpose SET legal_basis = 'of_nobody'", vec![]).await.unwrap();
    let body = json!({ "query": "{ purposes { id } }" }).to_string();
    let visitor = app
        .visitor()
        .header("authorization", &format!("Bearer {}", client.key))
        .header("content-type", "application/json");
    let answer = visitor.header("x-request-id", "theirs").send("POST", "/graphql", body.into_bytes()).await;
    let error = &answer.json()["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL", "{error}");
    assert_eq!(error["extensions"]["requestId"], answer.header("x-request-id"), "{error}");
    assert!(
        !answer.text.contains("of_nobody")
            && !answer.text.contains("legal_basis")
            && !answer.text.to_lowercase().contains("table")
            && !answer.text.contains("SELECT"),
        "{}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_route_is_a_404_problem_that_does_not_repeat_it() {
    let app = TestApp::new().await;
    for path in ["/nowhere/secret-token", "/forms", "/confirm", "/graphql/secret-token", "/.env"] {
        let answer = app.visitor().get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
        assert_eq!(answer.json()["status"], 404);
        assert!(!answer.text.contains("secret-token"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_at_the_root_reads_what_this_is_and_where_to_go() {
    let app = TestApp::new().await;
    assert!(!app.visitor().get("/").await.text.contains("make dashboard"), "nobody wants it here");
    for (language, says) in [("en", "Accord is running"), ("fr", "Accord fonctionne")] {
        let answer =
            app.visitor().header("accept", "text/html").header("accept-language", language).get("/").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(answer.text.contains(says) && answer.text.contains("/graphql"), "{}", answer.text);
        assert!(
            !answer.text.to_lowercase().contains("lumen"),
            "nothing of a workspace is shown: {}",
            answer.text
        );
    }
    let chosen = app.visitor().header("accept-language", "en").get("/?lang=fr").await;
    assert!(chosen.text.contains("Accord fonctionne"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_address_does_not_exist_gets_a_page_in_their_language() {
    let app = TestApp::new().await;
    let visitor = app
        .visitor()
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("accept-language", "fr-CH, fr;q=0.9");
    let answer = visitor.get("/nowhere/secret-token").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(
        answer.text.contains("Page introuvable") && !answer.text.contains("secret-token"),
        "{}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_becomes_500_without_its_words_and_the_connection_goes_on() {
    async fn fails(uri: axum::http::Uri) -> &'static str {
        assert!(uri.path().is_empty(), "ada@example.org");
        "it did not"
    }
    let router = web::around(
        Router::new().route("/panic", get(fails)).route("/fine", get(|| async { "fine" })),
        false,
        &Metrics::default(),
        &[],
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /panic HTTP/1.1\r\nhost: x\r\n\r\nGET /fine HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let both = read_all(&mut connection).await;
    assert!(
        both.starts_with("HTTP/1.1 500 ") && both.contains("HTTP/1.1 200 OK") && both.ends_with("fine"),
        "{both}"
    );
    assert!(both.contains("application/problem+json") && both.contains("x-request-id"), "{both}");
    assert!(
        !both.contains("ada@example.org") && !both.contains("assert") && !both.contains("operation.rs"),
        "{both}"
    );
}

async fn read_all(connection: &mut TcpStream) -> String {
    let mut text = Vec::new();
    timeout(PATIENCE, connection.read_to_end(&mut text)).await.expect("an answer in time").unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_end_lets_the_request_in_progress_finish_and_takes_no_new_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stopping, stop) = watch::channel(false);
    let node = app.second_node().await;
    let running = serve::run(&node, Some(listener), None, false, stop).await.unwrap();

    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("ticket", ticket.as_str()),
            ("language", "en"),
            ("email", "ada@example.org"),
            ("consent", "newsletter:email"),
        ])
        .finish();
    let (first, rest) = body.split_at(body.len() / 2);
    let head = format!(
        "POST /forms/{} HTTP/1.1\r\nhost: localhost:8080\r\ncontent-type: application/x-www-form-urlencoded\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        form.id,
        body.len()
    );
    let mut request = TcpStream::connect(address).await.unwrap();
    request.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: from here on the request is in progress.
    let mut asked = [0; 25];
    timeout(PATIENCE, request.read_exact(&mut asked)).await.expect("100 Continue").unwrap();
    assert!(asked.starts_with(b"HTTP/1.1 100 Continue"));
    request.write_all(first.as_bytes()).await.unwrap();

    stopping.send(true).unwrap();
    let ending = tokio::spawn({
        let node = node.clone();
        async move { serve::finish(running, &node).await }
    });
    refuses(address).await;
    assert!(!ending.is_finished(), "it did not wait");
    request.write_all(rest.as_bytes()).await.unwrap();
    let answer = read_all(&mut request).await;
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    timeout(PATIENCE, ending).await.expect("it ends when the request has").unwrap();
    assert_eq!(app.count("submission").await, 1);
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1, "promise 9: what was accepted happens");
}

/// Waits until nobody listens at this address.
async fn refuses(address: SocketAddr) {
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, gone).await.expect("the listener is closed");
}

const NARROW: Budget = Budget { name: "submit", most: 3, window: Duration::from_mins(10) };

fn narrow(config: Config, redis_url: Option<String>) -> Config {
    Config { redis_url, budgets: Budgets { submissions_per_network: NARROW, ..Budgets::default() }, ..config }
}

fn memory() -> Mailer {
    Mailer::Memory(std::sync::Arc::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_sends_too_much_gets_429_until_the_window_ends_and_others_do_not() {
    let redis = TestApp::new().await.app.config.redis_url.clone();
    // In memory, in Redis if configured, and with a Redis that is unreachable.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut urls = vec![None, Some(format!("redis://127.0.0.1:{free}"))];
    urls.extend(redis.map(Some));
    for url in urls {
        let app = TestApp::with(Some(memory()), |config| narrow(config, url.clone())).await;
        let form = app.newsletter_form().await;
        // Other tests use the same Redis; a network of its own keeps this test's counters apart.
        let [a, b, c] = accord::platform::keys::random::<3>();
        let (here, there) =
            (format!("2001:db8:{a:x}{b:02x}:{c:x}00::1"), format!("2001:db8:{a:x}{b:02x}:{:x}00::1", c ^ 1));
        for n in 0..3 {
            let sent = app
                .visitor()
                .from(&here)
                .submit_fields(
                    &form,
                    &[("email", &format!("p{n}@example.org")), ("consent", "newsletter:email")],
                )
                .await;
            assert_eq!(sent.status, 303, "{url:?} {n}: {}", sent.words());
        }
        let fields = [("email", "late@example.org"), ("consent", "newsletter:email")];
        let refused = app.visitor().from(&here).submit_fields(&form, &fields).await;
        assert_eq!(refused.status, 429, "{url:?}");
        let wait: i64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=600).contains(&wait), "{wait}");
        assert_eq!(
            app.visitor().from(&there).submit_fields(&form, &fields).await.status,
            303,
            "{url:?}: another network"
        );
        app.advance(chrono::TimeDelta::seconds(wait));
        assert_eq!(
            app.visitor().from(&here).submit_fields(&form, &fields).await.status,
            303,
            "{url:?}: afterwards"
        );
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_a_budget_through_redis_and_count_alone_without() {
    let app = TestApp::new().await;
    let key = hex::encode(accord::platform::keys::random::<8>());
    let alone = TestApp::with(Some(memory()), |config| Config { redis_url: None, ..config }).await;
    assert_eq!(
        spent_by_two(&alone.app, &alone.second_node().await, &key).await,
        6,
        "each node lets its own three through"
    );
    if app.app.config.redis_url.is_some() {
        assert_eq!(spent_by_two(&app.app, &app.second_node().await, &key).await, 3, "three between them");
    }
}

/// How many of twenty requests are allowed, ten on each of two nodes.
async fn spent_by_two(one: &App, two: &App, key: &str) -> usize {
    let mut passed = 0;
    for _ in 0..10 {
        for node in [one, two] {
            passed += usize::from(node.rate_limit.spend(NARROW, key).await.is_ok());
        }
    }
    passed
}
