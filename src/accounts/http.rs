//! The pages behind the links in our mails to the staff: joining, and choosing a new password. GET shows and changes nothing;
//! POST acts. They need no script and no session; what they do is also in GraphQL, for clients with pages of their own.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use entity::{member, workspace};
use serde_json::{Value, json};
use tracing::Instrument;

use super::{
    accept_invitation, device_cookie, look_at_invitation, look_at_reset,
    names::names,
    passwords::{Weakness, weakness},
    reset_password,
};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        pages::{LANGUAGES, pick_language},
        text,
        web::{Cookies, Fault, FromLink, client_ip, error_response, ip_prefix, page, read_body, read_form},
        work::attempt::repeat,
    },
};

const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MOST_BODY: usize = 16 * 1024;

/// Every public route of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/join/{token}", get(join_page).post(join))
        .route("/reset-password/{token}", get(reset_page).post(reset))
}

/// What somebody sent that was refused; empty when the page is opened.
#[derive(Default)]
struct Tried<'a> {
    name: Option<&'a str>,
    password: &'a str,
    problems: &'a [Problem],
}

/// Whoever stands before a page.
struct Desk {
    app: App,
    language: String,
    network: String,
}

impl Desk {
    fn new(app: App, peer: SocketAddr, headers: &HeaderMap) -> Self {
        let both: Vec<String> = LANGUAGES.iter().map(ToString::to_string).collect();
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            language: pick_language(None, wanted, &both, "en"),
            network: app.vault.pseudonym(&ip_prefix(client_ip(peer, headers, &app.config.trusted_proxies))),
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
        self.show("accounts/unknown.html", &self.language, json!({}), StatusCode::NOT_FOUND)
    }

    async fn joining(&self, token: &str, tried: &Tried<'_>) -> Result<Response, Fault> {
        let Some((row, workspace)) = look_at_invitation(&self.app, token).await? else {
            return self.unknown();
        };
        let name = tried.name.unwrap_or(&row.name);
        let weak = weakness(tried.password, &names(&workspace, &row, name));
        let (problems, errors) = self.in_words(tried.problems, weak, &row.language);
        let context = json!({
            "mode": "join",
            "workspace_name": workspace.name,
            "workspace_slug": workspace.slug,
            "email": row.email,
            "name": name,
            "action": format!("/join/{token}"),
            "problems": problems,
            "errors": errors,
        });
        self.show("accounts/set_password.html", &row.language, context, status(tried.problems))
    }

    async fn resetting(&self, token: &str, tried: &Tried<'_>) -> Result<Response, Fault> {
        let Some((row, workspace)) = look_at_reset(&self.app, token).await? else { return self.unknown() };
        let weak = weakness(tried.password, &names(&workspace, &row, ""));
        let (problems, errors) = self.in_words(tried.problems, weak, &row.language);
        let context = json!({
            "mode": "reset",
            "workspace_name": workspace.name,
            "workspace_slug": workspace.slug,
            "email": row.email,
            "name": "",
            "action": format!("/reset-password/{token}"),
            "problems": problems,
            "errors": errors,
        });
        self.show("accounts/set_password.html", &row.language, context, status(tried.problems))
    }

    /// Problems in the page's language, as a list and by field.
    fn in_words(&self, problems: &[Problem], weak: Option<Weakness>, language: &str) -> (Vec<Value>, Value) {
        let (mut list, mut by_field) = (Vec::new(), json!({ "name": "", "password": "" }));
        for problem in problems {
            let (field, key) = match problem.field.as_deref() {
                Some("name") => ("name", "errors.name".to_owned()),
                _ => ("password", format!("errors.password_{}", weak.unwrap_or(Weakness::Common).as_str())),
            };
            let text = self.app.pages.text("accounts", language, &key);
            list.push(json!({ "field": field, "message": text }));
            by_field[field] = text.into();
        }
        (list, by_field)
    }

    fn finish(&self, answer: Result<Response, Fault>) -> Response {
        answer.unwrap_or_else(|fault| {
            error_response(fault, false, CSP, |fault| {
                let key = match fault.code {
                    "too_many" => "too_many",
                    "busy" | "internal" => "unavailable",
                    _ => "unreadable",
                };
                let text = |key: &str| self.app.pages.text("accounts", &self.language, &format!("errors.{key}")).to_owned();
                let context = json!({ "title": text(&format!("{key}_title")), "message": text(key), "status": fault.status.as_str() });
                self.app.pages.render_page("message.html", &self.language, context).ok()
            })
        })
    }
}

/// What the last page says: with what one signs in.
fn done_context(mode: &str, workspace: &workspace::Model, row: &member::Model) -> Value {
    json!({ "mode": mode, "workspace_name": workspace.name, "workspace_slug": workspace.slug, "email": row.email })
}

fn status(problems: &[Problem]) -> StatusCode {
    if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn join_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        desk.joining(&token, &Tried::default()).await
    };
    desk.finish(answer.await)
}

async fn join(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        let fields = fields(&headers, body).await?;
        let (name, password) = (field(&fields, "name"), field(&fields, "password").unwrap_or_default());
        let (app, link, given, chosen) = (desk.app.clone(), token.clone(), name.clone(), password.clone());
        let done =
            run(async move { repeat(|| accept_invitation(&app, &link, given.as_deref(), &chosen)).await })
                .await;
        match done {
            Ok(row) => {
                let workspace = super::load_workspace(&desk.app, row.workspace_id).await?;
                desk.show(
                    "accounts/done.html",
                    &row.language,
                    done_context("join", &workspace, &row),
                    StatusCode::OK,
                )
            }
            Err(Error::Rejected(problems)) if is_void(&problems) => desk.unknown(),
            Err(Error::Rejected(problems)) => {
                desk.joining(
                    &token,
                    &Tried { name: name.as_deref(), password: &password, problems: &problems },
                )
                .await
            }
            Err(error) => Err(error.into()),
        }
    };
    desk.finish(answer.await)
}

async fn reset_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        desk.resetting(&token, &Tried::default()).await
    };
    desk.finish(answer.await)
}

async fn reset(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let desk = Desk::new(app, peer, &headers);
    let answer = async {
        desk.spend().await?;
        let password = field(&fields(&headers, body).await?, "password").unwrap_or_default();
        let Some((row, workspace)) = look_at_reset(&desk.app, &token).await? else { return desk.unknown() };
        let (app, link, chosen) = (desk.app.clone(), token.clone(), password.clone());
        match run(async move { repeat(|| reset_password(&app, &link, &chosen)).await }).await {
            Ok(device) => {
                let context = done_context("reset", &workspace, &row);
                let mut answer = desk.show("accounts/done.html", &row.language, context, StatusCode::OK)?;
                if let Ok(cookie) = HeaderValue::from_str(&device_cookie(&device, Cookies::OneSite)) {
                    answer.headers_mut().append(header::SET_COOKIE, cookie);
                }
                Ok(answer)
            }
            Err(Error::Rejected(problems)) if is_void(&problems) => desk.unknown(),
            Err(Error::Rejected(problems)) => {
                desk.resetting(&token, &Tried { name: None, password: &password, problems: &problems }).await
            }
            Err(error) => Err(error.into()),
        }
    };
    desk.finish(answer.await)
}

/// The link itself is not good (any more).
fn is_void(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.field.as_deref() == Some("token"))
}

/// Spawned, so that a client that hangs up cannot cancel a unit of work half-way.
async fn run<T: Send + 'static>(act: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(act.in_current_span()).await.map_err(|_| Error::internal("a use case panicked"))?
}

async fn fields(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, Fault> {
    // As the API reads them: a password that is chosen here must be the same when it is typed there.
    let read = |(name, value): (String, String)| text::read(&value).map(|value| (name, value.into_owned()));
    let fields: Option<Vec<_>> =
        read_form(headers, read_body(body, MOST_BODY).await?).await?.into_iter().map(read).collect();
    let unseen = || Error::rejected(ProblemCode::Invalid, "body", "Leave out characters that nobody sees.");
    Ok(fields.ok_or_else(unseen)?)
}

fn field(fields: &[(String, String)], wanted: &str) -> Option<String> {
    fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
}
