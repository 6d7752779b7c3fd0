//! The person's rights: to whom data went, what they asked for, what was made for them, why they are kept.

use std::collections::HashMap;

use entity::{
    RecipientId, disclosure, mailbox_proof, package, recipient, recipient_notice, request, request_step,
    transfer, transfer_authorisation,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use super::{Kind, Record, Source, person::Person, rows_of, values};
use crate::error::Result;

/// Recipients by id.
async fn recipients(
    person: &Person<'_>,
    ids: impl Iterator<Item = RecipientId>,
) -> Result<HashMap<RecipientId, recipient::Model>> {
    let rows = recipient::Entity::find()
        .filter(recipient::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(recipient::Column::Id.is_in(ids))
        .all(person.app.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

pub(super) async fn disclosures(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<disclosure::Model> = rows_of!(person, disclosure by ContactId in order of Id);
    let to = recipients(person, rows.iter().map(|row| row.recipient_id)).await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let recipient = to.get(&row.recipient_id);
        let fields: Value = serde_json::from_str(&row.fields)?;
        let purpose = row.purpose_id.map(|id| person.title_of(id)).transpose()?;
        records.push(Record {
            kind: Kind::Disclosure,
            id: row.id.to_string(),
            date: Some(row.at),
            source: Source::System,
            values: values!(row: recipient = recipient.map(|row| &row.legal_name),
                country = recipient.map(|row| &row.country), mechanism = recipient.map(|row| row.mechanism),
                purpose = purpose, purpose_id, means, fields = fields, at),
        });
    }
    Ok(records)
}

pub(super) async fn recipient_notices(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<recipient_notice::Model> = rows_of!(person, recipient_notice by ContactId in order of Id);
    let to = recipients(person, rows.iter().map(|row| row.recipient_id)).await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::RecipientNotice,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source: Source::System,
            values: values!(row: recipient = to.get(&row.recipient_id).map(|row| &row.legal_name), kind,
                state, created_at, decided_at),
        });
    }
    Ok(records)
}

pub(super) async fn authorisations(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<transfer_authorisation::Model> =
        rows_of!(person, transfer_authorisation by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let asked =
            person.opened("transfer_authorisation", row.id.0, row.data_key_id, Some(&row.sealed)).await?;
        let scope: Value = serde_json::from_str(&row.scope)?;
        records.push(Record {
            kind: Kind::Authorisation,
            id: row.id.to_string(),
            date: Some(row.asked_at),
            source: if row.decided_at.is_some() { Source::Person } else { Source::Staff },
            values: values!(row: recipient = asked["recipient"], email = asked["email"],
                purpose = asked["purpose"], scope = scope, state, asked_at, answer_until, valid_from,
                valid_until, decided_at, withdrawn_at, language),
        });
    }
    Ok(records)
}

pub(super) async fn transfers(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<transfer::Model> = rows_of!(person, transfer by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Transfer,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source: Source::System,
            values: values!(row: state, created_at, expires_at, pulled_at, bytes,
                sha256 = row.sha256.as_ref().map(hex::encode)),
        });
    }
    Ok(records)
}

pub(super) async fn requests(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<request::Model> = rows_of!(person, request by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let content = person.opened("request", row.id.0, row.data_key_id, row.sealed.as_deref()).await?;
        records.push(Record {
            kind: Kind::Request,
            id: row.id.to_string(),
            date: Some(row.received_at),
            source: Source::Person,
            values: values!(row: kind, state, channel, language, received_at, acknowledged_at,
                identity_proven_at, suspended_at, due_at, extended_at, extension_reason, answered_at,
                refusal_reason, stood_still_days, hurdle, objects_to, balance, reminded_at,
                content = content),
        });
    }
    Ok(records)
}

pub(super) async fn request_steps(person: &Person<'_>) -> Result<Vec<Record>> {
    let requests: Vec<request::Model> = rows_of!(person, request by ContactId in order of Id);
    let rows = request_step::Entity::find()
        .filter(request_step::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(request_step::Column::RequestId.is_in(requests.iter().map(|row| row.id)))
        .order_by_asc(request_step::Column::Id)
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(request) = requests.iter().find(|request| request.id == row.request_id) else { continue };
        let content =
            person.opened("request_step", row.id.0, request.data_key_id, row.sealed.as_deref()).await?;
        let by = Source::of_actor(&row.actor);
        records.push(Record {
            kind: Kind::RequestStep,
            id: row.id.to_string(),
            date: Some(row.at),
            source: by,
            values: values!(row: request = row.request_id, kind, at, by = by, content = content),
        });
    }
    Ok(records)
}

pub(super) async fn mailbox_proofs(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<mailbox_proof::Model> = rows_of!(person, mailbox_proof by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let content =
            person.opened("mailbox_proof", row.id.0, row.data_key_id, row.sealed.as_deref()).await?;
        records.push(Record {
            kind: Kind::MailboxProof,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source: Source::Observed,
            values: values!(row: kind, state, language, created_at, expires_at, decided_at,
                content = content),
        });
    }
    Ok(records)
}

pub(super) async fn packages(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<package::Model> = rows_of!(person, package by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Package,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source: Source::System,
            values: values!(row: kind, state, bytes, created_at, built_at, expires_at, downloads),
        });
    }
    Ok(records)
}
