//! The pages behind the links in mails to the staff: joining, and choosing a new password. GET only shows;
//! POST acts. They need neither scripts nor a session. The same is possible in GraphQL, for clients with
//! pages of their own.

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
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
    desk::{Desk, Room},
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        text,
        web::{Cookies, Fault},
    },
};

/// Whose templates and words.
const ROOM: Room = Room::of("accounts");

/// The public routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/join/{token}", get(ROOM.serve(join_page)).post(ROOM.take(join)))
        .route("/reset-password/{token}", get(ROOM.serve(reset_page)).post(ROOM.take(reset)))
}

/// Values that were refused; empty when the page is first opened.
#[derive(Default)]
struct Tried<'a> {
    name: Option<&'a str>,
    password: &'a str,
    problems: &'a [Problem],
}

async fn joining(desk: &Desk, tried: &Tried<'_>) -> Result<Response, Fault> {
    let Some((row, workspace)) = look_at_invitation(&desk.app, desk.token()).await? else {
        return desk.unknown();
    };
    let name = tried.name.unwrap_or(&row.name);
    let weak = weakness(tried.password, &names(&workspace, &row, name));
    let action = format!("/join/{}", desk.token());
    set_password(desk, "join", &action, name, (&workspace, &row), (tried.problems, weak))
}

async fn resetting(desk: &Desk, tried: &Tried<'_>) -> Result<Response, Fault> {
    let Some((row, workspace)) = look_at_reset(&desk.app, desk.token()).await? else { return desk.unknown() };
    let weak = weakness(tried.password, &names(&workspace, &row, ""));
    let action = format!("/reset-password/{}", desk.token());
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
        let text = desk.app.pages.text(ROOM.name, language, &key);
        list.push(json!({ "field": field, "message": text }));
        by_field[field] = text.into();
    }
    (list, by_field)
}

/// What somebody signs in with.
fn signs_in_with(mode: &str, workspace: &workspace::Model, row: &member::Model) -> Value {
    json!({ "mode": mode, "workspace_name": workspace.name, "workspace_slug": workspace.slug, "email": row.email })
}

async fn join_page(desk: Desk) -> Result<Response, Fault> {
    joining(&desk, &Tried::default()).await
}

async fn join(desk: Desk) -> Result<Response, Fault> {
    let desk = as_in_the_api(desk)?;
    let done = desk.act(|desk| {
        Box::pin(accept_invitation(&desk.app, desk.token(), desk.field("name"), desk.typed("password")))
    });
    match done.await {
        Ok(row) => {
            let workspace = load_workspace(&desk.app, row.workspace_id).await?;
            let context = signs_in_with("join", &workspace, &row);
            desk.show("accounts/done.html", &row.language, context, StatusCode::OK)
        }
        Err(Error::Rejected(problems)) if is_void(&problems) => desk.unknown(),
        Err(Error::Rejected(problems)) => {
            let (name, password) = (desk.field("name"), desk.typed("password"));
            joining(&desk, &Tried { name, password, problems: &problems }).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn reset_page(desk: Desk) -> Result<Response, Fault> {
    resetting(&desk, &Tried::default()).await
}

async fn reset(desk: Desk) -> Result<Response, Fault> {
    let desk = as_in_the_api(desk)?;
    let Some((row, workspace)) = look_at_reset(&desk.app, desk.token()).await? else { return desk.unknown() };
    let done = desk.act(|desk| Box::pin(reset_password(&desk.app, desk.token(), desk.typed("password"))));
    match done.await {
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
            let tried = Tried { name: None, password: desk.typed("password"), problems: &problems };
            resetting(&desk, &tried).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the link itself is invalid or used.
fn is_void(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.field.as_deref() == Some("token"))
}

/// Fields are read the same way as in the API, so that a password chosen here is the same when typed there.
fn as_in_the_api(desk: Desk) -> Result<Desk, Error> {
    let unseen = || Error::rejected(ProblemCode::Invalid, "body", "Leave out characters that nobody sees.");
    desk.reading(|value| text::read(value).map(std::borrow::Cow::into_owned)).ok_or_else(unseen)
}
