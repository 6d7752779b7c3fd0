//! What `/my-data` and `/preferences` have in common: the page on which somebody types an address to get a
//! link, and what the mailbox behind it may say of the question. Who types an address gets the same answer
//! for every address.

use axum::{
    http::{StatusCode, header::HOST},
    response::Response,
    routing::{MethodRouter, get},
};
use entity::{MailboxProofKind, workspace};
use serde_json::json;

use crate::{
    app::App,
    desk::{Desk, Room},
    error::Result,
    platform::web::Fault,
    post::Controller,
    privacy::mailbox_proof::{Asked, Declined, allow_mailbox, ask_for_link, decline_proof, whose_page},
};

/// The page at this path, and its form: whoever sends it gets a link of this kind by mail.
pub(super) fn asking(room: Room, path: &'static str, kind: MailboxProofKind) -> MethodRouter<App> {
    let page = room.spending(|budgets| Some(budgets.views_per_network));
    let form = room.spending(|budgets| Some(budgets.submissions_per_network));
    get(page.serve(move |desk| ask_page(desk, path))).post(form.take(move |desk| ask(desk, path, kind)))
}

async fn ask_page(desk: Desk, path: &str) -> Result<Response, Fault> {
    match whose_page(&desk.app, desk.header(HOST), desk.asked("workspace")).await? {
        Some(workspace) => show_ask(&desk, path, &workspace, StatusCode::OK),
        None => show_which(&desk),
    }
}

async fn ask(desk: Desk, path: &str, kind: MailboxProofKind) -> Result<Response, Fault> {
    let slug = desk.field("workspace").or(desk.asked("workspace"));
    let Some(workspace) = whose_page(&desk.app, desk.header(HOST), slug).await? else {
        return show_which(&desk);
    };
    let id = workspace.id;
    let asked = desk
        .act(move |desk| Box::pin(ask_for_link(&desk.app, id, kind, desk.typed("email"), &desk.language)));
    match asked.await? {
        Asked::Done => {
            let back = address_of(&desk, path, &workspace);
            let context = json!({ "legal": Controller::from(&workspace), "back": back });
            show(&desk, "sent", context, StatusCode::OK)
        }
        Asked::NoAddress => show_ask(&desk, path, &workspace, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

fn address_of(desk: &Desk, path: &str, workspace: &workspace::Model) -> String {
    format!("{path}?workspace={}&lang={}", workspace.slug, desk.language)
}

fn show_ask(
    desk: &Desk,
    path: &str,
    workspace: &workspace::Model,
    status: StatusCode,
) -> Result<Response, Fault> {
    let context = json!({
        "legal": Controller::from(workspace),
        "workspace": workspace.slug,
        "action": address_of(desk, path, workspace),
        "wrong": status != StatusCode::OK,
    });
    show(desk, "ask", context, status)
}

/// Which organisation is meant is not known, or there is none of this name.
fn show_which(desk: &Desk) -> Result<Response, Fault> {
    show(desk, "which", json!({}), StatusCode::NOT_FOUND)
}

/// "This was not me". `links` is where the link's pages are.
pub(super) async fn decline(desk: Desk, links: &str) -> Result<Response, Fault> {
    match desk.act(|desk| Box::pin(decline_proof(&desk.app, desk.token()))).await? {
        Declined::Protected => {
            let context = json!({ "allow": format!("{links}/{}/allow", desk.token()) });
            show(&desk, "declined", context, StatusCode::OK)
        }
        Declined::Unknown => desk.unknown(),
    }
}

/// "You may ask me again".
pub(super) async fn allow(desk: Desk) -> Result<Response, Fault> {
    if desk.act(|desk| Box::pin(allow_mailbox(&desk.app, desk.token()))).await? {
        show(&desk, "allowed", json!({}), StatusCode::OK)
    } else {
        desk.unknown()
    }
}

fn show(desk: &Desk, page: &str, context: serde_json::Value, status: StatusCode) -> Result<Response, Fault> {
    desk.show(&format!("{}/{page}.html", desk.room.name), &desk.language, context, status)
}
