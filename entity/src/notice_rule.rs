//! `notice_rule`: whether people are told of an event that concerns their data.

use sea_orm::entity::prelude::*;

use crate::{NoticeEvent, Relation, WorkspaceId};

/// A row of `notice_rule`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_rule")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event: NoticeEvent,
    /// Whether they are told.
    pub notifies: bool,
}

crate::from_row!(Model { workspace_id, event, notifies });

impl ActiveModelBehavior for ActiveModel {}
