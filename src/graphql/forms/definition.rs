//! A form's definition in GraphQL: the same shape as input and output, with texts as lists of language and
//! text.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, InputObject, SimpleObject};
use entity::PurposeId;

use super::{FormFieldKind, LeadOwnerRule};
use crate::{
    error::{Error, ProblemCode, Result},
    forms::definition::{ConsentOffer, Definition, Field, FieldOption, Texts},
    graphql::{
        consent::{Channel, Purpose},
        kit::{load, named, parse},
    },
    pipeline::Routing,
};

/// A text in one language.
#[derive(SimpleObject, InputObject, Clone)]
#[graphql(input_name = "LocalizedTextInput")]
pub struct LocalizedText {
    /// `fr` or `en`.
    pub language: String,
    /// The text.
    pub text: String,
}

/// The content and settings of a form.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormDefinitionInput")]
pub struct FormDefinition {
    /// The languages it is shown in, `fr` and `en`; the first is the default.
    pub languages: Vec<String>,
    /// Heading, in every language.
    pub title: Vec<LocalizedText>,
    /// A few words below the heading; may be empty.
    #[graphql(default)]
    pub intro: Vec<LocalizedText>,
    /// Label of the button; empty: "Send".
    #[graphql(default)]
    pub submit_label: Vec<LocalizedText>,
    /// The questions, in order; exactly one of kind EMAIL.
    pub fields: Vec<FormField>,
    /// The consent checkboxes, never ticked beforehand.
    #[graphql(default)]
    pub consents: Vec<FormConsent>,
    /// The purpose on another legal basis than consent that needs the answers; null: consent.
    pub basis_purpose_id: Option<ID>,
    /// Origins that may embed the form, like `https://www.example.org`; stored as browsers send them, without
    /// wildcards.
    #[graphql(default)]
    pub allowed_origins: Vec<String>,
    /// Message after submitting, shown before the request to check the mailbox; empty: only that request.
    #[graphql(default)]
    pub success_message: Vec<LocalizedText>,
    /// Where visitors are sent after submitting; null: our own page.
    pub redirect_url: Option<String>,
    /// Where leads go once their mailbox has confirmed, or at once on another legal basis; null: they only
    /// become contacts.
    pub routing: Option<FormRouting>,
}

/// Where a form's leads go: each becomes a deal, unless one from this form is still open for the contact.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormRoutingInput")]
pub struct FormRouting {
    /// The stage in which new deals start, of kind OPEN. If it no longer exists when a lead comes in: the
    /// first open stage of its pipeline.
    pub stage_id: ID,
    /// How the owner of a deal is chosen.
    #[graphql(default)]
    pub owner_rule: LeadOwnerRule,
    /// The members the rule applies to: one for FIXED, those who take turns for `ROUND_ROBIN` and
    /// `COMPANY_OWNER`.
    #[graphql(default)]
    pub member_ids: Vec<ID>,
    /// Tags for the contacts, at most 20; missing tags are created.
    #[graphql(default)]
    pub tags: Vec<String>,
    /// Title of the deals, in which `{form}` is replaced by the form's name; empty: only that name. It never
    /// contains what a visitor typed.
    #[graphql(default)]
    pub deal_title: String,
}

impl From<Routing> for FormRouting {
    fn from(routing: Routing) -> Self {
        Self {
            stage_id: routing.stage_id.into(),
            owner_rule: routing.owner_rule.into(),
            member_ids: routing.member_ids.into_iter().map(ID::from).collect(),
            tags: routing.tags,
            deal_title: routing.deal_title,
        }
    }
}

impl FormRouting {
    fn read(self) -> Result<Routing> {
        let members = self
            .member_ids
            .iter()
            .enumerate()
            .map(|(at, id)| named(id, &format!("definition.routing.memberIds.{at}")));
        Ok(Routing {
            stage_id: named(&self.stage_id, "definition.routing.stageId")?,
            owner_rule: self.owner_rule.into(),
            member_ids: members.collect::<Result<_>>()?,
            tags: self.tags,
            deal_title: self.deal_title,
        })
    }
}

/// One question of a form.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormFieldInput")]
pub struct FormField {
    /// Its name in submissions: lower-case letters, digits and `_`.
    pub key: String,
    /// What kind of answer it takes.
    pub kind: FormFieldKind,
    /// Label, in every language of the form.
    #[graphql(default)]
    pub label: Vec<LocalizedText>,
    /// Why it is asked (GDPR Art. 13), in every language of the form.
    #[graphql(default)]
    pub reason: Vec<LocalizedText>,
    /// Whether an answer is required.
    #[graphql(default)]
    pub required: bool,
    /// The options, for CHOICE and CHOICES.
    #[graphql(default)]
    pub options: Vec<FormFieldOption>,
    /// For HIDDEN: the value.
    #[graphql(default)]
    pub value: String,
}

/// One option of a question.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormFieldOptionInput")]
pub struct FormFieldOption {
    /// The stored value.
    pub value: String,
    /// The label shown, in every language of the form.
    pub label: Vec<LocalizedText>,
}

/// A checkbox that offers consent to one purpose on one channel.
#[derive(SimpleObject, InputObject)]
#[graphql(complex, input_name = "FormConsentInput")]
pub struct FormConsent {
    /// The purpose; its legal basis must be consent.
    pub purpose_id: ID,
    /// One of its channels.
    pub channel: Channel,
}

#[async_graphql::ComplexObject]
impl FormConsent {
    /// The purpose; null when a draft refers to one that does not exist.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Option<Purpose>> {
        match parse::<PurposeId>(&self.purpose_id) {
            Some(id) => Ok(load(ctx, id).await?.map(Purpose)),
            None => Ok(None),
        }
    }
}

impl From<Definition> for FormDefinition {
    fn from(definition: Definition) -> Self {
        Self {
            languages: definition.languages,
            title: show(definition.title),
            intro: show(definition.intro),
            submit_label: show(definition.submit_label),
            fields: definition.fields.into_iter().map(FormField::from).collect(),
            consents: definition
                .consents
                .into_iter()
                .map(|offer| FormConsent {
                    purpose_id: offer.purpose_id.into(),
                    channel: offer.channel.into(),
                })
                .collect(),
            basis_purpose_id: definition.basis_purpose_id.map(ID::from),
            allowed_origins: definition.allowed_origins,
            success_message: show(definition.success_message),
            redirect_url: definition.redirect_url,
            routing: definition.routing.map(FormRouting::from),
        }
    }
}

impl From<Field> for FormField {
    fn from(field: Field) -> Self {
        Self {
            key: field.key,
            kind: field.kind.into(),
            label: show(field.label),
            reason: show(field.reason),
            required: field.required,
            options: field
                .options
                .into_iter()
                .map(|option| FormFieldOption { value: option.value, label: show(option.label) })
                .collect(),
            value: field.value,
        }
    }
}

impl FormDefinition {
    /// Converts it for the use cases. Invalid ids and duplicate languages are rejected with the field's name.
    pub(super) fn read(self) -> Result<Definition> {
        let fields = self
            .fields
            .into_iter()
            .enumerate()
            .map(|(at, field)| field.read(&format!("definition.fields.{at}")));
        let consents = self.consents.into_iter().enumerate().map(|(at, consent)| {
            let purpose_id = named(&consent.purpose_id, &format!("definition.consents.{at}.purposeId"))?;
            Ok(ConsentOffer { purpose_id, channel: consent.channel.into() })
        });
        Ok(Definition {
            languages: self.languages,
            title: texts(self.title, "definition.title")?,
            intro: texts(self.intro, "definition.intro")?,
            submit_label: texts(self.submit_label, "definition.submitLabel")?,
            fields: fields.collect::<Result<_>>()?,
            consents: consents.collect::<Result<_>>()?,
            basis_purpose_id: self
                .basis_purpose_id
                .map(|id| named(&id, "definition.basisPurposeId"))
                .transpose()?,
            allowed_origins: self.allowed_origins,
            success_message: texts(self.success_message, "definition.successMessage")?,
            redirect_url: self.redirect_url,
            routing: self.routing.map(FormRouting::read).transpose()?,
        })
    }
}

impl FormField {
    fn read(self, place: &str) -> Result<Field> {
        let options = self.options.into_iter().enumerate().map(|(at, option)| {
            Ok(FieldOption {
                value: option.value,
                label: texts(option.label, &format!("{place}.options.{at}.label"))?,
            })
        });
        Ok(Field {
            key: self.key,
            kind: self.kind.into(),
            label: texts(self.label, &format!("{place}.label"))?,
            reason: texts(self.reason, &format!("{place}.reason"))?,
            required: self.required,
            options: options.collect::<Result<_>>()?,
            value: self.value,
        })
    }
}

fn show(texts: Texts) -> Vec<LocalizedText> {
    texts.into_iter().map(|(language, text)| LocalizedText { language, text }).collect()
}

fn texts(list: Vec<LocalizedText>, field: &str) -> Result<Texts> {
    let mut texts = BTreeMap::new();
    for LocalizedText { language, text } in list {
        if texts.insert(language, text).is_some() {
            return Err(Error::rejected(ProblemCode::Taken, field, "Give one text per language."));
        }
    }
    Ok(texts)
}
