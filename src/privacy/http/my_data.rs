//! `/my-data`: what is held about a person, and what they may do about it. GET shows and changes nothing,
//! POST acts, and twice is as once. Who types an address gets the same answer for every address.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use entity::{RequestKind, workspace};
use serde::Deserialize;
use serde_json::json;

use super::{
    my_data_address,
    my_data_done::{ROOM, show_done},
    my_data_view::{request_asked, shown, shown_waiting},
};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::{Desk, act, field},
    error::Result,
    platform::{
        web::{Fault, FromLink},
        work::attempt::repeat,
    },
    post::Controller,
    privacy::{
        mailbox_proof::{Declined, allow_mailbox, decline_proof},
        my_data::{
            Asked, Corrected, Exercised, Field, Wish, ask_for_my_data, confirm_request, contest_value,
            correct_value, exercise_right, held, proof_of, request_to_confirm, take_back, waiting_for,
            whose_page, withdraw_authorisation,
        },
    },
};

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/my-data", get(ask_page).post(ask))
        .route("/my-data/{token}", get(my_data_page))
        .route("/my-data/{token}/correct", post(correct).get(my_data_page))
        .route("/my-data/{token}/contest", post(contest).get(my_data_page))
        .route("/my-data/{token}/request", post(request).get(my_data_page))
        .route("/my-data/{token}/take-back", post(withdraw).get(my_data_page))
        .route("/my-data/{token}/withdraw", post(withdraw_transfer).get(my_data_page))
        .route("/my-data/{token}/mine", post(mine).get(my_data_page))
        .route("/my-data/{token}/address", post(my_data_address::new_address).get(my_data_page))
        .route("/my-data/{token}/decline", post(decline).get(my_data_page))
        .route("/my-data/{token}/allow", post(allow).get(my_data_page))
        .route("/my-data/address/{token}", get(my_data_address::address_page).post(my_data_address::confirm))
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
        let asked = act(async move { repeat(|| ask_for_my_data(&app, id, &typed, &language)).await }).await?;
        match asked {
            Asked::Done => {
                let context =
                    json!({ "legal": Controller::from(&workspace), "back": address_of(&desk, &workspace) });
                desk.show("my_data/sent.html", &desk.language, context, StatusCode::OK)
            }
            Asked::NoAddress => show_ask(&desk, &workspace, StatusCode::UNPROCESSABLE_ENTITY),
        }
    };
    desk.finish(answer.await)
}

fn address_of(desk: &Desk, workspace: &workspace::Model) -> String {
    format!("/my-data?workspace={}&lang={}", workspace.slug, desk.language)
}

fn show_ask(desk: &Desk, workspace: &workspace::Model, status: StatusCode) -> Result<Response, Fault> {
    let context = json!({
        "legal": Controller::from(workspace),
        "workspace": workspace.slug,
        "action": address_of(desk, workspace),
        "wrong": status != StatusCode::OK,
    });
    desk.show("my_data/ask.html", &desk.language, context, status)
}

/// Which organisation is meant is not known, or there is none of this name.
fn show_which(desk: &Desk) -> Result<Response, Fault> {
    desk.show("my_data/which.html", &desk.language, json!({}), StatusCode::NOT_FOUND)
}

async fn my_data_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        show(&desk, &link.0).await
    };
    desk.finish(answer.await)
}

/// The page behind a good link, and the same page as ever behind every other.
async fn show(desk: &Desk, token: &str) -> Result<Response, Fault> {
    let Some(proof) = proof_of(&desk.app, token).await? else { return desk.unknown() };
    let asked = request_to_confirm(&desk.app, &proof).await?;
    match Box::pin(held(&desk.app, &proof)).await? {
        Some(held) => {
            let mut context = shown(desk, token, &proof, &held);
            context["to_confirm"] = request_asked(desk, token, &held.contact.language, asked.as_ref());
            desk.show("my_data/page.html", &held.contact.language, context, StatusCode::OK)
        }
        None if proof.contact_id.is_some() => desk.unknown(),
        None => {
            let waiting = waiting_for(&desk.app, &proof).await?;
            let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
            let mut context = shown_waiting(desk, token, &proof, &workspace, &waiting);
            context["to_confirm"] = request_asked(desk, token, &proof.language, asked.as_ref());
            desk.show("my_data/waiting.html", &proof.language, context, StatusCode::OK)
        }
    }
}

async fn correct(
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
        let name = field(&fields, "field").as_deref().and_then(Field::named);
        let Some(which) = name else { return desk.unknown() };
        let typed = field(&fields, "value").unwrap_or_default();
        let (app, token) = (desk.app.clone(), link.0.clone());
        let done = act(async move { repeat(|| correct_value(&app, &token, which, &typed)).await }).await?;
        finish_correction(&desk, &link.0, done).await
    };
    desk.finish(answer.await)
}

async fn contest(
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
        let (name, said) =
            (field(&fields, "field").unwrap_or_default(), field(&fields, "said").unwrap_or_default());
        let (app, token) = (desk.app.clone(), link.0.clone());
        let done = act(async move { repeat(|| contest_value(&app, &token, &name, &said)).await }).await?;
        finish_correction(&desk, &link.0, done).await
    };
    desk.finish(answer.await)
}

async fn finish_correction(desk: &Desk, token: &str, done: Corrected) -> Result<Response, Fault> {
    let outcome = match done {
        Corrected::Done => ("corrected", StatusCode::OK),
        Corrected::Same => ("same", StatusCode::OK),
        Corrected::Contested => ("contested", StatusCode::OK),
        Corrected::NotTheirs => ("not_theirs", StatusCode::CONFLICT),
        Corrected::Restricted => ("restricted", StatusCode::CONFLICT),
        Corrected::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
        Corrected::Unknown => return desk.unknown(),
    };
    show_done(desk, token, outcome).await
}

async fn request(
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
        let kind = field(&fields, "kind").and_then(|kind| kind.parse::<RequestKind>().ok());
        let Some(kind) = kind else { return desk.unknown() };
        let remember = field(&fields, "remember").is_some();
        let said = field(&fields, "said").unwrap_or_default();
        let (app, token) = (desk.app.clone(), link.0.clone());
        let wish = move || Wish { kind, remember, message: said.clone() };
        let done = act(async move { repeat(|| exercise_right(&app, &token, wish())).await }).await?;
        let outcome = match done {
            Exercised::Opened(_) => (opened(kind), StatusCode::OK),
            Exercised::Already(_) => ("already", StatusCode::OK),
            Exercised::Invalid => ("too_long", StatusCode::UNPROCESSABLE_ENTITY),
            Exercised::Unknown => return desk.unknown(),
        };
        show_done(&desk, &link.0, outcome).await
    };
    desk.finish(answer.await)
}

async fn withdraw(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let id = field(&desk.fields(body).await?, "request").and_then(|id| id.parse().ok());
        let Some(id) = id else { return desk.unknown() };
        let (app, token) = (desk.app.clone(), link.0.clone());
        match act(async move { repeat(|| take_back(&app, &token, id)).await }).await? {
            Some(true) => show_done(&desk, &link.0, ("taken_back", StatusCode::OK)).await,
            Some(false) => show_done(&desk, &link.0, ("over", StatusCode::OK)).await,
            None => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

async fn withdraw_transfer(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let id = field(&desk.fields(body).await?, "authorisation").and_then(|id| id.parse().ok());
        let Some(id) = id else { return desk.unknown() };
        let (app, token, browser) = (desk.app.clone(), link.0.clone(), desk.browser());
        let done =
            act(async move { repeat(|| withdraw_authorisation(&app, &token, id, &browser)).await }).await?;
        if !done {
            return desk.unknown();
        }
        show_done(&desk, &link.0, ("withdrawn", StatusCode::OK)).await
    };
    desk.finish(answer.await)
}

async fn mine(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, token) = (desk.app.clone(), link.0.clone());
        if !act(async move { repeat(|| confirm_request(&app, &token)).await }).await? {
            return desk.unknown();
        }
        show_done(&desk, &link.0, ("identity", StatusCode::OK)).await
    };
    desk.finish(answer.await)
}

/// The words for a request that was opened.
fn opened(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Access => "access",
        RequestKind::Rectification => "contested",
        RequestKind::Erasure => "erasure",
        RequestKind::Restriction => "restriction",
        RequestKind::Portability => "portability",
        RequestKind::Objection => "objection",
    }
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
            Declined::Unknown => desk.unknown(),
            Declined::Protected => {
                let context = json!({ "allow": format!("/my-data/{}/allow", link.0) });
                desk.show("my_data/declined.html", &desk.language, context, StatusCode::OK)
            }
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
        if !act(async move { repeat(|| allow_mailbox(&app, &token)).await }).await? {
            return desk.unknown();
        }
        desk.show("my_data/allowed.html", &desk.language, json!({}), StatusCode::OK)
    };
    desk.finish(answer.await)
}
