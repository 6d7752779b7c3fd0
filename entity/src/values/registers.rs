//! Enums of the registers: what recipients and people were told, and breaches.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// Why a recipient is not told (GDPR Art. 19).
    NoticeImpossible {
        /// The recipient no longer exists, or cannot be reached.
        Unreachable = "UNREACHABLE",
        /// It would take a disproportionate effort.
        Disproportionate = "DISPROPORTIONATE",
        /// The recipient no longer holds the data.
        NoLongerHeld = "NO_LONGER_HELD",
    }
    /// How a person was informed that we hold their data, which came from somebody else (GDPR Art. 14).
    Art14How {
        /// By our e-mail.
        Mail = "MAIL",
        /// By letter.
        Letter = "LETTER",
        /// By telephone.
        Phone = "PHONE",
        /// Face to face.
        InPerson = "IN_PERSON",
        /// They had the information already (Art. 14(5)(a)).
        Known = "KNOWN",
        /// It is impossible, or would take a disproportionate effort (Art. 14(5)(b)).
        Impossible = "IMPOSSIBLE",
        /// The law lays down that we obtain the data (Art. 14(5)(c)).
        Law = "LAW",
        /// The data must remain confidential by professional secrecy (Art. 14(5)(d)).
        Secrecy = "SECRECY",
    }
    /// An event of which a person may be told.
    NoticeEvent {
        /// Their data were disclosed to a recipient.
        Shared = "SHARED",
    }
    /// The state of a breach.
    BreachState {
        /// It is being looked into.
        Open = "OPEN",
        /// Everything that must be done is done and documented.
        Closed = "CLOSED",
    }
    /// The risk of a breach to the people concerned.
    BreachRisk {
        /// Not assessed yet.
        NotAssessed = "NOT_ASSESSED",
        /// Unlikely: nobody need be told (GDPR Art. 33(1)).
        Unlikely = "UNLIKELY",
        /// A risk: the authority is told.
        Risk = "RISK",
        /// A high risk: the people are told, too (Art. 34).
        High = "HIGH",
    }
    /// Why people are not told one by one of a breach with a high risk (GDPR Art. 34(3)).
    BreachException {
        /// The data were unintelligible to whoever got them, for example encrypted.
        Encrypted = "ENCRYPTED",
        /// Measures taken since make the high risk unlikely.
        Averted = "AVERTED",
        /// A disproportionate effort; a public communication takes its place.
        PublicNotice = "PUBLIC_NOTICE",
    }
    /// A step in the handling of a breach.
    BreachStepKind {
        /// It was recorded.
        Recorded = "RECORDED",
        /// Its facts, effects or remedies were changed.
        Changed = "CHANGED",
        /// The people concerned were looked up in the journal.
        PeopleFound = "PEOPLE_FOUND",
        /// The authority was told, in whole or in part (Art. 33(4)).
        AuthorityTold = "AUTHORITY_TOLD",
        /// The people concerned are told.
        PeopleTold = "PEOPLE_TOLD",
        /// It was closed.
        Closed = "CLOSED",
        /// It was opened again.
        Reopened = "REOPENED",
    }
}

/// Needed because an event is part of a rule's primary key; an event never comes from a number.
impl sea_orm::TryFromU64 for NoticeEvent {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("NoticeEvent"))
    }
}
