//! Retries a write that must not be lost, while the database is unreachable or refuses it.
//!
//! Not `backon`: how long to wait, and whether to give up, depends on each error.

use std::{future::Future, time::Duration};

use super::{JobResult, Outcome};
use crate::error::{Error, Result};

/// The first delay, doubled each time.
const FIRST: Duration = Duration::from_millis(200);
/// Longest delay while the database is unreachable: another worker may take over once it is back, so retry
/// often.
const AWAY: Duration = Duration::from_secs(5);
/// Longest delay after an error on our side.
const OURS: Duration = Duration::from_secs(30);
/// How long a write is retried that the database refuses although it is reachable.
const MOST: Duration = Duration::from_mins(10);

/// The delays between attempts to write.
#[derive(Debug, Default)]
pub(super) struct Insistence {
    tries: u32,
    /// Total delay after errors on our side. Outages do not count, because they end.
    refused_for: Duration,
}

impl Insistence {
    /// Waits before the next attempt. False: stop, because it would fail forever. Logs the first error, then
    /// ever fewer of them.
    pub(super) async fn wait_after(&mut self, error: &Error) -> bool {
        let wait = self.next_wait(matches!(error, Error::Busy(_)));
        if self.tries.is_power_of_two() {
            error.log();
        }
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        wait.is_some()
    }

    fn next_wait(&mut self, away: bool) -> Option<Duration> {
        let wait = FIRST.saturating_mul(1 << self.tries.min(16)).min(if away { AWAY } else { OURS });
        self.tries = self.tries.saturating_add(1);
        if away {
            return Some(wait);
        }
        self.refused_for += wait;
        (self.refused_for <= MOST).then_some(wait)
    }
}

/// The server has accepted the mail, so that must be stored: giving up would send the mail a second time.
/// Retries the unit of work after any error, for as long as the database is unreachable. Only a lost lease
/// ends this, because the job then belongs to another worker. If the database refuses for ten minutes, the
/// job is parked, so that no further copy is sent unless an operator decides to.
///
/// # Errors
/// `Conflict` when the lease was lost.
pub async fn insist<F, Fut>(unit: F) -> JobResult
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Option<i64>>>,
{
    let mut insistence = Insistence::default();
    loop {
        match unit().await {
            Ok(_) => return Ok(Outcome::Finished),
            Err(Error::Conflict) => return Err(Error::Conflict),
            Err(error) if insistence.wait_after(&error).await => {}
            Err(_) => return Ok(Outcome::Park("mail_sent_but_not_noted")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_waited_out_and_a_refusal_is_not_tried_for_ever() {
        let mut away = Insistence::default();
        let waits: Vec<Duration> = (0..1000).map(|_| away.next_wait(true).expect("again")).collect();
        assert_eq!((waits[0], waits[999]), (FIRST, AWAY));
        let mut refused = Insistence::default();
        let tries = std::iter::from_fn(|| refused.next_wait(false)).take(1000).count();
        assert!((20..40).contains(&tries), "{tries} tries");
    }

    #[tokio::test]
    async fn only_a_lost_lease_ends_it_at_once() {
        let tried = std::sync::atomic::AtomicU32::new(0);
        let outcome = insist(|| async {
            match tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => Err(Error::Busy(Duration::ZERO)),
                1 => Err(Error::internal("read-only")),
                _ => Ok(None),
            }
        });
        assert!(matches!(outcome.await, Ok(Outcome::Finished)));
        assert!(matches!(insist(|| async { Err(Error::Conflict) }).await, Err(Error::Conflict)));
    }
}
