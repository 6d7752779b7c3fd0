//! `consent`: the state of contact × purpose × channel. A projection: the journal is authoritative.

use sea_orm::entity::prelude::*;

use crate::{
    Channel, ConsentId, ConsentState, ContactAddressId, ContactId, EntryId, PurposeId, PurposeVersionId,
    Relation, Time, WorkspaceId,
};

/// A row of `consent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    /// The contact.
    pub contact_id: ContactId,
    /// The purpose.
    pub purpose_id: PurposeId,
    /// The channel.
    pub channel: Channel,
    /// The state.
    pub state: ConsentState,
    /// Since when it has this state.
    pub since: Time,
    /// When a given consent expires.
    pub expires_at: Option<Time>,
    /// The address that confirmed it.
    pub address_id: Option<ContactAddressId>,
    /// The version of the text that was shown.
    pub purpose_version_id: PurposeVersionId,
    /// The journal entry of the last given consent, which the proof refers to.
    pub given_entry_id: Option<EntryId>,
    /// The journal entry that set this state.
    pub entry_id: EntryId,
    /// The end of which the person is told, so that they are told once; none: of no end.
    pub told_end: Option<Time>,
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
    entry_id,
    told_end
});

impl ActiveModelBehavior for ActiveModel {}
