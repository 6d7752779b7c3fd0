//! Enums of purposes and consents in GraphQL; each mirrors a stored enum.

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
    /// Art. 6(1)(d): to protect somebody's life.
    VitalInterests,
    /// Art. 6(1)(e): a task in the public interest.
    PublicTask,
    /// Art. 6(1)(f): interests of the controller that outweigh the person's.
    LegitimateInterests,
}

/// A way of using data that needs its own consent.
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
    /// The person confirms by clicking the button on the page that our e-mail links to.
    DoubleOptIn,
    /// The act itself is enough once the mailbox has been proven in another way.
    Single,
}

/// State of a contact's consent to a purpose on a channel; names after DPV 2.3 `ConsentStatus`. There is no
/// state for "never asked": no consent exists then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ConsentState")]
pub enum ConsentState {
    /// We asked; no answer yet.
    Requested,
    /// The person agreed, and the mailbox proved it. Whether it still applies is told by `holdsNow`.
    Given,
    /// The person said no.
    Refused,
    /// The person withdrew it.
    Withdrawn,
    /// The controller ended it.
    Revoked,
    /// It expired.
    Expired,
    /// It was found to be invalid.
    Invalidated,
}

/// Delivery state of an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::MailState")]
pub enum MailState {
    /// Being handed to the mail server; or its answer is unknown because the process ended or the connection
    /// was lost.
    Sending,
    /// Accepted by the mail server.
    Sent,
    /// The mailbox does not exist, or our mail server cannot write to its address (non-ASCII characters
    /// without SMTPUTF8).
    Bounced,
}

/// Why staff record a withdrawal; an enum, so that no personal text enters the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::WithdrawalReason")]
pub enum WithdrawalReason {
    /// The person said so by telephone.
    ToldByPhone,
    /// The person wrote an e-mail.
    ToldByEmail,
    /// The person wrote a letter.
    ToldByPost,
    /// The person said so in person.
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
    /// The proof is insufficient.
    ProofInsufficient,
    /// The person is too young (Art. 8).
    Minor,
    /// It was recorded for the wrong person.
    WrongPerson,
}

/// Whether a contact may be used, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::consent::Usability")]
pub enum Usability {
    /// They may be used.
    Usable,
    /// Processing is restricted (GDPR Art. 18).
    Restricted,
    /// The purpose is archived.
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
    /// The consent was found to be invalid.
    Invalidated,
    /// The mailbox is suppressed: withdrawn, objected or erased.
    Suppressed,
    /// They have no address for this channel.
    NoAddress,
    /// An e-mail to the mailbox bounced a few days ago.
    Bounced,
    /// The person was never asked.
    NeverAsked,
    /// They were asked, but have not answered yet.
    Requested,
    /// The consent has expired.
    Expired,
    /// The address in use is not the one that proved the consent.
    AddressNotProven,
    /// The purpose is on another legal basis, which is not recorded for this person.
    NoBasis,
    /// Their data came from somebody else, and they were not told yet (GDPR Art. 14).
    NoticeDue,
    /// The person wants a pause from everything that they could refuse; it ends by itself.
    Paused,
}

/// Where a person asked for what they agreed to. Wherever it was, their mailbox confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::consent::Method")]
pub enum ConsentMethod {
    /// On a form.
    DoubleOptIn,
    /// In the preference centre.
    PreferenceCentre,
}
