//! Counts the posts that a form turned away, so that a loss shows where the marketer looks.
//!
//! What was in them is kept nowhere. While one count is being written, the next ones gather in memory: a
//! flood costs one statement at a time. A crash loses what gathered since, and nothing else depends on it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::{CaughtReason, FormId, WorkspaceId};
use tracing::Instrument;

use crate::{app::App, error::Error, forms::cache::Open};

/// Workspace, form, day, reason.
type Key = (WorkspaceId, FormId, String, CaughtReason);

/// What was caught and is not written yet.
#[derive(Clone, Default)]
pub struct Caught(Arc<Mutex<Pending>>);

#[derive(Default)]
struct Pending {
    posts: HashMap<Key, i64>,
    /// Somebody writes, and looks again afterwards.
    writing: bool,
}

impl Caught {
    /// Counts one post. Never fails: whoever was turned away gets their answer either way.
    pub async fn count(&self, app: &App, open: &Open, reason: CaughtReason) {
        let key = (open.workspace, open.form, app.now().format("%Y-%m-%d").to_string(), reason);
        {
            let mut pending = self.lock();
            *pending.posts.entry(key).or_default() += 1;
            if std::mem::replace(&mut pending.writing, true) {
                return;
            }
        }
        // Spawned, so that a client that hangs up does not stop the writing for good.
        let (caught, app) = (self.clone(), app.clone());
        let writing = tokio::spawn(async move { caught.write_all(&app).await }.in_current_span());
        // While a flood goes on there is always more to write: this answer does not wait for its end.
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
                    // Not kept for later: while the database is away, a flood would fill the memory.
                    Error::from(error).log();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
