//! Texts that were held back because they seem to tell of a special category of data, and a workspace's own
//! words for such categories.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{QuarantineId, Time, quarantine, special_word};

use crate::{
    accounts::Right,
    error::Result,
    fields::{self, add_special_word, list_special_words, remove_special_word},
    graphql::{
        contacts::Contact,
        fields::SpecialCategoryGround,
        kit::{List, Read, allowed, asked, cost, found, list, load, load_by_id, named},
    },
    platform::graphql::{PageArgs, UserError, page::Total, user_errors},
    privacy::quarantine::{
        count_texts, destroy_text, loads::texts_by_id, page_texts, read_text, release_text,
    },
};

load_by_id! {
    texts_by_id(QuarantineId) -> quarantine;
}

/// A special category of personal data (GDPR Art. 9), convictions (Art. 10) and national identification
/// numbers (Art. 87).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "fields::art9::Category")]
pub enum SpecialCategory {
    /// Racial or ethnic origin.
    RacialOrEthnicOrigin,
    /// Political opinions.
    PoliticalOpinions,
    /// Religious or philosophical beliefs.
    ReligiousOrPhilosophicalBeliefs,
    /// Trade union membership.
    TradeUnionMembership,
    /// Genetic data.
    GeneticData,
    /// Biometric data that identify a person.
    BiometricData,
    /// Health.
    Health,
    /// Sex life or sexual orientation.
    SexLifeOrOrientation,
    /// Criminal convictions and offences.
    CriminalConvictions,
    /// A national identification number, like the French NIR.
    NationalIdentificationNumber,
}

/// The kind of record whose text was held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::QuarantineSource")]
pub enum QuarantineSource {
    /// An activity.
    Activity,
    /// A contact.
    Contact,
    /// A company.
    Company,
    /// A deal.
    Deal,
}

/// The state of a text that was held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::QuarantineState")]
pub enum QuarantineState {
    /// It waits for a decision.
    Waiting,
    /// It was put back.
    Released,
    /// It was destroyed, or another text took its place.
    Destroyed,
}

/// GraphQL type over a `quarantine` row.
pub struct QuarantinedText(pub quarantine::Model);

/// A text that was held back, because it may tell of a special category of data about somebody. What it says
/// is only in the answer of `readQuarantined`.
#[Object]
impl QuarantinedText {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The kind of record that it was written into.
    async fn source(&self) -> QuarantineSource {
        self.0.source.into()
    }

    /// The id of that record, by its kind.
    async fn record_id(&self) -> ID {
        match self.0.source {
            entity::QuarantineSource::Activity => entity::ActivityId(self.0.row_id).into(),
            entity::QuarantineSource::Contact => entity::ContactId(self.0.row_id).into(),
            entity::QuarantineSource::Company => entity::CompanyId(self.0.row_id).into(),
            entity::QuarantineSource::Deal => entity::DealId(self.0.row_id).into(),
        }
    }

    /// Where in the record: `subject`, `body`, or a custom field as `custom.key`.
    async fn field(&self) -> &str {
        &self.0.field
    }

    /// The contact it was written about; null when it was written about no one contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(Contact)),
            None => Ok(None),
        }
    }

    /// Its state.
    async fn state(&self) -> QuarantineState {
        self.0.state.into()
    }

    /// Who wrote it: the id of a member, API key or contact.
    async fn author(&self) -> &str {
        &self.0.author
    }

    /// When it was held back.
    async fn held_at(&self) -> Time {
        self.0.held_at
    }

    /// When it was released or destroyed; null while it waits.
    async fn decided_at(&self) -> Option<Time> {
        self.0.decided_at
    }

    /// The exception of GDPR Art. 9(2) under which it was released; null unless it was.
    async fn ground(&self) -> Read<Option<SpecialCategoryGround>> {
        let ground = self.0.ground.as_deref().and_then(fields::art9::SpecialCategoryGround::named);
        Ok(ground.map(Into::into))
    }
}

/// GraphQL type over a `special_word` row.
pub struct SpecialWord(pub special_word::Model);

/// A word of the workspace's own that tells of a special category of data.
#[Object]
impl SpecialWord {
    /// Its id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The category that it tells of; null when this version does not know it.
    async fn category(&self) -> Option<SpecialCategory> {
        fields::art9::Category::named(&self.0.category).map(Into::into)
    }

    /// `fr` or `en`.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// The word or phrase.
    async fn word(&self) -> &str {
        &self.0.word
    }

    /// When it was added.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }
}

/// The text to read.
#[derive(InputObject)]
pub struct ReadQuarantinedInput {
    /// The text in quarantine.
    pub quarantine_id: ID,
}

/// Result of `readQuarantined`.
#[derive(SimpleObject)]
pub struct ReadQuarantinedPayload {
    /// Where it was written; null when the input was refused.
    pub quarantined: Option<QuarantinedText>,
    /// What was written; null when the input was refused.
    pub text: Option<String>,
    /// What it may tell of; empty when the input was refused.
    pub categories: Vec<SpecialCategory>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The text to put back.
#[derive(InputObject)]
pub struct ReleaseQuarantinedInput {
    /// The text in quarantine.
    pub quarantine_id: ID,
    /// The exception of GDPR Art. 9(2) that applies.
    pub special_category_ground: SpecialCategoryGround,
}

/// Result of `releaseQuarantined`.
#[derive(SimpleObject)]
pub struct ReleaseQuarantinedPayload {
    /// The text as it is now; null when the input was refused.
    pub quarantined: Option<QuarantinedText>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The text to destroy.
#[derive(InputObject)]
pub struct DestroyQuarantinedInput {
    /// The text in quarantine.
    pub quarantine_id: ID,
}

/// Result of `destroyQuarantined`.
#[derive(SimpleObject)]
pub struct DestroyQuarantinedPayload {
    /// The text as it is now; null when the input was refused.
    pub quarantined: Option<QuarantinedText>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A word of the workspace's own.
#[derive(InputObject)]
pub struct AddSpecialWordInput {
    /// The category that it tells of.
    pub category: SpecialCategory,
    /// `fr` or `en`.
    pub language: String,
    /// The word or phrase, at least three letters or digits; case, accents and the usual endings do not
    /// matter.
    pub word: String,
}

/// Result of `addSpecialWord`.
#[derive(SimpleObject)]
pub struct AddSpecialWordPayload {
    /// The word; null when the input was refused.
    pub special_word: Option<SpecialWord>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The word to remove.
#[derive(InputObject)]
pub struct RemoveSpecialWordInput {
    /// The word.
    pub special_word_id: ID,
}

/// Result of `removeSpecialWord`.
#[derive(SimpleObject)]
pub struct RemoveSpecialWordPayload {
    /// The id of the removed word; null when the input was refused.
    pub special_word_id: Option<ID>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about what is held back.
#[derive(Default)]
pub struct QuarantineQuery;

#[Object]
impl QuarantineQuery {
    /// Texts that were held back, the oldest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn quarantine(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only texts in this state; absent = all.")] state: Option<QuarantineState>,
    ) -> Result<List<QuarantineId, QuarantinedText>> {
        let (app, caller) = allowed(ctx, Right::ManageQuarantine)?;
        let (workspace, state) = (caller.workspace, state.map(Into::into));
        let request = PageArgs::new(first, after, last, before).check::<QuarantineId>()?;
        let page = page_texts(app.db(), workspace, state, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_texts(app.db(), workspace, state).await }
        });
        Ok(list(page, |row| row.id, QuarantinedText, total))
    }

    /// The workspace's own words for special categories of data, in alphabetical order.
    #[graphql(complexity = "1 + 20 * child_complexity")]
    async fn special_words(&self, ctx: &Context<'_>) -> Result<Vec<SpecialWord>> {
        let (app, caller) = asked(ctx)?;
        let rows = list_special_words(app, caller.workspace, caller.actor).await?;
        Ok(rows.into_iter().map(SpecialWord).collect())
    }
}

/// Mutations about what is held back.
#[derive(Default)]
pub struct QuarantineMutation;

#[Object]
impl QuarantineMutation {
    /// Read a text that was held back. The journal records who did.
    async fn read_quarantined(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text to read.")] input: ReadQuarantinedInput,
    ) -> Result<ReadQuarantinedPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.quarantine_id, "quarantineId")?;
            found("quarantineId", read_text(app, caller.workspace, caller.actor, id).await)
        };
        let (read, user_errors) = user_errors(outcome.await)?;
        let (quarantined, sealed) = read.map(|(row, sealed)| (QuarantinedText(row), sealed)).unzip();
        let (text, categories) = sealed.map(|sealed| (sealed.text, sealed.categories)).unzip();
        let categories = categories.unwrap_or_default().into_iter().map(Into::into).collect();
        Ok(ReadQuarantinedPayload { quarantined, text, categories, user_errors })
    }

    /// Put a text back where it was written, under an exception of GDPR Art. 9(2). For the owner and the data
    /// protection officer.
    async fn release_quarantined(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text, and the exception that applies.")] input: ReleaseQuarantinedInput,
    ) -> Result<ReleaseQuarantinedPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.quarantine_id, "quarantineId")?;
            let ground = input.special_category_ground.into();
            found("quarantineId", release_text(app, caller.workspace, caller.actor, id, ground).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ReleaseQuarantinedPayload { quarantined: row.map(QuarantinedText), user_errors })
    }

    /// Destroy a text that was held back. Idempotent.
    async fn destroy_quarantined(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text to destroy.")] input: DestroyQuarantinedInput,
    ) -> Result<DestroyQuarantinedPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.quarantine_id, "quarantineId")?;
            found("quarantineId", destroy_text(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(DestroyQuarantinedPayload { quarantined: row.map(QuarantinedText), user_errors })
    }

    /// Add a word of your own that tells of a special category of data. It counts for names and for texts
    /// that are written from now on.
    async fn add_special_word(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The word, and what it tells of.")] input: AddSpecialWordInput,
    ) -> Result<AddSpecialWordPayload> {
        let (app, caller) = asked(ctx)?;
        let (category, language, word) = (input.category.into(), &input.language, &input.word);
        let outcome = add_special_word(app, caller.workspace, caller.actor, category, language, word).await;
        let (row, user_errors) = user_errors(outcome)?;
        Ok(AddSpecialWordPayload { special_word: row.map(SpecialWord), user_errors })
    }

    /// Remove a word of your own.
    async fn remove_special_word(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The word to remove.")] input: RemoveSpecialWordInput,
    ) -> Result<RemoveSpecialWordPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.special_word_id, "specialWordId")?;
            found("specialWordId", remove_special_word(app, caller.workspace, caller.actor, id).await)
        };
        let (id, user_errors) = user_errors(outcome.await)?;
        Ok(RemoveSpecialWordPayload { special_word_id: id.map(ID::from), user_errors })
    }
}
