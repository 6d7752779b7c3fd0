//! The mails that tell a person that a protected value of theirs was changed or looked at, when the rule of its class says so.
//! They are neutral: neither the value nor the field's name is in them, and they go to the proven primary mailbox only.

use entity::{
    EmailAddress, KeyOwner, MailState, SuppressionReason, WorkspaceId, contact, contact_address, data_key,
    suppression, workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use super::find_contact;
use crate::{
    accounts::load_workspace,
    app::App,
    error::Result,
    fields::value_notice::{SendValueNotice, Told},
    platform::{
        mailer::{Delivery, Letter, Mailing, Outgoing},
        outbox::{JobResult, Run},
        pages::{Zone, format_time},
        vault::DataKey,
        work::Work,
    },
};

/// The mail's template.
fn template(told: Told) -> &'static str {
    match told {
        Told::Changed => "value_changed",
        Told::Revealed => "value_revealed",
    }
}

/// What both templates take.
#[derive(Serialize)]
struct Notice {
    language: String,
    legal: Legal,
    at: String,
}

/// The controller, as every mail names it.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the templates of all mails say `legal.legal_name`")]
struct Legal {
    legal_name: String,
    postal_address: String,
    contact_email: String,
    privacy_notice_url: String,
}

impl From<&workspace::Model> for Legal {
    fn from(row: &workspace::Model) -> Self {
        Self {
            legal_name: row.legal_name.clone(),
            postal_address: row.postal_address.clone(),
            contact_email: row.contact_email.clone(),
            privacy_notice_url: row.privacy_notice_url.clone(),
        }
    }
}

/// Sends it, if the person still has a mailbox that may be written to.
///
/// # Errors
/// `Busy` when the database is away; the job runs again.
pub async fn send_value_notice(app: &App, run: &Run, job: &SendValueNotice) -> JobResult {
    let Some((contact, to)) = addressee(app, job).await? else {
        return app.give_up(run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let at = format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language);
    let notice = Notice { language: contact.language.clone(), legal: Legal::from(&workspace), at };
    let rendered = app.pages.render_mail(&contact.language, template(job.told), &notice)?;
    let outgoing = Outgoing {
        workspace: job.workspace,
        kind: template(job.told),
        language: contact.language.clone(),
        template_sha256: rendered.template_sha256,
        opt_in: None,
        contact: Some(contact.id),
        member: None,
        key: key_of(app, job.workspace, contact.id).await?,
        letter: Letter {
            job: run.id,
            from: app.config.mail_from.clone(),
            from_name: workspace.legal_name.clone(),
            reply_to: Some(workspace.contact_email.clone()),
            to,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            one_click: None,
            host: app.config.public_host(),
            date: app.now(),
        },
    };
    app.deliver(run, &outgoing, &ToOwner).await
}

/// The proven primary mailbox; none when there is none, or it complained about mail of ours.
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

/// Nothing but the mail's row is written.
struct ToOwner;

impl Mailing for ToOwner {
    async fn answered(&self, _work: &mut Work, _state: MailState, _delivery: &Delivery) -> Result<()> {
        Ok(())
    }
}

async fn key_of(app: &App, workspace: WorkspaceId, contact: entity::ContactId) -> Result<Option<DataKey>> {
    let row = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
        .filter(data_key::Column::OwnerId.eq(contact.0))
        .order_by_asc(data_key::Column::Id)
        .one(app.db())
        .await?;
    Ok(row.map(|row| app.vault.open_data_key(workspace, row.id, &row.wrapped)).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::pages::LANGUAGES;

    #[test]
    fn both_notices_render_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for told in [Told::Changed, Told::Revealed] {
                let legal = Legal {
                    legal_name: "Atelier Lumen SAS".to_owned(),
                    postal_address: "12 rue de l’Exemple\n69001 Lyon".to_owned(),
                    contact_email: "privacy@atelier-lumen.example".to_owned(),
                    privacy_notice_url: String::new(),
                };
                let notice =
                    Notice { language: language.to_owned(), legal, at: "24 November 2026".to_owned() };
                let rendered = pages.render_mail(language, template(told), &notice).unwrap();
                assert!(
                    !rendered.subject.is_empty()
                        && rendered.text.contains("Atelier Lumen SAS")
                        && rendered.html.contains("24 November")
                );
            }
        }
    }
}
