//! What is answered to a visitor: the form, that it was received, the form once more, or why not.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    Door,
    sites::{csp, redirect},
};
use crate::{
    error::{Error, Problem},
    forms::cache::Open,
    intake::{read_values::Typed, ticket, view::view},
    platform::web::{Fault, problem},
};

impl Door {
    /// The answer to every accepted submission.
    pub(super) fn received(&self, open: &Open, language: &str) -> Response {
        let redirect = redirect(open).map(String::from);
        if self.desk.json {
            let key =
                if open.published.basis.is_some() { "received.message_basis" } else { "received.message" };
            let message = format!(
                "{} {}",
                success_message(open, language),
                self.app().pages.text(self.desk.room.name, language, key)
            );
            let message = message.trim();
            let body = json!({ "status": "received", "message": message, "redirect": redirect });
            return (StatusCode::ACCEPTED, [(header::CONTENT_TYPE, "application/json")], body.to_string())
                .into_response();
        }
        let own = format!("/forms/{}/received?lang={language}", open.form);
        (StatusCode::SEE_OTHER, [(header::LOCATION, redirect.unwrap_or(own))]).into_response()
    }

    pub(super) fn once_more(&self, open: &Open, language: &str, typed: &Typed, notice: &str) -> Response {
        self.again(open, language, typed, notice, StatusCode::CONFLICT)
    }

    /// The ticket was used for the maximum of submissions: shows the form again with a new one.
    pub(super) fn used_up(&self, open: &Open, language: &str, typed: &Typed) -> Response {
        let mut response = self.again(open, language, typed, "press_again", StatusCode::TOO_MANY_REQUESTS);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        response
    }

    /// Asks to send the same again with a new ticket. Visitors of our page made no mistake: they see the
    /// form, filled in.
    fn again(
        &self,
        open: &Open,
        language: &str,
        typed: &Typed,
        notice: &str,
        status: StatusCode,
    ) -> Response {
        let shown = view(self.app(), open, language, typed, &[]);
        let mut context = shown.page_context(open, notice, &typed.page, &[]);
        if self.desk.json {
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

    pub(super) fn show_problems(
        &self,
        open: &Open,
        language: &str,
        typed: &Typed,
        problems: &[Problem],
    ) -> Response {
        if self.desk.json {
            return Fault::from(Error::Rejected(problems.to_vec())).into_response();
        }
        let mut context =
            view(self.app(), open, language, typed, problems).page_context(open, "", &typed.page, problems);
        // The ticket stays: a corrected submission belongs to the same rendered form.
        context["ticket"] = Value::String(typed.ticket.clone());
        self.form_page(open, language, context, StatusCode::UNPROCESSABLE_ENTITY)
    }

    pub(super) fn form_page(
        &self,
        open: &Open,
        language: &str,
        mut context: Value,
        status: StatusCode,
    ) -> Response {
        // Browsers block `autofocus` in cross-origin frames, and log a warning in the embedding page's
        // console.
        let place = self.desk.header(HeaderName::from_static("sec-fetch-dest"));
        context["framed"] = json!(matches!(place, "iframe" | "frame" | "embed" | "object"));
        self.page("forms/form.html", language, context, status, &csp(open))
    }

    pub(super) fn page(
        &self,
        name: &str,
        language: &str,
        context: Value,
        status: StatusCode,
        csp: &str,
    ) -> Response {
        match self.desk.show_under(csp, name, language, context, status) {
            Ok(mut response) => {
                // Under `no-referrer`, browsers send our own form with `Origin: null`, which we refuse. Other
                // sites still get no referrer.
                let same = HeaderValue::from_static("same-origin");
                response.headers_mut().insert(header::REFERRER_POLICY, same);
                response
            }
            Err(fault) => fault.into_response(),
        }
    }

    /// A form that is not there has a page of its own.
    pub(super) fn refuse(&self, fault: Fault) -> Response {
        if !matches!(fault.code, "not_found" | "gone") {
            return self.desk.refuse(fault);
        }
        self.desk.refuse_with(fault, |_| {
            self.app().pages.render_page("forms/closed.html", &self.desk.language, json!({})).ok()
        })
    }
}

/// The form's own message in this language, if it has one.
pub(super) fn success_message<'a>(open: &'a Open, language: &str) -> &'a str {
    open.published.definition.success_message.get(language).map(String::as_str).unwrap_or_default()
}
