//! Enums stored as their `SCREAMING_SNAKE` text. Unknown text in the database is an error, never a default.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use crate::from_row::{Raw, Stored, text};

/// The text is not one of the enum's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownValue(pub &'static str);

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}", self.0)
    }
}

impl std::error::Error for UnknownValue {}

macro_rules! text_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text that is stored and shown on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$name> for crate::Fact {
            fn from(value: $name) -> Self {
                Self::Word(value.as_str().to_owned())
            }
        }

        impl Stored for $name {
            fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr> {
                let unknown = |error: UnknownValue| DbErr::Type(error.to_string());
                text(row, place)?.map(|text| text.parse().map_err(unknown)).transpose()
            }
        }

        impl FromStr for $name {
            type Err = UnknownValue;

            fn from_str(text: &str) -> Result<Self, UnknownValue> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownValue(stringify!($name))) }
            }
        }
    )*};
}

text_enum! {
    /// What a member or key of a workspace may do; the table of rights is in the `accounts` room.
    Role {
        /// Everything, members and keys included.
        Owner = "OWNER",
        /// Everything but ownership.
        Admin = "ADMIN",
        /// Data protection officer (GDPR Art. 37): reads proofs, withdraws, revokes.
        Dpo = "DPO",
        /// Works with contacts and deals.
        Sales = "SALES",
        /// Works with forms and purposes.
        Marketing = "MARKETING",
        /// Looks, changes nothing.
        Reader = "READER",
    }
    /// The six legal bases of GDPR Art. 6(1).
    LegalBasis {
        /// Art. 6(1)(a).
        Consent = "CONSENT",
        /// Art. 6(1)(b): a contract, or steps before one at the person's request.
        Contract = "CONTRACT",
        /// Art. 6(1)(c).
        LegalObligation = "LEGAL_OBLIGATION",
        /// Art. 6(1)(d).
        VitalInterests = "VITAL_INTERESTS",
        /// Art. 6(1)(e).
        PublicTask = "PUBLIC_TASK",
        /// Art. 6(1)(f).
        LegitimateInterests = "LEGITIMATE_INTERESTS",
    }
    /// A way of using data that needs a consent of its own.
    Channel {
        /// E-mail.
        Email = "EMAIL",
        /// Telephone calls.
        Phone = "PHONE",
        /// Text messages.
        Sms = "SMS",
        /// Letters.
        Post = "POST",
        /// Individual measurement of opens and clicks.
        Tracking = "TRACKING",
        /// Profiling (GDPR Art. 4(4)).
        Profiling = "PROFILING",
        /// Passing data on to another controller.
        Transfer = "TRANSFER",
    }
    /// How a consent to a purpose is confirmed.
    ConfirmationMode {
        /// The mailbox is asked.
        DoubleOptIn = "DOUBLE_OPT_IN",
        /// The act itself suffices once the mailbox has been proven in some other way.
        Single = "SINGLE",
    }
    /// State of contact × purpose × channel; names after DPV 2.3 `ConsentStatus`.
    ConsentState {
        /// We asked; no answer yet.
        Requested = "REQUESTED",
        /// The person agreed, and the mailbox proved it.
        Given = "GIVEN",
        /// The person said no.
        Refused = "REFUSED",
        /// The person took it back.
        Withdrawn = "WITHDRAWN",
        /// The controller ended it.
        Revoked = "REVOKED",
        /// Its validity ran out.
        Expired = "EXPIRED",
        /// It turned out not to hold.
        Invalidated = "INVALIDATED",
    }
    /// Where a pending question to a mailbox stands.
    OptInState {
        /// Asked, or about to be.
        Waiting = "WAITING",
        /// The mailbox said yes.
        Confirmed = "CONFIRMED",
        /// The mailbox said "this was not me".
        Declined = "DECLINED",
        /// Nobody answered in time; the data are gone.
        Expired = "EXPIRED",
        /// The mailbox does not exist, or our mail server cannot write its address; the data are gone.
        Bounced = "BOUNCED",
    }
    /// Where a submission stands.
    SubmissionState {
        /// Accepted and sealed, not yet looked at.
        Received = "RECEIVED",
        /// Its mailbox is being asked.
        Waiting = "WAITING",
        /// The mailbox said yes, or another basis than consent held.
        Accepted = "ACCEPTED",
        /// Nothing in it was new; the mailbox was told so.
        AlreadyKnown = "ALREADY_KNOWN",
        /// The mailbox is protected from our confirmation mails; the data are gone.
        Discarded = "DISCARDED",
        /// The mailbox said "this was not me"; the data are gone.
        Declined = "DECLINED",
        /// Nobody confirmed in time; the data are gone.
        Expired = "EXPIRED",
        /// The mailbox does not exist; the data are gone.
        Bounced = "BOUNCED",
    }
    /// Why a form turned a post away.
    CaughtReason {
        /// The field that only programs see was filled in.
        Honeypot = "HONEYPOT",
        /// It came from a website that the form does not allow.
        ForeignSite = "FOREIGN_SITE",
        /// Too many had come from the same network.
        TooMany = "TOO_MANY",
    }
    /// Why we do not write to a mailbox.
    SuppressionReason {
        /// The person withdrew.
        Withdrawn = "WITHDRAWN",
        /// The person objected (GDPR Art. 21).
        Objected = "OBJECTED",
        /// The person was erased (GDPR Art. 17).
        Erased = "ERASED",
        /// The person complained to their mail provider.
        Complaint = "COMPLAINT",
    }
    /// What a contact is to the workspace.
    Lifecycle {
        /// Not yet a customer.
        Prospect = "PROSPECT",
        /// A customer.
        Customer = "CUSTOMER",
        /// Was a customer.
        Former = "FORMER",
    }
    /// What became of a mail.
    MailState {
        /// It is being handed over, or was, and the server's answer is not known.
        Sending = "SENDING",
        /// Handed to the SMTP server, which took it.
        Sent = "SENT",
        /// The mailbox does not exist, or our mail server cannot write its address.
        Bounced = "BOUNCED",
    }
    /// What a sealed thing belongs to.
    KeyOwner {
        /// A submission that is not yet confirmed.
        Submission = "SUBMISSION",
        /// A contact.
        Contact = "CONTACT",
        /// A company.
        Company = "COMPANY",
        /// A deal.
        Deal = "DEAL",
        /// A member: the seed of their second factor.
        Member = "MEMBER",
    }
    /// What kind of activity a row is.
    ActivityKind {
        /// A telephone call.
        Call = "CALL",
        /// A meeting.
        Meeting = "MEETING",
        /// A demonstration of what we sell.
        Demo = "DEMO",
        /// A note.
        Note = "NOTE",
        /// Something to do.
        Task = "TASK",
        /// An e-mail, sent or received elsewhere and logged here.
        Email = "EMAIL",
    }
    /// Why two contacts may be one person.
    DuplicateReason {
        /// They have the same telephone number.
        SamePhone = "SAME_PHONE",
        /// They work for one company and have near names.
        NearNameSameCompany = "NEAR_NAME_SAME_COMPANY",
        /// They have mailboxes at one domain and near names.
        NearNameSameDomain = "NEAR_NAME_SAME_DOMAIN",
    }
    /// What has custom fields and provenance.
    EntityKind {
        /// A contact.
        Contact = "CONTACT",
        /// A company.
        Company = "COMPANY",
        /// A deal.
        Deal = "DEAL",
    }
    /// What the values of a custom field are.
    FieldType {
        /// Text.
        Text = "TEXT",
        /// A number, with decimals.
        Number = "NUMBER",
        /// An amount in a currency (ISO 4217).
        Money = "MONEY",
        /// A day.
        Date = "DATE",
        /// One of several.
        Choice = "CHOICE",
        /// One or more of several.
        Choices = "CHOICES",
        /// Yes or no.
        Boolean = "BOOLEAN",
        /// A web address.
        Url = "URL",
        /// A telephone number (E.164).
        Phone = "PHONE",
        /// A bank account number (ISO 13616).
        Iban = "IBAN",
        /// An e-mail address.
        Email = "EMAIL",
    }
    /// Who may read a value, and how it is kept (product.md §2).
    DataClass {
        /// All staff.
        Open = "OPEN",
        /// By right.
        Internal = "INTERNAL",
        /// Contracts and the like: sealed, masked, revealed with a fresh second factor.
        Confidential = "CONFIDENTIAL",
        /// Bank details and the like: likewise, for fewer.
        Secret = "SECRET",
    }
    /// Whether deals in a stage are open, won or lost.
    StageKind {
        /// Being worked on.
        Open = "OPEN",
        /// Won.
        Won = "WON",
        /// Lost.
        Lost = "LOST",
    }
    /// The part of a contact in a deal.
    DealRole {
        /// Decides.
        DecisionMaker = "DECISION_MAKER",
        /// Supports us inside the company.
        Champion = "CHAMPION",
        /// Is consulted before the decision.
        Influencer = "INFLUENCER",
        /// Will use it.
        User = "USER",
        /// Pays the bill.
        Billing = "BILLING",
        /// Something else.
        Other = "OTHER",
    }
    /// How staff got a contact's data, when the person did not enter them (GDPR Art. 14(2)(f)).
    ContactSource {
        /// The person said so by telephone.
        Phone = "PHONE",
        /// The person wrote an e-mail.
        Email = "EMAIL",
        /// The person said so face to face, at a fair or a meeting.
        InPerson = "IN_PERSON",
        /// A business card.
        BusinessCard = "BUSINESS_CARD",
        /// Somebody else named them.
        Referral = "REFERRAL",
        /// A public register or web page.
        PublicSource = "PUBLIC_SOURCE",
        /// Another system, through an API key.
        Integration = "INTEGRATION",
    }
    /// Why a sealed value was revealed; a list, so that no personal text enters the journal.
    RevealReason {
        /// To carry out a contract or an order.
        ContractPerformance = "CONTRACT_PERFORMANCE",
        /// To pay or to be paid.
        Payment = "PAYMENT",
        /// The person asked for it.
        RequestOfThePerson = "REQUEST_OF_THE_PERSON",
        /// To check or correct the value.
        Verification = "VERIFICATION",
        /// The law asks for it.
        LegalObligation = "LEGAL_OBLIGATION",
    }
    /// Why staff ended a consent; a list, so that no personal text enters the journal.
    WithdrawalReason {
        /// The person said so by telephone.
        ToldByPhone = "TOLD_BY_PHONE",
        /// The person wrote an e-mail.
        ToldByEmail = "TOLD_BY_EMAIL",
        /// The person wrote a letter.
        ToldByPost = "TOLD_BY_POST",
        /// The person said so face to face.
        ToldInPerson = "TOLD_IN_PERSON",
        /// The person objected to direct marketing (Art. 21(2)).
        Objection = "OBJECTION",
    }
    /// Why the controller ended a consent.
    RevocationReason {
        /// The purpose is over.
        PurposeEnded = "PURPOSE_ENDED",
        /// The proof does not hold.
        ProofInsufficient = "PROOF_INSUFFICIENT",
        /// The person is too young (Art. 8).
        Minor = "MINOR",
        /// It was recorded for the wrong person.
        WrongPerson = "WRONG_PERSON",
    }
}

/// Part of `class_rule`'s primary key, which sea-orm wants to be readable from a number; none is.
impl sea_orm::TryFromU64 for DataClass {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("DataClass"))
    }
}

impl sea_orm::TryFromU64 for CaughtReason {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("CaughtReason"))
    }
}
