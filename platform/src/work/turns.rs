//! Queues units of work of one workspace before they request the journal's counter. The database would make
//! them wait as well, but it wakes each waiting one just to check the row again: with sixteen at once, more
//! work went into waiting than into units.
//!
//! A unit that has its turn waits for no other unit of this node, because the counter is the last thing it
//! requests.

use std::sync::Arc;

use entity::WorkspaceId;
use tokio::sync::{Semaphore, SemaphorePermit};

/// One unit holds the counter, one waits in the database's queue.
const AT_ONCE: usize = 2;
/// Few workspaces share a queue, and those only wait a little longer.
const QUEUES: u128 = 64;

/// The queues of one node. Cheap to clone.
#[derive(Clone)]
pub struct Turns(Arc<[Semaphore]>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..QUEUES).map(|_| Semaphore::new(AT_ONCE)).collect())
    }
}

impl Turns {
    /// Waits for this unit's turn, in order of arrival. Dropping the permit ends the turn.
    pub(super) async fn take(&self, workspace: WorkspaceId) -> Option<SemaphorePermit<'_>> {
        let queue = usize::try_from(workspace.0.as_u128() % QUEUES).unwrap_or_default();
        // The semaphore is never closed, so this never returns `None`.
        self.0.get(queue)?.acquire().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_third_unit_of_a_workspace_waits_until_one_is_over_and_others_do_not() {
        let turns = Turns::default();
        let workspace = |low: u128| WorkspaceId(uuid::Uuid::from_u128(low));
        let (one, _two) = (turns.take(workspace(1)).await, turns.take(workspace(1)).await);
        let mut third = std::pin::pin!(turns.take(workspace(1)));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(turns.take(workspace(2)).now_or_never().is_some());
        drop(one);
        assert!(third.now_or_never().is_some());
    }
}
