//! The tables of the data map that are about contacts, by name. Columns of text end with `*`.

use super::{
    Class::{Personal, Pseudonymous, Technical},
    OnErasure::{DeleteRow, DestroyKey, Empty, Keep},
    Rule,
    Subject::Contact,
    Table, key_of,
};

const IDS_ONLY: &str = "ids, words of ours and times only, which lead to nobody any more";
const ARCHIVED: &str = "kept by law, with a reason and an end (GDPR Art. 17(3))";
const PROTECTS: &str = "a fingerprint and times that are a week old at most: no row leads back to it";
const MAIL_LEFT: &str = "that a mail left, without to whom";
const OPT_IN_LEFT: &str = "that a question was asked, without of whom; its row goes after 180 days";
const REQUEST_FILE: &str = "the proof that a right was served, sealed under a key of its own (Art. 17(3)(e))";
const SUBMITTED: &str = "that a form was sent, without by whom";
const SUPPRESSED: &str = "so that who said no stays undisturbed: a fingerprint (Art. 17(3)(b), 21(3))";

map! {
    activity: Contact, Some(Rule::Contacts),
        "Calls, meetings, notes and tasks: the history of the relation." {
        Personal DeleteRow "subject* body* kind* occurred_at due_at done_at due_on*";
        Pseudonymous DeleteRow "contact_id author* assignee_id company_id deal_id";
        Technical DeleteRow "workspace_id id version created_at updated_at archived_at";
    }
    archive_item: Contact, Some(Rule::Archive),
        "What the law obliges or allows to keep of an erased contact (GDPR Art. 17(3)), apart and sealed." {
        Personal Keep(ARCHIVED) "sealed";
        Pseudonymous Keep(ARCHIVED) "contact_id row_id";
        Technical Keep(ARCHIVED) "workspace_id id erasure_id source* data_key_id reason* archived_at until";
    }
    art14_notice: Contact, Some(Rule::Contacts),
        "That people whose data came from somebody else were informed, and how." {
        Personal DeleteRow "how* due_at given_at";
        Pseudonymous DeleteRow "contact_id mail_id entry_id";
        Technical DeleteRow "workspace_id";
    }
    basis: Contact, Some(Rule::Contacts), "Legal bases other than consent, and since when they hold." {
        Personal DeleteRow "since until";
        Pseudonymous DeleteRow "contact_id entry_id";
        Technical DeleteRow "workspace_id id purpose_id form_version_id";
    }
    breach_person: Contact, Some(Rule::Contacts), "People whom a breach concerns, and that they were told." {
        Personal DeleteRow "seen changed first_at last_at entries told_at";
        Pseudonymous DeleteRow "contact_id mail_id";
        Technical DeleteRow "workspace_id breach_id";
    }
    consent: Contact, Some(Rule::Contacts), "What a person agreed to, refused or withdrew." {
        Personal DeleteRow "state* since expires_at channel*";
        Pseudonymous DeleteRow "contact_id address_id given_entry_id entry_id";
        Technical DeleteRow "workspace_id id purpose_id purpose_version_id told_end";
    }
    consent_alias: Contact, Some(Rule::Contacts), "Consents that were joined when two contacts were merged." {
        Pseudonymous DeleteRow "old_id consent_id given_entry_id entry_id";
        Technical DeleteRow "workspace_id";
    }
    contact: Contact, Some(Rule::Contacts), "People we are in relation with." {
        Personal DeleteRow "given_name* family_name* sort_name* phone* job_title* company_name* \
            postal_address* language* lifecycle* custom* external_id* last_contact_at restricted_at \
            art14_due_at";
        Pseudonymous DeleteRow "id company_id owner_id primary_address_id";
        Technical DeleteRow "workspace_id version created_at updated_at archived_at";
    }
    contact_address: Contact, Some(Rule::Contacts),
        "How people are reached by e-mail, and which mailboxes proved it." {
        Personal DeleteRow "email* email_key* verified_at";
        Pseudonymous DeleteRow "id contact_id fingerprint";
        Technical DeleteRow "workspace_id created_at";
    }
    contact_alias: Contact, Some(Rule::Contacts), "Ids of contacts who were merged into another." {
        Personal DeleteRow "external_id*";
        Pseudonymous DeleteRow "old_id contact_id entry_id";
        Technical DeleteRow "workspace_id merged_at";
    }
    contact_tag: Contact, Some(Rule::Contacts), "Words by which staff group people." {
        Personal DeleteRow "tag_id tagged_at";
        Pseudonymous DeleteRow "contact_id";
        Technical DeleteRow "workspace_id";
    }
    data_key: Contact, Some(Rule::Contacts),
        "Keys that seal what belongs to one person, submission, request or record." {
        Pseudonymous DeleteRow "id owner_id wrapped";
        Technical DeleteRow "workspace_id owner_kind*";
    }
    deal_contact: Contact, Some(Rule::Contacts), "Who plays which part in a deal." {
        Personal DeleteRow "role* added_at";
        Pseudonymous DeleteRow "deal_id contact_id";
        Technical DeleteRow "workspace_id";
    }
    disclosure: Contact, Some(Rule::Contacts), "What was disclosed of a contact, and to whom." {
        Personal DeleteRow "fields* means* at purpose_id";
        Pseudonymous DeleteRow "contact_id recipient_id entry_id";
        Technical DeleteRow "workspace_id id";
    }
    duplicate_candidate: Contact, Some(Rule::Contacts), "Pairs of contacts who may be one person." {
        Personal DeleteRow "reasons* score";
        Pseudonymous DeleteRow "low_id high_id";
        Technical DeleteRow "workspace_id found_at";
    }
    duplicate_dismissal: Contact, Some(Rule::Contacts),
        "Pairs of contacts who are not one person, as staff said." {
        Pseudonymous DeleteRow "low_id high_id entry_id";
        Technical DeleteRow "workspace_id dismissed_at";
    }
    erasure: Contact, Some(Rule::Erasures),
        "The ledger of erasures and their certificates: ids and counts only." {
        Pseudonymous Keep(IDS_ONLY) "contact_id request_id entry_id";
        Technical Keep(IDS_ONLY) "workspace_id id cause* ground* at counts* held* scanned_at residues*";
    }
    erasure_alias: Contact, Some(Rule::Erasures), "Ids that had been merged into an erased contact." {
        Pseudonymous Keep(IDS_ONLY) "old_id";
        Technical Keep(IDS_ONLY) "workspace_id erasure_id";
    }
    evidence: Contact, Some(Rule::Contacts), "The personal part of the proof of a consent, sealed." {
        Personal DeleteRow "sealed";
        Pseudonymous DeleteRow "contact_id entry_id data_key_id";
        Technical DeleteRow "workspace_id id";
    }
    field_value: Contact, Some(Rule::Contacts), "Values of custom fields, for lists." {
        Personal DeleteRow "text* number";
        Pseudonymous DeleteRow "row_id";
        Technical DeleteRow "workspace_id field_id position";
    }
    hold: Contact, Some(Rule::Contacts), "Documented reasons to keep a contact for now." {
        Personal DeleteRow "reason* since until released_at sealed";
        Pseudonymous DeleteRow "contact_id author* entry_id";
        Technical DeleteRow "workspace_id id data_key_id";
    }
    instance_mailbox: Contact, Some(Rule::Mailboxes),
        "Limits on mails to one mailbox over all workspaces, under a fingerprint." {
        Pseudonymous Keep(PROTECTS) "fingerprint unanswered*";
    }
    journal: Contact, Some(Rule::Journal),
        "The record of every act, by ids, enums, numbers and hashes only." {
        Pseudonymous Keep(IDS_ONLY) "actor* subject* object* bytes* commitment";
        Technical Keep(IDS_ONLY) "workspace_id seq id at kind* leaf_hash";
    }
    mail: Contact, Some(Rule::Mails),
        "That a mail left, and what the server said; address and subject are sealed." {
        Personal Empty "sealed";
        Pseudonymous Empty "contact_id data_key_id";
        Pseudonymous Keep(MAIL_LEFT) "opt_in_id";
        Technical Keep(MAIL_LEFT) "workspace_id id kind* message_id* template_sha256 language* state* \
            smtp_code at";
    }
    mailbox: Contact, Some(Rule::Mailboxes),
        "What protects a mailbox from mails it does not want, under its fingerprint." {
        Personal DeleteRow "unanswered* declined_until bounced_until";
        Pseudonymous DeleteRow "fingerprint";
        Technical DeleteRow "workspace_id";
    }
    mailbox_proof: Contact, Some(Rule::MailboxProofs),
        "Questions to a mailbox, before anything about its owner is shown." {
        Personal DeleteRow "sealed";
        Pseudonymous DeleteRow "contact_id fingerprint data_key_id";
        Technical DeleteRow "workspace_id id kind* language* state* created_at expires_at decided_at";
    }
    opt_in: Contact, Some(Rule::Unconfirmed), "Questions to a mailbox: did you ask for this?" {
        Personal Keep(OPT_IN_LEFT) "state* created_at expires_at mailed_at decided_at language*";
        Pseudonymous Empty "contact_id fingerprint";
        Pseudonymous Keep(OPT_IN_LEFT) "submission_id";
        Technical Keep(OPT_IN_LEFT) "workspace_id id form_id mail_due";
    }
    package: Contact, Some(Rule::Packages), "Copies of a contact's data, made for them." {
        Personal DeleteRow "kind* state* bytes sha256 built_at expires_at downloads";
        Pseudonymous DeleteRow "contact_id request_id data_key_id entry_id";
        Technical DeleteRow "workspace_id id created_at";
    }
    package_part: Contact, Some(Rule::Packages), "Parts of a package, sealed." {
        Personal DeleteRow "sealed";
        Pseudonymous DeleteRow "package_id";
        Technical DeleteRow "workspace_id position";
    }
    pause: Contact, Some(Rule::Contacts), "Until when a person wants no messages." {
        Personal DeleteRow "until since";
        Pseudonymous DeleteRow "contact_id entry_id";
        Technical DeleteRow "workspace_id";
    }
    provenance: Contact, Some(Rule::Contacts), "Where each value comes from, who set it, and when." {
        Personal DeleteRow "field* source* proven at";
        Pseudonymous DeleteRow "row_id actor* entry_id";
        Technical DeleteRow "workspace_id id entity*";
    }
    quarantine: Contact, Some(Rule::Contacts),
        "Texts held back because they seem to tell of a special category of data, sealed." {
        Personal DeleteRow "sealed state* ground* held_at decided_at";
        Pseudonymous DeleteRow "contact_id row_id data_key_id author* entry_id";
        Technical DeleteRow "workspace_id id source* field*";
    }
    recipient_notice: Contact, Some(Rule::Erasures),
        "Who is to be told of a correction, an erasure or a restriction, by ids only." {
        Pseudonymous Keep(IDS_ONLY) "contact_id recipient_id entry_id";
        Technical Keep(IDS_ONLY) "workspace_id id kind* state* reason* created_at decided_at";
    }
    request: Contact, Some(Rule::Requests),
        "Persons exercising a right, with the legal clock: the proof that it was served." {
        Personal Keep(REQUEST_FILE) "sealed kind* state* channel* language* received_at acknowledged_at \
            identity_proven_at suspended_at due_at extended_at extension_reason* answered_at \
            refusal_reason* stood_still_days hurdle* objects_to* balance* reminded_at";
        Pseudonymous Keep(REQUEST_FILE) "contact_id assignee_id data_key_id entry_id";
        Technical Keep(REQUEST_FILE) "workspace_id id version";
    }
    request_step: Contact, Some(Rule::Requests), "The exchange about a request." {
        Personal Keep(REQUEST_FILE) "sealed kind* at";
        Pseudonymous Keep(REQUEST_FILE) "request_id actor* mail_id entry_id";
        Technical Keep(REQUEST_FILE) "workspace_id id";
    }
    restriction: Contact, Some(Rule::Contacts), "Periods in which a contact's data may only be stored." {
        Personal DeleteRow "ground* since announced_at means* failed_at lifted_at";
        Pseudonymous DeleteRow "contact_id request_id entry_id";
        Technical DeleteRow "workspace_id id";
    }
    residue_scan: Contact, Some(Rule::Erasures),
        "What is looked for after an erasure, sealed; row and key go when the search ends." {
        Personal DestroyKey "sealed";
        Technical Keep(IDS_ONLY) "workspace_id erasure_id data_key_id reached* found*";
    }
    retention_notice: Contact, Some(Rule::Contacts),
        "That the end of a retention period is near, whether the person was told, and what they answered." {
        Personal DeleteRow "clock_at ends_at mail* mailed_at answer* answered_at";
        Pseudonymous DeleteRow "contact_id";
        Technical DeleteRow "workspace_id rule_id created_at";
    }
    sealed_value: Contact, Some(Rule::Contacts), "Confidential and secret values, sealed." {
        Personal DeleteRow "sealed set_at";
        Pseudonymous DeleteRow "row_id data_key_id";
        Technical DeleteRow "workspace_id id entity* field_id";
    }
    search_word: Contact, Some(Rule::Contacts), "The words by which people, companies and deals are found." {
        Personal DeleteRow "word* lead*";
        Pseudonymous DeleteRow "row_id";
        Technical DeleteRow "workspace_id entity* weight";
    }
    submission: Contact, Some(Rule::Unconfirmed),
        "What a visitor sent, sealed, until it is confirmed or expires." {
        Personal Empty "sealed payload_hash";
        Personal Keep(SUBMITTED) "state* received_at";
        Pseudonymous Keep(SUBMITTED) "data_key_id ticket_hash entry_id";
        Technical Keep(SUBMITTED) "workspace_id id form_id form_version_id ticket_place";
    }
    suppression: Contact, Some(Rule::Suppressions),
        "Mailboxes that are not to be written to, as fingerprints." {
        Pseudonymous Keep(SUPPRESSED) "fingerprint reason* scope* at entry_id";
        Technical Keep(SUPPRESSED) "workspace_id";
    }
    transfer: Contact, Some(Rule::Contacts), "Data passed on to a recipient, as the person authorised." {
        Personal DeleteRow "state* created_at expires_at pulled_at bytes sha256";
        Pseudonymous DeleteRow "contact_id authorisation_id package_id entry_id";
        Technical DeleteRow "workspace_id id";
    }
    transfer_authorisation: Contact, Some(Rule::Contacts),
        "What a person was asked to authorise for a named recipient, and what they answered." {
        Personal DeleteRow "sealed scope* language* state* asked_at answer_until valid_from valid_until \
            decided_at withdrawn_at";
        Pseudonymous DeleteRow "contact_id recipient_id data_key_id proof_entry_id entry_id";
        Technical DeleteRow "workspace_id id";
    }
}
