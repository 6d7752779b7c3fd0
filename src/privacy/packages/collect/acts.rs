//! What was done with or for the person: activities, deals, mails, the history of values, the journal.

use entity::{activity, deal, deal_contact, journal, mail, provenance};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid};
use serde_json::Value;

use super::{
    Kind, Record, Source,
    person::{At, PAGE, Person},
    rows_of, values,
};
use crate::{error::Result, platform::money::decimals};

/// Where the next page begins.
fn next(read: usize, last: Option<At>) -> At {
    match last {
        Some(at) if read as u64 == PAGE => at,
        _ => At::End,
    }
}

/// A page of rows, by their ids.
macro_rules! page_of {
    ($person:ident, $at:ident, $table:ident by $column:ident in $ids:expr) => {{
        let mut select = $table::Entity::find()
            .filter($table::Column::WorkspaceId.eq($person.contact.workspace_id))
            .filter($table::Column::$column.is_in($ids));
        if let At::Row(after) = $at {
            select = select.filter($table::Column::Id.gt(after));
        }
        select.order_by_asc($table::Column::Id).limit(PAGE).all($person.app.db()).await?
    }};
}

pub(super) async fn activities(person: &Person<'_>, at: At) -> Result<(Vec<Record>, At)> {
    let rows = page_of!(person, at, activity by ContactId in person.ids.iter().copied());
    let at = next(rows.len(), rows.last().map(|row| At::Row(row.id.0)));
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Activity,
            id: row.id.to_string(),
            date: Some(row.occurred_at),
            source: Source::of_actor(&row.author),
            values: values!(row: kind, subject, body, occurred_at, due_at, due_on, done_at, created_at,
                updated_at, archived_at),
        });
    }
    Ok((records, at))
}

pub(super) async fn mails(person: &Person<'_>, at: At) -> Result<(Vec<Record>, At)> {
    let rows = page_of!(person, at, mail by ContactId in person.ids.iter().copied());
    let at = next(rows.len(), rows.last().map(|row| At::Row(row.id.0)));
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let letter = match row.data_key_id {
            Some(key) => person.opened("mail", row.id.0, key, row.sealed.as_deref()).await?,
            None => Value::Null,
        };
        records.push(Record {
            kind: Kind::Mail,
            id: row.id.to_string(),
            date: Some(row.at),
            source: Source::System,
            values: values!(row: kind, state, at, to = letter["to"], subject = letter["subject"], language,
                message_id, smtp_code, reply = letter["reply"]),
        });
    }
    Ok((records, at))
}

pub(super) async fn history(person: &Person<'_>, at: At) -> Result<(Vec<Record>, At)> {
    let ids: Vec<Uuid> = person.ids.iter().map(|id| id.0).collect();
    let rows = page_of!(person, at, provenance by RowId in ids);
    let at = next(rows.len(), rows.last().map(|row| At::Row(row.id.0)));
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let by = Source::of_actor(&row.actor);
        records.push(Record {
            kind: Kind::History,
            id: row.id.to_string(),
            date: Some(row.at),
            source: by,
            values: values!(row: field, source, by = by, proven, at),
        });
    }
    Ok((records, at))
}

pub(super) async fn journal(person: &Person<'_>, at: At) -> Result<(Vec<Record>, At)> {
    let mut select = journal::Entity::find()
        .filter(journal::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(journal::Column::Subject.is_in(person.ids.iter().map(ToString::to_string)));
    if let At::Seq(after) = at {
        select = select.filter(journal::Column::Seq.gt(after));
    }
    let rows = select.order_by_asc(journal::Column::Seq).limit(PAGE).all(person.app.db()).await?;
    let at = next(rows.len(), rows.last().map(|row| At::Seq(row.seq)));
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let by = Source::of_actor(&row.actor);
        records.push(Record {
            kind: Kind::Journal,
            id: row.id.to_string(),
            date: Some(row.at),
            source: Source::System,
            values: values!(row: kind, by = by, at),
        });
    }
    Ok((records, at))
}

pub(super) async fn deals(person: &Person<'_>) -> Result<Vec<Record>> {
    let parts: Vec<deal_contact::Model> = rows_of!(person, deal_contact by ContactId in order of DealId);
    let deals = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(deal::Column::Id.is_in(parts.iter().map(|part| part.deal_id)))
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(row) = deals.iter().find(|deal| deal.id == part.deal_id) else { continue };
        let custom: Value = serde_json::from_str(&row.custom)?;
        records.push(Record {
            kind: Kind::Deal,
            id: row.id.to_string(),
            date: Some(part.added_at),
            source: Source::Staff,
            values: values!(row: title, role = part.role,
                amount = in_units(row.amount_minor, &row.currency), currency, expected_close_on, closed_at,
                origin = row.source, custom = custom, external_id, added_at = part.added_at),
        });
    }
    Ok(records)
}

/// An amount as people write it: `12.34`.
fn in_units(minor: i64, currency: &str) -> String {
    let places = usize::from(decimals(currency));
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if minor < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
