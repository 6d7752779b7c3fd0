//! Loads field definitions.

use std::collections::HashSet;

use entity::{EntityKind, FieldId, WorkspaceId, field};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{class_rules::load_rules, shape::Shape};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::actor::Actor,
};

/// The fields of a kind of record by position; archived ones only on request.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_fields(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    entity: EntityKind,
    archived: bool,
) -> Result<Vec<field::Model>> {
    allow(actor, Right::ReadContacts)?;
    let mut rows = of_entity(app.db(), workspace, entity).await?;
    rows.retain(|row| archived || row.archived_at.is_none());
    Ok(rows)
}

/// All fields of a kind of record, by position.
pub(super) async fn of_entity(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    entity: EntityKind,
) -> Result<Vec<field::Model>> {
    let select = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Entity.eq(entity));
    Ok(select.order_by_asc(field::Column::Position).order_by_asc(field::Column::Id).all(db).await?)
}

/// As `of_entity`, with the JSON columns parsed.
pub(super) async fn shapes(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    entity: EntityKind,
) -> Result<Vec<Shape>> {
    of_entity(db, workspace, entity).await?.into_iter().map(Shape::read).collect()
}

/// The keys of the fields whose values may not appear in the text of an activity.
///
/// # Errors
/// `Internal` when a rule cannot be parsed.
pub(crate) async fn keys_not_told(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    entity: EntityKind,
) -> Result<HashSet<String>> {
    let (fields, rules) = (of_entity(db, workspace, entity).await?, load_rules(db, workspace).await?);
    Ok(fields.into_iter().filter(|field| !rules.may_be_told(field.class)).map(|field| field.key).collect())
}

/// Loads a field.
///
/// # Errors
/// `NotFound` when there is no such field.
pub async fn load_field(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: FieldId,
) -> Result<field::Model> {
    field::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}
