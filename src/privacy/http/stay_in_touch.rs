//! `/stay-in-touch`: the page behind the mail before the end of a retention period. GET shows and changes
//! nothing, POST acts, and twice is as once. The page names nobody, and its link neither reads nor erases:
//! mails are forwarded.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use entity::RetentionAnswer;
use serde_json::json;

use crate::{
    accounts::load_workspace,
    app::App,
    consent::preferences_link,
    desk::{Desk, act, field},
    error::Error,
    platform::{
        pages::{Zone, format_day},
        web::{Fault, FromLink},
        work::attempt::repeat,
    },
    post::Controller,
    privacy::retention::{Standing, answer_notice, find_standing},
};

/// Whose templates and words.
const ROOM: &str = "retention";

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new().route("/stay-in-touch/{token}", get(ask).post(answer))
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
        match find_standing(&desk.app, &token).await? {
            Some(standing) => show(&desk, &token, standing).await,
            None => desk.unknown(),
        }
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
        let fields = desk.fields(body).await?;
        let answer = match field(&fields, "answer").as_deref() {
            Some("stay") => RetentionAnswer::Stay,
            Some("lapse") => RetentionAnswer::Lapse,
            _ => return Err(Fault::from(Error::NotFound)),
        };
        let (app, link) = (desk.app.clone(), token.clone());
        match act(async move { repeat(|| answer_notice(&app, &link, answer)).await }).await? {
            Some(standing) => show(&desk, &token, standing).await,
            None => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

/// The same page before and after: it shows where things stand.
async fn show(desk: &Desk, token: &str, standing: Standing) -> Result<Response, Fault> {
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
        "action": format!("/stay-in-touch/{token}"),
        "standing": standing,
        "ends_at": format_day(notice.ends_at, zone, language),
        "my_data_url": format!("/my-data?workspace={}&lang={language}", workspace.slug),
        "choices_url": preferences_link(&desk.app, contact.workspace_id, contact.id),
    });
    desk.show("retention/stay.html", language, context, StatusCode::OK)
}
