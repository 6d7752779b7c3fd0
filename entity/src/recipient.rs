//! `recipient`: a company to which personal data are disclosed (GDPR Art. 4(9)), with its country and
//! transfer mechanism (Art. 44 to 49).

use sea_orm::entity::prelude::*;

use crate::{RecipientId, RecipientRole, Relation, Time, TransferMechanism, WorkspaceId};

/// A row of `recipient`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecipientId,
    /// The name staff use.
    pub name: String,
    /// The legal entity.
    pub legal_name: String,
    /// ISO 3166-1 alpha-2: where the data are stored or read from.
    pub country: String,
    /// What they do with the data.
    pub role: RecipientRole,
    /// What allows the transfer.
    pub mechanism: TransferMechanism,
    /// The decision, clauses or reason; empty in the EEA.
    pub mechanism_reference: String,
    /// Whom to tell; empty when unknown.
    pub contact_email: String,
    /// JSON array of purpose ids.
    #[sea_orm(column_type = "Text")]
    pub purposes: String,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived.
    pub archived_at: Option<Time>,
    /// JSON array of the other countries from which the data are read.
    #[sea_orm(column_type = "Text")]
    pub access_countries: String,
    /// The reference of the assessment of the transfer's impact; empty when none is needed.
    pub assessment: String,
    /// When the mechanism was last checked, for example the certification of a company in the United States.
    pub checked_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    name,
    legal_name,
    country,
    role,
    mechanism,
    mechanism_reference,
    contact_email,
    purposes,
    version,
    created_at,
    updated_at,
    archived_at,
    access_countries,
    assessment,
    checked_at
});

impl ActiveModelBehavior for ActiveModel {}
