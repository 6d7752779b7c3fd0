//! Enums of transfers to a recipient that the person authorised (GDPR Art. 20(2)).

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// The state of an authorisation.
    AuthorisationState {
        /// The person was asked, and has not answered.
        Asked = "ASKED",
        /// The person agreed.
        Granted = "GRANTED",
        /// The person refused.
        Refused = "REFUSED",
        /// The person took it back.
        Withdrawn = "WITHDRAWN",
        /// Nobody answered in time, or its period ended.
        Expired = "EXPIRED",
    }
    /// A category of data that may be passed on.
    TransferCategory {
        /// Names, job and company.
        Identity = "IDENTITY",
        /// E-mail addresses, telephone numbers and the postal address.
        ContactDetails = "CONTACT_DETAILS",
        /// What the person answered in forms.
        Answers = "ANSWERS",
        /// What the person agreed to, and its proof.
        Consents = "CONSENTS",
    }
    /// The state of a transfer.
    TransferState {
        /// Its file is being made.
        Building = "BUILDING",
        /// The recipient has a link, and has not used it.
        Waiting = "WAITING",
        /// The recipient downloaded the file.
        Pulled = "PULLED",
        /// Its link expired, or the authorisation ended before it was used.
        Expired = "EXPIRED",
    }
}
