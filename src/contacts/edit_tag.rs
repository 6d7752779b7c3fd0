//! Renames, merges and deletes tags.

use std::collections::BTreeSet;

use entity::{TagId, WorkspaceId, tag};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        fold::fold,
        query::Query,
        work::{Entry, Fact},
    },
    records::{raced, values::Check},
};

/// Tags that one call can merge.
const MOST_MERGED: usize = 20;

/// Renames a tag.
///
/// # Errors
/// `NotFound` when there is no such tag; `TAKEN` when another tag has a name that folds to the same text.
pub async fn rename_tag(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: TagId,
    name: &str,
) -> Result<tag::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?.with_own_words(app, workspace).await?;
    let name = check.tag("name", name);
    let mut work = app.begin(workspace, actor).await?;
    let row = tag::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
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

/// Merges tags: contacts that had any of them get the remaining one, tagged since the earliest of them, and
/// the others are deleted. Contacts get no journal entries of their own, as the merge's entry says it all.
///
/// # Errors
/// `Rejected` naming tags that do not exist, or that would be merged into themselves.
pub async fn merge_tags(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    from: &[TagId],
    into: TagId,
) -> Result<tag::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    if from.is_empty() {
        check.problem(ProblemCode::Required, "fromTagIds", "Name at least one tag that becomes the other.");
    }
    if from.len() > MOST_MERGED {
        check.problem(ProblemCode::TooLong, "fromTagIds", "Name at most 20 tags.");
        check.done()?;
    }
    let mut work = app.begin(workspace, actor).await?;
    let wanted: BTreeSet<TagId> = from.iter().copied().chain([into]).collect();
    let rows = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(workspace))
        .filter(tag::Column::Id.is_in(wanted))
        .order_by_asc(tag::Column::NameKey)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let row = rows.iter().find(|row| row.id == into);
    if row.is_none() {
        check.no_such("intoTagId");
    }
    for (at, id) in from.iter().enumerate() {
        let field = format!("fromTagIds.{at}");
        if *id == into {
            check.problem(ProblemCode::Invalid, &field, "A tag cannot be merged into itself: leave it out.");
        } else if !rows.iter().any(|row| row.id == *id) {
            check.no_such(&field);
        }
    }
    check.done()?;
    let row = row.cloned().ok_or(Error::NotFound)?;
    let gone: BTreeSet<TagId> = from.iter().copied().collect();
    // SQLite accepts `ON CONFLICT` after a `SELECT` only if that has a `WHERE`, as this one does.
    let mut query = Query::new(
        "INSERT INTO contact_tag (workspace_id, contact_id, tag_id, tagged_at) SELECT workspace_id, contact_id, ",
    );
    query.bind(into).push(", min(tagged_at) FROM contact_tag WHERE workspace_id = ").bind(workspace);
    query.push(" AND ").is_any("tag_id", gone.iter().copied());
    query.push(
        " GROUP BY workspace_id, contact_id
        ON CONFLICT (workspace_id, contact_id, tag_id) DO UPDATE SET tagged_at = excluded.tagged_at
        WHERE excluded.tagged_at < contact_tag.tagged_at",
    );
    query.run(work.db()).await?;
    tag::Entity::delete_many()
        .filter(tag::Column::WorkspaceId.eq(workspace))
        .filter(tag::Column::Id.is_in(gone.iter().copied()))
        .exec(work.db())
        .await?;
    work.record(Entry::new("tag.merged").on(into).with("from", gone.into_iter().collect::<Fact>()));
    work.commit().await?;
    Ok(row)
}

/// Removes a tag from all contacts and deletes it.
///
/// # Errors
/// `NotFound` when there is no such tag.
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
