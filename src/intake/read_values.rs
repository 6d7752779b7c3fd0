//! Validates what a visitor typed against the version they were shown, and converts it to what will be
//! sealed. Each problem names its field; no message repeats a value.

use entity::EmailAddress;
use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::asked::{Asked, AskedBasis};
use crate::{
    app::App,
    consent::{evidence::Page, state::AskedConsent},
    contacts::{PersonField, PersonValue},
    error::{Problem, ProblemCode},
    forms::{
        cache::Open,
        definition::{Field, FieldKind, HONEYPOT, needs_number},
    },
    platform::{phones::read_phone, text::without_unseen},
};

/// A submission, however it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The ticket.
    pub ticket: String,
    /// `fr` or `en`.
    pub language: String,
    /// The URL of the embedding page, as the client says.
    pub page: String,
    /// By field key: a text, a list of texts, or a boolean.
    pub values: std::collections::BTreeMap<String, Value>,
    /// The keys of the ticked consents.
    pub consents: Vec<String>,
    /// The field that only bots fill in.
    pub honeypot: String,
}

impl Typed {
    /// From the pairs of a plain HTML form.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "ticket" => typed.ticket = value,
                "language" => typed.language = value,
                "page" => typed.page = value,
                "consent" => typed.consents.push(value),
                HONEYPOT => typed.honeypot = value,
                _ => match typed.values.entry(name) {
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        slot.insert(Value::String(value));
                    }
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        let known = slot.get_mut();
                        match known {
                            Value::Array(list) => list.push(Value::String(value)),
                            other => *other = Value::Array(vec![other.take(), Value::String(value)]),
                        }
                    }
                },
            }
        }
        typed
    }

    /// The texts of a field; a ticked checkbox is `true`.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<String> {
        match self.values.get(key) {
            Some(Value::Array(list)) => list.iter().filter_map(text_of).collect(),
            Some(value) => text_of(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("true".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns what will be sealed.
///
/// # Errors
/// All problems, in the order of the fields.
pub fn read_values(
    app: &App,
    open: &Open,
    language: &str,
    typed: &Typed,
    page: Page,
    browser: String,
) -> Result<Asked, Vec<Problem>> {
    let mut problems = Vec::new();
    let say = |key: &str| app.pages.text("forms", language, &format!("form.{key}")).to_owned();
    let (mut email, mut values) = (String::new(), Vec::new());
    for field in &open.published.definition.fields {
        let label = field.label.get(language).cloned().unwrap_or_else(|| field.key.clone());
        match read_field(field, typed, &open.country) {
            Ok(text) if text.is_empty() => {}
            Ok(text) if field.kind == FieldKind::Email => email = text,
            Ok(text) => values.push(PersonValue {
                field: person_field(field.kind),
                key: field.key.clone(),
                label,
                value: text,
            }),
            Err((code, message)) => problems.push(Problem::new(code, field.key.clone(), say(message))),
        }
    }
    let mut consents = Vec::new();
    for key in &typed.consents {
        let Some(offer) = open.published.consents.iter().find(|offer| offer.key == *key) else {
            problems.push(Problem::new(ProblemCode::NotOffered, "consents", say("problem_not_offered")));
            continue;
        };
        let Some(text) = offer.texts.get(language).or_else(|| offer.texts.values().next()) else { continue };
        if consents
            .iter()
            .any(|known: &AskedConsent| known.purpose == offer.purpose_id && known.channel == offer.channel)
        {
            continue;
        }
        consents.push(AskedConsent {
            purpose: offer.purpose_id,
            purpose_version: offer.purpose_version_id,
            channel: offer.channel,
            title: text.title.clone(),
            wording: text.wording.clone(),
            wording_sha256: text.wording_sha256.clone(),
            validity_days: offer.validity_days,
        });
    }
    problems.extend(
        lacks_number(&open.published.definition.fields, &consents, &values, &problems)
            .map(|(code, field, key)| Problem::new(code, field, say(key))),
    );
    let basis = open.published.basis.as_ref().map(|basis| AskedBasis {
        purpose: basis.purpose_id,
        purpose_version: basis.purpose_version_id,
        title: basis.texts.get(language).map(|text| text.title.clone()).unwrap_or_default(),
        legal_basis: basis.legal_basis,
    });
    if basis.is_none()
        && consents.is_empty()
        && !problems.iter().any(|problem| problem.field.as_deref() == Some("consents"))
    {
        problems.push(Problem::new(ProblemCode::Required, "consents", say("problem_consent")));
    }
    if problems.is_empty() {
        let (form, form_version) = (open.form, open.version);
        Ok(Asked {
            email,
            language: language.to_owned(),
            values,
            consents,
            basis,
            page,
            browser,
            form,
            form_version,
            route: open.published.route.clone(),
        })
    } else {
        Err(problems)
    }
}

/// Who agrees to calls or text messages must give a number.
fn lacks_number(
    fields: &[Field],
    consents: &[AskedConsent],
    values: &[PersonValue],
    problems: &[Problem],
) -> Option<(ProblemCode, String, &'static str)> {
    if !consents.iter().any(|consent| needs_number(consent.channel))
        || values.iter().any(|value| value.field == PersonField::Phone)
    {
        return None;
    }
    // Versions published before this rule may offer such a consent without asking for a number: nobody can
    // agree to it.
    let Some(field) = fields.iter().find(|field| field.kind == FieldKind::Phone) else {
        return Some((ProblemCode::NotOffered, "consents".to_owned(), "problem_not_offered"));
    };
    let is_told = problems.iter().any(|problem| problem.field.as_deref() == Some(field.key.as_str()));
    (!is_told).then(|| (ProblemCode::Required, field.key.clone(), "problem_phone_consent"))
}

type Fault = (ProblemCode, &'static str);

fn read_field(field: &Field, typed: &Typed, country: &str) -> Result<String, Fault> {
    if field.kind == FieldKind::Hidden {
        return Ok(field.value.clone());
    }
    let given: Vec<String> = typed
        .texts(&field.key)
        .iter()
        .map(|text| tidy(text, field.kind))
        .filter(|text| !text.is_empty())
        .collect();
    if given.is_empty() {
        return match (field.required, field.kind) {
            (false, _) => Ok(String::new()),
            (true, FieldKind::Choice | FieldKind::Choices) => Err((ProblemCode::Required, "problem_choice")),
            (true, FieldKind::Checkbox) => Err((ProblemCode::Required, "problem_tick")),
            (true, FieldKind::Email) => Err((ProblemCode::Required, "problem_email")),
            (true, _) => Err((ProblemCode::Required, "problem_required")),
        };
    }
    if given.iter().any(|text| text.chars().count() > field.kind.max_length()) {
        return Err((ProblemCode::TooLong, "problem_too_long"));
    }
    if field.kind != FieldKind::Choices && given.len() > 1 {
        return Err((ProblemCode::Invalid, "problem_invalid"));
    }
    let offered = |text: &String| field.options.iter().any(|option| option.value == *text);
    match field.kind {
        FieldKind::Email => match EmailAddress::parse(&given[0]) {
            Ok(address) => Ok(address.as_entered().to_owned()),
            Err(_) => Err((ProblemCode::Invalid, "problem_email")),
        },
        FieldKind::Phone => read_phone(&given[0], country).ok_or((ProblemCode::Invalid, "problem_phone")),
        FieldKind::Checkbox if !matches!(given[0].as_str(), "true" | "on") => {
            Err((ProblemCode::Invalid, "problem_invalid"))
        }
        FieldKind::Checkbox => Ok("true".to_owned()),
        FieldKind::Choice | FieldKind::Choices if !given.iter().all(offered) => {
            Err((ProblemCode::NotOffered, "problem_not_offered"))
        }
        FieldKind::Choices => {
            // In the form's order, without duplicates.
            let chosen = field
                .options
                .iter()
                .filter(|option| given.contains(&option.value))
                .map(|option| option.value.clone());
            Ok(chosen.collect::<Vec<_>>().join("\n"))
        }
        _ => Ok(given[0].clone()),
    }
}

/// NFC, trimmed, without control characters and without characters that reorder or hide text; emoji and all
/// scripts stay.
fn tidy(text: &str, kind: FieldKind) -> String {
    let keeps_lines = kind == FieldKind::LongText;
    let text = text.replace("\r\n", "\n");
    // An e-mail address is not repaired silently: its parser removes invisible characters around it and
    // validates the rest.
    if kind == FieldKind::Email {
        return text.trim().to_owned();
    }
    let plain = text.nfc().map(|c| match c {
        '\n' if keeps_lines => '\n',
        '\n' | '\t' | '\r' => ' ',
        _ => c,
    });
    without_unseen(&plain.collect::<String>()).trim().to_owned()
}

fn person_field(kind: FieldKind) -> PersonField {
    match kind {
        FieldKind::GivenName => PersonField::GivenName,
        FieldKind::FamilyName => PersonField::FamilyName,
        FieldKind::Phone => PersonField::Phone,
        FieldKind::Company => PersonField::CompanyName,
        FieldKind::JobTitle => PersonField::JobTitle,
        _ => PersonField::Custom,
    }
}
