//! A tag gets another name, or goes away from every contact that had it.

use entity::{TagId, WorkspaceId, tag};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use super::{raced, values::Check};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, fold::fold, work::Entry},
};

/// Gives a tag another name.
///
/// # Errors
/// `NotFound`; `TAKEN` when another tag has a name that folds alike.
pub async fn rename_tag(app: &App, workspace: WorkspaceId, actor: Actor, id: TagId, name: &str) -> Result<tag::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    let name = check.tag("name", name);
    let mut work = app.begin(workspace, actor).await?;
    let row = tag::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?.ok_or(Error::NotFound)?;
    let key = fold(&name);
    let other = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(workspace))
        .filter(tag::Column::NameKey.eq(key.as_str()))
        .filter(tag::Column::Id.ne(id));
    if other.one(work.db()).await?.is_some() {
        check.problem(ProblemCode::Taken, "name", "Another tag has this name: use that one.");
    }
    check.done()?;
    if row.name == name {
        return Ok(row);
    }
    let changed = tag::Model { name, name_key: key, ..row.clone() };
    let mut update = row.into_active_model();
    update.name = Set(changed.name.clone());
    update.name_key = Set(changed.name_key.clone());
    tag::Entity::update(update).exec(work.db()).await.map_err(raced)?;
    work.record(Entry::new("tag.renamed").on(id));
    work.commit().await?;
    Ok(changed)
}

/// Takes a tag off every contact and deletes it.
///
/// # Errors
/// `NotFound`.
pub async fn delete_tag(app: &App, workspace: WorkspaceId, actor: Actor, id: TagId) -> Result<TagId> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    if tag::Entity::delete_by_id((workspace, id)).exec(work.db()).await?.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    work.record(Entry::new("tag.deleted").on(id));
    work.commit().await?;
    Ok(id)
}
