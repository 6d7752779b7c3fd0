//! What the mutations of deals take and give back.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::{Deal, DealRole, MoneyInput, Stage, inputs::payloads};
use crate::{graphql::fields::CustomValueInput, platform::graphql::UserError};

payloads! {
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
