//! Repairs after the system clock was set back. Such a jump leaves times too far in the future: of waiting
//! jobs, and of leases of workers that died. Here a job waits no longer than it was meant to, and a lease
//! that nobody renews ends.
//!
//! Jobs that were due when they were queued need no repair: `claim.rs` takes them whatever the clock says.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use entity::{JobId, Time};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{LEASE, runner::Runner};
use crate::{db::sql, error::Result};

/// Difference between the nodes' clocks that does not count as a clock set back.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// A lease that has not changed for this long, by a monotonic clock, is not being renewed: heartbeats are
/// four times as frequent.
const UNCHANGED: Duration = Duration::from_mins(2);
/// Rows read at once.
const BATCH: u64 = 500;

/// Leases that end later than a valid one can, and since when each has been unchanged, by a monotonic clock.
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
    /// Takes the current leases, and returns those that have not changed for `UNCHANGED`.
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
    /// Repairs leases and waiting jobs after the clock was set back. `at` is the current time of a monotonic
    /// clock.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn mend_times(&self, seen: &mut Seen, at: Instant) -> Result<()> {
        let (now, reader) = (self.ledger.clock.now(), self.ledger.db.read());
        let text = format!(
            "SELECT id, lease AS holder, leased_until AS until FROM job WHERE lease IS NOT NULL AND leased_until > $1 ORDER BY id LIMIT {BATCH}"
        );
        let leased =
            Lease::find_by_statement(sql(reader, &text, [(now + LEASE + SKEW).into()])).all(reader).await?;
        for row in seen.look(leased, at) {
            // Only if it is still unchanged: a living worker renews its lease.
            let text = "UPDATE job SET lease = NULL, leased_until = NULL, begun_at = NULL WHERE id = $1 AND lease = $2 AND leased_until = $3";
            self.ledger.db.touch(text, vec![row.id.into(), row.holder.into(), row.until.into()]).await?;
        }
        let text = format!(
            "SELECT id, run_at, waits_since FROM job WHERE parked_at IS NULL AND waits_since > $1 AND run_at > waits_since ORDER BY id LIMIT {BATCH}"
        );
        for row in reader.query_all_raw(sql(reader, &text, [(now + SKEW).into()])).await? {
            let row = Waiting::from_query_result(&row, "")?;
            // How much of its waiting time has passed is unknown, so it waits the full time again, but no
            // longer.
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
