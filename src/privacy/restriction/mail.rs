//! The mail that tells a person that a restriction is about to be lifted. It has left: the restriction ends,
//! in the same unit of work. It did not arrive: the restriction stays, and staff tell them in another way.

use std::time::Duration;

use entity::{EmailAddress, MailState, RestrictionId, contact_address, restriction};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde::Serialize;

use super::{
    lift_restriction::{about, lift, lock_restriction},
    mail_job::SendRestrictionLifting,
};
use crate::{
    accounts::load_workspace,
    app::App,
    contacts::{find_contact, lock_contact},
    error::{Error, Result},
    platform::{
        mailer::{Delivery, Mailing},
        outbox::{JobResult, Run},
        pages::{Zone, format_day},
        work::Work,
    },
    post::{self, Mail, Recipient},
};

/// What the mail is given.
#[derive(Serialize)]
struct LiftingMail {
    since: String,
}

struct Lifting(RestrictionId);

impl Mailing for Lifting {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        let id = (work.workspace(), self.0);
        let Some(seen) = restriction::Entity::find_by_id(id).one(work.db()).await? else { return Ok(()) };
        let Some(contact) = lock_contact(work, seen.contact_id).await? else { return Ok(()) };
        let Some(row) = lock_restriction(work, self.0).await?.filter(|row| row.lifted_at.is_none()) else {
            return Ok(());
        };
        if state == MailState::Bounced {
            return fail(work, row).await;
        }
        lift(work, contact, row).await?;
        Ok(())
    }
}

async fn fail(work: &mut Work, row: restriction::Model) -> Result<()> {
    let row = restriction::Model { failed_at: Some(work.now()), ..row };
    work.record(about("restriction.announcement_failed", &row));
    restriction::Entity::update(row.into_active_model().reset_all()).exec(work.db()).await?;
    Ok(())
}

/// Sends it, unless the restriction was lifted, or its contact erased.
///
/// # Errors
/// `Busy` when the database is unavailable; the job is retried.
pub async fn send_restriction_lifting(app: &App, run: &Run, job: &SendRestrictionLifting) -> JobResult {
    let row = restriction::Entity::find_by_id((job.workspace, job.restriction)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.lifted_at.is_none() && row.announced_at.is_some()) else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some(contact) = find_contact(app.db(), job.workspace, row.contact_id).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let address = match contact.primary_address_id {
        Some(id) => contact_address::Entity::find_by_id((job.workspace, id)).one(app.db()).await?,
        None => None,
    };
    // A locked card keeps its addresses.
    let Some(address) = address else { return Err(Error::Busy(Duration::from_mins(1))) };
    let workspace = load_workspace(app, job.workspace).await?;
    let since = format_day(row.since, Zone::of(&workspace.jurisdiction), &contact.language);
    let mail = Mail {
        kind: "restriction_lifting",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context: LiftingMail { since },
    };
    post::send(app, run, &workspace, mail, &Lifting(row.id)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::pages::LANGUAGES, post::Controller};

    #[test]
    fn the_mail_says_since_when_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            let context = LiftingMail { since: "23 November 2026".to_owned() };
            let legal = Controller::sample();
            let mail = post::render(&pages, language, "restriction_lifting", &legal, &context).unwrap();
            for part in [&mail.text, &mail.html] {
                assert!(part.contains("23 November 2026") && part.contains("Atelier Lumen SAS"), "{part}");
            }
        }
    }
}
