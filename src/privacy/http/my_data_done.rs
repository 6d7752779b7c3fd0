//! What the pages of `/my-data` have in common: their words, and the page that says what a press came to.

use axum::{http::StatusCode, response::Response};
use serde_json::json;

use crate::{
    accounts::load_workspace, desk::Desk, error::Result, platform::web::Fault, post::Controller,
    privacy::my_data::proof_of,
};

/// Whose templates and words.
pub(super) const ROOM: &str = "my_data";

/// What a press came to: the key of the words that say so, and the status.
pub(super) type Outcome = (&'static str, StatusCode);

/// The page that says what happened and what comes next.
pub(super) async fn show_done(desk: &Desk, token: &str, (what, status): Outcome) -> Result<Response, Fault> {
    let Some(proof) = proof_of(&desk.app, token).await? else { return desk.unknown() };
    let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
    let words = desk.app.pages.messages(ROOM, &proof.language);
    let context = json!({
        "legal": Controller::from(&workspace),
        "done": words["done"][what],
        "back": format!("/my-data/{token}"),
    });
    desk.show("my_data/done.html", &proof.language, context, status)
}
