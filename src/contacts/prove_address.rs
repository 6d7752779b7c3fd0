//! A mailbox that a contact has already confirmed something else: from now on the address is proven.

use entity::{ContactId, EntityKind, contact, contact_address};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
    records::provenance::{PERSON, trace},
};

/// Writes down that the mailbox of a contact's address answered, which is an act of the person. The caller
/// holds the locks of mailbox and contact.
///
/// # Errors
/// Database errors only.
pub async fn prove_address(work: &mut Work, id: ContactId, address: &contact_address::Model) -> Result<()> {
    let touched = contact::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        last_contact_at: Set(Some(work.now())),
        ..Default::default()
    };
    contact::Entity::update(touched).exec(work.db()).await?;
    let newly_proven = address.verified_at.is_none();
    let mut proven = address.clone().into_active_model();
    proven.verified_at = Set(Some(work.now()));
    contact_address::Entity::update(proven).exec(work.db()).await?;
    if newly_proven {
        let entry = work.record(Entry::new("contact.updated").about(id).on(id));
        trace(work, EntityKind::Contact, id.0, vec!["email".to_owned()], PERSON, true, entry).await?;
    }
    Ok(())
}
