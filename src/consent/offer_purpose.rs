//! Whether the preference centre offers a purpose to everybody.

use entity::{PurposeId, WorkspaceId, purpose};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{create_purpose::offer_problem, load_purposes::lock_purpose};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// Decides whether the preference centre offers a purpose to everybody. Who has chosen already always sees
/// what they chose. Idempotent.
///
/// # Errors
/// `NotFound`; `Rejected` when it is on another basis than consent.
pub async fn offer_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
    offered: bool,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if let Some(problem) = offer_problem(row.legal_basis, offered) {
        return Err(Error::Rejected(vec![problem]));
    }
    if row.offered == offered {
        return Ok(row);
    }
    let changed = purpose::Model { offered, ..row.clone() };
    let mut update = row.into_active_model();
    update.offered = Set(offered);
    purpose::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new(if offered { "purpose.offered" } else { "purpose.not_offered" }).on(id));
    work.commit().await?;
    Ok(changed)
}
