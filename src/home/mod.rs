//! The dashboard at `/`, and the page for addresses that do not exist. Where the dashboard was not built, `/`
//! says what runs here, where to go, and how to build it. Programs get problem details (RFC 9457) for an
//! address that does not exist.

mod dashboard;

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Path, Query, State},
    http::{HeaderMap, Method, StatusCode, Uri, header::ACCEPT},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use self::dashboard::{dashboard_file, dashboard_page, is_screen};
use crate::{
    app::App,
    desk::{Desk, Room},
    error::Error,
    platform::pages::SPOKEN,
};

/// Whose templates and words.
const ROOM: Room = Room::of("home").under(CSP);
const CSP: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The query string, such as `?lang=fr`.
#[derive(Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

/// The dashboard, or the page that says what runs here.
pub async fn home(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if let Some(page) = dashboard(&app) {
        return page;
    }
    let desk = Desk::new(ROOM, app, peer, headers, asked.lang.as_deref());
    let languages = SPOKEN.map(|spoken| {
        json!({
            "code": spoken.code,
            "name": spoken.name,
            "url": format!("/?lang={}", spoken.code),
            "current": spoken.code == desk.language,
        })
    });
    let context = json!({
        "languages": languages,
        "graphql": format!("{}/graphql", desk.app.config.public_url),
        "graphiql": desk.app.config.graphiql,
        "dashboard_missing": desk.app.config.dashboard,
        "version": env!("CARGO_PKG_VERSION"),
    });
    match desk.show("home/home.html", &desk.language, context, StatusCode::OK) {
        Ok(page) => page,
        Err(fault) => fault.into_response(),
    }
}

/// A file of the dashboard.
pub async fn asset(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let file = if app.config.dashboard { dashboard_file(&headers, &path) } else { None };
    file.unwrap_or_else(|| refuse(app, peer, headers))
}

/// Answers requests that match no route: the dashboard's screens, and what does not exist.
pub async fn not_found(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = if method == Method::GET && is_screen(uri.path()) { dashboard(&app) } else { None };
    page.unwrap_or_else(|| refuse(app, peer, headers))
}

/// The dashboard's page, where it was built and the operator wants it.
fn dashboard(app: &App) -> Option<Response> {
    app.config.dashboard.then(dashboard_page).flatten()
}

fn refuse(app: App, peer: SocketAddr, headers: HeaderMap) -> Response {
    let mut desk = Desk::new(ROOM, app, peer, headers, None).for_programs_too();
    // Only a client that accepts `text/html` explicitly is a browser; most programs send `*/*`.
    let mut accepted = desk.headers.get_all(ACCEPT).iter();
    let html = accepted.any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")));
    desk.json |= !html;
    desk.refuse_with(Error::NotFound.into(), |_| desk.message("not_found.title", "not_found.text", ""))
}
