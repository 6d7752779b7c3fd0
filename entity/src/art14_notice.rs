//! `art14_notice`: that a person whose data came from somebody else was informed (GDPR Art. 14), and how.

use sea_orm::entity::prelude::*;

use crate::{Art14How, ContactId, EntryId, MailId, Relation, Time, WorkspaceId};

/// A row of `art14_notice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "art14_notice")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The journal entry that recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// The contact.
    pub contact_id: ContactId,
    /// How they were informed, or why they need not be.
    pub how: Art14How,
    /// When it was due.
    pub due_at: Time,
    /// When they were informed.
    pub given_at: Time,
    /// The mail, when it was one of ours.
    pub mail_id: Option<MailId>,
}

crate::from_row!(Model { workspace_id, entry_id, contact_id, how, due_at, given_at, mail_id });

impl ActiveModelBehavior for ActiveModel {}
