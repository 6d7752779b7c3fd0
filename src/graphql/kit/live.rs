//! Following the journal for one subscription. All live fields of the API are built on `Follower`: it
//! delivers matching entries in order, and a bare position now and then, and keeps trying while the database
//! is unreachable.

use std::{collections::VecDeque, future::Future, sync::Arc, time::Duration};

use entity::journal;
use futures_util::{Stream, future::pending, stream};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    accounts::{Caller, Right, allow, renew, touches},
    app::App,
    error::{Error, ProblemCode, Result},
    journal::{current_seq, tail::Tail},
};

/// A filtered stream sends its position after this many entries that do not match,
const QUIET_ENTRIES: i64 = 200;

/// or after this time.
const QUIET_TIME: Duration = Duration::from_secs(10);

/// Retry delay while the database is unreachable.
const PATIENCE: Duration = Duration::from_millis(500);

/// The facts of an entry.
///
/// # Errors
/// `Internal` when its bytes cannot be parsed.
pub(crate) fn data_of(row: &journal::Model) -> Result<serde_json::Value> {
    let mut value: serde_json::Value = serde_json::from_str(&row.bytes)?;
    Ok(value["data"].take())
}

/// The position where a subscription starts. Determined before its filter is read, so that no merge in
/// between is missed.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(crate) async fn start(app: &App, caller: &Caller, after: Option<i64>) -> Result<i64> {
    match after {
        Some(after) => Ok(after),
        None => Box::pin(current_seq(app.db(), caller.workspace)).await,
    }
}

/// What a follower delivers.
#[derive(Clone)]
pub(crate) enum Step {
    /// Matching entries, in order: at least one, at most a page of the tail.
    Entries(Vec<Arc<journal::Model>>),
    /// No matching entries up to this number.
    Position(i64),
}

/// Follows the journal for one subscription.
pub(crate) struct Follower {
    app: App,
    caller: Caller,
    rights: &'static [Right],
    tail: Tail,
    wants: Box<dyn Fn(&journal::Model) -> bool + Send + Sync>,
    /// The last number that was sent, and when.
    told: (i64, Instant),
}

impl Follower {
    /// Follows after entry `after`; none = after the newest entry, whose number is read before following
    /// begins.
    ///
    /// # Errors
    /// `Rejected` when `after` is beyond the end of this journal: waiting for it would miss everything before
    /// it.
    pub(crate) async fn new(
        app: &App,
        caller: Caller,
        rights: &'static [Right],
        after: Option<i64>,
        wants: impl Fn(&journal::Model) -> bool + Send + Sync + 'static,
    ) -> Result<Self> {
        let head = Box::pin(current_seq(app.db(), caller.workspace)).await?;
        let after = after.unwrap_or(head);
        if !(0..=head).contains(&after) {
            let message = "The journal has no entry with this number: read the lists again and subscribe after `journalHead`.";
            return Err(Error::rejected(ProblemCode::Invalid, "after", message));
        }
        let tail = app.tails.follow(&app.ledger.db, caller.workspace, after).await?;
        Ok(Self {
            app: app.clone(),
            caller,
            rights,
            tail,
            wants: Box::new(wants),
            told: (after, Instant::now()),
        })
    }

    /// The next matching entries, or a position.
    async fn step(&mut self) -> Result<Step> {
        loop {
            let moved = self.tail.position() > self.told.0;
            let next = if moved {
                match timeout_at(self.told.1 + QUIET_TIME, self.tail.next()).await {
                    Ok(next) => next,
                    Err(_) => return Ok(self.position()),
                }
            } else {
                self.tail.next().await
            };
            let entries = match next {
                Ok(entries) => entries,
                // The tail keeps its position: the next call resumes there.
                Err(Error::Busy(_)) => {
                    sleep(PATIENCE).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            // Nothing written after the end of their access may reach them.
            if entries.iter().any(|entry| touches(&self.caller, &entry.kind, entry.object.as_deref())) {
                self.caller = match insist((), &|()| Box::pin(renew(&self.app, self.caller))).await {
                    Ok(caller) => caller,
                    // The connection is closed with a code that gives the reason; if the stream ended on its
                    // own, the client would see another one.
                    Err(Error::Unauthenticated | Error::Forbidden) => pending().await,
                    Err(error) => return Err(error),
                };
            }
            for right in self.rights {
                allow(self.caller.actor, *right)?;
            }
            let wanted: Vec<_> = entries.into_iter().filter(|entry| (self.wants)(entry)).collect();
            if let Some(last) = wanted.last() {
                self.told = (last.seq, Instant::now());
                return Ok(Step::Entries(wanted));
            }
            if self.tail.position() - self.told.0 >= QUIET_ENTRIES || self.told.1.elapsed() >= QUIET_TIME {
                return Ok(self.position());
            }
        }
    }

    fn position(&mut self) -> Step {
        self.told = (self.tail.position(), Instant::now());
        Step::Position(self.told.0)
    }

    /// The subscription's stream: `prepare` turns each step into events. While the database is unreachable it
    /// is called again for the same step, so that nothing is skipped. Any other error ends the stream.
    ///
    /// Futures that use the database are boxed only while they run: there are thousands of subscriptions,
    /// which mostly wait.
    pub(crate) fn events<E, F>(
        self,
        prepare: impl Fn(Step) -> F + Send,
    ) -> impl Stream<Item = async_graphql::Result<E>>
    where
        E: Send,
        F: Future<Output = Result<Vec<E>>> + Send,
    {
        let start = (Some(self), VecDeque::new(), prepare);
        stream::unfold(start, |(mut follower, mut ready, prepare)| async move {
            loop {
                if let Some(event) = ready.pop_front() {
                    return Some((Ok(event), (follower, ready, prepare)));
                }
                let outcome = async {
                    let follower = follower.as_mut()?;
                    let step = follower.step().await;
                    let app = &follower.app;
                    Some(match step {
                        Ok(step) => insist(step, &|step| Box::pin(in_turn(app, prepare(step)))).await,
                        Err(error) => Err(error),
                    })
                };
                match outcome.await? {
                    Ok(events) => ready.extend(events),
                    Err(error) => return Some((Err(error.into()), (None, ready, prepare))),
                }
            }
        })
    }
}

/// There are many followers, so they load data only with a permit and leave connections to others.
async fn in_turn<E>(app: &App, prepare: impl Future<Output = Result<E>>) -> Result<E> {
    let _turn = app.ledger.db.follow().await;
    prepare.await
}

async fn insist<S: Clone, E, F: Future<Output = Result<E>>>(step: S, prepare: &impl Fn(S) -> F) -> Result<E> {
    loop {
        match prepare(step.clone()).await {
            Err(Error::Busy(_)) => sleep(PATIENCE).await,
            outcome => return outcome,
        }
    }
}
