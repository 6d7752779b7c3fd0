//! Mails to the staff, each a job whose payload holds only ids: the invitation, the link to choose a new
//! password, and notices of account changes. Links are signed when the mail is sent, and stored nowhere.

use entity::{EmailAddress, Role, Time, member};
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
    platform::{
        outbox::{JobResult, Run},
        pages::{Pages, Zone, format_time},
    },
    post::{self, Mail, Recipient},
};

/// Sends the mail, unless they have joined in the meantime or their inviter may no longer invite.
pub async fn send_invitation(app: &App, run: &Run, job: &SendInvitation) -> JobResult {
    let Some(row) = member::Entity::find_by_id((job.workspace, job.member)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    if row.joined_at.is_some()
        || row.deactivated_at.is_some()
        || !is_vouched_for(app.db(), &row, app.now()).await?
    {
        return post::give_up(app, run, job.workspace).await;
    }
    let context = json!({ "role": role_in_words(&app.pages, row.role, &row.language), "accept_url": invitation_link(app, &row) });
    deliver(app, run, &row, "invite_member", ("expires_at", row.invited_at + INVITATION_LIFE), context).await
}

/// Sends the mail, if there is such a member and their limit is not reached.
pub async fn send_password_reset(app: &App, run: &Run, job: &SendPasswordReset) -> JobResult {
    let fingerprint = hex::decode(&job.fingerprint).unwrap_or_default();
    let Some(row) = find_by_fingerprint(app, job.workspace, &fingerprint).await?.filter(may_enter) else {
        return post::give_up(app, run, job.workspace).await;
    };
    // Counted on the first attempt only: retries for an unavailable mail server are still one mail.
    if run.attempt == 1 && spend(app, app.budgets.resets_per_member, &row.id.to_string()).await.is_err() {
        return post::give_up(app, run, job.workspace).await;
    }
    let (reset_url, until) = reset_link(app, &row);
    deliver(app, run, &row, "reset_password", ("expires_at", until), json!({ "reset_url": reset_url })).await
}

/// Sends the mail.
pub async fn send_account_notice(app: &App, run: &Run, job: &SendAccountNotice) -> JobResult {
    let Some(row) = member::Entity::find_by_id((job.workspace, job.member)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    deliver(app, run, &row, "account_notice", ("happened_at", run.created_at), json!({ "what": job.what }))
        .await
}

fn role_in_words<'a>(pages: &'a Pages, role: Role, language: &str) -> &'a str {
    pages.text("accounts", language, &format!("roles.{}", role.as_str()))
}

/// Sends a mail to a member, and records it. `time` is a time that the mail mentions, and its name in the
/// template.
async fn deliver(
    app: &App,
    run: &Run,
    to: &member::Model,
    kind: &'static str,
    time: (&str, Time),
    mut context: Value,
) -> JobResult {
    let workspace = load_workspace(app, to.workspace_id).await?;
    let (name, at) = time;
    context[name] = format_time(at, Zone::of(&workspace.jurisdiction), &to.language).into();
    context["workspace_name"] = workspace.name.clone().into();
    context["workspace_slug"] = workspace.slug.clone().into();
    let mail = Mail {
        kind,
        language: &to.language,
        to: EmailAddress::kept(&to.email),
        recipient: Recipient::Member(to.id),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::pages::LANGUAGES;

    #[test]
    fn every_role_has_words_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for &role in Role::ALL {
                assert_ne!(role_in_words(&pages, role, language), "", "{language} {role:?}");
            }
        }
        assert_eq!(role_in_words(&pages, Role::Owner, "fr"), "propriétaire");
    }
}
