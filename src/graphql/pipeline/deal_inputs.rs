//! What the mutations of deals take and give back.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::{Deal, DealRole, MoneyInput, Stage, inputs::payloads};
use crate::{
    graphql::{fields::CustomValueInput, kit::Notice},
    platform::graphql::UserError,
};

payloads! {
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

/// Result of `createDeal`.
#[derive(SimpleObject)]
pub struct CreateDealPayload {
    /// The deal; null when the input was refused.
    pub deal: Option<Deal>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `updateDeal`.
#[derive(SimpleObject)]
pub struct UpdateDealPayload {
    /// The deal as it is now; null when the input was refused.
    pub deal: Option<Deal>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `upsertDeal`.
#[derive(SimpleObject)]
pub struct UpsertDealPayload {
    /// The deal as it is now; null when the input was refused.
    pub deal: Option<Deal>,
    /// Whether it was created just now; null when the input was refused.
    pub created: Option<bool>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
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
