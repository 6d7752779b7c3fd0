//! Who the person is: each value of their record with where it came from, addresses, tags, other records.

use std::collections::{BTreeMap, HashMap};

use entity::{
    DataClass, EntityKind, company, contact_address, contact_alias, contact_tag, duplicate_candidate, field,
    provenance, tag,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, prelude::Uuid};
use serde_json::Value;

use super::{Kind, Record, Source, person::Person, rows_of, values};
use crate::{
    error::Result,
    fields::sealed,
    records::provenance::{DOMAIN, INTEGRATION, STAFF},
};

/// Where the value of a field came from, and when.
type Origins = HashMap<String, provenance::Model>;

/// The source that a row of provenance tells.
fn source_of(row: &provenance::Model) -> Source {
    match row.source.as_str() {
        STAFF => Source::Staff,
        INTEGRATION => Source::Integration,
        DOMAIN => Source::System,
        // The id of a form version, or a word for what the person did themself.
        _ => Source::of_actor(&row.actor),
    }
}

/// The latest row of provenance for each field. Rows that a merge wrote tell who merged: the ones before them
/// tell where the value came from.
async fn origins(person: &Person<'_>) -> Result<Origins> {
    let ids: Vec<Uuid> = person.ids.iter().map(|id| id.0).collect();
    let rows = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(provenance::Column::Entity.eq(EntityKind::Contact))
        .filter(provenance::Column::RowId.is_in(ids))
        .filter(provenance::Column::Source.ne(crate::records::provenance::MERGE))
        .order_by_asc(provenance::Column::Id)
        .all(person.app.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.field.clone(), row)).collect())
}

/// The origin of a field. Custom values are traced as `custom.<key>`.
fn record(origins: &Origins, field: &str, label: &str, value: &Value, class: DataClass) -> Result<Record> {
    let origin = origins.get(field);
    let source = origin.map_or(Source::System, source_of);
    let row = origin;
    Ok(Record {
        kind: Kind::Value,
        id: field.to_owned(),
        date: origin.map(|row| row.at),
        source,
        values: values!(row: field = field, label = label, value = value, class = class,
            proven = row.is_some_and(|row| row.proven)),
    })
}

pub(super) async fn values_of(person: &Person<'_>) -> Result<Vec<Record>> {
    let (contact, origins) = (&person.contact, origins(person).await?);
    let mut records = Vec::new();
    let built_in = [
        ("given_name", &contact.given_name),
        ("family_name", &contact.family_name),
        ("phone", &contact.phone),
        ("job_title", &contact.job_title),
        ("company_name", &contact.company_name),
        ("postal_address", &contact.postal_address),
    ];
    for (name, value) in built_in {
        if !value.is_empty() {
            records.push(record(&origins, name, "", &value.as_str().into(), DataClass::Open)?);
        }
    }
    if let Some(id) = contact.company_id
        && let Some(row) =
            company::Entity::find_by_id((contact.workspace_id, id)).one(person.app.db()).await?
    {
        records.push(record(&origins, "company_id", "", &row.name.into(), DataClass::Open)?);
    }
    let fields = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(field::Column::Entity.eq(EntityKind::Contact))
        .order_by_asc(field::Column::Position)
        .order_by_asc(field::Column::Id)
        .all(person.app.db())
        .await?;
    let custom: BTreeMap<String, Value> = serde_json::from_str(&contact.custom)?;
    for (key, value) in custom {
        let definition = fields.iter().find(|field| field.key == key);
        let label = definition.map(|field| label_of(field, &contact.language)).unwrap_or_default();
        let class = definition.map_or(DataClass::Open, |field| field.class);
        records.push(record(&origins, &format!("custom.{key}"), &label, &value, class)?);
    }
    let closed = sealed::of_rows(person.app.db(), contact.workspace_id, vec![contact.id.0]).await?;
    let wanted: Vec<_> = closed.iter().collect();
    let opened = sealed::open(person.app.db(), &person.app.vault, contact.workspace_id, &wanted).await?;
    for value in &closed {
        let definition = fields.iter().find(|field| field.id == value.field_id);
        let (Some(field), Some(text)) = (definition, opened.get(&(value.row_id, value.field_id))) else {
            continue;
        };
        let label = label_of(field, &contact.language);
        let name = format!("custom.{}", field.key);
        let mut record = record(&origins, &name, &label, &text.as_str().into(), field.class)?;
        record.date = record.date.or(Some(value.set_at));
        records.push(record);
    }
    Ok(records)
}

/// The label of a field in this language, in another one if there is none, or its key.
fn label_of(field: &field::Model, language: &str) -> String {
    let mut labels: BTreeMap<String, String> = serde_json::from_str(&field.label).unwrap_or_default();
    labels.remove(language).or_else(|| labels.into_values().next()).unwrap_or_else(|| field.key.clone())
}

pub(super) fn profile(person: &Person<'_>) -> Result<Vec<Record>> {
    let row = &person.contact;
    Ok(vec![Record {
        kind: Kind::Profile,
        id: row.id.to_string(),
        date: Some(row.created_at),
        source: Source::System,
        values: values!(row: language, lifecycle, external_id, last_contact_at, restricted_at, art14_due_at,
            created_at, updated_at, archived_at),
    }])
}

pub(super) async fn addresses(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<contact_address::Model> = rows_of!(person, contact_address by ContactId in order of Id);
    let origins = origins(person).await?;
    let source = origins.get("email").map(source_of);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let is_primary = person.contact.primary_address_id == Some(row.id);
        // Who proved a mailbox gave it.
        let source = if row.verified_at.is_some() { Source::Person } else { source.unwrap_or(Source::Staff) };
        records.push(Record {
            kind: Kind::Address,
            id: row.id.to_string(),
            date: Some(row.created_at),
            source,
            values: values!(row: email, primary = is_primary, verified_at, created_at),
        });
    }
    Ok(records)
}

pub(super) async fn tags(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<contact_tag::Model> = rows_of!(person, contact_tag by ContactId in order of TagId);
    let tags = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(tag::Column::Id.is_in(rows.iter().map(|row| row.tag_id)))
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let name = tags.iter().find(|tag| tag.id == row.tag_id).map(|tag| tag.name.clone());
        records.push(Record {
            kind: Kind::Tag,
            id: row.tag_id.to_string(),
            date: Some(row.tagged_at),
            source: Source::Staff,
            values: values!(row: tag_id, name = name, tagged_at),
        });
    }
    Ok(records)
}

pub(super) async fn merged(person: &Person<'_>) -> Result<Vec<Record>> {
    let rows: Vec<contact_alias::Model> = rows_of!(person, contact_alias by ContactId in order of OldId);
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(Record {
            kind: Kind::Merged,
            id: row.old_id.to_string(),
            date: Some(row.merged_at),
            source: Source::Staff,
            values: values!(row: external_id, merged_at),
        });
    }
    Ok(records)
}

/// That another record may be about the same person, and why; never whose it is.
pub(super) async fn duplicates(person: &Person<'_>) -> Result<Vec<Record>> {
    let ids = || person.ids.iter().copied();
    let either = Condition::any()
        .add(duplicate_candidate::Column::LowId.is_in(ids()))
        .add(duplicate_candidate::Column::HighId.is_in(ids()));
    let rows = duplicate_candidate::Entity::find()
        .filter(duplicate_candidate::Column::WorkspaceId.eq(person.contact.workspace_id))
        .filter(either)
        .order_by_asc(duplicate_candidate::Column::FoundAt)
        .all(person.app.db())
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let reasons: Value = serde_json::from_str(&row.reasons)?;
        records.push(Record {
            kind: Kind::Duplicate,
            id: (number + 1).to_string(),
            date: Some(row.found_at),
            source: Source::System,
            values: values!(row: reasons = reasons, score, found_at),
        });
    }
    Ok(records)
}
