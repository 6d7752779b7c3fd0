//! Enums of retention.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType};
use serde::{Deserialize, Serialize};

use super::text_enum::{UnknownValue, text_enum};
use crate::from_row::{Raw, Stored, text};

text_enum! {
    /// What a retention rule ends.
    RetentionSubject {
        /// Contacts of one lifecycle, with everything held about them.
        Contacts = "CONTACTS",
        /// What is left of submissions that were answered or expired.
        Submissions = "SUBMISSIONS",
        /// Evidence of consents that ended.
        Evidence = "EVIDENCE",
        /// Requests of persons that were answered.
        Requests = "REQUESTS",
        /// Fingerprints of mailboxes that are not to be written to.
        Suppressions = "SUPPRESSIONS",
        /// Records of mails that belong to no contact and prove nothing any more.
        Mails = "MAILS",
        /// Logs of use: ended sessions, and counts of what forms rejected.
        Usage = "USAGE",
        /// Breaches that were closed.
        Breaches = "BREACHES",
    }
    /// From when a retention period runs.
    RetentionClock {
        /// The last act of the person; without one, when they were added.
        LastContact = "LAST_CONTACT",
        /// The end of the relation, or the person's last act if that is later.
        RelationEnd = "RELATION_END",
        /// When the row was made.
        Created = "CREATED",
        /// When what it records ended.
        Ended = "ENDED",
    }
    /// Who began a run of the retention rules.
    RetentionCause {
        /// The schedule.
        Scheduled = "SCHEDULED",
        /// Somebody asked for it.
        Asked = "ASKED",
    }
    /// What the person answered to the mail before the end.
    RetentionAnswer {
        /// Stay in touch.
        Stay = "STAY",
        /// Let it lapse.
        Lapse = "LAPSE",
    }
    /// The mail before the end.
    RetentionMail {
        /// It is on its way.
        Due = "DUE",
        /// It was sent.
        Sent = "SENT",
        /// There is none: the mailbox may not be written to.
        Withheld = "WITHHELD",
    }
}
