//! The pages behind the links in our mails. GET shows and changes nothing; POST acts, and twice is as once (promise 2).
//! RFC 8058 one-click goes to the unsubscribe address itself: POST, no cookie, no redirect.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use entity::{ConsentState, ContactId, FormId, OptInId, WorkspaceId};
use serde_json::{Value, json};
use tracing::Instrument;

use super::{
    confirm_opt_in::{Confirmation, Visit, confirm_opt_in},
    decline_opt_in::{Declined, allow_again, decline_opt_in},
    mails::Controller,
    waiting::{LinkState, Waiting, WaitingOptIn, look_at_link},
};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        Stopped, Subscription, basis_in_words, channel_in_words, is_all_stopped, last_form_of, subscriptions,
        unsubscribe, unsubscribe_link,
    },
    error::{Error, Result},
    link_uses::Use,
    platform::{
        pages::{LANGUAGES, Zone, format_day, format_time, pick_language},
        web::{
            Fault, FromLink, browser_family, client_ip, error_response, ip_prefix, page, read_body, read_form,
        },
        work::attempt::repeat,
    },
};

const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MOST_BODY: usize = 16 * 1024;

/// Every public route of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/confirm/{token}", get(confirm_page).post(confirm))
        .route("/confirm/{token}/decline", post(decline).get(confirm_page))
        .route("/confirm/{token}/allow", post(allow).get(confirm_page))
        .route("/unsubscribe/{token}", get(unsubscribe_page).post(stop))
}

/// Whoever stands before a page, and the page's words.
struct Desk {
    app: App,
    language: String,
    network: String,
    visit: Visit,
}

impl Desk {
    fn new(app: App, peer: SocketAddr, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
        let both: Vec<String> = LANGUAGES.iter().map(ToString::to_string).collect();
        Self {
            language: pick_language(None, text(header::ACCEPT_LANGUAGE), &both, "en"),
            network: app.vault.pseudonym(&ip_prefix(client_ip(peer, headers, &app.config.trusted_proxies))),
            visit: Visit { browser: text(header::USER_AGENT).map(browser_family).unwrap_or_default() },
            app,
        }
    }

    async fn spend(&self) -> Result<(), Fault> {
        self.app
            .rate_limit
            .spend(self.app.budgets.presses_per_network, &self.network)
            .await
            .map_err(Fault::too_many)
    }

    async fn spend_on_link(&self, token: &str) -> Result<(), Fault> {
        // What is no link of ours is not worth a place in memory.
        if self.app.vault.verify(Use::Unsubscribe, token).is_none() {
            return Ok(());
        }
        let link = self.app.vault.pseudonym(token);
        self.app.rate_limit.spend(self.app.budgets.one_clicks_per_link, &link).await.map_err(Fault::too_many)
    }

    async fn legal(&self, workspace: WorkspaceId) -> Result<Controller> {
        Ok(Controller::from(&load_workspace(&self.app, workspace).await?))
    }

    async fn zone(&self, workspace: WorkspaceId) -> Result<Zone> {
        Ok(Zone::of(&load_workspace(&self.app, workspace).await?.jurisdiction))
    }

    fn show(
        &self,
        name: &str,
        language: &str,
        context: Value,
        status: StatusCode,
    ) -> Result<Response, Fault> {
        Ok(page(self.app.pages.render_page(name, language, context)?, CSP, status))
    }

    fn unknown(&self) -> Result<Response, Fault> {
        self.show("consent/unknown.html", &self.language, json!({}), StatusCode::NOT_FOUND)
    }

    async fn expired(&self, workspace: WorkspaceId, form: FormId, language: &str) -> Result<Response, Fault> {
        let context = json!({ "legal": self.legal(workspace).await?, "form_url": self.form_url(form, language).await? });
        self.show("consent/expired.html", language, context, StatusCode::GONE)
    }

    async fn form_url(&self, form: FormId, language: &str) -> Result<String> {
        let is_open = crate::forms::loads::is_open(self.app.db(), form).await?;
        Ok(if is_open { format!("/forms/{form}?lang={language}") } else { String::new() })
    }

    async fn declined(
        &self,
        others: &Waiting,
        token: &str,
        just_now: bool,
        is_protected: bool,
    ) -> Result<Response, Fault> {
        let (language, zone) = (&others.language, self.zone(others.workspace).await?);
        let context = json!({
            "legal": self.legal(others.workspace).await?,
            "just_now": just_now,
            "protected": is_protected,
            "allow_action": format!("/confirm/{token}/allow"),
            "decline_action": format!("/confirm/{token}/decline"),
            "others": others.opt_ins.iter().map(|waiting| self.request(waiting, token, zone, language)).collect::<Vec<_>>(),
        });
        self.show("consent/declined.html", language, context, StatusCode::OK)
    }

    /// What somebody has agreed to, and what else waits.
    async fn confirmed(
        &self,
        others: &Waiting,
        token: &str,
        contact: ContactId,
        just_now: bool,
    ) -> Result<Response, Fault> {
        let (language, zone) = (&others.language, self.zone(others.workspace).await?);
        let link = unsubscribe_link(&self.app, others.workspace, contact, None);
        let token_of_link = link.rsplit('/').next().unwrap_or_default();
        let lines =
            subscriptions(&self.app, token_of_link).await?.map(|(_, lines)| lines).unwrap_or_default();
        let context = json!({
            "legal": self.legal(others.workspace).await?,
            "just_now": just_now,
            "purposes": lines.iter().map(|line| subscription(line, zone, language)).collect::<Vec<_>>(),
            "others": others.opt_ins.iter().map(|waiting| self.request(waiting, token, zone, language)).collect::<Vec<_>>(),
            "unsubscribe_url": link,
        });
        self.show("consent/confirmed.html", language, context, StatusCode::OK)
    }

    /// Where the link's own question stands, and what else waits.
    async fn state(&self, token: &str, just_now: bool) -> Result<Response, Fault> {
        match look_at_link(&self.app, token).await? {
            LinkState::Waiting(waiting) => self.waiting(&waiting, token).await,
            LinkState::Confirmed(others, contact) => self.confirmed(&others, token, contact, just_now).await,
            LinkState::Declined(others, is_protected) => {
                self.declined(&others, token, just_now, is_protected).await
            }
            LinkState::Expired(workspace, form, language) => self.expired(workspace, form, &language).await,
            LinkState::Unknown => self.unknown(),
        }
    }

    async fn waiting(&self, waiting: &Waiting, token: &str) -> Result<Response, Fault> {
        let (language, zone) = (&waiting.language, self.zone(waiting.workspace).await?);
        let mut requests = waiting.opt_ins.iter().map(|waiting| self.request(waiting, token, zone, language));
        let first = requests.next();
        let context = json!({
            "legal": self.legal(waiting.workspace).await?,
            "first": first,
            "others": requests.collect::<Vec<_>>(),
            "decline_action": format!("/confirm/{token}/decline"),
        });
        self.show("consent/confirm.html", language, context, StatusCode::OK)
    }

    async fn subscriptions(&self, token: &str) -> Result<Response, Fault> {
        let Some((contact, lines)) = subscriptions(&self.app, token).await? else { return self.unknown() };
        let zone = self.zone(contact.workspace_id).await?;
        let context = json!({
            "legal": self.legal(contact.workspace_id).await?,
            "action": format!("/unsubscribe/{token}"),
            "subscribed": lines.iter().any(is_going_on),
            "all_stopped": is_all_stopped(&self.app, &contact, &lines).await?,
            "form_url": self.way_back(&contact).await?,
            "purposes": lines.iter().map(|line| subscription(line, zone, &contact.language)).collect::<Vec<_>>(),
        });
        self.show("consent/unsubscribe.html", &contact.language, context, StatusCode::OK)
    }

    /// The form that this person last came in by, while it is open: there they can subscribe again.
    async fn way_back(&self, contact: &entity::contact::Model) -> Result<String> {
        match last_form_of(&self.app, contact).await? {
            Some(form) => self.form_url(form, &contact.language).await,
            None => Ok(String::new()),
        }
    }

    /// Everything shown was typed by someone who may not be the reader. The page is named where it is one
    /// of the form's sites; our own address would tell nobody anything.
    fn request(&self, waiting: &WaitingOptIn, token: &str, zone: Zone, language: &str) -> Value {
        let page = &waiting.asked.page;
        let is_theirs = !page.origin.is_empty() && page.origin != self.app.config.public_url;
        let page = if is_theirs { page.address() } else { String::new() };
        request(waiting, token, zone, language, &page)
    }

    /// Says exactly what stopped now, and what had been stopped before.
    async fn stopped(&self, token: &str, stopped: &Stopped) -> Result<Response, Fault> {
        let Some((contact, lines)) = subscriptions(&self.app, token).await? else { return self.unknown() };
        let language = &contact.language;
        let name = |line: &Subscription| json!({ "title": line.title, "channel": channel_in_words(line.channel, language) });
        let among = |list: &[crate::consent::StoppedOne]| -> Vec<Value> {
            lines
                .iter()
                .filter(|line| {
                    list.iter().any(|one| one.purpose == line.purpose.id && one.channel == line.channel)
                })
                .map(name)
                .collect()
        };
        let context = json!({
            "legal": self.legal(stopped.workspace).await?,
            "everything": stopped.everything,
            "stopped": among(&stopped.now),
            "already": among(&stopped.before),
            "remaining": lines.iter().filter(|line| is_going_on(line)).map(name).collect::<Vec<_>>(),
            "form_url": self.way_back(&contact).await?,
            "unsubscribe_url": format!("/unsubscribe/{token}"),
        });
        self.show("consent/unsubscribed.html", language, context, StatusCode::OK)
    }

    fn finish(&self, answer: Result<Response, Fault>) -> Response {
        answer.unwrap_or_else(|fault| {
            error_response(fault, false, CSP, |fault| {
                let key = match fault.code {
                    "too_many" => "too_many",
                    "busy" | "internal" => "unavailable",
                    _ => "unreadable",
                };
                let text = |key: &str| self.app.pages.text("consent", &self.language, &format!("errors.{key}")).to_owned();
                let context = json!({ "title": text(&format!("{key}_title")), "message": text(key), "status": fault.status.as_str() });
                self.app.pages.render_page("message.html", &self.language, context).ok()
            })
        })
    }
}

async fn confirm_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        desk.state(&token, false).await
    };
    desk.finish(answer.await)
}

async fn confirm(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        let which = which(&fields(&headers, body).await?)?;
        let (app, link, visit) = (desk.app.clone(), token.clone(), desk.visit.clone());
        let done = run(async move { repeat(|| confirm_opt_in(&app, &link, which, &visit)).await }).await?;
        match done {
            Confirmation::Unknown => desk.unknown(),
            // The page shows the link's own question, though another of the mailbox's may be the one that was pressed: unless the
            // link's own got a no before, and the page would thank for that.
            Confirmation::Confirmed(contact) => match look_at_link(&desk.app, &token).await? {
                LinkState::Declined(others, _) => desk.confirmed(&others, &token, contact, true).await,
                _ => desk.state(&token, true).await,
            },
            Confirmation::AlreadyConfirmed(_) | Confirmation::Declined | Confirmation::Expired(_) => {
                desk.state(&token, false).await
            }
        }
    };
    desk.finish(answer.await)
}

async fn decline(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        let which = which(&fields(&headers, body).await?)?;
        let (app, link) = (desk.app.clone(), token.clone());
        match run(async move { repeat(|| decline_opt_in(&app, &link, which)).await }).await? {
            Declined::Declined => desk.state(&token, true).await,
            // The page shows what is left.
            Declined::Other | Declined::AlreadyConfirmed(_) | Declined::Expired(_) => {
                desk.state(&token, false).await
            }
            Declined::Unknown => desk.unknown(),
        }
    };
    desk.finish(answer.await)
}

async fn allow(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        let (app, link) = (desk.app.clone(), token.clone());
        let Some((workspace, form, language)) =
            run(async move { repeat(|| allow_again(&app, &link)).await }).await?
        else {
            return desk.state(&token, false).await;
        };
        let context = json!({ "legal": desk.legal(workspace).await?, "form_url": desk.form_url(form, &language).await? });
        desk.show("consent/allowed.html", &language, context, StatusCode::OK)
    };
    desk.finish(answer.await)
}

async fn unsubscribe_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        desk.subscriptions(&token).await
    };
    desk.finish(answer.await)
}

async fn stop(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        let pairs = fields(&headers, body).await?;
        let field =
            |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        // Mail providers press for many people from one network: what is counted is presses on one link.
        let one_click = field("List-Unsubscribe").as_deref() == Some("One-Click");
        if one_click {
            desk.spend_on_link(&token).await?;
        } else {
            desk.spend().await?;
        }
        let scope = if one_click { None } else { Some(field("scope").ok_or(Error::NotFound)?) };
        let (app, link) = (desk.app.clone(), token.clone());
        let method = if one_click { "one_click" } else { "page" };
        let Some(stopped) =
            run(async move { repeat(|| unsubscribe(&app, &link, scope.as_deref(), method)).await }).await?
        else {
            return desk.unknown();
        };
        if one_click {
            return Ok((
                StatusCode::OK,
                [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
                "Unsubscribed.\n",
            )
                .into_response());
        }
        desk.stopped(&token, &stopped).await
    };
    desk.finish(answer.await)
}

/// Spawned, so that a client that hangs up cannot cancel a unit of work half-way.
async fn run<T: Send + 'static>(act: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(act.in_current_span()).await.map_err(|_| Error::internal("a use case panicked"))?
}

async fn fields(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, Fault> {
    let bytes = read_body(body, MOST_BODY).await?;
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(read_form(headers, bytes).await?)
}

/// The request that a button stands under; none for one that stands under no single request.
fn which(pairs: &[(String, String)]) -> Result<Option<OptInId>> {
    let named = pairs.iter().find(|(name, _)| name == "opt_in");
    named.map(|(_, id)| id.parse().map_err(|_| Error::NotFound)).transpose()
}

fn request(waiting: &WaitingOptIn, token: &str, zone: Zone, language: &str, page: &str) -> Value {
    let asked = &waiting.asked;
    let purposes = asked
        .consents
        .iter()
        .map(|consent| json!({ "title": consent.title, "wording": consent.wording, "channel": channel_in_words(consent.channel, language) }));
    let email = json!({ "label": if language == "fr" { "Adresse e-mail" } else { "E-mail address" }, "value": asked.email });
    let values = asked.values.iter().map(|value| json!({ "label": value.label, "value": value.value }));
    json!({
        "opt_in": waiting.id,
        "received_at": format_time(waiting.received_at, zone, language),
        "expires_at": format_time(waiting.expires_at, zone, language),
        "form": waiting.form,
        "page": page,
        "purposes": purposes.collect::<Vec<_>>(),
        "values": std::iter::once(email).chain(values).collect::<Vec<_>>(),
        "basis_text": asked.basis.as_ref().map(|basis| basis_in_words(basis.legal_basis, language)).unwrap_or_default(),
        "action": format!("/confirm/{token}"),
        "decline_action": format!("/confirm/{token}/decline"),
    })
}

fn is_going_on(line: &Subscription) -> bool {
    matches!(line.state, ConsentState::Given | ConsentState::Requested)
}

fn subscription(line: &Subscription, zone: Zone, language: &str) -> Value {
    json!({
        "key": line.key,
        "title": line.title,
        "wording": line.wording,
        "channel": channel_in_words(line.channel, language),
        "state": line.state,
        "since": format_day(line.since, zone, language),
    })
}
