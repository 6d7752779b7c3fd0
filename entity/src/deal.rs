//! `deal`: a possible sale. It is in one stage of one pipeline.

use sea_orm::entity::prelude::*;

use crate::{CompanyId, DealId, LossReasonId, MemberId, PipelineId, Relation, StageId, Time, WorkspaceId};

/// A row of `deal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealId,
    /// The title, on one line.
    pub title: String,
    /// The folded title (no case, no accents), for sorting.
    pub sort_name: String,
    /// In minor units of the currency (ISO 4217).
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// The pipeline.
    pub pipeline_id: PipelineId,
    /// The stage.
    pub stage_id: StageId,
    /// Its position in the stage's column, in byte order.
    pub rank: String,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The responsible member.
    pub owner_id: Option<MemberId>,
    /// The expected closing day, `YYYY-MM-DD`.
    pub expected_close_on: Option<String>,
    /// Since when it is in this stage.
    pub stage_since: Time,
    /// When it was won or lost.
    pub closed_at: Option<Time>,
    /// Why it was lost.
    pub loss_reason_id: Option<LossReasonId>,
    /// Where it came from: a form version's ID, or one word.
    pub source: String,
    /// JSON object: values of custom fields that are OPEN or INTERNAL, in canonical text, by field key.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// Its ID in the system it is synchronised with.
    pub external_id: Option<String>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived, which removes it from the board and lists.
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
