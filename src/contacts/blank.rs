//! The rows of a contact who is new here, before anything is known of them: filled in once, for staff,
//! integrations and people who come in by themselves.

use entity::{
    BasisId, ContactAddressId, ContactId, EmailAddress, EntryId, FormVersionId, Lifecycle, PurposeId, basis,
    contact, contact_address,
};
use sea_orm::ActiveValue::Set;

use crate::platform::work::Work;

/// A contact without anything yet.
pub(super) fn blank(work: &Work, id: ContactId, language: String) -> contact::Model {
    contact::Model {
        workspace_id: work.workspace(),
        id,
        given_name: String::new(),
        family_name: String::new(),
        sort_name: String::new(),
        phone: String::new(),
        job_title: String::new(),
        company_name: String::new(),
        company_id: None,
        owner_id: None,
        postal_address: String::new(),
        language,
        lifecycle: Lifecycle::Prospect,
        custom: "{}".to_owned(),
        external_id: None,
        primary_address_id: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
        last_contact_at: None,
        restricted_at: None,
        art14_due_at: None,
    }
}

/// An unverified address. The caller holds the mailbox's lock and has checked that the address is free.
pub(super) fn new_address(
    work: &Work,
    contact: ContactId,
    id: ContactAddressId,
    email: &EmailAddress,
    fingerprint: Vec<u8>,
) -> contact_address::ActiveModel {
    contact_address::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        contact_id: Set(contact),
        email: Set(email.as_entered().to_owned()),
        email_key: Set(email.key()),
        fingerprint: Set(fingerprint),
        verified_at: Set(None),
        created_at: Set(work.now()),
    }
}

/// The basis on which a contact is kept, from now on. `entry` says so in the journal.
#[must_use]
pub fn new_basis(
    work: &Work,
    id: BasisId,
    contact: ContactId,
    purpose: PurposeId,
    form_version: Option<FormVersionId>,
    entry: EntryId,
) -> basis::ActiveModel {
    basis::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        contact_id: Set(contact),
        purpose_id: Set(purpose),
        form_version_id: Set(form_version),
        since: Set(work.now()),
        until: Set(None),
        entry_id: Set(entry),
    }
}
