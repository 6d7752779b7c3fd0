//! Inputs and payloads of the mutations on pipelines and deals.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::{Deal, DealRole, LossReason, MoneyInput, Pipeline, Stage, StageKind};
use crate::{graphql::fields::CustomValueInput, platform::graphql::UserError};

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
    /// Result of `createDeal`.
    CreateDealPayload {
        /// The deal; null when the input was refused.
        deal: Deal
    }
    /// Result of `updateDeal`.
    UpdateDealPayload {
        /// The deal as it is now; null when the input was refused.
        deal: Deal
    }
    /// Result of `archiveDeal`.
    ArchiveDealPayload {
        /// The deal as it is now; null when the input was refused.
        deal: Deal
    }
    /// Result of `restoreDeal`.
    RestoreDealPayload {
        /// The deal as it is now; null when the input was refused.
        deal: Deal
    }
    /// Result of `setDealContacts`.
    SetDealContactsPayload {
        /// The deal as it is now; null when the input was refused.
        deal: Deal
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

/// A contact with a role in a deal.
#[derive(InputObject)]
pub struct DealContactInput {
    /// The contact.
    pub contact_id: ID,
    /// Its role.
    #[graphql(default_with = "DealRole::Other")]
    pub role: DealRole,
}

/// A new deal.
#[derive(InputObject)]
pub struct CreateDealInput {
    /// One line, at most 300 characters.
    pub title: String,
    /// Its value; absent = not known yet.
    pub amount: Option<MoneyInput>,
    /// The pipeline it starts on, in the first open stage; required unless a stage is given.
    pub pipeline_id: Option<ID>,
    /// The stage it starts in, at the top of the column.
    pub stage_id: Option<ID>,
    /// Why it was lost; required when it starts in a stage of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// The customer's company.
    pub company_id: Option<ID>,
    /// The member who works on it; absent = you, if you are a member; null = nobody yet.
    pub owner_id: MaybeUndefined<ID>,
    /// Its contacts, at most 50, each with one role.
    #[graphql(default)]
    pub contacts: Vec<DealContactInput>,
    /// The day a decision is expected, `YYYY-MM-DD`.
    pub expected_close_on: Option<String>,
    /// Where it came from, as one word of lower-case letters, digits and `_`, such as `trade_fair`; absent =
    /// `staff` or `integration`.
    pub source: Option<String>,
    /// Its id in an external system; must be unique.
    pub external_id: Option<String>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// An idempotency key of your choice: a repeat within 24 hours returns the same deal instead of creating
    /// another.
    pub idempotency_key: Option<String>,
}

/// Changes to a deal. Absent = unchanged, null = cleared.
#[derive(InputObject)]
pub struct UpdateDealInput {
    /// The deal.
    pub deal_id: ID,
    /// The `version` you read: if the deal was changed since, nothing happens and you get STALE. Moves do not
    /// count as changes.
    pub expected_version: i32,
    /// On one line.
    pub title: Option<String>,
    /// Its value; null = not known.
    pub amount: MaybeUndefined<MoneyInput>,
    /// The customer's company.
    pub company_id: MaybeUndefined<ID>,
    /// The member who works on it.
    pub owner_id: MaybeUndefined<ID>,
    /// The day a decision is expected, `YYYY-MM-DD`.
    pub expected_close_on: MaybeUndefined<String>,
    /// Its id in an external system.
    pub external_id: MaybeUndefined<String>,
    /// Values of custom fields; fields not named are unchanged.
    pub custom: Option<Vec<CustomValueInput>>,
}

/// A deal of an external system: created if its id is unknown, changed otherwise.
#[derive(InputObject)]
pub struct UpsertDealInput {
    /// Its id in the external system.
    pub external_id: String,
    /// On one line; required for a new deal.
    pub title: Option<String>,
    /// Its value; null = not known.
    pub amount: MaybeUndefined<MoneyInput>,
    /// The pipeline a new deal starts on. An existing deal is not moved.
    pub pipeline_id: Option<ID>,
    /// The stage a new deal starts in. An existing deal is not moved: use `moveDeal`.
    pub stage_id: Option<ID>,
    /// Why a new deal was lost, if it starts in a stage of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// The customer's company.
    pub company_id: MaybeUndefined<ID>,
    /// The member who works on it.
    pub owner_id: MaybeUndefined<ID>,
    /// The contacts of a new deal; those of an existing deal are unchanged: use `setDealContacts`.
    #[graphql(default)]
    pub contacts: Vec<DealContactInput>,
    /// The day a decision is expected, `YYYY-MM-DD`.
    pub expected_close_on: MaybeUndefined<String>,
    /// Values of custom fields; fields not named are unchanged.
    pub custom: Option<Vec<CustomValueInput>>,
}

/// Result of `upsertDeal`.
#[derive(SimpleObject)]
pub struct UpsertDealPayload {
    /// The deal as it is now; null when the input was refused.
    pub deal: Option<Deal>,
    /// Whether it was created just now; null when the input was refused.
    pub created: Option<bool>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The deal to archive.
#[derive(InputObject)]
pub struct ArchiveDealInput {
    /// The deal.
    pub deal_id: ID,
}

/// The archived deal to restore.
#[derive(InputObject)]
pub struct RestoreDealInput {
    /// The deal; it returns to its previous position.
    pub deal_id: ID,
}

/// The new contacts of a deal.
#[derive(InputObject)]
pub struct SetDealContactsInput {
    /// The deal.
    pub deal_id: ID,
    /// The `version` you read.
    pub expected_version: i32,
    /// All its contacts, at most 50: those not named are removed from the deal.
    pub contacts: Vec<DealContactInput>,
}

/// Moves a deal on the board. Name the neighbours of the position where it was dropped, as you saw them;
/// without any it goes to the top of the column.
#[derive(InputObject)]
pub struct MoveDealInput {
    /// The deal.
    pub deal_id: ID,
    /// The stage it was dropped in: its own or another, of any pipeline.
    pub to_stage_id: ID,
    /// The deal directly above the position. While it is in the stage, the moved deal is placed directly
    /// below it, whatever `beforeDealId` says, even if that one is above it. If it is in another stage,
    /// `beforeDealId` decides. Never the deal itself.
    pub after_deal_id: Option<ID>,
    /// The deal directly below the position: the moved deal is placed directly above it where `afterDealId`
    /// does not decide. If both are in another stage, the moved deal goes to the top of the column, or keeps
    /// its position in its own. Never the deal itself.
    pub before_deal_id: Option<ID>,
    /// Why it is lost; required when the stage is of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// The stage you saw the deal in. If somebody moved it in the meantime, your move still happens, and
    /// `overtook` says so.
    pub expected_stage_id: Option<ID>,
    /// An idempotency key of your choice: a repeat within 24 hours does not move the deal again.
    pub idempotency_key: Option<String>,
}

/// Result of `moveDeal`.
#[derive(SimpleObject)]
pub struct MoveDealPayload {
    /// The deal as it is now; null when the input was refused.
    pub deal: Option<Deal>,
    /// The stage that somebody else had moved it to since you saw it in `expectedStageId`; your move won, and
    /// the history keeps both. Null when nobody did.
    pub overtook: Option<Stage>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
