//! Enums of requests in GraphQL; each mirrors a stored enum.

use async_graphql::Enum;

use crate::privacy::requests;

/// The right that a person exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RequestKind")]
pub enum RequestKind {
    /// To know what is held, and to get a copy (GDPR Art. 15).
    Access,
    /// To have data corrected (Art. 16).
    Rectification,
    /// To have data erased (Art. 17).
    Erasure,
    /// To have data stored only (Art. 18).
    Restriction,
    /// To take data elsewhere (Art. 20).
    Portability,
    /// To object (Art. 21).
    Objection,
}

/// The state of a request; after the DPV's `RequestStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RequestState")]
pub enum RequestState {
    /// Received; the acknowledgement is on its way, or there is no mailbox for one.
    Received,
    /// The person was told that it was received.
    Acknowledged,
    /// The person was asked to prove who they are.
    IdentityPending,
    /// It is being worked on.
    InProgress,
    /// Two more months, and the person was told why.
    Extended,
    /// Done, and the person was told.
    Fulfilled,
    /// Refused with reasons and remedies.
    Refused,
    /// Ended without an answer.
    Closed,
}

/// How a request arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RequestChannel")]
pub enum RequestChannel {
    /// By the person, on our pages.
    SelfService,
    /// By e-mail.
    Email,
    /// By letter.
    Post,
    /// By telephone.
    Phone,
    /// Face to face.
    InPerson,
    /// Another way.
    Other,
}

/// A step of the exchange about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RequestStepKind")]
pub enum RequestStepKind {
    /// It was received.
    Received,
    /// The acknowledgement was sent.
    Acknowledged,
    /// The person was asked to prove who they are.
    IdentityAsked,
    /// The mailbox proved it.
    IdentityProven,
    /// Work began.
    Started,
    /// It was extended.
    Extended,
    /// The person wrote.
    MessageIn,
    /// Staff wrote.
    MessageOut,
    /// It was fulfilled.
    Fulfilled,
    /// It was refused.
    Refused,
    /// It was closed.
    Closed,
}

/// Why a request takes longer than a month (GDPR Art. 12(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ExtensionReason")]
pub enum ExtensionReason {
    /// It is complex.
    Complexity,
    /// There are many requests.
    Number,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RefusalReason")]
pub enum RefusalReason {
    /// It is manifestly unfounded (GDPR Art. 12(5)). Say why in the message: you have to demonstrate it.
    ManifestlyUnfounded,
    /// It repeats earlier ones (Art. 12(5)). Say why in the message: you have to demonstrate it.
    Excessive,
    /// Who asks could not be established (Art. 11(2), 12(6)).
    NotIdentified,
    /// The legal basis does not give this right.
    RightDoesNotApply,
    /// A law obliges us to keep the data (Art. 17(3)(b)).
    LegalObligation,
    /// The data are needed for legal claims (Art. 17(3)(e)).
    LegalClaims,
    /// It would harm the rights of others (Art. 15(4), 20(4)).
    RightsOfOthers,
    /// Compelling legitimate grounds override an objection (Art. 21(1)); set by `recordBalance`.
    CompellingGrounds,
    /// The value is accurate.
    AccurateAlready,
}

/// Why staff must decide on a request that would otherwise be carried out at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RequestHurdle")]
pub enum RequestHurdle {
    /// A hold forbids the erasure for now.
    Held,
    /// The legal bases recorded for the person may not give this right.
    RightMayNotApply,
    /// The person's contact is not known, or no more.
    NoContact,
}

/// What a person objects to (GDPR Art. 21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ObjectionScope")]
pub enum ObjectionScope {
    /// Direct marketing (Art. 21(2)): absolute, and carried out at once.
    Marketing,
    /// Other processing on legitimate interests (Art. 21(1)): the contact is restricted until the balance is
    /// recorded.
    LegitimateInterests,
}

/// How the balance of GDPR Art. 21(1) came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::BalanceOutcome")]
pub enum BalanceOutcome {
    /// Compelling legitimate grounds override the person's interests: processing goes on, and the request is
    /// refused with its remedies.
    CompellingGrounds,
    /// The objection is upheld: processing on legitimate interests ends.
    Upheld,
}

/// Why a request ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "requests::Closing")]
pub enum ClosingReason {
    /// The person withdrew it.
    Withdrawn,
    /// It was logged twice, or was no request.
    Mistaken,
}

/// Whether a right applies to a person, by the legal bases of the purposes for which their data are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "requests::Applies")]
pub enum RightApplies {
    /// It does.
    Yes,
    /// Only if the law that obliges the controller leaves room for it.
    Conditionally,
    /// Under another name: who gave a consent withdraws it.
    ByWithdrawal,
    /// It does not.
    No,
}
