//! `request_step`: one step of the exchange about a request.

use sea_orm::entity::prelude::*;

use crate::{EntryId, MailId, Relation, RequestId, RequestStepId, RequestStepKind, Time, WorkspaceId};

/// A row of `request_step`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_step")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestStepId,
    /// The request.
    pub request_id: RequestId,
    /// What happened.
    pub kind: RequestStepKind,
    /// Who acted.
    pub actor: String,
    /// When.
    pub at: Time,
    /// The mail that was sent.
    pub mail_id: Option<MailId>,
    /// What was written, sealed with the request's key.
    pub sealed: Option<Vec<u8>>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, request_id, kind, actor, at, mail_id, sealed, entry_id });

impl ActiveModelBehavior for ActiveModel {}
