//! Enums of the person's rights (GDPR Chapter III), retention and recipients.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// What a mailbox is asked to prove.
    MailboxProofKind {
        /// To see and change what it receives.
        Preferences = "PREFERENCES",
        /// To see what is held about its owner, and to exercise their rights.
        MyData = "MY_DATA",
        /// That it agrees to a purpose chosen in the preference centre.
        Subscribe = "SUBSCRIBE",
        /// That it is the new address of a contact.
        ChangeAddress = "CHANGE_ADDRESS",
    }
    /// The state of a mailbox proof.
    MailboxProofState {
        /// Its mail is on its way, or was not answered yet.
        Waiting = "WAITING",
        /// The mailbox answered.
        Proven = "PROVEN",
        /// It expired, was used up, or its contact was erased.
        Ended = "ENDED",
    }
    /// The right that a person exercises.
    RequestKind {
        /// GDPR Art. 15.
        Access = "ACCESS",
        /// Art. 16.
        Rectification = "RECTIFICATION",
        /// Art. 17.
        Erasure = "ERASURE",
        /// Art. 18.
        Restriction = "RESTRICTION",
        /// Art. 20.
        Portability = "PORTABILITY",
        /// Art. 21.
        Objection = "OBJECTION",
    }
    /// The state of a request; after the DPV's `RequestStatus`.
    RequestState {
        /// Received; the acknowledgement is on its way.
        Received = "RECEIVED",
        /// The person was told that it was received.
        Acknowledged = "ACKNOWLEDGED",
        /// The person was asked to prove who they are; the clock stands still.
        IdentityPending = "IDENTITY_PENDING",
        /// It is being worked on.
        InProgress = "IN_PROGRESS",
        /// Two more months, and the person was told why (Art. 12(3)).
        Extended = "EXTENDED",
        /// Done, and the person was told.
        Fulfilled = "FULFILLED",
        /// Refused with reasons and remedies (Art. 12(4)).
        Refused = "REFUSED",
        /// Ended without an answer: withdrawn by the person, or nobody could be identified (Art. 11).
        Closed = "CLOSED",
    }
    /// How a request arrived.
    RequestChannel {
        /// By the person, on our pages.
        SelfService = "SELF_SERVICE",
        /// By e-mail.
        Email = "EMAIL",
        /// By letter.
        Post = "POST",
        /// By telephone.
        Phone = "PHONE",
        /// Face to face.
        InPerson = "IN_PERSON",
        /// Another way.
        Other = "OTHER",
    }
    /// A step of the exchange about a request.
    RequestStepKind {
        /// It was received.
        Received = "RECEIVED",
        /// The acknowledgement was sent.
        Acknowledged = "ACKNOWLEDGED",
        /// The person was asked to prove who they are.
        IdentityAsked = "IDENTITY_ASKED",
        /// The mailbox proved it.
        IdentityProven = "IDENTITY_PROVEN",
        /// Work began.
        Started = "STARTED",
        /// It was extended.
        Extended = "EXTENDED",
        /// The person wrote.
        MessageIn = "MESSAGE_IN",
        /// Staff wrote.
        MessageOut = "MESSAGE_OUT",
        /// It was fulfilled.
        Fulfilled = "FULFILLED",
        /// It was refused.
        Refused = "REFUSED",
        /// It was closed.
        Closed = "CLOSED",
    }
    /// Why a request takes longer than a month (GDPR Art. 12(3)).
    ExtensionReason {
        /// It is complex.
        Complexity = "COMPLEXITY",
        /// There are many requests.
        Number = "NUMBER",
    }
    /// Why a request is refused.
    RefusalReason {
        /// Art. 12(5).
        ManifestlyUnfounded = "MANIFESTLY_UNFOUNDED",
        /// Art. 12(5), because it repeats earlier ones.
        Excessive = "EXCESSIVE",
        /// Art. 11(2) and 12(6): who asks could not be established.
        NotIdentified = "NOT_IDENTIFIED",
        /// The legal basis does not give this right.
        RightDoesNotApply = "RIGHT_DOES_NOT_APPLY",
        /// Art. 17(3)(b).
        LegalObligation = "LEGAL_OBLIGATION",
        /// Art. 17(3)(e) or 21(1).
        LegalClaims = "LEGAL_CLAIMS",
        /// Art. 15(4) or 20(4).
        RightsOfOthers = "RIGHTS_OF_OTHERS",
        /// Art. 21(1).
        CompellingGrounds = "COMPELLING_GROUNDS",
        /// The value is accurate.
        AccurateAlready = "ACCURATE_ALREADY",
    }
    /// Why staff must decide on a request that would otherwise be carried out at once.
    RequestHurdle {
        /// A hold forbids the erasure for now.
        Held = "HELD",
        /// The legal bases recorded for the person may not give this right.
        RightMayNotApply = "RIGHT_MAY_NOT_APPLY",
        /// The person's contact is not known, or no more.
        NoContact = "NO_CONTACT",
    }
    /// What a person objects to (GDPR Art. 21).
    ObjectionScope {
        /// Direct marketing (Art. 21(2)): absolute.
        Marketing = "MARKETING",
        /// Other processing on legitimate interests (Art. 21(1)): until the balance is recorded.
        LegitimateInterests = "LEGITIMATE_INTERESTS",
    }
    /// How the balance of Art. 21(1) came out.
    BalanceOutcome {
        /// Compelling legitimate grounds override the person's interests: processing goes on.
        CompellingGrounds = "COMPELLING_GROUNDS",
        /// The objection is upheld: processing on legitimate interests ends.
        Upheld = "UPHELD",
    }
    /// Why processing is restricted (GDPR Art. 18(1)).
    RestrictionGround {
        /// Art. 18(1)(a): the person contests the accuracy, until it is verified.
        AccuracyContested = "ACCURACY_CONTESTED",
        /// Art. 18(1)(b): the processing is unlawful, and the person opposes the erasure.
        Unlawful = "UNLAWFUL",
        /// Art. 18(1)(c): we no longer need the data, but the person does, for legal claims.
        NeededForClaims = "NEEDED_FOR_CLAIMS",
        /// Art. 18(1)(d): the person objected, until the balance is recorded.
        ObjectionPending = "OBJECTION_PENDING",
    }
    /// How a person is told something.
    NoticeMeans {
        /// By an e-mail that Accord sends.
        Mail = "MAIL",
        /// By telephone.
        Phone = "PHONE",
        /// By letter.
        Post = "POST",
        /// Face to face.
        InPerson = "IN_PERSON",
    }
    /// What led to an erasure.
    ErasureCause {
        /// The person asked for it.
        Request = "REQUEST",
        /// Staff, with a ground.
        Staff = "STAFF",
        /// A retention rule.
        Retention = "RETENTION",
        /// A restored backup held somebody who had been erased.
        Restored = "RESTORED",
    }
    /// Why a contact is erased.
    ErasureGround {
        /// GDPR Art. 17(1)(a).
        NoLongerNecessary = "NO_LONGER_NECESSARY",
        /// Art. 17(1)(b).
        ConsentWithdrawn = "CONSENT_WITHDRAWN",
        /// Art. 17(1)(c).
        Objection = "OBJECTION",
        /// Art. 17(1)(d).
        Unlawful = "UNLAWFUL",
        /// Art. 17(1)(e).
        LegalObligation = "LEGAL_OBLIGATION",
        /// Art. 17(1)(f).
        ChildService = "CHILD_SERVICE",
        /// Art. 5(1)(e): the retention period ended.
        RetentionElapsed = "RETENTION_ELAPSED",
    }
    /// Why something of an erased contact is kept (GDPR Art. 17(3)).
    ArchiveReason {
        /// Accounting records: ten years in France (C. com. L123-22).
        Accounting = "ACCOUNTING",
        /// To establish or defend legal claims: five years in France (C. civ. 2224).
        LegalClaims = "LEGAL_CLAIMS",
        /// Another legal obligation.
        LegalObligation = "LEGAL_OBLIGATION",
    }
    /// Why a contact is kept for now.
    HoldReason {
        /// A dispute is under way.
        Dispute = "DISPUTE",
        /// A claim is expected or pending.
        LegalClaim = "LEGAL_CLAIM",
        /// An audit or investigation.
        Audit = "AUDIT",
        /// A legal obligation.
        LegalObligation = "LEGAL_OBLIGATION",
    }
    /// What a recipient does with data.
    RecipientRole {
        /// Processes them for us (GDPR Art. 28).
        Processor = "PROCESSOR",
        /// Decides on them with us (Art. 26).
        JointController = "JOINT_CONTROLLER",
        /// Decides on them alone.
        Controller = "CONTROLLER",
    }
    /// What allows a transfer (GDPR Art. 44 to 49).
    TransferMechanism {
        /// None needed: the European Economic Area.
        Eea = "EEA",
        /// An adequacy decision (Art. 45).
        Adequacy = "ADEQUACY",
        /// Standard contractual clauses (Art. 46(2)(c)).
        Scc = "SCC",
        /// Binding corporate rules (Art. 47).
        Bcr = "BCR",
        /// A derogation (Art. 49).
        Derogation = "DEROGATION",
    }
    /// How data were disclosed.
    DisclosureMeans {
        /// An export.
        Export = "EXPORT",
        /// The API.
        Api = "API",
        /// A webhook.
        Webhook = "WEBHOOK",
        /// An e-mail.
        Email = "EMAIL",
        /// A letter.
        Letter = "LETTER",
        /// A one-time link that the person authorised.
        PullLink = "PULL_LINK",
        /// Another way.
        Other = "OTHER",
    }
    /// What a recipient is told (GDPR Art. 19).
    RecipientNoticeKind {
        /// The data were corrected.
        Rectification = "RECTIFICATION",
        /// The data were erased.
        Erasure = "ERASURE",
        /// Processing was restricted.
        Restriction = "RESTRICTION",
    }
    /// Whether a recipient was told.
    RecipientNoticeState {
        /// Not told yet.
        Pending = "PENDING",
        /// Told.
        Told = "TOLD",
        /// They answered that it is done.
        Acknowledged = "ACKNOWLEDGED",
        /// It proved impossible, or would take a disproportionate effort.
        Impossible = "IMPOSSIBLE",
    }
    /// What a package holds.
    PackageKind {
        /// Everything held about the person (GDPR Art. 15).
        Access = "ACCESS",
        /// What the person provided, to take elsewhere (Art. 20).
        Portability = "PORTABILITY",
    }
    /// The state of a package.
    PackageState {
        /// It is being built.
        Building = "BUILDING",
        /// It can be downloaded.
        Ready = "READY",
        /// Its file was deleted.
        Expired = "EXPIRED",
    }
}
