//! Rows put into the database directly, for tests that are about something else than how they come about.

use entity::{CompanyId, DealId, MemberId, PipelineId, Role, StageId, StageKind, WorkspaceId, company, deal, member, pipeline, stage};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::TestApp;

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert($row.into_active_model()).exec_without_returning($app.app.db()).await.expect("a row")
    };
}

/// A company.
pub async fn company(app: &TestApp, workspace_id: WorkspaceId) -> CompanyId {
    let (id, now) = (CompanyId::new(), app.app.now());
    let row = company::Model {
        workspace_id,
        id,
        name: "Lumière".to_owned(),
        sort_name: "lumiere".to_owned(),
        domain: String::new(),
        phone: String::new(),
        website: String::new(),
        industry: String::new(),
        postal_address: String::new(),
        owner_id: None,
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    insert!(app, company, row);
    id
}

/// A member who has joined, or was only invited.
pub async fn member(app: &TestApp, workspace_id: WorkspaceId, joined: bool) -> MemberId {
    let (id, now) = (MemberId::new(), app.app.now());
    let email = format!("{id}@lumen.example");
    let row = member::Model {
        workspace_id,
        id,
        email_key: email.clone(),
        email,
        name: "Somebody".to_owned(),
        role: Role::Sales,
        language: "en".to_owned(),
        password_hash: None,
        totp_sealed: None,
        totp_pending_sealed: None,
        totp_last_step: None,
        credentials_changed_at: now,
        invited_at: now,
        joined_at: joined.then_some(now),
        deactivated_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    insert!(app, member, row);
    id
}

/// A deal on a pipeline of its own with one open stage.
pub async fn deal(app: &TestApp, workspace_id: WorkspaceId) -> DealId {
    let (id, pipeline_id, stage_id, now) = (DealId::new(), PipelineId::new(), StageId::new(), app.app.now());
    let row = pipeline::Model {
        workspace_id,
        id: pipeline_id,
        name: "Sales".to_owned(),
        currency: "EUR".to_owned(),
        position: 0,
        version: 1,
        created_at: now,
        archived_at: None,
    };
    insert!(app, pipeline, row);
    let row = stage::Model {
        workspace_id,
        id: stage_id,
        pipeline_id,
        name: "New".to_owned(),
        position: 0,
        kind: StageKind::Open,
        probability: 10,
        created_at: now,
        archived_at: None,
    };
    insert!(app, stage, row);
    let row = deal::Model {
        workspace_id,
        id,
        title: "Two lamps".to_owned(),
        sort_name: "two lamps".to_owned(),
        amount_minor: 100_00,
        currency: "EUR".to_owned(),
        pipeline_id,
        stage_id,
        rank: "i".to_owned(),
        company_id: None,
        owner_id: None,
        expected_close_on: None,
        stage_since: now,
        closed_at: None,
        loss_reason_id: None,
        source: "staff".to_owned(),
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    insert!(app, deal, row);
    id
}
