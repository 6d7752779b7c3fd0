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
            /// What is wrong with the input; empty when it was done.
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
    /// What staff call it, at most 100 characters.
    pub name: String,
    /// Whether deals in it are open, won or lost.
    pub kind: StageKind,
    /// Per cent, 0 to 100: how likely deals in it are won. Leave it out for WON (100) and LOST (0).
    pub probability: Option<i32>,
}

/// A new pipeline with its stages.
#[derive(InputObject)]
pub struct CreatePipelineInput {
    /// What staff call it, at most 100 characters.
    pub name: String,
    /// What new deals are in, unless they say otherwise (ISO 4217).
    pub currency: String,
    /// Its stages in order, at least one of each kind, at most 50.
    pub stages: Vec<NewStageInput>,
    /// A word of your own, a UUID for example: a repeat with it within 24 hours gives the same pipeline instead of another.
    pub idempotency_key: Option<String>,
}

/// What to change of a pipeline. Absent = leave.
#[derive(InputObject)]
pub struct UpdatePipelineInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// Its `version` as you read it: if somebody changed it or a stage of it since, nothing happens and you get STALE.
    pub expected_version: i32,
    /// What staff call it.
    pub name: Option<String>,
    /// What new deals are in (ISO 4217); deals that are there keep their currency.
    pub currency: Option<String>,
    /// Its place among the workspace's pipelines, from 0; the others make room.
    pub position: Option<i32>,
}

/// Which pipeline is over.
#[derive(InputObject)]
pub struct ArchivePipelineInput {
    /// The pipeline; refused while open deals stand on it.
    pub pipeline_id: ID,
}

/// Which archived pipeline comes back.
#[derive(InputObject)]
pub struct RestorePipelineInput {
    /// The pipeline; it comes back with its stages and deals.
    pub pipeline_id: ID,
}

/// A new stage of a pipeline.
#[derive(InputObject)]
pub struct CreateStageInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// What staff call it, at most 100 characters.
    pub name: String,
    /// Whether deals in it are open, won or lost.
    pub kind: StageKind,
    /// Per cent, 0 to 100. Leave it out for WON (100) and LOST (0).
    pub probability: Option<i32>,
    /// Its place, from 0; absent = the end.
    pub position: Option<i32>,
    /// A word of your own: a repeat with it within 24 hours gives the same stage instead of another.
    pub idempotency_key: Option<String>,
}

/// What to change of a stage. Absent = leave.
#[derive(InputObject)]
pub struct UpdateStageInput {
    /// The stage.
    pub stage_id: ID,
    /// The `version` of its pipeline as you read it: stages are part of their pipeline.
    pub expected_version: i32,
    /// What staff call it.
    pub name: Option<String>,
    /// Whether deals in it are open, won or lost; only an empty stage may change.
    pub kind: Option<StageKind>,
    /// Per cent, 0 to 100; fixed for WON (100) and LOST (0).
    pub probability: Option<i32>,
}

/// The order of a pipeline's stages.
#[derive(InputObject)]
pub struct ReorderStagesInput {
    /// The pipeline.
    pub pipeline_id: ID,
    /// Its `version` as you read it.
    pub expected_version: i32,
    /// Every stage that is not archived, in the new order.
    pub stage_ids: Vec<ID>,
}

/// Which stage takes no more deals.
#[derive(InputObject)]
pub struct ArchiveStageInput {
    /// The stage. Deals in it stay; refused for the only stage of its kind.
    pub stage_id: ID,
}

/// Which archived stage takes deals again.
#[derive(InputObject)]
pub struct RestoreStageInput {
    /// The stage.
    pub stage_id: ID,
}

/// Which stage goes for good.
#[derive(InputObject)]
pub struct DeleteStageInput {
    /// The stage.
    pub stage_id: ID,
    /// Where its deals go: another stage of the same pipeline and kind. Needed when deals, archived ones included, stand in it.
    pub move_deals_to_stage_id: Option<ID>,
}

/// Result of `deleteStage`.
#[derive(SimpleObject)]
pub struct DeleteStagePayload {
    /// The id of the stage that is gone; null when the input was refused.
    pub deleted_stage_id: Option<ID>,
    /// How many deals moved, archived ones included; null when the input was refused.
    pub moved_deals: Option<i64>,
    /// Its pipeline as it is now; null when the input was refused.
    pub pipeline: Option<Pipeline>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// A new reason for loss.
#[derive(InputObject)]
pub struct CreateLossReasonInput {
    /// In words, at most 100 characters. An archived reason of this name is offered again.
    pub label: String,
    /// A word of your own: a repeat with it within 24 hours gives the same reason instead of an error.
    pub idempotency_key: Option<String>,
}

/// Another name for a reason.
#[derive(InputObject)]
pub struct RenameLossReasonInput {
    /// The reason.
    pub loss_reason_id: ID,
    /// In words; shown on deals that were lost for it before too.
    pub label: String,
}

/// Which reason is no longer offered.
#[derive(InputObject)]
pub struct ArchiveLossReasonInput {
    /// The reason. Deals that were lost for it keep it.
    pub loss_reason_id: ID,
}

/// Which archived reason is offered again.
#[derive(InputObject)]
pub struct RestoreLossReasonInput {
    /// The reason.
    pub loss_reason_id: ID,
}
