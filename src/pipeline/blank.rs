//! The row of a new deal, before anything else is known of it.

use entity::{DealId, StageKind, deal, stage};

use super::column::{Place, rank_at};
use crate::{
    error::Result,
    platform::{fold::fold, money::Money, work::Work},
};

/// A deal on top of a stage's column, without company, owner and custom values yet. The caller holds the
/// stage's lock.
///
/// # Errors
/// `Busy` when the database is away.
pub(crate) async fn blank(
    work: &Work,
    title: String,
    stage: &stage::Model,
    Money { minor, currency }: Money,
    source: String,
) -> Result<deal::Model> {
    let workspace = work.workspace();
    Ok(deal::Model {
        workspace_id: workspace,
        id: DealId::new(),
        sort_name: fold(&title),
        title,
        amount_minor: minor,
        currency,
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        rank: rank_at(work.db(), None, workspace, stage.id, Place::Top).await?,
        company_id: None,
        owner_id: None,
        expected_close_on: None,
        stage_since: work.now(),
        closed_at: (stage.kind != StageKind::Open).then(|| work.now()),
        loss_reason_id: None,
        source,
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    })
}
