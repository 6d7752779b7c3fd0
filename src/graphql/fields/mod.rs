//! Custom fields in GraphQL: definitions, rules of data classes, and their mutations. Values are in
//! `values.rs`.

mod inputs;
mod mutations;
mod values;

pub use self::{inputs::*, mutations::FieldsMutation, values::*};

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::Loader};
use entity::{FieldId, Time, field};

use super::{
    accounts::Role,
    forms::LocalizedText,
    kit::{Load, LoadError, Read, allowed, asked, load, load_by_id},
};
use crate::{
    accounts::Right,
    error::{Error, ProblemCode, Result},
    fields::{self, ClassRules, Shape, Texts, list_fields, load_rules, loads::fields_by_id},
};

load_by_id! {
    fields_by_id(FieldId) -> field;
}

/// Kinds of records that have custom fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::EntityKind")]
pub enum EntityKind {
    /// Contacts.
    Contact,
    /// Companies.
    Company,
    /// Deals.
    Deal,
}

/// The type of a custom field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::FieldType")]
pub enum FieldType {
    /// Text of at most 4000 characters.
    Text,
    /// A number like `12.5`: at most 15 digits, 6 of them after the point.
    Number,
    /// An amount in a currency (ISO 4217), like `EUR 12.34`, with no more decimals than the currency has.
    Money,
    /// A day, like `2026-11-24`.
    Date,
    /// One of the field's options.
    Choice,
    /// Any of the field's options, one per line.
    Choices,
    /// `true` or `false`.
    Boolean,
    /// A URL that begins with `https://` or `http://`.
    Url,
    /// A telephone number, stored as E.164 with its extension (`+33199001234;ext=12`); without a country code
    /// it is read as one of the workspace's country.
    Phone,
    /// A bank account number (ISO 13616) with valid check digits.
    Iban,
    /// An e-mail address.
    Email,
}

/// Who may read a value, and how it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::DataClass")]
pub enum DataClass {
    /// Names, addresses and the like: readable by all staff by default.
    Open,
    /// For staff who work with it: readable by everybody but READER by default.
    Internal,
    /// Contracts and the like: encrypted, masked, and revealed after a recent second factor; by default for
    /// OWNER, ADMIN, DPO and SALES.
    Confidential,
    /// Bank details and the like: as CONFIDENTIAL, but by default for OWNER, ADMIN and DPO only, and the
    /// person is told of changes.
    Secret,
}

/// Why a sealed value is revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RevealReason")]
pub enum RevealReason {
    /// To carry out a contract or an order.
    ContractPerformance,
    /// To pay or to be paid.
    Payment,
    /// The person requested it.
    RequestOfThePerson,
    /// To check or correct the value.
    Verification,
    /// A legal obligation.
    LegalObligation,
}

/// The rules of data classes in the caller's workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RulesKey;

impl Loader<RulesKey> for Load {
    type Value = std::sync::Arc<ClassRules>;
    type Error = LoadError;

    async fn load(&self, _keys: &[RulesKey]) -> Result<HashMap<RulesKey, Self::Value>, LoadError> {
        let rules = load_rules(self.app.db(), self.caller.workspace).await?;
        Ok(HashMap::from([(RulesKey, std::sync::Arc::new(rules))]))
    }
}

async fn rules(ctx: &Context<'_>) -> Result<std::sync::Arc<ClassRules>> {
    load(ctx, RulesKey).await?.ok_or_else(|| Error::internal("rules always load"))
}

/// GraphQL type over a `field` row.
pub struct Field(pub field::Model);

/// The definition of a custom attribute of contacts, companies or deals.
#[Object]
impl Field {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The kind of record that has the field.
    async fn entity(&self) -> EntityKind {
        self.0.entity.into()
    }

    /// Its name in inputs and filters; unique per kind of record.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Its label, by language.
    async fn label(&self) -> Read<Vec<LocalizedText>> {
        Ok(show(serde_json::from_str(&self.0.label).map_err(Error::from)?))
    }

    /// The type of its values; never changes.
    #[graphql(name = "type")]
    async fn kind(&self) -> FieldType {
        self.0.kind.into()
    }

    /// Who may read its values, and how they are stored; never changes.
    async fn data_class(&self) -> DataClass {
        self.0.class.into()
    }

    /// Why it is collected (GDPR Art. 5(1)(c)).
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Whether staff must fill it in when they create something.
    async fn required(&self) -> bool {
        self.0.required
    }

    /// The options offered, for CHOICE and CHOICES. Older values may hold one of `retiredOptions`.
    async fn options(&self) -> Read<Vec<FieldOption>> {
        self.options_that(|option| !option.retired)
    }

    /// Options that are no longer offered; their labels are for values that still hold them.
    async fn retired_options(&self) -> Read<Vec<FieldOption>> {
        self.options_that(|option| option.retired)
    }

    /// Constraints on the values.
    async fn validation(&self) -> Read<FieldValidation> {
        Ok(Shape::read(self.0.clone())?.validation.into())
    }

    /// Sort position: smaller first, on a tie the older first.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Incremented by every change: pass it as `expectedVersion` when you change the field.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived, and stopped taking new values; null while it is not.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// Whether the caller's role may read its values; sealed ones must still be revealed.
    async fn may_read(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(rules(ctx).await?.may_read(asked(ctx)?.1.actor, self.0.class))
    }

    /// Whether the caller's role may set its values.
    async fn may_write(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(rules(ctx).await?.may_write(asked(ctx)?.1.actor, self.0.class))
    }
}

/// The exception of GDPR Art. 9(2) that permits processing data of a special category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "fields::art9::SpecialCategoryGround")]
pub enum SpecialCategoryGround {
    /// (a) Explicit consent for specified purposes.
    ExplicitConsent,
    /// (b) Obligations and rights in employment, social security and social protection law.
    EmploymentAndSocialSecurity,
    /// (c) Vital interests of a person who cannot consent.
    VitalInterests,
    /// (d) A foundation, association or other not-for-profit body, about its members and former members.
    NotForProfitBody,
    /// (e) Data the person manifestly made public.
    ManifestlyMadePublic,
    /// (f) Legal claims.
    LegalClaims,
    /// (g) Substantial public interest, on the basis of law.
    SubstantialPublicInterest,
    /// (h) Preventive or occupational medicine, health or social care.
    HealthOrSocialCare,
    /// (i) Public interest in public health.
    PublicHealth,
    /// (j) Archiving in the public interest, research, statistics.
    ArchivingResearchStatistics,
}

/// Who may read and set values of a data class in this workspace, and whether people are told.
#[derive(SimpleObject)]
pub struct ClassRule {
    /// The data class.
    pub class: DataClass,
    /// Roles that may read its values, and reveal sealed ones.
    pub readers: Vec<Role>,
    /// Roles that may set its values.
    pub writers: Vec<Role>,
    /// Whether the person is told by e-mail when staff or an integration change a value.
    pub notify_on_change: bool,
    /// Whether the person is told by e-mail when a sealed value is revealed.
    pub notify_on_reveal: bool,
}

impl From<fields::ClassRule> for ClassRule {
    fn from(rule: fields::ClassRule) -> Self {
        Self {
            class: rule.class.into(),
            readers: rule.readers.into_iter().map(Role::from).collect(),
            writers: rule.writers.into_iter().map(Role::from).collect(),
            notify_on_change: rule.notify_on_change,
            notify_on_reveal: rule.notify_on_reveal,
        }
    }
}

impl Field {
    fn options_that(&self, which: fn(&fields::Choice) -> bool) -> Read<Vec<FieldOption>> {
        let options: Vec<fields::Choice> = serde_json::from_str(&self.0.options).map_err(Error::from)?;
        Ok(options
            .into_iter()
            .filter(which)
            .map(|option| FieldOption { value: option.value, label: show(option.label) })
            .collect())
    }
}

fn show(texts: Texts) -> Vec<LocalizedText> {
    texts.into_iter().map(|(language, text)| LocalizedText { language, text }).collect()
}

fn texts(list: Vec<LocalizedText>, field: &str) -> Result<Texts> {
    let mut texts = BTreeMap::new();
    for LocalizedText { language, text } in list {
        if texts.insert(language, text.trim().to_owned()).is_some() {
            return Err(Error::rejected(ProblemCode::Taken, field, "Give one text per language."));
        }
    }
    Ok(texts)
}

/// Queries about custom fields.
#[derive(Default)]
pub struct FieldsQuery;

#[Object]
impl FieldsQuery {
    /// The custom fields of contacts, companies or deals, by position.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of record that has the fields.")] entity: EntityKind,
        #[graphql(desc = "Whether to show archived ones too.", default)] archived: bool,
    ) -> Result<Vec<Field>> {
        let (app, caller) = asked(ctx)?;
        let rows = list_fields(app, caller.workspace, caller.actor, entity.into(), archived).await?;
        Ok(rows.into_iter().map(Field).collect())
    }

    /// The rule of each data class, from OPEN to SECRET.
    #[graphql(complexity = "1 + child_complexity")]
    async fn class_rules(&self, ctx: &Context<'_>) -> Result<Vec<ClassRule>> {
        allowed(ctx, Right::ReadContacts)?;
        Ok(ClassRules::clone(&*rules(ctx).await?).all().into_iter().map(ClassRule::from).collect())
    }
}
