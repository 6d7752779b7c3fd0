//! The step before the end: a notice for each contact whose period is about to be over, and one mail that
//! asks whether they wish to stay in touch, where the mailbox may be written to for that. There is one notice
//! per contact and rule for each state of the clock: once the person acts, it says nothing any more.

use std::collections::HashSet;

use entity::{
    ContactId, RetentionClock, RetentionMail, Time,
    retention_notice::{self, Column},
};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryResult, prelude::Uuid, sea_query::OnConflict};

use super::{
    due::{Due, LAST_ACT, clock_columns},
    mails::{SendStayInTouch, may_be_asked},
    period::end_of,
    progress::{Tally, add},
    step::{Position, Step, days, store},
};
use crate::{
    error::Result,
    platform::{actor::Actor, query::Query, work::Entry},
};

/// Contacts per unit of work: one journal entry each.
const BATCH: usize = 200;

/// A contact whose end is near.
struct Near {
    contact: ContactId,
    last_act: Time,
    /// The clock of their period.
    clock: Time,
}

/// Tells a batch. Returns whether there is more.
pub(super) async fn warn_some(step: &Step<'_>) -> Result<bool> {
    let Step { app, run, rule, position, .. } = *step;
    let Some(warn_days) = rule.warn_days else { return Ok(false) };
    let mut work = app.begin(run.workspace_id, Actor::System).await?;
    let near = find_near(step, warn_days, &work).await?;
    let Some(last) = near.last() else { return Ok(false) };
    let after = Some((last.last_act.timestamp_millis(), last.contact.0));
    let ids: Vec<ContactId> = near.iter().map(|near| near.contact).collect();
    let mailable: HashSet<ContactId> = may_be_asked(work.db(), run.workspace_id, &ids, work.now()).await?;
    let now = work.now();
    let mut notices = Vec::with_capacity(near.len());
    for Near { contact, clock, .. } in &near {
        let asked = mailable.contains(contact);
        // Whoever is asked has the whole time to answer, also when the rule is new and their period long
        // over.
        let earliest = if asked { now + days(warn_days) } else { step.now() };
        let ends_at = end_of(*clock, rule.months).max(earliest);
        let mail = if asked { RetentionMail::Due } else { RetentionMail::Withheld };
        notices.push(retention_notice::ActiveModel {
            workspace_id: Set(run.workspace_id),
            contact_id: Set(*contact),
            rule_id: Set(rule.id),
            clock_at: Set(*clock),
            ends_at: Set(ends_at),
            mail: Set(mail),
            mailed_at: Set(None),
            answer: Set(None),
            answered_at: Set(None),
            created_at: Set(now),
        });
        let entry = Entry::new("retention.due").about(*contact).on(rule.id);
        work.record(entry.with("endsAt", ends_at).with("mail", mail));
        if asked {
            work.enqueue(&SendStayInTouch { workspace: run.workspace_id, contact: *contact, rule: rule.id })?;
        }
    }
    let anew = OnConflict::columns([Column::WorkspaceId, Column::ContactId, Column::RuleId])
        .update_columns([
            Column::ClockAt,
            Column::EndsAt,
            Column::Mail,
            Column::MailedAt,
            Column::Answer,
            Column::AnsweredAt,
            Column::CreatedAt,
        ])
        .to_owned();
    retention_notice::Entity::insert_many(notices)
        .on_conflict(anew)
        .exec_without_returning(work.db())
        .await?;
    let warned = i64::try_from(near.len()).unwrap_or(i64::MAX);
    add(&work, run, rule, Tally { warned, ..Tally::default() }).await?;
    store(&work, run, Position { after, ..position }).await?;
    work.commit().await?;
    Ok(near.len() == BATCH)
}

async fn find_near(step: &Step<'_>, warn_days: i32, work: &crate::platform::work::Work) -> Result<Vec<Near>> {
    let Step { run, rules, rule, position, .. } = *step;
    let due = Due::on(run.workspace_id, rules, step.now() + days(warn_days));
    let held = Due::on(run.workspace_id, rules, step.now());
    let mut query = Query::new("SELECT c.id AS id, ");
    query.push(&clock_columns()).push(" FROM contact c WHERE ");
    due.write(&mut query, rule);
    query.push(" AND c.restricted_at IS NULL AND NOT ");
    held.write_held(&mut query);
    query.push(" AND NOT ");
    Due::write_told(&mut query, rule, None);
    write_after(&mut query, position);
    query.push(&format!(" LIMIT {BATCH}"));
    query.rows(work.db()).await?.iter().map(|row| read_near(row, rule.clock)).collect()
}

/// Contacts behind the position, in the order of the index.
pub(super) fn write_after(query: &mut Query, position: Position) {
    if let Some((ms, id)) = position.after {
        let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or(Time::MIN_UTC);
        query.push(&format!(" AND ({LAST_ACT}, c.id) > ("));
        query.bind(at).push(", ").bind(ContactId(id)).push(")");
    }
    query.push(&format!(" ORDER BY {LAST_ACT}, c.id"));
}

fn read_near(row: &QueryResult, clock: RetentionClock) -> Result<Near> {
    let id: Uuid = row.try_get("", "id")?;
    let last_act: Time = row.try_get("", "last_act")?;
    let relation: Option<Time> = row.try_get("", "relation")?;
    let clock = match clock {
        RetentionClock::RelationEnd => last_act.max(relation.unwrap_or(last_act)),
        _ => last_act,
    };
    Ok(Near { contact: ContactId(id), last_act, clock })
}
