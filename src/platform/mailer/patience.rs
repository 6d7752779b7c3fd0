//! Waiting for somebody else's answer, for so long as this process runs: a process that was stopped for a minute (SIGSTOP, the lid of
//! a laptop, a machine that was moved) wakes up to the answer, and not to a time that ran out while it could not listen.

use std::{pin::Pin, time::Duration};

/// The time that is left for an answer.
#[derive(Debug)]
pub(super) struct Patience {
    left: Duration,
    step: Duration,
}

impl Patience {
    /// So much time, counted in small steps: however long a step takes by the clock, it is one step.
    pub(super) fn new(most: Duration) -> Self {
        Self { left: most, step: Duration::from_secs(1).min(most / 4) }
    }

    /// Waits a step for the answer. None: not yet, or no time is left (`is_over`).
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
        // Nothing of this process runs for twice as long as it would wait.
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
