//! `contact`: a natural person we hold data about, with a basis for holding it.

use sea_orm::entity::prelude::*;

use crate::{ContactAddressId, ContactId, Lifecycle, Time, WorkspaceId};

/// A natural person we hold data about, with a basis for holding it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Empty when unknown.
    pub given_name: String,
    /// Empty when unknown.
    pub family_name: String,
    /// Empty when unknown.
    pub phone: String,
    /// Empty when unknown.
    pub job_title: String,
    /// As the person wrote it; empty when unknown.
    pub company_name: String,
    /// `fr` or `en`.
    pub language: String,
    /// What they are to us.
    pub lifecycle: Lifecycle,
    /// JSON object: answers to a form's own questions, by field key.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// The address in use.
    pub primary_address_id: Option<ContactAddressId>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The last act that came from the person; a mail opened is none.
    pub last_contact_at: Option<Time>,
    /// Since when processing is restricted (Art. 18).
    pub restricted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
