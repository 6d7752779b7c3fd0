//! The mails to the staff, each a job whose payload holds ids only: the invitation, the link for a new password, and notices of
//! what changed about the account. Links are signed when the mail is sent, and stand nowhere else.

use entity::{EmailAddress, MailState, Role, Time, member, workspace};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{
    inviters::is_vouched_for,
    links::{INVITATION_LIFE, find_by_fingerprint, invitation_link, reset_link},
    load_workspace,
    mails::{SendAccountNotice, SendInvitation, SendPasswordReset},
    sign_in::may_enter,
    throttle::spend,
};
use crate::{
    app::App,
    error::Result,
    platform::{
        mailer::{Delivery, Letter, Mailing, Outgoing},
        outbox::{Outcome, Run},
        pages::{Rendered, Zone, format_time},
        work::Work,
    },
};

/// Sends it, if they have not joined meanwhile and whoever invited them still may.
pub async fn send_invitation(app: &App, run: &Run, job: &SendInvitation) -> Result<Outcome> {
    let Some(row) = member::Entity::find_by_id((job.workspace, job.member)).one(app.db()).await? else {
        return app.give_up(run, job.workspace).await;
    };
    if row.joined_at.is_some()
        || row.deactivated_at.is_some()
        || !is_vouched_for(app.db(), &row, app.now()).await?
    {
        return app.give_up(run, job.workspace).await;
    }
    let context =
        json!({ "role": role_in_words(row.role, &row.language), "accept_url": invitation_link(app, &row) });
    deliver(app, run, &row, "invite_member", ("expires_at", row.invited_at + INVITATION_LIFE), context).await
}

/// Sends it, if there is such a member and they did not get too many.
pub async fn send_password_reset(app: &App, run: &Run, job: &SendPasswordReset) -> Result<Outcome> {
    let fingerprint = hex::decode(&job.fingerprint).unwrap_or_default();
    let Some(row) = find_by_fingerprint(app, job.workspace, &fingerprint).await?.filter(may_enter) else {
        return app.give_up(run, job.workspace).await;
    };
    // Counted once: what waits for a mail server is still one mail.
    if run.attempt == 1 && spend(app, app.budgets.resets_per_member, &row.id.to_string()).await.is_err() {
        return app.give_up(run, job.workspace).await;
    }
    let (reset_url, until) = reset_link(app, &row);
    deliver(app, run, &row, "reset_password", ("expires_at", until), json!({ "reset_url": reset_url })).await
}

/// Sends it.
pub async fn send_account_notice(app: &App, run: &Run, job: &SendAccountNotice) -> Result<Outcome> {
    let Some(row) = member::Entity::find_by_id((job.workspace, job.member)).one(app.db()).await? else {
        return app.give_up(run, job.workspace).await;
    };
    deliver(app, run, &row, "account_notice", ("happened_at", run.created_at), json!({ "what": job.what }))
        .await
}

fn role_in_words(role: Role, language: &str) -> &'static str {
    match (role, language) {
        (Role::Owner, "fr") => "propriétaire",
        (Role::Owner, _) => "owner",
        (Role::Admin, "fr") => "administration",
        (Role::Admin, _) => "administrator",
        (Role::Dpo, "fr") => "délégué à la protection des données",
        (Role::Dpo, _) => "data protection officer",
        (Role::Sales, "fr") => "commercial",
        (Role::Sales, _) => "sales",
        (Role::Marketing, _) => "marketing",
        (Role::Reader, "fr") => "lecture seule",
        (Role::Reader, _) => "reader",
    }
}

/// Sends a mail to a member, and notes it. `time` is a time that the mail tells, and its name in the template.
async fn deliver(
    app: &App,
    run: &Run,
    to: &member::Model,
    kind: &'static str,
    time: (&str, Time),
    mut context: Value,
) -> Result<Outcome> {
    let workspace = load_workspace(app, to.workspace_id).await?;
    let (name, at) = time;
    context[name] = format_time(at, Zone::of(&workspace.jurisdiction), &to.language).into();
    context["language"] = to.language.clone().into();
    context["workspace_name"] = workspace.name.clone().into();
    context["workspace_slug"] = workspace.slug.clone().into();
    context["legal"] = json!({
        "legal_name": workspace.legal_name,
        "postal_address": workspace.postal_address,
        "contact_email": workspace.contact_email,
        "privacy_notice_url": workspace.privacy_notice_url,
    });
    let rendered = app.pages.render_mail(&to.language, kind, &context)?;
    let outgoing = Outgoing {
        workspace: to.workspace_id,
        kind,
        language: to.language.clone(),
        template_sha256: rendered.template_sha256,
        opt_in: None,
        contact: None,
        member: Some(to.id),
        key: None,
        letter: letter(app, run, &workspace, to, rendered),
    };
    app.deliver(run, &outgoing, &ToMember).await
}

/// Nothing but the mail's row is written.
struct ToMember;

impl Mailing for ToMember {
    async fn answered(&self, _work: &mut Work, _state: MailState, _delivery: &Delivery) -> Result<()> {
        Ok(())
    }
}

fn letter(
    app: &App,
    run: &Run,
    workspace: &workspace::Model,
    to: &member::Model,
    rendered: Rendered,
) -> Letter {
    Letter {
        job: run.id,
        from: app.config.mail_from.clone(),
        from_name: workspace.legal_name.clone(),
        reply_to: Some(workspace.contact_email.clone()),
        to: EmailAddress::kept(&to.email),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        one_click: None,
        host: app.config.public_host(),
        date: app.now(),
    }
}
