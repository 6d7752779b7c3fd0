//! The rules that every workspace begins with, as the CNIL's reference figures for commercial relations have
//! them (deliberation 2021-131 of 23 September 2021). They are data: staff change and archive them.

use entity::{Lifecycle, RetentionClock, RetentionSubject};

use crate::persons::data_map::Rule;

/// A rule to begin with.
#[derive(Debug)]
pub struct Preset {
    /// Its name, which says that it was made.
    pub key: &'static str,
    /// What it ends.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// From when the period runs.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// How many days before the end people are told.
    pub warn_days: Option<i32>,
    /// Why this long.
    pub justification: &'static str,
}

const fn rows(
    key: &'static str,
    subject: RetentionSubject,
    clock: RetentionClock,
    months: i32,
    justification: &'static str,
) -> Preset {
    Preset { key, subject, lifecycle: None, clock, months, warn_days: None, justification }
}

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset {
        key: "prospects",
        subject: RetentionSubject::Contacts,
        lifecycle: Some(Lifecycle::Prospect),
        clock: RetentionClock::LastContact,
        months: 36,
        warn_days: Some(30),
        justification: "CNIL, deliberation 2021-131: prospects are kept for three years from the collection of \
            their data or their last contact.",
    },
    Preset {
        key: "former_customers",
        subject: RetentionSubject::Contacts,
        lifecycle: Some(Lifecycle::Former),
        clock: RetentionClock::RelationEnd,
        months: 36,
        warn_days: Some(30),
        justification: "CNIL, deliberation 2021-131: data of customers may serve prospecting for three years \
            from the end of the commercial relation.",
    },
    rows(
        "submissions",
        RetentionSubject::Submissions,
        RetentionClock::Created,
        6,
        "What was sent is deleted when it is answered or expires; that something was sent is kept for \
            statistics.",
    ),
    rows(
        "evidence",
        RetentionSubject::Evidence,
        RetentionClock::Ended,
        60,
        "French Civil Code, article 2224: claims about a consent may be made for five years after it ended.",
    ),
    rows(
        "requests",
        RetentionSubject::Requests,
        RetentionClock::Ended,
        60,
        "French Civil Code, article 2224: five years, to show that a right was served.",
    ),
    rows(
        "suppressions",
        RetentionSubject::Suppressions,
        RetentionClock::Created,
        72,
        "CNIL: an objection is remembered for at least three years, as a fingerprint; here for six, so that \
            it outlives by three years a contact who is erased after three.",
    ),
    rows(
        "mails",
        RetentionSubject::Mails,
        RetentionClock::Created,
        12,
        "That a mail left is a technical log: six to twelve months (CNIL).",
    ),
    rows(
        "usage",
        RetentionSubject::Usage,
        RetentionClock::Ended,
        12,
        "Technical logs: six to twelve months (CNIL).",
    ),
    rows(
        "breaches",
        RetentionSubject::Breaches,
        RetentionClock::Ended,
        60,
        "GDPR, article 33(5): the register of breaches is kept for the authority; five years for claims.",
    ),
];

/// What ends the rows of a rule of the data map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Retention rules about this, which staff can change.
    Rules(RetentionSubject),
    /// Something that is built in, in words.
    BuiltIn(&'static str),
}

/// What ends the rows that the data map puts under this rule.
#[must_use]
pub fn ends(rule: Rule) -> Ends {
    use Ends::{BuiltIn, Rules};
    match rule {
        Rule::Contacts => Rules(RetentionSubject::Contacts),
        Rule::Requests => Rules(RetentionSubject::Requests),
        Rule::Archive => BuiltIn("the job `destroy_expired_archive`, at the end that each item states"),
        Rule::Suppressions => Rules(RetentionSubject::Suppressions),
        Rule::Mails => Rules(RetentionSubject::Mails),
        Rule::Usage => Rules(RetentionSubject::Usage),
        Rule::Unconfirmed => Rules(RetentionSubject::Submissions),
        Rule::Mailboxes => BuiltIn("fingerprints with times that are seven days old at most"),
        Rule::MailboxProofs => BuiltIn("the job `expire_mailbox_proofs`, when they end"),
        Rule::Packages => BuiltIn("the job that deletes copies of data some days after they were built"),
        Rule::Erasures => BuiltIn("kept with the backups they are replayed on: ids and times only"),
        Rule::Journal => BuiltIn("kept with the workspace: ids, words of ours, numbers and times only"),
        Rule::Business => BuiltIn("kept while staff keep the company or deal"),
        Rule::Staff => BuiltIn("kept with the workspace, as the acts of members refer to them"),
    }
}
