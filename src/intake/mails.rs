//! The contexts of this room's e-mails. Templates are in `email_templates/{fr,en}/<mail>/`. They contain
//! nothing that a visitor typed.

use entity::{Channel, Time, workspace};
use serde::Serialize;

use super::asked::Asked;
use crate::{
    consent::channel_in_words,
    platform::pages::{Pages, Zone, format_time},
};

/// A purpose as it is named in an e-mail.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PurposeLine {
    title: String,
    wording: String,
    channel: String,
}

/// Context of `confirm_opt_in`.
#[derive(Serialize)]
pub(super) struct ConfirmOptIn {
    pub form: String,
    pub requested_at: String,
    pub expires_at: String,
    pub purposes: Vec<PurposeLine>,
    pub confirm_url: String,
}

/// Context of `opt_in_receipt`.
#[derive(Serialize)]
pub(super) struct OptInReceipt {
    pub form: String,
    pub requested_at: String,
    pub confirmed_at: String,
    pub purposes: Vec<PurposeLine>,
    pub unsubscribe_url: String,
    pub preferences_url: String,
}

/// Context of `already_subscribed`.
#[derive(Serialize)]
pub(super) struct AlreadySubscribed {
    pub form: String,
    pub requested_at: String,
    pub purposes: Vec<PurposeLine>,
    pub unsubscribe_url: String,
    pub preferences_url: String,
}

/// Context of `request_received`.
#[derive(Serialize)]
pub(super) struct RequestReceived {
    pub form: String,
    pub purpose: String,
    pub requested_at: String,
    pub basis_text: String,
}

impl ConfirmOptIn {
    pub(super) fn new(
        pages: &Pages,
        workspace: &workspace::Model,
        asked: &Asked,
        form: String,
        requested_at: Time,
        expires_at: Time,
        confirm_url: String,
    ) -> Self {
        let (language, zone) = (&asked.language, Zone::of(&workspace.jurisdiction));
        Self {
            form,
            requested_at: format_time(requested_at, zone, language),
            expires_at: format_time(expires_at, zone, language),
            purposes: asked
                .consents
                .iter()
                .map(|consent| {
                    purpose_line(pages, &consent.title, &consent.wording, consent.channel, language)
                })
                .collect(),
            confirm_url,
        }
    }
}

/// A purpose with its channel in plain words.
pub(super) fn purpose_line(
    pages: &Pages,
    title: &str,
    wording: &str,
    channel: Channel,
    language: &str,
) -> PurposeLine {
    PurposeLine {
        title: title.to_owned(),
        wording: wording.to_owned(),
        channel: channel_in_words(pages, channel, language).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use entity::LegalBasis;
    use serde_json::json;

    use super::*;
    use crate::{
        consent::basis_in_words,
        platform::pages::LANGUAGES,
        post::{self, Controller},
    };

    fn samples(pages: &Pages, language: &str) -> Vec<(&'static str, serde_json::Value)> {
        let form = "Our letter about light".to_owned();
        let at = format_time("2026-11-23T21:18:00Z".parse().unwrap(), Zone::of("FR"), language);
        let purposes = || {
            vec![purpose_line(pages, "Monthly letter", "Yes, send me the letter.", Channel::Email, language)]
        };
        let unsubscribe_url = "https://crm.example/unsubscribe/v1.a.b.c".to_owned();
        let preferences_url = "https://crm.example/preferences/v1.a.b.c".to_owned();
        let confirm = ConfirmOptIn {
            form: form.clone(),
            requested_at: at.clone(),
            expires_at: at.clone(),
            purposes: purposes(),
            confirm_url: "https://crm.example/confirm/v1.a.b.c".to_owned(),
        };
        let receipt = OptInReceipt {
            form: String::new(),
            requested_at: at.clone(),
            confirmed_at: at.clone(),
            purposes: purposes(),
            unsubscribe_url: unsubscribe_url.clone(),
            preferences_url: preferences_url.clone(),
        };
        let already = AlreadySubscribed {
            form: String::new(),
            requested_at: at.clone(),
            purposes: purposes(),
            unsubscribe_url,
            preferences_url,
        };
        let basis_text = basis_in_words(pages, LegalBasis::Contract, language).to_owned();
        let received = RequestReceived { form, purpose: "Quotes".to_owned(), requested_at: at, basis_text };
        let contexts = [json!(confirm), json!(receipt), json!(already), json!(received)];
        ["confirm_opt_in", "opt_in_receipt", "already_subscribed", "request_received"]
            .into_iter()
            .zip(contexts)
            .collect()
    }

    #[test]
    fn every_mail_renders_with_its_own_context_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for (mail, context) in samples(&pages, language) {
                let rendered = post::render(&pages, language, mail, &Controller::sample(), &context).unwrap();
                assert!(
                    !rendered.subject.is_empty()
                        && rendered.text.contains("Atelier Lumen SAS")
                        && rendered.html.contains("Atelier Lumen SAS"),
                    "{mail} {language}"
                );
                // Both company and form: the text says what the receipt is about, and so does the subject,
                // where it has room.
                let names_form = !context["form"].as_str().unwrap().is_empty();
                assert!(
                    [&rendered.subject, &rendered.text, &rendered.html]
                        .iter()
                        .all(|part| part.contains("letter about light") == names_form)
                );
            }
        }
    }
}
