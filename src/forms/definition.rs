//! What a form is made of: the draft a marketer edits, and the published version, in which every text, purpose version and
//! wording hash is fixed.

use std::collections::BTreeMap;

use entity::{Channel, LegalBasis, PurposeId, PurposeVersionId};
use serde::{Deserialize, Serialize};

use super::redirect::read_redirect;
use crate::{
    error::{Problem, ProblemCode},
    pipeline::{Route, Routing},
    platform::{links, pages::LANGUAGES},
};

/// Language → text.
pub type Texts = BTreeMap<String, String>;

/// A form's draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Definition {
    /// The languages it is shown in; the first is the default.
    pub languages: Vec<String>,
    /// Heading.
    pub title: Texts,
    /// A few words under it; may be empty.
    pub intro: Texts,
    /// What the button says; empty = "Send".
    pub submit_label: Texts,
    /// The questions, in order; exactly one of kind EMAIL.
    pub fields: Vec<Field>,
    /// The boxes, never ticked beforehand.
    pub consents: Vec<ConsentOffer>,
    /// A purpose on another basis than consent that the answers are needed for; none = consent.
    pub basis_purpose_id: Option<PurposeId>,
    /// Origins that may embed the form, like `https://www.example.org`.
    pub allowed_origins: Vec<String>,
    /// What is said afterwards, beside what the mail needs said; may be empty.
    pub success_message: Texts,
    /// Where to go afterwards; none = our own page.
    pub redirect_url: Option<String>,
    /// Where leads go; none = they become contacts and nothing more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// Kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldKind {
    /// The mailbox that will be asked.
    Email,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Telephone number.
    Phone,
    /// Company, as the person writes it.
    Company,
    /// Job title.
    JobTitle,
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One of several.
    Choice,
    /// One or more of several.
    Choices,
    /// Yes or no.
    Checkbox,
    /// Not shown: a constant of the form, like a campaign.
    Hidden,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name in posts: `[a-z][a-z0-9_]*`.
    pub key: String,
    /// What it asks for.
    pub kind: FieldKind,
    /// What stands beside it.
    pub label: Texts,
    /// Why it is asked (Art. 13).
    #[serde(default)]
    pub reason: Texts,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// The choices.
    #[serde(default)]
    pub options: Vec<FieldOption>,
    /// For HIDDEN: its value.
    #[serde(default)]
    pub value: String,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldOption {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Texts,
}

/// A box that offers consent to one purpose by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentOffer {
    /// The purpose; its basis must be consent.
    pub purpose_id: PurposeId,
    /// One of its channels.
    pub channel: Channel,
}

/// A published form: complete in itself, and frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// What the marketer wrote.
    pub definition: Definition,
    /// The boxes with their texts.
    pub consents: Vec<PublishedConsent>,
    /// The other basis, with its text.
    pub basis: Option<PublishedBasis>,
    /// The controller as it was named.
    pub legal: PublishedLegal,
    /// Where leads go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
}

/// A box with the text beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedConsent {
    /// `newsletter:email`.
    pub key: String,
    /// For what.
    pub purpose_id: PurposeId,
    /// In which text.
    pub purpose_version_id: PurposeVersionId,
    /// By which channel.
    pub channel: Channel,
    /// How long a yes holds.
    pub validity_days: Option<i32>,
    /// Language → title, description, wording, hash.
    pub texts: BTreeMap<String, crate::consent::PurposeText>,
}

/// The other basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedBasis {
    /// For what.
    pub purpose_id: PurposeId,
    /// In which text.
    pub purpose_version_id: PurposeVersionId,
    /// Art. 6(1).
    pub legal_basis: LegalBasis,
    /// Language → title, description, wording.
    pub texts: BTreeMap<String, crate::consent::PurposeText>,
}

/// The controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishedLegal {
    /// Legal name.
    pub legal_name: String,
    /// Postal address.
    pub postal_address: String,
    /// Contact address.
    pub contact_email: String,
    /// Privacy notice, may be empty.
    pub privacy_notice_url: String,
}

/// Names that the post itself uses.
pub const RESERVED_KEYS: [&str; 6] = ["consent", "consents", "ticket", "language", "page", HONEYPOT];
/// A field no person sees; who fills it is a program. Its name means nothing to browsers and password
/// managers, which would fill in a name, an address, a website.
pub const HONEYPOT: &str = "leave_blank";

impl FieldKind {
    /// The longest answer, in characters.
    #[must_use]
    pub fn max_length(self) -> usize {
        match self {
            Self::Email => 254,
            // A number with its extension, as it is copied from elsewhere.
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

/// Whether a consent by this channel is worth something only with a telephone number.
#[must_use]
pub fn needs_number(channel: Channel) -> bool {
    matches!(channel, Channel::Phone | Channel::Sms)
}

impl Definition {
    /// Everything that is wrong with it. A draft may be incomplete, so only publishing asks.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong =
            |code, field: String, message: &str| problems.push(Problem::new(code, field, message));
        if self.languages.is_empty()
            || self.languages.iter().any(|language| !LANGUAGES.contains(&language.as_str()))
        {
            wrong(
                ProblemCode::Required,
                "languages".into(),
                "Name at least one of `fr` and `en`; the first is the default.",
            );
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
