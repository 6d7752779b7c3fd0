//! What a form turned away.

use async_graphql::{Enum, SimpleObject};

/// Why a form rejected a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::CaughtReason")]
pub enum CaughtReason {
    /// A hidden field that only bots should see was filled in. The sender got the usual answer.
    Honeypot,
    /// It came from a website that is not among `allowedOrigins`.
    ForeignSite,
    /// Rate limit: too many from the same network; the sender was told when to try again.
    TooMany,
}

/// Number of submissions that a form rejected for one reason.
#[derive(SimpleObject)]
pub struct CaughtCount {
    /// The reason.
    pub reason: CaughtReason,
    /// How many.
    pub count: i64,
}
