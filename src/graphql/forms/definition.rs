//! A form's definition on the wire: the same shape in and out, texts as lists of language and text.

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

/// What a form is made of.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormDefinitionInput")]
pub struct FormDefinition {
    /// The languages it is shown in, `fr` and `en`; the first is the default.
    pub languages: Vec<String>,
    /// Heading, in every language.
    pub title: Vec<LocalizedText>,
    /// A few words under it; may be empty.
    #[graphql(default)]
    pub intro: Vec<LocalizedText>,
    /// What the button says; empty = "Send".
    #[graphql(default)]
    pub submit_label: Vec<LocalizedText>,
    /// The questions, in order; exactly one of kind EMAIL.
    pub fields: Vec<FormField>,
    /// The boxes, never ticked beforehand.
    #[graphql(default)]
    pub consents: Vec<FormConsent>,
    /// A purpose on another basis than consent that the answers are needed for; null = consent.
    pub basis_purpose_id: Option<ID>,
    /// Origins that may embed the form, like `https://www.example.org`. They are kept as browsers send them, and none has a star in it.
    #[graphql(default)]
    pub allowed_origins: Vec<String>,
    /// What is said afterwards, before the hint at the mailbox; empty = only that.
    #[graphql(default)]
    pub success_message: Vec<LocalizedText>,
    /// Where to go afterwards; null = our own page.
    pub redirect_url: Option<String>,
    /// Where leads go once their mailbox has confirmed, or at once on another basis; null = they become contacts and nothing more.
    pub routing: Option<FormRouting>,
}

/// Where a form's leads go: each becomes a deal, unless one of theirs from this form is still open.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormRoutingInput")]
pub struct FormRouting {
    /// The stage their deals begin in, of kind OPEN. Should it be gone when a lead comes, the first open one of its pipeline.
    pub stage_id: ID,
    /// Who owns them.
    #[graphql(default)]
    pub owner_rule: LeadOwnerRule,
    /// The members the rule is about: one for FIXED, those who take turns for `ROUND_ROBIN` and `COMPANY_OWNER`.
    #[graphql(default)]
    pub member_ids: Vec<ID>,
    /// Tags that are put on the contacts, at most 20; those that do not exist are made.
    #[graphql(default)]
    pub tags: Vec<String>,
    /// The deals' title, in which `{form}` stands for the form's name; empty = just that. What a person typed never stands in it.
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
    /// Its name in posts: lower-case letters, digits, `_`.
    pub key: String,
    /// What it asks for.
    pub kind: FormFieldKind,
    /// Label, in every language of the form.
    #[graphql(default)]
    pub label: Vec<LocalizedText>,
    /// Why it is asked (Art. 13), in every language of the form.
    #[graphql(default)]
    pub reason: Vec<LocalizedText>,
    /// Whether it must be answered.
    #[graphql(default)]
    pub required: bool,
    /// The choices, for CHOICE and CHOICES.
    #[graphql(default)]
    pub options: Vec<FormFieldOption>,
    /// For HIDDEN: its value.
    #[graphql(default)]
    pub value: String,
}

/// One choice.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FormFieldOptionInput")]
pub struct FormFieldOption {
    /// What is stored.
    pub value: String,
    /// What is shown, in every language of the form.
    pub label: Vec<LocalizedText>,
}

/// A box that offers consent to one purpose by one channel.
#[derive(SimpleObject, InputObject)]
#[graphql(complex, input_name = "FormConsentInput")]
pub struct FormConsent {
    /// The purpose; its basis must be consent.
    pub purpose_id: ID,
    /// One of its channels.
    pub channel: Channel,
}

#[async_graphql::ComplexObject]
impl FormConsent {
    /// The purpose itself; null when a draft names one that does not exist.
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
    /// As the use cases want it. Ids that are none and languages given twice are refused, naming the field.
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
