//! One operation of a socket, and how its answers reach the socket's task.

use std::time::Duration;

use async_graphql::{Executor, Response as Answer, Value, parser::types::OperationType};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;

use crate::graphql::{
    root_field::subscribe,
    transport::{Asked, Observed, Outcome, execute},
    user_error::{GraphqlErrorCode as Code, code_of, finish},
};

/// A message from an operation's task. The serial number distinguishes two consecutive operations with the
/// same ID. Boxed because the queue reserves room for thirty-two messages, and every socket has one.
pub(super) struct Answered {
    pub(super) id: String,
    pub(super) serial: u64,
    pub(super) what: What,
}

pub(super) enum What {
    Next(Answer),
    Error(Answer),
    Complete,
}

/// One operation, in its own task.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) serial: u64,
    pub(super) queue: mpsc::Sender<Box<Answered>>,
}

impl Operation {
    async fn tell(&self, what: What) {
        let _ = self.queue.send(Box::new(Answered { id: self.id.clone(), serial: self.serial, what })).await;
    }

    /// A query or mutation: one answer. A mutation continues when the socket ends, see `execute`.
    pub(super) async fn once<S: Executor>(
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

    pub(super) async fn stream<S: Executor>(
        self,
        schema: S,
        request: async_graphql::Request,
        observed: Observed,
    ) {
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
