//! What a form turned away.

use async_graphql::{Enum, SimpleObject};

/// Why a form turned a post away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::CaughtReason")]
pub enum CaughtReason {
    /// A hidden field that only programs should see was filled in. The sender was told what everyone is told.
    Honeypot,
    /// It came from a website that `allowedOrigins` does not name.
    ForeignSite,
    /// Too many had been sent from the same network; the sender was told when to try again.
    TooMany,
}

/// How many posts a form turned away for one reason.
#[derive(SimpleObject)]
pub struct CaughtCount {
    /// The reason.
    pub reason: CaughtReason,
    /// How many.
    pub count: i64,
}
