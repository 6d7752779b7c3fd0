//! The mails about a request, each sent by a job for one step of the exchange. They go to the mailbox that
//! the request names, and are noted under the request's own key, so that the proof of the answer outlives an
//! erasure.

use entity::{MailId, MailState, RequestState, RequestStepKind, request, request_step, workspace};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::{
    authorities::{Authority, authority_of},
    case::{Case, is_open, mark_mail},
    content::{open_request_file, open_step},
    mail_job::SendRequestMail,
    words::{extension_in_words, refusal_in_words, right_in_words},
};
use crate::{
    accounts::load_workspace,
    app::App,
    error::Result,
    platform::{
        mailer::{Delivery, Mailing},
        outbox::{JobResult, Run},
        pages::{Zone, format_day},
        vault::Vault,
        work::Work,
    },
    post::{self, Mail, Recipient},
};

/// What the mails are given.
#[derive(Serialize)]
struct RequestMail {
    /// Its id, to refer to.
    reference: String,
    /// The right in words.
    right: &'static str,
    /// `ACCESS` and so on.
    kind: &'static str,
    received_on: String,
    due_on: String,
    /// Why it is extended or refused, as a sentence; otherwise empty.
    reason: &'static str,
    /// What staff wrote; may be empty.
    text: String,
    authority: Authority,
}

impl RequestMail {
    fn new(row: &request::Model, step: RequestStepKind, text: String, controller: &workspace::Model) -> Self {
        let (zone, language) = (Zone::of(&controller.jurisdiction), row.language.as_str());
        let reason = match step {
            RequestStepKind::Extended => {
                row.extension_reason.map(|reason| extension_in_words(reason, language))
            }
            RequestStepKind::Refused => row.refusal_reason.map(|reason| refusal_in_words(reason, language)),
            _ => None,
        };
        Self {
            reference: row.id.to_string(),
            right: right_in_words(row.kind, language),
            kind: row.kind.as_str(),
            received_on: format_day(row.received_at, zone, language),
            due_on: format_day(row.due_at, zone, language),
            reason: reason.unwrap_or_default(),
            text,
            authority: authority_of(&controller.jurisdiction),
        }
    }
}

/// The mail that tells of a step.
fn template(step: RequestStepKind) -> Option<&'static str> {
    match step {
        RequestStepKind::Received => Some("request_acknowledged"),
        RequestStepKind::Extended => Some("request_extended"),
        RequestStepKind::MessageOut => Some("request_message"),
        RequestStepKind::Refused => Some("request_refused"),
        RequestStepKind::Fulfilled => Some("request_fulfilled"),
        _ => None,
    }
}

/// Writes beside the mail which step it told of; when the first one has left, the request is acknowledged.
struct Told<'a> {
    vault: &'a Vault,
    step: &'a request_step::Model,
    mail: MailId,
}

impl Mailing for Told<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        mark_mail(work, self.step, self.mail).await?;
        let mut case = Case::lock_any(work, self.vault, self.step.request_id).await?;
        if state == MailState::Bounced {
            work.record(case.entry("request.mail_bounced").with("step", self.step.kind));
            return Ok(());
        }
        if self.step.kind != RequestStepKind::Received || case.row.acknowledged_at.is_some() {
            return Ok(());
        }
        case.row.acknowledged_at = Some(work.now());
        if !is_open(case.row.state) {
            // It was answered in the meantime, which says more.
            case.save_as_read(work).await?;
            return Ok(());
        }
        let entry = case.entry("request.acknowledged").with("mail", self.mail);
        let step = case.step(work, RequestStepKind::Acknowledged, entry, "").await?;
        let done = request_step::Entity::find_by_id((work.workspace(), step)).one(work.db()).await?;
        if let Some(done) = done {
            mark_mail(work, &done, self.mail).await?;
        }
        if case.row.state == RequestState::Received {
            case.row.state = RequestState::Acknowledged;
        }
        // Nobody's decision depends on it, so that whoever read the request before can still act on it.
        case.save_as_read(work).await?;
        Ok(())
    }
}

/// Sends it, if the request still has a file and a mailbox.
///
/// # Errors
/// `Busy` when the database is unavailable; the job is retried.
pub async fn send_request_mail(app: &App, run: &Run, job: &SendRequestMail) -> JobResult {
    let Some(step) = request_step::Entity::find_by_id((job.workspace, job.step)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some(row) = request::Entity::find_by_id((job.workspace, step.request_id)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let (Some((content, key)), Some(kind)) =
        (open_request_file(app.db(), &app.vault, &row).await?, template(step.kind))
    else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some(to) = content.mailbox() else { return post::give_up(app, run, job.workspace).await };
    let text = open_step(&key, job.workspace, step.id, step.sealed.as_deref())?;
    let controller = load_workspace(app, job.workspace).await?;
    let mail = Mail {
        kind,
        language: &row.language,
        to,
        recipient: Recipient::Unconfirmed(key),
        opt_in: None,
        one_click: None,
        context: RequestMail::new(&row, step.kind, text, &controller),
    };
    let told = Told { vault: &app.vault, step: &step, mail: MailId(run.id.0) };
    post::send(app, run, &controller, mail, &told).await
}

#[cfg(test)]
mod tests {
    use entity::{RefusalReason, RequestKind};

    use super::*;
    use crate::{platform::pages::LANGUAGES, post::Controller};

    fn sample(language: &str, kind: RequestKind, step: RequestStepKind) -> RequestMail {
        let reason = match step {
            RequestStepKind::Refused => refusal_in_words(RefusalReason::LegalClaims, language),
            _ => "",
        };
        RequestMail {
            reference: "request_01h455vb4pex5vsknk084sn02q".to_owned(),
            right: right_in_words(kind, language),
            kind: kind.as_str(),
            received_on: "23 November 2026".to_owned(),
            due_on: "23 December 2026".to_owned(),
            reason,
            text: "Ligne une <b>\nLigne deux".to_owned(),
            authority: authority_of("FR"),
        }
    }

    #[test]
    fn every_mail_renders_for_every_right_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        let steps: Vec<_> =
            RequestStepKind::ALL.iter().filter_map(|step| Some((*step, template(*step)?))).collect();
        assert_eq!(steps.len(), 5);
        for language in LANGUAGES {
            for kind in RequestKind::ALL {
                for (step, mail) in &steps {
                    let context = sample(language, *kind, *step);
                    let rendered =
                        post::render(&pages, language, mail, &Controller::sample(), &context).unwrap();
                    let both = [&rendered.text, &rendered.html];
                    assert!(!rendered.subject.is_empty());
                    for part in both {
                        assert!(
                            part.contains("Atelier Lumen SAS") && part.contains(&context.reference),
                            "{part}"
                        );
                        assert!(!part.contains("{{") && !part.contains("{%"), "{part}");
                    }
                    if matches!(step, RequestStepKind::Refused) {
                        for part in both {
                            assert!(part.contains("CNIL") && part.contains("https://www.cnil.fr"), "{part}");
                        }
                        assert!(rendered.text.contains("Ligne une <b>\nLigne deux"), "{}", rendered.text);
                        assert!(rendered.html.contains("Ligne une &lt;b&gt;<br>"), "{}", rendered.html);
                    }
                }
            }
        }
    }

    #[test]
    fn the_remedies_fit_a_country_without_an_authority_in_the_table() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            let mut context = sample(language, RequestKind::Erasure, RequestStepKind::Refused);
            context.authority = authority_of("US");
            let legal = Controller::sample();
            let text = post::render(&pages, language, "request_refused", &legal, &context).unwrap().text;
            assert!(
                text.contains("edpb.europa.eu") && !text.contains(" :  ") && !text.contains("( "),
                "{text}"
            );
        }
    }
}
