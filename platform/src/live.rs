//! Hints from writers to readers: "workspace W reached N", "a job is due". Hints may be lost, so readers also
//! poll.
//!
//! Inside a process they are watch channels; between nodes, Redis pub/sub if configured. A hint only says
//! that it is time to look into the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::WorkspaceId;
use futures_util::StreamExt;
use tokio::sync::{Notify, mpsc, watch};

const CHANNEL: &str = "accord:hints";
/// The hint that a job was queued.
const JOBS: &str = "jobs";

/// The hints of one node. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    heads: Mutex<HashMap<WorkspaceId, watch::Sender<i64>>>,
    jobs: Notify,
    out: Option<mpsc::Sender<String>>,
}

impl Live {
    /// Sends hints within this process, and to other nodes if a Redis client is given. Never fails: without a
    /// connection to Redis there are just no hints between nodes.
    #[must_use]
    pub fn start(redis: Option<redis::Client>) -> Self {
        let Some(client) = redis else {
            return Self(Arc::new(Inner { heads: Mutex::default(), jobs: Notify::new(), out: None }));
        };
        let (out, outbox) = mpsc::channel(1024);
        let live = Self(Arc::new(Inner { heads: Mutex::default(), jobs: Notify::new(), out: Some(out) }));
        tokio::spawn(publish(client.clone(), outbox));
        tokio::spawn(listen(client, Arc::downgrade(&live.0)));
        live
    }

    /// Call after a commit: the workspace's newest entry has this number.
    pub fn reached(&self, workspace: WorkspaceId, seq: i64) {
        self.0.raise(workspace, seq);
        self.send(format!("{workspace} {seq}"));
    }

    /// Call after a commit that queued jobs.
    pub fn jobs_queued(&self) {
        self.0.jobs.notify_one();
        self.send(JOBS.to_owned());
    }

    /// A receiver of the newest number this node has heard of; 0 if none yet.
    #[must_use]
    pub fn head(&self, workspace: WorkspaceId) -> watch::Receiver<i64> {
        let mut heads = self.0.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.entry(workspace).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Waits for the next hint that a job was queued.
    pub async fn job_queued(&self) {
        self.0.jobs.notified().await;
    }

    fn send(&self, hint: String) {
        if let Some(out) = &self.0.out {
            // A full queue means that Redis is slow or unreachable: the other nodes poll.
            let _ = out.try_send(hint);
        }
    }
}

impl Inner {
    /// Handles a hint of another node. Malformed ones are ignored: anyone with access to Redis may publish
    /// there.
    fn hear(&self, hint: &[u8]) {
        let Ok(hint) = std::str::from_utf8(hint) else { return };
        match hint.split_once(' ') {
            None if hint == JOBS => self.jobs.notify_one(),
            None => {}
            Some((workspace, seq)) => {
                if let (Ok(workspace), Ok(seq)) = (workspace.parse(), seq.parse()) {
                    self.raise(workspace, seq);
                }
            }
        }
    }

    fn raise(&self, workspace: WorkspaceId, seq: i64) {
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(head) = heads.get(&workspace) {
            head.send_if_modified(|known| {
                let newer = seq > *known;
                if newer {
                    *known = seq;
                }
                newer
            });
        }
    }
}

async fn publish(client: redis::Client, mut outbox: mpsc::Receiver<String>) {
    let mut connection = None;
    while let Some(hint) = outbox.recv().await {
        if connection.is_none() {
            connection = client.get_multiplexed_async_connection().await.ok();
        }
        let Some(open) = &mut connection else { continue };
        let sent: Result<(), _> = redis::cmd("PUBLISH").arg(CHANNEL).arg(&hint).query_async(open).await;
        if sent.is_err() {
            connection = None;
        }
    }
}

async fn listen(client: redis::Client, inner: std::sync::Weak<Inner>) {
    let mut away = false;
    loop {
        if let Ok(mut pubsub) = client.get_async_pubsub().await
            && pubsub.subscribe(CHANNEL).await.is_ok()
        {
            if std::mem::take(&mut away) {
                tracing::info!("Redis is back");
            }
            let mut messages = pubsub.on_message();
            while let Some(message) = messages.next().await {
                let Some(inner) = inner.upgrade() else { return };
                inner.hear(message.get_payload_bytes());
            }
        }
        if inner.strong_count() == 0 {
            return;
        }
        if !std::mem::replace(&mut away, true) {
            tracing::warn!("Redis is away: nodes poll the database until it is back");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
