//! `restriction`: a period in which a contact's data may only be stored (GDPR Art. 18), and its ground.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, EntryId, NoticeMeans, Relation, RequestId, RestrictionGround, RestrictionId, Time, WorkspaceId,
};

/// A row of `restriction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restriction")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RestrictionId,
    /// The contact.
    pub contact_id: ContactId,
    /// Why.
    pub ground: RestrictionGround,
    /// The request it answers.
    pub request_id: Option<RequestId>,
    /// Since when.
    pub since: Time,
    /// When staff decided to lift it, and the person was to be told.
    pub announced_at: Option<Time>,
    /// How the person is told, or was.
    pub means: Option<NoticeMeans>,
    /// When the mail that tells them did not arrive.
    pub failed_at: Option<Time>,
    /// When it was lifted; none while it lasts.
    pub lifted_at: Option<Time>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    ground,
    request_id,
    since,
    announced_at,
    means,
    failed_at,
    lifted_at,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
