//! Breaches, their steps and the people concerned, as edges read them.

use entity::{BreachId, BreachState, ContactId, WorkspaceId, breach, breach_person};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::{loads_by_id, loads_of},
    },
};

loads_by_id! {
    /// Breaches by id.
    breaches_by_id(BreachId) -> breach;
}

loads_of! {
    /// The steps of breaches, oldest first.
    steps_of_breaches(BreachId) -> breach_step by breach_id, in order of "entry_id";
}

/// A page of breaches, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_breaches(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    state: Option<BreachState>,
    request: &PageRequest<BreachId>,
) -> Result<Page<breach::Model>> {
    page_by(db, breaches(workspace, state), breach::Column::Id, Run::Down, request).await
}

/// How many breaches there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_breaches(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    state: Option<BreachState>,
) -> Result<i64> {
    count_of(db, breaches(workspace, state)).await
}

fn breaches(workspace: WorkspaceId, state: Option<BreachState>) -> Select<breach::Entity> {
    let select = breach::Entity::find().filter(breach::Column::WorkspaceId.eq(workspace));
    match state {
        Some(state) => select.filter(breach::Column::State.eq(state)),
        None => select,
    }
}

/// The people whom a breach concerns, by id after `after`; `told`: only those who were told, or only those who were
/// not.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn people_of_breach(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: BreachId,
    told: Option<bool>,
    after: Option<ContactId>,
    most: u64,
) -> Result<Vec<breach_person::Model>> {
    let mut select = people(workspace, id, told);
    if let Some(after) = after {
        select = select.filter(breach_person::Column::ContactId.gt(after));
    }
    Ok(select.order_by_asc(breach_person::Column::ContactId).limit(most).all(db).await?)
}

/// How many there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_people(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: BreachId,
    told: Option<bool>,
) -> Result<i64> {
    Ok(i64::try_from(people(workspace, id, told).count(db).await?).unwrap_or(i64::MAX))
}

fn people(workspace: WorkspaceId, id: BreachId, told: Option<bool>) -> Select<breach_person::Entity> {
    let select = breach_person::Entity::find()
        .filter(breach_person::Column::WorkspaceId.eq(workspace))
        .filter(breach_person::Column::BreachId.eq(id));
    match told {
        None => select,
        Some(true) => select.filter(breach_person::Column::ToldAt.is_not_null()),
        Some(false) => select.filter(breach_person::Column::ToldAt.is_null()),
    }
}
