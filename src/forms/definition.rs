//! A form's definition: the draft that a marketer edits, and the published version, in which all texts,
//! purpose versions and wording hashes are fixed.

use std::collections::BTreeMap;

use entity::{Channel, LegalBasis, PurposeId, PurposeVersionId};
use serde::{Deserialize, Serialize};

use super::redirect::read_redirect;
use crate::{
    error::{Problem, ProblemCode},
    pipeline::{Route, Routing},
    platform::{
        links,
        pages::{codes_in_words, is_spoken},
    },
    post::Controller,
};

/// Texts by language.
pub type Texts = BTreeMap<String, String>;

/// A form's draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Definition {
    /// The languages it is shown in; the first is the default.
    pub languages: Vec<String>,
    /// Heading.
    pub title: Texts,
    /// A few words below the heading; may be empty.
    pub intro: Texts,
    /// Label of the button; empty: "Send".
    pub submit_label: Texts,
    /// The questions, in order; exactly one of kind EMAIL.
    pub fields: Vec<Field>,
    /// The consent checkboxes, never ticked beforehand.
    pub consents: Vec<ConsentOffer>,
    /// The purpose on another legal basis than consent that needs the answers; `None`: consent.
    pub basis_purpose_id: Option<PurposeId>,
    /// Origins that may embed the form, like `https://www.example.org`.
    pub allowed_origins: Vec<String>,
    /// Message after submitting, beside what must be said about the e-mail; may be empty.
    pub success_message: Texts,
    /// Where visitors are sent after submitting; `None`: our own page.
    pub redirect_url: Option<String>,
    /// Where leads go; `None`: they only become contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// Kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldKind {
    /// The mailbox that will be asked to confirm.
    Email,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Telephone number.
    Phone,
    /// Company name, as text.
    Company,
    /// Job title.
    JobTitle,
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One of the options.
    Choice,
    /// One or more of the options.
    Choices,
    /// Yes or no.
    Checkbox,
    /// Not shown: a constant, such as a campaign.
    Hidden,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name in submissions: `[a-z][a-z0-9_]*`.
    pub key: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Its label.
    pub label: Texts,
    /// Why it is asked (GDPR Art. 13).
    #[serde(default)]
    pub reason: Texts,
    /// Whether an answer is required.
    #[serde(default)]
    pub required: bool,
    /// The options.
    #[serde(default)]
    pub options: Vec<FieldOption>,
    /// For HIDDEN: the value.
    #[serde(default)]
    pub value: String,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldOption {
    /// The stored value.
    pub value: String,
    /// The label shown.
    pub label: Texts,
}

/// A checkbox that offers consent to one purpose on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentOffer {
    /// The purpose; its legal basis must be consent.
    pub purpose_id: PurposeId,
    /// One of its channels.
    pub channel: Channel,
}

/// A published form: self-contained and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// The marketer's definition.
    pub definition: Definition,
    /// The consent checkboxes with their texts.
    pub consents: Vec<PublishedConsent>,
    /// The purpose on another legal basis, with its text.
    pub basis: Option<PublishedBasis>,
    /// The controller at the time.
    pub legal: PublishedLegal,
    /// Where leads go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
}

/// A consent checkbox with its texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedConsent {
    /// Key, like `newsletter:email`.
    pub key: String,
    /// The purpose.
    pub purpose_id: PurposeId,
    /// The version of its text.
    pub purpose_version_id: PurposeVersionId,
    /// The channel.
    pub channel: Channel,
    /// How long a consent is valid, in days.
    pub validity_days: Option<i32>,
    /// Title, description, wording and hash by language.
    pub texts: BTreeMap<String, crate::consent::PurposeText>,
}

/// The purpose on another legal basis than consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedBasis {
    /// The purpose.
    pub purpose_id: PurposeId,
    /// The version of its text.
    pub purpose_version_id: PurposeVersionId,
    /// Legal basis (GDPR Art. 6(1)).
    pub legal_basis: LegalBasis,
    /// Title, description and wording by language.
    pub texts: BTreeMap<String, crate::consent::PurposeText>,
}

/// The controller, as it is kept with a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedLegal {
    /// Legal name.
    pub legal_name: String,
    /// Postal address.
    pub postal_address: String,
    /// Contact e-mail address.
    pub contact_email: String,
    /// URL of the privacy notice; may be empty.
    pub privacy_notice_url: String,
}

impl From<PublishedLegal> for Controller {
    fn from(legal: PublishedLegal) -> Self {
        let PublishedLegal { legal_name, postal_address, contact_email, privacy_notice_url } = legal;
        Self { legal_name, postal_address, contact_email, privacy_notice_url }
    }
}

impl From<Controller> for PublishedLegal {
    fn from(legal: Controller) -> Self {
        let Controller { legal_name, postal_address, contact_email, privacy_notice_url } = legal;
        Self { legal_name, postal_address, contact_email, privacy_notice_url }
    }
}

/// Names that submissions use themselves.
pub const RESERVED_KEYS: [&str; 6] = ["consent", "consents", "ticket", "language", "page", HONEYPOT];
/// A field that people do not see, so whoever fills it in is a bot. Its name means nothing to browsers and
/// password managers, which would fill in a name, an address or a website.
pub const HONEYPOT: &str = "leave_blank";

impl FieldKind {
    /// Limit on an answer, in characters.
    #[must_use]
    pub fn max_length(self) -> usize {
        match self {
            Self::Email => 254,
            // Room for a number with extension and formatting, as people paste it.
            Self::Phone => 60,
            Self::LongText => 4000,
            Self::Choice | Self::Choices | Self::Checkbox | Self::Hidden => 200,
            _ => 300,
        }
    }

    /// The HTML `autocomplete` token (WCAG 1.3.5); empty when there is none.
    #[must_use]
    pub fn autocomplete(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::GivenName => "given-name",
            Self::FamilyName => "family-name",
            Self::Phone => "tel",
            Self::Company => "organization",
            Self::JobTitle => "organization-title",
            _ => "",
        }
    }

    fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

/// Whether consent on this channel is useful only with a telephone number.
#[must_use]
pub fn needs_number(channel: Channel) -> bool {
    matches!(channel, Channel::Phone | Channel::Sms)
}

impl Definition {
    /// Everything that is missing or wrong. Only publishing calls this, as a draft may be incomplete.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong =
            |code, field: String, message: &str| problems.push(Problem::new(code, field, message));
        if self.languages.is_empty() || self.languages.iter().any(|language| !is_spoken(language)) {
            let message =
                format!("Name at least one of {}; the first is the default.", codes_in_words("and"));
            wrong(ProblemCode::Required, "languages".into(), &message);
        }
        for language in &self.languages {
            let lacks = |texts: &Texts| texts.get(language).is_none_or(|text| text.trim().is_empty());
            if lacks(&self.title) {
                wrong(
                    ProblemCode::Required,
                    format!("title.{language}"),
                    "Give the form a title in every language it has.",
                );
            }
            for (at, field) in self.fields.iter().enumerate() {
                if field.kind != FieldKind::Hidden && lacks(&field.label) {
                    wrong(
                        ProblemCode::Required,
                        format!("fields.{at}.label.{language}"),
                        "Give the field a label.",
                    );
                }
                if field.kind != FieldKind::Hidden && lacks(&field.reason) {
                    wrong(
                        ProblemCode::Required,
                        format!("fields.{at}.reason.{language}"),
                        "Say why it is asked: the person has a right to know (Art. 13).",
                    );
                }
                if field.options.iter().any(|option| lacks(&option.label)) {
                    wrong(
                        ProblemCode::Required,
                        format!("fields.{at}.options"),
                        "Label every choice in every language.",
                    );
                }
            }
        }
        if self.fields.iter().filter(|field| field.kind == FieldKind::Email && field.required).count() != 1
            || self.fields.iter().filter(|field| field.kind == FieldKind::Email).count() != 1
        {
            wrong(
                ProblemCode::Invalid,
                "fields".into(),
                "A form asks for exactly one e-mail address, and requires it: the mailbox has to confirm.",
            );
        }
        if self.fields.len() > 50 {
            wrong(ProblemCode::TooLong, "fields".into(), "A form has at most 50 fields: remove some.");
        }
        for (at, field) in self.fields.iter().enumerate() {
            let well_named = field.key.len() <= 40
                && field.key.starts_with(|c: char| c.is_ascii_lowercase())
                && field.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !well_named || RESERVED_KEYS.contains(&field.key.as_str()) {
                let message = "Use lower-case letters, digits and underscores, beginning with a letter, and none of: consent, consents, ticket, language, page, leave_blank.";
                wrong(ProblemCode::Invalid, format!("fields.{at}.key"), message);
            }
            if self.fields.iter().skip(at + 1).any(|other| other.key == field.key) {
                wrong(
                    ProblemCode::Taken,
                    format!("fields.{at}.key"),
                    "Two fields have this key; rename one.",
                );
            }
            if field.kind.has_options() == field.options.is_empty() || field.options.len() > 100 {
                wrong(
                    ProblemCode::Invalid,
                    format!("fields.{at}.options"),
                    "A choice needs 1 to 100 options; other kinds take none.",
                );
            }
        }
        if self.consents.is_empty() && self.basis_purpose_id.is_none() {
            wrong(
                ProblemCode::Required,
                "consents".into(),
                "Offer at least one consent, or name a purpose on another legal basis: without a basis nothing may be kept.",
            );
        }
        let asks_number = self.fields.iter().any(|field| field.kind == FieldKind::Phone);
        for (at, offer) in
            self.consents.iter().enumerate().filter(|(_, offer)| needs_number(offer.channel) && !asks_number)
        {
            let message = format!(
                "Ask for the telephone number too: without a field of kind PHONE, nobody can be reached by {}.",
                offer.channel
            );
            wrong(ProblemCode::Required, format!("consents.{at}"), &message);
        }
        problems.extend(self.origin_problems());
        problems.extend(self.text_problems());
        if self.redirect_url.as_deref().is_some_and(|url| read_redirect(url).is_none()) {
            problems.push(Problem::new(ProblemCode::Invalid, "redirectUrl", links::REMEDY));
        }
        problems
    }
}
