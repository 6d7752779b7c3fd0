//! `contact`: a natural person we hold data about, with a basis for holding it.

use sea_orm::entity::prelude::*;

use crate::{CompanyId, ContactAddressId, ContactId, Lifecycle, MemberId, Relation, Time, WorkspaceId};

/// A row of `contact`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Empty when unknown.
    pub given_name: String,
    /// Empty when unknown.
    pub family_name: String,
    /// Folded family and given name (no case, no accents), for sorting; empty when unknown.
    pub sort_name: String,
    /// E.164 if it could be parsed as a number; empty when unknown.
    pub phone: String,
    /// Empty when unknown.
    pub job_title: String,
    /// As the person wrote it; empty when unknown. The company that staff linked is `company_id`.
    pub company_name: String,
    /// The company they work for.
    pub company_id: Option<CompanyId>,
    /// The responsible member.
    pub owner_id: Option<MemberId>,
    /// Several lines; empty when unknown.
    pub postal_address: String,
    /// `fr` or `en`.
    pub language: String,
    /// Whether they are a prospect, a customer or a former customer.
    pub lifecycle: Lifecycle,
    /// JSON object, by key: values of custom fields that are OPEN or INTERNAL, in canonical text, and answers
    /// to a form's own questions.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// Their ID in the system they are synchronised with.
    pub external_id: Option<String>,
    /// The address in use.
    pub primary_address_id: Option<ContactAddressId>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived, which removes it from lists.
    pub archived_at: Option<Time>,
    /// When the person was last active; opening a mail does not count.
    pub last_contact_at: Option<Time>,
    /// Since when processing is restricted (GDPR Art. 18).
    pub restricted_at: Option<Time>,
    /// Until when the person must be informed, if their data came from somebody else (GDPR Art. 14(3)).
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
