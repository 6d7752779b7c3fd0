//! A timeout that only counts while this process runs. A process that was suspended for a minute (SIGSTOP, a
//! closed laptop, a migrated machine) then still finds the answer that came meanwhile, instead of a timeout
//! that passed while it could not listen.

use std::{pin::Pin, time::Duration};

/// The time left for an answer.
#[derive(Debug)]
pub(super) struct Patience {
    left: Duration,
    step: Duration,
}

impl Patience {
    /// A timeout counted in small steps: a step counts once, however long it takes by the clock.
    pub(super) fn new(most: Duration) -> Self {
        Self { left: most, step: Duration::from_secs(1).min(most / 4) }
    }

    /// Waits one step for the answer. None: not yet, or no time is left (`is_over`).
    pub(super) async fn wait_a_step<F: Future + Send>(&mut self, answer: Pin<&mut F>) -> Option<F::Output> {
        let step = self.step.min(self.left);
        let begun = tokio::time::Instant::now();
        let answered = tokio::time::timeout(step, answer).await.ok();
        self.left = self.left.saturating_sub(begun.elapsed().min(step));
        answered
    }

    /// Waits for the answer until no time is left.
    pub(super) async fn wait<F: Future + Send>(&mut self, answer: F) -> Option<F::Output> {
        let mut answer = std::pin::pin!(answer);
        while !self.is_over() {
            if let Some(answered) = self.wait_a_step(answer.as_mut()).await {
                return Some(answered);
            }
        }
        None
    }

    pub(super) fn is_over(&self) -> bool {
        self.left.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_that_was_stopped_takes_the_answer_that_came_meanwhile() {
        let (say, hear) = tokio::sync::oneshot::channel();
        let answer = tokio::spawn(async move {
            let mut patience = Patience::new(Duration::from_millis(200));
            (patience.wait(hear).await, patience.is_over())
        });
        tokio::task::yield_now().await;
        // Nothing in this process runs for twice as long as the timeout.
        std::thread::sleep(Duration::from_millis(400));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            say.send(250)
        });
        assert_eq!(answer.await.unwrap(), (Some(Ok(250)), false));
    }

    #[tokio::test]
    async fn patience_ends() {
        let mut patience = Patience::new(Duration::from_millis(20));
        assert_eq!(patience.wait(std::future::pending::<()>()).await, None);
        assert!(patience.is_over());
    }
}
