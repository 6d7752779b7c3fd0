//! Looks up a submission's mailbox for the first time, and decides what happens: which e-mail, which contact,
//! or nothing. The public answer was given long before, so nothing here can be observed or timed from
//! outside.

use entity::{
    BasisId, ContactAddressId, JobId, OptInId, OptInState, SubmissionId, SubmissionState, Time, WorkspaceId,
    basis, contact_address, opt_in, submission,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use super::{
    asked::{self, Asked},
    mail_jobs::{SendAlreadySubscribed, SendConfirmOptIn, SendRequestReceived},
    pace_mails::{BEHIND, Slot, take_slot},
    route_lead::{Lead, route_lead},
    submissions::{LIFE, destroy},
};
use crate::{
    app::App,
    consent::{
        evidence::{self, Evidence},
        mailbox::{self, Turn, has_complained, has_turn, is_protected, lock, take_turn},
        state::{self, AskedConsent},
    },
    contacts::{self, Person},
    error::{Error, Result},
    platform::{
        actor::Actor,
        outbox::{Job, Outcome, Run},
        vault::{DataKey, Vault},
        work::{Entry, Work},
    },
};

/// The job that a submission enqueues.
#[derive(Debug, Serialize, Deserialize)]
pub struct RequestOptIn {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The submission.
    pub submission: SubmissionId,
}

impl Job for RequestOptIn {
    const KIND: &'static str = "request_opt_in";
    const PRIORITY: i32 = 10;
}

/// Decides about one submission. Idempotent: only a RECEIVED submission is decided.
pub async fn request_opt_in(app: &App, run: &Run, job: &RequestOptIn) -> Result<Outcome> {
    let row = submission::Entity::find_by_id((job.workspace, job.submission)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == SubmissionState::Received) else {
        return Ok(Outcome::Done);
    };
    let Some((asked, key)) = asked::open(app.db(), &app.vault, &row).await? else { return Ok(Outcome::Done) };
    let email = asked::email_of(&asked);
    let fingerprint = app.vault.fingerprint(job.workspace, &email.key());
    // Budgets may be counted outside the database, so this is before the unit of work, and only if an e-mail
    // is likely.
    let mailbox = mailbox::find(app.db(), job.workspace, &fingerprint).await?;
    let expected = mailbox.as_ref().map_or(Ok(true), |mailbox| has_turn(mailbox, app.now()))?;
    let slot = if expected { Some(take_slot(app, job.workspace, row.form_id, &email).await) } else { None };
    let decided = decide(
        app,
        run,
        job,
        Case { vault: &app.vault, row, asked, key, email, fingerprint, slot: slot.as_ref(), goes_out: false },
    )
    .await;
    if let Some(slot) = slot
        && !matches!(decided, Ok(true))
    {
        slot.give_back(app).await;
    }
    decided.map(|_| Outcome::Finished)
}

/// Returns whether an e-mail will be sent.
async fn decide(app: &App, run: &Run, job: &RequestOptIn, mut case: Case<'_>) -> Result<bool> {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    let mailbox = lock(&work, &case.fingerprint).await?;
    let submission = submission::Entity::find_by_id((job.workspace, job.submission)).lock_exclusive();
    case.row = submission.one(work.db()).await?.ok_or(Error::NotFound)?;
    // If another run has decided it meanwhile, this one only finishes the job.
    if case.row.state == SubmissionState::Received {
        case.decide(&mut work, &mailbox).await?;
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(case.goes_out)
}

struct Case<'a> {
    vault: &'a Vault,
    row: submission::Model,
    asked: Asked,
    key: DataKey,
    email: entity::EmailAddress,
    fingerprint: Vec<u8>,
    slot: Option<&'a Slot>,
    goes_out: bool,
}

impl Case<'_> {
    async fn decide(&mut self, work: &mut Work, mailbox: &entity::mailbox::Model) -> Result<()> {
        let based = match self.asked.basis.clone() {
            Some(basis) => Some((self.accept_on_basis(work, &basis).await?, basis.purpose)),
            None => None,
        };
        let quiet = is_protected(mailbox, work.now())
            || has_complained(work.db(), work.workspace(), &self.fingerprint).await?;
        let asked_for_more = !self.asked.consents.is_empty();
        let open = self.not_yet_given(work).await?;
        match (based, quiet) {
            (Some(_), true) => self.close(work, SubmissionState::Accepted).await,
            (None, true) => {
                self.close_without_trace(work, SubmissionState::Discarded, "submission.discarded").await
            }
            (_, false) if !open.is_empty() => self.ask(work, mailbox).await,
            (Some((address, purpose)), false) => {
                let job = SendRequestReceived {
                    workspace: work.workspace(),
                    address,
                    purpose,
                    form_version: Some(self.row.form_version_id),
                };
                self.mail_within_caps(work, mailbox, &job).await?;
                self.close(work, SubmissionState::Accepted).await
            }
            (None, false) if asked_for_more => {
                if let Some(address) =
                    contacts::find_address(work.db(), work.workspace(), &self.email.key()).await?
                {
                    let job = SendAlreadySubscribed {
                        workspace: work.workspace(),
                        address: address.id,
                        form_version: Some(self.row.form_version_id),
                    };
                    self.mail_within_caps(work, mailbox, &job).await?;
                }
                self.close_without_trace(work, SubmissionState::AlreadyKnown, "submission.already_known")
                    .await
            }
            (None, false) => self.ask(work, mailbox).await,
        }
    }

    /// Creates an opt-in, with an e-mail if the limits allow one.
    async fn ask(&mut self, work: &mut Work, mailbox: &entity::mailbox::Model) -> Result<()> {
        let (id, now) = (OptInId::new(), work.now());
        let expires_at = now + LIFE;
        let turn = self.take_turn(work, mailbox, expires_at).await?;
        let opt_in = opt_in::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(id),
            submission_id: Set(self.row.id),
            form_id: Set(self.row.form_id),
            fingerprint: Set(self.fingerprint.clone()),
            language: Set(self.asked.language.clone()),
            state: Set(OptInState::Waiting),
            created_at: Set(now),
            expires_at: Set(expires_at),
            mail_due: Set(turn != Turn::Never),
            mailed_at: Set(None),
            decided_at: Set(None),
            contact_id: Set(None),
        };
        opt_in::Entity::insert(opt_in).exec_without_returning(work.db()).await?;
        let mut row = self.row.clone().into_active_model();
        row.state = Set(SubmissionState::Waiting);
        submission::Entity::update(row).exec(work.db()).await?;
        self.queue(work, turn, &SendConfirmOptIn { workspace: work.workspace(), opt_in: id })?;
        let entry = Entry::new("opt_in.requested")
            .on(id)
            .with("submission", self.row.id)
            .with("formVersion", self.row.form_version_id);
        work.record(
            entry
                .with("expiresAt", expires_at)
                .with("mail", if turn == Turn::Never { "held_by_caps" } else { "queued" }),
        );
        Ok(())
    }

    async fn mail_within_caps(
        &mut self,
        work: &mut Work,
        mailbox: &entity::mailbox::Model,
        job: &impl Job,
    ) -> Result<()> {
        let turn = self.take_turn(work, mailbox, work.now() + LIFE).await?;
        self.queue(work, turn, job)
    }

    async fn take_turn(&self, work: &Work, mailbox: &entity::mailbox::Model, life: Time) -> Result<Turn> {
        let everywhere = self.vault.instance_fingerprint(&self.email.key());
        take_turn(work, mailbox, &everywhere, life, self.slot.and_then(|slot| slot.until)).await
    }

    fn queue(&mut self, work: &mut Work, turn: Turn, job: &impl Job) -> Result<()> {
        let at = match turn {
            Turn::Never => return Ok(()),
            Turn::Now => work.now(),
            Turn::NotBefore(at) => at,
        };
        self.goes_out = true;
        // Without a slot, the mailbox has answered just now: one e-mail that counts in no budget.
        let behind = if self.slot.is_some_and(|slot| slot.is_busy) { BEHIND } else { 0 };
        if let Some(slot) = self.slot.filter(|slot| slot.until.is_some()) {
            // Marketers see that e-mails are delayed, and by which budget.
            work.record(
                Entry::new("mail.held").on(self.row.form_id).with("budget", slot.held_by).with("until", at),
            );
        }
        work.enqueue_behind(JobId::new(), job, at, behind)
    }

    /// The form declares another legal basis than consent: the contact is created at once, unverified.
    async fn accept_on_basis(&self, work: &mut Work, basis: &asked::AskedBasis) -> Result<ContactAddressId> {
        let person = Person {
            email: &self.email,
            fingerprint: self.fingerprint.clone(),
            language: &self.asked.language,
            values: &self.asked.values,
            source: self.row.form_version_id.to_string(),
            proven: false,
        };
        let taken = Box::pin(contacts::take_in(self.vault, work, &person)).await?;
        let id = BasisId::new();
        let entry = Entry::new("basis.recorded")
            .about(taken.contact)
            .on(id)
            .with("purpose", basis.purpose)
            .with("purposeVersion", basis.purpose_version)
            .with("legalBasis", basis.legal_basis)
            .with("formVersion", self.row.form_version_id)
            .with("submission", self.row.id);
        let evidence = Evidence {
            page: self.asked.page.clone(),
            language: self.asked.language.clone(),
            submitted_with: self.asked.browser.clone(),
            confirmed_with: String::new(),
            seconds_after_mail: None,
            mailbox: self.asked.email.clone(),
        };
        let entry = evidence::attach(work, &self.key, taken.contact, entry, &evidence).await?;
        evidence::hand_over(work, self.key.id, taken.contact).await?;
        let version = Some(self.row.form_version_id);
        let row = contacts::new_basis(work, id, taken.contact, basis.purpose, version, entry.id());
        let columns = [basis::Column::WorkspaceId, basis::Column::ContactId, basis::Column::PurposeId];
        // The address is unproven: a basis that applies or ended before stays as it is.
        let once = OnConflict::columns(columns).do_nothing().to_owned();
        basis::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await?;
        work.record(entry);
        if let Some(route) = &self.asked.route {
            // Without tags: they would change a contact whose address somebody only typed.
            let lead = Lead {
                contact: taken.contact,
                form: self.row.form_id,
                form_version: self.row.form_version_id,
                may_tag: taken.created,
            };
            Box::pin(route_lead(work, &lead, route)).await?;
        }
        Ok(taken.address)
    }

    /// The ticked consents that do not apply yet.
    async fn not_yet_given(&self, work: &Work) -> Result<Vec<AskedConsent>> {
        let address: Option<contact_address::Model> =
            contacts::find_address(work.db(), work.workspace(), &self.email.key()).await?;
        let Some(address) = address.filter(|address| address.verified_at.is_some()) else {
            return Ok(self.asked.consents.clone());
        };
        let known = state::of_contact(work.db(), work.workspace(), address.contact_id).await?;
        let given = |asked: &&AskedConsent| {
            known.iter().any(|row| {
                row.purpose_id == asked.purpose
                    && row.channel == asked.channel
                    && state::holds(row, address.id, work.now())
            })
        };
        Ok(self.asked.consents.iter().filter(|asked| !given(asked)).cloned().collect())
    }

    /// Closes the submission: its content is part of the contact and the evidence now.
    async fn close(&self, work: &Work, state: SubmissionState) -> Result<()> {
        let mut row = self.row.clone().into_active_model();
        row.state = Set(state);
        row.sealed = Set(None);
        submission::Entity::update(row).exec(work.db()).await?;
        Ok(())
    }

    async fn close_without_trace(
        &self,
        work: &mut Work,
        state: SubmissionState,
        kind: &'static str,
    ) -> Result<()> {
        destroy(work, &[self.row.id], state).await?;
        work.record(Entry::new(kind).on(self.row.id));
        Ok(())
    }
}
