//! Replaces a deal's contacts as a whole: those not named are removed.

use entity::{ContactId, DealId, DealRole, EntityKind, WorkspaceId, deal, deal_contact};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::LockType,
};

use super::{
    parties::{self, INTEGRATION, Party, standing},
    refuse, stale,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result, gather},
    platform::{actor::Actor, work::Fact},
    records::provenance::{STAFF, trace},
};

/// Sets the contacts of a deal.
///
/// # Errors
/// `Rejected` when the deal was changed since it was read, or a contact does not exist.
pub async fn set_deal_contacts(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: DealId,
    expected_version: i32,
    wanted: &[Party],
) -> Result<deal::Model> {
    allow(actor, Right::WriteDeals)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = deal::Entity::find_by_id((workspace, id))
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let before = parties::contacts_of(&work, id).await?;
    let mut problems = Vec::new();
    let after = parties::check_contacts(work.db(), workspace, wanted, &before, &mut problems).await?;
    if row.version != expected_version {
        problems.push(stale("deal"));
    }
    gather(&mut problems, standing(&row))?;
    refuse(problems)?;
    if after == before {
        return Ok(row);
    }
    deal_contact::Entity::delete_many()
        .filter(deal_contact::Column::WorkspaceId.eq(workspace))
        .filter(deal_contact::Column::DealId.eq(id))
        .exec(work.db())
        .await?;
    parties::add_contacts(&work, id, &after).await?;
    let changed = deal::Model { version: row.version + 1, updated_at: work.now(), ..row.clone() };
    let mut update = row.into_active_model();
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    deal::Entity::update(update).exec(work.db()).await?;
    let ids = |of: &std::collections::BTreeMap<ContactId, DealRole>,
               other: &std::collections::BTreeMap<ContactId, DealRole>| {
        of.iter().filter(|(id, role)| other.get(id) != Some(role)).map(|(id, _)| *id).collect::<Fact>()
    };
    let entry = parties::entry_on("deal.contacts_changed", &changed, &after)
        .with("added", ids(&after, &before))
        .with("removed", ids(&before, &after));
    let entry = work.record(entry);
    let source = if matches!(actor, Actor::ApiKey(..)) { INTEGRATION } else { STAFF };
    trace(&work, EntityKind::Deal, id.0, vec!["contacts".to_owned()], source, true, entry).await?;
    work.commit().await?;
    Ok(changed)
}
