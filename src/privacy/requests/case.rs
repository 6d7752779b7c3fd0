//! A request under its lock: what every step of it has in common.

use entity::{KeyOwner, RequestId, RequestState, RequestStepId, RequestStepKind, request, request_step};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{content::seal_step, mail_job::SendRequestMail};
use crate::{
    error::{Error, ProblemCode, Result},
    platform::{
        data_keys,
        vault::{DataKey, Vault},
        work::{Entry, Work},
    },
};

/// Longest text that staff write to a person, in characters.
pub(super) const LONGEST_TEXT: usize = 10_000;

/// Whether a request still waits for its answer.
#[must_use]
pub fn is_open(state: RequestState) -> bool {
    !matches!(state, RequestState::Fulfilled | RequestState::Refused | RequestState::Closed)
}

/// A locked request.
pub(super) struct Case {
    pub row: request::Model,
    key: DataKey,
}

impl Case {
    /// Locks a request as somebody read it: locks of mailboxes and contacts are taken before.
    ///
    /// # Errors
    /// `NotFound`; `Rejected` when it was changed since, or has ended.
    pub async fn lock(work: &Work, vault: &Vault, id: RequestId, expected: Option<i32>) -> Result<Self> {
        let case = Self::lock_any(work, vault, id).await?;
        if expected.is_some_and(|expected| expected != case.row.version) {
            let message =
                "Somebody changed this request since you read it: read it again and repeat your change.";
            return Err(Error::rejected(ProblemCode::Stale, "expectedVersion", message));
        }
        if !is_open(case.row.state) {
            return Err(wrong_state("This request has ended: it was fulfilled, refused or closed."));
        }
        Ok(case)
    }

    /// Locks a request in whatever state it is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn lock_any(work: &Work, vault: &Vault, id: RequestId) -> Result<Self> {
        let row = request::Entity::find_by_id((work.workspace(), id)).lock_exclusive().one(work.db()).await?;
        let row = row.ok_or(Error::NotFound)?;
        let key = data_keys::find(work.db(), vault, work.workspace(), KeyOwner::Request, id.0).await?;
        let key =
            key.ok_or_else(|| wrong_state("What was written about this request has been destroyed."))?;
        Ok(Self { row, key })
    }

    pub fn new(row: request::Model, key: DataKey) -> Self {
        Self { row, key }
    }

    /// An entry about the request, and about its contact if it has one.
    pub fn entry(&self, kind: &'static str) -> Entry {
        let entry = Entry::new(kind).on(self.row.id).with("kind", self.row.kind);
        match self.row.contact_id {
            Some(contact) => entry.about(contact),
            None => entry,
        }
    }

    /// Writes a step of the exchange, with its journal entry. `text` may be empty.
    pub async fn step(
        &self,
        work: &mut Work,
        kind: RequestStepKind,
        entry: Entry,
        text: &str,
    ) -> Result<RequestStepId> {
        let id = RequestStepId::new();
        let row = request_step::Model {
            workspace_id: work.workspace(),
            id,
            request_id: self.row.id,
            kind,
            actor: work.actor().to_string(),
            at: work.now(),
            mail_id: None,
            sealed: seal_step(&self.key, work.workspace(), id, text)?,
            entry_id: entry.id(),
        };
        request_step::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
        work.record(entry);
        Ok(id)
    }

    /// Queues the mail that tells the person of a step.
    pub fn tell(work: &mut Work, step: RequestStepId) -> Result<()> {
        work.enqueue(&SendRequestMail { workspace: work.workspace(), step })?;
        Ok(())
    }

    /// Writes the row, one version further.
    pub async fn save(mut self, work: &Work) -> Result<request::Model> {
        self.row.version += 1;
        self.save_as_read(work).await
    }

    /// Writes the row without a new version.
    pub async fn save_as_read(self, work: &Work) -> Result<request::Model> {
        request::Entity::update(self.row.clone().into_active_model().reset_all()).exec(work.db()).await?;
        Ok(self.row)
    }
}

/// The request's state does not allow it.
pub(super) fn wrong_state(message: &str) -> Error {
    Error::rejected(ProblemCode::WrongState, "requestId", message)
}

/// A text to a person, trimmed, with `\n` at the end of lines.
pub(super) fn read_text(field: &str, text: &str, needed: bool) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    let refuse = |code, message: &str| Err(Error::rejected(code, field, message));
    if text.is_empty() && needed {
        return refuse(ProblemCode::Required, "Write to the person in your own words.");
    }
    if text.chars().count() > LONGEST_TEXT {
        return refuse(ProblemCode::TooLong, "Use at most 10,000 characters.");
    }
    if !crate::platform::text::is_block(&text) {
        return refuse(ProblemCode::Invalid, "Remove the control characters.");
    }
    Ok(text)
}

/// Marks a step with the mail that told of it.
pub(super) async fn mark_mail(work: &Work, step: &request_step::Model, mail: entity::MailId) -> Result<()> {
    let mut update = step.clone().into_active_model();
    update.mail_id = Set(Some(mail));
    request_step::Entity::update(update).exec(work.db()).await?;
    Ok(())
}
