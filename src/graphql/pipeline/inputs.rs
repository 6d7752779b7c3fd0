//! What the mutations of this room take and give back.

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
            /// What is wrong with the input; empty when it was done.
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

/// A contact with a part in a deal.
#[derive(InputObject)]
pub struct DealContactInput {
    /// Who.
    pub contact_id: ID,
    /// Which part.
    #[graphql(default_with = "DealRole::Other")]
    pub role: DealRole,
}

/// A new deal.
#[derive(InputObject)]
pub struct CreateDealInput {
    /// One line, at most 300 characters.
    pub title: String,
    /// What it is worth; absent = not known yet.
    pub amount: Option<MoneyInput>,
    /// On which pipeline it begins, in the first open stage; needed unless a stage is named.
    pub pipeline_id: Option<ID>,
    /// In which stage it begins, on top of the column.
    pub stage_id: Option<ID>,
    /// Why it was lost; needed when it begins in a stage of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// With which company.
    pub company_id: Option<ID>,
    /// The member who works on it; absent = you, if you are a member; null = nobody yet.
    pub owner_id: MaybeUndefined<ID>,
    /// Its contacts, at most 50, each with one role.
    #[graphql(default)]
    pub contacts: Vec<DealContactInput>,
    /// The day it is expected to be decided, `YYYY-MM-DD`.
    pub expected_close_on: Option<String>,
    /// Where it came from, as one word of lower-case letters, digits and `_`, like `trade_fair`; absent = `staff` or `integration`.
    pub source: Option<String>,
    /// Its id in the system it is synchronised with; no two deals have the same.
    pub external_id: Option<String>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// A word of your own: a repeat with it within 24 hours gives the same deal instead of another.
    pub idempotency_key: Option<String>,
}

/// What to change of a deal. Absent = leave, null = clear.
#[derive(InputObject)]
pub struct UpdateDealInput {
    /// The deal.
    pub deal_id: ID,
    /// Its `version` as you read it: if somebody changed it since, nothing happens and you get STALE. Moves do not count.
    pub expected_version: i32,
    /// One line.
    pub title: Option<String>,
    /// What it is worth; null = not known.
    pub amount: MaybeUndefined<MoneyInput>,
    /// With which company.
    pub company_id: MaybeUndefined<ID>,
    /// The member who works on it.
    pub owner_id: MaybeUndefined<ID>,
    /// The day it is expected to be decided, `YYYY-MM-DD`.
    pub expected_close_on: MaybeUndefined<String>,
    /// Its id in the system it is synchronised with.
    pub external_id: MaybeUndefined<String>,
    /// Values of custom fields; those not named stay.
    pub custom: Option<Vec<CustomValueInput>>,
}

/// A deal of another system: made when its id is new here, changed when it is known.
#[derive(InputObject)]
pub struct UpsertDealInput {
    /// Its id in the other system.
    pub external_id: String,
    /// One line; needed for a new deal.
    pub title: Option<String>,
    /// What it is worth; null = not known.
    pub amount: MaybeUndefined<MoneyInput>,
    /// On which pipeline a new deal begins. A known one stays where it is.
    pub pipeline_id: Option<ID>,
    /// In which stage a new deal begins. A known one stays where it is: use `moveDeal`.
    pub stage_id: Option<ID>,
    /// Why a new deal was lost, when it begins in a stage of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// With which company.
    pub company_id: MaybeUndefined<ID>,
    /// The member who works on it.
    pub owner_id: MaybeUndefined<ID>,
    /// The contacts of a new deal; those of a known one stay: use `setDealContacts`.
    #[graphql(default)]
    pub contacts: Vec<DealContactInput>,
    /// The day it is expected to be decided, `YYYY-MM-DD`.
    pub expected_close_on: MaybeUndefined<String>,
    /// Values of custom fields; those not named stay.
    pub custom: Option<Vec<CustomValueInput>>,
}

/// Result of `upsertDeal`.
#[derive(SimpleObject)]
pub struct UpsertDealPayload {
    /// The deal as it is now; null when the input was refused.
    pub deal: Option<Deal>,
    /// Whether it was made just now; null when the input was refused.
    pub created: Option<bool>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which deal leaves board and lists.
#[derive(InputObject)]
pub struct ArchiveDealInput {
    /// The deal.
    pub deal_id: ID,
}

/// Which deal comes back.
#[derive(InputObject)]
pub struct RestoreDealInput {
    /// The deal; it comes back to the place it had.
    pub deal_id: ID,
}

/// Who has a part in a deal from now on.
#[derive(InputObject)]
pub struct SetDealContactsInput {
    /// The deal.
    pub deal_id: ID,
    /// Its `version` as you read it.
    pub expected_version: i32,
    /// All its contacts, at most 50: those not named are no longer part of it.
    pub contacts: Vec<DealContactInput>,
}

/// A drag. Name the neighbours of the place where the deal was dropped, as you saw them; without any it comes on top of the column.
#[derive(InputObject)]
pub struct MoveDealInput {
    /// The deal.
    pub deal_id: ID,
    /// The stage it was dropped in: its own, or another, of any pipeline.
    pub to_stage_id: ID,
    /// The deal directly above the place. While it stands in the stage the card comes directly below it, whatever `beforeDealId` says:
    /// also when that one stands above it. If it stands in another stage, `beforeDealId` decides. Never the deal itself.
    pub after_deal_id: Option<ID>,
    /// The deal directly below the place: the card comes directly above it where `afterDealId` does not decide. If both stand in another
    /// stage, the card comes on top of the column, or stays where it is in its own. Never the deal itself.
    pub before_deal_id: Option<ID>,
    /// Why it is lost; needed when the stage is of kind LOST.
    pub loss_reason_id: Option<ID>,
    /// The stage you saw the deal in. If somebody moved it meanwhile your move still happens, and `overtook` says so.
    pub expected_stage_id: Option<ID>,
    /// A word of your own: a repeat with it within 24 hours moves nothing again.
    pub idempotency_key: Option<String>,
}

/// Result of `moveDeal`.
#[derive(SimpleObject)]
pub struct MoveDealPayload {
    /// The deal where it stands now; null when the input was refused.
    pub deal: Option<Deal>,
    /// The stage somebody else had moved it to since you saw it in `expectedStageId`; your move won, and history keeps both. Null when
    /// nobody did.
    pub overtook: Option<Stage>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
