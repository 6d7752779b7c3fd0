//! The public door of forms: hosted page, definition for the embed, and the one post for all three modes.
//! Every answer to a post that is in order is the same, whoever's address it names.
//!
//! `take.rs` is the way of a post, `answer.rs` what is answered, `sites.rs` which sites a form stands on.

mod answer;
mod sites;
mod take;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::FormId;
use serde::Deserialize;
use serde_json::json;

use self::{
    answer::success_message,
    sites::{allow_reading, csp},
};
use super::{caught::Caught, read_values::Typed, view::view};
use crate::{
    app::App,
    desk::{CLOSED_CSP, Desk, Room},
    error::Error,
    forms::cache::{FormCache, Found, Open},
    platform::{
        pages::{LANGUAGES, pick_language},
        web::{Asset, Fault, FromLink, static_asset},
    },
};

/// Whose templates and words.
const ROOM: Room = Room::of("forms").under(CLOSED_CSP);

/// State of the handlers: the cache of published forms, and the counts of rejected submissions.
#[derive(Clone)]
struct Shared {
    app: App,
    forms: Arc<FormCache>,
    caught: Caught,
}

/// The public routes of forms.
pub fn routes(app: &App) -> Router {
    let shared = Shared { app: app.clone(), forms: Arc::default(), caught: Caught::default() };
    Router::new()
        .route("/forms/{form}", get(hosted_page).post(post).options(preflight))
        .route("/forms/{form}/definition", get(definition).options(preflight))
        .route("/forms/{form}/received", get(received))
        .route("/embed.js", get(embed))
        .with_state(shared)
}

#[derive(Deserialize, Default)]
struct Asked {
    lang: Option<String>,
    /// The page that links to the hosted form, as that site says.
    page: Option<String>,
}

async fn embed(headers: HeaderMap) -> Response {
    static EMBED: std::sync::LazyLock<Asset> = std::sync::LazyLock::new(|| {
        Asset::new(&include_bytes!("../../../embed/embed.js")[..], "text/javascript; charset=utf-8")
            .for_everyone()
    });
    static_asset(&headers, &EMBED)
}

async fn hosted_page(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let door = Door::at(shared, peer, headers, asked.lang.as_deref());
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let shown = view(door.app(), &open, &language, &Typed::default(), &[]);
            // A hosted form has no page around it; a site that links here may pass its own.
            let from = asked.page.unwrap_or_default();
            door.form_page(&open, &language, shown.page_context(&open, "", &from, &[]), StatusCode::OK)
        }
        Err(fault) => door.refuse(fault),
    }
}

async fn received(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let door = Door::at(shared, peer, headers, asked.lang.as_deref());
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let mut context = json!(view(door.app(), &open, &language, &Typed::default(), &[]));
            context["form_url"] = json!(format!("/forms/{}?lang={language}", open.form));
            context["languages"] = json!([]);
            context["success_message"] = json!(success_message(&open, &language));
            context["asks_consent"] = json!(!open.published.consents.is_empty());
            door.page("forms/received.html", &language, context, StatusCode::OK, &csp(&open))
        }
        Err(fault) => door.refuse(fault),
    }
}

async fn definition(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let door = Door::at(shared, peer, headers, asked.lang.as_deref()).for_programs();
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let body = view(door.app(), &open, &language, &Typed::default(), &[]).definition(
                door.app(),
                &open,
                &language,
            );
            let response = (
                [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")],
                body.to_string(),
            )
                .into_response();
            door.share(&open, response)
        }
        // A page that may not embed the form is blocked by the browser; one that may can read that the form
        // is closed.
        Err(fault) => allow_reading(door.refuse(fault)),
    }
}

async fn preflight(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    headers: HeaderMap,
) -> Response {
    let door = Door::at(shared, peer, headers, None).for_programs();
    match door.look(&form).await {
        Ok(open) => {
            let mut response = door.share(&open, StatusCode::NO_CONTENT.into_response());
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
            response
        }
        Err(fault) => allow_reading(door.refuse(fault)),
    }
}

async fn post(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let door = Door::at(shared, peer, headers, asked.lang.as_deref());
    match door.look(&form).await {
        Ok(open) => {
            let answer = door.take(&open, body).await;
            let response = answer.unwrap_or_else(|fault| door.refuse(fault));
            door.share(&open, response)
        }
        Err(fault) => allow_reading(door.refuse(fault)),
    }
}

/// One request to a form.
struct Door {
    desk: Desk,
    forms: Arc<FormCache>,
    caught: Caught,
    asked_language: Option<String>,
}

impl Door {
    fn at(shared: Shared, peer: SocketAddr, headers: HeaderMap, asked_language: Option<&str>) -> Self {
        let Shared { app, forms, caught } = shared;
        Self {
            desk: Desk::new(ROOM, app, peer, headers, asked_language).for_programs_too(),
            forms,
            caught,
            asked_language: asked_language.map(str::to_owned),
        }
    }

    /// The same for routes that people do not open.
    fn for_programs(mut self) -> Self {
        self.desk.json = true;
        self
    }

    fn app(&self) -> &App {
        &self.desk.app
    }

    async fn look(&self, form: &str) -> Result<Open, Fault> {
        self.desk.spend(self.app().budgets.views_per_network).await?;
        let id: FormId = form.parse().map_err(|_| Error::NotFound)?;
        match self.forms.find(self.app(), id).await? {
            Found::Open(open) => Ok(open),
            Found::Closed => Err(Fault::gone()),
            Found::None => Err(Error::NotFound.into()),
        }
    }

    /// Of those the form speaks.
    fn language(&self, open: &Open) -> String {
        let offered = &open.published.definition.languages;
        let default = offered.first().map_or(LANGUAGES[0], String::as_str);
        let accepted = self.desk.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        pick_language(self.asked_language.as_deref(), accepted, offered, default)
    }
}
