//! Every use of a signed link, in one table, so that no two share a number.

use crate::platform::tokens::LinkUse;

/// What a link may be used for. The position in this list is part of the derived key: append new uses at the
/// end, and never remove one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The row is an opt-in, the extra its `expires_at` in ms.
    ConfirmOptIn,
    /// The row is a contact; the extra is the purpose the mail was about, or nothing.
    Unsubscribe,
    /// The row is a form version; the extra is when it was shown (ms) and a random number.
    FormTicket,
    /// The row is a form; nothing more. Only says that we redirected here.
    Received,
    /// The row is a member, the extra the time of the invitation (ms).
    Join,
    /// The row is a member; the extra is a stamp of their credentials and when the link ends (ms).
    ResetPassword,
    /// The row is a member, the extra when their credentials changed last (ms) and a random number: a browser
    /// that signed in before. No link, but a cookie.
    Device,
    /// The row is a mailbox proof, the extra its `expires_at` in ms.
    ProveMailbox,
    /// The row is a package, the extra its `expires_at` in ms.
    Package,
    /// The row is a transfer to a recipient, the extra its `expires_at` in ms.
    PullTransfer,
    /// The row is a contact, the extra the retention rule whose end was announced: "keep in touch with me".
    StayInTouch,
    /// The row is a transfer that a person is asked to authorise, the extra until when it would hold, in ms.
    AuthoriseTransfer,
}

const _: () = assert!((Use::AuthoriseTransfer as usize) < LinkUse::MOST);

impl From<Use> for LinkUse {
    fn from(usage: Use) -> Self {
        Self { number: usage as u8, outlives_its_key: usage == Use::Unsubscribe }
    }
}
