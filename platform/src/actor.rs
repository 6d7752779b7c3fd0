//! Who acts. Every journal entry stores the actor as one word or one ID, never as a name.

use std::fmt;

use entity::{ApiKeyId, ContactId, MemberId, Role};

/// The actor in a unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff who is signed in.
    Member(MemberId, Role),
    /// A program that uses an API key.
    ApiKey(ApiKeyId, Role),
    /// The contact, through a signed link in a mail to them.
    Contact(ContactId),
    /// The owner of a mailbox who is not a contact yet, through a signed link.
    Mailbox,
    /// Somebody who uses a public form.
    Visitor,
    /// A background job.
    System,
    /// An operator who runs the `accord` command on the server.
    Operator,
}

impl Actor {
    /// The role, for actors that have one.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::ApiKey(_, role) | Self::Member(_, role) => Some(*role),
            _ => None,
        }
    }

    /// The member's ID, when a member of staff acts.
    #[must_use]
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Member(id, _) => Some(*id),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id, _) => write!(f, "{id}"),
            Self::ApiKey(id, _) => write!(f, "{id}"),
            Self::Contact(id) => write!(f, "{id}"),
            Self::Mailbox => f.write_str("mailbox"),
            Self::Visitor => f.write_str("visitor"),
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
