//! Fifty people drag deals within one column at the same time, compared with bare updates of the same rows.
//! Checks that no move is lost and nobody is blocked forever.

use std::sync::Arc;

use accord::{
    pipeline::{Move, NewDeal, NewPipeline, NewStage, create_deal, create_pipeline, move_deal},
    platform::actor::Actor,
};
use entity::{DealId, StageId, StageKind, stage};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    bare::{Bare, Bind},
    load::compare,
    table::{Figure, Table, Wanted},
    world::World,
};

const MOVERS: usize = 50;
const MOVES: usize = 20;

pub async fn measure(world: &World, table: &mut Table) -> anyhow::Result<()> {
    let column =
        async || column(world).await.map_err(|error| anyhow::anyhow!("no column of deals: {error:?}"));
    let (deals, stage) = column().await?;
    // The reference uses a separate column: bare updates write ranks between which moves could not be placed.
    let (others, _) = column().await?;
    let (deals, others, bare) = (Arc::new(deals), Arc::new(others), Bare::of(&world.app));
    let ours = async || {
        together(|mover| {
            let (app, workspace, deals) = (world.app.clone(), world.workspace, deals.clone());
            async move {
                for n in 0..MOVES {
                    // Any other deal: a deal cannot be its own neighbour.
                    let after = deals[(mover + 1 + (mover * 7 + n * 3) % (deals.len() - 1)) % deals.len()];
                    let drag = Move {
                        deal: deals[mover],
                        to: stage,
                        after: Some(after),
                        before: None,
                        loss_reason: None,
                        expected_stage: None,
                    };
                    let moved = move_deal(&app, workspace, Actor::Operator, None, drag).await;
                    moved.map_err(|error| anyhow::anyhow!("a move was lost: {error:?}"))?;
                }
                anyhow::Ok(())
            }
        })
        .await
    };
    let reference = async || {
        together(|mover| {
            let (bare, workspace, deals) = (bare.clone(), world.workspace, others.clone());
            async move {
                for n in 0..MOVES {
                    let values = vec![
                        Bind::Text(Some(format!("m{n:04}{mover:04}"))),
                        Bind::Id(workspace.0),
                        Bind::Id(deals[mover].0),
                    ];
                    bare.commit(vec![(
                        "UPDATE deal SET rank = $1 WHERE workspace_id = $2 AND id = $3",
                        values,
                    )])
                    .await?;
                }
                anyhow::Ok(())
            }
        })
        .await
    };
    let compared = compare(ours, reference).await?;
    table.add(Figure {
        name: format!("50 movers in one column ({})", world.name),
        unit: "/s",
        ours: compared.ours,
        reference: Some(compared.reference),
        // No target: the figure is only printed, and the run checks that no move is lost.
        wanted: Wanted::AtLeast(1.0),
    });
    Ok(())
}

/// All movers run at the same time. Returns moves per second.
async fn together<F>(mover: impl Fn(usize) -> F) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let began = std::time::Instant::now();
    let movers: Vec<_> = (0..MOVERS).map(|at| tokio::spawn(mover(at))).collect();
    for mover in movers {
        mover.await??;
    }
    let moves = u32::try_from(MOVERS * MOVES)?;
    Ok(f64::from(moves) / began.elapsed().as_secs_f64())
}

async fn column(world: &World) -> accord::error::Result<(Vec<DealId>, StageId)> {
    let stage = |name: &str, kind| NewStage { name: name.to_owned(), kind, probability: None };
    let stages =
        vec![stage("Open", StageKind::Open), stage("Won", StageKind::Won), stage("Lost", StageKind::Lost)];
    let pipeline = NewPipeline { name: "Sales".to_owned(), currency: "EUR".to_owned(), stages };
    let pipeline = create_pipeline(&world.app, world.workspace, Actor::Operator, None, pipeline).await?;
    let open = stage::Entity::find()
        .filter(stage::Column::WorkspaceId.eq(world.workspace))
        .filter(stage::Column::PipelineId.eq(pipeline.id))
        .filter(stage::Column::Kind.eq(StageKind::Open))
        .one(world.app.db())
        .await?
        .ok_or(accord::error::Error::NotFound)?;
    let mut deals = Vec::with_capacity(MOVERS);
    for n in 0..MOVERS {
        let new = NewDeal {
            title: format!("Deal {n}"),
            amount: None,
            pipeline: None,
            stage: Some(open.id),
            loss_reason: None,
            company: None,
            owner: None,
            contacts: Vec::new(),
            expected_close_on: None,
            source: None,
            external_id: None,
            custom: Vec::new(),
        };
        deals.push(create_deal(&world.app, world.workspace, Actor::Operator, None, new).await?.id);
    }
    Ok((deals, open.id))
}
