//! Deletes fields. Refused while records hold values, unless these are to be deleted too: then the field
//! takes no new values, and a job removes the existing ones, one batch per unit of work, and the field last.
//! The job resumes after a crash.

use entity::{
    CompanyId, ContactId, DealId, EntityKind, FieldId, WorkspaceId, company, contact, deal, field,
    field_value, job, sealed_value,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, prelude::Uuid,
};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        db::sql,
        outbox::{Job, JobResult, Outcome, Run},
        work::{Entry, Work},
    },
};

/// Records per unit of work.
const BATCH: u64 = 100;

/// Result of deleting a field.
#[derive(Clone, Debug)]
pub struct FieldDeletion {
    /// The field as it was, or as it is while its values are being deleted.
    pub field: field::Model,
    /// Whether it is deleted already.
    pub done: bool,
}

/// Deletes the values of a field, then the field.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeleteFieldValues {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The field.
    pub field: FieldId,
}

impl Job for DeleteFieldValues {
    const KIND: &'static str = "delete_field_values";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", Self::KIND, self.field))
    }
}

/// Deletes a field; with `delete_values`, all its values too.
///
/// # Errors
/// `Rejected` with `WRONG_STATE` while it has values and these are to be kept.
pub async fn delete_field(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FieldId,
    delete_values: bool,
) -> Result<FieldDeletion> {
    allow(actor, Right::ManageFields)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = field::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if rows_with_values(&work, id, 1).await?.is_empty() {
        remove(&mut work, id).await?;
        work.commit().await?;
        return Ok(FieldDeletion { field: row, done: true });
    }
    if !delete_values {
        let message = "Rows hold values of this field: archive it, or say `deleteValues: true` to delete them for good.";
        return Err(Error::rejected(ProblemCode::WrongState, "fieldId", message));
    }
    let mut change = row.clone().into_active_model();
    change.archived_at = Set(row.archived_at.or(Some(work.now())));
    change.version = Set(row.version + 1);
    let row = field::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("field.deletion_started").on(id));
    work.enqueue(&DeleteFieldValues { workspace, field: id })?;
    work.commit().await?;
    Ok(FieldDeletion { field: row, done: false })
}

/// Deletes one batch of values; the last one deletes the field.
///
/// # Errors
/// `Busy` when the database is unavailable; the job is retried.
pub async fn delete_field_values(app: &App, run: &Run, job: &DeleteFieldValues) -> JobResult {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    let found = field::Entity::find_by_id((job.workspace, job.field)).lock_exclusive().one(work.db()).await?;
    let Some(row) = found else { return Ok(Outcome::Done) };
    let ids = rows_with_values(&work, job.field, BATCH).await?;
    if ids.is_empty() {
        remove(&mut work, job.field).await?;
        work.finish(run).await?;
        work.commit().await?;
        return Ok(Outcome::Finished);
    }
    forget_in_rows(&mut work, &row, &ids).await?;
    forget_beside_rows(&work, job.field, &ids).await?;
    work.commit().await?;
    Ok(Outcome::Later(app.now()))
}

/// Whether a job that deletes the field's values is still there, parked or not.
pub(super) async fn is_being_deleted(work: &Work, id: FieldId) -> Result<bool> {
    let jobs = job::Entity::find()
        .filter(job::Column::WorkspaceId.eq(work.workspace()))
        .filter(job::Column::Kind.eq(DeleteFieldValues::KIND))
        .filter(job::Column::Payload.contains(id.to_string()));
    Ok(jobs.one(work.db()).await?.is_some())
}

async fn remove(work: &mut Work, id: FieldId) -> Result<()> {
    field::Entity::delete_by_id((work.workspace(), id)).exec(work.db()).await?;
    work.record(Entry::new("field.deleted").on(id));
    Ok(())
}

#[derive(FromQueryResult)]
struct Holder {
    row_id: Uuid,
}

/// Records that hold values of a field, at most this many.
async fn rows_with_values(work: &Work, field: FieldId, most: u64) -> Result<Vec<Uuid>> {
    let text = "SELECT row_id FROM (SELECT row_id FROM field_value WHERE workspace_id = $1 AND field_id = $2
            UNION SELECT row_id FROM sealed_value WHERE workspace_id = $1 AND field_id = $2) AS held ORDER BY row_id LIMIT $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows =
        Holder::find_by_statement(sql(work.db(), text, [work.workspace().into(), field.into(), most.into()]))
            .all(work.db())
            .await?;
    Ok(rows.into_iter().map(|row| row.row_id).collect())
}

async fn forget_beside_rows(work: &Work, field: FieldId, rows: &[Uuid]) -> Result<()> {
    work.destroys();
    field_value::Entity::delete_many()
        .filter(field_value::Column::WorkspaceId.eq(work.workspace()))
        .filter(field_value::Column::FieldId.eq(field))
        .filter(field_value::Column::RowId.is_in(rows.iter().copied()))
        .exec(work.db())
        .await?;
    sealed_value::Entity::delete_many()
        .filter(sealed_value::Column::WorkspaceId.eq(work.workspace()))
        .filter(sealed_value::Column::FieldId.eq(field))
        .filter(sealed_value::Column::RowId.is_in(rows.iter().copied()))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Removes the key from `custom` of each row, locked in the order of ids. Somebody editing the row meanwhile
/// gets `STALE`.
async fn forget_in_rows(work: &mut Work, field: &field::Model, ids: &[Uuid]) -> Result<()> {
    macro_rules! forget {
        ($table:ident, $id:ident, $entry:expr) => {{
            let rows = $table::Entity::find()
                .filter($table::Column::WorkspaceId.eq(work.workspace()))
                .filter($table::Column::Id.is_in(ids.iter().copied()))
                .order_by_asc($table::Column::Id)
                .lock_exclusive()
                .all(work.db())
                .await?;
            for row in rows {
                let (id, version, custom) = (row.id, row.version, without(&row.custom, &field.key)?);
                let mut change = row.into_active_model();
                change.custom = Set(custom);
                change.version = Set(version + 1);
                change.updated_at = Set(work.now());
                $table::Entity::update(change).exec(work.db()).await?;
                let entry: fn($id) -> Entry = $entry;
                work.record(entry(id).with("field", field.id));
            }
        }};
    }
    match field.entity {
        EntityKind::Contact => {
            forget!(contact, ContactId, |id| Entry::new("values.deleted").about(id).on(id));
        }
        EntityKind::Company => forget!(company, CompanyId, |id| Entry::new("values.deleted").on(id)),
        EntityKind::Deal => forget!(deal, DealId, |id| Entry::new("values.deleted").on(id)),
    }
    Ok(())
}

fn without(custom: &str, key: &str) -> Result<String> {
    let mut values: std::collections::BTreeMap<String, String> = serde_json::from_str(custom)?;
    values.remove(key);
    Ok(serde_json::to_string(&values)?)
}
