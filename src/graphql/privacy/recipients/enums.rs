//! Enums of recipients in GraphQL; each mirrors a stored enum.

use async_graphql::Enum;

/// What a recipient does with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RecipientRole")]
pub enum RecipientRole {
    /// Processes them for us (GDPR Art. 28).
    Processor,
    /// Decides on them with us (Art. 26).
    JointController,
    /// Decides on them alone.
    Controller,
}

/// What allows a transfer (GDPR Art. 44 to 49).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::TransferMechanism")]
pub enum TransferMechanism {
    /// None needed: the European Economic Area.
    Eea,
    /// An adequacy decision (Art. 45).
    Adequacy,
    /// Standard contractual clauses (Art. 46(2)(c)).
    Scc,
    /// Binding corporate rules (Art. 47).
    Bcr,
    /// A derogation (Art. 49).
    Derogation,
}

/// How data were disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::DisclosureMeans")]
pub enum DisclosureMeans {
    /// An export.
    Export,
    /// The API.
    Api,
    /// A webhook.
    Webhook,
    /// An e-mail.
    Email,
    /// A letter.
    Letter,
    /// A one-time link that the person authorised.
    PullLink,
    /// Another way.
    Other,
}

/// What a recipient is told (GDPR Art. 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RecipientNoticeKind")]
pub enum RecipientNoticeKind {
    /// The data were corrected.
    Rectification,
    /// The data were erased.
    Erasure,
    /// Processing was restricted.
    Restriction,
}

/// Whether a recipient was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RecipientNoticeState")]
pub enum RecipientNoticeState {
    /// Not told yet.
    Pending,
    /// Told.
    Told,
    /// They answered that it is done.
    Acknowledged,
    /// It proved impossible, or would take a disproportionate effort.
    Impossible,
}

/// Why a recipient is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::NoticeImpossible")]
pub enum NoticeImpossible {
    /// The recipient no longer exists, or cannot be reached.
    Unreachable,
    /// It would take a disproportionate effort.
    Disproportionate,
    /// The recipient no longer holds the data.
    NoLongerHeld,
}
