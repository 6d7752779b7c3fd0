//! The mailbox preview: shows in the browser the mails of an installation without SMTP. It has its own
//! listener, on loopback only.
//!
//! It shows every mail without authentication, so it only answers requests with a loopback host name
//! (otherwise a page elsewhere could point its own name at this machine and read along), runs no scripts, and
//! sandboxes the HTML of mails. It sends nothing and does not use the database: it reads the folder that
//! `Mailer::Preview` writes.

mod letter;
mod store;

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{self, HeaderName},
    },
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::JobId;
use serde_json::json;
use tera::{Context, Tera};
use tokio::{net::TcpListener, sync::watch};

use self::{letter::PreviewedMail, store::Store};
use crate::web::is_local;

const CSS: &str = include_str!("preview.css");
const TEMPLATES: [(&str, &str); 3] = [
    ("frame.html", include_str!("frame.html")),
    ("list.html", include_str!("list.html")),
    ("mail.html", include_str!("mail.html")),
];

/// For our own pages: they may only embed the mail's frame.
const PAGE_CSP: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// For a mail's HTML: inline styles only, no external resources; links open in a new tab.
const MAIL_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
     sandbox allow-popups allow-popups-to-escape-sandbox";

struct Preview {
    store: Store,
    templates: Tera,
}

type Shown = State<Arc<Preview>>;

/// Serves the preview of `folder` until `stop` becomes true.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    folder: PathBuf,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let router = router(folder)?;
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await.context("the mailbox preview stopped")
}

fn router(folder: PathBuf) -> anyhow::Result<Router> {
    let mut templates = Tera::new();
    templates.add_raw_templates(TEMPLATES).context("a template of the mailbox preview does not parse")?;
    let preview = Arc::new(Preview { store: Store::new(folder), templates });
    Ok(Router::new()
        .route("/", get(list))
        .route("/mails/{id}", get(as_html))
        .route("/mails/{id}/text", get(as_text))
        .route("/mails/{id}/html", get(html_alone))
        .route("/mails/{id}/source", get(source))
        .route("/api/mails", get(as_json))
        .route("/preview.css", get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], CSS) }))
        .layer(from_fn(guard))
        .with_state(preview))
}

/// Accepts only loopback host names, and sets security headers on every response.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = if is_loopback_name(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "The mailbox preview answers on this machine's own names only, like localhost.\n",
        )
            .into_response()
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, PAGE_CSP),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn is_loopback_name(headers: &HeaderMap, uri: &Uri) -> bool {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse().ok());
    let Some(authority) = uri.authority().cloned().or(named) else { return false };
    is_local(authority.host())
}

impl Preview {
    fn page(&self, template: &str, context: &serde_json::Value) -> Response {
        let html =
            Context::from_serialize(context).and_then(|context| self.templates.render(template, &context));
        match html {
            Ok(html) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "This mail cannot be shown.\n").into_response(),
        }
    }

    async fn raw(&self, id: &str) -> Option<(JobId, Vec<u8>)> {
        // Parsed as an ID, so that no other file name reaches the file system.
        let id = id.parse().ok()?;
        Some((id, self.store.read(id).await?))
    }

    async fn mail(&self, id: &str) -> Option<PreviewedMail> {
        let (id, raw) = self.raw(id).await?;
        PreviewedMail::parse(id, &raw)
    }

    async fn one(&self, id: &str, tab: &str) -> Response {
        let Some(mail) = self.mail(id).await else { return gone() };
        let pieces = if tab == "text" { letter::pieces(&mail.text) } else { Vec::new() };
        self.page("mail.html", &json!({ "mail": mail, "tab": tab, "pieces": pieces }))
    }
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, "There is no such mail. Only the newest 500 are kept.\n").into_response()
}

async fn list(State(preview): Shown) -> Response {
    let mails = preview.store.newest().await;
    preview.page("list.html", &json!({ "mails": mails }))
}

async fn as_html(State(preview): Shown, Path(id): Path<String>) -> Response {
    preview.one(&id, "html").await
}

async fn as_text(State(preview): Shown, Path(id): Path<String>) -> Response {
    preview.one(&id, "text").await
}

async fn html_alone(State(preview): Shown, Path(id): Path<String>) -> Response {
    let Some(mail) = preview.mail(&id).await else { return gone() };
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, MAIL_CSP)];
    (headers, letter::links_open_beside(&mail.html)).into_response()
}

async fn source(State(preview): Shown, Path(id): Path<String>) -> Response {
    match preview.raw(&id).await {
        Some((_, raw)) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], raw).into_response(),
        None => gone(),
    }
}

async fn as_json(State(preview): Shown) -> Json<Vec<PreviewedMail>> {
    Json(preview.store.newest().await)
}

#[cfg(test)]
mod tests;
