//! The home page `/`, which says what runs here and where to go, and the page for addresses that do not
//! exist. For the latter, programs get problem details (RFC 9457).

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode, header::ACCEPT},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

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

/// The home page.
pub async fn home(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
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
        "version": env!("CARGO_PKG_VERSION"),
    });
    match desk.show("home/home.html", &desk.language, context, StatusCode::OK) {
        Ok(page) => page,
        Err(fault) => fault.into_response(),
    }
}

/// Answers requests that match no route.
pub async fn not_found(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let mut desk = Desk::new(ROOM, app, peer, headers, None).for_programs_too();
    // Only a client that accepts `text/html` explicitly is a browser; most programs send `*/*`.
    let mut accepted = desk.headers.get_all(ACCEPT).iter();
    let html = accepted.any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")));
    desk.json |= !html;
    desk.refuse_with(Error::NotFound.into(), |_| desk.message("not_found.title", "not_found.text", ""))
}
