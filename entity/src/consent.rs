//! `consent`: the state of contact × purpose × channel: a projection. The journal is the truth.

use sea_orm::entity::prelude::*;

use crate::{
    Channel, ConsentId, ConsentState, ContactAddressId, ContactId, EntryId, PurposeId, PurposeVersionId,
    Time, WorkspaceId,
};

/// The state of contact × purpose × channel: a projection. The journal is the truth.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    /// Who.
    pub contact_id: ContactId,
    /// For what.
    pub purpose_id: PurposeId,
    /// By which channel.
    pub channel: Channel,
    /// The state.
    pub state: ConsentState,
    /// Since when.
    pub since: Time,
    /// Until when a yes holds.
    pub expires_at: Option<Time>,
    /// The address that proved it.
    pub address_id: Option<ContactAddressId>,
    /// The text that was shown.
    pub purpose_version_id: PurposeVersionId,
    /// The entry of the last yes, to which the proof hangs.
    pub given_entry_id: Option<EntryId>,
    /// The entry that made this state.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    purpose_id,
    channel,
    state,
    since,
    expires_at,
    address_id,
    purpose_version_id,
    given_entry_id,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
