//! Following the journal live. One reader per workspace and node looks for new rows when it hears a hint, or every second
//! without one, and keeps the newest in a ring that all followers share; who is further behind reads pages from the database.
//! A follower sees every number once, in order: it asks for "after N", and numbers have no gaps.

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

/// How long a node waits for a hint before it looks for itself.
const POLL: Duration = Duration::from_secs(1);
const RING: usize = 2048;
/// Entries that are read at once.
const PAGE: i64 = 500;
/// A follower that is behind begins with so few, and reads twice as many each time: one that takes nothing must not make us hold much.
const FIRST_PAGE: i64 = 16;

/// The followed workspaces of one node.
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
    /// How many entries to read when the ring does not reach back.
    page: i64,
}

impl Tails {
    /// Nobody follows yet.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self { live, topics: Arc::default() }
    }

    /// Follows a workspace's journal after entry `after`.
    ///
    /// # Errors
    /// `Busy` when the database is away.
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

    /// How many workspaces are followed here, and how far behind the journal the reader of one of them is at most, in entries.
    ///
    /// # Errors
    /// `Busy` when the database is away.
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
        // Somebody else may have opened it meanwhile.
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

/// Reads new rows into the ring for as long as anybody follows.
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
    /// The number of the last entry that was handed out.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Waits for the next entries: at least one, at most a page, in order.
    ///
    /// # Errors
    /// `Busy` when the database is away; calling again resumes where it stood.
    pub async fn next(&mut self) -> Result<Vec<Arc<journal::Model>>> {
        loop {
            // Marked seen before looking, so that what arrives in between wakes us.
            let head = *self.head.borrow_and_update();
            if head > self.position {
                let entries = if let Some(entries) = self.topic.recent(self.position) {
                    self.page = FIRST_PAGE;
                    entries
                } else {
                    // In a box for as long as it is under way: every follower waits here, and would keep room for it.
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

    /// Followers are many, and leave connections to others: they ask the database when it is their turn.
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
