//! E-mails that tell a person that a protected value of theirs was changed or revealed, if the rule of its
//! class says so. They contain neither the value nor the field's name, and are sent to the proven primary
//! mailbox only.

use entity::{EmailAddress, SuppressionReason, contact, contact_address, suppression};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;

use super::find_contact;
use crate::{
    accounts::load_workspace,
    app::App,
    error::Result,
    fields::value_notice::{SendValueNotice, Told},
    platform::{
        outbox::{JobResult, Run},
        pages::{Zone, format_time},
    },
    post::{self, Mail, Recipient},
};

/// Name of the template.
fn template(told: Told) -> &'static str {
    match told {
        Told::Changed => "value_changed",
        Told::Revealed => "value_revealed",
    }
}

/// The context of both templates.
#[derive(Serialize)]
struct Notice {
    at: String,
}

/// Sends it, if the person still has a mailbox that may be written to.
///
/// # Errors
/// `Busy` when the database is unavailable; the job is retried.
pub async fn send_value_notice(app: &App, run: &Run, job: &SendValueNotice) -> JobResult {
    let Some((contact, to)) = addressee(app, job).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let at = format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language);
    let mail = Mail {
        kind: template(job.told),
        language: &contact.language,
        to,
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context: Notice { at },
    };
    post::send(app, run, &workspace, mail, &()).await
}

/// The proven primary mailbox; `None` when there is none, or it complained about our e-mails.
async fn addressee(app: &App, job: &SendValueNotice) -> Result<Option<(contact::Model, EmailAddress)>> {
    let Some(contact) = find_contact(app.db(), job.workspace, job.contact).await? else {
        return Ok(None);
    };
    let Some(primary) = contact.primary_address_id else { return Ok(None) };
    let Some(address) = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?
    else {
        return Ok(None);
    };
    if address.verified_at.is_none() {
        return Ok(None);
    }
    let complaint = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(job.workspace))
        .filter(suppression::Column::Fingerprint.eq(address.fingerprint))
        .filter(suppression::Column::Reason.eq(SuppressionReason::Complaint));
    if complaint.one(app.db()).await?.is_some() {
        return Ok(None);
    }
    Ok(Some((contact, EmailAddress::kept(&address.email))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::pages::LANGUAGES, post::Controller};

    #[test]
    fn both_notices_render_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for told in [Told::Changed, Told::Revealed] {
                let notice = Notice { at: "24 November 2026".to_owned() };
                let legal = Controller::sample();
                let rendered = post::render(&pages, language, template(told), &legal, &notice).unwrap();
                assert!(
                    !rendered.subject.is_empty()
                        && rendered.text.contains("Atelier Lumen SAS")
                        && rendered.html.contains("24 November")
                );
            }
        }
    }
}
