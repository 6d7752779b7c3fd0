//! GraphQL over WebSocket: the server's side of `graphql-transport-ws` (the protocol of npm's `graphql-ws`), whole and
//! strict: its close codes, and bounds on everything one client can make us hold.
//!
//! One task owns a socket and does all reading and writing; every operation has a task of its own that hands its answers
//! over through one bounded queue, so a client that does not read stops its operations instead of filling our memory.
//! Credentials come in `connection_init` (or at the handshake), never in the address, and are asked again while the socket
//! lives. The older protocol `subscriptions-transport-ws` (`graphql-ws` on the wire) is refused.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{Executor, Response as Answer, Value, parser::types::OperationType};
use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, pending},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    limits::MAX_BODY,
    transport::{Endpoint, Outcome, Params, bearer, credential, execute, refuse, request_id},
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, finish},
};
use crate::error::{Error, Result};

const PROTOCOL: &str = "graphql-transport-ws";
/// Operations at once on one socket.
const MAX_OPERATIONS: usize = 50;
/// Answers waiting to be sent; then operations wait.
const QUEUE: usize = 64;
/// An operation's id; clients use numbers or UUIDs.
const MAX_ID: usize = 128;
/// Checks of the credential in a row that may fail for our own reasons before we give up.
const MAX_BLIND_CHECKS: u8 = 4;
/// How long we wait for the peer to close too, so that it reads why.
const FAREWELL: Duration = Duration::from_secs(2);

/// Takes a handshake, or refuses it: a page of another origin must not use a browser that may reach us.
pub(super) fn accept<S, D>(endpoint: Arc<Endpoint<S, D>>, upgrade: WebSocketUpgrade, headers: &HeaderMap) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    if !is_origin_allowed(headers, &endpoint.origins) {
        return refuse(StatusCode::FORBIDDEN, Code::Forbidden, "pages of this origin may not connect");
    }
    let mut upgrade = upgrade.protocols([PROTOCOL]).read_buffer_size(4096).max_message_size(MAX_BODY).max_frame_size(MAX_BODY);
    let acceptable = upgrade.selected_protocol().is_some();
    if !acceptable {
        // Echoed, so that the peer takes the handshake and can read the close code that says what is wrong.
        let offered: Option<HeaderValue> = upgrade.requested_protocols().next().cloned();
        if let Some(offered) = offered {
            upgrade.set_selected_protocol(offered);
        }
    }
    let (credential, request_id) = (bearer(headers), request_id(headers));
    upgrade.on_upgrade(move |mut socket| async move {
        let end = if acceptable {
            let (queue, answers) = mpsc::channel(QUEUE);
            let connection = Connection {
                check: None,
                caller: None,
                blind: 0,
                heard: Instant::now(),
                asked: false,
                operations: Operations::default(),
                serial: 0,
                queue,
                credential,
                request_id,
                endpoint: &endpoint,
            };
            connection.run(&mut socket, answers).await
        } else {
            End::Close(4406, "Subprotocol not acceptable")
        };
        if let End::Close(code, reason) = end {
            farewell(&mut socket, code, reason).await;
        }
    })
}

fn is_origin_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin.to_str().is_ok_and(|origin| allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))),
        _ => false,
    }
}

async fn farewell(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    // Reading on until the peer closes: dropping a socket with unread bytes resets it, and the code is lost.
    let _ = timeout(FAREWELL, async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    })
    .await;
}

/// Why a socket ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// We close it, and say why.
    Close(u16, &'static str),
    /// It is gone.
    Gone,
}

/// Goes on, or ends.
type Step<T = ()> = std::result::Result<T, End>;

/// What a client may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, serde_json::Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, serde_json::Value>>,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: Params,
    },
    Complete {
        id: String,
    },
}

/// What we say about an operation. Written from here and not through `json!`, which would sort the fields of an answer.
#[derive(Serialize)]
struct Says<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    payload: P,
}

/// What an operation hands over. The number tells two operations apart that had the same id one after the other.
struct Answered {
    id: String,
    serial: u64,
    what: What,
}

enum What {
    Next(Answer),
    Error(Answer),
    Complete,
}

/// The running operations; all stop with the socket.
#[derive(Default)]
struct Operations(HashMap<String, (u64, AbortHandle)>);

impl Drop for Operations {
    fn drop(&mut self) {
        for (_, task) in self.0.values() {
            task.abort();
        }
    }
}

struct Connection<'e, S, D> {
    endpoint: &'e Endpoint<S, D>,
    /// What the client showed us.
    credential: Option<String>,
    /// Who it is; none before `connection_ack`.
    caller: Option<D>,
    /// The question to `authenticate` that is under way.
    check: Option<BoxFuture<'static, Result<D>>>,
    /// Checks in a row that failed for reasons of ours.
    blind: u8,
    /// `connection_init` was said.
    asked: bool,
    /// When the client last said anything.
    heard: Instant,
    operations: Operations,
    serial: u64,
    queue: mpsc::Sender<Answered>,
    request_id: Option<String>,
}

impl<S, D> Connection<'_, S, D>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    async fn run(mut self, socket: &mut WebSocket, mut answers: mpsc::Receiver<Answered>) -> End {
        let patience = self.endpoint.patience;
        let mut ending = self.endpoint.stop.clone();
        let mut init = std::pin::pin!(sleep(patience.init));
        let (mut ping, mut recheck) = (interval(patience.ping), interval(patience.recheck));
        for ticks in [&mut ping, &mut recheck] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.reset();
        }
        loop {
            let step = tokio::select! {
                () = stopped(&mut ending) => Err(End::Close(1012, "Service restart")),
                () = &mut init, if self.caller.is_none() => Err(End::Close(4408, "Connection initialisation timeout")),
                checked = async {
                    match &mut self.check {
                        Some(check) => check.await,
                        None => pending().await,
                    }
                } => self.checked(socket, checked).await,
                message = socket.recv() => self.heard(socket, message).await,
                Some(answered) = answers.recv() => self.answer(socket, answered).await,
                _ = ping.tick() => self.ping(socket).await,
                _ = recheck.tick(), if self.caller.is_some() && self.check.is_none() => {
                    self.ask();
                    Ok(())
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Asks who the credential belongs to; the answer comes to `checked`.
    fn ask(&mut self) {
        if let Some(credential) = self.credential.clone() {
            let question = (self.endpoint.authenticate)(credential);
            self.check = Some(REQUEST_ID.scope(self.request_id.clone(), question).boxed());
        }
    }

    async fn checked(&mut self, socket: &mut WebSocket, answer: Result<D>) -> Step {
        self.check = None;
        let first = self.caller.is_none();
        match answer {
            Ok(caller) => {
                self.caller = Some(caller);
                self.blind = 0;
                if first { self.send(socket, &json!({ "type": "connection_ack" })).await } else { Ok(()) }
            }
            Err(error @ (Error::Busy(_) | Error::Internal(_))) => {
                error.log();
                self.blind += 1;
                if first || self.blind >= MAX_BLIND_CHECKS {
                    return Err(End::Close(1013, "Try again later"));
                }
                Ok(())
            }
            Err(_) => Err(End::Close(4403, "Forbidden")),
        }
    }

    async fn ping(&mut self, socket: &mut WebSocket) -> Step {
        if self.heard.elapsed() >= self.endpoint.patience.silence {
            return Err(End::Close(1001, "No pong"));
        }
        self.write(socket, Message::Ping(axum::body::Bytes::new())).await
    }

    async fn heard(&mut self, socket: &mut WebSocket, message: Option<Result<Message, axum::Error>>) -> Step {
        self.heard = Instant::now();
        let text = match message {
            None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
            // The library's own type of another version than ours; its words are all there is.
            Some(Err(error)) if error.to_string().contains("too long") => return Err(End::Close(1009, "Message too big")),
            Some(Err(_)) => return Err(End::Close(1002, "Protocol error")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => return Err(End::Close(4400, "Invalid message: text frames only")),
            Some(Ok(Message::Text(text))) => text,
        };
        let Ok(said) = serde_json::from_str(&text) else {
            return Err(End::Close(4400, "Invalid message"));
        };
        match said {
            Said::ConnectionInit { .. } if self.asked => Err(End::Close(4429, "Too many initialisation requests")),
            Said::ConnectionInit { payload } => {
                self.asked = true;
                self.credential = payload.and_then(|payload| shown(&payload)).or(self.credential.take());
                self.ask();
                if self.check.is_none() { Err(End::Close(4403, "Forbidden")) } else { Ok(()) }
            }
            Said::Ping { payload: None } => self.send(socket, &json!({ "type": "pong" })).await,
            Said::Ping { payload } => self.send(socket, &json!({ "type": "pong", "payload": payload })).await,
            Said::Pong {} => Ok(()),
            Said::Subscribe { id, payload } => self.subscribe(socket, id, payload).await,
            Said::Complete { id } => {
                if let Some((_, task)) = self.operations.0.remove(&id) {
                    task.abort();
                }
                Ok(())
            }
        }
    }

    async fn subscribe(&mut self, socket: &mut WebSocket, id: String, params: Params) -> Step {
        let Some(caller) = &self.caller else {
            return Err(End::Close(4401, "Unauthorized"));
        };
        if id.is_empty() || id.len() > MAX_ID {
            return Err(End::Close(4400, "Invalid message: id"));
        }
        if self.operations.0.contains_key(&id) {
            return Err(End::Close(4409, "Subscriber for this id already exists"));
        }
        let checked = if self.operations.0.len() >= MAX_OPERATIONS {
            Err(Box::new(Code::TooManyOperations.error(format!("at most {MAX_OPERATIONS} operations at once on one socket"))))
        } else {
            params.check()
        };
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => return self.send(socket, &json!({ "type": "error", "id": id, "payload": [error] })).await,
        };
        self.serial += 1;
        let kind = checked.kind;
        let operation = Operation { id: id.clone(), serial: self.serial, queue: self.queue.clone() };
        let request = (self.endpoint.prepare)(params.into_request(checked), caller);
        let (schema, request_id) = (self.endpoint.schema.clone(), self.request_id.clone());
        let task = if kind == Some(OperationType::Subscription) {
            tokio::spawn(REQUEST_ID.scope(request_id, operation.stream(schema, request)))
        } else {
            tokio::spawn(operation.once(schema, request, kind, self.endpoint.patience.execution, request_id))
        };
        self.operations.0.insert(id, (self.serial, task.abort_handle()));
        Ok(())
    }

    async fn answer(&mut self, socket: &mut WebSocket, answered: Answered) -> Step {
        let Answered { id, serial, what } = answered;
        // Of an operation that the client ended meanwhile, maybe to use the id again.
        if self.operations.0.get(&id).is_none_or(|(running, _)| *running != serial) {
            return Ok(());
        }
        if !matches!(what, What::Next(_)) {
            self.operations.0.remove(&id);
        }
        match what {
            What::Next(answer) => self.send(socket, &Says { kind: "next", id, payload: answer }).await,
            What::Error(answer) => self.send(socket, &Says { kind: "error", id, payload: answer.errors }).await,
            What::Complete => self.send(socket, &json!({ "type": "complete", "id": id })).await,
        }
    }

    async fn send(&mut self, socket: &mut WebSocket, message: &impl Serialize) -> Step {
        match serde_json::to_string(message) {
            Ok(text) => self.write(socket, Message::Text(text.into())).await,
            Err(_) => Err(End::Close(4500, "Internal server error")),
        }
    }

    async fn write(&mut self, socket: &mut WebSocket, message: Message) -> Step {
        match timeout(self.endpoint.patience.slow, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Close(1008, "Slow consumer")),
        }
    }
}

/// Waits for the end of the process.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody can tell any more.
        pending::<()>().await;
    }
}

/// The credential in the payload of `connection_init`.
fn shown(payload: &Map<String, serde_json::Value>) -> Option<String> {
    let (_, value) = payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    value.as_str().map(credential)
}

/// One operation, in its own task.
struct Operation {
    id: String,
    serial: u64,
    queue: mpsc::Sender<Answered>,
}

impl Operation {
    async fn tell(&self, what: What) {
        let _ = self.queue.send(Answered { id: self.id.clone(), serial: self.serial, what }).await;
    }

    /// A query or mutation: one answer. A mutation goes on when the socket ends, see `execute`.
    async fn once<S: Executor>(
        self,
        schema: S,
        request: async_graphql::Request,
        kind: Option<OperationType>,
        patience: Duration,
        request_id: Option<String>,
    ) {
        match execute(schema, request, kind, patience, request_id).await {
            (Outcome::Executed, answer) => {
                self.tell(What::Next(answer)).await;
                self.tell(What::Complete).await;
            }
            (_, answer) => self.tell(What::Error(answer)).await,
        }
    }

    async fn stream<S: Executor>(self, schema: S, request: async_graphql::Request) {
        let events = async {
            let mut events = schema.execute_stream(request, None);
            let mut first = true;
            while let Some(mut answer) = events.next().await {
                finish(&mut answer);
                // Nothing came and there are errors: the subscription did not begin.
                if first && answer.data == Value::Null && !answer.errors.is_empty() {
                    return Some(answer);
                }
                first = false;
                self.tell(What::Next(answer)).await;
            }
            None
        };
        match std::panic::AssertUnwindSafe(events).catch_unwind().await {
            Ok(None) => self.tell(What::Complete).await,
            Ok(Some(refused)) => self.tell(What::Error(refused)).await,
            Err(_) => {
                tracing::error!("a GraphQL subscription panicked");
                let error = Code::Internal.error("something went wrong on our side");
                self.tell(What::Error(Answer::from_errors(vec![error]))).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::SinkExt;
    use serde_json::Value as Json;
    use tokio::net::TcpStream;
    use tokio_tungstenite::{
        MaybeTlsStream, WebSocketStream, connect_async,
        tungstenite::{ClientRequestBuilder, Error as WsError, Message as Frame},
    };

    use super::{super::test_schema::Stage, *};

    async fn listen(stage: &Stage) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = stage.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("ws://{address}/graphql")
    }

    struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

    impl Client {
        /// Shakes hands only.
        async fn bare(stage: &Stage) -> Self {
            let address = listen(stage).await;
            Self::try_with(&address, Some(PROTOCOL), &[]).await.unwrap()
        }

        /// Shakes hands and introduces itself.
        async fn ready(stage: &Stage) -> Self {
            let mut client = Self::bare(stage).await;
            client.init("Bearer good").await;
            assert_eq!(client.read().await, json!({ "type": "connection_ack" }));
            client
        }

        async fn try_with(address: &str, protocol: Option<&str>, headers: &[(&str, &str)]) -> Result<Self, WsError> {
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
                match timeout(Duration::from_secs(5), self.0.next()).await.expect("in time").expect("open").unwrap() {
                    Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
                    Frame::Ping(_) | Frame::Pong(_) => {}
                    other => panic!("{other:?}"),
                }
            }
        }

        /// The code it is closed with, after whatever else comes.
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
            assert_eq!(client.read().await, json!({ "type": "next", "id": "a", "payload": { "data": { "count": n } } }));
        }
        assert_eq!(client.read().await, json!({ "type": "complete", "id": "a" }));
        client.subscribe("a", "subscription { late(ms: 100) }").await;
        assert_eq!(client.read().await["payload"]["data"]["late"], 7, "an id is free again once its operation is complete");
    }

    #[tokio::test]
    async fn queries_and_mutations_get_one_answer() {
        let mut client = Client::ready(&Stage::new()).await;
        client.subscribe("m", "mutation { slow }").await;
        client.subscribe("q", "{ me }").await;
        assert_eq!(client.read().await, json!({ "type": "next", "id": "q", "payload": { "data": { "me": "good" } } }));
        assert_eq!(client.read().await, json!({ "type": "complete", "id": "q" }));
        assert_eq!(client.read().await, json!({ "type": "next", "id": "m", "payload": { "data": { "slow": true } } }));
        assert_eq!(client.read().await, json!({ "type": "complete", "id": "m" }));
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
            json!({ "type": "connection_init", "payload": null }),
            json!({ "type": "connection_init" }),
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
    async fn the_credential_may_come_with_the_handshake() {
        let address = listen(&Stage::new()).await;
        let mut client = Client::try_with(&address, Some(PROTOCOL), &[("authorization", "Bearer good")]).await.unwrap();
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
        assert_eq!(last, [json!({ "type": "next", "id": "a", "payload": { "data": { "late": 7 } } }), json!({ "type": "complete", "id": "a" })]);
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
            // Reading answers the pings.
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
}
