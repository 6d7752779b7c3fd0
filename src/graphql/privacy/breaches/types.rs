//! Breaches, their steps and the people concerned in GraphQL.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{BreachId, ContactId, Time, breach, breach_person, breach_step};

use super::{BreachException, BreachRisk, BreachState, BreachStepKind};
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        contacts::Contact,
        kit::{Read, allowed, load, load_by_id, load_of, most, named},
    },
    privacy::breaches::{
        authority_notice,
        loads::{breaches_by_id, count_people, people_of_breach, steps_of_breaches},
        open_step, open_texts,
    },
};

load_by_id! {
    breaches_by_id(BreachId) -> breach;
}

load_of! {
    /// The steps of a breach.
    StepsOf(BreachId) = steps_of_breaches -> breach_step;
}

/// What was written about a breach (GDPR Art. 33(3), 33(5), 34(2)).
#[derive(SimpleObject)]
#[graphql(name = "BreachTexts")]
pub struct WrittenOfBreach {
    /// One line.
    pub title: String,
    /// What happened.
    pub facts: String,
    /// Which people it concerns.
    pub people: String,
    /// Which records it concerns.
    pub records: String,
    /// Its effects and likely consequences.
    pub effects: String,
    /// What was done and is proposed.
    pub remedies: String,
    /// Why the authority is told late; empty when it is not.
    pub late_because: String,
    /// What happened, in plain words for the people concerned.
    pub plain_words: String,
}

/// The notice to the authority, as things stand now.
#[derive(SimpleObject)]
pub struct AuthorityNotice {
    /// An HTML page to print or hand in, which loads nothing.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// GraphQL type over a `breach` row.
pub struct Breach(pub breach::Model);

/// A breach of personal data, with its clock (GDPR Art. 33).
#[Object]
impl Breach {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What was written about it.
    async fn texts(&self, ctx: &Context<'_>) -> Result<WrittenOfBreach> {
        let (app, _) = allowed(ctx, Right::ManageBreaches)?;
        let texts = open_texts(app.db(), &app.vault, &self.0).await?;
        Ok(WrittenOfBreach {
            title: texts.title,
            facts: texts.facts,
            people: texts.people,
            records: texts.records,
            effects: texts.effects,
            remedies: texts.remedies,
            late_because: texts.late_because,
            plain_words: texts.plain_words,
        })
    }

    /// Its state.
    async fn state(&self) -> BreachState {
        self.0.state.into()
    }

    /// The risk to the people concerned.
    async fn risk(&self) -> BreachRisk {
        self.0.risk.into()
    }

    /// When the controller became aware of it.
    async fn aware_at(&self) -> Time {
        self.0.aware_at
    }

    /// Until when the authority is to be told.
    async fn due_at(&self) -> Time {
        self.0.due_at
    }

    /// Whether the authority should have been told by now, and was not.
    async fn overdue(&self, ctx: &Context<'_>) -> Read<bool> {
        let (app, _) = allowed(ctx, Right::ManageBreaches)?;
        let exempt = self.0.risk == entity::BreachRisk::Unlikely;
        Ok(!exempt && self.0.authority_told_at.is_none() && self.0.due_at < app.now())
    }

    /// When it began; null while unknown.
    async fn began_at(&self) -> Option<Time> {
        self.0.began_at
    }

    /// When it ended; null while it has not, or unknown.
    async fn ended_at(&self) -> Option<Time> {
        self.0.ended_at
    }

    /// The approximate number of people concerned; null while unknown.
    async fn people_approximate(&self) -> Option<i32> {
        self.0.people_approximate
    }

    /// The approximate number of records concerned; null while unknown.
    async fn records_approximate(&self) -> Option<i32> {
        self.0.records_approximate
    }

    /// When the authority was first told; null while it was not.
    async fn authority_told_at(&self) -> Option<Time> {
        self.0.authority_told_at
    }

    /// When the people concerned began to be told; null while they were not.
    async fn people_told_at(&self) -> Option<Time> {
        self.0.people_told_at
    }

    /// Why they are not told one by one; null without an exception.
    async fn exception(&self) -> Option<BreachException> {
        self.0.exception.map(Into::into)
    }

    /// When it was closed; null while it is open.
    async fn closed_at(&self) -> Option<Time> {
        self.0.closed_at
    }

    /// What was done about it, oldest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<BreachStep>> {
        Ok(load(ctx, StepsOf(self.0.id)).await?.unwrap_or_default().into_iter().map(BreachStep).collect())
    }

    /// How many people are known to be concerned.
    async fn people_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who were told, or only those who were not; absent = all.")] told: Option<
            bool,
        >,
    ) -> Result<i64> {
        let (app, caller) = allowed(ctx, Right::ManageBreaches)?;
        count_people(app.db(), caller.workspace, self.0.id, told).await
    }

    /// The people known to be concerned, in the order of their ids.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 1 to 100.")] first: i32,
        #[graphql(desc = "Only those after this contact: the last one of the page before.")]
        after_contact_id: Option<ID>,
        #[graphql(desc = "Only those who were told, or only those who were not; absent = all.")] told: Option<
            bool,
        >,
    ) -> Result<Vec<BreachPerson>> {
        let (app, caller) = allowed(ctx, Right::ManageBreaches)?;
        let count = most("first", first)?;
        let after = after_contact_id.map(|id| named::<ContactId>(&id, "afterContactId")).transpose()?;
        let rows = people_of_breach(app.db(), caller.workspace, self.0.id, told, after, count).await?;
        Ok(rows.into_iter().map(BreachPerson).collect())
    }

    /// The notice to the authority with every point of GDPR Art. 33(3), as things stand now.
    #[graphql(complexity = "20 + child_complexity")]
    async fn authority_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "`fr` or `en`; absent = the workspace's.")] language: Option<String>,
    ) -> Result<AuthorityNotice> {
        let (app, caller) = allowed(ctx, Right::ManageBreaches)?;
        let files =
            authority_notice(app, caller.workspace, caller.actor, self.0.id, language.as_deref()).await?;
        Ok(AuthorityNotice { html: files.html, text: files.text })
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was recorded.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }
}

/// GraphQL type over a `breach_step` row.
pub struct BreachStep(pub breach_step::Model);

/// Something that was done about a breach.
#[Object]
impl BreachStep {
    /// What was done.
    async fn kind(&self) -> BreachStepKind {
        self.0.kind.into()
    }

    /// Who did it, as the journal writes them.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// What was written about it; may be empty.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let (app, _) = allowed(ctx, Right::ManageBreaches)?;
        open_step(app.db(), &app.vault, &self.0).await
    }

    /// The journal entry that recorded it.
    async fn entry_id(&self) -> ID {
        self.0.entry_id.into()
    }
}

/// GraphQL type over a `breach_person` row.
pub struct BreachPerson(pub breach_person::Model);

/// A person whom a breach concerns.
#[Object]
impl BreachPerson {
    /// The person; null when they were erased meanwhile.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        Ok(load(ctx, self.0.contact_id).await?.map(Contact))
    }

    /// Whether something of theirs was revealed, opened, downloaded or disclosed, or may have been read.
    async fn seen(&self) -> bool {
        self.0.seen
    }

    /// Whether something of theirs was changed.
    async fn changed(&self) -> bool {
        self.0.changed
    }

    /// When the journal first shows it.
    async fn first_at(&self) -> Time {
        self.0.first_at
    }

    /// When it last shows it.
    async fn last_at(&self) -> Time {
        self.0.last_at
    }

    /// How many entries of the journal show it; 0 when everybody was taken to be concerned.
    async fn entries(&self) -> i32 {
        self.0.entries
    }

    /// When they were told; null while they were not.
    async fn told_at(&self) -> Option<Time> {
        self.0.told_at
    }

    /// The mail that told them; null while they were not.
    async fn mail_id(&self) -> Option<ID> {
        self.0.mail_id.map(Into::into)
    }
}
