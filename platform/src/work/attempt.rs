//! Retries an action that the database rolled back because of a concurrent transaction: two units of work
//! waited for each other's locks, or a serialisation conflict occurred. That is nobody's fault and quickly
//! over, so the caller need not notice.
//!
//! A retry is safe as long as nothing of the action was committed: then it is as if it had never been tried.
//! An action of several units of work is not retried once one of them is committed. Jobs are not retried
//! here, because they run again anyway.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::keys::random;

/// Most attempts of an action.
const TRIES: usize = 3;

tokio::task_local! {
    static ATTEMPT: Arc<Attempt>;
}

#[derive(Default)]
struct Attempt {
    collided: AtomicBool,
    committed: AtomicBool,
}

/// Notes that a unit of work was rolled back because of a concurrent transaction.
pub(crate) fn collided() {
    let _ = ATTEMPT.try_with(|attempt| attempt.collided.store(true, Ordering::Release));
}

/// Notes that a unit of work was committed, or may have been.
pub(crate) fn committed() {
    let _ = ATTEMPT.try_with(|attempt| attempt.committed.store(true, Ordering::Release));
}

/// Runs `act`, and returns whether it may be retried.
pub async fn watch<T>(act: impl Future<Output = T>) -> (T, bool) {
    let attempt = Arc::<Attempt>::default();
    let outcome = ATTEMPT.scope(Arc::clone(&attempt), act).await;
    (outcome, attempt.collided.load(Ordering::Acquire) && !attempt.committed.load(Ordering::Acquire))
}

/// Runs `act`, and retries it when a concurrent transaction caused a rollback.
pub async fn repeat<T, F: Future<Output = T>>(act: impl Fn() -> F) -> T {
    for _ in 1..TRIES {
        let (outcome, again) = watch(Box::pin(act())).await;
        if !again {
            return outcome;
        }
        pause().await;
    }
    Box::pin(act()).await
}

/// Waits for a random time between 10 and 60 ms, so that the same two transactions do not collide again.
pub async fn pause() {
    let [by_chance] = random::<1>();
    tokio::time::sleep(Duration::from_millis(10 + u64::from(by_chance) / 5)).await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test]
    async fn an_act_is_repeated_while_it_collides_and_never_when_a_part_of_it_is_through() {
        for (collides, commits, tries) in [(0, false, 1), (1, false, 2), (9, false, 3), (1, true, 1)] {
            let tried = AtomicUsize::new(0);
            repeat(|| async {
                if commits {
                    committed();
                }
                if tried.fetch_add(1, Ordering::Relaxed) < collides {
                    collided();
                }
            })
            .await;
            assert_eq!(tried.into_inner(), tries, "{collides} {commits}");
        }
    }
}
