//! How the pages of a room are served: the one handler behind all of them. It makes the desk, spends the
//! budget, reads what was sent, calls the page's own function, and says on a page of the room what went wrong.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, Query, RawPathParams, Request},
    handler::Handler,
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;

use super::{CSP, Desk};
use crate::{
    app::App,
    config::Budgets,
    error::{Error, Result},
    platform::{
        rate_limit::Budget,
        web::{Fault, read_body, read_form, without_what_stuck},
    },
};

/// A form on a page of ours may be this long.
const MOST_BODY: usize = 16 * 1024;

/// The pages of a room: whose templates and words, under which policy, and what a request takes from the
/// budgets that a visitor's network shares.
#[derive(Clone, Copy)]
pub struct Room {
    /// The folder of the templates and words.
    pub name: &'static str,
    /// The policy of the pages.
    pub(super) csp: &'static str,
    budget: fn(&Budgets) -> Option<Budget>,
}

/// What is read of the body.
#[derive(Clone, Copy)]
enum Reads {
    Nothing,
    Form,
    /// A button may send nothing at all.
    FormIfAny,
}

impl Room {
    /// Pages behind links: a request is a press.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self { name, csp: CSP, budget: |budgets| Some(budgets.presses_per_network) }
    }

    /// The same under another policy than `CSP`.
    #[must_use]
    pub const fn under(self, csp: &'static str) -> Self {
        Self { csp, ..self }
    }

    /// The same with another budget; with none, the page's function spends its own.
    #[must_use]
    pub const fn spending(self, budget: fn(&Budgets) -> Option<Budget>) -> Self {
        Self { budget, ..self }
    }

    /// A page that is shown, or a button without fields.
    pub const fn serve<F>(self, page: F) -> Served<F> {
        Served { room: self, reads: Reads::Nothing, page }
    }

    /// A form that is sent.
    pub const fn take<F>(self, page: F) -> Served<F> {
        Served { room: self, reads: Reads::Form, page }
    }

    /// A button with or without fields.
    pub const fn take_if_any<F>(self, page: F) -> Served<F> {
        Served { room: self, reads: Reads::FormIfAny, page }
    }
}

/// A handler for routes: `get(ROOM.serve(page))`.
#[derive(Clone)]
pub struct Served<F> {
    room: Room,
    reads: Reads,
    page: F,
}

impl<F, Answer> Handler<(), App> for Served<F>
where
    F: Fn(Desk) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let path = match RawPathParams::from_request_parts(&mut parts, &()).await {
                Ok(path) => path.iter().map(|(name, text)| (name.to_owned(), cleaned(text))).collect(),
                Err(rejection) => return rejection.into_response(),
            };
            let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
            let query = query.map(|Query(query)| query).unwrap_or_default();
            let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>().copied() else {
                return Fault::from(Error::internal("nobody is connected")).into_response();
            };
            let asked = query.iter().find(|(name, _)| name == "lang").map(|(_, code)| code.as_str());
            let mut desk = Desk::new(self.room, app, peer, parts.headers, asked);
            (desk.path, desk.query) = (path, query);
            if let Err(fault) = self.receive(&mut desk, body).await {
                return desk.refuse(fault);
            }
            let answer = (self.page)(desk.clone()).await;
            answer.unwrap_or_else(|fault| desk.refuse(fault))
        })
    }
}

impl<F> Served<F> {
    async fn receive(&self, desk: &mut Desk, body: Body) -> Result<(), Fault> {
        if let Some(budget) = (self.room.budget)(&desk.app.budgets) {
            desk.spend(budget).await?;
        }
        if matches!(self.reads, Reads::Nothing) {
            return Ok(());
        }
        let bytes = read_body(body, MOST_BODY).await?;
        if matches!(self.reads, Reads::Form) || !bytes.is_empty() {
            desk.fields = read_form(&desk.headers, bytes).await?;
        }
        Ok(())
    }
}

fn cleaned(text: &str) -> String {
    without_what_stuck(text).to_owned()
}
