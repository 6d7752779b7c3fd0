//! Changes contacts. Absent values stay; of two people who change a contact at once, the second is told by
//! `expectedVersion`. `last_contact_at` is about the person's own actions, so it stays.

use entity::{ContactId, EntityKind, WorkspaceId, contact, contact_address};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::{
    contact_values::{ContactChanges, apply, read},
    create_contact::{NOBODY, find_by_external_id},
    lock_contact,
    words::index_contact,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    fields::{check_custom, set_custom},
    platform::{
        actor::Actor,
        vault::Vault,
        work::{Entry, Fact, Work},
    },
    records::{
        EXTERNAL_ID_TAKEN, check_links, must_not_be_restricted,
        provenance::{PERSON, STAFF, trace},
        raced,
        values::Check,
    },
};

/// Changes a contact, if they are still as the caller read them.
///
/// # Errors
/// `Rejected` with `STALE` when they were changed since, with `WRONG_STATE` when they are archived, or with
/// all problems of the values.
pub async fn update_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
    expected_version: i32,
    changes: ContactChanges,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    let changes = read(&mut check, changes);
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact(&work, id).await?.ok_or(Error::NotFound)?;
    if row.version != expected_version {
        let message =
            "Somebody changed this contact since you read it: read it again and repeat your change.";
        check.problem(ProblemCode::Stale, "expectedVersion", message);
    }
    check.gather(must_be_editable(&row, "contactId"))?;
    check_changes(&app.vault, &work, &mut check, &row, &changes).await?;
    let changed =
        Box::pin(write_changes(&app.vault, &mut work, row, &changes, STAFF, Entry::new("contact.updated")))
            .await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(changed)
}

/// Contacts whose processing is restricted cannot be changed, nor archived ones before they are restored.
pub(super) fn must_be_editable(row: &contact::Model, field: &str) -> Result<()> {
    must_not_be_restricted(row, field)?;
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            field,
            "This contact is archived: restore them first.",
        ));
    }
    Ok(())
}

/// Checks against the database before changes are written to this row.
pub(super) async fn check_changes(
    vault: &Vault,
    work: &Work,
    check: &mut Check,
    row: &contact::Model,
    changes: &ContactChanges,
) -> Result<()> {
    // Existing links may stay, even if they could not be set now.
    let company = changes.company.flatten().filter(|id| row.company_id != Some(*id));
    let owner = changes.owner.flatten().filter(|id| row.owner_id != Some(*id));
    check_links(work, check, company, owner).await?;
    if let Some(id) =
        changes.external_id.as_ref().filter(|id| !id.is_empty() && row.external_id.as_ref() != Some(*id))
    {
        // The external id of a contact merged into this one belongs to this one too.
        if find_by_external_id(work, id).await?.is_some_and(|other| other != row.id) {
            check.problem(ProblemCode::Taken, "externalId", EXTERNAL_ID_TAKEN);
        }
    }
    let mut after = row.clone();
    apply(changes, &mut after);
    let field = if changes.given_name.is_some() { "givenName" } else { "familyName" };
    if is_nobody(&after)
        && !is_nobody(row)
        && !check.has_problem_with("phone")
        && !has_address(work, row.id).await?
    {
        check.problem(ProblemCode::Required, field, NOBODY);
    }
    if check.has_problems() {
        check.gather(
            check_custom(work, vault, EntityKind::Contact, row.id.0, &row.custom, &changes.custom, false)
                .await,
        )?;
    }
    check.done()
}

/// Whether there is neither a name nor a telephone number.
pub(super) fn is_nobody(row: &contact::Model) -> bool {
    row.given_name.is_empty() && row.family_name.is_empty() && row.phone.is_empty()
}

async fn has_address(work: &Work, contact: ContactId) -> Result<bool> {
    let rows = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.eq(contact));
    Ok(rows.one(work.db()).await?.is_some())
}

/// Writes checked changes to a locked row, with entry, provenance and search words. Does nothing when nothing
/// differs.
pub(super) async fn write_changes(
    vault: &Vault,
    work: &mut Work,
    row: contact::Model,
    changes: &ContactChanges,
    source: &'static str,
    entry: Entry,
) -> Result<contact::Model> {
    let mut changed = row.clone();
    let fields = apply(changes, &mut changed);
    let custom =
        Box::pin(set_custom(work, vault, EntityKind::Contact, row.id.0, &row.custom, &changes.custom, false))
            .await?;
    if fields.is_empty() && custom.changed.is_empty() {
        return Ok(row);
    }
    changed.custom = custom.custom;
    changed.version += 1;
    changed.updated_at = work.now();
    let mut update = row.into_active_model();
    update.given_name = Set(changed.given_name.clone());
    update.family_name = Set(changed.family_name.clone());
    update.sort_name = Set(changed.sort_name.clone());
    update.phone = Set(changed.phone.clone());
    update.job_title = Set(changed.job_title.clone());
    update.company_name = Set(changed.company_name.clone());
    update.company_id = Set(changed.company_id);
    update.owner_id = Set(changed.owner_id);
    update.postal_address = Set(changed.postal_address.clone());
    update.language = Set(changed.language.clone());
    update.lifecycle = Set(changed.lifecycle);
    update.custom = Set(changed.custom.clone());
    update.external_id = Set(changed.external_id.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    contact::Entity::update(update).exec(work.db()).await.map_err(raced)?;
    let said = fields.iter().copied().chain(custom.changed.first().map(|_| "custom"));
    let entry = work.record(entry.about(changed.id).on(changed.id).with("fields", said.collect::<Fact>()));
    let traced = fields.into_iter().map(str::to_owned).chain(custom.changed).collect();
    let proven = source == STAFF || source == PERSON;
    trace(work, EntityKind::Contact, changed.id.0, traced, source, proven, entry).await?;
    index_contact(work, &changed).await?;
    Ok(changed)
}
