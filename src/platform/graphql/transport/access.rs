//! Whether somebody who was let in still may be, for as long as their socket or event stream is open: asked by the clock, and at
//! once when the journal tells something about them.

use std::sync::Arc;

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, pending},
    stream::BoxStream,
};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{Authenticate, Credential, Endpoint, Renew};
use crate::{
    error::{Error, Result},
    platform::graphql::user_error::REQUEST_ID,
};

/// Checks in a row that may fail for our own reasons before we give up.
const MAX_BLIND_CHECKS: u8 = 4;

/// Why access ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platform::graphql) enum Over {
    /// It was taken away, or is another now.
    Forbidden,
    /// We cannot tell any more.
    Unknown,
}

/// An access that is being watched.
pub(in crate::platform::graphql) struct Access<D> {
    caller: D,
    credential: Credential,
    request_id: Option<String>,
    authenticate: Authenticate<D>,
    renew: Option<Renew<D>>,
    hints: Option<BoxStream<'static, ()>>,
    clock: Interval,
    /// The question that is under way.
    check: Option<BoxFuture<'static, Result<D>>>,
    /// Checks in a row that failed for reasons of ours.
    blind: u8,
}

impl<D: Clone + Send + Sync + 'static> Access<D> {
    /// Begins to watch.
    pub(in crate::platform::graphql) fn new<S>(
        endpoint: &Endpoint<S, D>,
        caller: D,
        credential: Credential,
        request_id: Option<String>,
    ) -> Self {
        let mut clock = interval(endpoint.patience.recheck);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        clock.reset();
        Self {
            hints: endpoint.watch.as_ref().map(|watch| watch(caller.clone())),
            caller,
            credential,
            request_id,
            authenticate: Arc::clone(&endpoint.authenticate),
            renew: endpoint.renew.clone(),
            clock,
            check: None,
            blind: 0,
        }
    }

    /// Who has it.
    pub(in crate::platform::graphql) fn caller(&self) -> &D {
        &self.caller
    }

    /// Waits until it is over. May be given up and waited for again: nothing is lost.
    pub(in crate::platform::graphql) async fn over(&mut self) -> Over {
        loop {
            tokio::select! {
                answer = async {
                    match &mut self.check {
                        Some(check) => check.await,
                        None => pending().await,
                    }
                } => {
                    self.check = None;
                    match answer {
                        Ok(caller) => (self.caller, self.blind) = (caller, 0),
                        Err(error @ (Error::Busy(_) | Error::Internal(_))) => {
                            error.log();
                            self.blind += 1;
                            if self.blind >= MAX_BLIND_CHECKS {
                                return Over::Unknown;
                            }
                        }
                        Err(_) => return Over::Forbidden,
                    }
                }
                _ = self.clock.tick() => {
                    if self.check.is_none() {
                        self.ask();
                    }
                }
                hint = async {
                    match &mut self.hints {
                        Some(hints) => hints.next().await,
                        None => pending().await,
                    }
                } => {
                    if hint.is_none() {
                        self.hints = None;
                    }
                    // A question that is under way may have been answered before it happened.
                    self.ask();
                }
            }
        }
    }

    /// Asks whether the caller is still who they were. Not by what they showed, if it can be helped: a token may have been changed
    /// for a new one.
    fn ask(&mut self) {
        let question = match &self.renew {
            Some(renew) => renew(self.caller.clone()),
            None => (self.authenticate)(self.credential.clone()),
        };
        self.check = Some(REQUEST_ID.scope(self.request_id.clone(), question).boxed());
    }
}
