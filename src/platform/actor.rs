//! Who acts. Written into every journal entry as one word or one id, never as a name.

use std::fmt;

use entity::{ApiKeyId, ContactId, MemberId, Role};

/// Whoever acts in a unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person on the staff, signed in.
    Member(MemberId, Role),
    /// A program, through its key.
    ApiKey(ApiKeyId, Role),
    /// The person themself, through a signed link in a mail to them.
    Contact(ContactId),
    /// Whoever holds a mailbox, through a signed link, before they are a contact.
    Mailbox,
    /// Somebody in front of a public form.
    Visitor,
    /// A job.
    System,
    /// Whoever runs the `accord` command on the server.
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

    /// The member, when a person on the staff acts.
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
