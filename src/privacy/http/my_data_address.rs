//! The change of address on `/my-data`: asked for by the person, confirmed by the new mailbox.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::{MailboxProofKind, MailboxProofState};
use serde_json::json;

use super::my_data_done::{ROOM, show_done};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::{Desk, act, field},
    error::Result,
    platform::{
        pages::{Zone, format_time},
        web::{Fault, FromLink},
        work::attempt::repeat,
    },
    post::Controller,
    privacy::{
        mailbox_proof::find_proof,
        my_data::{AddressAsked, AddressConfirmed, ask_address, confirm_address},
    },
};

pub(super) async fn new_address(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    link: FromLink,
    body: Body,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.submissions_per_network).await?;
        let typed = field(&desk.fields(body).await?, "email").unwrap_or_default();
        let (app, token) = (desk.app.clone(), link.0.clone());
        let done = act(async move { repeat(|| ask_address(&app, &token, &typed)).await }).await?;
        let outcome = match done {
            AddressAsked::Done => ("address", StatusCode::OK),
            AddressAsked::Same => ("same", StatusCode::OK),
            AddressAsked::NoAddress => ("no_address", StatusCode::UNPROCESSABLE_ENTITY),
            AddressAsked::TooMany => ("too_many_addresses", StatusCode::TOO_MANY_REQUESTS),
            AddressAsked::Restricted => ("restricted", StatusCode::CONFLICT),
            AddressAsked::Unknown => return desk.unknown(),
        };
        show_done(&desk, &link.0, outcome).await
    };
    desk.finish(answer.await)
}

pub(super) async fn address_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        show_address(&desk, &token, "ask").await
    };
    desk.finish(answer.await)
}

pub(super) async fn confirm(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let (app, link) = (desk.app.clone(), token.clone());
        match act(async move { repeat(|| confirm_address(&app, &link)).await }).await? {
            AddressConfirmed::Done => show_address(&desk, &token, "done").await,
            AddressConfirmed::Restricted => show_address(&desk, &token, "restricted").await,
            AddressConfirmed::Unknown => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

/// The page of the new mailbox: it asks, or says what happened.
async fn show_address(desk: &Desk, token: &str, what: &str) -> Result<Response, Fault> {
    let proof = find_proof(&desk.app, token).await?;
    let Some(proof) = proof.filter(|row| row.kind == MailboxProofKind::ChangeAddress) else {
        return desk.unknown();
    };
    let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
    let proven = proof.state == MailboxProofState::Proven;
    let what = if proven { "done" } else { what };
    let words = desk.app.pages.messages(ROOM, &proof.language);
    let context = json!({
        "legal": Controller::from(&workspace),
        "words": words["address"][what],
        "asks": what == "ask",
        "expires_at": format_time(proof.expires_at, Zone::of(&workspace.jurisdiction), &proof.language),
        "action": format!("/my-data/address/{token}"),
        "decline": format!("/my-data/{token}/decline"),
        "more": format!("/my-data?workspace={}&lang={}", workspace.slug, proof.language),
    });
    desk.show("my_data/address.html", &proof.language, context, StatusCode::OK)
}
