//! The end: each contact whose period is over is erased in a unit of work of their own, by the same use case
//! as at their request (GDPR Art. 17), so that no lock is held for longer than one erasure takes.

use entity::{ContactId, ErasureCause, ErasureGround, Time, erasure};
use sea_orm::{ConnectionTrait, prelude::Uuid};

use super::{
    due::{Due, LAST_ACT},
    progress::{Tally, add},
    step::{Position, Step, stops_the_run, store},
    warn::write_after,
};
use crate::{
    consent::lock_person::{Nobody, lock_people},
    error::{Error, Result},
    platform::{actor::Actor, query::Query, work::Work},
    privacy::erasure::{Erase, Erased, erase_contact, held_of},
};

/// Contacts read at once: ids only.
const BATCH: usize = 50;

/// Erases a batch. Returns whether there is more.
pub(super) async fn erase_some(step: &Step<'_>) -> Result<bool> {
    let mut query = Query::new(&format!("SELECT c.id AS id, {LAST_ACT} AS last_act FROM contact c WHERE "));
    write_over(step, &mut query);
    write_after(&mut query, step.position);
    query.push(&format!(" LIMIT {BATCH}"));
    let mut over: Vec<(ContactId, Time)> = Vec::with_capacity(BATCH);
    for row in query.rows(step.app.db()).await? {
        over.push((ContactId(row.try_get::<Uuid>("", "id")?), row.try_get("", "last_act")?));
    }
    for (contact, last_act) in &over {
        let reached = Position { after: Some((last_act.timestamp_millis(), contact.0)), ..step.position };
        match erase_one(step, *contact, reached).await {
            Ok(()) => {}
            Err(error) if stops_the_run(&error) => return Err(error),
            Err(error) => {
                error.log();
                let work = step.app.begin(step.run.workspace_id, Actor::System).await?;
                add(&work, step.run, step.rule, Tally { failed: 1, ..Tally::default() }).await?;
                store(&work, step.run, reached).await?;
                work.commit().await?;
            }
        }
    }
    Ok(over.len() == BATCH)
}

/// Erases one contact, if their period is still over under the lock: they may have acted a moment ago.
async fn erase_one(step: &Step<'_>, contact: ContactId, reached: Position) -> Result<()> {
    let app = step.app;
    let mut work = app.begin(step.run.workspace_id, Actor::System).await?;
    match lock_people(&work, &[contact]).await {
        Ok(_) => {}
        Err(Nobody::Is(_)) => return Ok(()),
        Err(Nobody::Fault(error)) => return Err(error),
    }
    if !is_over(step, &work, contact).await? {
        return Ok(());
    }
    let wanted = Erase {
        contact,
        cause: ErasureCause::Retention,
        ground: ErasureGround::RetentionElapsed,
        request: None,
        remember: false,
    };
    if let Erased::Done(row) = Box::pin(erase_contact(&mut work, &app.vault, wanted)).await? {
        let done = Tally { erased: 1, archived: archived(&row)?, ..Tally::default() };
        add(&work, step.run, step.rule, done).await?;
        store(&work, step.run, reached).await?;
        work.commit().await?;
    }
    Ok(())
}

fn archived(row: &erasure::Model) -> Result<i64> {
    let held = held_of(row)?;
    Ok(held.iter().filter(|held| held.table == "archive_item").map(|held| held.rows).sum())
}

/// Writes that the period of the contact `c` is over, and that nothing keeps them.
fn write_over(step: &Step<'_>, query: &mut Query) {
    let now = step.now();
    let due = Due::on(step.run.workspace_id, step.rules, now);
    due.write(query, step.rule);
    query.push(" AND c.restricted_at IS NULL AND NOT ");
    due.write_held(query);
    if step.rule.warn_days.is_some() {
        query.push(" AND ");
        Due::write_told(query, step.rule, Some(now));
    }
}

async fn is_over(step: &Step<'_>, work: &Work, contact: ContactId) -> Result<bool> {
    let mut query = Query::new("SELECT 1 AS n FROM contact c WHERE ");
    write_over(step, &mut query);
    query.push(" AND c.id = ").bind(contact);
    let statement = query.statement(work.db());
    Ok(work.db().query_one_raw(statement).await.map_err(Error::from)?.is_some())
}
