//! The pages around a transfer: the person's answer, and the recipient's one download. GET shows, POST acts,
//! and twice is as once.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use entity::{AuthorisationState, TransferCategory, TransferState};
use serde_json::{Value, json};

use super::packages::{ROOM, closed, file, size};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::{Desk, act, field},
    error::Error,
    platform::{
        pages::{Zone, format_time},
        web::{Fault, FromLink},
        work::attempt::repeat,
    },
    post::Controller,
    privacy::packages::transfers::{
        Answer, answer_transfer, find_authorisation, find_transfer, loads::transfers_of_authorisations,
        pull_transfer,
    },
};

/// The public routes of transfers.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/my-data/transfer/{token}", get(ask).post(answer))
        .route("/transfer/{token}", get(show_file).post(pull))
}

async fn ask(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        show_question(&desk, &token).await
    };
    desk.finish(answer.await)
}

async fn answer(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let pressed = field(&desk.fields(body).await?, "answer").and_then(|text| Answer::read(&text));
        let pressed = pressed.ok_or(Error::NotFound)?;
        let (app, link, browser) = (desk.app.clone(), token.clone(), desk.browser());
        let done = act(async move { repeat(|| answer_transfer(&app, &link, pressed, &browser)).await });
        match done.await? {
            Some(()) => show_question(&desk, &token).await,
            None => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

/// The question while it waits; after that what was answered, and what was passed on.
async fn show_question(desk: &Desk, token: &str) -> Result<Response, Fault> {
    let Some((row, question, contact)) = find_authorisation(&desk.app, token).await? else {
        return desk.unknown();
    };
    let workspace = load_workspace(&desk.app, row.workspace_id).await?;
    let (language, zone) = (&contact.language, Zone::of(&workspace.jurisdiction));
    let time = |at| format_time(at, zone, language);
    let now = desk.app.now();
    let state = match row.state {
        AuthorisationState::Asked if now >= row.answer_until => AuthorisationState::Expired,
        AuthorisationState::Granted if now >= row.valid_until => AuthorisationState::Expired,
        state => state,
    };
    let mut done = transfers_of_authorisations(desk.app.db(), row.workspace_id, &[row.id]).await?;
    let done: Vec<Value> = done
        .remove(&row.id)
        .unwrap_or_default()
        .into_iter()
        .filter(|transfer| transfer.state == TransferState::Pulled)
        .filter_map(|transfer| {
            let at = transfer.pulled_at.map(time)?;
            Some(json!({ "at": at, "sha256": transfer.sha256.as_ref().map(hex::encode) }))
        })
        .collect();
    let context = json!({
        "legal": Controller::from(&workspace),
        "action": format!("/my-data/transfer/{token}"),
        "state": state.as_str(),
        "question": question,
        "categories": categories(desk, &row.scope, language)?,
        "valid_from": time(row.valid_from),
        "valid_until": time(row.valid_until),
        "answer_until": time(row.answer_until),
        "decided_at": row.decided_at.map(time).unwrap_or_default(),
        "withdrawn_at": row.withdrawn_at.map(time).unwrap_or_default(),
        "done": done,
    });
    Ok(closed(desk.show("packages/authorise.html", language, context, StatusCode::OK)?))
}

fn categories(desk: &Desk, scope: &str, language: &str) -> Result<Vec<String>, Error> {
    let scope: Vec<TransferCategory> = serde_json::from_str(scope)?;
    let word = |category: &TransferCategory| {
        desk.app.pages.text(ROOM, language, &format!("words.{category}")).to_owned()
    };
    Ok(scope.iter().map(word).collect())
}

async fn show_file(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let Some(found) = find_transfer(&desk.app, &token).await? else { return desk.unknown() };
        let workspace = load_workspace(&desk.app, found.transfer.workspace_id).await?;
        let (language, zone) = (&desk.language, Zone::of(&workspace.jurisdiction));
        // Nothing about the person: whoever finds the link sees only whom it is for.
        let context = json!({
            "legal": Controller::from(&workspace),
            "action": format!("/transfer/{token}"),
            "recipient": found.question.recipient,
            "purpose": found.question.purpose,
            "categories": categories(&desk, &found.authorisation.scope, language)?,
            "size": size(found.file.bytes, language),
            "sha256": found.file.sha256.as_ref().map(hex::encode),
            "expires_at": format_time(found.transfer.expires_at, zone, language),
        });
        Ok(closed(desk.show("packages/pull.html", language, context, StatusCode::OK)?))
    };
    desk.finish(answer.await)
}

async fn pull(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, link) = (desk.app.clone(), token.clone());
        let found = act(async move { repeat(|| pull_transfer(&app, &link)).await }).await?;
        let Some(found) = found else { return desk.unknown() };
        file(desk.app.clone(), found, "transfer.zip")
    };
    desk.finish(answer.await)
}
