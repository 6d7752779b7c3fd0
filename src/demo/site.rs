//! The fictional company's landing page, served on a separate origin with its own strict content security
//! policy, like a real site.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::FormId;
use serde_json::json;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    app::App,
    platform::web::{Fault, page},
};

/// What the landing page needs to know about Accord.
#[derive(Clone)]
pub(super) struct Site {
    app: App,
    form: FormId,
}

impl Site {
    pub(super) fn new(app: App, form: FormId) -> Self {
        Self { app, form }
    }

    fn show(&self, template: &str) -> Response {
        let app = &self.app.config.public_url;
        let csp = format!(
            "default-src 'none'; style-src 'self'; script-src {app}; connect-src {app}; form-action {app}; base-uri 'none'; frame-ancestors 'none'"
        );
        match self.app.pages.render_page(template, "en", json!({ "app": app, "form": self.form })) {
            Ok(html) => page(html, &csp, StatusCode::OK),
            Err(error) => Fault::from(error).into_response(),
        }
    }
}

pub(super) async fn serve(listener: TcpListener, site: Site, mut stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/", get(|State(site): State<Site>| async move { site.show("demo/landing.html") }))
        .route("/plain", get(|State(site): State<Site>| async move { site.show("demo/landing_plain.html") }))
        .route(
            "/landing.css",
            get(|| async {
                ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("pages/landing.css"))
            }),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .with_state(site);
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = stop.wait_for(|stop| *stop).await;
    });
    if served.await.is_err() {
        tracing::error!("the landing page's server ended");
    }
}
