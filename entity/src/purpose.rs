//! `purpose`: why we use data, with exactly one legal basis and its channels.

use sea_orm::entity::prelude::*;

use crate::{ConfirmationMode, LegalBasis, PurposeId, PurposeVersionId, Time, WorkspaceId};

/// Why we use data, with exactly one legal basis and its channels.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purpose")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PurposeId,
    /// Short name in forms; unique in the workspace.
    pub key: String,
    /// Art. 6(1).
    pub legal_basis: LegalBasis,
    /// JSON array of channels.
    pub channels: String,
    /// How a consent is confirmed.
    pub confirmation: ConfirmationMode,
    /// How long a consent holds; none = until withdrawn.
    pub validity_days: Option<i32>,
    /// For another basis than consent: why it holds. Empty for consent.
    pub justification: String,
    /// The text in force.
    pub current_version_id: PurposeVersionId,
    /// When.
    pub created_at: Time,
    /// When it ended.
    pub archived_at: Option<Time>,
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
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
