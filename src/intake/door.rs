//! The public door of forms: hosted page, definition for the embed, and the one post for all three modes (E-01).
//! Every answer to a post that is in order is the same, whoever's address it names (promise 4).

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use entity::{CaughtReason, FormId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tracing::Instrument;
use url::Url;

use super::{
    caught::Caught,
    read_values::{Typed, read_values},
    submit::{Submission, Submitted, submit},
    ticket::{self, Ticket},
    view::view,
};
use crate::{
    app::App,
    consent::evidence::Page,
    error::{Error, Problem, ProblemCode, Result},
    forms::{
        cache::{FormCache, Found, Open},
        read_redirect,
    },
    platform::{
        origin::{origin_of, read_origin},
        pages::pick_language,
        text::one_line,
        web::{
            Asset, Fault, FromLink, Media, browser_family, client_ip, error_response, ip_prefix, media_type,
            page, problem, read_body, read_form, static_asset, wants_json,
        },
        work::attempt::repeat,
    },
};

/// A post may be this long (D-19); a form of 50 answers of 4,000 characters fits many times over in practice.
const MOST_BODY: usize = 256 * 1024;
const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// What the handlers share: published forms stay in memory, and posts that were turned away are counted there.
#[derive(Clone)]
struct Shared {
    app: App,
    forms: Arc<FormCache>,
    caught: Caught,
}

/// Every public route of forms.
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
    /// Redirected here after a post: nothing but a look.
    page: Option<String>,
}

async fn embed(headers: HeaderMap) -> Response {
    static EMBED: std::sync::LazyLock<Asset> = std::sync::LazyLock::new(|| {
        Asset::new(include_bytes!("../../embed/embed.js"), "text/javascript; charset=utf-8").for_everyone()
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
    let door = Door::at(&shared, peer, &headers, asked.lang.as_deref());
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let shown = view(&shared.app, &open, &language, &Typed::default(), &[]);
            // A hosted form has no page around it but itself; a site that links here may say where it came from.
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
    let door = Door::at(&shared, peer, &headers, asked.lang.as_deref());
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let mut context = json!(view(&shared.app, &open, &language, &Typed::default(), &[]));
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
    let door = Door { json: true, ..Door::at(&shared, peer, &headers, asked.lang.as_deref()) };
    match door.look(&form).await {
        Ok(open) => {
            let language = door.language(&open);
            let body = view(&shared.app, &open, &language, &Typed::default(), &[]).definition(
                &shared.app,
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
        // A site that may not embed learns so from the browser; one that may learns that the form is closed.
        Err(fault) => allow_reading(door.refuse(fault)),
    }
}

async fn preflight(
    State(shared): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(form): FromLink,
    headers: HeaderMap,
) -> Response {
    let door = Door { json: true, ..Door::at(&shared, peer, &headers, None) };
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
    let door = Door::at(&shared, peer, &headers, asked.lang.as_deref());
    // Spawned by the edge, so that a client that hangs up cannot cancel it half-way.
    match door.look(&form).await {
        Ok(open) => {
            let answer = door.take(&open, body).await;
            let response = answer.unwrap_or_else(|fault| door.refuse(fault));
            door.share(&open, response)
        }
        Err(fault) => allow_reading(door.refuse(fault)),
    }
}

/// Where a post comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Our own page, one of the form's sites, or a program.
    Allowed,
    /// A page whose referrer policy, or sandbox, hides it (`Origin: null`): nothing is kept before a press on our own page.
    Hidden,
    /// Somebody else's site.
    Foreign,
}

/// One request at the door.
struct Door<'a> {
    app: &'a App,
    shared: &'a Shared,
    headers: &'a HeaderMap,
    network: String,
    asked_language: Option<&'a str>,
    json: bool,
}

impl<'a> Door<'a> {
    fn at(
        shared: &'a Shared,
        peer: SocketAddr,
        headers: &'a HeaderMap,
        asked_language: Option<&'a str>,
    ) -> Self {
        let app = &shared.app;
        let network = app.vault.pseudonym(&ip_prefix(client_ip(peer, headers, &app.config.trusted_proxies)));
        Self { app, shared, headers, network, asked_language, json: wants_json(headers) }
    }

    async fn look(&self, form: &str) -> Result<Open, Fault> {
        let spent = self.app.rate_limit.spend(self.app.budgets.views_per_network, &self.network).await;
        spent.map_err(Fault::too_many)?;
        let id: FormId = form.parse().map_err(|_| Error::NotFound)?;
        match self.shared.forms.find(self.app, id).await? {
            Found::Open(open) => Ok(open),
            Found::Closed => Err(Fault::gone()),
            Found::None => Err(Error::NotFound.into()),
        }
    }

    fn language(&self, open: &Open) -> String {
        let offered = &open.published.definition.languages;
        let default = offered.first().map_or("en", String::as_str);
        let accepted = self.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        pick_language(self.asked_language, accepted, offered, default)
    }

    async fn take(&self, open: &Open, body: Body) -> Result<Response, Fault> {
        let app = self.app;
        let origin = self.origin(open);
        if origin == Origin::Foreign {
            self.shared.caught.count(app, open, CaughtReason::ForeignSite).await;
            return Err(Error::Forbidden.into());
        }
        if let Err(wait) = app.rate_limit.spend(app.budgets.submissions_per_network, &self.network).await {
            self.shared.caught.count(app, open, CaughtReason::TooMany).await;
            return Err(Fault::too_many(wait));
        }
        let typed = self.read(body).await?;
        let offered = &open.published.definition.languages;
        let language = match offered.iter().find(|code| **code == typed.language) {
            Some(code) => code.clone(),
            None => self.language(open),
        };
        if !typed.honeypot.is_empty() {
            // Only programs fill this in: they are told what everyone is told. Were it a person after all,
            // the number shows it.
            self.shared.caught.count(app, open, CaughtReason::Honeypot).await;
            return Ok(self.received(open, &language));
        }
        if origin == Origin::Hidden {
            return Ok(self.once_more(open, &language, &typed, "press_again"));
        }
        let version = match ticket::judge(app, open.workspace, &typed.ticket) {
            Ticket::Good(version) => version,
            Ticket::TooYoung => return Ok(self.once_more(open, &language, &typed, "too_fast")),
            Ticket::Stale => return Ok(self.once_more(open, &language, &typed, "press_again")),
        };
        // What counts is what was shown, even if a newer version was published meanwhile.
        let shown = match self.shared.forms.version(app, open.workspace, open.form, version).await? {
            Some(published) => Open { version, published, ..open.clone() },
            // A ticket of another form.
            None => return Ok(self.once_more(open, &language, &typed, "press_again")),
        };
        let browser = self
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(browser_family)
            .unwrap_or_default();
        let asked =
            match read_values(app, &shown, &language, &typed, self.page_of(&shown, &typed.page), browser) {
                Ok(asked) => asked,
                Err(problems) => return Ok(self.show_problems(&shown, &language, &typed, &problems)),
            };
        let (app, open_now, ticket) = (app.clone(), shown.clone(), typed.ticket.clone());
        let keep = async move {
            let new = Submission { open: &open_now, ticket: &ticket, asked: &asked };
            repeat(|| submit(&app, &new)).await
        };
        let kept = tokio::spawn(keep.in_current_span());
        match kept.await.map_err(|_| Error::internal("a submission panicked"))?? {
            Submitted::Kept(_) | Submitted::Repeated => Ok(self.received(&shown, &language)),
            Submitted::TooMany => Ok(self.used_up(open, &language, &typed)),
        }
    }

    async fn read(&self, body: Body) -> Result<Typed, Fault> {
        let media = media_type(self.headers);
        if media == Media::Other {
            return Err(Fault::unsupported_media());
        }
        let bytes = read_body(body, MOST_BODY).await?;
        if media == Media::Json {
            return serde_json::from_slice(&bytes).map_err(|_| {
                let message = "The body is not the JSON object that this route reads: ticket, language, page, values, consents.";
                Error::Rejected(vec![Problem { code: ProblemCode::Invalid, field: None, message: message.to_owned() }]).into()
            });
        }
        Ok(Typed::from_pairs(read_form(self.headers, bytes).await?))
    }

    /// Browsers say where a post comes from. Programs may say nothing: they have the ticket to show.
    fn origin(&self, open: &Open) -> Origin {
        match self.headers.get(header::ORIGIN).map(HeaderValue::to_str) {
            None => Origin::Allowed,
            Some(Ok("null")) => Origin::Hidden,
            Some(Ok(origin)) if self.is_allowed(open, origin) => Origin::Allowed,
            Some(_) => Origin::Foreign,
        }
    }

    fn is_allowed(&self, open: &Open, origin: &str) -> bool {
        origin == self.app.config.public_url || origins(open).any(|allowed| allowed == origin)
    }

    /// The page as evidence: origin, path and allow-listed UTM parameters. Only if its origin is one of the form's, since the
    /// host is named in a mail.
    fn page_of(&self, open: &Open, claimed: &str) -> Page {
        let referer =
            self.headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Some((origin, url)) = [claimed, referer]
            .into_iter()
            .filter_map(|text| Url::parse(text).ok())
            .find_map(|url| Some((origin_of(&url).filter(|origin| self.is_allowed(open, origin))?, url)))
        else {
            return Page::default();
        };
        let short = |text: &str| one_line(text).chars().take(200).collect::<String>();
        let utm = url
            .query_pairs()
            .filter(|(name, _)| UTM.contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), short(&value)))
            .collect();
        Page { origin, path: short(url.path()), utm }
    }

    /// The one answer.
    fn received(&self, open: &Open, language: &str) -> Response {
        let redirect = redirect(open).map(String::from);
        if self.json {
            let key =
                if open.published.basis.is_some() { "received.message_basis" } else { "received.message" };
            let message = format!(
                "{} {}",
                success_message(open, language),
                self.app.pages.text("forms", language, key)
            );
            let message = message.trim();
            let body = json!({ "status": "received", "message": message, "redirect": redirect });
            return (StatusCode::ACCEPTED, [(header::CONTENT_TYPE, "application/json")], body.to_string())
                .into_response();
        }
        let own = format!("/forms/{}/received?lang={language}", open.form);
        (StatusCode::SEE_OTHER, [(header::LOCATION, redirect.unwrap_or(own))]).into_response()
    }

    fn once_more(&self, open: &Open, language: &str, typed: &Typed, notice: &str) -> Response {
        self.again(open, language, typed, notice, StatusCode::CONFLICT)
    }

    /// The ticket has brought as many submissions as it may: the form once more, with another.
    fn used_up(&self, open: &Open, language: &str, typed: &Typed) -> Response {
        let mut response = self.again(open, language, typed, "press_again", StatusCode::TOO_MANY_REQUESTS);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        response
    }

    /// Asks for the same again with a new ticket. People who read a page of ours made no mistake: for them it is the form, filled in.
    fn again(
        &self,
        open: &Open,
        language: &str,
        typed: &Typed,
        notice: &str,
        status: StatusCode,
    ) -> Response {
        let shown = view(self.app, open, language, typed, &[]);
        let mut context = shown.page_context(open, notice, &typed.page, &[]);
        if self.json {
            let mut more = Map::new();
            more.insert(
                "code".to_owned(),
                json!(if status == StatusCode::CONFLICT { "ticket_stale" } else { "ticket_used_up" }),
            );
            more.insert("ticket".to_owned(), context["ticket"].take());
            more.insert("retryAfterMs".to_owned(), json!(ticket::YOUNGEST.num_milliseconds() + 50));
            let detail = if status == StatusCode::CONFLICT {
                "The ticket is missing, too old or too young. Nothing was kept: send again with the new one."
            } else {
                "This ticket has brought as many submissions as it may. Nothing was kept: send again with the new one."
            };
            return problem(status, "Send again", detail, more);
        }
        self.form_page(
            open,
            language,
            context,
            if status == StatusCode::CONFLICT { StatusCode::OK } else { status },
        )
    }

    fn show_problems(&self, open: &Open, language: &str, typed: &Typed, problems: &[Problem]) -> Response {
        if self.json {
            return Fault::from(Error::Rejected(problems.to_vec())).into_response();
        }
        let mut context =
            view(self.app, open, language, typed, problems).page_context(open, "", &typed.page, problems);
        // The ticket that was used stays: a corrected post belongs to the same rendered form.
        context["ticket"] = Value::String(typed.ticket.clone());
        self.form_page(open, language, context, StatusCode::UNPROCESSABLE_ENTITY)
    }

    fn form_page(&self, open: &Open, language: &str, mut context: Value, status: StatusCode) -> Response {
        // Browsers block `autofocus` in frames of another origin, and complain about it in the console of
        // the page around.
        let place =
            self.headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok()).unwrap_or_default();
        context["framed"] = json!(matches!(place, "iframe" | "frame" | "embed" | "object"));
        self.page("forms/form.html", language, context, status, &csp(open))
    }

    fn page(&self, name: &str, language: &str, context: Value, status: StatusCode, csp: &str) -> Response {
        match self.app.pages.render_page(name, language, context) {
            Ok(html) => {
                let mut response = page(html, csp, status);
                // Under `no-referrer` a browser posts our own form with `Origin: null`, which we refuse. To others it says nothing either.
                response
                    .headers_mut()
                    .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
                response
            }
            Err(error) => Fault::from(error).into_response(),
        }
    }

    fn refuse(&self, fault: Fault) -> Response {
        let both = ["fr".to_owned(), "en".to_owned()];
        let accepted = self.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = pick_language(self.asked_language, accepted, &both, "en");
        error_response(fault, self.json, CLOSED_CSP, |fault| {
            let key = match fault.code {
                "not_found" | "gone" => {
                    return self.app.pages.render_page("forms/closed.html", &language, json!({})).ok();
                }
                "forbidden" => "forbidden",
                "too_many" => "too_many",
                "too_large" => "too_large",
                "busy" | "internal" => "unavailable",
                _ => "unreadable",
            };
            let text =
                |key: String| self.app.pages.text("forms", &language, &format!("errors.{key}")).to_owned();
            let context = json!({ "title": text(format!("{key}_title")), "message": text(key.to_owned()), "status": fault.status.as_str() });
            self.app.pages.render_page("message.html", &language, context).ok()
        })
    }

    /// CORS: only the form's own origins may read the answer. Never with credentials.
    fn share(&self, open: &Open, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Origin, Accept, Accept-Language"));
        if let Some(origin) = self.headers.get(header::ORIGIN)
            && origin.to_str().is_ok_and(|origin| self.is_allowed(open, origin))
        {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
            headers.insert(
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("cross-origin"),
            );
        }
        response
    }
}

/// The form's own words, if it has some in this language.
fn success_message<'a>(open: &'a Open, language: &str) -> &'a str {
    open.published.definition.success_message.get(language).map(String::as_str).unwrap_or_default()
}

/// An answer that tells nothing about anybody, and may be read from anywhere: the form is not there.
fn allow_reading(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

const CLOSED_CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The origins of the form's sites. Read anew: a version that was published by an older Accord may hold what is none.
fn origins(open: &Open) -> impl Iterator<Item = String> {
    open.published.definition.allowed_origins.iter().filter_map(|origin| read_origin(origin).ok())
}

/// Where a visitor goes afterwards, likewise.
fn redirect(open: &Open) -> Option<Url> {
    open.published.definition.redirect_url.as_deref().and_then(read_redirect)
}

/// The hosted page may be framed by the form's own origins only (E-02), and may post to us, and be redirected on. What stands here
/// was read as an origin: no directive can be written into it.
fn csp(open: &Open) -> String {
    let ancestors: Vec<String> = origins(open).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    let redirect =
        redirect(open).and_then(|url| origin_of(&url)).map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{redirect}; base-uri 'none'; frame-ancestors {ancestors}"
    )
}
