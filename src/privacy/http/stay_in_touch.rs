//! `/stay-in-touch`: the page behind the mail before the end of a retention period. GET shows and changes
//! nothing, POST acts, and twice is as once. The page names nobody, and its link neither reads nor erases:
//! mails are forwarded.

use axum::{Router, http::StatusCode, response::Response, routing::get};
use entity::RetentionAnswer;
use serde_json::json;

use crate::{
    accounts::load_workspace,
    app::App,
    consent::preferences_link,
    desk::{Desk, Room},
    error::Error,
    platform::{
        pages::{Zone, format_day},
        web::Fault,
    },
    post::Controller,
    privacy::retention::{Standing, answer_notice, find_standing},
};

/// Whose templates and words.
const ROOM: Room = Room::of("retention");

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new().route("/stay-in-touch/{token}", get(ROOM.serve(ask)).post(ROOM.take(answer)))
}

async fn ask(desk: Desk) -> Result<Response, Fault> {
    match find_standing(&desk.app, desk.token()).await? {
        Some(standing) => show(&desk, standing).await,
        None => desk.unknown(),
    }
}

async fn answer(desk: Desk) -> Result<Response, Fault> {
    let answer = match desk.field("answer") {
        Some("stay") => RetentionAnswer::Stay,
        Some("lapse") => RetentionAnswer::Lapse,
        _ => return Err(Error::NotFound.into()),
    };
    match desk.act(move |desk| Box::pin(answer_notice(&desk.app, desk.token(), answer))).await? {
        Some(standing) => show(&desk, standing).await,
        None => desk.unknown(),
    }
}

/// The same page before and after: it shows where things stand.
async fn show(desk: &Desk, standing: Standing) -> Result<Response, Fault> {
    let Standing { contact, notice, ends } = standing;
    let workspace = load_workspace(&desk.app, contact.workspace_id).await?;
    let (language, zone) = (&contact.language, Zone::of(&workspace.jurisdiction));
    let standing = match (ends, notice.answer) {
        (false, _) => "stays",
        (true, Some(RetentionAnswer::Lapse)) => "lapses",
        (true, _) => "open",
    };
    let context = json!({
        "legal": Controller::from(&workspace),
        "action": format!("/stay-in-touch/{}", desk.token()),
        "standing": standing,
        "ends_at": format_day(notice.ends_at, zone, language),
        "my_data_url": format!("/my-data?workspace={}&lang={language}", workspace.slug),
        "choices_url": preferences_link(&desk.app, contact.workspace_id, contact.id),
    });
    desk.show("retention/stay.html", language, context, StatusCode::OK)
}
