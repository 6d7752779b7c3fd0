//! Inputs and payloads of mutations about requests.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    BalanceOutcome, ClosingReason, ExtensionReason, ObjectionScope, RefusalReason, Request, RequestChannel,
    RequestKind,
};
use crate::{
    graphql::privacy::{erasure::ErasureGround, restriction::RestrictionGround},
    platform::graphql::{DateTime, UserError},
};

/// A request that reached you.
#[derive(InputObject)]
pub struct LogRequestInput {
    /// Which right.
    pub kind: RequestKind,
    /// How it arrived.
    pub channel: RequestChannel,
    /// What an objection is about; absent = direct marketing. Only for `OBJECTION`.
    pub objects_to: Option<ObjectionScope>,
    /// The contact, if you know who it is.
    pub contact_id: Option<ID>,
    /// Where to answer; absent = the contact's address in use.
    pub email: Option<String>,
    /// Who asks, as they wrote it.
    pub name: Option<String>,
    /// What they wrote or said, at most 10,000 characters. It is stored sealed.
    pub message: Option<String>,
    /// The language of the answer, `fr` or `en`; absent = the contact's, or the workspace's.
    pub language: Option<String>,
    /// When it was received, which starts the clock; absent = now. Not in the future.
    pub received_at: Option<DateTime>,
    /// A key of your choice: a repeat with the same key logs nothing new, for 24 hours.
    pub idempotency_key: Option<String>,
}

/// The request whose person is to prove who they are.
#[derive(InputObject)]
pub struct AskForIdentityInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
}

/// The request to begin with.
#[derive(InputObject)]
pub struct StartRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
}

/// The request to extend, and why.
#[derive(InputObject)]
pub struct ExtendRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Why it takes longer.
    pub reason: ExtensionReason,
    /// Your own words for the person.
    pub message: Option<String>,
}

/// The request, and what you write to the person, or they wrote to you.
#[derive(InputObject)]
pub struct AnswerRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The text, at most 10,000 characters. It is stored sealed.
    pub message: String,
    /// True: the person wrote this to you, and nothing is sent. Absent: you write it, and it is sent.
    pub from_the_person: Option<bool>,
}

/// The request to refuse, and why.
#[derive(InputObject)]
pub struct RefuseRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The ground.
    pub reason: RefusalReason,
    /// Why it applies here, in your own words. The remedies are added to the mail.
    pub message: String,
}

/// The request to carry out.
#[derive(InputObject)]
pub struct FulfilRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Who asks, if the request does not name its contact yet.
    pub contact_id: Option<ID>,
    /// For an erasure: its ground; absent = `NO_LONGER_NECESSARY`.
    pub erasure_ground: Option<ErasureGround>,
    /// For a restriction: its ground; required.
    pub restriction_ground: Option<RestrictionGround>,
    /// Words for the person, in the mail that says that it is done.
    pub message: Option<String>,
}

/// The request to close, and why.
#[derive(InputObject)]
pub struct CloseRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Why it ends without an answer.
    pub reason: ClosingReason,
    /// A note for the file. It is stored sealed.
    pub note: Option<String>,
}

/// The request, and who handles it.
#[derive(InputObject)]
pub struct AssignRequestInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The member; absent or null = nobody.
    pub assignee_id: Option<ID>,
}

/// The objection that was weighed, and how it came out.
#[derive(InputObject)]
pub struct RecordBalanceInput {
    /// The request.
    pub request_id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The outcome.
    pub outcome: BalanceOutcome,
    /// The reasons, for the person; required for `COMPELLING_GROUNDS`.
    pub reasons: Option<String>,
}

/// Result of `logRequest`.
#[derive(SimpleObject)]
pub struct LogRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `askForIdentity`.
#[derive(SimpleObject)]
pub struct AskForIdentityPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `startRequest`.
#[derive(SimpleObject)]
pub struct StartRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `extendRequest`.
#[derive(SimpleObject)]
pub struct ExtendRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `answerRequest`.
#[derive(SimpleObject)]
pub struct AnswerRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `refuseRequest`.
#[derive(SimpleObject)]
pub struct RefuseRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `fulfilRequest`.
#[derive(SimpleObject)]
pub struct FulfilRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `closeRequest`.
#[derive(SimpleObject)]
pub struct CloseRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `assignRequest`.
#[derive(SimpleObject)]
pub struct AssignRequestPayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `recordBalance`.
#[derive(SimpleObject)]
pub struct RecordBalancePayload {
    /// The request as it is now; null when the input was refused.
    pub request: Option<Request>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
