//! Another system keeps a contact in step by its own id: one mutation makes or changes them, and saying it again changes nothing.
//!
//! It never touches consent or suppression (W-09), nor which address is in use, and never replaces what the person proved or staff
//! vouch for: the difference becomes a task for staff.

use entity::{ContactSource, PurposeId, WorkspaceId, contact};

use super::{
    addresses::{add_address, addresses_of},
    contact_values::{ContactChanges, withhold},
    create_contact::{Case, EMAIL_TAKEN, NewContact, find_by_external_id},
    find_address, lock_contact,
    update_contact::{check_changes, refuse_archived, write_changes},
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

/// What another system says of a contact.
#[derive(Clone)]
pub struct ContactUpsert {
    /// Their id there.
    pub external_id: String,
    /// Their values; none = leave.
    pub values: ContactChanges,
    /// Their address.
    pub email: Option<String>,
    /// What they are kept for, should they be new here.
    pub basis_purpose: PurposeId,
}

/// Makes the contact with this external id, or brings them up to date. Of two at once, one makes them and the other changes them.
/// Returns whether they are new.
///
/// # Errors
/// `Rejected` with what is wrong.
pub async fn upsert_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    input: ContactUpsert,
) -> Result<(contact::Model, bool)> {
    allow(actor, Right::WriteContacts)?;
    match Box::pin(try_upsert(app, workspace, actor, input.clone())).await {
        // Another made them in this very moment: now they are there to be changed.
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
        // Somebody has just made them; that unit is over, so they can be read now.
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
    check.gather(refuse_archived(&row, "externalId"))?;
    let known = proven_fields(work, row.id.0).await?;
    // They may have another id there since they were merged: both go on finding them.
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
            // Which address is in use decides whether a consent holds: staff choose, and the mailbox proves.
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
