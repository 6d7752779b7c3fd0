//! Creating a pipeline together with its stages: at least one of each kind, because every deal must be able
//! to be won or lost. The first pipeline of a workspace also creates a list of loss reasons.

use entity::{PipelineId, StageId, StageKind, Time, WorkspaceId, pipeline, stage};
use sea_orm::{ColumnTrait, ConnectionTrait};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::{
    loss_reasons, missing, refuse,
    text::{MOST_NAME, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, money::check_currency, once::once, work::Entry},
};

/// Maximum number of stages per pipeline.
pub(super) const MOST_STAGES: usize = 50;
/// Maximum number of pipelines per workspace, archived ones included.
const MOST_PIPELINES: u64 = 100;

/// A new stage.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NewStage {
    /// Display name.
    pub name: String,
    /// Whether deals in it are open, won or lost.
    pub kind: StageKind,
    /// In per cent; none = fixed by its kind, 0 for open stages.
    pub probability: Option<i32>,
}

/// A new pipeline.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NewPipeline {
    /// Display name.
    pub name: String,
    /// ISO 4217: the default currency of new deals.
    pub currency: String,
    /// Its stages, in order.
    pub stages: Vec<NewStage>,
}

/// Creates a pipeline.
///
/// # Errors
/// `Rejected` with all errors at once.
pub async fn create_pipeline(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    key: Option<&str>,
    new: NewPipeline,
) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut problems = Vec::new();
    let name = line(&mut problems, "name", &new.name, MOST_NAME);
    problems.extend(check_currency(&new.currency, None, "currency"));
    if new.stages.len() > MOST_STAGES {
        problems.push(Problem::new(ProblemCode::TooLong, "stages", "A pipeline has at most 50 stages."));
    }
    for kind in StageKind::ALL.iter().filter(|kind| !new.stages.iter().any(|stage| stage.kind == **kind)) {
        problems.push(Problem::new(
            ProblemCode::Required,
            "stages",
            format!("Give the pipeline at least one stage of kind {kind}."),
        ));
    }
    let id = PipelineId::new();
    let mut work = app.begin(workspace, actor).await?;
    let mut stages = Vec::with_capacity(new.stages.len());
    for (at, stage) in new.stages.iter().enumerate() {
        stages.push(read_stage(
            &mut problems,
            &format!("stages.{at}."),
            stage,
            id,
            workspace,
            at,
            work.now(),
        ));
    }
    refuse(problems)?;
    if let Some(made) = once(&work, &app.vault, "createPipeline", key, &new, &id.to_string()).await? {
        let made = made.parse().map_err(|_| Error::internal("a remembered id does not read"))?;
        return super::load_pipeline(work.db(), workspace, made).await;
    }
    let known =
        pipeline::Entity::find().filter(pipeline::Column::WorkspaceId.eq(workspace)).count(work.db()).await?;
    if known >= MOST_PIPELINES {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "name",
            "A workspace has at most 100 pipelines, archived ones included.",
        ));
    }
    let row = pipeline::Model {
        workspace_id: workspace,
        id,
        name,
        currency: new.currency,
        position: i32::try_from(known).unwrap_or(i32::MAX),
        version: 1,
        created_at: work.now(),
        archived_at: None,
    };
    pipeline::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let count = i32::try_from(stages.len()).unwrap_or(i32::MAX);
    stage::Entity::insert_many(stages.into_iter().map(IntoActiveModel::into_active_model))
        .exec_without_returning(work.db())
        .await?;
    work.record(Entry::new("pipeline.created").on(id).with("stages", count));
    if known == 0 {
        loss_reasons::begin_with_defaults(&mut work, &app.pages).await?;
    }
    work.commit().await?;
    Ok(row)
}

/// Validates a stage; `place` is the path of its fields in the input.
pub(super) fn read_stage(
    problems: &mut Vec<Problem>,
    place: &str,
    new: &NewStage,
    pipeline: PipelineId,
    workspace: WorkspaceId,
    position: usize,
    now: Time,
) -> stage::Model {
    stage::Model {
        workspace_id: workspace,
        id: StageId::new(),
        pipeline_id: pipeline,
        name: line(problems, &format!("{place}name"), &new.name, MOST_NAME),
        position: i32::try_from(position).unwrap_or(i32::MAX),
        kind: new.kind,
        probability: read_probability(problems, &format!("{place}probability"), new.kind, new.probability),
        created_at: now,
        archived_at: None,
    }
}

/// Fixed for won stages (100) and lost stages (0).
pub(super) fn read_probability(
    problems: &mut Vec<Problem>,
    field: &str,
    kind: StageKind,
    given: Option<i32>,
) -> i32 {
    let fixed = match kind {
        StageKind::Won => Some(100),
        StageKind::Lost => Some(0),
        StageKind::Open => None,
    };
    match (fixed, given) {
        (Some(fixed), given) => {
            if given.is_some_and(|given| given != fixed) {
                problems.push(Problem::new(
                    ProblemCode::Invalid,
                    field,
                    "A stage of kind WON has 100 per cent and one of kind LOST has 0: leave it out.",
                ));
            }
            fixed
        }
        (None, Some(given)) if !(0..=100).contains(&given) => {
            problems.push(Problem::new(
                ProblemCode::Invalid,
                field,
                "Give a whole number of per cent, from 0 to 100.",
            ));
            0
        }
        (None, given) => given.unwrap_or(0),
    }
}

/// The first stage that accepts new deals.
pub(crate) async fn first_open_stage(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: PipelineId,
) -> Result<Option<stage::Model>> {
    use sea_orm::QueryOrder;
    let stages = stage::Entity::find()
        .filter(stage::Column::WorkspaceId.eq(workspace))
        .filter(stage::Column::PipelineId.eq(id))
        .filter(stage::Column::Kind.eq(StageKind::Open))
        .filter(stage::Column::ArchivedAt.is_null())
        .order_by_asc(stage::Column::Position)
        .order_by_asc(stage::Column::Id);
    Ok(stages.one(db).await?)
}

/// Refuses an archived pipeline; `field` is its field in the input.
pub(super) fn living(pipeline: &pipeline::Model, field: &str) -> Result<()> {
    if pipeline.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            field,
            "This pipeline is archived; use another.",
        ));
    }
    Ok(())
}

/// Refuses a missing or archived stage; `field` is its field in the input.
pub(super) fn takes_deals(stage: Option<&stage::Model>, field: &str) -> Result<stage::Model> {
    match stage {
        None => Err(Error::Rejected(vec![missing(field)])),
        Some(stage) if stage.archived_at.is_some() => Err(Error::rejected(
            ProblemCode::WrongState,
            field,
            "This stage is archived and takes no more deals; choose another.",
        )),
        Some(stage) => Ok(stage.clone()),
    }
}
