//! The desk behind our web pages: a visitor, the language they read, and the one way to read the form they
//! sent, to act for them, to show a page, and to say on a page what went wrong. The words and templates are
//! the room's.

use std::net::SocketAddr;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use serde_json::json;
use tracing::Instrument;

use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        pages::{LANGUAGES, pick_language},
        rate_limit::Budget,
        web::{
            Fault, browser_family, client_ip, error_response, ip_prefix, page, read_body, read_form,
            wants_json,
        },
    },
};

/// What our pages may load, and where they may post to.
pub const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The same for pages without a form.
pub const CLOSED_CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// A form on a page of ours may be this long.
const MOST_BODY: usize = 16 * 1024;

/// A visitor at the pages of one room.
pub struct Desk {
    /// The application.
    pub app: App,
    /// What they sent along.
    pub headers: HeaderMap,
    /// What they read, as far as their browser says; a page about somebody we know is in that person's
    /// language.
    pub language: String,
    /// Whether they are a program that reads JSON.
    pub json: bool,
    /// The policy of the room's pages.
    csp: &'static str,
    /// Whose templates and words.
    room: &'static str,
}

impl Desk {
    /// `asked` is the language named in the address, if the room's pages can be asked for one.
    #[must_use]
    pub fn new(room: &'static str, app: App, headers: HeaderMap, asked: Option<&str>) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            language: pick_language(asked, accepted, &LANGUAGES.map(str::to_owned), LANGUAGES[0]),
            json: false,
            csp: CSP,
            app,
            headers,
            room,
        }
    }

    /// The same for a route that programs use too: they get JSON.
    #[must_use]
    pub fn for_programs_too(self) -> Self {
        Self { json: wants_json(&self.headers), ..self }
    }

    /// The same for pages under another policy than `CSP`.
    #[must_use]
    pub fn under(self, csp: &'static str) -> Self {
        Self { csp, ..self }
    }

    /// A header's text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: impl Into<HeaderName>) -> &str {
        self.headers.get(name.into()).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Family and major version of the browser; empty when it does not say.
    #[must_use]
    pub fn browser(&self) -> String {
        let agent = self.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        agent.map(browser_family).unwrap_or_default()
    }

    /// Takes one from a budget that the visitor's network shares. `peer` is who is connected to us.
    ///
    /// # Errors
    /// 429 when nothing is left.
    pub async fn spend(&self, peer: SocketAddr, budget: Budget) -> Result<(), Fault> {
        let ip = client_ip(peer, &self.headers, &self.app.config.trusted_proxies);
        let network = self.app.vault.pseudonym(&ip_prefix(ip));
        self.app.rate_limit.spend(budget, &network).await.map_err(Fault::too_many)
    }

    /// The fields of the form they sent.
    ///
    /// # Errors
    /// When the body is too long, incomplete, or no form.
    pub async fn fields(&self, body: Body) -> Result<Vec<(String, String)>, Fault> {
        Ok(read_form(&self.headers, read_body(body, MOST_BODY).await?).await?)
    }

    /// The same for a button that may send nothing at all.
    ///
    /// # Errors
    /// When the body is too long, incomplete, or no form.
    pub async fn fields_if_any(&self, body: Body) -> Result<Vec<(String, String)>, Fault> {
        let bytes = read_body(body, MOST_BODY).await?;
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(read_form(&self.headers, bytes).await?)
    }

    /// A page of the room.
    ///
    /// # Errors
    /// When the template lacks something.
    pub fn show(
        &self,
        name: &str,
        language: &str,
        context: impl Serialize,
        status: StatusCode,
    ) -> Result<Response, Fault> {
        self.show_under(self.csp, name, language, context, status)
    }

    /// A page of the room, under a policy of its own.
    ///
    /// # Errors
    /// When the template lacks something.
    pub fn show_under(
        &self,
        csp: &str,
        name: &str,
        language: &str,
        context: impl Serialize,
        status: StatusCode,
    ) -> Result<Response, Fault> {
        Ok(page(self.app.pages.render_page(name, language, context)?, csp, status))
    }

    /// The room's page for a link that is none of ours, or not any more.
    ///
    /// # Errors
    /// When the template lacks something.
    pub fn unknown(&self) -> Result<Response, Fault> {
        let name = format!("{}/unknown.html", self.room);
        self.show(&name, &self.language, json!({}), StatusCode::NOT_FOUND)
    }

    /// A page that says one thing, in the room's words with these keys.
    #[must_use]
    pub fn message(&self, title: &str, text: &str, status: &str) -> Option<String> {
        let words = |key| self.app.pages.text(self.room, &self.language, key);
        let context = json!({ "title": words(title), "message": words(text), "status": status });
        self.app.pages.render_page("message.html", &self.language, context).ok()
    }

    /// Says what went wrong: problem details for programs, for people a page of the room.
    #[must_use]
    pub fn refuse(&self, fault: Fault) -> Response {
        self.refuse_with(fault, |fault| {
            let key = self.words_for(fault);
            self.message(&format!("{key}_title"), &key, fault.status.as_str())
        })
    }

    /// The same with a page of the caller's.
    pub fn refuse_with(&self, fault: Fault, page: impl FnOnce(&Fault) -> Option<String>) -> Response {
        error_response(fault, self.json, self.csp, page)
    }

    /// Either way an answer.
    #[must_use]
    pub fn finish(&self, answer: Result<Response, Fault>) -> Response {
        answer.unwrap_or_else(|fault| self.refuse(fault))
    }

    /// The room's words for an error: its own where it has some, else that the request could not be read.
    fn words_for(&self, fault: &Fault) -> String {
        let key = match fault.code {
            "busy" | "internal" => "errors.unavailable".to_owned(),
            code => format!("errors.{code}"),
        };
        if self.app.pages.text(self.room, &self.language, &key).is_empty() {
            return "errors.unreadable".to_owned();
        }
        key
    }
}

/// A field of a form.
#[must_use]
pub fn field(fields: &[(String, String)], wanted: &str) -> Option<String> {
    fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
}

/// Acts in a task of its own, so that a client that hangs up cannot cancel a unit of work half-way.
///
/// # Errors
/// The act's own; `Internal` when it panicked.
pub async fn act<T: Send + 'static>(act: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(act.in_current_span()).await.map_err(|_| Error::internal("a use case panicked"))?
}
