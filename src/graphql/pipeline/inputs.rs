//! What the mutations of pipelines, stages and reasons for loss take and give back.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{LossReason, Pipeline, Stage, StageKind};
use crate::platform::graphql::UserError;

/// What a mutation gives back: the row as it is now, or what is wrong with the input.
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $ty:ty })*) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            pub $field: Option<$ty>,
            /// What is wrong with the input; empty on success.
            pub user_errors: Vec<UserError>,
        }
    )*};
}
pub(super) use payloads;

payloads! {
    /// Result of `createPipeline`.
    CreatePipelinePayload {
        /// The pipeline; null when the input was refused.
        pipeline: Pipeline
    }
    /// Result of `updatePipeline`.
    UpdatePipelinePayload {
        /// The pipeline as it is now; null when the input was refused.
        pipeline: Pipeline
    }
    /// Result of `archivePipeline`.
    ArchivePipelinePayload {
        /// The pipeline as it is now; null when the input was refused.
        pipeline: Pipeline
    }
    /// Result of `restorePipeline`.
    RestorePipelinePayload {
        /// The pipeline as it is now; null when the input was refused.
        pipeline: Pipeline
    }
    /// Result of `createStage`.
    CreateStagePayload {
        /// The stage; null when the input was refused.
        stage: Stage
    }
    /// Result of `updateStage`.
    UpdateStagePayload {
        /// The stage as it is now; null when the input was refused.
        stage: Stage
    }
    /// Result of `reorderStages`.
    ReorderStagesPayload {
        /// The pipeline with its stages in their new order; null when the input was refused.
        pipeline: Pipeline
    }
    /// Result of `archiveStage`.
    ArchiveStagePayload {
        /// The stage as it is now; null when the input was refused.
        stage: Stage
    }
    /// Result of `restoreStage`.
    RestoreStagePayload {
        /// The stage as it is now; null when the input was refused.
        stage: Stage
    }
    /// Result of `createLossReason`.
    CreateLossReasonPayload {
        /// The reason; null when the input was refused.
        loss_reason: LossReason
    }
    /// Result of `renameLossReason`.
    RenameLossReasonPayload {
        /// The reason as it is now; null when the input was refused.
        loss_reason: LossReason
    }
    /// Result of `archiveLossReason`.
    ArchiveLossReasonPayload {
        /// The reason as it is now; null when the input was refused.
        loss_reason: LossReason
    }
    /// Result of `restoreLossReason`.
    RestoreLossReasonPayload {
        /// The reason as it is now; null when the input was refused.
        loss_reason: LossReason
    }
}

/// A stage of a new pipeline.
#[derive(InputObject)]
pub struct NewStageInput {
    /// Display name, at most 100 characters.
    pub name: String,
    /// Whether deals in it are open, won or lost.
    pub kind: StageKind,
    /// Probability that deals in it are won, 0 to 100 per cent. Leave it out for WON (100) and LOST (0).
    pub probability: Option<i32>,
}

/// A new pipeline with its stages.
#[derive(InputObject)]
pub struct CreatePipelineInput {
    /// Display name, at most 100 characters.
    pub name: String,
    /// Default currency of new deals (ISO 4217).
    pub currency: String,
    /// Its stages in order, at least one of each kind, at most 50.
    pub stages: Vec<NewStageInput>,
    /// An idempotency key of your choice, such as a UUID: a repeat within 24 hours returns the same pipeline
    /// instead of creating another.
    pub idempotency_key: Option<String>,
}

/// Changes to a pipeline. Absent = unchanged.
#[derive(InputObject)]
pub struct UpdatePipelineInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// The `version` you read: if the pipeline or one of its stages was changed since, nothing happens and
    /// you get STALE.
    pub expected_version: i32,
    /// Display name.
    pub name: Option<String>,
    /// Default currency of new deals (ISO 4217); existing deals keep theirs.
    pub currency: Option<String>,
    /// Its position among the workspace's pipelines, from 0; the others shift.
    pub position: Option<i32>,
}

/// The pipeline to archive.
#[derive(InputObject)]
pub struct ArchivePipelineInput {
    /// The pipeline; refused while it has open deals.
    pub pipeline_id: ID,
}

/// The archived pipeline to restore.
#[derive(InputObject)]
pub struct RestorePipelineInput {
    /// The pipeline; its stages and deals come back with it.
    pub pipeline_id: ID,
}

/// A new stage of a pipeline.
#[derive(InputObject)]
pub struct CreateStageInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// Display name, at most 100 characters.
    pub name: String,
    /// Whether deals in it are open, won or lost.
    pub kind: StageKind,
    /// Probability that deals in it are won, 0 to 100 per cent. Leave it out for WON (100) and LOST (0).
    pub probability: Option<i32>,
    /// Its position, from 0; absent = the end.
    pub position: Option<i32>,
    /// An idempotency key of your choice: a repeat within 24 hours returns the same stage instead of creating
    /// another.
    pub idempotency_key: Option<String>,
}

/// Changes to a stage. Absent = unchanged.
#[derive(InputObject)]
pub struct UpdateStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The `version` of its pipeline that you read: stages are part of their pipeline.
    pub expected_version: i32,
    /// Display name.
    pub name: Option<String>,
    /// Whether deals in it are open, won or lost; can only change while the stage is empty.
    pub kind: Option<StageKind>,
    /// Probability that deals in it are won, 0 to 100 per cent; fixed for WON (100) and LOST (0).
    pub probability: Option<i32>,
}

/// New order of a pipeline's stages.
#[derive(InputObject)]
pub struct ReorderStagesInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// The `version` you read.
    pub expected_version: i32,
    /// Every stage that is not archived, in the new order.
    pub stage_ids: Vec<ID>,
}

/// The stage to archive.
#[derive(InputObject)]
pub struct ArchiveStageInput {
    /// The stage. Its deals stay; refused for the only stage of its kind.
    pub stage_id: ID,
}

/// The archived stage to restore.
#[derive(InputObject)]
pub struct RestoreStageInput {
    /// The stage.
    pub stage_id: ID,
}

/// The stage to delete.
#[derive(InputObject)]
pub struct DeleteStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The stage that its deals move to, of the same pipeline and kind. Required when the stage has deals,
    /// archived ones included.
    pub move_deals_to_stage_id: Option<ID>,
}

/// Result of `deleteStage`.
#[derive(SimpleObject)]
pub struct DeleteStagePayload {
    /// The id of the deleted stage; null when the input was refused.
    pub deleted_stage_id: Option<ID>,
    /// Number of deals moved, archived ones included; null when the input was refused.
    pub moved_deals: Option<i64>,
    /// Its pipeline as it is now; null when the input was refused.
    pub pipeline: Option<Pipeline>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A new loss reason.
#[derive(InputObject)]
pub struct CreateLossReasonInput {
    /// Its text, at most 100 characters. An archived reason with this text is restored.
    pub label: String,
    /// An idempotency key of your choice: a repeat within 24 hours returns the same reason instead of an
    /// error.
    pub idempotency_key: Option<String>,
}

/// A new text for a loss reason.
#[derive(InputObject)]
pub struct RenameLossReasonInput {
    /// The reason.
    pub loss_reason_id: ID,
    /// Its text; also shown on deals that were already lost for it.
    pub label: String,
}

/// The loss reason to archive.
#[derive(InputObject)]
pub struct ArchiveLossReasonInput {
    /// The reason. Deals that were lost for it keep it.
    pub loss_reason_id: ID,
}

/// The archived loss reason to restore.
#[derive(InputObject)]
pub struct RestoreLossReasonInput {
    /// The reason.
    pub loss_reason_id: ID,
}
