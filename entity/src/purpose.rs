//! `purpose`: why data is used, with exactly one legal basis and its channels.

use sea_orm::entity::prelude::*;

use crate::{ConfirmationMode, LegalBasis, PurposeId, PurposeVersionId, Relation, Time, WorkspaceId};

/// A row of `purpose`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purpose")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PurposeId,
    /// Short name in forms, unique in the workspace.
    pub key: String,
    /// The legal basis (GDPR Art. 6(1)).
    pub legal_basis: LegalBasis,
    /// JSON array of channels.
    pub channels: String,
    /// How a consent is confirmed.
    pub confirmation: ConfirmationMode,
    /// How many days a consent is valid; none = until withdrawn.
    pub validity_days: Option<i32>,
    /// Why a basis other than consent applies. Empty for consent.
    pub justification: String,
    /// The current version of its text.
    pub current_version_id: PurposeVersionId,
    /// When it was created.
    pub created_at: Time,
    /// When it was archived.
    pub archived_at: Option<Time>,
    /// Whether the preference centre offers it to everybody, and not only to those who have chosen already.
    pub offered: bool,
    /// How many days before a consent expires the person is told; none: they are not.
    pub warn_days: Option<i32>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    key,
    legal_basis,
    channels,
    confirmation,
    validity_days,
    justification,
    current_version_id,
    created_at,
    archived_at,
    offered,
    warn_days
});

impl ActiveModelBehavior for ActiveModel {}
