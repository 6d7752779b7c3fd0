//! The way of a post: where it comes from, whether it may come now, what was typed, and whether it is kept.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use entity::CaughtReason;

use super::Door;
use crate::{
    error::{Error, Problem, ProblemCode},
    forms::cache::Open,
    intake::{
        read_values::{Typed, read_values},
        submit::{Submission, Submitted, submit},
        ticket::{self, Ticket},
    },
    platform::web::{Fault, Media, media_type, read_body, read_form},
};

/// Limit on the body of a submission, in bytes; forms with 50 answers of 4,000 characters fit.
const MOST_BODY: usize = 256 * 1024;

/// Where a submission comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Our own page, one of the form's sites, or a program.
    Allowed,
    /// A page whose referrer policy or sandbox hides its origin (`Origin: null`): the visitor must first
    /// click the button on our own page.
    Hidden,
    /// Another website.
    Foreign,
}

impl Door {
    pub(super) async fn take(&self, open: &Open, body: Body) -> Result<Response, Fault> {
        let app = self.app();
        let origin = self.origin(open);
        if origin == Origin::Foreign {
            self.caught.count(app, open, CaughtReason::ForeignSite).await;
            return Err(Error::Forbidden.into());
        }
        if let Err(fault) = self.desk.spend(app.budgets.submissions_per_network).await {
            self.caught.count(app, open, CaughtReason::TooMany).await;
            return Err(fault);
        }
        let typed = self.read(body).await?;
        let offered = &open.published.definition.languages;
        let language = match offered.iter().find(|code| **code == typed.language) {
            Some(code) => code.clone(),
            None => self.language(open),
        };
        if !typed.honeypot.is_empty() {
            // Only bots fill this in, and they get the usual answer. If it was a person after all, the count
            // shows it.
            self.caught.count(app, open, CaughtReason::Honeypot).await;
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
        // The version that was shown applies, even if a newer one was published meanwhile.
        let shown = match self.forms.version(app, open.workspace, open.form, version).await? {
            Some(published) => Open { version, published, ..open.clone() },
            // The ticket belongs to another form.
            None => return Ok(self.once_more(open, &language, &typed, "press_again")),
        };
        let (page, browser) = (self.page_of(&shown, &typed.page), self.desk.browser());
        let asked = match read_values(app, &shown, &language, &typed, page, browser) {
            Ok(asked) => asked,
            Err(problems) => return Ok(self.show_problems(&shown, &language, &typed, &problems)),
        };
        let new = Arc::new((shown.clone(), typed.ticket.clone(), asked));
        let kept = self.desk.act(move |desk| {
            let new = Arc::clone(&new);
            Box::pin(async move {
                let (open, ticket, asked) = &*new;
                submit(&desk.app, &Submission { open, ticket, asked }).await
            })
        });
        match kept.await? {
            Submitted::Kept(_) | Submitted::Repeated => Ok(self.received(&shown, &language)),
            Submitted::TooMany => Ok(self.used_up(open, &language, &typed)),
        }
    }

    async fn read(&self, body: Body) -> Result<Typed, Fault> {
        let media = media_type(&self.desk.headers);
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
        Ok(Typed::from_pairs(read_form(&self.desk.headers, bytes).await?))
    }

    /// Browsers send the origin of a submission. Programs may omit it, as they need a ticket.
    fn origin(&self, open: &Open) -> Origin {
        match self.desk.headers.get(header::ORIGIN).map(HeaderValue::to_str) {
            None => Origin::Allowed,
            Some(Ok("null")) => Origin::Hidden,
            Some(Ok(origin)) if self.is_allowed(open, origin) => Origin::Allowed,
            Some(_) => Origin::Foreign,
        }
    }
}
