//! Fills a board and contacts' pages with set-based SQL on PostgreSQL: five stages with a hundred deals each,
//! every deal with a company and a contact, and that contact with tags and activities. Requires a database
//! that `people.rs` has filled.

use accord::{
    pipeline::{NewPipeline, NewStage, create_pipeline},
    platform::{actor::Actor, db::sql},
};
use entity::{ContactId, PipelineId, StageKind};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::world::World;

/// Number of contacts whose page is full; their deals are on the board.
pub const BUSY: usize = 500;
/// Stages of the board.
pub const STAGES: usize = 5;
/// Activities of each such contact.
const ACTIVITIES: usize = 12;
/// Number of tags, and of tags per such contact.
const TAGS: (usize, usize) = (10, 3);
const AT: &str = "'2026-11-24T12:00:00+00:00'::timestamptz";

/// The n-th contact created by `people.rs`, from 1.
pub fn contact(n: usize) -> anyhow::Result<ContactId> {
    Ok(ContactId(Uuid::from_u128(0x0190_0000_0000_7000_8200_0000_0000_0000 + u128::try_from(n)?)))
}

/// Creates the pipeline and its deals.
pub async fn fill(world: &World) -> anyhow::Result<PipelineId> {
    let pipeline = pipeline(world).await.map_err(|error| anyhow::anyhow!("no pipeline: {error:?}"))?;
    let (workspace, board) = (format!("'{}'::uuid", world.workspace.0), format!("'{}'::uuid", pipeline.0));
    // Same scheme as in `people.rs`.
    let id =
        |kind: u8, n: &str| format!("('01900000-0000-7000-8{kind}00-' || lpad(to_hex({n}), 12, '0'))::uuid");
    let series = |count: usize, name: &str| format!("generate_series(1, {count}) AS {name}s ({name})");
    let (busy, tags, own) = (series(BUSY, "n"), series(TAGS.0, "n"), series(TAGS.1, "k"));
    let (company, contact, deal) = (id(1, "n"), id(2, "n"), id(7, "n"));
    let statements = [
        format!(
            "INSERT INTO deal (workspace_id, id, title, sort_name, amount_minor, currency, pipeline_id, stage_id, rank, company_id, stage_since,
                closed_at, source, custom, version, created_at, updated_at)
            SELECT {workspace}, {deal}, 'Deal ' || n, 'deal ' || n, n * 1000, 'EUR', {board}, stage.id, lpad(n::text, 6, '0') || 'V', {company}, {AT},
                CASE WHEN stage.kind = 'OPEN' THEN NULL ELSE {AT} END, 'staff', '{{}}', 1, {AT}, {AT}
            FROM {busy} JOIN stage ON stage.workspace_id = {workspace} AND stage.pipeline_id = {board} AND stage.position = n % {STAGES}"
        ),
        format!(
            "INSERT INTO deal_contact (workspace_id, deal_id, contact_id, role, added_at)
            SELECT {workspace}, {deal}, {contact}, 'DECISION_MAKER', {AT} FROM {busy}"
        ),
        format!(
            "INSERT INTO activity (workspace_id, id, contact_id, deal_id, kind, subject, body, occurred_at, author, version, created_at, updated_at)
            SELECT {workspace}, {}, {contact}, {deal}, 'CALL', 'Call ' || k, 'They want a new offer by the end of the month.',
                {AT} + k * interval '1 hour', 'system', 1, {AT}, {AT} FROM {busy}, {}",
            id(8, "n * 16 + k"),
            series(ACTIVITIES, "k")
        ),
        format!(
            "INSERT INTO tag (workspace_id, id, name, name_key, created_at) SELECT {workspace}, {}, 'Tag ' || n, 'tag ' || n, {AT} FROM {tags}",
            id(9, "n")
        ),
        format!(
            "INSERT INTO contact_tag (workspace_id, contact_id, tag_id, tagged_at) SELECT {workspace}, {contact}, {}, {AT} FROM {busy}, {own}",
            id(9, &format!("(n + k) % {} + 1", TAGS.0))
        ),
    ];
    let db = world.app.ledger.db.for_migrations();
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    db.execute_raw(sql(db, "VACUUM ANALYZE", [])).await?;
    Ok(pipeline)
}

async fn pipeline(world: &World) -> accord::error::Result<PipelineId> {
    let stage = |name: &str, kind| NewStage { name: name.to_owned(), kind, probability: None };
    let stages = vec![
        stage("New", StageKind::Open),
        stage("Talking", StageKind::Open),
        stage("Offered", StageKind::Open),
        stage("Won", StageKind::Won),
        stage("Lost", StageKind::Lost),
    ];
    let new = NewPipeline { name: "Sales".to_owned(), currency: "EUR".to_owned(), stages };
    Ok(create_pipeline(&world.app, world.workspace, Actor::Operator, None, new).await?.id)
}
