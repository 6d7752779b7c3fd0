//! Deals as clients see them.

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

/// The part of a contact in a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::DealRole")]
pub enum DealRole {
    /// Decides.
    DecisionMaker,
    /// Supports us inside the company.
    Champion,
    /// Is consulted before the decision.
    Influencer,
    /// Will use it.
    User,
    /// Pays the bill.
    Billing,
    /// Something else.
    Other,
}

/// A sale that may come about. Stands in one stage of one pipeline.
pub struct Deal(pub deal::Model);

at_hand! {
    Deal:
        id, title, amount, company, contacts, stageSince, stage, pipeline, owner, expectedCloseOn,
        secondsInStage, closedAt, lossReason, source, externalId, version, createdAt, updatedAt, archivedAt;
    DealContact: contact, role, addedAt;
}

/// A sale that may come about. Stands in one stage of one pipeline.
#[Object]
impl Deal {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// One line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is worth; zero while that is not known.
    async fn amount(&self) -> Row<Money> {
        Money::new(self.0.amount_minor, &self.0.currency)
    }

    /// On which pipeline.
    async fn pipeline(&self, ctx: &Context<'_>) -> Result<Pipeline> {
        Ok(Pipeline(load_named(ctx, self.0.pipeline_id).await?))
    }

    /// In which stage.
    async fn stage(&self, ctx: &Context<'_>) -> Result<Row<Stage>> {
        Ok(Row(Stage(load_named(ctx, self.0.stage_id).await?)))
    }

    /// The deal directly above it in its column of the board; null when it is the topmost, or archived.
    #[graphql(complexity = "1 + child_complexity")]
    async fn above(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        Ok(load(ctx, DealAbove(self.0.id)).await?.map(Self))
    }

    /// With which company; it may have been archived since. Null when nobody said.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Row<Company>>> {
        match self.0.company_id {
            Some(id) => {
                allowed(ctx, Right::ReadContacts)?;
                Ok(load(ctx, id).await?.map(|row| Row(Company(row))))
            }
            None => Ok(None),
        }
    }

    /// The member who works on it; null while nobody does.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Row<Member>>> {
        match self.0.owner_id {
            Some(id) => {
                allowed(ctx, Right::ReadMembers)?;
                Ok(load(ctx, id).await?.map(|row| Row(Member(row))))
            }
            None => Ok(None),
        }
    }

    /// Its contacts with their roles, those there longest first.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn contacts(&self, ctx: &Context<'_>) -> Result<Rows<DealContact>> {
        let rows = load(ctx, PartiesOf(self.0.id)).await?.unwrap_or_default();
        Ok(Rows(rows.into_iter().map(DealContact).collect()))
    }

    /// The day it is expected to be decided, `YYYY-MM-DD`; null when nobody said.
    async fn expected_close_on(&self) -> Option<&str> {
        self.0.expected_close_on.as_deref()
    }

    /// Since when it stands in its stage.
    async fn stage_since(&self) -> Time {
        self.0.stage_since
    }

    /// For how long it has stood in its stage, in whole seconds.
    async fn seconds_in_stage(&self, ctx: &Context<'_>) -> Read<i64> {
        let (app, _) = asked(ctx)?;
        Ok(history_seconds(self.0.stage_since, None, app.now()))
    }

    /// When it was won or lost; null while it is open.
    async fn closed_at(&self) -> Option<Time> {
        self.0.closed_at
    }

    /// Why it was lost; null unless it was.
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

    /// Its id in the system it is synchronised with; null when it is not.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// What happened around it in one order, the newest first: activities, and every change of it.
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

    /// What was logged in it, or is to be done, the newest first; archived ones are left out.
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

    /// Every stage it stood in, and for how long, oldest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<DealStay>> {
        let rows = load(ctx, StaysOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(DealStay).collect())
    }

    /// Where each value came from, by field, oldest first: the last one of a field tells of the value it has now.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let rows = load(ctx, ProvenanceOf(self.0.id.0)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Provenance).collect())
    }

    /// Counts changes of what it says, for optimistic concurrency. Moving it does not count: who drags and who edits do not get in
    /// each other's way.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it last changed or moved.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// Since when it is out of board and lists; null while it is in them.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// A contact with a part in a deal.
pub struct DealContact(deal_contact::Model);

/// A contact with a part in a deal.
#[Object]
impl DealContact {
    /// Who.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Row<Contact>> {
        allowed(ctx, Right::ReadContacts)?;
        Ok(Row(Contact(load_named(ctx, self.0.contact_id).await?)))
    }

    /// Which part.
    async fn role(&self) -> DealRole {
        self.0.role.into()
    }

    /// Since when.
    async fn added_at(&self) -> Time {
        self.0.added_at
    }
}

/// A deal stood in a stage for a time.
pub struct DealStay(deal_stage::Model);

/// A deal stood in a stage for a time.
#[Object]
impl DealStay {
    /// In which stage; it may be archived by now.
    async fn stage(&self, ctx: &Context<'_>) -> Result<Stage> {
        Ok(Stage(load_named(ctx, self.0.stage_id).await?))
    }

    /// From.
    async fn entered_at(&self) -> Time {
        self.0.entered_at
    }

    /// To; null while it stands there.
    async fn left_at(&self) -> Option<Time> {
        self.0.left_at
    }

    /// For how long, in whole seconds; until now while it stands there.
    async fn seconds(&self, ctx: &Context<'_>) -> Read<i64> {
        let (app, _) = asked(ctx)?;
        Ok(history_seconds(self.0.entered_at, self.0.left_at, app.now()))
    }

    /// Who put it there: the id of a member, API key or contact, or one of `system`, `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// The journal entry that recorded it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
        allowed(ctx, Right::ReadJournal)?;
        Ok(load_named::<entity::EntryId>(ctx, self.0.entry_id).await?.into())
    }
}
