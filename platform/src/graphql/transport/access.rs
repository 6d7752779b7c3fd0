//! Checks for as long as a socket or event stream is open that the caller may still use it: at intervals, and
//! at once when the journal reports a change that concerns them.

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
    graphql::user_error::REQUEST_ID,
};

/// Consecutive checks that may fail because of our own errors before access ends.
const MAX_BLIND_CHECKS: u8 = 4;

/// Why access ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graphql) enum Over {
    /// The access was revoked, or its rights changed.
    Forbidden,
    /// We could not check any more.
    Unknown,
}

/// An access that is checked while it lasts.
pub(in crate::graphql) struct Access<D> {
    caller: D,
    credential: Credential,
    request_id: Option<String>,
    authenticate: Authenticate<D>,
    renew: Option<Renew<D>>,
    hints: Option<BoxStream<'static, ()>>,
    clock: Interval,
    /// The check that is running.
    check: Option<BoxFuture<'static, Result<D>>>,
    /// Consecutive checks that failed because of our own errors.
    blind: u8,
}

impl<D: Clone + Send + Sync + 'static> Access<D> {
    /// Starts checking.
    pub(in crate::graphql) fn new<S>(
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

    /// The caller, as of the last check.
    pub(in crate::graphql) fn caller(&self) -> &D {
        &self.caller
    }

    /// Waits until access ends. Cancel-safe: dropping the future and calling this again loses nothing.
    pub(in crate::graphql) async fn over(&mut self) -> Over {
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
                    // A running check may have read the state before this change, so it is replaced.
                    self.ask();
                }
            }
        }
    }

    /// Starts a check that the caller still has the same access. If possible not by their credential: the
    /// token may have been rotated meanwhile.
    fn ask(&mut self) {
        let question = match &self.renew {
            Some(renew) => renew(self.caller.clone()),
            None => (self.authenticate)(self.credential.clone()),
        };
        self.check = Some(REQUEST_ID.scope(self.request_id.clone(), question).boxed());
    }
}
