//! Deals in GraphQL.

use async_graphql::{Context, Enum, ID, Object};
use entity::{EntityKind, Time, deal, deal_contact, deal_stage};

use super::{
    LossReason, Money, Pipeline, Stage,
    loaders::{DealAbove, PartiesOf, StaysOf},
};
use crate::{
    accounts::Right,
    activities::Around,
    error::Result,
    graphql::{
        accounts::Member,
        activities::{
            activity::activities_around,
            list_activities::ActivityConnection,
            timeline::{Timeline, TimelineKind, timeline_around},
        },
        companies::Company,
        contacts::{Contact, Provenance, ProvenanceOf},
        fields::{CustomFieldValue, custom_fields},
        journal::JournalEntry,
        kit::{Read, allowed, asked, at_hand, cost, load, load_named},
    },
    pipeline::history_seconds,
    platform::graphql::{PageArgs, Row, Rows},
};

/// Role of a contact in a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::DealRole")]
pub enum DealRole {
    /// Makes the decision.
    DecisionMaker,
    /// Supports the deal inside the company.
    Champion,
    /// Is consulted before the decision.
    Influencer,
    /// Will use the product.
    User,
    /// Pays the invoice.
    Billing,
    /// Any other role.
    Other,
}

/// GraphQL type of a deal.
pub struct Deal(pub deal::Model);

at_hand! {
    Deal:
        id, title, amount, company, contacts, stageSince, stage, pipeline, owner, expectedCloseOn,
        secondsInStage, closedAt, lossReason, source, externalId, version, createdAt, updatedAt, archivedAt;
    DealContact: contact, role, addedAt;
}

/// A possible sale. It is in one stage of one pipeline.
#[Object]
impl Deal {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// On one line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its value; zero while it is not known.
    async fn amount(&self) -> Row<Money> {
        Money::new(self.0.amount_minor, &self.0.currency)
    }

    /// Its pipeline.
    async fn pipeline(&self, ctx: &Context<'_>) -> Result<Pipeline> {
        Ok(Pipeline(load_named(ctx, self.0.pipeline_id).await?))
    }

    /// Its stage.
    async fn stage(&self, ctx: &Context<'_>) -> Result<Row<Stage>> {
        Ok(Row(Stage(load_named(ctx, self.0.stage_id).await?)))
    }

    /// The deal directly above it in its column of the board; null when it is the topmost, or archived.
    #[graphql(complexity = "1 + child_complexity")]
    async fn above(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        Ok(load(ctx, DealAbove(self.0.id)).await?.map(Self))
    }

    /// The customer's company; it may have been archived since. Null when none was given.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Row<Company>>> {
        match self.0.company_id {
            Some(id) => {
                allowed(ctx, Right::ReadContacts)?;
                Ok(load(ctx, id).await?.map(|row| Row(Company(row))))
            }
            None => Ok(None),
        }
    }

    /// The member who works on it; null when nobody does.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Row<Member>>> {
        match self.0.owner_id {
            Some(id) => {
                allowed(ctx, Right::ReadMembers)?;
                Ok(load(ctx, id).await?.map(|row| Row(Member(row))))
            }
            None => Ok(None),
        }
    }

    /// Its contacts with their roles, in the order they were added.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn contacts(&self, ctx: &Context<'_>) -> Result<Rows<DealContact>> {
        let rows = load(ctx, PartiesOf(self.0.id)).await?.unwrap_or_default();
        Ok(Rows(rows.into_iter().map(DealContact).collect()))
    }

    /// The day a decision is expected, `YYYY-MM-DD`; null when none was given.
    async fn expected_close_on(&self) -> Option<&str> {
        self.0.expected_close_on.as_deref()
    }

    /// When it entered its current stage.
    async fn stage_since(&self) -> Time {
        self.0.stage_since
    }

    /// How long it has been in its current stage, in whole seconds.
    async fn seconds_in_stage(&self, ctx: &Context<'_>) -> Read<i64> {
        let (app, _) = asked(ctx)?;
        Ok(history_seconds(self.0.stage_since, None, app.now()))
    }

    /// When it was won or lost; null while it is open.
    async fn closed_at(&self) -> Option<Time> {
        self.0.closed_at
    }

    /// Why it was lost; null unless it is lost.
    async fn loss_reason(&self, ctx: &Context<'_>) -> Result<Option<LossReason>> {
        match self.0.loss_reason_id {
            Some(id) => Ok(load(ctx, id).await?.map(LossReason)),
            None => Ok(None),
        }
    }

    /// Where it came from: the id of a form version, or one word such as `staff` or `integration`.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Values of custom fields.
    async fn custom_fields(&self, ctx: &Context<'_>) -> Result<Vec<CustomFieldValue>> {
        Box::pin(custom_fields(ctx, EntityKind::Deal, self.0.id.0, &self.0.custom)).await
    }

    /// Its id in an external system; null when it has none.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// Its timeline, the newest first: activities, and all changes to it.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 1 to 100.")] first: i32,
        #[graphql(desc = "The cursor to begin after: further back in time.")] after: Option<String>,
        #[graphql(desc = "Only these kinds; absent = all.")] kinds: Option<Vec<TimelineKind>>,
    ) -> Result<Timeline> {
        Box::pin(timeline_around(ctx, Around::Deal(self.0.id), first, after, kinds)).await
    }

    /// Its activities and tasks, the newest first; archived ones are left out.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<ActivityConnection> {
        Box::pin(activities_around(ctx, Around::Deal(self.0.id), PageArgs::new(first, after, last, before)))
            .await
    }

    /// Every stage it has been in, and for how long, oldest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<DealStay>> {
        let rows = load(ctx, StaysOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(DealStay).collect())
    }

    /// Where each value came from, by field, oldest first: the last one of a field is about its current
    /// value.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let rows = load(ctx, ProvenanceOf(self.0.id.0)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Provenance).collect())
    }

    /// Incremented by every change of its values, for optimistic concurrency. Moving the deal does not count,
    /// so dragging and editing do not conflict.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was last changed or moved.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was archived, which removes it from the board and lists; null while it is not.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// GraphQL type of a deal's contact.
pub struct DealContact(deal_contact::Model);

/// A contact with a role in a deal.
#[Object]
impl DealContact {
    /// The contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Row<Contact>> {
        allowed(ctx, Right::ReadContacts)?;
        Ok(Row(Contact(load_named(ctx, self.0.contact_id).await?)))
    }

    /// Its role.
    async fn role(&self) -> DealRole {
        self.0.role.into()
    }

    /// When it was added to the deal.
    async fn added_at(&self) -> Time {
        self.0.added_at
    }
}

/// GraphQL type of a stay.
pub struct DealStay(deal_stage::Model);

/// A period that a deal spent in a stage.
#[Object]
impl DealStay {
    /// The stage; it may have been archived since.
    async fn stage(&self, ctx: &Context<'_>) -> Result<Stage> {
        Ok(Stage(load_named(ctx, self.0.stage_id).await?))
    }

    /// When the deal entered the stage.
    async fn entered_at(&self) -> Time {
        self.0.entered_at
    }

    /// When it left the stage; null while it is there.
    async fn left_at(&self) -> Option<Time> {
        self.0.left_at
    }

    /// Duration in whole seconds; until now while it is there.
    async fn seconds(&self, ctx: &Context<'_>) -> Read<i64> {
        let (app, _) = asked(ctx)?;
        Ok(history_seconds(self.0.entered_at, self.0.left_at, app.now()))
    }

    /// Who moved it there: the id of a member, API key or contact, or one of `system`, `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// The journal entry that recorded it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
        allowed(ctx, Right::ReadJournal)?;
        Ok(load_named::<entity::EntryId>(ctx, self.0.entry_id).await?.into())
    }
}
