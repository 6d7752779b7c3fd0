//! `contact_address`: an e-mail address of a contact. In a workspace, a mailbox belongs to one contact only.

use sea_orm::entity::prelude::*;

use crate::{ContactAddressId, ContactId, Relation, Time, WorkspaceId};

/// A row of `contact_address`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_address")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactAddressId,
    /// The contact.
    pub contact_id: ContactId,
    /// The address as entered.
    pub email: String,
    /// The normalised address, equal for all spellings of one mailbox; unique in the workspace.
    pub email_key: String,
    /// Keyed hash of the normalised address.
    pub fingerprint: Vec<u8>,
    /// When the mailbox's owner last confirmed it.
    pub verified_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    email,
    email_key,
    fingerprint,
    verified_at,
    created_at
});

impl ActiveModelBehavior for ActiveModel {}
