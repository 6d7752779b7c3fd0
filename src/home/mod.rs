//! The home page `/`, which says what runs here and where to go, and the page for addresses that do not
//! exist. For the latter, programs get problem details (RFC 9457).

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header::ACCEPT_LANGUAGE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        pages::{LANGUAGES, pick_language},
        web::{Fault, error_response, page, wants_json},
    },
};

const CSP: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The query string, such as `?lang=fr`.
#[derive(Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

/// The home page.
pub async fn home(State(app): State<App>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let language = language(asked.lang.as_deref(), &headers);
    match show(&app, &language) {
        Ok(html) => page(html, CSP, StatusCode::OK),
        Err(error) => Fault::from(error).into_response(),
    }
}

fn show(app: &App, language: &str) -> Result<String> {
    let name = |code: &str| if code == "fr" { "Français" } else { "English" };
    let languages: Vec<_> = LANGUAGES
        .iter()
        .map(|code| json!({ "code": code, "name": name(code), "url": format!("/?lang={code}"), "current": *code == language }))
        .collect();
    let context = json!({
        "languages": languages,
        "graphql": format!("{}/graphql", app.config.public_url),
        "graphiql": app.config.graphiql,
        "version": env!("CARGO_PKG_VERSION"),
    });
    app.pages.render_page("home/home.html", language, context)
}

/// Answers requests that match no route.
pub async fn not_found(State(app): State<App>, headers: HeaderMap) -> Response {
    let language = language(None, &headers);
    // Only a client that accepts `text/html` explicitly is a browser; most programs send `*/*`.
    let html = headers
        .get_all("accept")
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")));
    error_response(Error::NotFound, !html || wants_json(&headers), CSP, |_| {
        let text = |key: &str| app.pages.text("home", &language, key);
        let context =
            json!({ "title": text("not_found.title"), "message": text("not_found.text"), "status": "" });
        app.pages.render_page("message.html", &language, context).ok()
    })
}

fn language(asked: Option<&str>, headers: &HeaderMap) -> String {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    pick_language(asked, accepted, &LANGUAGES.map(str::to_owned), LANGUAGES[0])
}
