//! The pages around a transfer: the person's answer, and the recipient's one download. GET shows, POST acts,
//! and twice is as once.

use axum::{Router, http::StatusCode, response::Response, routing::get};
use entity::{AuthorisationState, TransferCategory, TransferState};
use serde_json::{Value, json};

use super::packages::{ROOM, closed, file, size};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::Desk,
    error::Error,
    platform::{
        pages::{Zone, format_time},
        web::Fault,
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
        .route("/my-data/transfer/{token}", get(ROOM.serve(ask)).post(ROOM.take(answer)))
        .route("/transfer/{token}", get(ROOM.serve(show_file)).post(ROOM.serve(pull)))
}

async fn ask(desk: Desk) -> Result<Response, Fault> {
    show_question(&desk).await
}

async fn answer(desk: Desk) -> Result<Response, Fault> {
    let pressed = desk.field("answer").and_then(Answer::read).ok_or(Error::NotFound)?;
    let done = desk.act(move |desk| {
        Box::pin(async move { answer_transfer(&desk.app, desk.token(), pressed, &desk.browser()).await })
    });
    match done.await? {
        Some(()) => show_question(&desk).await,
        None => desk.unknown(),
    }
}

/// The question while it waits; after that what was answered, and what was passed on.
async fn show_question(desk: &Desk) -> Result<Response, Fault> {
    let Some((row, question, contact)) = find_authorisation(&desk.app, desk.token()).await? else {
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
        "action": format!("/my-data/transfer/{}", desk.token()),
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
        desk.app.pages.text(ROOM.name, language, &format!("words.{category}")).to_owned()
    };
    Ok(scope.iter().map(word).collect())
}

async fn show_file(desk: Desk) -> Result<Response, Fault> {
    let Some(found) = find_transfer(&desk.app, desk.token()).await? else { return desk.unknown() };
    let workspace = load_workspace(&desk.app, found.transfer.workspace_id).await?;
    let (language, zone) = (&desk.language, Zone::of(&workspace.jurisdiction));
    // Nothing about the person: whoever finds the link sees only whom it is for.
    let context = json!({
        "legal": Controller::from(&workspace),
        "action": format!("/transfer/{}", desk.token()),
        "recipient": found.question.recipient,
        "purpose": found.question.purpose,
        "categories": categories(&desk, &found.authorisation.scope, language)?,
        "size": size(found.file.bytes, language),
        "sha256": found.file.sha256.as_ref().map(hex::encode),
        "expires_at": format_time(found.transfer.expires_at, zone, language),
    });
    Ok(closed(desk.show("packages/pull.html", language, context, StatusCode::OK)?))
}

async fn pull(desk: Desk) -> Result<Response, Fault> {
    let found = desk.act(|desk| Box::pin(pull_transfer(&desk.app, desk.token()))).await?;
    let Some(found) = found else { return desk.unknown() };
    file(desk.app, found, "transfer.zip")
}
