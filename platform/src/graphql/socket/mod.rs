//! GraphQL over WebSocket: the complete server side of `graphql-transport-ws` (the protocol of npm's
//! `graphql-ws`), with its close codes, and limits on everything that one client can make the server keep in
//! memory.
//!
//! One task owns a socket and does all reading and writing; every operation has its own task and sends its
//! answers through one bounded queue, so a client that does not read blocks its own operations instead of
//! filling our memory. Credentials come in `connection_init` (or in the handshake), never in the URL, and are
//! checked again while the socket is open. The older protocol `subscriptions-transport-ws` (`graphql-ws` on
//! the wire) is refused.

#[cfg(test)]
mod tests;

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
use base64::{Engine, engine::general_purpose::STANDARD};
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
    root_field::subscribe,
    transport::{
        Access, Asked, Credential, Endpoint, Observed, Outcome, Over, Page, Params, Peer, Seat, bearer,
        credential, execute, ready, refuse, request_id,
    },
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, code_of, finish},
};
use crate::error::{Error, Result};

const PROTOCOL: &str = "graphql-transport-ws";
/// Most concurrent operations on one socket.
const MAX_OPERATIONS: usize = 50;
/// Most answers that wait to be sent; when the queue is full, operations wait.
const QUEUE: usize = 64;
/// Longest operation ID, in bytes; clients use numbers or UUIDs.
const MAX_ID: usize = 128;
/// A close reason holds at most 123 bytes.
const NO_CREDENTIAL: &str = "Forbidden: sign in, or put `authorization` into the payload of connection_init";
/// How long we wait for the peer's close frame, so that the peer can read our reason.
const FAREWELL: Duration = Duration::from_secs(2);

/// Checks a handshake for errors that the library would accept, or refuse without an explanation (RFC 6455,
/// 4.2.1 and 4.4).
pub(super) fn fault_of(headers: &HeaderMap) -> Option<Response> {
    let only = |name: header::HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).map(HeaderValue::as_bytes)
    };
    let version = only(header::SEC_WEBSOCKET_VERSION);
    if version != Some(b"13") {
        let mut refusal = refuse(
            StatusCode::UPGRADE_REQUIRED,
            Code::BadRequest,
            "the WebSocket is spoken here in version 13",
        );
        refusal.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        refusal.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        return Some(refusal);
    }
    let key = only(header::SEC_WEBSOCKET_KEY).and_then(|key| STANDARD.decode(key).ok());
    let is_key = key.is_some_and(|key| key.len() == 16);
    (!is_key).then(|| {
        refuse(
            StatusCode::BAD_REQUEST,
            Code::BadRequest,
            "`Sec-WebSocket-Key` must be 16 bytes in base64, once",
        )
    })
}

/// Accepts a handshake, or refuses it: a page of another origin must not connect through a browser that can
/// reach us.
pub(super) fn accept<S, D>(
    endpoint: Arc<Endpoint<S, D>>,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    peer: Peer,
) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let page = endpoint.page(headers);
    if page == Page::AnotherPage {
        return refuse(
            StatusCode::FORBIDDEN,
            Code::Forbidden,
            "pages of this origin may not connect: the operator lists apps in ACCORD_APP_ORIGINS",
        );
    }
    let mut upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(1024)
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY);
    let acceptable = upgrade.selected_protocol().is_some();
    if !acceptable {
        // Echoed so that the peer completes the handshake and can read the close code that explains the
        // error.
        let offered: Option<HeaderValue> = upgrade.requested_protocols().next().cloned();
        if let Some(offered) = offered {
            upgrade.set_selected_protocol(offered);
        }
    }
    // Browsers send cookies by themselves, so a cookie counts only if the browser names one of our own pages
    // or a listed app as the sender.
    let cookie = endpoint.cookie.filter(|_| page.may_send_cookies()).and_then(|name| peer.cookie(name));
    let credential = bearer(headers)
        .map(Credential::Bearer)
        .or(cookie.map(|cookie| Credential::Cookie(cookie.to_owned())));
    let request_id = request_id(headers);
    upgrade.on_upgrade(move |mut socket| async move {
        let _open = endpoint.observer.metrics().open("websocket");
        let end = if acceptable {
            let (queue, answers) = mpsc::channel(QUEUE);
            let connection = Connection {
                check: None,
                access: None,
                seat: None,
                peer,
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
        match end {
            End::Close(code, reason) => farewell(&mut socket, code, reason).await,
            End::Left => hear_out(&mut socket).await,
            End::Gone => {}
        }
    })
}

async fn farewell(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    if let Ok(Ok(())) = timeout(FAREWELL, socket.send(Message::Close(Some(frame)))).await {
        match code {
            // After a protocol error nothing more can be read, such as the rest of a message that is too big:
            // only wait.
            1002 | 1007 | 1009 => sleep(FAREWELL).await,
            _ => hear_out(socket).await,
        }
    }
}

/// Reads on until the peer closes: dropping a socket with unread bytes resets it, and the close code is lost.
/// Reading also sends our answer to the peer's own close frame.
async fn hear_out(socket: &mut WebSocket) {
    let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}

/// Why a socket ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// We close it, with a code and a reason.
    Close(u16, &'static str),
    /// The client sent a close frame.
    Left,
    /// The connection is lost.
    Gone,
}

/// Continue, or end the socket.
type Step<T = ()> = std::result::Result<T, End>;

/// The messages of a client.
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

/// A message about an operation. Serialised from a struct because `json!` would sort the fields of an answer.
#[derive(Serialize)]
struct Says<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    payload: P,
}

/// A message from an operation's task. The serial number distinguishes two consecutive operations with the
/// same ID. Boxed because the queue reserves room for thirty-two messages, and every socket has one.
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

/// The running operations; dropping them aborts all.
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
    /// The client's credential.
    credential: Option<Credential>,
    /// The client's network, browser and cookies.
    peer: Peer,
    /// The caller and whether they still have access; none before `connection_ack`.
    access: Option<Access<D>>,
    /// This connection's place within the limit per caller.
    seat: Option<Seat>,
    /// The first call of `authenticate`, while it runs.
    check: Option<BoxFuture<'static, Result<D>>>,
    /// Whether `connection_init` was received.
    asked: bool,
    /// When the last message arrived.
    heard: Instant,
    operations: Operations,
    serial: u64,
    queue: mpsc::Sender<Box<Answered>>,
    request_id: Option<String>,
}

impl<S, D> Connection<'_, S, D>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    async fn run(mut self, socket: &mut WebSocket, mut answers: mpsc::Receiver<Box<Answered>>) -> End {
        let patience = self.endpoint.patience;
        let mut ending = self.endpoint.stop.clone();
        let mut init = std::pin::pin!(sleep(patience.init));
        let mut ping = interval(patience.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ping.reset();
        loop {
            let step = tokio::select! {
                () = stopped(&mut ending) => Err(End::Close(1012, "Service restart")),
                () = &mut init, if self.access.is_none() => Err(End::Close(4408, "Connection initialisation timeout")),
                checked = async {
                    match &mut self.check {
                        Some(check) => check.await,
                        None => pending().await,
                    }
                } => self.checked(socket, checked).await,
                message = socket.recv() => self.heard(socket, message).await,
                Some(answered) = answers.recv() => self.answer(socket, answered).await,
                _ = ping.tick() => self.ping(socket).await,
                over = async {
                    match &mut self.access {
                        Some(access) => access.over().await,
                        None => pending().await,
                    }
                } => Err(match over {
                    Over::Forbidden => End::Close(4403, "Forbidden"),
                    Over::Unknown => End::Close(1013, "Try again later"),
                }),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Starts authentication; the result goes to `checked`.
    fn ask(&mut self) {
        if let Some(credential) = self.credential.clone() {
            let question = (self.endpoint.authenticate)(credential);
            self.check = Some(REQUEST_ID.scope(self.request_id.clone(), question).boxed());
        }
    }

    async fn checked(&mut self, socket: &mut WebSocket, answer: Result<D>) -> Step {
        self.check = None;
        match (answer, self.credential.clone()) {
            (Ok(caller), Some(credential)) => {
                self.seat = self.endpoint.seats.take(&caller);
                if self.seat.is_none() {
                    return Err(End::Close(1013, "Too many connections of this credential"));
                }
                self.access = Some(Access::new(self.endpoint, caller, credential, self.request_id.clone()));
                self.send(socket, &json!({ "type": "connection_ack" })).await
            }
            (Err(error @ (Error::Busy(_) | Error::Internal(_))), _) => {
                error.log();
                Err(End::Close(1013, "Try again later"))
            }
            _ => Err(End::Close(4403, "Forbidden")),
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
            Some(Ok(Message::Close(_))) => return Err(End::Left),
            None => return Err(End::Gone),
            // The library's error comes from a different version of its crate, so only its text can be
            // checked.
            Some(Err(error)) if error.to_string().contains("too long") => {
                return Err(End::Close(1009, "Message too big"));
            }
            Some(Err(error)) if error.to_string().contains("UTF-8") => {
                return Err(End::Close(1007, "Text must be UTF-8"));
            }
            Some(Err(_)) => return Err(End::Close(1002, "Protocol error")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => {
                return Err(End::Close(4400, "Invalid message: text frames only"));
            }
            Some(Ok(Message::Text(text))) => text,
        };
        let Ok(said) = serde_json::from_str(&text) else {
            return Err(End::Close(4400, "Invalid message"));
        };
        match said {
            Said::ConnectionInit { .. } if self.asked => {
                Err(End::Close(4429, "Too many initialisation requests"))
            }
            Said::ConnectionInit { payload } => {
                self.asked = true;
                self.credential = payload
                    .and_then(|payload| shown(&payload))
                    .map(Credential::Bearer)
                    .or(self.credential.take());
                self.ask();
                if self.check.is_none() { Err(End::Close(4403, NO_CREDENTIAL)) } else { Ok(()) }
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
        let Some(caller) = self.access.as_ref().map(Access::caller) else {
            return Err(End::Close(4401, "Unauthorized"));
        };
        if id.is_empty() || id.len() > MAX_ID {
            return Err(End::Close(4400, "Invalid message: id"));
        }
        if self.operations.0.contains_key(&id) {
            return Err(End::Close(4409, "Subscriber for this id already exists"));
        }
        let checked = if self.operations.0.len() >= MAX_OPERATIONS {
            Err(Box::new(
                Code::TooManyOperations
                    .error(format!("at most {MAX_OPERATIONS} operations at once on one socket")),
            ))
        } else {
            self.endpoint.check(&params)
        };
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => {
                self.endpoint.observer.refused_by(&error);
                return self.send(socket, &json!({ "type": "error", "id": id, "payload": [error] })).await;
            }
        };
        self.serial += 1;
        let (kind, observed) = (checked.kind, self.endpoint.observer.begin(&checked));
        let operation = Operation { id: id.clone(), serial: self.serial, queue: self.queue.clone() };
        let asked = ready(params.into_request(checked), kind, |request| {
            (self.endpoint.prepare)(request, Some(caller), &self.peer)
        });
        let (schema, request_id) = (self.endpoint.schema.clone(), self.request_id.clone());
        let task = if kind == Some(OperationType::Subscription) {
            tokio::spawn(REQUEST_ID.scope(request_id, operation.stream(schema, asked.0, observed)))
        } else {
            tokio::spawn(operation.once(
                schema,
                asked,
                kind,
                self.endpoint.patience.execution,
                request_id,
                observed,
            ))
        };
        self.operations.0.insert(id, (self.serial, task.abort_handle()));
        Ok(())
    }

    async fn answer(&mut self, socket: &mut WebSocket, answered: Box<Answered>) -> Step {
        let Answered { id, serial, what } = *answered;
        // The client ended this operation meanwhile, and may have reused the ID.
        if self.operations.0.get(&id).is_none_or(|(running, _)| *running != serial) {
            return Ok(());
        }
        if !matches!(what, What::Next(_)) {
            self.operations.0.remove(&id);
        }
        match what {
            What::Next(answer) => self.send(socket, &Says { kind: "next", id, payload: answer }).await,
            What::Error(mut answer) => {
                self.endpoint.suggest(&mut answer);
                self.send(socket, &Says { kind: "error", id, payload: answer.errors }).await
            }
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

/// Waits for the process to stop.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // The sender is gone, so the signal can never come.
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
    queue: mpsc::Sender<Box<Answered>>,
}

impl Operation {
    async fn tell(&self, what: What) {
        let _ = self.queue.send(Box::new(Answered { id: self.id.clone(), serial: self.serial, what })).await;
    }

    /// A query or mutation: one answer. A mutation continues when the socket ends, see `execute`.
    async fn once<S: Executor>(
        self,
        schema: S,
        asked: Asked,
        kind: Option<OperationType>,
        patience: Duration,
        request_id: Option<String>,
        observed: Observed,
    ) {
        match execute(schema, asked, kind, patience, request_id, observed).await {
            (Outcome::Executed, answer) => {
                self.tell(What::Next(answer)).await;
                self.tell(What::Complete).await;
            }
            (_, answer) => self.tell(What::Error(answer)).await,
        }
    }

    async fn stream<S: Executor>(self, schema: S, request: async_graphql::Request, observed: Observed) {
        let events = async {
            let mut events = subscribe(&schema, request);
            let mut first = true;
            while let Some(mut answer) = events.next().await {
                finish(&mut answer);
                // No event but errors: the subscription did not begin.
                if first && answer.data == Value::Null && !answer.errors.is_empty() {
                    return Some(answer);
                }
                first = false;
                self.tell(What::Next(answer)).await;
            }
            None
        };
        match std::panic::AssertUnwindSafe(events).catch_unwind().await {
            Ok(None) => {
                observed.over(None);
                self.tell(What::Complete).await;
            }
            Ok(Some(refused)) => {
                observed.over(refused.errors.first().and_then(code_of));
                self.tell(What::Error(refused)).await;
            }
            Err(_) => {
                observed.over(Some(Code::Internal));
                tracing::error!("a GraphQL subscription panicked");
                let error = Code::Internal.error("something went wrong on our side");
                self.tell(What::Error(Answer::from_errors(vec![error]))).await;
            }
        }
    }
}
