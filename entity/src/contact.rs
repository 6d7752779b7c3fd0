//! `contact`: a natural person we hold data about, with a basis for holding it.

use sea_orm::entity::prelude::*;

use crate::{CompanyId, ContactAddressId, ContactId, Lifecycle, MemberId, Time, WorkspaceId};

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
    /// Family and given name folded (no case, no accents), for order; empty when unknown.
    pub sort_name: String,
    /// E.164 where it could be read as a number; empty when unknown.
    pub phone: String,
    /// Empty when unknown.
    pub job_title: String,
    /// As the person wrote it; empty when unknown. What staff linked is `company_id`.
    pub company_name: String,
    /// The company they work for.
    pub company_id: Option<CompanyId>,
    /// The member who looks after them.
    pub owner_id: Option<MemberId>,
    /// Several lines; empty when unknown.
    pub postal_address: String,
    /// `fr` or `en`.
    pub language: String,
    /// What they are to us.
    pub lifecycle: Lifecycle,
    /// JSON object, by key: values of custom fields that are OPEN or INTERNAL, in canonical text, and answers to a form's own questions.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// Their id in the system they are synchronised with.
    pub external_id: Option<String>,
    /// The address in use.
    pub primary_address_id: Option<ContactAddressId>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Since when they are out of the lists.
    pub archived_at: Option<Time>,
    /// The last time the person acted; opening a mail does not count.
    pub last_contact_at: Option<Time>,
    /// Since when processing is restricted (Art. 18).
    pub restricted_at: Option<Time>,
    /// Until when the person must be told (Art. 14(3)), when their data did not come from them.
    pub art14_due_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    given_name,
    family_name,
    sort_name,
    phone,
    job_title,
    company_name,
    company_id,
    owner_id,
    postal_address,
    language,
    lifecycle,
    custom,
    external_id,
    primary_address_id,
    version,
    created_at,
    updated_at,
    archived_at,
    last_contact_at,
    restricted_at,
    art14_due_at
});

impl ActiveModelBehavior for ActiveModel {}
