//! The page of `/my-data` that says what a press came to.

use axum::{http::StatusCode, response::Response};
use serde_json::json;

use crate::{
    accounts::load_workspace, desk::Desk, error::Result, platform::web::Fault, post::Controller,
    privacy::my_data::proof_of,
};

/// What a press came to: the key of the words that say so, and the status.
pub(super) type Outcome = (&'static str, StatusCode);

/// The page that says what happened and what comes next.
pub(super) async fn show_done(desk: &Desk, (what, status): Outcome) -> Result<Response, Fault> {
    let Some(proof) = proof_of(&desk.app, desk.token()).await? else { return desk.unknown() };
    let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
    let context = json!({
        "legal": Controller::from(&workspace),
        "done": desk.words(&proof.language)["done"][what],
        "back": format!("/my-data/{}", desk.token()),
    });
    desk.show("my_data/done.html", &proof.language, context, status)
}
