//! The live board: changes on a pipeline as they happen.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, SimpleObject, Subscription};
use entity::{ContactId, DealId, PipelineId, StageId, journal};
use futures_util::Stream;

use super::{
    Deal, Pipeline, Stage,
    loaders::{DealAbove, PartiesOf},
};
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        journal::JournalEntry,
        kit::{Follower, Held, Step, allowed, data_of, held, load, missing, named, start},
    },
};

/// A change on a pipeline.
#[derive(SimpleObject)]
pub struct PipelineEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry of the change; null when the position moved past entries that do not concern this
    /// pipeline.
    pub entry: Option<JournalEntry>,
    /// The deal that changed, as it is now, which may be newer than the entry: it may even be on another
    /// pipeline. Null when the change is not about a deal, or the deal no longer exists.
    pub deal: Option<Deal>,
    /// The stage that changed, as it is now; null when the change is not about a stage, or the stage no
    /// longer exists.
    pub stage: Option<Stage>,
    /// The pipeline, as it is now.
    pub pipeline: Option<Pipeline>,
}

/// Subscriptions of this room.
#[derive(Default)]
pub struct PipelineSubscription;

#[Subscription]
impl PipelineSubscription {
    /// Changes on a pipeline, in order: deals that are added, removed, moved or changed, stages, and the
    /// pipeline itself. Store `position`: a client that was offline subscribes with `after` set to the last
    /// one it handled, and misses nothing. `deal { above { id } }` tells where on the board to put a deal.
    async fn pipeline_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline.")] pipeline_id: ID,
        #[graphql(
            desc = "Begin after this number of the journal, such as the board's `position`; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
    ) -> Result<impl Stream<Item = async_graphql::Result<PipelineEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ReadDeals, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ReadDeals)?;
        allowed(ctx, Right::ReadJournal)?;
        let pipeline: PipelineId = named(&pipeline_id, "pipelineId")?;
        if load(ctx, pipeline).await?.is_none() {
            return Err(missing("pipelineId"));
        }
        let after = Some(start(app, &caller, after).await?);
        let id = pipeline.to_string();
        let follower = Follower::new(app, caller, RIGHTS, after, move |entry| is_on(entry, &id)).await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), pipeline, step)))
    }
}

/// Whether the entry concerns this pipeline, a stage of it, or a deal that is on it or was until then.
fn is_on(entry: &journal::Model, pipeline: &str) -> bool {
    let room = entry.kind.split('.').next();
    if room == Some("pipeline") {
        return entry.object.as_deref() == Some(pipeline);
    }
    // Searching for the id first is cheaper than parsing the facts.
    matches!(room, Some("deal" | "stage"))
        && entry.bytes.contains(pipeline)
        && data_of(entry).is_ok_and(|data| data["pipeline"] == pipeline || data["fromPipeline"] == pipeline)
}

/// The events of one step. Their data is loaded in batches, and cached until the next step.
async fn changes(held: Arc<Held>, pipeline: PipelineId, step: Step) -> Result<Vec<PipelineEvent>> {
    let rows = match step {
        Step::Position(position) => {
            return Ok(vec![PipelineEvent {
                position,
                entry: None,
                deal: None,
                stage: None,
                pipeline: None,
            }]);
        }
        Step::Entries(rows) => rows,
    };
    let loaders = held.renew();
    let of = |row: &journal::Model| row.object.clone().unwrap_or_default();
    let deals = loaders.load_many(rows.iter().filter_map(|row| of(row).parse::<DealId>().ok())).await?;
    let stages = loaders
        .load_many(
            rows.iter()
                .filter_map(|row| of(row).parse().ok())
                .chain(deals.values().map(|deal| deal.stage_id)),
        )
        .await?;
    let parties: HashMap<PartiesOf, _> = loaders.load_many(deals.keys().map(|id| PartiesOf(*id))).await?;
    loaders
        .load_many(parties.values().flatten().map(|party| party.contact_id).collect::<Vec<ContactId>>())
        .await?;
    loaders.load_many(deals.values().filter_map(|deal| deal.company_id)).await?;
    loaders.load_many(deals.values().filter_map(|deal| deal.owner_id)).await?;
    loaders.load_many(deals.keys().map(|id| DealAbove(*id))).await?;
    let pipelines = loaders.load_many(deals.values().map(|deal| deal.pipeline_id).chain([pipeline])).await?;
    let events = rows.into_iter().map(|row| {
        let (deal, stage) = (of(&row).parse::<DealId>().ok(), of(&row).parse::<StageId>().ok());
        PipelineEvent {
            position: row.seq,
            deal: deal.and_then(|id| deals.get(&id)).cloned().map(Deal),
            stage: stage.and_then(|id| stages.get(&id)).cloned().map(Stage),
            pipeline: pipelines.get(&pipeline).cloned().map(Pipeline),
            entry: Some(JournalEntry(row)),
        }
    });
    Ok(events.collect())
}
