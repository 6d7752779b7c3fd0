//! Enums of the quarantine for texts that seem to tell of special categories of data.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// The kind of record whose text is held back.
    QuarantineSource {
        /// An activity.
        Activity = "ACTIVITY",
        /// A contact.
        Contact = "CONTACT",
        /// A company.
        Company = "COMPANY",
        /// A deal.
        Deal = "DEAL",
    }
    /// The state of a text in quarantine.
    QuarantineState {
        /// It waits for a decision.
        Waiting = "WAITING",
        /// It was put back, on a ground of GDPR Art. 9(2).
        Released = "RELEASED",
        /// It was destroyed, or another text took its place.
        Destroyed = "DESTROYED",
    }
}
