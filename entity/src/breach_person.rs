//! `breach_person`: a person whom a breach concerns, as the journal shows it.

use sea_orm::entity::prelude::*;

use crate::{BreachId, ContactId, MailId, Relation, Time, WorkspaceId};

/// A row of `breach_person`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach_person")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The breach.
    #[sea_orm(primary_key, auto_increment = false)]
    pub breach_id: BreachId,
    /// The contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// Whether something of theirs was revealed, opened or exported.
    pub seen: bool,
    /// Whether something of theirs was changed.
    pub changed: bool,
    /// The first entry of the journal that concerns them.
    pub first_at: Time,
    /// The last one.
    pub last_at: Time,
    /// How many there are.
    pub entries: i32,
    /// The mail that told them.
    pub mail_id: Option<MailId>,
    /// When it was sent.
    pub told_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    breach_id,
    contact_id,
    seen,
    changed,
    first_at,
    last_at,
    entries,
    mail_id,
    told_at
});

impl ActiveModelBehavior for ActiveModel {}
