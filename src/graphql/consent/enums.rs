//! The enums of this room on the wire. Each is the stored one, described for its reader.

use async_graphql::Enum;

/// The six legal bases of GDPR Art. 6(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::LegalBasis")]
pub enum LegalBasis {
    /// Art. 6(1)(a): the person agreed.
    Consent,
    /// Art. 6(1)(b): a contract, or steps before one at the person's request.
    Contract,
    /// Art. 6(1)(c): a law obliges the controller.
    LegalObligation,
    /// Art. 6(1)(d): somebody's life is at stake.
    VitalInterests,
    /// Art. 6(1)(e): a task in the public interest.
    PublicTask,
    /// Art. 6(1)(f): interests that outweigh the person's.
    LegitimateInterests,
}

/// A way of using data that needs a consent of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::Channel")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Telephone calls.
    Phone,
    /// Text messages.
    Sms,
    /// Letters.
    Post,
    /// Individual measurement of opens and clicks.
    Tracking,
    /// Profiling (GDPR Art. 4(4)).
    Profiling,
    /// Passing data on to another controller.
    Transfer,
}

/// How a consent to a purpose is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ConfirmationMode")]
pub enum ConfirmationMode {
    /// The mailbox is asked, and only a click on the button behind its mail's link is a yes.
    DoubleOptIn,
    /// The act itself suffices once the mailbox has been proven in some other way.
    Single,
}

/// State of contact × purpose × channel; names after DPV 2.3 `ConsentStatus`. "Never asked" is no state: there is no consent then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ConsentState")]
pub enum ConsentState {
    /// We asked; no answer yet.
    Requested,
    /// The person agreed, and the mailbox proved it. See `holdsNow` for whether it still counts.
    Given,
    /// The person said no.
    Refused,
    /// The person took it back.
    Withdrawn,
    /// The controller ended it.
    Revoked,
    /// Its validity ran out.
    Expired,
    /// It turned out not to hold.
    Invalidated,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::MailState")]
pub enum MailState {
    /// It is being handed to the mail server, or was, and the answer is not known: the process ended, or the connection was lost.
    Sending,
    /// Handed to the mail server, which took it.
    Sent,
    /// The mailbox does not exist, or our mail server cannot write its address (letters beyond ASCII without SMTPUTF8).
    Bounced,
}

/// Why staff record a withdrawal; a list, so that no personal text enters the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::WithdrawalReason")]
pub enum WithdrawalReason {
    /// The person said so by telephone.
    ToldByPhone,
    /// The person wrote an e-mail.
    ToldByEmail,
    /// The person wrote a letter.
    ToldByPost,
    /// The person said so face to face.
    ToldInPerson,
    /// The person objected to direct marketing (Art. 21(2)).
    Objection,
}

/// Why the controller ends a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RevocationReason")]
pub enum RevocationReason {
    /// The purpose is over.
    PurposeEnded,
    /// The proof does not hold.
    ProofInsufficient,
    /// The person is too young (Art. 8).
    Minor,
    /// It was recorded for the wrong person.
    WrongPerson,
}

/// Whether we may, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::consent::Usability")]
pub enum Usability {
    /// We may.
    Usable,
    /// Processing is restricted (Art. 18).
    Restricted,
    /// The purpose has ended.
    PurposeEnded,
    /// The purpose does not use this channel.
    ChannelNotCovered,
    /// The person complained to their mail provider.
    Complained,
    /// The person withdrew their consent.
    Withdrawn,
    /// The controller ended the consent.
    Revoked,
    /// The person said no.
    Refused,
    /// The consent turned out not to hold.
    Invalidated,
    /// The mailbox is suppressed: withdrawn, objected or erased.
    Suppressed,
    /// There is no address for this channel.
    NoAddress,
    /// The mailbox did not exist a few days ago.
    Bounced,
    /// The person was never asked.
    NeverAsked,
    /// Asked, no answer yet.
    Requested,
    /// The consent's validity ran out.
    Expired,
    /// The address in use is not the one that proved the consent.
    AddressNotProven,
    /// The purpose rests on another basis, and none is recorded for this person.
    NoBasis,
}
