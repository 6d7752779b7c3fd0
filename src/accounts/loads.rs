//! Members and API keys as other rooms and edges read them.

use entity::{ApiKeyId, MemberId, WorkspaceId, api_key, member};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::members_of;
use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
    },
};

loads_by_id! {
    /// Members by id.
    members_by_id(MemberId) -> member;
    /// API keys by id.
    api_keys_by_id(ApiKeyId) -> api_key;
}

/// A page of members, in the order they were invited; only those who have access now, if so asked.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    active: bool,
    request: &PageRequest<MemberId>,
) -> Result<Page<member::Model>> {
    page_by(db, members(workspace, active), member::Column::Id, Run::Up, request).await
}

/// How many members there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_members(db: &impl ConnectionTrait, workspace: WorkspaceId, active: bool) -> Result<i64> {
    count_of(db, members(workspace, active)).await
}

fn members(workspace: WorkspaceId, active: bool) -> Select<member::Entity> {
    let members = members_of(workspace);
    if active {
        members.filter(member::Column::JoinedAt.is_not_null()).filter(member::Column::DeactivatedAt.is_null())
    } else {
        members
    }
}

/// A page of API keys, the newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_api_keys(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    request: &PageRequest<ApiKeyId>,
) -> Result<Page<api_key::Model>> {
    page_by(db, api_keys(workspace), api_key::Column::Id, Run::Down, request).await
}

/// How many API keys there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_api_keys(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    count_of(db, api_keys(workspace)).await
}

fn api_keys(workspace: WorkspaceId) -> Select<api_key::Entity> {
    api_key::Entity::find().filter(api_key::Column::WorkspaceId.eq(workspace))
}
