//! What the person agreed to, what else data rest on, and what they sent.

use entity::{
    ConsentState, EvidenceId, basis, consent, evidence, mailbox, opt_in, pause, submission, suppression,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use super::{Kind, Record, Source, person::Person, rows_of, values};
use crate::error::Result;

pub(super) async fn consents(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<consent::Model> = rows_of!(person, consent by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let text = person.text_of(row.purpose_id)?;
        let source = match row.state {
            ConsentState::Revoked | ConsentState::Invalidated => Source::Staff,
            ConsentState::Expired => Source::System,
            _ => Source::Person,
        };
        records.push(Record {
            kind: Kind::Consent,
            id: row.id.to_string(),
            date: Some(row.since),
            source,
            values: values!(row: purpose = text.as_ref().map(|text| &text.title), channel, state, since,
                expires_at, wording = text.as_ref().map(|text| &text.wording)),
        });
    }
    Ok(records)
}

pub(super) async fn evidence(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<evidence::Model> = rows_of!(person, evidence by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let proof = person.opened("evidence", row.id.0, row.data_key_id, Some(&row.sealed)).await?;
        records.push(Record {
            kind: Kind::Evidence,
            id: row.entry_id.to_string(),
            date: time_of(row.id),
            source: Source::Observed,
            values: values!(row: page = proof["page"], language = proof["language"],
                submitted_with = proof["submitted_with"], confirmed_with = proof["confirmed_with"],
                seconds_after_mail = proof["seconds_after_mail"], mailbox = proof["mailbox"]),
        });
    }
    Ok(records)
}

/// The time in an id.
fn time_of(id: EvidenceId) -> Option<entity::Time> {
    let (seconds, nanos) = id.0.get_timestamp()?.to_unix();
    chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

pub(super) async fn bases(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<basis::Model> = rows_of!(person, basis by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let legal_basis = person.purpose(row.purpose_id).map(|purpose| purpose.legal_basis);
        let title = person.title_of(row.purpose_id)?;
        let source = if row.form_version_id.is_some() { Source::Person } else { Source::Staff };
        records.push(Record {
            kind: Kind::Basis,
            id: row.id.to_string(),
            date: Some(row.since),
            source,
            values: values!(row: purpose = title, legal_basis = legal_basis, since, until),
        });
    }
    Ok(records)
}

pub(super) async fn pauses(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<pause::Model> = rows_of!(person, pause by ContactId in order of Since);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Pause,
            id: row.entry_id.to_string(),
            date: Some(row.since),
            source: Source::Person,
            values: values!(row: since, until),
        });
    }
    Ok(records)
}

/// Confirmed ones: what waits for an answer belongs to nobody yet.
pub(super) async fn submissions(person: &Person<'_>) -> Result<Vec<Record>> {
    let asked: Vec<opt_in::Model> = rows_of!(person, opt_in by ContactId in order of Id);
    let rows = submission::Entity::find()
        .filter(submission::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(submission::Column::Id.is_in(asked.iter().map(|row| row.submission_id)))
        .order_by_asc(submission::Column::Id)
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let content = person.opened("submission", row.id.0, row.data_key_id, row.sealed.as_deref()).await?;
        records.push(Record {
            kind: Kind::Submission,
            id: row.id.to_string(),
            date: Some(row.received_at),
            source: Source::Person,
            values: values!(row: state, received_at, content = content),
        });
    }
    Ok(records)
}

pub(super) async fn opt_ins(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<opt_in::Model> = rows_of!(person, opt_in by ContactId in order of Id);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::OptIn,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source: Source::Observed,
            values: values!(row: state, language, created_at, mailed_at, expires_at, decided_at),
        });
    }
    Ok(records)
}

/// The fingerprints of the person's mailboxes.
async fn fingerprints(person: &Person<'_>) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<entity::contact_address::Model> =
        rows_of!(person, contact_address by ContactId in order of Id);
    Ok(rows.into_iter().map(|row| row.fingerprint).collect())
}

pub(super) async fn mailboxes(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows = mailbox::Entity::find()
        .filter(mailbox::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(mailbox::Column::Fingerprint.is_in(fingerprints(person).await?))
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let unanswered: Value = serde_json::from_str(&row.unanswered)?;
        records.push(Record {
            kind: Kind::Mailbox,
            id: (number + 1).to_string(),
            date: None,
            source: Source::System,
            values: values!(row: unanswered = unanswered, declined_until, bounced_until),
        });
    }
    Ok(records)
}

pub(super) async fn suppressions(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(suppression::Column::Fingerprint.is_in(fingerprints(person).await?))
        .order_by_asc(suppression::Column::At)
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Suppression,
            id: row.entry_id.to_string(),
            date: Some(row.at),
            source: Source::Person,
            values: values!(row: scope, reason, at),
        });
    }
    Ok(records)
}
