//! Adding, changing, ordering, archiving and restoring a pipeline's stages. Stages are part of their
//! pipeline, so changing one increments the pipeline's version. A pipeline always keeps one active stage of
//! each kind.

use entity::{PipelineId, StageId, StageKind, WorkspaceId, deal, pipeline, stage};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::{
    NewStage,
    column::lock_pipeline,
    create_pipeline::{MOST_STAGES, living, read_probability, read_stage},
    missing, refuse, stale,
    text::{MOST_NAME, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{
        actor::Actor,
        once::once,
        work::{Entry, Fact, Work},
    },
};

/// Changes to a stage. None = unchanged.
#[derive(Clone, Debug, Default)]
pub struct StageChange {
    /// Display name.
    pub name: Option<String>,
    /// Whether deals in it are open, won or lost.
    pub kind: Option<StageKind>,
    /// In per cent.
    pub probability: Option<i32>,
}

/// A pipeline with its stages, locked for a change.
pub(super) struct Changing {
    pub work: Work,
    pub pipeline: pipeline::Model,
    pub stages: Vec<stage::Model>,
}

/// Locks the pipeline of a stage. `field` is the name of the stage's id in the input.
pub(super) async fn begin(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
) -> Result<(Changing, stage::Model)> {
    let work = app.begin(workspace, actor).await?;
    let seen = stage::Entity::find_by_id((workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    let (pipeline, stages) =
        lock_pipeline(work.db(), workspace, seen.pipeline_id).await?.ok_or(Error::NotFound)?;
    let stage = stages.iter().find(|stage| stage.id == id).cloned().ok_or(Error::NotFound)?;
    Ok((Changing { work, pipeline, stages }, stage))
}

impl Changing {
    /// Increments the pipeline's version and commits.
    pub(super) async fn commit(self) -> Result<pipeline::Model> {
        let Self { work, pipeline, .. } = self;
        let changed = pipeline::Model { version: pipeline.version + 1, ..pipeline.clone() };
        let mut update = pipeline.into_active_model();
        update.version = Set(changed.version);
        pipeline::Entity::update(update).exec(work.db()).await?;
        work.commit().await?;
        Ok(changed)
    }

    /// Refuses to remove this stage if it is the only one of its kind.
    pub(super) fn can_spare(&self, stage: &stage::Model) -> Result<()> {
        let others = self
            .stages
            .iter()
            .any(|other| other.id != stage.id && other.kind == stage.kind && other.archived_at.is_none());
        if others || stage.archived_at.is_some() {
            return Ok(());
        }
        let message = format!("This is the pipeline's only stage of kind {}: add another first.", stage.kind);
        Err(Error::rejected(ProblemCode::WrongState, "stageId", message))
    }
}

/// Adds a stage at a position, or at the end.
///
/// # Errors
/// `Rejected` with all errors at once.
pub async fn create_stage(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    key: Option<&str>,
    pipeline: PipelineId,
    new: NewStage,
    position: Option<i32>,
) -> Result<stage::Model> {
    allow(actor, Right::ManagePipelines)?;
    let work = app.begin(workspace, actor).await?;
    let (pipeline, mut stages) =
        lock_pipeline(work.db(), workspace, pipeline).await?.ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    gather(&mut problems, living(&pipeline, "pipelineId"))?;
    let row = read_stage(&mut problems, "", &new, pipeline.id, workspace, stages.len(), work.now());
    if stages.len() >= MOST_STAGES {
        problems.push(Problem::new(
            ProblemCode::TooLong,
            "pipelineId",
            "A pipeline has at most 50 stages, archived ones included.",
        ));
    }
    refuse(problems)?;
    if let Some(made) =
        once(&work, &app.vault, "createStage", key, &(pipeline.id, &new, position), &row.id.to_string())
            .await?
    {
        let made: StageId = made.parse().map_err(|_| Error::internal("a remembered id does not read"))?;
        return stage::Entity::find_by_id((workspace, made)).one(work.db()).await?.ok_or(Error::NotFound);
    }
    stage::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let place = position
        .and_then(|position| usize::try_from(position).ok())
        .unwrap_or(stages.len())
        .min(stages.len());
    stages.insert(place, row.clone());
    number(&work, &stages).await?;
    let mut changing = Changing { work, pipeline, stages };
    let entry = Entry::new("stage.created")
        .on(row.id)
        .with("pipeline", row.pipeline_id)
        .with("kind", row.kind)
        .with("probability", row.probability);
    changing.work.record(entry);
    changing.commit().await?;
    Ok(stage::Model { position: i32::try_from(place).unwrap_or(i32::MAX), ..row })
}

/// Changes a stage.
///
/// # Errors
/// `Rejected`: `STALE`, or a kind that its deals or its pipeline do not allow.
pub async fn update_stage(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
    expected_version: i32,
    change: StageChange,
) -> Result<stage::Model> {
    allow(actor, Right::ManagePipelines)?;
    let (mut changing, row) = begin(app, workspace, actor, id).await?;
    let mut problems = Vec::new();
    if changing.pipeline.version != expected_version {
        problems.push(stale("pipeline"));
    }
    let kind = change.kind.unwrap_or(row.kind);
    let name = match &change.name {
        Some(name) => line(&mut problems, "name", name, MOST_NAME),
        None => row.name.clone(),
    };
    // A stage that was won or lost and becomes open has no probability of its own to keep.
    let kept = (kind == row.kind).then_some(row.probability);
    let probability = read_probability(&mut problems, "probability", kind, change.probability.or(kept));
    if kind != row.kind {
        gather(&mut problems, changing.can_spare(&row))?;
        let deals = deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(workspace))
            .filter(deal::Column::StageId.eq(id));
        if deals.one(changing.work.db()).await?.is_some() {
            let message = "Deals stand in this stage, and a new kind would win, lose or reopen them all: move them first, or add another stage.";
            problems.push(Problem::new(ProblemCode::WrongState, "kind", message));
        }
    }
    refuse(problems)?;
    let changed = stage::Model { name, kind, probability, ..row.clone() };
    let pairs = [
        ("name", changed.name != row.name),
        ("kind", changed.kind != row.kind),
        ("probability", changed.probability != row.probability),
    ];
    let fields: Vec<&'static str> =
        pairs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect();
    if fields.is_empty() {
        return Ok(row);
    }
    let mut update = row.into_active_model();
    update.name = Set(changed.name.clone());
    update.kind = Set(changed.kind);
    update.probability = Set(changed.probability);
    stage::Entity::update(update).exec(changing.work.db()).await?;
    let entry = Entry::new("stage.updated")
        .on(id)
        .with("pipeline", changed.pipeline_id)
        .with("fields", fields.into_iter().collect::<Fact>());
    changing.work.record(entry.with("kind", changed.kind).with("probability", changed.probability));
    changing.commit().await?;
    Ok(changed)
}

/// Reorders the stages of a pipeline.
///
/// # Errors
/// `Rejected` unless every stage that is not archived is named once.
pub async fn reorder_stages(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PipelineId,
    expected_version: i32,
    order: &[StageId],
) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let work = app.begin(workspace, actor).await?;
    let (pipeline, stages) = lock_pipeline(work.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    for (at, stage) in order.iter().enumerate() {
        let field = format!("stageIds.{at}");
        if !stages.iter().any(|known| known.id == *stage) {
            problems.push(missing(&field));
        } else if order[..at].contains(stage) {
            problems.push(Problem::new(ProblemCode::Taken, field, "This stage is named twice."));
        }
    }
    if pipeline.version != expected_version {
        problems.push(stale("pipeline"));
    }
    gather(&mut problems, living(&pipeline, "pipelineId"))?;
    let (left, mut ordered): (Vec<stage::Model>, Vec<stage::Model>) =
        stages.into_iter().partition(|stage| !order.contains(&stage.id));
    if left.iter().any(|stage| stage.archived_at.is_none()) {
        problems.push(Problem::new(
            ProblemCode::Required,
            "stageIds",
            "Name every stage of the pipeline that is not archived.",
        ));
    }
    refuse(problems)?;
    ordered.sort_by_key(|stage| order.iter().position(|id| *id == stage.id));
    ordered.extend(left);
    number(&work, &ordered).await?;
    let mut changing = Changing { work, pipeline, stages: ordered };
    changing.work.record(
        Entry::new("pipeline.stages_ordered").on(id).with("stages", order.iter().copied().collect::<Fact>()),
    );
    changing.commit().await
}

/// Archives a stage, which then accepts no more deals. Its deals stay, and the board shows it as long as it
/// has any. Repeating it changes nothing.
///
/// # Errors
/// `Rejected` for the only stage of its kind.
pub async fn archive_stage(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
) -> Result<stage::Model> {
    set_archived(app, workspace, actor, id, true).await
}

/// Restores an archived stage, which then accepts deals again. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn restore_stage(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
) -> Result<stage::Model> {
    set_archived(app, workspace, actor, id, false).await
}

async fn set_archived(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
    archived: bool,
) -> Result<stage::Model> {
    allow(actor, Right::ManagePipelines)?;
    let (mut changing, row) = begin(app, workspace, actor, id).await?;
    if row.archived_at.is_some() == archived {
        return Ok(row);
    }
    if archived {
        changing.can_spare(&row)?;
    }
    let changed = stage::Model { archived_at: archived.then(|| changing.work.now()), ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    stage::Entity::update(update).exec(changing.work.db()).await?;
    let kind = if archived { "stage.archived" } else { "stage.restored" };
    changing.work.record(Entry::new(kind).on(id).with("pipeline", changed.pipeline_id));
    changing.commit().await?;
    Ok(changed)
}

/// Stores the stages' positions in this order.
async fn number(work: &Work, stages: &[stage::Model]) -> Result<()> {
    for (place, row) in stages.iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        if row.position != place {
            let mut update = row.clone().into_active_model();
            update.position = Set(place);
            stage::Entity::update(update).exec(work.db()).await?;
        }
    }
    Ok(())
}
