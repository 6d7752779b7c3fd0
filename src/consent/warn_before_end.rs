//! How long before the end of a consent its person is told.

use entity::{PurposeId, WorkspaceId, purpose};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::load_purposes::lock_purpose;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
};

/// The longest time ahead, in days.
const LONGEST: i32 = 90;

/// Decides whether people are told, once, that their consent to a purpose ends in so many days; `None`: they are
/// not. Idempotent.
///
/// # Errors
/// `NotFound`; `Rejected` when its consents do not end, or not later than that.
pub async fn warn_before_end(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
    days: Option<i32>,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if let Some(days) = days {
        let Some(validity) = row.validity_days else {
            let message =
                "Consents to this purpose hold until they are withdrawn: there is no end to tell of.";
            return Err(Error::rejected(ProblemCode::WrongState, "purposeId", message));
        };
        if !(1..=LONGEST).contains(&days) || days >= validity {
            let message = "Give 1 to 90 days, fewer than a consent is valid.";
            return Err(Error::rejected(ProblemCode::Invalid, "days", message));
        }
    }
    if row.warn_days == days {
        return Ok(row);
    }
    let changed = purpose::Model { warn_days: days, ..row.clone() };
    let mut update = row.into_active_model();
    update.warn_days = Set(days);
    purpose::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("purpose.warning_set").on(id).with("days", i64::from(days.unwrap_or_default())));
    work.commit().await?;
    Ok(changed)
}
