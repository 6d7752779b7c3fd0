//! Reading definitions.

use entity::{EntityKind, FieldId, WorkspaceId, field};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::definition::Shape;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::actor::Actor,
};

/// The fields of a kind of thing, in their order; archived ones only when asked for.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_fields(app: &App, workspace: WorkspaceId, actor: Actor, entity: EntityKind, archived: bool) -> Result<Vec<field::Model>> {
    allow(actor, Right::ReadContacts)?;
    let mut rows = of_entity(app.db(), workspace, entity).await?;
    rows.retain(|row| archived || row.archived_at.is_none());
    Ok(rows)
}

/// All fields of a kind of thing, in their order.
pub(super) async fn of_entity(db: &impl ConnectionTrait, workspace: WorkspaceId, entity: EntityKind) -> Result<Vec<field::Model>> {
    let select = field::Entity::find().filter(field::Column::WorkspaceId.eq(workspace)).filter(field::Column::Entity.eq(entity));
    Ok(select.order_by_asc(field::Column::Position).order_by_asc(field::Column::Id).all(db).await?)
}

/// The same, with their JSON columns read.
pub(super) async fn shapes(db: &impl ConnectionTrait, workspace: WorkspaceId, entity: EntityKind) -> Result<Vec<Shape>> {
    of_entity(db, workspace, entity).await?.into_iter().map(Shape::read).collect()
}

/// One field.
///
/// # Errors
/// `NotFound`.
pub async fn load_field(db: &impl ConnectionTrait, workspace: WorkspaceId, id: FieldId) -> Result<field::Model> {
    field::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}
