//! `breach`: a breach of personal data (GDPR Art. 33), with its clock. What was written about it is sealed.

use sea_orm::entity::prelude::*;

use crate::{
    BreachException, BreachId, BreachRisk, BreachState, DataKeyId, EntryId, Relation, Time, WorkspaceId,
};

/// A row of `breach`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BreachId,
    /// The key that seals `sealed`.
    pub data_key_id: DataKeyId,
    /// Facts, effects, remedies and reasons, as JSON, sealed.
    pub sealed: Vec<u8>,
    /// Its state.
    pub state: BreachState,
    /// The risk to the people concerned.
    pub risk: BreachRisk,
    /// When the controller became aware of it.
    pub aware_at: Time,
    /// Until when the authority is to be told.
    pub due_at: Time,
    /// When it began, if known.
    pub began_at: Option<Time>,
    /// When it ended, if it has.
    pub ended_at: Option<Time>,
    /// The approximate number of people concerned.
    pub people_approximate: Option<i32>,
    /// The approximate number of records concerned.
    pub records_approximate: Option<i32>,
    /// When the authority was first told.
    pub authority_told_at: Option<Time>,
    /// When the people concerned began to be told.
    pub people_told_at: Option<Time>,
    /// Why they are not told one by one.
    pub exception: Option<BreachException>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was recorded.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
    /// When staff were last reminded of its clock.
    pub reminded_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    data_key_id,
    sealed,
    state,
    risk,
    aware_at,
    due_at,
    began_at,
    ended_at,
    people_approximate,
    records_approximate,
    authority_told_at,
    people_told_at,
    exception,
    closed_at,
    version,
    created_at,
    updated_at,
    entry_id,
    reminded_at
});

impl ActiveModelBehavior for ActiveModel {}
