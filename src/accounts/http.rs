//! The pages behind the links in mails to the staff: joining, and choosing a new password. GET only shows;
//! POST acts. They need neither scripts nor a session. The same is possible in GraphQL, for clients with
//! pages of their own.

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

use super::{
    accept_invitation, device_cookie, load_workspace, look_at_invitation, look_at_reset,
    names::names,
    passwords::{Weakness, weakness},
    reset_password,
};
use crate::{
    app::App,
    desk::{Desk, act, field},
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        text,
        web::{Cookies, Fault, FromLink},
        work::attempt::repeat,
    },
};

/// The folder of our templates and words.
const ROOM: &str = "accounts";

/// The public routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/join/{token}", get(join_page).post(join))
        .route("/reset-password/{token}", get(reset_page).post(reset))
}

/// Values that were refused; empty when the page is first opened.
#[derive(Default)]
struct Tried<'a> {
    name: Option<&'a str>,
    password: &'a str,
    problems: &'a [Problem],
}

async fn joining(desk: &Desk, token: &str, tried: &Tried<'_>) -> Result<Response, Fault> {
    let Some((row, workspace)) = look_at_invitation(&desk.app, token).await? else {
        return desk.unknown();
    };
    let name = tried.name.unwrap_or(&row.name);
    let weak = weakness(tried.password, &names(&workspace, &row, name));
    let action = format!("/join/{token}");
    set_password(desk, "join", &action, name, (&workspace, &row), (tried.problems, weak))
}

async fn resetting(desk: &Desk, token: &str, tried: &Tried<'_>) -> Result<Response, Fault> {
    let Some((row, workspace)) = look_at_reset(&desk.app, token).await? else { return desk.unknown() };
    let weak = weakness(tried.password, &names(&workspace, &row, ""));
    let action = format!("/reset-password/{token}");
    set_password(desk, "reset", &action, "", (&workspace, &row), (tried.problems, weak))
}

/// The page on which a password is chosen.
fn set_password(
    desk: &Desk,
    mode: &str,
    action: &str,
    name: &str,
    (workspace, row): (&workspace::Model, &member::Model),
    (problems, weak): (&[Problem], Option<Weakness>),
) -> Result<Response, Fault> {
    let (list, errors) = in_words(desk, problems, weak, &row.language);
    let mut context = signs_in_with(mode, workspace, row);
    context["name"] = name.into();
    context["action"] = action.into();
    context["problems"] = list.into();
    context["errors"] = errors;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    desk.show("accounts/set_password.html", &row.language, context, status)
}

/// Problems in the page's language, as a list and by field.
fn in_words(
    desk: &Desk,
    problems: &[Problem],
    weak: Option<Weakness>,
    language: &str,
) -> (Vec<Value>, Value) {
    let (mut list, mut by_field) = (Vec::new(), json!({ "name": "", "password": "" }));
    for problem in problems {
        let (field, key) = match problem.field.as_deref() {
            Some("name") => ("name", "errors.name".to_owned()),
            _ => ("password", format!("errors.password_{}", weak.unwrap_or(Weakness::Common).as_str())),
        };
        let text = desk.app.pages.text(ROOM, language, &key);
        list.push(json!({ "field": field, "message": text }));
        by_field[field] = text.into();
    }
    (list, by_field)
}

/// What somebody signs in with.
fn signs_in_with(mode: &str, workspace: &workspace::Model, row: &member::Model) -> Value {
    json!({ "mode": mode, "workspace_name": workspace.name, "workspace_slug": workspace.slug, "email": row.email })
}

async fn join_page(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    FromLink(token): FromLink,
    headers: HeaderMap,
) -> Response {
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        joining(&desk, &token, &Tried::default()).await
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
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let fields = fields(&desk, body).await?;
        let (name, password) = (field(&fields, "name"), field(&fields, "password").unwrap_or_default());
        let (app, link, given, chosen) = (desk.app.clone(), token.clone(), name.clone(), password.clone());
        let done =
            act(async move { repeat(|| accept_invitation(&app, &link, given.as_deref(), &chosen)).await })
                .await;
        match done {
            Ok(row) => {
                let workspace = load_workspace(&desk.app, row.workspace_id).await?;
                desk.show(
                    "accounts/done.html",
                    &row.language,
                    signs_in_with("join", &workspace, &row),
                    StatusCode::OK,
                )
            }
            Err(Error::Rejected(problems)) if is_void(&problems) => desk.unknown(),
            Err(Error::Rejected(problems)) => {
                joining(
                    &desk,
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
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        resetting(&desk, &token, &Tried::default()).await
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
    let desk = Desk::new(ROOM, app, headers, None);
    let answer = async {
        desk.spend(peer, desk.app.budgets.presses_per_network).await?;
        let password = field(&fields(&desk, body).await?, "password").unwrap_or_default();
        let Some((row, workspace)) = look_at_reset(&desk.app, &token).await? else { return desk.unknown() };
        let (app, link, chosen) = (desk.app.clone(), token.clone(), password.clone());
        match act(async move { repeat(|| reset_password(&app, &link, &chosen)).await }).await {
            Ok(device) => {
                let context = signs_in_with("reset", &workspace, &row);
                let mut answer = desk.show("accounts/done.html", &row.language, context, StatusCode::OK)?;
                if let Ok(cookie) = HeaderValue::from_str(&device_cookie(&device, Cookies::OneSite)) {
                    answer.headers_mut().append(header::SET_COOKIE, cookie);
                }
                Ok(answer)
            }
            Err(Error::Rejected(problems)) if is_void(&problems) => desk.unknown(),
            Err(Error::Rejected(problems)) => {
                resetting(&desk, &token, &Tried { name: None, password: &password, problems: &problems })
                    .await
            }
            Err(error) => Err(error.into()),
        }
    };
    desk.finish(answer.await)
}

/// Whether the link itself is invalid or used.
fn is_void(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.field.as_deref() == Some("token"))
}

async fn fields(desk: &Desk, body: Body) -> Result<Vec<(String, String)>, Fault> {
    // Read the same way as in the API, so that a password chosen here is the same when typed there.
    let read = |(name, value): (String, String)| text::read(&value).map(|value| (name, value.into_owned()));
    let fields: Option<Vec<_>> = desk.fields(body).await?.into_iter().map(read).collect();
    let unseen = || Error::rejected(ProblemCode::Invalid, "body", "Leave out characters that nobody sees.");
    Ok(fields.ok_or_else(unseen)?)
}
