//! The change of address on `/my-data`: asked for by the person, confirmed by the new mailbox.

use axum::{http::StatusCode, response::Response};
use entity::{MailboxProofKind, MailboxProofState};
use serde_json::json;

use super::my_data_done::show_done;
use crate::{
    accounts::load_workspace,
    desk::Desk,
    error::Result,
    platform::{
        pages::{Zone, format_time},
        web::Fault,
    },
    post::Controller,
    privacy::{
        mailbox_proof::find_proof,
        my_data::{AddressAsked, AddressConfirmed, ask_address, confirm_address},
    },
};

pub(super) async fn new_address(desk: Desk) -> Result<Response, Fault> {
    let done = desk.act(|desk| Box::pin(ask_address(&desk.app, desk.token(), desk.typed("email"))));
    let outcome = match done.await? {
        AddressAsked::Done => ("address", StatusCode::OK),
        AddressAsked::Same => ("same", StatusCode::OK),
        AddressAsked::NoAddress => ("no_address", StatusCode::UNPROCESSABLE_ENTITY),
        AddressAsked::TooMany => ("too_many_addresses", StatusCode::TOO_MANY_REQUESTS),
        AddressAsked::Restricted => ("restricted", StatusCode::CONFLICT),
        AddressAsked::Unknown => return desk.unknown(),
    };
    show_done(&desk, outcome).await
}

pub(super) async fn address_page(desk: Desk) -> Result<Response, Fault> {
    show_address(&desk, "ask").await
}

pub(super) async fn confirm(desk: Desk) -> Result<Response, Fault> {
    match desk.act(|desk| Box::pin(confirm_address(&desk.app, desk.token()))).await? {
        AddressConfirmed::Done => show_address(&desk, "done").await,
        AddressConfirmed::Restricted => show_address(&desk, "restricted").await,
        AddressConfirmed::Unknown => desk.unknown(),
    }
}

/// The page of the new mailbox: it asks, or says what happened.
async fn show_address(desk: &Desk, what: &str) -> Result<Response, Fault> {
    let token = desk.token();
    let proof = find_proof(&desk.app, token).await?;
    let Some(proof) = proof.filter(|row| row.kind == MailboxProofKind::ChangeAddress) else {
        return desk.unknown();
    };
    let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
    let proven = proof.state == MailboxProofState::Proven;
    let what = if proven { "done" } else { what };
    let context = json!({
        "legal": Controller::from(&workspace),
        "words": desk.words(&proof.language)["address"][what],
        "asks": what == "ask",
        "expires_at": format_time(proof.expires_at, Zone::of(&workspace.jurisdiction), &proof.language),
        "action": format!("/my-data/address/{token}"),
        "decline": format!("/my-data/{token}/decline"),
        "more": format!("/my-data?workspace={}&lang={}", workspace.slug, proof.language),
    });
    desk.show("my_data/address.html", &proof.language, context, StatusCode::OK)
}
