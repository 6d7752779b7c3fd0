//! What the controller owes the person, or notes of them by law: why they are kept, how they were informed,
//! what was restricted, held back or breached.

use entity::{art14_notice, breach_person, hold, quarantine, restriction, retention_notice};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Kind, Record, Source, person::Person, rows_of, values};
use crate::error::Result;

pub(super) async fn holds(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<hold::Model> = rows_of!(person, hold by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let content = match row.data_key_id {
            Some(key) => person.opened("hold", row.id.0, key, row.sealed.as_deref()).await?,
            None => serde_json::Value::Null,
        };
        records.push(Record {
            kind: Kind::Hold,
            id: row.id.to_string(),
            date: Some(row.since),
            source: Source::Staff,
            values: values!(row: reason, since, until, released_at, content = content),
        });
    }
    Ok(records)
}

pub(super) async fn restrictions(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<restriction::Model> = rows_of!(person, restriction by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Restriction,
            id: row.id.to_string(),
            date: Some(row.since),
            source: Source::Staff,
            values: values!(row: ground, since, announced_at, means, failed_at, lifted_at),
        });
    }
    Ok(records)
}

pub(super) async fn notices(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<art14_notice::Model> = rows_of!(person, art14_notice by ContactId in order of GivenAt);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Notice,
            id: row.entry_id.to_string(),
            date: Some(row.given_at),
            source: Source::System,
            values: values!(row: how, due_at, given_at),
        });
    }
    Ok(records)
}

pub(super) async fn retention_notices(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<retention_notice::Model> =
        rows_of!(person, retention_notice by ContactId in order of CreatedAt);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::RetentionNotice,
            id: row.rule_id.to_string(),
            date: Some(row.created_at),
            source: Source::System,
            values: values!(row: mail, clock_at, ends_at, mailed_at, answer, answered_at),
        });
    }
    Ok(records)
}

pub(super) async fn breaches(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<breach_person::Model> = rows_of!(person, breach_person by ContactId in order of BreachId);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Breach,
            id: row.breach_id.to_string(),
            date: Some(row.first_at),
            source: Source::System,
            values: values!(row: seen, changed, first_at, last_at, entries, told_at),
        });
    }
    Ok(records)
}

/// A text that waits for a decision is about the person, too.
pub(super) async fn quarantined(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<quarantine::Model> = rows_of!(person, quarantine by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let content = person.opened("quarantine", row.id.0, row.data_key_id, row.sealed.as_deref()).await?;
        records.push(Record {
            kind: Kind::Quarantine,
            id: row.id.to_string(),
            date: Some(row.held_at),
            source: Source::of_actor(&row.author),
            values: values!(row: field, state, ground, held_at, decided_at, content = content),
        });
    }
    Ok(records)
}
