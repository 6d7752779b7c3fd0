//! The desk behind our web pages: a visitor, the link they came by, the form they sent, the language they
//! read, and the one way to act for them, to show a page, and to say on a page what went wrong. The words and
//! templates are the room's.
//!
//! A page is an `async fn(Desk) -> Result<Response, Fault>`. Its route says `get(ROOM.serve(page))` or
//! `post(ROOM.take(page))` (`room.rs`), which make the desk, spend the budget and read the form first.

mod room;

use std::net::SocketAddr;

use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::Response,
};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value, json};
use tracing::Instrument;

pub use room::{Room, Served};

use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        pages::{LANGUAGES, pick_language},
        rate_limit::Budget,
        web::{Fault, browser_family, client_ip, error_response, ip_prefix, page, wants_json},
        work::attempt::repeat,
    },
};

/// What our pages may load, and where they may post to.
pub const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The same for pages without a form.
pub const CLOSED_CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Names and values, as they came.
type Pairs = Vec<(String, String)>;

/// A visitor at the pages of one room.
#[derive(Clone)]
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
    /// Whose templates and words, and under which policy.
    pub room: Room,
    /// Who is connected to us.
    peer: SocketAddr,
    /// What the path names.
    path: Pairs,
    /// What the address asks for.
    query: Pairs,
    /// The form they sent.
    fields: Pairs,
}

impl Desk {
    /// `peer` is who is connected to us, and `asked` the language named in the address.
    #[must_use]
    pub fn new(room: Room, app: App, peer: SocketAddr, headers: HeaderMap, asked: Option<&str>) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            language: pick_language(asked, accepted, &LANGUAGES.map(str::to_owned), LANGUAGES[0]),
            json: false,
            app,
            headers,
            room,
            peer,
            path: Pairs::new(),
            query: Pairs::new(),
            fields: Pairs::new(),
        }
    }

    /// The same for a route that programs use too: they get JSON.
    #[must_use]
    pub fn for_programs_too(self) -> Self {
        Self { json: wants_json(&self.headers), ..self }
    }

    /// The token of the link that they followed.
    #[must_use]
    pub fn token(&self) -> &str {
        self.part("token")
    }

    /// A part of the path; empty when the route has none of this name.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        value_of(&self.path, name).unwrap_or_default()
    }

    /// What the address asks for under this name.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        value_of(&self.query, name)
    }

    /// A field of the form they sent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        value_of(&self.fields, name)
    }

    /// What was typed in a field; empty when the form has none of this name.
    #[must_use]
    pub fn typed(&self, name: &str) -> &str {
        self.field(name).unwrap_or_default()
    }

    /// The same visitor, with every field read in this way. `None` when one cannot be.
    #[must_use]
    pub fn reading(mut self, read: impl Fn(&str) -> Option<String>) -> Option<Self> {
        for (_, value) in &mut self.fields {
            *value = read(value)?;
        }
        Some(self)
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

    /// Takes one from a budget that the visitor's network shares.
    ///
    /// # Errors
    /// 429 when nothing is left.
    pub async fn spend(&self, budget: Budget) -> Result<(), Fault> {
        let ip = client_ip(self.peer, &self.headers, &self.app.config.trusted_proxies);
        let network = self.app.vault.pseudonym(&ip_prefix(ip));
        self.app.rate_limit.spend(budget, &network).await.map_err(Fault::too_many)
    }

    /// Acts for the visitor: in a task of its own, so that a client that hangs up cannot cancel a unit of work
    /// half-way, and again when the database rolled it back for another's sake.
    ///
    /// # Errors
    /// The act's own; `Internal` when it panicked.
    pub async fn act<T, F>(&self, what: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a Self) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let desk = self.clone();
        let done = tokio::spawn(async move { repeat(|| what(&desk)).await }.in_current_span());
        done.await.map_err(|_| Error::internal("a use case panicked"))?
    }

    /// The room's words in a language.
    #[must_use]
    pub fn words(&self, language: &str) -> &Value {
        self.app.pages.messages(self.room.name, language)
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
        self.show_under(self.room.csp, name, language, context, status)
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
        let name = format!("{}/unknown.html", self.room.name);
        self.show(&name, &self.language, json!({}), StatusCode::NOT_FOUND)
    }

    /// A page that says one thing, in the room's words with these keys.
    #[must_use]
    pub fn message(&self, title: &str, text: &str, status: &str) -> Option<String> {
        let words = |key| self.app.pages.text(self.room.name, &self.language, key);
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
        error_response(fault, self.json, self.room.csp, page)
    }

    /// The room's words for an error: its own where it has some, else that the request could not be read.
    fn words_for(&self, fault: &Fault) -> String {
        let key = match fault.code {
            "busy" | "internal" => "errors.unavailable".to_owned(),
            code => format!("errors.{code}"),
        };
        if self.app.pages.text(self.room.name, &self.language, &key).is_empty() {
            return "errors.unreadable".to_owned();
        }
        key
    }
}

fn value_of<'a>(pairs: &'a Pairs, wanted: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}
