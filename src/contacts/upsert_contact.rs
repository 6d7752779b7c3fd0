//! Creates or updates a contact by external id, for synchronisation with another system. Idempotent.
//!
//! Never touches consents, suppressions or which address is in use, and never replaces what the person proved
//! or what staff entered or confirmed: differences become a task for staff.

use entity::{ContactSource, PurposeId, WorkspaceId, contact};

use super::{
    addresses::{add_address, addresses_of},
    contact_values::{ContactChanges, withhold},
    create_contact::{Case, EMAIL_TAKEN, NewContact, find_by_external_id},
    find_address, lock_contact,
    update_contact::{check_changes, must_be_editable, write_changes},
};
use crate::{
    accounts::{Right, allow},
    activities::report_differences::{About, report_differences},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        vault::Vault,
        work::{Entry, Work},
    },
    records::{
        provenance::{INTEGRATION, proven_fields},
        values::Check,
    },
};

/// A contact as another system has them.
#[derive(Clone)]
pub struct ContactUpsert {
    /// Their id in that system.
    pub external_id: String,
    /// Their values; `None` leaves a value.
    pub values: ContactChanges,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Why they are kept, if they are new here.
    pub basis_purpose: PurposeId,
}

/// Creates the contact with this external id, or updates them. Of two concurrent calls, one creates them and
/// the other updates them. Returns whether they were created.
///
/// # Errors
/// `Rejected` with all problems of the input.
pub async fn upsert_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    input: ContactUpsert,
) -> Result<(contact::Model, bool)> {
    allow(actor, Right::WriteContacts)?;
    match Box::pin(try_upsert(app, workspace, actor, input.clone())).await {
        // A concurrent call created them just now: update them.
        Err(error) if error.is_taken("externalId") => {
            Box::pin(try_upsert(app, workspace, actor, input)).await
        }
        done => done,
    }
}

async fn try_upsert(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    input: ContactUpsert,
) -> Result<(contact::Model, bool)> {
    let external_id = input.external_id.trim().to_owned();
    if external_id.is_empty() {
        return Err(Error::rejected(
            ProblemCode::Required,
            "externalId",
            "Give the id that the other system knows them by.",
        ));
    }
    let values = ContactChanges { external_id: Some(external_id.clone()), ..input.values };
    let new = NewContact {
        values,
        email: input.email,
        ..NewContact::of(input.basis_purpose, ContactSource::Integration)
    };
    let (case, mut check) = Case::read(app, workspace, new).await?;
    let mut work = app.begin(workspace, actor).await?;
    case.lock(&work).await?;
    let found = if let Some(row) = locked(&work, &external_id).await? {
        row
    } else {
        case.check(&app.vault, &work, &mut check).await?;
        if let Some(row) = Box::pin(case.insert(&app.vault, &mut work)).await? {
            work.commit().await?;
            return Ok((row, true));
        }
        // A concurrent unit created them just now and has ended, so they can be read.
        locked(&work, &external_id).await?.ok_or(Error::Conflict)?
    };
    let row = Box::pin(update(&app.vault, &mut work, &mut check, found, case)).await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok((row, false))
}

async fn locked(work: &Work, external_id: &str) -> Result<Option<contact::Model>> {
    match find_by_external_id(work, external_id).await? {
        Some(id) => lock_contact(work, id).await,
        None => Ok(None),
    }
}

async fn update(
    vault: &Vault,
    work: &mut Work,
    check: &mut Check,
    row: contact::Model,
    case: Case,
) -> Result<contact::Model> {
    check.gather(must_be_editable(&row, "externalId"))?;
    let known = proven_fields(work, row.id.0).await?;
    // After a merge they may have another external id: both still find them.
    let mut changes = ContactChanges { external_id: None, ..case.new.values };
    let mut lines = withhold(&mut changes, &row, &known);
    check_changes(vault, work, check, &row, &changes).await?;
    let entry = Entry::new("contact.updated").with("source", ContactSource::Integration);
    let mut row = Box::pin(write_changes(vault, work, row, &changes, INTEGRATION, entry)).await?;
    if let Some((email, fingerprint)) = case.email {
        match find_address(work.db(), work.workspace(), &email.key()).await? {
            Some(address) if address.contact_id == row.id => {}
            Some(_) => return Err(Error::rejected(ProblemCode::Taken, "email", EMAIL_TAKEN)),
            None if addresses_of(work, row.id).await?.is_empty() => {
                row = add_address(work, row, &email, fingerprint, INTEGRATION).await?.0;
            }
            // The address in use decides whether a consent applies, so only staff choose it, and the mailbox
            // proves it.
            None => lines.push(format!("E-mail: {email}")),
        }
    }
    report_differences(
        work,
        About::Contact(row.id),
        "Another system sent values that differ from ours.",
        &lines,
    )
    .await?;
    Ok(row)
}
