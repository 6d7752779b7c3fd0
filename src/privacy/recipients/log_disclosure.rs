//! Logging that data of a contact were disclosed to a recipient.

use std::collections::BTreeSet;

use entity::{
    ContactId, DisclosureId, DisclosureMeans, PurposeId, RecipientId, WorkspaceId, contact, disclosure,
};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{define_recipient::lock_recipient, shared::queue_share_notice, transfer};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        once::once,
        work::{Entry, Work},
    },
};

/// Most fields of one disclosure.
const MOST_FIELDS: usize = 100;

/// Data that were disclosed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NewDisclosure {
    /// Whose data.
    pub contact: ContactId,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Option<PurposeId>,
    /// How.
    pub means: DisclosureMeans,
    /// The names of the fields, like `givenName` or `custom.size`; never their values.
    pub fields: Vec<String>,
}

/// Logs a disclosure. With an idempotency key, a repeat returns the result of the first call.
///
/// # Errors
/// `NotFound` when the contact does not exist; `Rejected` when the recipient is archived, nothing allows the
/// transfer any more, the purpose is not one of theirs, or the contact is restricted.
pub async fn log_disclosure(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewDisclosure,
    key: Option<&str>,
) -> Result<disclosure::Model> {
    allow(actor, Right::ManageRecipients)?;
    let mut work = app.begin(workspace, actor).await?;
    let id = DisclosureId::new();
    if let Some(made) = once(&work, &app.vault, "log_disclosure", key, &new, &id.to_string()).await? {
        let made: DisclosureId =
            made.parse().map_err(|_| Error::internal("an idempotency key holds no disclosure"))?;
        return disclosure::Entity::find_by_id((workspace, made))
            .one(work.db())
            .await?
            .ok_or(Error::NotFound);
    }
    let Some(contact) = lock_contact(&work, new.contact).await? else {
        return Err(Error::no_such("contactId"));
    };
    let row = write_disclosure(&mut work, id, &contact, &new).await?;
    work.commit().await?;
    Ok(row)
}

/// The same within an open unit of work that has locked the contact, for acts whose right was checked.
///
/// # Errors
/// Like `log_disclosure`; the unit must then not be committed.
pub async fn write_disclosure(
    work: &mut Work,
    id: DisclosureId,
    contact: &contact::Model,
    new: &NewDisclosure,
) -> Result<disclosure::Model> {
    let recipient = match lock_recipient(work, new.recipient).await {
        Err(Error::NotFound) => return Err(Error::no_such("recipientId")),
        other => other?,
    };
    let mut problems = Vec::new();
    let mut problem = |code, field: &str, text: &str| problems.push(Problem::new(code, field, text));
    if recipient.archived_at.is_some() {
        problem(ProblemCode::WrongState, "recipientId", "This recipient is archived: restore it first.");
    } else if !transfer::is_allowed(&recipient, work.now())? {
        let message = "Nothing allows a transfer to this recipient any more: check its mechanism first.";
        problem(ProblemCode::WrongState, "recipientId", message);
    }
    // A restricted contact's data go nowhere, unless the person authorised it (GDPR Art. 18(2)).
    if contact.restricted_at.is_some() && new.means != DisclosureMeans::PullLink {
        let message = "Processing of this contact's data is restricted: nothing is disclosed.";
        problem(ProblemCode::WrongState, "contactId", message);
    }
    let purposes: Vec<PurposeId> = serde_json::from_str(&recipient.purposes)?;
    if new.purpose.is_some_and(|purpose| !purposes.contains(&purpose)) {
        let message = "This recipient is not given data for this purpose: add it to the recipient first.";
        problem(ProblemCode::NotOffered, "purposeId", message);
    }
    let fields: BTreeSet<&str> = new.fields.iter().map(String::as_str).collect();
    let is_name = |name: &str| {
        (1..=80).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    };
    if fields.is_empty() {
        problem(ProblemCode::Required, "fields", "Name the fields that were disclosed, never their values.");
    } else if fields.len() > MOST_FIELDS || !fields.iter().all(|name| is_name(name)) {
        let message = "Give at most 100 names of fields, like givenName or custom.size, never values.";
        problem(ProblemCode::Invalid, "fields", message);
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let entry = Entry::new("disclosure.logged")
        .about(contact.id)
        .on(recipient.id)
        .with("disclosure", id)
        .with("means", new.means)
        .with("fields", i64::try_from(fields.len()).unwrap_or(i64::MAX));
    let entry = match new.purpose {
        Some(purpose) => entry.with("purpose", purpose),
        None => entry,
    };
    let row = disclosure::Model {
        workspace_id: work.workspace(),
        id,
        recipient_id: recipient.id,
        contact_id: contact.id,
        purpose_id: new.purpose,
        means: new.means,
        fields: serde_json::to_string(&fields)?,
        at: work.now(),
        entry_id: work.record(entry),
    };
    disclosure::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    queue_share_notice(work, id).await?;
    Ok(row)
}
