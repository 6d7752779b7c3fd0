//! `journal`: the append-only record of every action. The database refuses updates and deletes.

use sea_orm::entity::prelude::*;

use crate::{EntryId, Relation, Time, WorkspaceId};

/// A row of `journal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// 1, 2, 3 … in commit order, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The ID that other rows refer to.
    pub id: EntryId,
    /// When, in milliseconds.
    pub at: Time,
    /// `noun.verb`, e.g. `consent.given`.
    pub kind: String,
    /// Who acted: `visitor`, `mailbox`, `system`, `operator`, or the ID of a member, API key or contact.
    pub actor: String,
    /// The contact it is about, if any.
    pub subject: Option<String>,
    /// The row that changed.
    pub object: Option<String>,
    /// The canonical bytes (RFC 8785); the other columns are projections of them.
    #[sea_orm(column_type = "Text")]
    pub bytes: String,
    /// HMAC-SHA-256 of the sealed evidence with the person's key, 32 bytes.
    pub commitment: Option<Vec<u8>>,
    /// SHA-256(0x00 ‖ bytes), RFC 6962, 32 bytes.
    pub leaf_hash: Vec<u8>,
}

crate::from_row!(Model {
    workspace_id,
    seq,
    id,
    at,
    kind,
    actor,
    subject,
    object,
    bytes,
    commitment,
    leaf_hash
});

impl ActiveModelBehavior for ActiveModel {}
