//! The page behind a package's link: GET shows it, POST downloads it.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use futures_util::TryStreamExt;
use serde_json::json;

use crate::{
    accounts::load_workspace,
    app::App,
    contacts::find_contact,
    desk::{Desk, Room},
    error::Error,
    platform::{
        pages::{Zone, format_time},
        web::Fault,
    },
    post::Controller,
    privacy::packages::{Download, download_package, find_package},
};

/// Whose templates and words.
pub(super) const ROOM: Room = Room::of("packages");

/// The public routes of packages.
pub fn routes() -> Router<App> {
    Router::new().route("/my-data/package/{token}", get(ROOM.serve(show)).post(ROOM.serve(download)))
}

async fn show(desk: Desk) -> Result<Response, Fault> {
    let Some(Download { package, .. }) = find_package(&desk.app, desk.token()).await? else {
        return desk.unknown();
    };
    let workspace = load_workspace(&desk.app, package.workspace_id).await?;
    let contact = find_contact(desk.app.db(), package.workspace_id, package.contact_id).await?;
    let Some(contact) = contact else { return desk.unknown() };
    let (language, zone) = (&contact.language, Zone::of(&workspace.jurisdiction));
    let context = json!({
        "legal": Controller::from(&workspace),
        "action": format!("/my-data/package/{}", desk.token()),
        "kind": package.kind.as_str(),
        "built_at": package.built_at.map(|at| format_time(at, zone, language)),
        "expires_at": format_time(package.expires_at, zone, language),
        "size": size(package.bytes, language),
        "sha256": package.sha256.as_ref().map(hex::encode),
    });
    Ok(closed(desk.show("packages/download.html", language, context, StatusCode::OK)?))
}

async fn download(desk: Desk) -> Result<Response, Fault> {
    let found = desk.act(|desk| Box::pin(download_package(&desk.app, desk.token()))).await?;
    let Some(found) = found else { return desk.unknown() };
    let name = format!("my-data-{}.zip", found.package.created_at.format("%Y-%m-%d"));
    file(desk.app, found, &name)
}

/// A file to be saved, streamed part by part, and kept by nothing on the way.
pub(super) fn file(app: App, found: Download, name: &str) -> Result<Response, Fault> {
    let bytes = found.package.bytes;
    let mut response = Response::new(Body::from_stream(found.stream(app).map_err(|error| into_io(&error))));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let disposition = disposition.map_err(|_| Error::internal("a file name is no header value"))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(closed(response))
}

/// What breaks off a download, without what the error says.
fn into_io(error: &Error) -> std::io::Error {
    error.log();
    std::io::Error::other("the file could not be read")
}

/// Nothing on the way keeps it.
pub(super) fn closed(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A size in kilobytes.
pub(super) fn size(bytes: i64, language: &str) -> String {
    let unit = if language == "fr" { "Ko" } else { "KB" };
    format!("{}\u{a0}{unit}", (bytes + 1023) / 1024)
}
