//! `/preferences`: a person chooses what they receive. GET shows and changes nothing, POST acts, and twice is
//! as once. The link is in every mail, and mails are forwarded: the pages name nobody, and a yes is confirmed
//! by the mailbox.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use entity::workspace;
use serde::Deserialize;
use serde_json::{Value, json};

use super::preferences_view::{done_shown, pending_shown, shown};
use crate::{
    app::App,
    consent::No,
    desk::{Desk, act, field},
    error::{Error, Result},
    platform::{
        web::{Fault, FromLink},
        work::attempt::repeat,
    },
    post::Controller,
    privacy::{
        mailbox_proof::{Declined, allow_mailbox, decline_proof},
        my_data::{Asked, whose_page},
        preferences::{
            Confirmed, LanguageChosen, Pause, Paused, Yes, ask_for_preferences, choices, choose_language,
            choose_no, choose_pause, choose_yes, confirm_subscription, find_choice, stop_everything,
            to_confirm, whose,
        },
    },
};

/// Whose templates and words.
pub(super) const ROOM: &str = "preferences";

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/preferences", get(ask_page).post(ask))
        .route("/preferences/{token}", get(page))
        .route("/preferences/{token}/choose", post(choose).get(page))
        .route("/preferences/{token}/stop", post(stop).get(page))
        .route("/preferences/{token}/pause", post(pause).get(page))
        .route("/preferences/{token}/language", post(language).get(page))
        .route("/preferences/confirm/{token}", get(confirm_page).post(confirm))
        .route("/preferences/confirm/{token}/decline", post(decline).get(confirm_page))
        .route("/preferences/confirm/{token}/allow", post(allow).get(confirm_page))
}

/// What the page may be asked for in its address.
#[derive(Default, Deserialize)]
struct Wanted {
    workspace: Option<String>,
    lang: Option<String>,
}

async fn ask_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let wanted = wanted.map(|Query(wanted)| wanted).unwrap_or_default();
    let desk = Desk::new(ROOM, app, headers, wanted.lang.as_deref());
    let answer = async {
        desk.spend(peer, desk.app.budgets.views_per_network).await?;
        match whose_page(&desk.app, wanted.workspace.as_deref()).await? {
            Some(workspace) => show_ask(&desk, &workspace, StatusCode::OK),
            None => show_which(&desk),
        }
    };
    desk.finish(answer.await)
}

async fn ask(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let wanted = wanted.map(|Query(wanted)| wanted).unwrap_or_default();
    let desk = Desk::new(ROOM, app, headers, wanted.lang.as_deref());
    let answer = async {
        desk.spend(peer, desk.app.budgets.submissions_per_network).await?;
        let fields = desk.fields(body).await?;
        let slug = field(&fields, "workspace").or(wanted.workspace);
        let Some(workspace) = whose_page(&desk.app, slug.as_deref()).await? else { return show_which(&desk) };
        let typed = field(&fields, "email").unwrap_or_default();
        let (app, id, language) = (desk.app.clone(), workspace.id, desk.language.clone());
        let asked =
            act(async move { repeat(|| ask_for_preferences(&app, id, &typed, &language)).await }).await?;
        match asked {
            Asked::Done => {
                let back = address_of(&desk, &workspace);
                let context = json!({ "legal": Controller::from(&workspace), "back": back });
                desk.show("preferences/sent.html", &desk.language, context, StatusCode::OK)
            }
            Asked::NoAddress => show_ask(&desk, &workspace, StatusCode::UNPROCESSABLE_ENTITY),
        }
    };
    desk.finish(answer.await)
}

fn address_of(desk: &Desk, workspace: &workspace::Model) -> String {
    format!("/preferences?workspace={}&lang={}", workspace.slug, desk.language)
}

fn show_ask(desk: &Desk, workspace: &workspace::Model, status: StatusCode) -> Result<Response, Fault> {
    let context = json!({
        "legal": Controller::from(workspace),
        "workspace": workspace.slug,
        "action": address_of(desk, workspace),
        "wrong": status != StatusCode::OK,
    });
    desk.show("preferences/ask.html", &desk.language, context, status)
}

/// Which organisation is meant is not known, or there is none of this name.
fn show_which(desk: &Desk) -> Result<Response, Fault> {
    desk.show("preferences/which.html", &desk.language, json!({}), StatusCode::NOT_FOUND)
}

async fn page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let Some(visit) = whose(&desk.app, &link.0).await? else { return desk.unknown() };
        let choices = choices(&desk.app, &visit.contact).await?;
        let context = shown(&desk, &link.0, &visit.contact, &choices);
        desk.show("preferences/page.html", &visit.contact.language, context, StatusCode::OK)
    };
    desk.finish(answer.await)
}

/// What a press came to: the key of the words that say so, the status, and a masked address if a mail goes
/// there.
struct Outcome(&'static str, StatusCode, String);

impl Outcome {
    fn ok(words: &'static str) -> Self {
        Self(words, StatusCode::OK, String::new())
    }

    fn refused(words: &'static str) -> Self {
        Self(words, StatusCode::CONFLICT, String::new())
    }
}

/// The page that says what happened, what still runs, and what comes next. `key` names the choice it was
/// about.
async fn show_done(desk: &Desk, token: &str, outcome: Outcome, key: &str) -> Result<Response, Fault> {
    let Some(visit) = whose(&desk.app, token).await? else { return desk.unknown() };
    let choices = choices(&desk.app, &visit.contact).await?;
    let Outcome(words, status, address) = outcome;
    let context: Value = done_shown(desk, token, &visit.contact, &choices, (words, key, &address));
    desk.show("preferences/done.html", &visit.contact.language, context, status)
}

async fn choose(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let fields = desk.fields(body).await?;
        let Some(visit) = whose(&desk.app, &link.0).await? else { return desk.unknown() };
        let key = field(&fields, "topic").unwrap_or_default();
        let Some((purpose, channel)) = find_choice(&desk.app, &visit.contact, &key).await? else {
            return show_done(&desk, &link.0, Outcome::refused("not_offered"), "").await;
        };
        let (app, token, browser) = (desk.app.clone(), link.0.clone(), desk.browser());
        let outcome = match field(&fields, "answer").as_deref() {
            Some("yes") => {
                let yes =
                    act(async move { repeat(|| choose_yes(&app, &token, purpose, channel, &browser)).await });
                match yes.await? {
                    Yes::Asked(address) => Outcome("asked", StatusCode::OK, address),
                    Yes::Already => Outcome::ok("already_yes"),
                    Yes::NoAddress => Outcome::refused("no_address"),
                    Yes::Complained => Outcome::refused("complained"),
                    Yes::Restricted => Outcome::refused("restricted"),
                    Yes::NotOffered => Outcome::refused("not_offered"),
                    Yes::Unknown => return desk.unknown(),
                }
            }
            Some("no") => {
                let no = act(async move { repeat(|| choose_no(&app, &token, purpose, channel)).await });
                match no.await? {
                    Some(No::Withdrawn) => Outcome::ok("withdrawn"),
                    Some(No::Refused) => Outcome::ok("refused"),
                    Some(No::Objected) => Outcome::ok("objected"),
                    Some(No::Already) => Outcome::ok("already_no"),
                    Some(No::NotOffered) => Outcome::refused("not_offered"),
                    None => return desk.unknown(),
                }
            }
            _ => return Err(Fault::from(Error::NotFound)),
        };
        show_done(&desk, &link.0, outcome, &key).await
    };
    desk.finish(answer.await)
}

async fn stop(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, token) = (desk.app.clone(), link.0.clone());
        match act(async move { repeat(|| stop_everything(&app, &token)).await }).await? {
            Some(_) => show_done(&desk, &link.0, Outcome::ok("stopped"), "").await,
            None => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

/// Which pause a form asks for.
fn pause_in(fields: &[(String, String)]) -> Option<Pause> {
    match field(fields, "pause")?.as_str() {
        "end" => Some(Pause::End),
        "until" => field(fields, "until")?.trim().parse().ok().map(Pause::Until),
        months => months.parse().ok().filter(|months| (1..=24).contains(months)).map(Pause::Months),
    }
}

async fn pause(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let invalid = || Outcome("no_day", StatusCode::UNPROCESSABLE_ENTITY, String::new());
        let Some(wanted) = pause_in(&desk.fields(body).await?) else {
            return show_done(&desk, &link.0, invalid(), "").await;
        };
        let (app, token) = (desk.app.clone(), link.0.clone());
        let outcome = match act(async move { repeat(|| choose_pause(&app, &token, wanted)).await }).await? {
            Paused::Began => Outcome::ok("paused"),
            Paused::Ended => Outcome::ok("pause_ended"),
            Paused::Invalid => invalid(),
            Paused::Unknown => return desk.unknown(),
        };
        show_done(&desk, &link.0, outcome, "").await
    };
    desk.finish(answer.await)
}

async fn language(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let wanted = field(&desk.fields(body).await?, "language").unwrap_or_default();
        let (app, token) = (desk.app.clone(), link.0.clone());
        let outcome =
            match act(async move { repeat(|| choose_language(&app, &token, &wanted)).await }).await? {
                LanguageChosen::Done => Outcome::ok("language"),
                LanguageChosen::Restricted => Outcome::refused("restricted"),
                LanguageChosen::Unknown => return desk.unknown(),
            };
        show_done(&desk, &link.0, outcome, "").await
    };
    desk.finish(answer.await)
}

async fn confirm_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        show_pending(&desk, &link.0, None).await
    };
    desk.finish(answer.await)
}

async fn confirm(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, token, browser) = (desk.app.clone(), link.0.clone(), desk.browser());
        let pressed =
            act(async move { repeat(|| confirm_subscription(&app, &token, &browser)).await }).await?;
        match pressed {
            Confirmed::Unknown => desk.unknown(),
            pressed => show_pending(&desk, &link.0, Some(pressed)).await,
        }
    };
    desk.finish(answer.await)
}

/// What waits for the mailbox, or what became of it.
async fn show_pending(desk: &Desk, token: &str, pressed: Option<Confirmed>) -> Result<Response, Fault> {
    let Some(pending) = to_confirm(&desk.app, token).await? else { return desk.unknown() };
    let choices = choices(&desk.app, &pending.contact).await?;
    let context = pending_shown(desk, token, &pending, &choices, pressed);
    let status = match pressed {
        Some(Confirmed::Restricted) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    desk.show("preferences/confirm.html", &pending.contact.language, context, status)
}

async fn decline(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, token) = (desk.app.clone(), link.0.clone());
        match act(async move { repeat(|| decline_proof(&app, &token)).await }).await? {
            Declined::Protected => {
                let context = json!({ "allow": format!("/preferences/confirm/{}/allow", link.0) });
                desk.show("preferences/declined.html", &desk.language, context, StatusCode::OK)
            }
            Declined::Unknown => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

async fn allow(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, token) = (desk.app.clone(), link.0.clone());
        if act(async move { repeat(|| allow_mailbox(&app, &token)).await }).await? {
            desk.show("preferences/allowed.html", &desk.language, json!({}), StatusCode::OK)
        } else {
            desk.unknown()
        }
    };
    desk.finish(answer.await)
}
