//! The page behind the unsubscribe link of our mails. GET shows and changes nothing; POST acts, and twice is
//! as once. RFC 8058 one-click goes to the same address: POST, no cookie, no redirect.

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::contact;
use serde_json::{Value, json};

use super::{
    Stopped, StoppedOne, Subscription, channel_in_words, form_address, is_all_stopped, last_form_of,
    subscriptions, unsubscribe,
};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::{Desk, Room},
    error::{Error, Result},
    link_uses::Use,
    platform::{
        pages::{Pages, Zone, format_day},
        web::Fault,
    },
    post::Controller,
};

/// Whose templates and words.
pub(crate) const ROOM: Room = Room::of("consent");

/// The public routes of this room.
pub fn routes() -> Router<App> {
    // The button spends for itself: what it takes from depends on who clicks.
    let button = ROOM.spending(|_| None);
    Router::new()
        .route("/unsubscribe/{token}", get(ROOM.serve(show_subscriptions)).post(button.take_if_any(stop)))
}

async fn stop(desk: Desk) -> Result<Response, Fault> {
    // Mail providers send one-click requests for many people from one network, so the limit is per link.
    let one_click = desk.field("List-Unsubscribe") == Some("One-Click");
    if one_click {
        spend_on_link(&desk).await?;
    } else {
        desk.spend(desk.app.budgets.presses_per_network).await?;
        desk.field("scope").ok_or(Error::NotFound)?;
    }
    let stopped = desk.act(move |desk| {
        let (scope, method) = if one_click { (None, "one_click") } else { (desk.field("scope"), "page") };
        Box::pin(unsubscribe(&desk.app, desk.token(), scope, method))
    });
    let Some(stopped) = stopped.await? else { return desk.unknown() };
    if one_click {
        let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        return Ok((StatusCode::OK, plain, "Unsubscribed.\n").into_response());
    }
    show_stopped(&desk, &stopped).await
}

async fn spend_on_link(desk: &Desk) -> Result<(), Fault> {
    let token = desk.token();
    // Links that are not ours get no rate limit counter, which would take memory.
    if desk.app.vault.verify(Use::Unsubscribe, token).is_none() {
        return Ok(());
    }
    let link = desk.app.vault.pseudonym(token);
    desk.app.rate_limit.spend(desk.app.budgets.one_clicks_per_link, &link).await.map_err(Fault::too_many)
}

async fn show_subscriptions(desk: Desk) -> Result<Response, Fault> {
    let Some((contact, lines)) = subscriptions(&desk.app, desk.token()).await? else { return desk.unknown() };
    let workspace = load_workspace(&desk.app, contact.workspace_id).await?;
    let (language, zone) = (&contact.language, Zone::of(&workspace.jurisdiction));
    let context = json!({
        "legal": Controller::from(&workspace),
        "action": format!("/unsubscribe/{}", desk.token()),
        "preferences_url": format!("/preferences/{}", desk.token()),
        "subscribed": lines.iter().any(Subscription::is_going_on),
        "all_stopped": is_all_stopped(&desk.app, &contact, &lines).await?,
        "form_url": way_back(&desk, &contact).await?,
        "purposes": lines.iter().map(|line| subscription(&desk.app.pages, line, zone, language)).collect::<Vec<_>>(),
    });
    desk.show("consent/unsubscribe.html", language, context, StatusCode::OK)
}

/// Says exactly what was stopped now, and what had been stopped before.
async fn show_stopped(desk: &Desk, stopped: &Stopped) -> Result<Response, Fault> {
    let Some((contact, lines)) = subscriptions(&desk.app, desk.token()).await? else { return desk.unknown() };
    let workspace = load_workspace(&desk.app, stopped.workspace).await?;
    let language = &contact.language;
    let pages = &desk.app.pages;
    let name = |line: &Subscription| json!({ "title": line.title, "channel": channel_in_words(pages, line.channel, language) });
    let among = |list: &[StoppedOne]| -> Vec<Value> {
        let is_among = |line: &&Subscription| {
            list.iter().any(|one| one.purpose == line.purpose.id && one.channel == line.channel)
        };
        lines.iter().filter(is_among).map(name).collect()
    };
    let context = json!({
        "legal": Controller::from(&workspace),
        "everything": stopped.everything,
        "stopped": among(&stopped.now),
        "already": among(&stopped.before),
        "remaining": lines.iter().filter(|line| line.is_going_on()).map(name).collect::<Vec<_>>(),
        "form_url": way_back(desk, &contact).await?,
        "preferences_url": format!("/preferences/{}", desk.token()),
    });
    desk.show("consent/unsubscribed.html", language, context, StatusCode::OK)
}

/// The URL of the form that the person last used, if it is open, so that they can subscribe again.
async fn way_back(desk: &Desk, contact: &contact::Model) -> Result<String> {
    match last_form_of(&desk.app, contact).await? {
        Some(form) => form_address(&desk.app, form, &contact.language).await,
        None => Ok(String::new()),
    }
}

/// A line of what somebody is subscribed to, as pages show it.
pub(crate) fn subscription(pages: &Pages, line: &Subscription, zone: Zone, language: &str) -> Value {
    json!({
        "key": line.key,
        "title": line.title,
        "wording": line.wording,
        "channel": channel_in_words(pages, line.channel, language),
        "state": line.state,
        "since": format_day(line.since, zone, language),
    })
}
