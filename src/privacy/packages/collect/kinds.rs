//! The kinds of records that are held about a person, and the values that each has. The JSON, its schema, the
//! CSV files and the readable page all follow this table.

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Each value of the contact, with where it comes from.
    Value,
    /// What is held about the contact beside its values: its times and its place in the relation.
    Profile,
    /// E-mail addresses.
    Address,
    /// Consents.
    Consent,
    /// The sealed part of the proofs of consents.
    Evidence,
    /// Legal bases other than consent.
    Basis,
    /// The pause that the person wants.
    Pause,
    /// What the person sent with forms.
    Submission,
    /// Questions to the person's mailbox.
    OptIn,
    /// Calls, meetings, notes, tasks.
    Activity,
    /// Deals in which the person has a part.
    Deal,
    /// Tags.
    Tag,
    /// E-mails sent to the person.
    Mail,
    /// What protects the person's mailbox.
    Mailbox,
    /// What must not be sent to the person's mailboxes.
    Suppression,
    /// To whom data were disclosed.
    Disclosure,
    /// Of what recipients are told.
    RecipientNotice,
    /// What the person was asked to authorise, and answered.
    Authorisation,
    /// Transfers that the person authorised.
    Transfer,
    /// Requests of the person.
    Request,
    /// The exchange about requests.
    RequestStep,
    /// Questions to the mailbox before anything is shown.
    MailboxProof,
    /// Copies made for the person.
    Package,
    /// Reasons to keep the contact.
    Hold,
    /// Restrictions of processing.
    Restriction,
    /// How the person was informed (GDPR Art. 14).
    Notice,
    /// Announcements that the data would be deleted.
    RetentionNotice,
    /// Breaches that concern the person.
    Breach,
    /// Texts about the person that were held back.
    Quarantine,
    /// Other records that may be about the same person.
    Duplicate,
    /// Contacts that were merged into this one.
    Merged,
    /// Where each value came from.
    History,
    /// What was done with the person's data, when, and by what kind of actor.
    Journal,
}

/// A kind, described.
pub struct Shape {
    /// The kind.
    pub kind: Kind,
    /// Its name in JSON, and of its CSV file.
    pub name: &'static str,
    /// The table it is read from.
    pub table: &'static str,
    /// Its values, in order.
    pub columns: &'static [&'static str],
    /// Whether there can be thousands, so that they are read page by page.
    pub large: bool,
    /// Whether the person provided them (GDPR Art. 20), or may have: then each record's source decides.
    pub portable: bool,
}

macro_rules! shapes {
    ($($kind:ident $name:literal of $table:ident $(($flag:ident))* [$($column:literal)*];)*) => {
        /// Every kind, in the order in which people read them.
        pub const SHAPES: &[Shape] = &[$(Shape {
            kind: Kind::$kind,
            name: $name,
            table: stringify!($table),
            columns: &[$($column),*],
            large: shapes!(@ large $($flag)*),
            portable: shapes!(@ portable $($flag)*),
        }),*];
    };
    (@ large large $($rest:ident)*) => { true };
    (@ large $first:ident $($rest:ident)*) => { shapes!(@ large $($rest)*) };
    (@ large) => { false };
    (@ portable portable $($rest:ident)*) => { true };
    (@ portable $first:ident $($rest:ident)*) => { shapes!(@ portable $($rest)*) };
    (@ portable) => { false };
}

shapes! {
    Value "values" of contact (portable) ["field" "label" "value" "class" "proven"];
    Profile "profile" of contact ["language" "lifecycle" "external_id" "last_contact_at" "restricted_at"
        "art14_due_at" "created_at" "updated_at" "archived_at"];
    Address "addresses" of contact_address (portable) ["email" "primary" "verified_at" "created_at"];
    Consent "consents" of consent (portable) ["purpose" "channel" "state" "since" "expires_at" "wording"];
    Evidence "consent_proofs" of evidence (portable) ["page" "language" "submitted_with" "confirmed_with"
        "seconds_after_mail" "mailbox"];
    Basis "legal_bases" of basis (portable) ["purpose" "legal_basis" "since" "until"];
    Pause "pauses" of pause (portable) ["since" "until"];
    Submission "submissions" of submission (portable) ["state" "received_at" "content"];
    OptIn "confirmations" of opt_in ["state" "language" "created_at" "mailed_at" "expires_at" "decided_at"];
    Activity "activities" of activity (large) ["kind" "subject" "body" "occurred_at" "due_at" "due_on"
        "done_at" "created_at" "updated_at" "archived_at"];
    Deal "deals" of deal_contact ["title" "role" "amount" "currency" "expected_close_on" "closed_at"
        "origin" "custom" "external_id" "added_at"];
    Tag "tags" of contact_tag ["tag_id" "name" "tagged_at"];
    Mail "mails" of mail (large) ["kind" "state" "at" "to" "subject" "language" "message_id" "smtp_code"
        "reply"];
    Mailbox "mailboxes" of mailbox ["unanswered" "declined_until" "bounced_until"];
    Suppression "suppressions" of suppression ["scope" "reason" "at"];
    Disclosure "disclosures" of disclosure ["recipient" "country" "mechanism" "purpose" "purpose_id" "means"
        "fields" "at"];
    RecipientNotice "recipient_notices" of recipient_notice ["recipient" "kind" "state" "created_at"
        "decided_at"];
    Authorisation "transfer_authorisations" of transfer_authorisation (portable) ["recipient" "email"
        "purpose" "scope" "state" "asked_at" "answer_until" "valid_from" "valid_until" "decided_at" "withdrawn_at"
        "language"];
    Transfer "transfers" of transfer ["state" "created_at" "expires_at" "pulled_at" "bytes" "sha256"];
    Request "requests" of request ["kind" "state" "channel" "language" "received_at" "acknowledged_at"
        "identity_proven_at" "suspended_at" "due_at" "extended_at" "extension_reason" "answered_at"
        "refusal_reason" "stood_still_days" "hurdle" "objects_to" "balance" "reminded_at" "content"];
    RequestStep "request_steps" of request_step ["request" "kind" "at" "by" "content"];
    MailboxProof "mailbox_proofs" of mailbox_proof ["kind" "state" "language" "created_at" "expires_at"
        "decided_at" "content"];
    Package "packages" of package ["kind" "state" "bytes" "created_at" "built_at" "expires_at" "downloads"];
    Hold "holds" of hold ["reason" "since" "until" "released_at" "content"];
    Restriction "restrictions" of restriction ["ground" "since" "announced_at" "means" "failed_at"
        "lifted_at"];
    Notice "art14_notices" of art14_notice ["how" "due_at" "given_at"];
    RetentionNotice "retention_notices" of retention_notice ["mail" "clock_at" "ends_at" "mailed_at" "answer"
        "answered_at"];
    Breach "breaches" of breach_person ["seen" "changed" "first_at" "last_at" "entries" "told_at"];
    Quarantine "quarantine" of quarantine ["field" "state" "ground" "held_at" "decided_at" "content"];
    Duplicate "possible_duplicates" of duplicate_candidate ["reasons" "score" "found_at"];
    Merged "merged_contacts" of contact_alias ["external_id" "merged_at"];
    History "history" of provenance (large) ["field" "source" "by" "proven" "at"];
    Journal "journal" of journal (large) ["kind" "by" "at"];
}

impl Kind {
    /// Its description.
    #[must_use]
    pub fn shape(self) -> &'static Shape {
        // The table has every kind: a test says so.
        SHAPES.iter().find(|shape| shape.kind == self).unwrap_or(&SHAPES[0])
    }
}
