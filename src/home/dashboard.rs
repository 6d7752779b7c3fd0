//! The dashboard: the staff's web application in `dashboard/`, which only uses the public GraphQL API. An
//! optimised build carries the built files inside the program. A debug build reads them from
//! `dashboard/dist`, so that rebuilding the dashboard needs no rebuild of the program.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rust_embed::RustEmbed;

use crate::platform::{
    keys::random,
    web::{Asset, page, static_asset},
};

/// First segments of the screens' paths, as in `dashboard/src/routes.tsx`.
const SCREENS: [&str; 7] = ["companies", "contacts", "deals", "privacy", "settings", "sign-in", "web-forms"];
/// What `vite build` writes: the page, and files whose names carry a hash of their content.
const PAGE: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "dashboard/dist"]
struct Files;

/// The dashboard's page; none where it was not built. Styles that its components add carry the nonce of
/// this response.
#[must_use]
pub fn dashboard_page() -> Option<Response> {
    let file = Files::get(PAGE)?;
    let nonce = STANDARD.encode(random::<16>());
    let html = String::from_utf8_lossy(&file.data).replace("{{nonce}}", &nonce);
    let csp = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    Some(page(html, &csp, StatusCode::OK))
}

/// Whether a path leads to one of the dashboard's screens.
#[must_use]
pub fn is_screen(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    SCREENS.contains(&first)
}

/// A built file; none where there is no such file.
#[must_use]
pub fn dashboard_file(headers: &HeaderMap, path: &str) -> Option<Response> {
    /// Each file is compressed once, when it is first requested.
    static READ: LazyLock<Mutex<HashMap<String, Arc<Asset>>>> = LazyLock::new(Mutex::default);
    let path = format!("assets/{path}");
    let known = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    let asset = if let Some(asset) = known {
        asset
    } else {
        let bytes = Bytes::from(Files::get(&path)?.data.into_owned());
        let asset = Arc::new(Asset::new(bytes, content_type(&path)).forever());
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        read.entry(path).or_insert(asset).clone()
    };
    Some(static_asset(headers, &asset))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_outside_the_built_dashboard_is_served() {
        for path in
            ["../../../Cargo.toml", "..%2f..%2fCargo.toml", "/etc/passwd", "../index.html/../.gitkeep", ""]
        {
            assert!(dashboard_file(&HeaderMap::new(), path).is_none(), "{path}");
        }
    }

    #[test]
    fn only_the_screens_own_paths_lead_to_the_dashboard() {
        assert!(is_screen("/deals") && is_screen("/contacts/contact_1") && is_screen("/privacy/requests"));
        assert!(!is_screen("/") && !is_screen("/dealsx") && !is_screen("/forms/form_1") && !is_screen(""));
    }
}
