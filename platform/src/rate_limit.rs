//! Rate limits: a number of actions per key and window. Counted in memory, or in Redis if configured, so that
//! nodes share the limits; while Redis is unreachable each node counts by itself. Keys are keyed hashes or
//! IDs, never addresses.
//!
//! Not `governor`: it counts within one process, gives nothing back, and keeps every key of a flood in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::Time;

use super::clock::Clock;

/// Most keys that a budget keeps in memory: a flood of keys cannot exhaust it, and evicts no keys of other
/// budgets.
const MOST_KEYS: usize = 50_000;

/// A limit of actions per window.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Its name; part of the key.
    pub name: &'static str,
    /// Most actions per window.
    pub most: u32,
    /// Length of the window.
    pub window: Duration,
}

/// A counter that is kept until a given time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The name of the counted action.
    pub name: &'static str,
    /// What is counted separately; includes the window if several run at the same time.
    pub key: String,
}

/// The counters of one node. Cheap to clone.
#[derive(Clone)]
pub struct RateLimit {
    clock: Clock,
    memory: Arc<Mutex<Memory>>,
    redis: Option<Redis>,
}

/// After an error, Redis is not used for this long, so that no form waits for it twice.
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
    /// Counts in Redis if a client is given.
    #[must_use]
    pub fn new(clock: Clock, redis: Option<redis::Client>) -> Self {
        let redis = redis.map(|client| Redis { client, link: Arc::default() });
        Self { clock, memory: Arc::default(), redis }
    }

    /// Counts one action. `Err` holds the time until the window ends.
    ///
    /// # Errors
    /// When the budget is used up.
    pub async fn spend(&self, budget: Budget, key: &str) -> Result<(), Duration> {
        let window = i64::try_from(budget.window.as_millis()).unwrap_or(i64::MAX);
        let now = self.clock.now().timestamp_millis();
        let begun = now - now % window;
        let left = Duration::from_millis(u64::try_from(begun + window - now).unwrap_or(1000));
        let shared = match &self.redis {
            Some(redis) => {
                redis
                    .count(
                        &[format!("accord:budget:{}:{key}:{begun}", budget.name)],
                        Change::Up,
                        budget.window,
                    )
                    .await
            }
            None => None,
        };
        let count = shared.and_then(|counts| counts.first().copied());
        let count = count
            .unwrap_or_else(|| self.remember(|memory| memory.count(budget.name, key, begun + window, now)));
        if count > budget.most { Err(left) } else { Ok(()) }
    }

    /// Increments each counter, kept until `until`, and returns the new counts in the same order.
    pub async fn take(&self, counters: &[Counter], until: Time) -> Vec<u32> {
        if let Some(counts) = self.share(counters, Change::Up, until).await {
            return counts;
        }
        let (now, until) = (self.clock.now().timestamp_millis(), until.timestamp_millis());
        self.remember(|memory| {
            counters.iter().map(|counter| memory.count(counter.name, &counter.key, until, now)).collect()
        })
    }

    /// Decrements counters for an action that did not happen.
    pub async fn give_back(&self, counters: &[Counter], until: Time) {
        if self.share(counters, Change::Down, until).await.is_none() {
            self.remember(|memory| counters.iter().for_each(|counter| memory.give_back(counter)));
        }
    }

    /// None without Redis, or while it is unreachable.
    async fn share(&self, counters: &[Counter], change: Change, until: Time) -> Option<Vec<u32>> {
        let redis = self.redis.as_ref()?;
        let names: Vec<String> = counters
            .iter()
            .map(|counter| format!("accord:budget:{}:{}", counter.name, counter.key))
            .collect();
        redis
            .count(&names, change, (until - self.clock.now()).to_std().unwrap_or(Duration::from_secs(1)))
            .await
    }

    fn remember<T>(&self, what: impl FnOnce(&mut Memory) -> T) -> T {
        what(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The counters of one node, separate for each budget.
#[derive(Default)]
struct Memory(HashMap<&'static str, HashMap<String, Counted>>);

struct Counted {
    count: u32,
    /// When the counter expires, in milliseconds since 1970.
    until: i64,
}

impl Memory {
    fn count(&mut self, name: &'static str, key: &str, until: i64, now: i64) -> u32 {
        let keys = self.0.entry(name).or_default();
        if keys.len() >= MOST_KEYS && !keys.contains_key(key) {
            make_room(keys, now);
        }
        let counted = keys.entry(key.to_owned()).or_insert(Counted { count: 0, until });
        // Also resets a counter that ends later: it was counted while the clock was wrong.
        if counted.until != until {
            *counted = Counted { count: 0, until };
        }
        counted.count = counted.count.saturating_add(1);
        counted.count
    }

    fn give_back(&mut self, counter: &Counter) {
        if let Some(counted) = self.0.get_mut(counter.name).and_then(|keys| keys.get_mut(&counter.key)) {
            counted.count = counted.count.saturating_sub(1);
        }
    }
}

/// Removes expired counters. If that is not enough, removes those with the lowest counts: a key near its
/// limit stays, however many others come.
fn make_room(keys: &mut HashMap<String, Counted>, now: i64) {
    keys.retain(|_, counted| counted.until > now);
    if keys.len() < MOST_KEYS {
        return;
    }
    let mut counts: Vec<u32> = keys.values().map(|counted| counted.count).collect();
    let middle = counts.len() / 2;
    let (_, median, _) = counts.select_nth_unstable(middle);
    let median = *median;
    keys.retain(|_, counted| counted.count > median);
}

#[derive(Clone, Copy)]
enum Change {
    Up,
    Down,
}

impl Redis {
    /// All counters in one round trip. None when Redis is unreachable: then memory counts.
    async fn count(&self, keys: &[String], change: Change, life: Duration) -> Option<Vec<u32>> {
        let mut open = self.connection().await?;
        let mut pipe = redis::pipe();
        pipe.atomic();
        let life = i64::try_from(life.as_millis()).unwrap_or(i64::MAX).max(1);
        for key in keys {
            match change {
                Change::Up => pipe.incr(key, 1),
                Change::Down => pipe.decr(key, 1),
            }
            .pexpire(key, life)
            .ignore();
        }
        let counted: Result<Vec<i64>, _> = pipe.query_async(&mut open).await;
        if counted.is_err() {
            *self.link.lock().await = Link { open: None, failed_at: Some(tokio::time::Instant::now()) };
        }
        // An action that was counted in memory during an outage and is given back to Redis now can take a
        // counter below zero.
        counted.ok().map(|counts| {
            counts.into_iter().map(|count| u32::try_from(count.max(0)).unwrap_or(u32::MAX)).collect()
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_flood_of_keys_in_one_budget_pushes_nothing_out_of_another() {
        let mut memory = Memory::default();
        for _ in 0..3 {
            memory.count("sign_in_account", "ada", HOUR, 0);
        }
        // More keys than it keeps, in windows that begin later and later.
        for n in 0..3 * MOST_KEYS {
            memory.count("view", &format!("network {n}"), HOUR + i64::try_from(n).unwrap(), 1);
        }
        assert_eq!(memory.count("sign_in_account", "ada", HOUR, 2), 4);
        assert!(memory.0["view"].len() <= MOST_KEYS, "and it does not eat the memory");
    }

    #[test]
    fn a_flood_within_a_budget_forgets_those_who_spent_least() {
        let mut memory = Memory::default();
        for _ in 0..9 {
            memory.count("sign_in_account", "ada", HOUR, 0);
        }
        for n in 0..3 * MOST_KEYS {
            memory.count("sign_in_account", &format!("nobody {n}"), HOUR, 1);
        }
        assert_eq!(memory.count("sign_in_account", "ada", HOUR, 2), 10);
        assert!(memory.0["sign_in_account"].len() <= MOST_KEYS);
    }

    #[test]
    fn what_is_over_is_forgotten_first_and_counts_from_one_again() {
        let mut memory = Memory::default();
        memory.count("view", "old", 10, 0);
        for n in 0..MOST_KEYS {
            memory.count("view", &n.to_string(), HOUR, 11);
        }
        assert_eq!(memory.0["view"].len(), MOST_KEYS);
        assert!(!memory.0["view"].contains_key("old"), "and nobody else");
        assert_eq!(memory.count("view", "7", HOUR, 12), 2);
        assert_eq!(memory.count("view", "7", 2 * HOUR, HOUR), 1, "the next window");
    }

    #[test]
    fn what_was_counted_by_a_clock_that_went_wrong_counts_no_more_once_it_is_right() {
        let mut memory = Memory::default();
        for _ in 0..9 {
            memory.count("submit", "office", 25 * HOUR, 24 * HOUR);
        }
        assert_eq!(memory.count("submit", "office", HOUR, 1), 1);
        assert_eq!(memory.count("submit", "office", HOUR, 2), 2);
    }

    #[test]
    fn what_did_not_happen_is_given_back() {
        let mut memory = Memory::default();
        let counter = Counter { name: "mail_form", key: "form:1".to_owned() };
        memory.count(counter.name, &counter.key, HOUR, 0);
        memory.count(counter.name, &counter.key, HOUR, 0);
        memory.give_back(&counter);
        assert_eq!(memory.count(counter.name, &counter.key, HOUR, 0), 2);
    }
}
