//! A person clicked "Yes, I asked for this" on the page that our e-mail links to.

use entity::{ContactId, FormId, OptInId, OptInState, SubmissionState, opt_in, submission};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{
    asked,
    mail_jobs::SendOptInReceipt,
    route_lead::{Lead, route_lead},
};

use crate::{
    app::App,
    consent::{
        evidence::{self, Evidence},
        mailbox, state,
    },
    contacts::{self, Person},
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// What is recorded of the person's browser.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// Browser family and major version.
    pub browser: String,
}

/// The result of confirming. Shown as a page, so it is a value and not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Confirmed now.
    Confirmed(ContactId),
    /// Confirmed before; nothing changed.
    AlreadyConfirmed(ContactId),
    /// The mailbox answered "this was not me" before.
    Declined,
    /// Too late; the data are deleted. The person can submit this form again.
    Expired(FormId),
    /// Not one of our links, or an opt-in of another mailbox.
    Unknown,
}

/// Confirms one waiting opt-in of the mailbox that the link was sent to. Idempotent: a second click reports
/// `AlreadyConfirmed` and changes nothing.
///
/// # Errors
/// `Busy` when the database is unavailable; then nothing happened.
pub async fn confirm_opt_in(
    app: &App,
    token: &str,
    which: Option<OptInId>,
    visit: &Visit,
) -> Result<Confirmation> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else {
        return Ok(Confirmation::Unknown); // forged: no database call
    };
    let linked = OptInId(link.row);
    let Some(mailed) = opt_in::Entity::find_by_id((link.workspace, linked)).one(app.db()).await? else {
        return Ok(Confirmation::Unknown);
    };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let mailbox = contacts::lock_mailbox(&work, &mailed.fingerprint).await?;
    let asked_for = which.unwrap_or(linked);
    let Some(row) =
        opt_in::Entity::find_by_id((link.workspace, asked_for)).lock_exclusive().one(work.db()).await?
    else {
        return Ok(Confirmation::Unknown);
    };
    if row.fingerprint != mailed.fingerprint {
        return Ok(Confirmation::Unknown); // A link only works for opt-ins of its own mailbox.
    }
    match row.state {
        OptInState::Waiting if row.expires_at > work.now() => {}
        OptInState::Confirmed => {
            return Ok(row.contact_id.map_or(Confirmation::Unknown, Confirmation::AlreadyConfirmed));
        }
        OptInState::Declined => return Ok(Confirmation::Declined),
        OptInState::Waiting | OptInState::Expired | OptInState::Bounced => {
            return Ok(Confirmation::Expired(row.form_id));
        }
    }
    let submission = submission::Entity::find_by_id((link.workspace, row.submission_id))
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let Some((asked, key)) = asked::open(work.db(), &app.vault, &submission).await? else {
        return Ok(Confirmation::Expired(row.form_id));
    };
    let email = asked::email_of(&asked);
    let person = Person {
        email: &email,
        fingerprint: row.fingerprint.clone(),
        language: &asked.language,
        values: &asked.values,
        source: submission.form_version_id.to_string(),
        proven: true,
    };
    let taken = Box::pin(contacts::take_in(&app.vault, &mut work, &person)).await?;
    let evidence = Evidence {
        page: asked.page.clone(),
        language: asked.language.clone(),
        submitted_with: asked.browser.clone(),
        confirmed_with: visit.browser.clone(),
        seconds_after_mail: mailed.mailed_at.map(|at| (work.now() - at).num_seconds()),
        mailbox: asked.email.clone(),
    };
    let entry = Entry::new("opt_in.confirmed")
        .about(taken.contact)
        .on(row.id)
        .with("submission", submission.id)
        .with("submissionEntry", submission.entry_id)
        .with("formVersion", submission.form_version_id)
        .with("link", linked);
    let entry = evidence::attach(&work, &key, taken.contact, entry, &evidence).await?;
    let confirmation = work.record(entry);
    evidence::hand_over(&work, key.id, taken.contact).await?;
    let proof = state::Proof {
        confirmation,
        origin: state::Origin::Form {
            form_version: submission.form_version_id,
            submission: submission.id,
            opt_in: row.id,
        },
    };
    state::give(&mut work, taken.contact, taken.address, &row.fingerprint, &asked.consents, &proof).await?;
    // On another legal basis than consent, the deal was created when the submission came in.
    if let (Some(route), None) = (&asked.route, &asked.basis) {
        let lead = Lead {
            contact: taken.contact,
            form: asked.form,
            form_version: submission.form_version_id,
            may_tag: true,
        };
        Box::pin(route_lead(&mut work, &lead, route)).await?;
    }
    close(&work, &row, submission, taken.contact).await?;
    mailbox::answered(&work, &mailbox, &app.vault.instance_fingerprint(&email.key())).await?;
    work.enqueue(&SendOptInReceipt { workspace: link.workspace, opt_in: row.id, address: taken.address })?;
    work.commit().await?;
    Ok(Confirmation::Confirmed(taken.contact))
}

/// Closes opt-in and submission: the answers are part of the contact now, and the proof is in the evidence.
async fn close(
    work: &Work,
    row: &opt_in::Model,
    submission: submission::Model,
    contact: ContactId,
) -> Result<()> {
    let mut opt_in = row.clone().into_active_model();
    opt_in.state = Set(OptInState::Confirmed);
    opt_in.mail_due = Set(false);
    opt_in.decided_at = Set(Some(work.now()));
    opt_in.contact_id = Set(Some(contact));
    opt_in::Entity::update(opt_in).exec(work.db()).await?;
    let mut submission = submission.into_active_model();
    submission.state = Set(SubmissionState::Accepted);
    submission.sealed = Set(None);
    submission::Entity::update(submission).exec(work.db()).await?;
    Ok(())
}
