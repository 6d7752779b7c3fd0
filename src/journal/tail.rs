//! Following the journal live. One reader per workspace and node looks for new rows on every hint, or every
//! second without one, and keeps the newest in a ring buffer shared by all followers; a follower that is
//! further behind reads pages from the database. It gets every number once, in order: it asks for "after N",
//! and numbers have no gaps.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use entity::{WorkspaceId, journal, journal_head};
use sea_orm::{DatabaseConnection, EntityTrait, QueryFilter};
use tokio::sync::watch;

use crate::{
    error::Result,
    platform::{
        db::{Db, among},
        live::Live,
        query::Query,
    },
};

/// How long to wait for a hint before looking for new rows anyway.
const POLL: Duration = Duration::from_secs(1);
const RING: usize = 2048;
/// Maximum number of entries per page.
const PAGE: i64 = 500;
/// The first page of a follower that is behind; the size doubles with each page, so that a client that reads
/// nothing does not make us buffer much.
const FIRST_PAGE: i64 = 16;

/// The workspaces followed on this node.
#[derive(Clone)]
pub struct Tails {
    live: Live,
    topics: Arc<Mutex<HashMap<WorkspaceId, Weak<Topic>>>>,
}

struct Topic {
    workspace: WorkspaceId,
    ring: Mutex<VecDeque<Arc<journal::Model>>>,
    head: watch::Sender<i64>,
}

/// One follower.
pub struct Tail {
    db: Db,
    topic: Arc<Topic>,
    head: watch::Receiver<i64>,
    position: i64,
    /// Number of entries to read when the ring does not reach back far enough.
    page: i64,
}

impl Tails {
    /// With no followers yet.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self { live, topics: Arc::default() }
    }

    /// Follows a workspace's journal after entry `after`.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn follow(&self, db: &Db, workspace: WorkspaceId, after: i64) -> Result<Tail> {
        let known = self
            .topics
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&workspace)
            .and_then(Weak::upgrade);
        let topic = match known {
            Some(topic) => topic,
            None => Box::pin(self.open(db, workspace)).await?,
        };
        Ok(Tail { db: db.clone(), head: topic.head.subscribe(), topic, position: after, page: FIRST_PAGE })
    }

    /// Number of workspaces followed on this node, and the largest lag of their readers behind the journal,
    /// in entries.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn lag(&self, db: &DatabaseConnection) -> Result<(usize, i64)> {
        let followed: Vec<Arc<Topic>> = self
            .topics
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .filter_map(Weak::upgrade)
            .collect();
        if followed.is_empty() {
            return Ok((0, 0));
        }
        let heads = journal_head::Entity::find()
            .filter(among(
                db,
                journal_head::Column::WorkspaceId,
                followed.iter().map(|topic| topic.workspace),
            ))
            .all(db)
            .await?;
        let behind = followed.iter().filter_map(|topic| {
            let head = heads.iter().find(|head| head.workspace_id == topic.workspace)?;
            Some(head.seq - *topic.head.borrow())
        });
        Ok((followed.len(), behind.max().unwrap_or(0).max(0)))
    }

    async fn open(&self, db: &Db, workspace: WorkspaceId) -> Result<Arc<Topic>> {
        let hints = self.live.head(workspace);
        let seq = super::current_seq(db.read(), workspace).await?;
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        // Another task may have opened it in the meantime.
        if let Some(topic) = topics.get(&workspace).and_then(Weak::upgrade) {
            return Ok(topic);
        }
        let topic = Arc::new(Topic { workspace, ring: Mutex::default(), head: watch::channel(seq).0 });
        topics.retain(|_, topic| topic.strong_count() > 0);
        topics.insert(workspace, Arc::downgrade(&topic));
        tokio::spawn(read_on(db.read().clone(), Arc::downgrade(&topic), hints));
        Ok(topic)
    }
}

/// Reads new rows into the ring as long as there are followers.
async fn read_on(db: DatabaseConnection, topic: Weak<Topic>, mut hints: watch::Receiver<i64>) {
    loop {
        let more = {
            let Some(topic) = topic.upgrade() else { return };
            match topic.read(&db).await {
                Ok(more) => more,
                Err(error) => {
                    error.log();
                    false
                }
            }
        };
        if !more {
            let _ = tokio::time::timeout(POLL, hints.changed()).await;
        }
    }
}

impl Topic {
    async fn read(&self, db: &DatabaseConnection) -> Result<bool> {
        let from = *self.head.borrow();
        let rows = page(db, self.workspace, from, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok(false) };
        let full = rows.len() >= usize::try_from(PAGE).unwrap_or_default();
        {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.extend(rows.into_iter().map(Arc::new));
            let surplus = ring.len().saturating_sub(RING);
            ring.drain(..surplus);
        }
        self.head.send_replace(last);
        Ok(full)
    }

    /// The entries after `position`, if the ring reaches back that far.
    fn recent(&self, position: i64) -> Option<Vec<Arc<journal::Model>>> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let first = ring.front()?.seq;
        let skip = usize::try_from(position + 1 - first).ok()?;
        Some(ring.iter().skip(skip).cloned().collect())
    }
}

impl Tail {
    /// The number of the last entry delivered.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Waits for the next entries: at least one, at most a page, in order.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable; the next call resumes at the same position.
    pub async fn next(&mut self) -> Result<Vec<Arc<journal::Model>>> {
        loop {
            // Marked as seen before reading, so that a hint that arrives in between wakes us.
            let head = *self.head.borrow_and_update();
            if head > self.position {
                let entries = if let Some(entries) = self.topic.recent(self.position) {
                    self.page = FIRST_PAGE;
                    entries
                } else {
                    // Boxed only while it runs: every follower waits here, and would otherwise reserve space
                    // for it.
                    let rows = Box::pin(self.catch_up()).await?;
                    self.page = (self.page * 2).min(PAGE);
                    rows.into_iter().map(Arc::new).collect()
                };
                if let Some(last) = entries.last() {
                    self.position = last.seq;
                    return Ok(entries);
                }
            }
            if self.head.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// There are many followers, so they query the database only with a permit and leave connections to
    /// others.
    async fn catch_up(&self) -> Result<Vec<journal::Model>> {
        let _turn = self.db.follow().await;
        page(self.db.read(), self.topic.workspace, self.position, self.page).await
    }
}

async fn page(
    db: &DatabaseConnection,
    workspace: WorkspaceId,
    after: i64,
    most: i64,
) -> Result<Vec<journal::Model>> {
    let mut query = Query::new("SELECT * FROM journal WHERE workspace_id = ");
    query.bind(workspace).push(" AND seq > ").bind(after).push(" ORDER BY seq LIMIT ").bind(most);
    query.all(db).await
}
