//! Subject and body of an activity are read before they are stored: what tells of a special category of data is
//! held back.

use entity::{ActivityId, ContactId, QuarantineSource, activity, quarantine};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    error::Result,
    fields::quarantine::{Screen, Written, is_held_back},
    platform::{vault::Vault, work::Work},
};

/// Replaces what has to be held back of a new activity's subject and body.
pub(super) async fn screen_new(
    work: &mut Work,
    vault: &Vault,
    id: ActivityId,
    contact: Option<ContactId>,
    texts: [(&'static str, &mut String); 2],
) -> Result<()> {
    let mut screen = Screen::default();
    for (field, text) in texts {
        let written = Written { source: QuarantineSource::Activity, row: id.0, field, contact };
        if let Some(sentence) = screen.hold_back(work, vault, written, text).await? {
            *text = sentence;
        }
    }
    Ok(())
}

/// The same for one that changes. Texts that stay were read when they were written, or released.
pub(super) async fn screen_changed(
    work: &mut Work,
    vault: &Vault,
    before: &activity::Model,
    after: &mut activity::Model,
) -> Result<()> {
    let mut screen = Screen::default();
    let (row, contact) = (after.id.0, after.contact_id);
    let texts = [("subject", &before.subject, &mut after.subject), ("body", &before.body, &mut after.body)];
    let held = is_held_back(&before.subject) || is_held_back(&before.body);
    for (field, before, after) in texts {
        if before == after {
            continue;
        }
        let written = Written { source: QuarantineSource::Activity, row, field, contact };
        if let Some(sentence) = screen.replace(work, vault, written, before, after).await? {
            *after = sentence;
        }
    }
    if held && before.contact_id != contact {
        let follows = quarantine::ActiveModel { contact_id: Set(contact), ..Default::default() };
        quarantine::Entity::update_many()
            .set(follows)
            .filter(quarantine::Column::WorkspaceId.eq(work.workspace()))
            .filter(quarantine::Column::RowId.eq(row))
            .exec(work.db())
            .await?;
    }
    Ok(())
}
