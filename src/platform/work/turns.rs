//! Units of one workspace take turns before they ask for the journal's counter. The database would make them wait as well, but
//! there each that waits is woken only to look at the row anew: with sixteen at once, more work went into waiting than into units.
//!
//! Whoever has a turn waits for nobody of this node: the counter is the last thing a unit asks for.

use std::sync::Arc;

use entity::WorkspaceId;
use tokio::sync::{Semaphore, SemaphorePermit};

/// One has the counter, and one is next: the database hands it on without a word from us.
const AT_ONCE: usize = 2;
/// Workspaces that share one are few, and only wait a little longer.
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
    /// Waits until it is this unit's turn; first come, first served. It is over when the value is dropped.
    pub(super) async fn take(&self, workspace: WorkspaceId) -> Option<SemaphorePermit<'_>> {
        let queue = usize::try_from(workspace.0.as_u128() % QUEUES).unwrap_or_default();
        // Never closed, so there always is one.
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
