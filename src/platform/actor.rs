//! Who acts. Written into every journal entry as one word or one id, never as a name.

use std::fmt;

use entity::{ApiKeyId, ContactId, Role};

/// Whoever acts in a unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
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
            Self::ApiKey(_, role) => Some(*role),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKey(id, _) => write!(f, "{id}"),
            Self::Contact(id) => write!(f, "{id}"),
            Self::Mailbox => f.write_str("mailbox"),
            Self::Visitor => f.write_str("visitor"),
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
