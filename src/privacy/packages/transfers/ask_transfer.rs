//! Staff ask a person whether their data may be passed on to a recipient.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::{
    AuthorisationState, ContactId, KeyOwner, RecipientId, Time, TransferAuthorisationId, TransferCategory,
    WorkspaceId, contact_address, recipient, transfer_authorisation as authorisation,
};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{Question, SendTransferQuestion, loads::place};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        data_keys,
        work::{Entry, Work},
    },
    privacy::recipients::transfer::is_allowed,
};

/// How long a person has to answer.
const TO_ANSWER: TimeDelta = TimeDelta::days(30);
/// The longest period of an authorisation.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// Most characters of the purpose.
const MOST: usize = 1000;

/// What to ask.
#[derive(Clone, Debug)]
pub struct AskTransfer {
    /// The person.
    pub contact: ContactId,
    /// The company.
    pub recipient: RecipientId,
    /// Which data.
    pub scope: Vec<TransferCategory>,
    /// What the company will use them for, as the person reads it.
    pub purpose: String,
    /// Until when the authorisation is to hold.
    pub until: Time,
}

/// Stores the question and queues its mail.
///
/// # Errors
/// `Forbidden` without the right; `Rejected` for what is wrong with the question; `Busy` when the database is
/// unreachable.
pub async fn ask_transfer(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    asked: AskTransfer,
) -> Result<authorisation::Model> {
    allow(actor, Right::ExportContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let contact = lock_contact(&work, asked.contact).await?.ok_or_else(|| Error::no_such("contactId"))?;
    let recipient = recipient::Entity::find_by_id((workspace, asked.recipient)).one(work.db()).await?;
    let recipient = recipient.ok_or_else(|| Error::no_such("recipientId"))?;
    let mut problems = check(&asked, work.now());
    if recipient.archived_at.is_some()
        || recipient.contact_email.is_empty()
        || !is_allowed(&recipient, work.now())?
    {
        let message =
            "This recipient is archived, has no e-mail address, or nothing allows a transfer to it.";
        problems.push(Problem::new(ProblemCode::WrongState, "recipientId", message));
    }
    if !is_proven(&work, contact.primary_address_id).await? {
        let message = "The person's mailbox is not proven: they cannot be asked by e-mail.";
        problems.push(Problem::new(ProblemCode::WrongState, "contactId", message));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let key = data_keys::find_or_make(&work, &app.vault, KeyOwner::Contact, contact.id.0).await?;
    let question = Question {
        recipient: recipient.legal_name,
        email: recipient.contact_email,
        country: recipient.country,
        purpose: asked.purpose.trim().to_owned(),
    };
    let id = TransferAuthorisationId::new();
    let scope: BTreeSet<TransferCategory> = asked.scope.iter().copied().collect();
    let entry = Entry::new("transfer.asked")
        .about(contact.id)
        .on(id)
        .with("recipient", recipient.id)
        .with("categories", i64::try_from(scope.len()).unwrap_or(i64::MAX))
        .with("until", asked.until);
    let row = authorisation::Model {
        workspace_id: workspace,
        id,
        contact_id: contact.id,
        recipient_id: recipient.id,
        data_key_id: key.id,
        sealed: key.seal(&place(workspace, id), &serde_json::to_vec(&question)?)?,
        scope: serde_json::to_string(&scope)?,
        language: contact.language,
        state: AuthorisationState::Asked,
        asked_at: work.now(),
        answer_until: (work.now() + TO_ANSWER).min(asked.until),
        valid_from: work.now(),
        valid_until: asked.until,
        decided_at: None,
        withdrawn_at: None,
        proof_entry_id: None,
        entry_id: work.record(entry),
    };
    authorisation::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.enqueue(&SendTransferQuestion { workspace, authorisation: id })?;
    work.commit().await?;
    Ok(row)
}

fn check(asked: &AskTransfer, now: Time) -> Vec<Problem> {
    let mut problems = Vec::new();
    if asked.scope.is_empty() {
        problems.push(Problem::new(ProblemCode::Required, "scope", "Name at least one category of data."));
    }
    let length = asked.purpose.trim().chars().count();
    if length == 0 {
        let message = "Say what the recipient will use the data for: the person reads it.";
        problems.push(Problem::new(ProblemCode::Required, "purpose", message));
    } else if length > MOST {
        problems.push(Problem::new(ProblemCode::TooLong, "purpose", "Use at most 1000 characters."));
    }
    if asked.until <= now || asked.until > now + LONGEST {
        let message = "Give a time in the future, at most a year from now.";
        problems.push(Problem::new(ProblemCode::Invalid, "validUntil", message));
    }
    problems
}

async fn is_proven(work: &Work, address: Option<entity::ContactAddressId>) -> Result<bool> {
    let Some(id) = address else { return Ok(false) };
    let row = contact_address::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?;
    Ok(row.is_some_and(|row| row.verified_at.is_some()))
}
