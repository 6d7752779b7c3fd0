//! The contexts of the mails that ask a mailbox. Templates are in `email_templates/{fr,en}/<mail>/`. They
//! contain nothing that somebody typed.

use entity::{MailboxProofKind, workspace};
use serde::Serialize;
use serde_json::Value;

use crate::{
    consent::{channel_in_words, state::AskedConsent},
    platform::pages::{Pages, Zone, format_time},
};

/// What the mails of this folder are given.
#[derive(Serialize)]
pub(super) struct ProofMail {
    /// When it was asked for.
    pub requested_at: String,
    /// Until when the link works; empty in the mail that has none.
    pub expires_at: String,
    /// The link; empty in the mail that has none.
    pub url: String,
    /// What was chosen, in the mail that asks to confirm it.
    pub purposes: Vec<PurposeLine>,
}

/// A purpose as it is named in a mail.
#[derive(Serialize)]
pub(super) struct PurposeLine {
    title: String,
    wording: String,
    channel: String,
}

impl ProofMail {
    pub(super) fn new(
        pages: &Pages,
        workspace: &workspace::Model,
        row: &entity::mailbox_proof::Model,
        extra: &Value,
        url: String,
    ) -> Self {
        let (zone, language) = (Zone::of(&workspace.jurisdiction), row.language.as_str());
        let chosen: Vec<AskedConsent> = match row.kind {
            MailboxProofKind::Subscribe => extra
                .get("consents")
                .and_then(|chosen| serde_json::from_value(chosen.clone()).ok())
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let line = |asked: AskedConsent| PurposeLine {
            channel: channel_in_words(pages, asked.channel, language).to_owned(),
            title: asked.title,
            wording: asked.wording,
        };
        Self {
            requested_at: format_time(row.created_at, zone, language),
            expires_at: if url.is_empty() {
                String::new()
            } else {
                format_time(row.expires_at, zone, language)
            },
            url,
            purposes: chosen.into_iter().map(line).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::Channel;
    use serde_json::json;

    use super::*;
    use crate::{
        platform::pages::LANGUAGES,
        post::{self, Controller},
    };

    const LINK: &str = "https://crm.example/my-data/v1.a.b.c";

    fn sample(pages: &Pages, language: &str, mail: &str) -> ProofMail {
        let at = format_time("2026-11-23T21:18:00Z".parse().unwrap(), Zone::of("FR"), language);
        let line = PurposeLine {
            title: "Blog <posts>".to_owned(),
            wording: "Yes & no".to_owned(),
            channel: channel_in_words(pages, Channel::Email, language).to_owned(),
        };
        let asks = mail == "confirm_subscription";
        ProofMail {
            requested_at: at.clone(),
            expires_at: at,
            url: if mail == "nothing_held" { String::new() } else { LINK.to_owned() },
            purposes: if asks { vec![line] } else { Vec::new() },
        }
    }

    #[test]
    fn every_mail_renders_with_its_own_context_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for mail in [
                "prove_mailbox",
                "prove_request",
                "open_preferences",
                "confirm_subscription",
                "confirm_address",
                "nothing_held",
            ] {
                let context = json!(sample(&pages, language, mail));
                let rendered = post::render(&pages, language, mail, &Controller::sample(), &context).unwrap();
                assert!(
                    rendered.text.contains("Atelier Lumen SAS")
                        && rendered.html.contains("Atelier Lumen SAS")
                );
                let has_link = mail != "nothing_held";
                assert_eq!(rendered.text.lines().any(|line| line == LINK), has_link, "{mail} {language}");
                assert_eq!(
                    rendered.html.contains(&format!("href=\"{LINK}\"")),
                    has_link,
                    "{mail} {language}"
                );
                assert_eq!(rendered.html.contains("Blog &lt;posts&gt;"), mail == "confirm_subscription");
                assert!(
                    rendered.text.lines().all(|line| line.trim_end_matches(' ') == line),
                    "{}",
                    rendered.text
                );
            }
            let context = json!({ "requested_at": "now" });
            let notice =
                post::render(&pages, language, "address_changing", &Controller::sample(), &context).unwrap();
            assert!(!notice.subject.is_empty() && notice.text.contains("Atelier Lumen SAS"));
        }
    }
}
