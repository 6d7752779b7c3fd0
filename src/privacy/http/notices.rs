//! `/notices/{form version}`: what a form tells visitors about their data, and each version of it that was kept.

use axum::{Router, http::StatusCode, response::Response, routing::get};
use serde_json::json;

use crate::{
    app::App,
    desk::{CLOSED_CSP, Desk, Room},
    error::Error,
    platform::{
        pages::{Zone, format_time},
        web::Fault,
    },
    privacy::notices::{FormNotice, find_form_notice, show_form_notice},
};

/// Whose templates and words.
const ROOM: Room = Room::of("notices").under(CLOSED_CSP).spending(|budgets| Some(budgets.views_per_network));

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/notices/{version}", get(ROOM.serve(current)))
        .route("/notices/{version}/{sha256}", get(ROOM.serve(earlier)))
}

async fn current(desk: Desk) -> Result<Response, Fault> {
    let version = desk.part("version");
    let Ok(id) = version.parse() else { return desk.unknown() };
    let Some(shown) = show_form_notice(&desk.app, id, &desk.language).await? else { return desk.unknown() };
    // Times are written in UTC: the page belongs to no reader in particular.
    let zone = Zone::of("");
    let versions: Vec<_> = shown
        .versions
        .iter()
        .map(|row| {
            json!({
                "since": format_time(row.since, zone, &desk.language),
                "url": format!("/notices/{version}/{}", hex::encode(&row.sha256)),
            })
        })
        .collect();
    show(&desk, &shown.notice, &shown.sha256, json!(versions))
}

async fn earlier(mut desk: Desk) -> Result<Response, Fault> {
    let sha256 = desk.part("sha256").to_owned();
    let Ok(id) = desk.part("version").parse() else { return desk.unknown() };
    let Some(row) = find_form_notice(&desk.app, id, &sha256).await? else { return desk.unknown() };
    let notice: FormNotice = serde_json::from_str(&row.content).map_err(Error::from)?;
    desk.language = row.language;
    show(&desk, &notice, &sha256, json!([]))
}

fn show(
    desk: &Desk,
    notice: &FormNotice,
    sha256: &str,
    versions: serde_json::Value,
) -> Result<Response, Fault> {
    let mut context = json!(notice);
    context["sha256"] = json!(sha256);
    context["versions"] = versions;
    desk.show("notices/form.html", &desk.language, context, StatusCode::OK)
}
