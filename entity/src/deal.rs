//! `deal`: a sale that may come about. Stands in one stage of one pipeline.

use sea_orm::entity::prelude::*;

use crate::{CompanyId, DealId, LossReasonId, MemberId, PipelineId, StageId, Time, WorkspaceId};

/// A sale that may come about. Stands in one stage of one pipeline.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealId,
    /// One line.
    pub title: String,
    /// The title folded (no case, no accents), for order.
    pub sort_name: String,
    /// In minor units of the currency (ISO 4217).
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// On which pipeline.
    pub pipeline_id: PipelineId,
    /// In which stage.
    pub stage_id: StageId,
    /// Its place in the stage's column: byte order.
    pub rank: String,
    /// With whom.
    pub company_id: Option<CompanyId>,
    /// The member who works on it.
    pub owner_id: Option<MemberId>,
    /// `YYYY-MM-DD`.
    pub expected_close_on: Option<String>,
    /// Since when it stands in this stage.
    pub stage_since: Time,
    /// When it was won or lost.
    pub closed_at: Option<Time>,
    /// Why it was lost.
    pub loss_reason_id: Option<LossReasonId>,
    /// Where it came from: a form version's id, or one word.
    pub source: String,
    /// JSON object: values of custom fields that are OPEN or INTERNAL, in canonical text, by field key.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// Its id in the system it is synchronised with.
    pub external_id: Option<String>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Since when it is out of board and lists.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    title,
    sort_name,
    amount_minor,
    currency,
    pipeline_id,
    stage_id,
    rank,
    company_id,
    owner_id,
    expected_close_on,
    stage_since,
    closed_at,
    loss_reason_id,
    source,
    custom,
    external_id,
    version,
    created_at,
    updated_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
