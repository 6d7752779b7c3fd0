//! Budgets: so many acts per key and window. Counted in memory, or in Redis when it is set so that nodes share them;
//! with Redis away each node counts for itself. Keys are keyed hashes or ids, never addresses.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::clock::Clock;

/// Windows this many keys wide are forgotten oldest-first: a flood of keys cannot eat the memory.
const MOST_KEYS: usize = 100_000;

/// So many acts per window.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What it is for; part of the key.
    pub name: &'static str,
    /// How many acts a window holds.
    pub most: u32,
    /// How long a window is.
    pub window: Duration,
}

/// The counters of one node. Cheap to clone.
#[derive(Clone)]
pub struct RateLimit {
    clock: Clock,
    memory: Arc<Mutex<HashMap<String, (i64, u32)>>>,
    redis: Option<Redis>,
}

/// After Redis was away, it is left alone this long, so that a form never waits for it twice.
const LEFT_ALONE: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Redis {
    client: redis::Client,
    link: Arc<tokio::sync::Mutex<Link>>,
}

#[derive(Default)]
struct Link {
    open: Option<redis::aio::MultiplexedConnection>,
    failed_at: Option<tokio::time::Instant>,
}

impl RateLimit {
    /// Counts in Redis when a client is given.
    #[must_use]
    pub fn new(clock: Clock, redis: Option<redis::Client>) -> Self {
        let redis = redis.map(|client| Redis { client, link: Arc::default() });
        Self { clock, memory: Arc::default(), redis }
    }

    /// Counts one act. `Err` says how long until the window ends.
    ///
    /// # Errors
    /// When the budget is used up.
    pub async fn spend(&self, budget: Budget, key: &str) -> Result<(), Duration> {
        let window = i64::try_from(budget.window.as_millis()).unwrap_or(i64::MAX);
        let now = self.clock.now().timestamp_millis();
        let begun = now - now % window;
        let left = Duration::from_millis(u64::try_from(begun + window - now).unwrap_or(1000));
        let name = format!("{}:{key}", budget.name);
        let shared = match &self.redis {
            Some(redis) => redis.count(&format!("accord:budget:{name}:{begun}"), budget.window).await,
            None => None,
        };
        let count = shared.unwrap_or_else(|| self.count(name, begun));
        if count > budget.most { Err(left) } else { Ok(()) }
    }

    fn count(&self, name: String, begun: i64) -> u32 {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= MOST_KEYS {
            let oldest = memory.values().map(|(begun, _)| *begun).min().unwrap_or(begun);
            memory.retain(|_, (window, _)| *window > oldest);
        }
        let (window, count) = memory.entry(name).or_insert((begun, 0));
        if *window != begun {
            (*window, *count) = (begun, 0);
        }
        *count = count.saturating_add(1);
        *count
    }
}

impl Redis {
    /// None when Redis is away: then memory counts.
    async fn count(&self, key: &str, window: Duration) -> Option<u32> {
        let mut open = self.connection().await?;
        let counted: Result<(u32,), _> = redis::pipe()
            .atomic()
            .incr(key, 1)
            .pexpire(key, i64::try_from(window.as_millis()).unwrap_or(i64::MAX))
            .ignore()
            .query_async(&mut open)
            .await;
        if counted.is_err() {
            *self.link.lock().await = Link { open: None, failed_at: Some(tokio::time::Instant::now()) };
        }
        counted.ok().map(|(count,)| count)
    }

    async fn connection(&self) -> Option<redis::aio::MultiplexedConnection> {
        let mut link = self.link.lock().await;
        if link.open.is_none() && link.failed_at.is_none_or(|at| at.elapsed() >= LEFT_ALONE) {
            link.open = self.client.get_multiplexed_async_connection().await.ok();
            link.failed_at = link.open.is_none().then(tokio::time::Instant::now);
        }
        link.open.clone()
    }
}
