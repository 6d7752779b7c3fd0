//! Writes a text back into the place that it was written for, if that still holds the plain sentence.

use std::collections::BTreeMap;

use entity::{
    ActivityId, CompanyId, ContactId, DealId, EntityKind, QuarantineSource, activity, company, contact, deal,
    quarantine,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect, prelude::Uuid};

use crate::{
    contacts::lock_contact_to_edit,
    error::{Error, ProblemCode, Result},
    fields::{CustomValues, quarantine::is_held_back},
    pipeline::parties::index as index_deal,
    platform::{fold::fold, vault::Vault, work::Work},
};

/// The input that names the text, for problems.
const INPUT: &str = "quarantineId";

/// Writes the text back, under the record's lock.
pub(super) async fn put_back(
    work: &mut Work,
    vault: &Vault,
    row: &quarantine::Model,
    text: &str,
) -> Result<()> {
    let key = row.field.strip_prefix("custom.").unwrap_or_default();
    let workspace = work.workspace();
    match row.source {
        QuarantineSource::Activity => into_activity(work, row, text).await,
        QuarantineSource::Contact => {
            let record = lock_contact_to_edit(work, ContactId(row.row_id), INPUT).await?;
            let place = (EntityKind::Contact, record.id.0, record.custom.as_str());
            let custom = into_custom(work, vault, place, key, text).await?;
            let mut update = record.clone().into_active_model();
            update.custom = Set(custom);
            update.version = Set(record.version + 1);
            update.updated_at = Set(work.now());
            contact::Entity::update(update).exec(work.db()).await?;
            Ok(())
        }
        QuarantineSource::Company => {
            let found = company::Entity::find_by_id((workspace, CompanyId(row.row_id))).lock_exclusive();
            let record = found.one(work.db()).await?.ok_or_else(replaced)?;
            let place = (EntityKind::Company, record.id.0, record.custom.as_str());
            let custom = into_custom(work, vault, place, key, text).await?;
            let mut update = record.clone().into_active_model();
            update.custom = Set(custom);
            update.version = Set(record.version + 1);
            update.updated_at = Set(work.now());
            company::Entity::update(update).exec(work.db()).await?;
            Ok(())
        }
        QuarantineSource::Deal => {
            let found = deal::Entity::find_by_id((workspace, DealId(row.row_id))).lock_exclusive();
            let record = found.one(work.db()).await?.ok_or_else(replaced)?;
            if row.field == "title" {
                return into_title(work, record, text).await;
            }
            let place = (EntityKind::Deal, record.id.0, record.custom.as_str());
            let custom = into_custom(work, vault, place, key, text).await?;
            let mut update = record.clone().into_active_model();
            update.custom = Set(custom);
            update.version = Set(record.version + 1);
            update.updated_at = Set(work.now());
            deal::Entity::update(update).exec(work.db()).await?;
            Ok(())
        }
    }
}

async fn into_activity(work: &Work, row: &quarantine::Model, text: &str) -> Result<()> {
    let found = activity::Entity::find_by_id((work.workspace(), ActivityId(row.row_id))).lock_exclusive();
    let record = found.one(work.db()).await?.ok_or_else(replaced)?;
    let mut update = record.clone().into_active_model();
    match row.field.as_str() {
        "subject" if is_held_back(&record.subject) => update.subject = Set(text.to_owned()),
        "body" if is_held_back(&record.body) => update.body = Set(text.to_owned()),
        _ => return Err(replaced()),
    }
    update.version = Set(record.version + 1);
    update.updated_at = Set(work.now());
    activity::Entity::update(update).exec(work.db()).await?;
    Ok(())
}

async fn into_title(work: &Work, record: deal::Model, text: &str) -> Result<()> {
    if !is_held_back(&record.title) {
        return Err(replaced());
    }
    let mut changed = record.clone();
    changed.title = text.to_owned();
    changed.sort_name = fold(text);
    changed.version += 1;
    changed.updated_at = work.now();
    let mut update = record.into_active_model();
    update.title = Set(changed.title.clone());
    update.sort_name = Set(changed.sort_name.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    deal::Entity::update(update).exec(work.db()).await?;
    index_deal(work, &changed).await
}

/// Stores the value of a custom field, or of a form's own question. Returns the record's new `custom` column.
async fn into_custom(
    work: &mut Work,
    vault: &Vault,
    (entity, row, custom): (EntityKind, Uuid, &str),
    key: &str,
    text: &str,
) -> Result<String> {
    let values = CustomValues::load(work, vault, entity, row, custom, std::iter::once(key)).await?;
    if let Some(shape) = values.field(key) {
        if !values.held(shape).is_some_and(is_held_back) {
            return Err(replaced());
        }
        let (change, _) = values.fit(key, text).ok_or_else(|| {
            let message = "It does not fit its field, or the field is archived: correct the field first.";
            Error::rejected(ProblemCode::WrongState, INPUT, message)
        })?;
        return Ok(values.put(work, vault, vec![change]).await?.custom);
    }
    let mut answers: BTreeMap<String, String> = serde_json::from_str(custom)?;
    let answer = answers.get_mut(key).filter(|answer| is_held_back(answer)).ok_or_else(replaced)?;
    text.clone_into(answer);
    Ok(serde_json::to_string(&answers)?)
}

fn replaced() -> Error {
    let message = "Its place holds something else by now: copy what you need from it, then destroy it.";
    Error::rejected(ProblemCode::WrongState, INPUT, message)
}
