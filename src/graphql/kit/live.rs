//! Following the journal for one subscription: what every live field stands on.

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

/// After so many unwanted entries a filtered stream tells its position,
const QUIET_ENTRIES: i64 = 200;

/// or after so long.
const QUIET_TIME: Duration = Duration::from_secs(10);

/// How long to wait before asking a database again that is away.
const PATIENCE: Duration = Duration::from_millis(500);

/// The facts of an entry.
///
/// # Errors
/// `Internal` when its bytes do not read.
pub(crate) fn data_of(row: &journal::Model) -> Result<serde_json::Value> {
    let mut value: serde_json::Value = serde_json::from_str(&row.bytes)?;
    Ok(value["data"].take())
}

/// Where a subscription begins. Settled before its filter is read, so that a merge in between is not missed.
///
/// # Errors
/// `Busy` when the database is away.
pub(crate) async fn start(app: &App, caller: &Caller, after: Option<i64>) -> Result<i64> {
    match after {
        Some(after) => Ok(after),
        None => Box::pin(current_seq(app.db(), caller.workspace)).await,
    }
}

/// What a follower hands out.
#[derive(Clone)]
pub(crate) enum Step {
    /// Wanted entries, in order: at least one, at most a page of the tail.
    Entries(Vec<Arc<journal::Model>>),
    /// Nothing wanted up to this number.
    Position(i64),
}

/// Follows the journal for one subscription.
pub(crate) struct Follower {
    app: App,
    caller: Caller,
    rights: &'static [Right],
    tail: Tail,
    wants: Box<dyn Fn(&journal::Model) -> bool + Send + Sync>,
    /// The last number that was told, and when.
    told: (i64, Instant),
}

impl Follower {
    /// Follows after `after`; none = after the newest entry, whose number is read before following begins.
    ///
    /// # Errors
    /// `Rejected` when `after` is no number of this journal: waiting for it would miss everything before it.
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

    /// The next wanted entries, or a position.
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
                // The tail stands where it stood: asking again resumes there.
                Err(Error::Busy(_)) => {
                    sleep(PATIENCE).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            // Nothing that was written after the end of their access reaches them.
            if entries.iter().any(|entry| touches(&self.caller, &entry.kind, entry.object.as_deref())) {
                self.caller = match insist((), &|()| Box::pin(renew(&self.app, self.caller))).await {
                    Ok(caller) => caller,
                    // The connection closes with a code that says why; a stream that ended by itself would say something else.
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

    /// The subscription's stream: `prepare` turns each step into events, and is asked again for the same step while the
    /// database is away, so that nothing is skipped. Any other error is the last thing said.
    ///
    /// What asks the database is in a box for as long as it does: a subscription waits most of its life, and there are thousands.
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

/// Followers are many, and leave connections to others: what they show is loaded when it is their turn.
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
