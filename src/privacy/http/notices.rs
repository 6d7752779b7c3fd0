//! `/notices/{form version}`: what a form tells visitors about their data, and each version of it that was kept.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::App,
    desk::{CLOSED_CSP, Desk},
    platform::{
        pages::{Zone, format_time},
        web::Fault,
    },
    privacy::notices::{FormNotice, find_form_notice, show_form_notice},
};

/// Whose templates and words.
const ROOM: &str = "notices";

/// What the address asks for.
#[derive(Default, Deserialize)]
struct Wanted {
    lang: Option<String>,
}

/// The public routes of this part.
pub fn routes() -> Router<App> {
    Router::new().route("/notices/{version}", get(current)).route("/notices/{version}/{sha256}", get(earlier))
}

async fn current(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(version): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let wanted = wanted.map(|Query(wanted)| wanted).unwrap_or_default();
    let desk = Desk::new(ROOM, app, headers, wanted.lang.as_deref()).under(CLOSED_CSP);
    let answer = async {
        desk.spend(peer, desk.app.budgets.views_per_network).await?;
        let Ok(id) = version.parse() else { return desk.unknown() };
        let Some(shown) = show_form_notice(&desk.app, id, &desk.language).await? else {
            return desk.unknown();
        };
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
    };
    desk.finish(answer.await)
}

async fn earlier(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((version, sha256)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut desk = Desk::new(ROOM, app, headers, None).under(CLOSED_CSP);
    let answer = async {
        desk.spend(peer, desk.app.budgets.views_per_network).await?;
        let Ok(id) = version.parse() else { return desk.unknown() };
        let Some(row) = find_form_notice(&desk.app, id, &sha256).await? else { return desk.unknown() };
        let notice: FormNotice = serde_json::from_str(&row.content).map_err(crate::error::Error::from)?;
        desk.language.clone_from(&row.language);
        show(&desk, &notice, &sha256, json!([]))
    }
    .await;
    desk.finish(answer)
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
