//! `contact_address`: one e-mail address of a contact. A mailbox belongs to one contact of a workspace.

use sea_orm::entity::prelude::*;

use crate::{ContactAddressId, ContactId, Time, WorkspaceId};

/// One e-mail address of a contact. A mailbox belongs to one contact of a workspace.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_address")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactAddressId,
    /// Of whom.
    pub contact_id: ContactId,
    /// As entered.
    pub email: String,
    /// Equal for two spellings of one mailbox; unique in the workspace.
    pub email_key: String,
    /// Keyed hash of it.
    pub fingerprint: Vec<u8>,
    /// When the mailbox last proved itself.
    pub verified_at: Option<Time>,
    /// When.
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
