//! A clock that was set back leaves times behind that lie too far ahead: jobs that wait for them, leases of workers that died. Each is
//! bounded here: a job waits at most as long as it was told to, and a lease that nobody renews ends.
//!
//! What is to run at once needs nothing of this: `claim.rs` takes it whatever the clock says.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use entity::{JobId, Time};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{LEASE, runner::Runner};
use crate::{error::Result, platform::db::sql};

/// Nodes' clocks may differ by so much without anybody having set one back.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// A lease that has not changed for so long, by our own count, is not renewed: heartbeats come four times as often.
const UNCHANGED: Duration = Duration::from_mins(2);
/// Rows of one look.
const BATCH: u64 = 500;

/// Leases that end later than any can, and since when each has looked as it does. Counted by a clock that nobody sets.
#[derive(Debug, Default)]
pub struct Seen(HashMap<JobId, (Lease, Instant)>);

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
struct Lease {
    id: JobId,
    holder: String,
    until: Time,
}

#[derive(FromQueryResult)]
struct Waiting {
    id: JobId,
    run_at: Time,
    waits_since: Time,
}

impl Seen {
    /// What is there now; gives what has not changed for long.
    fn look(&mut self, now: Vec<Lease>, at: Instant) -> Vec<Lease> {
        let before = std::mem::take(&mut self.0);
        for row in now {
            let since =
                before.get(&row.id).filter(|(known, _)| *known == row).map_or(at, |(_, since)| *since);
            self.0.insert(row.id, (row, since));
        }
        let stale = self.0.values().filter(|(_, since)| at.duration_since(*since) >= UNCHANGED);
        stale.map(|(row, _)| row.clone()).collect()
    }
}

impl Runner {
    /// Mends what a clock that was set back left behind. `at` is now, by a clock that nobody sets.
    ///
    /// # Errors
    /// `Busy` when the database is away.
    pub async fn mend_times(&self, seen: &mut Seen, at: Instant) -> Result<()> {
        let (now, reader) = (self.ledger.clock.now(), self.ledger.db.read());
        let text = format!(
            "SELECT id, lease AS holder, leased_until AS until FROM job WHERE lease IS NOT NULL AND leased_until > $1 ORDER BY id LIMIT {BATCH}"
        );
        let leased =
            Lease::find_by_statement(sql(reader, &text, [(now + LEASE + SKEW).into()])).all(reader).await?;
        for row in seen.look(leased, at) {
            // Only if it still looks like that: whoever is alive renews it.
            let text = "UPDATE job SET lease = NULL, leased_until = NULL, begun_at = NULL WHERE id = $1 AND lease = $2 AND leased_until = $3";
            self.ledger.db.touch(text, vec![row.id.into(), row.holder.into(), row.until.into()]).await?;
        }
        let text = format!(
            "SELECT id, run_at, waits_since FROM job WHERE parked_at IS NULL AND waits_since > $1 AND run_at > waits_since ORDER BY id LIMIT {BATCH}"
        );
        for row in reader.query_all_raw(sql(reader, &text, [(now + SKEW).into()])).await? {
            let row = Waiting::from_query_result(&row, "")?;
            // It was told how long to wait, and nobody knows how much of that is over: all of it again, but no more.
            let run_at = now + (row.run_at - row.waits_since);
            let text = "UPDATE job SET run_at = $2, waits_since = $3 WHERE id = $1 AND waits_since = $4";
            self.ledger
                .db
                .touch(text, vec![row.id.into(), run_at.into(), now.into(), row.waits_since.into()])
                .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_stale_when_it_has_not_changed_for_long() {
        let (mut seen, begun) = (Seen::default(), Instant::now());
        let (dead, alive) = (JobId::new(), JobId::new());
        let leased = |id, until: i64| Lease {
            id,
            holder: "w".to_owned(),
            until: chrono::DateTime::from_timestamp_millis(until).unwrap(),
        };
        for minute in 0..=1 {
            let at = begun + Duration::from_mins(minute);
            let beat = i64::try_from(minute).unwrap();
            assert!(seen.look(vec![leased(dead, 9), leased(alive, beat)], at).is_empty());
        }
        let stale = seen.look(vec![leased(dead, 9), leased(alive, 2)], begun + Duration::from_mins(2));
        assert_eq!(stale, [leased(dead, 9)]);
        assert!(seen.look(vec![], begun + Duration::from_mins(3)).is_empty(), "what is gone is forgotten");
        assert!(seen.look(vec![leased(dead, 9)], begun + Duration::from_mins(4)).is_empty());
    }
}
