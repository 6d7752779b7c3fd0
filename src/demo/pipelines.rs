//! Two sample pipelines: interior projects, and shops that sell the lamps.

use entity::{LossReasonId, PipelineId, StageId, StageKind, WorkspaceId, stage};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    app::App,
    error::{Error, Result},
    pipeline::{NewPipeline, NewStage, create_pipeline, list_loss_reasons},
    platform::actor::Actor,
};

const PROJECTS: [(&str, StageKind, i32); 6] = [
    ("New", StageKind::Open, 10),
    ("Qualified", StageKind::Open, 30),
    ("Quote sent", StageKind::Open, 50),
    ("Negotiation", StageKind::Open, 75),
    ("Won", StageKind::Won, 100),
    ("Lost", StageKind::Lost, 0),
];
const SHOPS: [(&str, StageKind, i32); 5] = [
    ("First contact", StageKind::Open, 15),
    ("Samples sent", StageKind::Open, 40),
    ("Terms agreed", StageKind::Open, 80),
    ("Sells our lamps", StageKind::Won, 100),
    ("No", StageKind::Lost, 0),
];

/// A pipeline and its stages by kind.
pub(super) struct Lane {
    pub pipeline: PipelineId,
    /// Open stages, in order.
    pub open: Vec<StageId>,
    pub won: StageId,
    pub lost: StageId,
}

/// Both pipelines, and the loss reasons.
pub(super) struct Lanes {
    /// Projects, then shops.
    pub lanes: [Lane; 2],
    pub reasons: Vec<LossReasonId>,
}

pub(super) async fn make_pipelines(app: &App, workspace: WorkspaceId, actor: Actor) -> Result<Lanes> {
    let projects = make(app, workspace, actor, "Projects", &PROJECTS).await?;
    let shops = make(app, workspace, actor, "Shops", &SHOPS).await?;
    let reasons = list_loss_reasons(app.db(), workspace).await?.into_iter().map(|reason| reason.id).collect();
    Ok(Lanes { lanes: [projects, shops], reasons })
}

async fn make(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    name: &str,
    stages: &[(&str, StageKind, i32)],
) -> Result<Lane> {
    let stages = stages.iter().map(|(name, kind, probability)| NewStage {
        name: (*name).to_owned(),
        kind: *kind,
        probability: (*kind == StageKind::Open).then_some(*probability),
    });
    let new = NewPipeline { name: name.to_owned(), currency: "EUR".to_owned(), stages: stages.collect() };
    let pipeline = create_pipeline(app, workspace, actor, None, new).await?.id;
    let rows = stage::Entity::find()
        .filter(stage::Column::WorkspaceId.eq(workspace))
        .filter(stage::Column::PipelineId.eq(pipeline))
        .order_by_asc(stage::Column::Position)
        .all(app.db())
        .await?;
    let of = |kind| rows.iter().filter(move |row| row.kind == kind).map(|row| row.id);
    let missing = || Error::internal("a pipeline of the demo lacks a stage");
    let (won, lost) =
        (of(StageKind::Won).next().ok_or_else(missing)?, of(StageKind::Lost).next().ok_or_else(missing)?);
    Ok(Lane { pipeline, open: of(StageKind::Open).collect(), won, lost })
}
