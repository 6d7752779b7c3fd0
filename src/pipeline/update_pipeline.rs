//! A pipeline's own values: its name, its currency for new deals, its position among the others.

use entity::{PipelineId, WorkspaceId, pipeline};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use super::{
    create_pipeline::living,
    refuse, stale,
    text::{MOST_NAME, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{
        actor::Actor,
        money::check_currency,
        work::{Entry, Fact, Work},
    },
};

/// Changes to a pipeline. None = unchanged.
#[derive(Clone, Debug, Default)]
pub struct PipelineChange {
    /// Display name.
    pub name: Option<String>,
    /// ISO 4217: the default currency of new deals. Existing deals keep theirs.
    pub currency: Option<String>,
    /// Its position among the workspace's pipelines, from 0.
    pub position: Option<i32>,
}

/// Changes a pipeline.
///
/// # Errors
/// `Rejected` with `STALE` when it, or one of its stages, was changed since it was read.
pub async fn update_pipeline(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PipelineId,
    expected_version: i32,
    change: PipelineChange,
) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    // Locks all pipelines in one order, because moving one shifts others.
    let all = pipeline::Entity::find()
        .filter(pipeline::Column::WorkspaceId.eq(workspace))
        .order_by_asc(pipeline::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.db())
        .await?;
    let row = all.iter().find(|row| row.id == id).cloned().ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    if row.version != expected_version {
        problems.push(stale("pipeline"));
    }
    gather(&mut problems, living(&row, "pipelineId"))?;
    let mut changed = row.clone();
    let mut fields = Vec::new();
    if let Some(name) = &change.name {
        changed.name = line(&mut problems, "name", name, MOST_NAME);
        fields.extend((changed.name != row.name).then_some("name"));
    }
    if let Some(currency) = change.currency {
        problems.extend(check_currency(&currency, Some(&row.currency), "currency"));
        fields.extend((currency != row.currency).then_some("currency"));
        changed.currency = currency;
    }
    if change.position.is_some_and(|position| position < 0) {
        problems.push(Problem::new(ProblemCode::Invalid, "position", "Give its place from 0."));
    }
    refuse(problems)?;
    if let Some(position) = change.position {
        changed.position = put_at(&work, all, id, position).await?;
        fields.extend((changed.position != row.position).then_some("position"));
    }
    if fields.is_empty() {
        return Ok(row);
    }
    changed.version = row.version + 1;
    let mut update = row.into_active_model();
    update.name = Set(changed.name.clone());
    update.currency = Set(changed.currency.clone());
    update.position = Set(changed.position);
    update.version = Set(changed.version);
    pipeline::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("pipeline.updated").on(id).with("fields", fields.into_iter().collect::<Fact>()));
    work.commit().await?;
    Ok(changed)
}

/// Renumbers the pipelines with this one at the given position, or at the end. Returns its position.
async fn put_at(work: &Work, mut all: Vec<pipeline::Model>, id: PipelineId, position: i32) -> Result<i32> {
    all.sort_by_key(|row| (row.position, row.id));
    let at = all.iter().position(|row| row.id == id).ok_or(Error::NotFound)?;
    let own = all.remove(at);
    let place = usize::try_from(position).unwrap_or(usize::MAX).min(all.len());
    all.insert(place, own);
    for (place, row) in all.into_iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        if row.position != place && row.id != id {
            let mut update = row.into_active_model();
            update.position = Set(place);
            pipeline::Entity::update(update).exec(work.db()).await?;
        }
    }
    Ok(i32::try_from(place).unwrap_or(i32::MAX))
}
