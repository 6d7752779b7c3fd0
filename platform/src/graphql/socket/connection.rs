//! An open socket: reads what the client says, and writes the answers of its operations.

use std::{collections::HashMap, time::Instant};

use async_graphql::{Executor, parser::types::OperationType};
use axum::extract::ws::{Message, WebSocket};
use futures_util::{
    FutureExt,
    future::{BoxFuture, pending},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    End, Step,
    operation::{Answered, Operation, What},
    stopped,
};
use crate::{
    error::{Error, Result},
    graphql::{
        transport::{Access, Credential, Endpoint, Over, Params, Peer, Seat, credential, ready},
        user_error::{GraphqlErrorCode as Code, REQUEST_ID},
    },
};

/// Most concurrent operations on one socket.
pub(super) const MAX_OPERATIONS: usize = 50;
/// Longest operation ID, in bytes; clients use numbers or UUIDs.
const MAX_ID: usize = 128;
/// A close reason holds at most 123 bytes.
pub(super) const NO_CREDENTIAL: &str =
    "Forbidden: sign in, or put `authorization` into the payload of connection_init";

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

/// An open socket.
pub(super) struct Connection<'e, S, D> {
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

impl<'e, S, D> Connection<'e, S, D>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    pub(super) fn new(
        endpoint: &'e Endpoint<S, D>,
        credential: Option<Credential>,
        peer: Peer,
        request_id: Option<String>,
        queue: mpsc::Sender<Box<Answered>>,
    ) -> Self {
        Self {
            endpoint,
            credential,
            peer,
            access: None,
            seat: None,
            check: None,
            asked: false,
            heard: Instant::now(),
            operations: Operations::default(),
            serial: 0,
            queue,
            request_id,
        }
    }

    pub(super) async fn run(
        mut self,
        socket: &mut WebSocket,
        mut answers: mpsc::Receiver<Box<Answered>>,
    ) -> End {
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

/// The credential in the payload of `connection_init`.
fn shown(payload: &Map<String, serde_json::Value>) -> Option<String> {
    let (_, value) = payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    value.as_str().map(credential)
}
