//! Protection of mailboxes: limits on unanswered confirmation e-mails, and what the mailbox answered before.
//! The lock that must be taken first is in the room `contacts`, because changing addresses takes it too.

use chrono::TimeDelta;
use entity::{SuppressionReason, Time, WorkspaceId, instance_mailbox, mailbox, suppression};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

pub use crate::contacts::lock_mailbox as lock;
use crate::{
    error::{Error, Result},
    platform::work::Work,
};

/// How long a mailbox that answered "this was not me" gets no confirmation e-mails.
pub const DECLINED_FOR: TimeDelta = TimeDelta::days(180);
/// How long a mailbox that did not exist gets no e-mails.
pub const BOUNCED_FOR: TimeDelta = TimeDelta::days(7);

/// When a confirmation e-mail may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this time.
    NotBefore(Time),
    /// Not at all.
    Never,
}

/// Whether the mailbox must not get confirmation e-mails now.
#[must_use]
pub fn is_protected(row: &mailbox::Model, now: Time) -> bool {
    row.declined_until.is_some_and(|until| until > now) || row.bounced_until.is_some_and(|until| until > now)
}

/// Whether the mailbox must not get e-mails that answer a form: it is protected, or the person complained.
pub async fn wants_none(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    fingerprint: &[u8],
    now: Time,
) -> Result<bool> {
    let row = find(db, workspace, fingerprint).await?;
    Ok(row.is_some_and(|row| is_protected(&row, now)) || has_complained(db, workspace, fingerprint).await?)
}

/// Whether the person complained about an e-mail of this workspace.
pub async fn has_complained(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    fingerprint: &[u8],
) -> Result<bool> {
    let rows = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(workspace))
        .filter(suppression::Column::Fingerprint.eq(fingerprint))
        .filter(suppression::Column::Reason.eq(SuppressionReason::Complaint));
    Ok(rows.one(db).await?.is_some())
}

/// Whether this workspace may send the mailbox a confirmation e-mail now.
pub fn has_turn(row: &mailbox::Model, now: Time) -> Result<bool> {
    Ok(!is_protected(row, now) && may_mail(&read(&row.unanswered, now)?, now))
}

/// Checks the limits for one confirmation e-mail and counts it: per workspace 2 unanswered in 24 h (the
/// second at least 5 minutes later) and 3 in 7 days; over the whole instance 5 in 24 h, which only delays it,
/// within `life`. With `held_until`, it is sent at that time at the earliest, and counts from then on.
pub async fn take_turn(
    work: &Work,
    row: &mailbox::Model,
    instance_fingerprint: &[u8],
    life: Time,
    held_until: Option<Time>,
) -> Result<Turn> {
    let now = work.now();
    let mut times = read(&row.unanswered, now)?;
    if !may_mail(&times, now) {
        return Ok(Turn::Never);
    }
    let once = OnConflict::column(instance_mailbox::Column::Fingerprint).do_nothing().to_owned();
    let blank = instance_mailbox::ActiveModel {
        fingerprint: Set(instance_fingerprint.to_vec()),
        unanswered: Set("[]".to_owned()),
    };
    instance_mailbox::Entity::insert(blank).on_conflict(once).exec_without_returning(work.db()).await?;
    let all = instance_mailbox::Entity::find_by_id(instance_fingerprint.to_vec())
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or_else(|| Error::internal("a mailbox row vanished"))?;
    let mut everywhere = read(&all.unanswered, now)?;
    let at = instance_turn(&everywhere, now).max(held_until.unwrap_or(now));
    if at >= life {
        return Ok(Turn::Never);
    }
    times.push(at.timestamp_millis());
    everywhere.push(at.timestamp_millis());
    let mut row = row.clone().into_active_model();
    row.unanswered = Set(serde_json::to_string(&times)?);
    mailbox::Entity::update(row).exec(work.db()).await?;
    let mut all = all.into_active_model();
    all.unanswered = Set(serde_json::to_string(&everywhere)?);
    instance_mailbox::Entity::update(all).exec(work.db()).await?;
    Ok(if at <= now { Turn::Now } else { Turn::NotBefore(at) })
}

/// The mailbox answered: resets its counts.
pub async fn answered(work: &Work, row: &mailbox::Model, instance_fingerprint: &[u8]) -> Result<()> {
    if row.unanswered != "[]" {
        let mut row = row.clone().into_active_model();
        row.unanswered = Set("[]".to_owned());
        mailbox::Entity::update(row).exec(work.db()).await?;
        instance_mailbox::Entity::update_many()
            .col_expr(instance_mailbox::Column::Unanswered, Expr::value("[]"))
            .filter(instance_mailbox::Column::Fingerprint.eq(instance_fingerprint.to_vec()))
            .exec(work.db())
            .await?;
    }
    Ok(())
}

/// Sets or lifts the protection.
pub async fn protect(
    work: &Work,
    row: mailbox::Model,
    declined_until: Option<Time>,
    bounced_until: Option<Time>,
) -> Result<()> {
    let mut row = row.into_active_model();
    row.declined_until = Set(declined_until);
    row.bounced_until = Set(bounced_until);
    mailbox::Entity::update(row).exec(work.db()).await?;
    Ok(())
}

/// Reads a mailbox's row without locking it.
pub async fn find(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    fingerprint: &[u8],
) -> Result<Option<mailbox::Model>> {
    Ok(mailbox::Entity::find_by_id((workspace, fingerprint.to_vec())).one(db).await?)
}

/// The times that still count, oldest first.
fn read(text: &str, now: Time) -> Result<Vec<i64>> {
    let mut times: Vec<i64> = serde_json::from_str(text)?;
    times.retain(|at| *at > (now - TimeDelta::days(7)).timestamp_millis());
    times.sort_unstable();
    Ok(times)
}

fn may_mail(times: &[i64], now: Time) -> bool {
    let within = |span: TimeDelta| times.iter().filter(|at| **at > (now - span).timestamp_millis()).count();
    within(TimeDelta::minutes(5)) == 0 && within(TimeDelta::hours(24)) < 2 && within(TimeDelta::days(7)) < 3
}

fn instance_turn(times: &[i64], now: Time) -> Time {
    let day = TimeDelta::hours(24);
    let recent: Vec<i64> = times.iter().copied().filter(|at| *at > (now - day).timestamp_millis()).collect();
    match recent.len().checked_sub(5).and_then(|index| recent.get(index)) {
        Some(fifth_last) => chrono::DateTime::from_timestamp_millis(*fifth_last).map_or(now, |at| at + day),
        None => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caps_count_unanswered_mails() {
        let now: Time = "2026-11-23T12:00:00Z".parse().unwrap();
        let ago = |minutes: i64| (now - TimeDelta::minutes(minutes)).timestamp_millis();
        assert!(may_mail(&[], now));
        assert!(!may_mail(&[ago(4)], now), "the second comes at least 5 minutes later");
        assert!(may_mail(&[ago(6)], now));
        assert!(!may_mail(&[ago(600), ago(6)], now), "2 in 24 hours");
        assert!(may_mail(&[ago(3000), ago(2000)], now));
        assert!(!may_mail(&[ago(4500), ago(3000), ago(2000)], now), "3 in 7 days");
    }

    #[test]
    fn the_instance_only_delays() {
        let now: Time = "2026-11-23T12:00:00Z".parse().unwrap();
        let ago = |hours: i64| (now - TimeDelta::hours(hours)).timestamp_millis();
        assert_eq!(instance_turn(&[ago(1); 4], now), now);
        assert_eq!(instance_turn(&[ago(20), ago(4), ago(3), ago(2), ago(1)], now), now + TimeDelta::hours(4));
        assert_eq!(instance_turn(&[ago(30), ago(4), ago(3), ago(2), ago(1)], now), now);
    }
}
