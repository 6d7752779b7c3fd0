//! `retention_notice`: that the end of a contact's retention period is near, under one rule and for one
//! state of its clock.

use sea_orm::entity::prelude::*;

use crate::{ContactId, Relation, RetentionAnswer, RetentionMail, RetentionRuleId, Time, WorkspaceId};

/// A row of `retention_notice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_notice")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// The rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_id: RetentionRuleId,
    /// The clock of the period that ends: once it moved, this notice says nothing any more.
    pub clock_at: Time,
    /// When the contact is erased, if nothing happens before.
    pub ends_at: Time,
    /// The mail that says so.
    pub mail: RetentionMail,
    /// When the mail was handed over.
    pub mailed_at: Option<Time>,
    /// What the person answered.
    pub answer: Option<RetentionAnswer>,
    /// When they answered.
    pub answered_at: Option<Time>,
    /// When it was written.
    pub created_at: Time,
}

crate::from_row!(Model {
    workspace_id,
    contact_id,
    rule_id,
    clock_at,
    ends_at,
    mail,
    mailed_at,
    answer,
    answered_at,
    created_at
});

impl ActiveModelBehavior for ActiveModel {}
