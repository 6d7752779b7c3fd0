//! The pages that our e-mails link to. GET only shows; POST acts, and repeating it changes nothing. One-click
//! unsubscription (RFC 8058) posts to the unsubscribe URL itself, without cookie or redirect.

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::{ContactId, FormId, OptInId, WorkspaceId};
use serde_json::{Value, json};

use super::{
    confirm_opt_in::{Confirmation, Visit, confirm_opt_in},
    decline_opt_in::{Declined, allow_again, decline_opt_in},
    waiting::{LinkState, Waiting, WaitingOptIn, look_at_link},
};
use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        basis_in_words, channel_in_words, form_address,
        http::{ROOM, subscription},
        preferences_link, subscriptions,
    },
    desk::Desk,
    error::{Error, Result},
    platform::{
        pages::{Zone, format_time},
        web::Fault,
    },
    post::Controller,
};

/// Every public route around confirmations.
pub fn routes() -> Router<App> {
    let page = || ROOM.serve(confirm_page);
    Router::new()
        .route("/confirm/{token}", get(page()).post(ROOM.take_if_any(confirm)))
        .route("/confirm/{token}/decline", post(ROOM.take_if_any(decline)).get(page()))
        .route("/confirm/{token}/allow", post(ROOM.serve(allow)).get(page()))
}

async fn confirm_page(desk: Desk) -> Result<Response, Fault> {
    show_state(&desk, false).await
}

async fn confirm(desk: Desk) -> Result<Response, Fault> {
    let which = which(&desk)?;
    let done = desk.act(move |desk| {
        Box::pin(async move {
            let visit = Visit { browser: desk.browser() };
            confirm_opt_in(&desk.app, desk.token(), which, &visit).await
        })
    });
    match done.await? {
        Confirmation::Unknown => desk.unknown(),
        // The page shows the link's own opt-in, though another of the mailbox's may have been confirmed. If
        // the link's own was declined before, the page would thank for that: show the confirmation instead.
        Confirmation::Confirmed(contact) => match look_at_link(&desk.app, desk.token()).await? {
            LinkState::Declined(others, _) => show_confirmed(&desk, &others, contact, true).await,
            _ => show_state(&desk, true).await,
        },
        Confirmation::AlreadyConfirmed(_) | Confirmation::Declined | Confirmation::Expired(_) => {
            show_state(&desk, false).await
        }
    }
}

async fn decline(desk: Desk) -> Result<Response, Fault> {
    let which = which(&desk)?;
    match desk.act(move |desk| Box::pin(decline_opt_in(&desk.app, desk.token(), which))).await? {
        Declined::Declined => show_state(&desk, true).await,
        // Show what is left.
        Declined::Other | Declined::AlreadyConfirmed(_) | Declined::Expired(_) => {
            show_state(&desk, false).await
        }
        Declined::Unknown => desk.unknown(),
    }
}

async fn allow(desk: Desk) -> Result<Response, Fault> {
    match desk.act(|desk| Box::pin(allow_again(&desk.app, desk.token()))).await? {
        Some((workspace, form, language)) => {
            show_way_back(&desk, "consent/allowed.html", (workspace, form, &language), StatusCode::OK).await
        }
        None => show_state(&desk, false).await,
    }
}

/// The opt-in that the button belongs to; `None` for a button that belongs to no single one.
fn which(desk: &Desk) -> Result<Option<OptInId>> {
    desk.field("opt_in").map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()
}

/// The page for the state of the link's own opt-in, and what else waits.
async fn show_state(desk: &Desk, just_now: bool) -> Result<Response, Fault> {
    match look_at_link(&desk.app, desk.token()).await? {
        LinkState::Waiting(waiting) => show_waiting(desk, &waiting).await,
        LinkState::Confirmed(others, contact) => show_confirmed(desk, &others, contact, just_now).await,
        LinkState::Declined(others, is_protected) => {
            show_declined(desk, &others, just_now, is_protected).await
        }
        LinkState::Expired(workspace, form, language) => {
            show_way_back(desk, "consent/expired.html", (workspace, form, &language), StatusCode::GONE).await
        }
        LinkState::Unknown => desk.unknown(),
    }
}

/// A page that leads back to the form.
async fn show_way_back(
    desk: &Desk,
    name: &str,
    (workspace, form, language): (WorkspaceId, FormId, &str),
    status: StatusCode,
) -> Result<Response, Fault> {
    let workspace = load_workspace(&desk.app, workspace).await?;
    let form_url = form_address(&desk.app, form, language).await?;
    let context = json!({ "legal": Controller::from(&workspace), "form_url": form_url });
    desk.show(name, language, context, status)
}

async fn show_waiting(desk: &Desk, waiting: &Waiting) -> Result<Response, Fault> {
    let workspace = load_workspace(&desk.app, waiting.workspace).await?;
    let (language, zone) = (&waiting.language, Zone::of(&workspace.jurisdiction));
    let mut requests = waiting.opt_ins.iter().map(|waiting| request(desk, waiting, zone, language));
    let first = requests.next();
    let context = json!({
        "legal": Controller::from(&workspace),
        "first": first,
        "others": requests.collect::<Vec<_>>(),
        "decline_action": format!("/confirm/{}/decline", desk.token()),
    });
    desk.show("consent/confirm.html", language, context, StatusCode::OK)
}

async fn show_declined(
    desk: &Desk,
    others: &Waiting,
    just_now: bool,
    is_protected: bool,
) -> Result<Response, Fault> {
    let workspace = load_workspace(&desk.app, others.workspace).await?;
    let (language, zone) = (&others.language, Zone::of(&workspace.jurisdiction));
    let waiting = others.opt_ins.iter().map(|waiting| request(desk, waiting, zone, language));
    let context = json!({
        "legal": Controller::from(&workspace),
        "just_now": just_now,
        "protected": is_protected,
        "allow_action": format!("/confirm/{}/allow", desk.token()),
        "decline_action": format!("/confirm/{}/decline", desk.token()),
        "others": waiting.collect::<Vec<_>>(),
    });
    desk.show("consent/declined.html", language, context, StatusCode::OK)
}

/// The page after a confirmation: what the person agreed to, and what else waits.
async fn show_confirmed(
    desk: &Desk,
    others: &Waiting,
    contact: ContactId,
    just_now: bool,
) -> Result<Response, Fault> {
    let workspace = load_workspace(&desk.app, others.workspace).await?;
    let (language, zone) = (&others.language, Zone::of(&workspace.jurisdiction));
    let link = preferences_link(&desk.app, others.workspace, contact);
    let token_of_link = link.rsplit('/').next().unwrap_or_default();
    let lines = subscriptions(&desk.app, token_of_link).await?.map(|(_, lines)| lines).unwrap_or_default();
    let waiting = others.opt_ins.iter().map(|waiting| request(desk, waiting, zone, language));
    let context = json!({
        "legal": Controller::from(&workspace),
        "just_now": just_now,
        "purposes": lines.iter().map(|line| subscription(&desk.app.pages, line, zone, language)).collect::<Vec<_>>(),
        "others": waiting.collect::<Vec<_>>(),
        "preferences_url": link,
    });
    desk.show("consent/confirmed.html", language, context, StatusCode::OK)
}

/// Everything shown was typed by somebody who may not be the reader. The page is named if it is one of
/// the form's sites; our own URL would tell nothing.
fn request(desk: &Desk, waiting: &WaitingOptIn, zone: Zone, language: &str) -> Value {
    let asked = &waiting.asked;
    let is_theirs = !asked.page.origin.is_empty() && asked.page.origin != desk.app.config.public_url;
    let page = if is_theirs { asked.page.address() } else { String::new() };
    let purposes = asked
        .consents
        .iter()
        .map(|consent| json!({ "title": consent.title, "wording": consent.wording, "channel": channel_in_words(&desk.app.pages, consent.channel, language) }));
    let email = json!({ "label": desk.words(language)["request"]["email"], "value": asked.email });
    let values = asked.values.iter().map(|value| json!({ "label": value.label, "value": value.value }));
    json!({
        "opt_in": waiting.id,
        "received_at": format_time(waiting.received_at, zone, language),
        "expires_at": format_time(waiting.expires_at, zone, language),
        "form": waiting.form,
        "page": page,
        "purposes": purposes.collect::<Vec<_>>(),
        "values": std::iter::once(email).chain(values).collect::<Vec<_>>(),
        "basis_text": asked.basis.as_ref().map(|basis| basis_in_words(&desk.app.pages, basis.legal_basis, language)).unwrap_or_default(),
        "action": format!("/confirm/{}", desk.token()),
        "decline_action": format!("/confirm/{}/decline", desk.token()),
    })
}
