//! Upserting an integration's deal: created if its external id is unknown, changed otherwise. Safe to repeat,
//! any number of times, concurrently.

use entity::{DealId, WorkspaceId, deal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};

use super::{DealChange, NewDeal, create_deal::begin_deal, update_deal::change_deal};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::actor::Actor,
};

/// Creates or changes the deal with this external id: `new` applies to a new deal, `change` to an existing
/// one. An existing deal is not moved; that is `move_deal`'s job. Returns whether it was created.
///
/// # Errors
/// `Rejected` with all errors at once.
pub async fn upsert_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    external_id: &str,
    new: NewDeal,
    change: DealChange,
) -> Result<(deal::Model, bool)> {
    allow(actor, Right::WriteDeals)?;
    match Box::pin(try_upsert(app, workspace, actor, external_id, new.clone(), change.clone())).await {
        // Another request has just created it, so now it can be changed.
        Err(error) if error.is_taken("externalId") => {
            Box::pin(try_upsert(app, workspace, actor, external_id, new, change)).await
        }
        done => done,
    }
}

async fn try_upsert(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    external_id: &str,
    new: NewDeal,
    change: DealChange,
) -> Result<(deal::Model, bool)> {
    let mut work = app.begin(workspace, actor).await?;
    let known = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(workspace))
        .filter(deal::Column::ExternalId.eq(external_id))
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?;
    let (row, created) = match known {
        Some(row) => (Box::pin(change_deal(&mut work, &app.vault, row, None, change)).await?, false),
        None => (
            Box::pin(begin_deal(
                &mut work,
                &app.vault,
                DealId::new(),
                NewDeal { external_id: Some(external_id.to_owned()), ..new },
            ))
            .await?,
            true,
        ),
    };
    work.commit().await?;
    Ok((row, created))
}
