//! Pipelines, stages, loss reasons and the board in GraphQL.

use async_graphql::{
    Context, Enum, ID, Object, SimpleObject,
    connection::{Connection, OpaqueCursor},
};
use entity::{DealId, StageId, Time, loss_reason, pipeline, stage};

use super::{
    Deal, Money,
    loaders::{DealsOf, StagesOf, SumsOf, foresee_of_deals},
};
use crate::{
    error::{Error, Result},
    graphql::kit::{Asks, Read, asked, at_hand, cost, fetch, keep, load, load_named, ordered},
    pipeline::{board::ColumnKey, loads::count_column},
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{By, Cursor, Key, Kind, Order, Run},
    },
};

/// Whether deals in a stage are open, won or lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::StageKind")]
pub enum StageKind {
    /// Open: being worked on.
    Open,
    /// Won: probability 100.
    Won,
    /// Lost: probability 0; a deal that is moved here needs a reason.
    Lost,
}

/// A list of deals.
pub(crate) type DealConnection = Connection<OpaqueCursor<Cursor>, Row<Deal>, Total>;

/// GraphQL type of a pipeline.
pub struct Pipeline(pub pipeline::Model);

/// A sales pipeline: ordered stages.
#[Object]
impl Pipeline {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Display name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Default currency of new deals (ISO 4217).
    async fn currency(&self) -> &str {
        &self.0.currency
    }

    /// Its position among the workspace's pipelines, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Incremented by every change to the pipeline or to one of its stages.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Its stages, in order.
    #[graphql(complexity = "1 + 4 * child_complexity")]
    async fn stages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether archived ones are shown too, at the end.", default)] include_archived: bool,
    ) -> Result<Vec<Stage>> {
        let rows = load(ctx, StagesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().filter(|row| include_archived || row.archived_at.is_none()).map(Stage).collect())
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived, which removes it from the lists and closes it for deals; null while it is
    /// active.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// GraphQL type of a stage.
pub struct Stage(pub stage::Model);

at_hand! {
    Stage: id, name, kind, position, pipeline, probability, createdAt, archivedAt;
}

/// A stage of a pipeline: a column of the board.
#[Object]
impl Stage {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its pipeline.
    async fn pipeline(&self, ctx: &Context<'_>) -> Result<Pipeline> {
        Ok(Pipeline(load_named(ctx, self.0.pipeline_id).await?))
    }

    /// Display name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its position, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Whether deals in it are open, won or lost.
    async fn kind(&self) -> StageKind {
        self.0.kind.into()
    }

    /// Probability that deals in it are won, 0 to 100 per cent.
    async fn probability(&self) -> i32 {
        self.0.probability
    }

    /// Total value of its deals, archived ones left out.
    async fn totals(&self, ctx: &Context<'_>) -> Result<StageTotals> {
        Box::pin(totals(ctx, &self.0)).await
    }

    /// Its deals in the order of the board, the topmost first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn deals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the top, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the bottom, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<DealConnection> {
        Box::pin(column(ctx, self.0.id, &PageArgs::new(first, after, last, before))).await
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived, which closes it for deals; null while it is active.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

async fn totals(ctx: &Context<'_>, stage: &stage::Model) -> Result<StageTotals> {
    let sums = load(ctx, SumsOf(stage.id)).await?.unwrap_or_default();
    let weigh = |minor: i64| (i128::from(minor) * i128::from(stage.probability) + 50) / 100;
    Ok(StageTotals {
        count: sums.iter().map(|sum| sum.deals).sum(),
        sums: sums.iter().map(|sum| Money::new(sum.minor, &sum.currency)).collect(),
        weighted: sums.iter().map(|sum| Money::new(weigh(sum.minor), &sum.currency)).collect(),
    })
}

async fn column(ctx: &Context<'_>, stage: StageId, page: &PageArgs) -> Result<DealConnection> {
    let (app, caller) = asked(ctx)?;
    let order = Order::new(
        "deals of a stage",
        By::Column { column: "d.rank", kind: Kind::Text, nullable: false },
        Run::Up,
    );
    let place = |key, id| (if let Key::Text(rank) = key { rank } else { String::new() }, DealId(id));
    let request = order.places(page.check()?, place)?;
    let rows = load(ctx, DealsOf::page(stage, &request)).await?.unwrap_or_default();
    let app = app.clone();
    let total = Total::new(move || {
        let app = app.clone();
        async move { count_column(app.db(), caller.workspace, stage).await }
    });
    let rows = rows.into_iter().map(|row| (order.at(Key::Text(row.rank.clone()), row.id.0), row)).collect();
    Ok(ordered(request.page(rows), |row| Row(Deal(row)), total))
}

/// Total value of a stage's deals.
#[derive(SimpleObject)]
pub struct StageTotals {
    /// Number of deals.
    pub count: i64,
    /// Their value, one amount per currency: different currencies are never added up.
    pub sums: Vec<Row<Money>>,
    /// The same, weighted by the stage's probability.
    pub weighted: Vec<Row<Money>>,
}

/// GraphQL type of a board.
pub struct Board {
    pub(super) pipeline: pipeline::Model,
    /// Only if it is selected.
    pub(super) position: Option<i64>,
    pub(super) per_stage: i32,
}

/// A pipeline with its columns, read in a constant number of statements.
#[Object]
impl Board {
    /// The pipeline.
    async fn pipeline(&self) -> Pipeline {
        Pipeline(self.pipeline.clone())
    }

    /// The journal's position before anything here was read: subscribe after it to miss no change.
    async fn position(&self) -> Read<i64> {
        Ok(self.position.ok_or_else(|| Error::internal("a board was read without its position"))?)
    }

    /// Its columns, in order. An archived stage is shown as long as it has deals.
    #[graphql(complexity = "1 + 4 * child_complexity")]
    async fn columns(&self, ctx: &Context<'_>) -> Result<Vec<BoardColumn>> {
        let stages = load(ctx, StagesOf(self.pipeline.id)).await?.unwrap_or_default();
        let mut columns = Vec::with_capacity(stages.len());
        let sums = crate::graphql::kit::loaders_of(ctx)?
            .load_many(stages.iter().map(|stage| SumsOf(stage.id)))
            .await?;
        for stage in stages {
            if stage.archived_at.is_none() || sums.get(&SumsOf(stage.id)).is_some_and(|sums| !sums.is_empty())
            {
                columns.push(BoardColumn { stage, per_stage: self.per_stage });
            }
        }
        keep(ctx, sums)?;
        Box::pin(self.foresee(ctx, &columns)).await?;
        Ok(columns)
    }
}

impl Board {
    /// Prefetches the deals of all columns, and what their fields need, unless the query selects another page
    /// of a column.
    async fn foresee(&self, ctx: &Context<'_>, columns: &[BoardColumn]) -> Result<()> {
        let asked = ctx.look_ahead();
        let deals = asked.field("deals");
        if deals.selection_fields().iter().any(|field| !field.arguments().is_ok_and(|given| given.is_empty()))
        {
            return Ok(());
        }
        let request = PageArgs::new(Some(self.per_stage), None, None, None).check::<ColumnKey>()?;
        let keys = columns.iter().map(|column| DealsOf::page(column.stage.id, &request));
        let found = fetch(ctx, &Asks::of(asked), &["deals"], keys).await?;
        foresee_of_deals(ctx, &Asks::of_nodes(&deals), found.values().flatten()).await?;
        keep(ctx, found)
    }
}

/// GraphQL type of a board's column.
pub struct BoardColumn {
    stage: stage::Model,
    per_stage: i32,
}

/// A column of a board.
#[Object]
impl BoardColumn {
    /// The stage.
    async fn stage(&self) -> Stage {
        Stage(self.stage.clone())
    }

    /// Total value of all its deals, shown here or not.
    async fn totals(&self, ctx: &Context<'_>) -> Result<StageTotals> {
        Box::pin(totals(ctx, &self.stage)).await
    }

    /// The topmost deals, as many as the board's argument says.
    #[graphql(
        complexity = "first.map_or(1 + child_complexity, |first| cost(Some(first), None, child_complexity))"
    )]
    async fn deals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Another number for this column, from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after: further down.")] after: Option<String>,
    ) -> Result<DealConnection> {
        Box::pin(column(
            ctx,
            self.stage.id,
            &PageArgs::new(first.or(Some(self.per_stage)), after, None, None),
        ))
        .await
    }
}

/// GraphQL type of a loss reason.
pub struct LossReason(pub loss_reason::Model);

/// A reason why deals are lost, from the workspace's own list.
#[Object]
impl LossReason {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its text.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// When it was added.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived, which removes it from the choices; null while it is offered.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}
