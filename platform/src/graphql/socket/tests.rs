//! Tests of every detail of the protocol, over a real socket on loopback.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Error as WsError, Message as Frame},
};

use super::{
    super::test_schema::Stage,
    connection::{MAX_OPERATIONS, NO_CREDENTIAL},
    *,
};

async fn listen(stage: &Stage) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = stage.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("ws://{address}/graphql")
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// Only performs the handshake.
    async fn bare(stage: &Stage) -> Self {
        let address = listen(stage).await;
        Self::try_with(&address, Some(PROTOCOL), &[]).await.unwrap()
    }

    /// Performs the handshake and sends `connection_init`.
    async fn ready(stage: &Stage) -> Self {
        let mut client = Self::bare(stage).await;
        client.init("Bearer good").await;
        assert_eq!(client.read().await, json!({ "type": "connection_ack" }));
        client
    }

    async fn try_with(
        address: &str,
        protocol: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Result<Self, WsError> {
        let mut request = ClientRequestBuilder::new(address.parse().unwrap());
        for (name, value) in headers {
            request = request.with_header(*name, *value);
        }
        if let Some(protocol) = protocol {
            request = request.with_sub_protocol(protocol);
        }
        Ok(Self(connect_async(request).await?.0))
    }

    async fn init(&mut self, authorization: &str) {
        self.say(&json!({ "type": "connection_init", "payload": { "authorization": authorization } })).await;
    }

    async fn say(&mut self, message: &Json) {
        self.0.send(Frame::text(message.to_string())).await.unwrap();
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    /// The next text message.
    async fn read(&mut self) -> Json {
        loop {
            match timeout(Duration::from_secs(5), self.0.next())
                .await
                .expect("in time")
                .expect("open")
                .unwrap()
            {
                Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
                Frame::Ping(_) | Frame::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The close code; skips every message before it.
    async fn closed(&mut self) -> u16 {
        loop {
            match timeout(Duration::from_secs(5), self.0.next()).await.expect("in time") {
                Some(Ok(Frame::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("no close frame but {other:?}"),
            }
        }
    }
}

fn code(message: &Json) -> &str {
    message["payload"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

async fn eventually(what: impl Fn() -> bool) {
    for _ in 0..200 {
        if what() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not happen");
}

#[tokio::test]
async fn a_subscription_streams_and_completes() {
    let mut client = Client::ready(&Stage::new()).await;
    client.subscribe("a", "subscription { count(to: 3) }").await;
    for n in 1..=3 {
        assert_eq!(
            client.read().await,
            json!({ "type": "next", "id": "a", "payload": { "data": { "count": n } } })
        );
    }
    assert_eq!(client.read().await, json!({ "type": "complete", "id": "a" }));
    client.subscribe("a", "subscription { late(ms: 100) }").await;
    assert_eq!(
        client.read().await["payload"]["data"]["late"],
        7,
        "an id is free again once its operation is complete"
    );
}

#[tokio::test]
async fn queries_and_mutations_get_one_answer() {
    let mut client = Client::ready(&Stage::new()).await;
    client.subscribe("m", "mutation { slow }").await;
    client.subscribe("q", "{ me }").await;
    assert_eq!(
        client.read().await,
        json!({ "type": "next", "id": "q", "payload": { "data": { "me": "good" } } })
    );
    assert_eq!(client.read().await, json!({ "type": "complete", "id": "q" }));
    assert_eq!(
        client.read().await,
        json!({ "type": "next", "id": "m", "payload": { "data": { "slow": true } } })
    );
    assert_eq!(client.read().await, json!({ "type": "complete", "id": "m" }));
}

#[tokio::test]
async fn a_document_may_be_named_by_its_hash() {
    let mut client = Client::ready(&Stage::new()).await;
    let query = "subscription { count(to: 1) }";
    let hash = hex::encode(super::super::documents::hash(query));
    let payload = |query: Option<&str>| json!({ "query": query, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    let subscribe = |payload: Json| json!({ "type": "subscribe", "id": "a", "payload": payload });
    client.say(&subscribe(payload(None))).await;
    let refused = client.read().await;
    assert_eq!((&refused["type"], code(&refused)), (&json!("error"), "PERSISTED_QUERY_NOT_FOUND"));
    for query in [Some(query), None] {
        client.say(&subscribe(payload(query))).await;
        assert_eq!(client.read().await["payload"], json!({ "data": { "count": 1 } }));
        assert_eq!(client.read().await["type"], "complete");
    }
}

#[tokio::test]
async fn a_refused_operation_gets_an_error_and_the_socket_stays() {
    let mut client = Client::ready(&Stage::new()).await;
    let aliases = (0..101).map(|n| format!("a{n}:__typename")).collect::<Vec<_>>().join(" ");
    for (query, expected) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { forbidden }", "FORBIDDEN"),
        (&format!("{{ nest {{ {aliases} }} }}"), "TOO_MANY_ALIASES"),
    ] {
        client.subscribe("a", query).await;
        let message = client.read().await;
        assert_eq!(
            (message["type"].as_str(), message["id"].as_str(), code(&message)),
            (Some("error"), Some("a"), expected),
            "{query}: {message}"
        );
    }
    client.subscribe("a", "{ twice(n: 4) }").await;
    assert_eq!(client.read().await["payload"]["data"]["twice"], 8);
}

#[tokio::test]
async fn pings_are_answered_even_before_the_introduction() {
    let mut client = Client::bare(&Stage::new()).await;
    client.say(&json!({ "type": "ping" })).await;
    assert_eq!(client.read().await, json!({ "type": "pong" }));
    client.say(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(client.read().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    client.say(&json!({ "type": "pong", "payload": {} })).await;
    client.say(&json!({ "type": "complete", "id": "unknown" })).await;
    client.init("bearer good").await;
    assert_eq!(client.read().await["type"], "connection_ack");
}

#[tokio::test]
async fn invalid_messages_close_with_4400() {
    for frame in [
        Frame::text("no JSON"),
        Frame::text("{}"),
        Frame::text(r#"{"type":"start"}"#),
        Frame::text(r#"{"type":"next","id":"a","payload":{}}"#),
        Frame::text(r#"{"type":"subscribe","id":"a"}"#),
        Frame::text(r#"{"type":"subscribe","id":7,"payload":{"query":"{ me }"}}"#),
        Frame::text(r#"{"type":"subscribe","id":"","payload":{"query":"{ me }"}}"#),
        Frame::text(r#"{"type":"subscribe","id":"a","payload":{"query":7}}"#),
        Frame::text(r#"{"type":"connection_init","payload":"x"}"#),
        Frame::text(r#"[{"type":"ping"}]"#),
        Frame::binary(br#"{"type":"ping"}"#.to_vec()),
    ] {
        let mut client = Client::ready(&Stage::new()).await;
        client.0.send(frame.clone()).await.unwrap();
        assert_eq!(client.closed().await, 4400, "{frame:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_too_big_closes_with_1009() {
    let mut client = Client::ready(&Stage::new()).await;
    client.0.send(Frame::text(" ".repeat(MAX_BODY + 1))).await.unwrap();
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn subscribing_before_the_ack_closes_with_4401() {
    let mut client = Client::bare(&Stage::new()).await;
    client.subscribe("a", "{ me }").await;
    assert_eq!(client.closed().await, 4401);
}

#[tokio::test]
async fn a_bad_credential_closes_with_4403() {
    for message in [
        json!({ "type": "connection_init", "payload": { "authorization": "Bearer bad" } }),
        json!({ "type": "connection_init", "payload": { "Authorization": "good" } }),
    ] {
        let mut client = Client::bare(&Stage::new()).await;
        client.say(&message).await;
        assert_eq!(client.closed().await, 4403, "{message}");
    }
    let mut client = Client::bare(&Stage::new()).await;
    client.init("Bearer broken").await;
    assert_eq!(client.closed().await, 1013);
}

#[tokio::test]
async fn who_shows_no_credential_is_told_at_once_what_to_show() {
    for message in [
        json!({ "type": "connection_init" }),
        json!({ "type": "connection_init", "payload": null }),
        json!({ "type": "connection_init", "payload": {} }),
        json!({ "type": "connection_init", "payload": { "authorization": null } }),
    ] {
        let mut client = Client::bare(&Stage::new()).await;
        client.say(&message).await;
        let frame = timeout(Duration::from_secs(5), client.0.next()).await.expect("at once");
        let Some(Ok(Frame::Close(Some(frame)))) = frame else { panic!("{message}: {frame:?}") };
        assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4403, NO_CREDENTIAL), "{message}");
    }
}

#[tokio::test]
async fn the_credential_may_come_with_the_handshake() {
    let address = listen(&Stage::new()).await;
    let mut client =
        Client::try_with(&address, Some(PROTOCOL), &[("authorization", "Bearer good")]).await.unwrap();
    client.say(&json!({ "type": "connection_init", "payload": {} })).await;
    assert_eq!(client.read().await["type"], "connection_ack");
}

#[tokio::test]
async fn other_subprotocols_close_with_4406() {
    let address = listen(&Stage::new()).await;
    for protocol in [None, Some("graphql-ws"), Some("soap")] {
        let mut client = Client::try_with(&address, protocol, &[]).await.unwrap();
        assert_eq!(client.closed().await, 4406, "{protocol:?}");
    }
}

#[tokio::test]
async fn who_says_nothing_is_closed_with_4408() {
    let mut stage = Stage::new();
    stage.patience.init = Duration::from_millis(80);
    let mut client = Client::bare(&stage).await;
    client.say(&json!({ "type": "ping" })).await;
    assert_eq!(client.closed().await, 4408);
    let mut client = Client::ready(&stage).await;
    sleep(Duration::from_millis(160)).await;
    client.subscribe("a", "{ me }").await;
    assert_eq!(client.read().await["type"], "next", "the limit is for the introduction only");
}

#[tokio::test]
async fn an_id_in_use_closes_with_4409() {
    let stage = Stage::new();
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    client.subscribe("a", "{ me }").await;
    assert_eq!(client.closed().await, 4409);
    eventually(|| stage.seen.streams() == 0).await;
}

#[tokio::test]
async fn a_second_introduction_closes_with_4429() {
    let mut client = Client::ready(&Stage::new()).await;
    client.init("Bearer good").await;
    assert_eq!(client.closed().await, 4429);
    let mut client = Client::bare(&Stage::new()).await;
    client.init("Bearer good").await;
    client.init("Bearer good").await;
    assert_eq!(client.closed().await, 4429);
}

#[tokio::test]
async fn a_restart_closes_with_1012_and_stops_operations() {
    let stage = Stage::new();
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    eventually(|| stage.seen.streams() == 1).await;
    stage.stop.send_replace(true);
    assert_eq!(client.closed().await, 1012);
    eventually(|| stage.seen.streams() == 0).await;
}

#[tokio::test]
async fn a_revoked_credential_closes_with_4403() {
    let mut stage = Stage::new();
    stage.patience.recheck = Duration::from_millis(50);
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    sleep(Duration::from_millis(150)).await;
    "other".clone_into(&mut stage.key.lock().unwrap());
    assert_eq!(client.closed().await, 4403);
    eventually(|| stage.seen.streams() == 0).await;
}

#[tokio::test]
async fn what_the_client_ends_stops_and_its_late_answers_are_not_sent() {
    let stage = Stage::new();
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    eventually(|| stage.seen.streams() == 1).await;
    client.say(&json!({ "type": "complete", "id": "a" })).await;
    eventually(|| stage.seen.streams() == 0).await;
    for _ in 0..20 {
        client.subscribe("a", "subscription { count(to: 1000) }").await;
        client.say(&json!({ "type": "complete", "id": "a" })).await;
    }
    client.subscribe("a", "subscription { late(ms: 50) }").await;
    client.subscribe("b", "subscription { late(ms: 300) }").await;
    let mut late = Vec::new();
    loop {
        let message = client.read().await;
        if message["id"] == "b" {
            break;
        }
        late.push(message);
    }
    let last = &late[late.len() - 2..];
    assert_eq!(
        last,
        [
            json!({ "type": "next", "id": "a", "payload": { "data": { "late": 7 } } }),
            json!({ "type": "complete", "id": "a" })
        ]
    );
}

#[tokio::test]
async fn a_client_that_leaves_stops_its_operations_but_not_its_mutation() {
    let stage = Stage::new();
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    client.subscribe("m", "mutation { slow }").await;
    client.subscribe("q", "{ sleep }").await;
    eventually(|| stage.seen.streams() == 1).await;
    sleep(Duration::from_millis(50)).await;
    drop(client);
    eventually(|| stage.seen.streams() == 0).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.seen.finished(), ["slow"]);
}

#[tokio::test]
async fn one_socket_carries_fifty_operations() {
    let stage = Stage::new();
    let mut client = Client::ready(&stage).await;
    for n in 0..=MAX_OPERATIONS {
        client.subscribe(&n.to_string(), "subscription { silent }").await;
    }
    let message = client.read().await;
    assert_eq!((message["id"].as_str(), code(&message)), (Some("50"), "TOO_MANY_OPERATIONS"));
    eventually(|| stage.seen.streams() == MAX_OPERATIONS).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go() {
    let mut stage = Stage::new();
    stage.patience.slow = Duration::from_millis(200);
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { flood }").await;
    eventually(|| stage.seen.streams() == 1).await;
    eventually(|| stage.seen.streams() == 0).await;
}

#[tokio::test]
async fn a_client_that_falls_silent_is_let_go() {
    let mut stage = Stage::new();
    (stage.patience.ping, stage.patience.silence) = (Duration::from_millis(40), Duration::from_millis(150));
    let mut client = Client::ready(&stage).await;
    client.subscribe("a", "subscription { silent }").await;
    for _ in 0..10 {
        // Reading also answers the pings.
        let _ = timeout(Duration::from_millis(30), client.0.next()).await;
    }
    assert_eq!(stage.seen.streams(), 1, "who answers pings stays");
    eventually(|| stage.seen.streams() == 0).await;
    assert_eq!(client.closed().await, 1001);
}

#[tokio::test]
async fn pages_connect_only_from_origins_that_are_listed() {
    let address = listen(&Stage::new()).await;
    for (origin, allowed) in [
        ("https://crm.example", true),
        ("https://CRM.example", true),
        ("https://crm.example.evil.example", false),
        ("http://crm.example", false),
        ("null", false),
    ] {
        let connected = Client::try_with(&address, Some(PROTOCOL), &[("origin", origin)]).await;
        match connected {
            Ok(_) => assert!(allowed, "{origin}"),
            Err(WsError::Http(response)) => assert!(!allowed && response.status() == 403, "{origin}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_subscription_is_read_through_fragments_and_has_one_field() {
    let mut client = Client::ready(&Stage::new()).await;
    client.subscribe("a", "subscription { ...F } fragment F on Subscription { count(to: 1) }").await;
    assert_eq!(
        client.read().await,
        json!({ "type": "next", "id": "a", "payload": { "data": { "count": 1 } } })
    );
    assert_eq!(client.read().await, json!({ "type": "complete", "id": "a" }));
    for query in [
        "subscription { count(to: 1) silent }",
        "subscription { silent __typename }",
        "subscription { silent @skip(if: true) }",
        "subscription { ...F } fragment F on Subscription { nothing }",
    ] {
        client.subscribe("a", query).await;
        let message = client.read().await;
        assert_eq!(
            (&message["type"], code(&message)),
            (&json!("error"), "GRAPHQL_VALIDATION_FAILED"),
            "{query}: {message}"
        );
    }
}

#[tokio::test]
async fn an_empty_name_or_empty_variables_say_nothing() {
    let mut client = Client::ready(&Stage::new()).await;
    for query in ["{ me }", "query A { me }"] {
        client.say(&json!({ "type": "subscribe", "id": "a", "payload": { "query": query, "operationName": "", "variables": "" } })).await;
        assert_eq!(client.read().await["payload"], json!({ "data": { "me": "good" } }));
        assert_eq!(client.read().await["type"], "complete");
    }
}

/// A text frame of a client, built by hand.
fn raw_frame(text: &[u8]) -> Vec<u8> {
    let mask = [7, 7, 7, 7];
    let length = u8::try_from(text.len()).unwrap();
    let mut frame = vec![0x81, 0x80 | length];
    frame.extend(mask);
    frame.extend(text.iter().map(|byte| byte ^ 7));
    frame
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    use tokio::io::AsyncWriteExt;
    let mut client = Client::ready(&Stage::new()).await;
    let MaybeTlsStream::Plain(stream) = client.0.get_mut() else { panic!("loopback") };
    stream.write_all(&raw_frame(b"{\"type\":\"\xff\"}")).await.unwrap();
    assert_eq!(client.closed().await, 1007);
}

/// The answer to a handshake with these header lines, as text.
async fn shake_hands(address: &str, lines: &[&str]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = address.trim_start_matches("ws://").trim_end_matches("/graphql");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let lines = lines.iter().flat_map(|line| [*line, "\r\n"]).collect::<String>();
    let request = format!(
        "GET /graphql HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{lines}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        assert!(
            timeout(Duration::from_secs(5), stream.read_buf(&mut answer)).await.unwrap().unwrap() > 0,
            "no answer"
        );
    }
    // A frame may follow the headers at once.
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_handshake_needs_a_key_of_16_bytes_and_our_version() {
    let address = listen(&Stage::new()).await;
    let good = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    assert!(shake_hands(&address, &[good, "Sec-WebSocket-Version: 13"]).await.starts_with("HTTP/1.1 101 "));
    for key in ["dGhlIHNhbXBsZSBub25jZQ", "c2hvcnQ=", "!", "", "dGhlIHNhbXBsZSBub25jZXh4"] {
        let answer =
            shake_hands(&address, &[&format!("Sec-WebSocket-Key: {key}"), "Sec-WebSocket-Version: 13"]).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{key}: {answer}");
    }
    assert!(shake_hands(&address, &["Sec-WebSocket-Version: 13"]).await.starts_with("HTTP/1.1 400 "));
    assert!(
        shake_hands(&address, &[good, good, "Sec-WebSocket-Version: 13"]).await.starts_with("HTTP/1.1 400 ")
    );
    for version in ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: x", "X: no version"] {
        let answer = shake_hands(&address, &[good, version]).await.to_ascii_lowercase();
        assert!(
            answer.starts_with("http/1.1 426 ") && answer.contains("sec-websocket-version: 13\r\n"),
            "{version}: {answer}"
        );
    }
}
