//! Doing an act again when the database rolled it back for another's sake: two units of work waited for each
//! other's locks, or saw each other's rows. That is nobody's fault and over in a moment, so nobody needs to
//! hear of it.
//!
//! It is safe while nothing of the act was committed: then it is as if it had not been tried. An act of
//! several units of which one is through is not repeated. Jobs are not repeated here, because they are run
//! again anyway.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::platform::keys::random;

/// How often an act is begun at most.
const TRIES: usize = 3;

tokio::task_local! {
    static ATTEMPT: Arc<Attempt>;
}

#[derive(Default)]
struct Attempt {
    collided: AtomicBool,
    committed: AtomicBool,
}

/// A unit of work was rolled back for another's sake.
pub(in crate::platform) fn collided() {
    let _ = ATTEMPT.try_with(|attempt| attempt.collided.store(true, Ordering::Release));
}

/// A unit of work is through, or nobody knows whether it is.
pub(in crate::platform) fn committed() {
    let _ = ATTEMPT.try_with(|attempt| attempt.committed.store(true, Ordering::Release));
}

/// Acts, and says whether the same may be done again.
pub async fn watch<T>(act: impl Future<Output = T>) -> (T, bool) {
    let attempt = Arc::<Attempt>::default();
    let outcome = ATTEMPT.scope(Arc::clone(&attempt), act).await;
    (outcome, attempt.collided.load(Ordering::Acquire) && !attempt.committed.load(Ordering::Acquire))
}

/// Acts, and again when that was rolled back for another's sake.
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

/// Each waits another while, so that the same two do not meet again: 10 to 60 ms.
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
