//! Enums of the CRM, of consent and of mails.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// What a member or API key of a workspace may do; the table of rights is in the `accounts` room.
    Role {
        /// Everything, including members and keys.
        Owner = "OWNER",
        /// Everything but ownership.
        Admin = "ADMIN",
        /// Data protection officer (GDPR Art. 37): reads proofs, withdraws and revokes consents.
        Dpo = "DPO",
        /// Works with contacts and deals.
        Sales = "SALES",
        /// Works with forms and purposes.
        Marketing = "MARKETING",
        /// Reads, changes nothing.
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
    /// A way of using data that needs its own consent.
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
        /// By a link in a mail to the mailbox.
        DoubleOptIn = "DOUBLE_OPT_IN",
        /// Immediately, once the mailbox has been verified in some other way.
        Single = "SINGLE",
    }
    /// State of contact × purpose × channel; names after DPV 2.3 `ConsentStatus`.
    ConsentState {
        /// We asked; there is no answer yet.
        Requested = "REQUESTED",
        /// The person agreed, and the mailbox's owner confirmed it.
        Given = "GIVEN",
        /// The person refused.
        Refused = "REFUSED",
        /// The person withdrew it.
        Withdrawn = "WITHDRAWN",
        /// The controller revoked it.
        Revoked = "REVOKED",
        /// It expired.
        Expired = "EXPIRED",
        /// It turned out to be invalid.
        Invalidated = "INVALIDATED",
    }
    /// The state of a request to a mailbox's owner to confirm a submission.
    OptInState {
        /// The mail was sent, or will be.
        Waiting = "WAITING",
        /// The mailbox's owner confirmed.
        Confirmed = "CONFIRMED",
        /// The mailbox's owner answered "this was not me".
        Declined = "DECLINED",
        /// Nobody answered in time; the data is deleted.
        Expired = "EXPIRED",
        /// The mailbox does not exist, or our mail server cannot write its address; the data is deleted.
        Bounced = "BOUNCED",
    }
    /// The state of a submission.
    SubmissionState {
        /// Accepted and sealed, not yet processed.
        Received = "RECEIVED",
        /// Waiting for its mailbox's confirmation.
        Waiting = "WAITING",
        /// The mailbox's owner confirmed, or a basis other than consent applies.
        Accepted = "ACCEPTED",
        /// Nothing in it was new; the mailbox's owner was told so.
        AlreadyKnown = "ALREADY_KNOWN",
        /// The mailbox is protected from our confirmation mails; the data is deleted.
        Discarded = "DISCARDED",
        /// The mailbox's owner answered "this was not me"; the data is deleted.
        Declined = "DECLINED",
        /// Nobody confirmed in time; the data is deleted.
        Expired = "EXPIRED",
        /// The mailbox does not exist; the data is deleted.
        Bounced = "BOUNCED",
    }
    /// Why a form rejected a post.
    CaughtReason {
        /// The honeypot field, which only programs see, was filled in.
        Honeypot = "HONEYPOT",
        /// It came from a website that the form does not allow.
        ForeignSite = "FOREIGN_SITE",
        /// Too many came from the same network.
        TooMany = "TOO_MANY",
    }
    /// Why we do not write to a mailbox.
    SuppressionReason {
        /// The person withdrew.
        Withdrawn = "WITHDRAWN",
        /// The person objected (GDPR Art. 21).
        Objected = "OBJECTED",
        /// The person's data was erased (GDPR Art. 17).
        Erased = "ERASED",
        /// The person complained to their mail provider.
        Complaint = "COMPLAINT",
    }
    /// A contact's relation to the workspace.
    Lifecycle {
        /// Not yet a customer.
        Prospect = "PROSPECT",
        /// A customer.
        Customer = "CUSTOMER",
        /// Was a customer.
        Former = "FORMER",
    }
    /// The state of a mail.
    MailState {
        /// It is being sent, or was sent and the server's answer is unknown.
        Sending = "SENDING",
        /// The SMTP server accepted it.
        Sent = "SENT",
        /// The mailbox does not exist, or our mail server cannot write its address.
        Bounced = "BOUNCED",
    }
    /// The kind of owner of sealed data.
    KeyOwner {
        /// A submission that is not yet confirmed.
        Submission = "SUBMISSION",
        /// A contact.
        Contact = "CONTACT",
        /// A company.
        Company = "COMPANY",
        /// A deal.
        Deal = "DEAL",
        /// A member: the secret of their second factor.
        Member = "MEMBER",
        /// A mailbox proof.
        MailboxProof = "MAILBOX_PROOF",
        /// A request.
        Request = "REQUEST",
        /// What is kept of an erased contact.
        Archive = "ARCHIVE",
        /// Quarantined text.
        Quarantine = "QUARANTINE",
        /// A breach.
        Breach = "BREACH",
    }
    /// The kind of an activity.
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
        /// They work for the same company and have similar names.
        NearNameSameCompany = "NEAR_NAME_SAME_COMPANY",
        /// Their mailboxes have the same domain, and they have similar names.
        NearNameSameDomain = "NEAR_NAME_SAME_DOMAIN",
    }
    /// A kind of row that has custom fields and provenance.
    EntityKind {
        /// A contact.
        Contact = "CONTACT",
        /// A company.
        Company = "COMPANY",
        /// A deal.
        Deal = "DEAL",
    }
    /// The type of a custom field's values.
    FieldType {
        /// Text.
        Text = "TEXT",
        /// A number, with decimals.
        Number = "NUMBER",
        /// An amount in a currency (ISO 4217).
        Money = "MONEY",
        /// A day.
        Date = "DATE",
        /// One of several options.
        Choice = "CHOICE",
        /// One or more of several options.
        Choices = "CHOICES",
        /// Yes or no.
        Boolean = "BOOLEAN",
        /// A URL.
        Url = "URL",
        /// A telephone number (E.164).
        Phone = "PHONE",
        /// A bank account number (ISO 13616).
        Iban = "IBAN",
        /// An e-mail address.
        Email = "EMAIL",
    }
    /// Who may read a value, and how it is stored.
    DataClass {
        /// All staff may read it.
        Open = "OPEN",
        /// Only with the right to.
        Internal = "INTERNAL",
        /// Contracts and the like: sealed, masked, revealed after using the second factor again.
        Confidential = "CONFIDENTIAL",
        /// Bank details and the like: as CONFIDENTIAL, for fewer roles.
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
    /// A contact's role in a deal.
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
    /// How staff got a contact's data, when the person did not enter it (GDPR Art. 14(2)(f)).
    ContactSource {
        /// The person gave it by telephone.
        Phone = "PHONE",
        /// The person wrote an e-mail.
        Email = "EMAIL",
        /// The person gave it face to face, at a fair or a meeting.
        InPerson = "IN_PERSON",
        /// A business card.
        BusinessCard = "BUSINESS_CARD",
        /// Somebody else gave it.
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
        /// The law requires it.
        LegalObligation = "LEGAL_OBLIGATION",
    }
    /// Why staff withdrew a consent; a list, so that no personal text enters the journal.
    WithdrawalReason {
        /// The person asked by telephone.
        ToldByPhone = "TOLD_BY_PHONE",
        /// The person asked by e-mail.
        ToldByEmail = "TOLD_BY_EMAIL",
        /// The person asked by letter.
        ToldByPost = "TOLD_BY_POST",
        /// The person asked face to face.
        ToldInPerson = "TOLD_IN_PERSON",
        /// The person objected to direct marketing (GDPR Art. 21(2)).
        Objection = "OBJECTION",
    }
    /// Why the controller revoked a consent.
    RevocationReason {
        /// The purpose has ended.
        PurposeEnded = "PURPOSE_ENDED",
        /// The proof is insufficient.
        ProofInsufficient = "PROOF_INSUFFICIENT",
        /// The person is too young (GDPR Art. 8).
        Minor = "MINOR",
        /// It was recorded for the wrong person.
        WrongPerson = "WRONG_PERSON",
    }
}

/// Part of `class_rule`'s primary key, for which sea-orm requires a conversion from a number; there is none.
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
