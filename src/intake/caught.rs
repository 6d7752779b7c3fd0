//! Counts the submissions that a form rejected, so that marketers see what they lose.
//!
//! Nothing of their content is stored. While one count is being written, the next ones accumulate in memory,
//! so a flood costs one statement at a time. A crash loses the accumulated counts; nothing else depends on
//! them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::{CaughtReason, FormId, WorkspaceId};
use tracing::Instrument;

use crate::{app::App, error::Error, forms::cache::Open};

/// Workspace, form, day and reason.
type Key = (WorkspaceId, FormId, String, CaughtReason);

/// Counts that are not written yet.
#[derive(Clone, Default)]
pub struct Caught(Arc<Mutex<Pending>>);

#[derive(Default)]
struct Pending {
    posts: HashMap<Key, i64>,
    /// A task is writing, and checks for more when it has finished.
    writing: bool,
}

impl Caught {
    /// Counts one submission. Never fails, so that the sender gets the usual answer either way.
    pub async fn count(&self, app: &App, open: &Open, reason: CaughtReason) {
        let key = (open.workspace, open.form, app.now().format("%Y-%m-%d").to_string(), reason);
        {
            let mut pending = self.lock();
            *pending.posts.entry(key).or_default() += 1;
            if std::mem::replace(&mut pending.writing, true) {
                return;
            }
        }
        // Spawned, so that a client that disconnects does not stop the writing for good.
        let (caught, app) = (self.clone(), app.clone());
        let writing = tokio::spawn(async move { caught.write_all(&app).await }.in_current_span());
        // During a flood there is always more to write: this request does not wait for the end.
        let _ = tokio::time::timeout(Duration::from_secs(1), writing).await;
    }

    async fn write_all(&self, app: &App) {
        loop {
            let posts = {
                let mut pending = self.lock();
                if pending.posts.is_empty() {
                    pending.writing = false;
                    return;
                }
                std::mem::take(&mut pending.posts)
            };
            for ((workspace, form, day, reason), posts) in posts {
                let text = "INSERT INTO form_caught (workspace_id, form_id, day, reason, posts) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (workspace_id, form_id, day, reason) DO UPDATE SET posts = form_caught.posts + excluded.posts";
                let values = vec![workspace.into(), form.into(), day.into(), reason.into(), posts.into()];
                if let Err(error) = app.ledger.db.touch(text, values).await {
                    // Dropped: with the database unavailable, a flood would otherwise fill the memory.
                    Error::from(error).log();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
