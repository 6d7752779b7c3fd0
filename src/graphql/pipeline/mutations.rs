//! Mutations on pipelines, stages and loss reasons: each translates its input, calls the use case and
//! translates the result.

use async_graphql::{Context, Object};

use super::{
    LossReason, Pipeline, Stage,
    inputs::{
        ArchiveLossReasonInput, ArchiveLossReasonPayload, ArchivePipelineInput, ArchivePipelinePayload,
        ArchiveStageInput, ArchiveStagePayload, CreateLossReasonInput, CreateLossReasonPayload,
        CreatePipelineInput, CreatePipelinePayload, CreateStageInput, CreateStagePayload, DeleteStageInput,
        DeleteStagePayload, RenameLossReasonInput, RenameLossReasonPayload, ReorderStagesInput,
        ReorderStagesPayload, RestoreLossReasonInput, RestoreLossReasonPayload, RestorePipelineInput,
        RestorePipelinePayload, RestoreStageInput, RestoreStagePayload, UpdatePipelineInput,
        UpdatePipelinePayload, UpdateStageInput, UpdateStagePayload,
    },
};
use crate::{
    error::Result,
    graphql::kit::{asked, found, named},
    pipeline as room,
    pipeline::{NewPipeline, NewStage, PipelineChange, StageChange},
    platform::graphql::user_errors,
};

/// Mutations of this room.
#[derive(Default)]
pub struct PipelineMutation;

#[Object]
impl PipelineMutation {
    /// Create a pipeline with its stages. The first one of a workspace comes with a list of loss reasons.
    async fn create_pipeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new pipeline.")] input: CreatePipelineInput,
    ) -> Result<CreatePipelinePayload> {
        let (app, caller) = asked(ctx)?;
        let new = NewPipeline {
            name: input.name,
            currency: input.currency,
            stages: input
                .stages
                .into_iter()
                .map(|stage| NewStage {
                    name: stage.name,
                    kind: stage.kind.into(),
                    probability: stage.probability,
                })
                .collect(),
        };
        let outcome =
            room::create_pipeline(app, caller.workspace, caller.actor, input.idempotency_key.as_deref(), new)
                .await;
        let (row, user_errors) = user_errors(outcome)?;
        Ok(CreatePipelinePayload { pipeline: row.map(Pipeline), user_errors })
    }

    /// Change a pipeline's name, currency or position.
    async fn update_pipeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline, and what to change.")] input: UpdatePipelineInput,
    ) -> Result<UpdatePipelinePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.pipeline_id, "pipelineId")?;
            let change =
                PipelineChange { name: input.name, currency: input.currency, position: input.position };
            found(
                "pipelineId",
                room::update_pipeline(
                    app,
                    caller.workspace,
                    caller.actor,
                    id,
                    input.expected_version,
                    change,
                )
                .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdatePipelinePayload { pipeline: row.map(Pipeline), user_errors })
    }

    /// Archive a pipeline: it leaves the lists and accepts no more deals. Repeating it changes nothing.
    async fn archive_pipeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline to archive.")] input: ArchivePipelineInput,
    ) -> Result<ArchivePipelinePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.pipeline_id, "pipelineId")?;
            found("pipelineId", room::archive_pipeline(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchivePipelinePayload { pipeline: row.map(Pipeline), user_errors })
    }

    /// Restore an archived pipeline with its stages and deals. Repeating it changes nothing.
    async fn restore_pipeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline to restore.")] input: RestorePipelineInput,
    ) -> Result<RestorePipelinePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.pipeline_id, "pipelineId")?;
            found("pipelineId", room::restore_pipeline(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestorePipelinePayload { pipeline: row.map(Pipeline), user_errors })
    }

    /// Add a stage to a pipeline.
    async fn create_stage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new stage.")] input: CreateStageInput,
    ) -> Result<CreateStagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.pipeline_id, "pipelineId")?;
            let new = NewStage { name: input.name, kind: input.kind.into(), probability: input.probability };
            let key = input.idempotency_key.as_deref();
            found(
                "pipelineId",
                room::create_stage(app, caller.workspace, caller.actor, key, id, new, input.position).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CreateStagePayload { stage: row.map(Stage), user_errors })
    }

    /// Change a stage's name, kind or probability.
    async fn update_stage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The stage, and what to change.")] input: UpdateStageInput,
    ) -> Result<UpdateStagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.stage_id, "stageId")?;
            let change = StageChange {
                name: input.name,
                kind: input.kind.map(Into::into),
                probability: input.probability,
            };
            found(
                "stageId",
                room::update_stage(app, caller.workspace, caller.actor, id, input.expected_version, change)
                    .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateStagePayload { stage: row.map(Stage), user_errors })
    }

    /// Reorder a pipeline's stages.
    async fn reorder_stages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline, and its stages in their new order.")] input: ReorderStagesInput,
    ) -> Result<ReorderStagesPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.pipeline_id, "pipelineId")?;
            let order = input
                .stage_ids
                .iter()
                .enumerate()
                .map(|(at, id)| named(id, &format!("stageIds.{at}")))
                .collect::<Result<Vec<_>>>()?;
            found(
                "pipelineId",
                room::reorder_stages(app, caller.workspace, caller.actor, id, input.expected_version, &order)
                    .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ReorderStagesPayload { pipeline: row.map(Pipeline), user_errors })
    }

    /// Archive a stage, which then accepts no more deals. Its deals stay, and the board shows it as long as
    /// it has any.
    async fn archive_stage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The stage to archive.")] input: ArchiveStageInput,
    ) -> Result<ArchiveStagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.stage_id, "stageId")?;
            found("stageId", room::archive_stage(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveStagePayload { stage: row.map(Stage), user_errors })
    }

    /// Restore an archived stage, which then accepts deals again.
    async fn restore_stage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The stage to restore.")] input: RestoreStageInput,
    ) -> Result<RestoreStagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.stage_id, "stageId")?;
            found("stageId", room::restore_stage(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreStagePayload { stage: row.map(Stage), user_errors })
    }

    /// Delete a stage; its deals move to the stage you name, in the same order, below those already there.
    /// The answer comes when all have moved: until then the stage accepts no deals and its column empties in
    /// steps of 100. If the connection breaks, repeat the mutation: it continues where it stopped.
    async fn delete_stage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The stage to delete, and the stage that its deals move to.")]
        input: DeleteStageInput,
    ) -> Result<DeleteStagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.stage_id, "stageId")?;
            let to = input
                .move_deals_to_stage_id
                .as_ref()
                .map(|id| named(id, "moveDealsToStageId"))
                .transpose()?;
            found("stageId", room::delete_stage(app, caller.workspace, caller.actor, id, to).await)
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let deleted_stage_id = done.is_some().then_some(input.stage_id);
        let (moved_deals, pipeline) = done.map(|done| (done.moved, Pipeline(done.pipeline))).unzip();
        Ok(DeleteStagePayload { deleted_stage_id, moved_deals, pipeline, user_errors })
    }

    /// Add a loss reason, or restore an archived one with the same text.
    async fn create_loss_reason(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new loss reason.")] input: CreateLossReasonInput,
    ) -> Result<CreateLossReasonPayload> {
        let (app, caller) = asked(ctx)?;
        let key = input.idempotency_key.as_deref();
        let outcome = room::create_loss_reason(app, caller.workspace, caller.actor, key, &input.label).await;
        let (row, user_errors) = user_errors(outcome)?;
        Ok(CreateLossReasonPayload { loss_reason: row.map(LossReason), user_errors })
    }

    /// Rename a loss reason.
    async fn rename_loss_reason(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The loss reason, and its new name.")] input: RenameLossReasonInput,
    ) -> Result<RenameLossReasonPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.loss_reason_id, "lossReasonId")?;
            found(
                "lossReasonId",
                room::rename_loss_reason(app, caller.workspace, caller.actor, id, &input.label).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RenameLossReasonPayload { loss_reason: row.map(LossReason), user_errors })
    }

    /// Archive a loss reason, which is then no longer offered. Repeating it changes nothing.
    async fn archive_loss_reason(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The loss reason to archive.")] input: ArchiveLossReasonInput,
    ) -> Result<ArchiveLossReasonPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.loss_reason_id, "lossReasonId")?;
            found("lossReasonId", room::archive_loss_reason(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveLossReasonPayload { loss_reason: row.map(LossReason), user_errors })
    }

    /// Restore an archived loss reason. Repeating it changes nothing.
    async fn restore_loss_reason(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The loss reason to restore.")] input: RestoreLossReasonInput,
    ) -> Result<RestoreLossReasonPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.loss_reason_id, "lossReasonId")?;
            found("lossReasonId", room::restore_loss_reason(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreLossReasonPayload { loss_reason: row.map(LossReason), user_errors })
    }
}
