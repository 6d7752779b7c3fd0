//! What visitors see of a form: the context of the hosted page and the JSON for the embed, both built here,
//! so that nothing but the published version is shown.

use entity::Channel;
use serde::Serialize;
use serde_json::{Value, json};

use super::{read_values::Typed, ticket};
use crate::{
    app::App,
    consent::{basis_in_words, channel_in_words},
    error::{Problem, Result},
    forms::{
        cache::Open,
        definition::{FieldKind, HONEYPOT},
    },
    platform::pages::name_of,
    post::Controller,
};

/// A form as shown in one language.
#[derive(Serialize)]
pub struct View {
    title: String,
    intro: String,
    submit_label: String,
    fields: Vec<FieldView>,
    consents: Vec<ConsentView>,
    legal: Controller,
    basis_text: String,
    honeypot: &'static str,
    ticket: String,
    languages: Vec<LanguageView>,
}

#[derive(Serialize)]
struct FieldView {
    key: String,
    kind: FieldKind,
    label: String,
    reason: String,
    required: bool,
    autocomplete: &'static str,
    max_length: usize,
    options: Vec<OptionView>,
    value: String,
    values: Vec<String>,
    checked: bool,
    error: String,
}

#[derive(Serialize)]
struct OptionView {
    value: String,
    label: String,
    selected: bool,
}

#[derive(Serialize)]
struct ConsentView {
    key: String,
    title: String,
    channel: Channel,
    channel_text: String,
    label: String,
    description: String,
    checked: bool,
    error: String,
}

#[derive(Serialize)]
struct LanguageView {
    code: String,
    name: &'static str,
    url: String,
    current: bool,
}

/// The form to show, with the typed values and their problems if it is shown again.
#[must_use]
pub fn view(app: &App, open: &Open, language: &str, typed: &Typed, problems: &[Problem]) -> View {
    let definition = &open.published.definition;
    let text = |texts: &crate::forms::definition::Texts| {
        texts.get(language).or_else(|| texts.values().next()).cloned().unwrap_or_default()
    };
    let error_of = |key: &str| {
        problems
            .iter()
            .find(|problem| problem.field.as_deref() == Some(key))
            .map(|problem| problem.message.clone())
            .unwrap_or_default()
    };
    let fields = definition.fields.iter().map(|field| {
        let given = typed.texts(&field.key);
        FieldView {
            key: field.key.clone(),
            kind: field.kind,
            label: text(&field.label),
            reason: text(&field.reason),
            required: field.required,
            autocomplete: field.kind.autocomplete(),
            max_length: if matches!(
                field.kind,
                FieldKind::Choice | FieldKind::Choices | FieldKind::Checkbox | FieldKind::Hidden
            ) {
                0
            } else {
                field.kind.max_length()
            },
            options: field
                .options
                .iter()
                .map(|option| OptionView {
                    value: option.value.clone(),
                    label: text(&option.label),
                    selected: given.contains(&option.value),
                })
                .collect(),
            value: if field.kind == FieldKind::Hidden {
                field.value.clone()
            } else {
                given.first().cloned().unwrap_or_default()
            },
            checked: given.first().is_some_and(|value| value == "true" || value == "on"),
            values: given,
            error: error_of(&field.key),
        }
    });
    let consents = open.published.consents.iter().enumerate().map(|(at, offer)| {
        let words = offer.texts.get(language).or_else(|| offer.texts.values().next());
        ConsentView {
            title: words.map(|words| words.title.clone()).unwrap_or_default(),
            channel: offer.channel,
            channel_text: channel_in_words(&app.pages, offer.channel, language).to_owned(),
            label: words.map(|words| words.wording.clone()).unwrap_or_default(),
            description: words.map(|words| words.description.clone()).unwrap_or_default(),
            checked: typed.consents.contains(&offer.key),
            error: if at == 0 { error_of("consents") } else { String::new() },
            key: offer.key.clone(),
        }
    });
    let submit_label = definition.submit_label.get(language).filter(|label| !label.is_empty()).cloned();
    View {
        title: text(&definition.title),
        intro: text(&definition.intro),
        submit_label: submit_label
            .unwrap_or_else(|| app.pages.text("forms", language, "button.send").to_owned()),
        fields: fields.collect(),
        consents: consents.collect(),
        legal: legal(app, open, language),
        basis_text: open
            .published
            .basis
            .as_ref()
            .map(|basis| basis_in_words(&app.pages, basis.legal_basis, language).to_owned())
            .unwrap_or_default(),
        honeypot: HONEYPOT,
        ticket: ticket::issue(app, open.workspace, open.version),
        languages: definition
            .languages
            .iter()
            .map(|code| LanguageView {
                code: code.clone(),
                name: name_of(code),
                url: format!("/forms/{}?lang={code}", open.form),
                current: code == language,
            })
            .collect(),
    }
}

/// The controller. Without a privacy policy of its own, the notice that we generate for this form takes its place
/// (GDPR Art. 13).
fn legal(app: &App, open: &Open, language: &str) -> Controller {
    let mut legal = Controller::from(open.published.legal.clone());
    if legal.privacy_notice_url.is_empty() {
        legal.privacy_notice_url =
            format!("{}/notices/{}?lang={language}", app.config.public_url, open.version);
    }
    legal
}

impl View {
    /// The hosted page's context.
    #[must_use]
    pub fn page_context(self, open: &Open, notice: &str, page: &str, problems: &[Problem]) -> Value {
        let with_label = |problem: &Problem| {
            let label = self
                .fields
                .iter()
                .find(|field| Some(field.key.as_str()) == problem.field.as_deref())
                .map(|field| field.label.as_str());
            let message = label
                .map_or_else(|| problem.message.clone(), |label| format!("{label} – {}", problem.message));
            json!({ "field": problem.field, "message": message })
        };
        let problems: Vec<Value> = problems.iter().map(with_label).collect();
        let mut context = json!(self);
        context["problems"] = json!(problems);
        context["notice"] = json!(notice);
        context["page"] = json!(page);
        context["action"] = json!(format!("/forms/{}", open.form));
        context
    }

    /// The form as plain HTML for another site's page.
    ///
    /// # Errors
    /// `Internal` when the template cannot be rendered.
    pub fn plain_html(&self, app: &App, open: &Open, language: &str) -> Result<String> {
        let mut context = json!(self);
        context["action"] = json!(format!("{}/forms/{}", app.config.public_url, open.form));
        app.pages.render_page("forms/plain.html", language, context).map(|html| html.trim().to_owned())
    }

    /// The JSON for the embed.
    #[must_use]
    pub fn definition(self, app: &App, open: &Open, language: &str) -> Value {
        let fields: Vec<Value> = self
            .fields
            .into_iter()
            .map(|field| {
                let options: Vec<Value> = field.options.into_iter().map(|option| json!({ "value": option.value, "label": option.label })).collect();
                json!({
                    "key": field.key, "kind": field.kind, "label": field.label, "reason": field.reason, "required": field.required,
                    "autocomplete": field.autocomplete, "maxLength": field.max_length, "options": options, "value": field.value,
                })
            })
            .collect();
        let consents: Vec<Value> = self
            .consents
            .into_iter()
            .map(|consent| {
                json!({
                    "key": consent.key, "title": consent.title, "channel": consent.channel, "channelText": consent.channel_text,
                    "label": consent.label, "description": consent.description,
                })
            })
            .collect();
        let languages: Vec<Value> = self
            .languages
            .iter()
            .map(|language| json!({ "code": language.code, "name": language.name }))
            .collect();
        json!({
            "form": open.form, "version": open.version, "language": language, "languages": languages,
            "title": self.title, "intro": self.intro, "submitLabel": self.submit_label,
            "action": format!("{}/forms/{}", app.config.public_url, open.form),
            "fields": fields, "consents": consents, "basisText": self.basis_text,
            "legal": {
                "legalName": self.legal.legal_name, "postalAddress": self.legal.postal_address,
                "contactEmail": self.legal.contact_email, "privacyNoticeUrl": self.legal.privacy_notice_url,
            },
            "honeypot": self.honeypot, "ticket": self.ticket, "ticketAgeMs": ticket::YOUNGEST.num_milliseconds(), "messages": app.pages.messages("forms", language)["form"],
            "received": app.pages.messages("forms", language)["received"],
        })
    }
}
