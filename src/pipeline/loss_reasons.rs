//! Loss reasons: a short list per workspace, so that reports can count them and no free text about people is
//! needed.

use entity::{LossReasonId, Time, WorkspaceId, loss_reason, workspace};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::{
    refuse,
    text::{MOST_NAME, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    fields::art9::{OwnWords, load_own_words, why_refused},
    platform::{
        actor::Actor,
        fold::fold,
        once::once,
        pages::Pages,
        work::{Entry, Work},
    },
};

/// Maximum number of reasons per workspace, archived ones included.
const MOST: u64 = 100;
/// The initial list of a workspace, by the keys of its words (`messages.json`).
const FIRST: [&str; 7] = ["price", "budget", "competitor", "timing", "need", "silence", "other"];

/// Every reason, in alphabetical order, archived ones included.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn list_loss_reasons(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<loss_reason::Model>> {
    let rows = loss_reason::Entity::find()
        .filter(loss_reason::Column::WorkspaceId.eq(workspace))
        .order_by_asc(loss_reason::Column::LabelKey)
        .order_by_asc(loss_reason::Column::Id);
    Ok(rows.all(db).await?)
}

/// Adds a reason, or restores an archived one with the same text.
///
/// # Errors
/// `Rejected` when an active one has this text.
pub async fn create_loss_reason(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    key: Option<&str>,
    label: &str,
) -> Result<loss_reason::Model> {
    allow(actor, Right::ManagePipelines)?;
    let label = read_label(&load_own_words(app.db(), workspace).await?, label)?;
    let mut work = app.begin(workspace, actor).await?;
    let id = LossReasonId::new();
    if let Some(made) = once(&work, &app.vault, "createLossReason", key, &label, &id.to_string()).await? {
        let made: LossReasonId =
            made.parse().map_err(|_| Error::internal("a remembered id does not read"))?;
        return loss_reason::Entity::find_by_id((workspace, made))
            .one(work.db())
            .await?
            .ok_or(Error::NotFound);
    }
    if loss_reason::Entity::find()
        .filter(loss_reason::Column::WorkspaceId.eq(workspace))
        .count(work.db())
        .await?
        >= MOST
    {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "label",
            "A workspace has at most 100 reasons, archived ones included: rename one.",
        ));
    }
    let row = new_row(&work, id, &label);
    if insert(&work, row.clone()).await? == 0 {
        return offer_again(work, &row.label_key).await;
    }
    work.record(Entry::new("loss_reason.created").on(id));
    work.commit().await?;
    Ok(row)
}

/// Restores the archived reason with this text, which would otherwise be in the way.
async fn offer_again(mut work: Work, label_key: &str) -> Result<loss_reason::Model> {
    let known = loss_reason::Entity::find()
        .filter(loss_reason::Column::WorkspaceId.eq(work.workspace()))
        .filter(loss_reason::Column::LabelKey.eq(label_key))
        .filter(loss_reason::Column::ArchivedAt.is_not_null());
    let Some(row) = known.lock_exclusive().one(work.db()).await? else { return Err(taken()) };
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

/// Renames a reason, also on deals already lost for it.
///
/// # Errors
/// `Rejected` when another one has this text.
pub async fn rename_loss_reason(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: LossReasonId,
    label: &str,
) -> Result<loss_reason::Model> {
    allow(actor, Right::ManagePipelines)?;
    let label = read_label(&load_own_words(app.db(), workspace).await?, label)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = loss_reason::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let label_key = fold(&label);
    let others = loss_reason::Entity::find()
        .filter(loss_reason::Column::WorkspaceId.eq(workspace))
        .filter(loss_reason::Column::LabelKey.eq(label_key.clone()))
        .filter(loss_reason::Column::Id.ne(id));
    if others.one(work.db()).await?.is_some() {
        return Err(taken());
    }
    let changed = loss_reason::Model { label, label_key, ..row.clone() };
    if changed == row {
        return Ok(row);
    }
    let mut update = row.into_active_model();
    update.label = Set(changed.label.clone());
    update.label_key = Set(changed.label_key.clone());
    loss_reason::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("loss_reason.renamed").on(id));
    work.commit().await?;
    Ok(changed)
}

/// Archives a reason, which is then no longer offered; deals lost for it keep it. Repeating it changes
/// nothing.
///
/// # Errors
/// `NotFound`.
pub async fn archive_loss_reason(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: LossReasonId,
) -> Result<loss_reason::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = loss_reason::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let now = work.now();
    let row = set_archived(&mut work, row, Some(now)).await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived reason. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn restore_loss_reason(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: LossReasonId,
) -> Result<loss_reason::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = loss_reason::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

async fn set_archived(
    work: &mut Work,
    row: loss_reason::Model,
    archived_at: Option<Time>,
) -> Result<loss_reason::Model> {
    let changed = loss_reason::Model { archived_at, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(archived_at);
    loss_reason::Entity::update(update).exec(work.db()).await?;
    work.record(
        Entry::new(if archived_at.is_some() { "loss_reason.archived" } else { "loss_reason.restored" })
            .on(changed.id),
    );
    Ok(changed)
}

/// Creates the initial list of a workspace, if it has no reasons yet.
pub(super) async fn begin_with_defaults(work: &mut Work, pages: &Pages) -> Result<()> {
    let controller =
        workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?.ok_or(Error::NotFound)?;
    for key in FIRST {
        let label = pages.text("pipeline", &controller.default_language, &format!("loss_reasons.{key}"));
        let row = new_row(work, LossReasonId::new(), label);
        if insert(work, row.clone()).await? == 1 {
            work.record(Entry::new("loss_reason.created").on(row.id));
        }
    }
    Ok(())
}

fn new_row(work: &Work, id: LossReasonId, label: &str) -> loss_reason::Model {
    loss_reason::Model {
        workspace_id: work.workspace(),
        id,
        label: label.to_owned(),
        label_key: fold(label),
        created_at: work.now(),
        archived_at: None,
    }
}

async fn insert(work: &Work, row: loss_reason::Model) -> Result<u64> {
    let once = OnConflict::columns([loss_reason::Column::WorkspaceId, loss_reason::Column::LabelKey])
        .do_nothing()
        .to_owned();
    Ok(loss_reason::Entity::insert(row.into_active_model())
        .on_conflict(once)
        .exec_without_returning(work.db())
        .await?)
}

/// A reason is written beside a person's deal: it may not tell of a special category of data.
fn read_label(own: &OwnWords, label: &str) -> Result<String> {
    let mut problems = Vec::new();
    let label = line(&mut problems, "label", label, MOST_NAME);
    if let Some(message) = why_refused(own, &label) {
        problems.push(Problem::new(ProblemCode::SpecialCategory, "label", message));
    }
    refuse(problems)?;
    Ok(label)
}

fn taken() -> Error {
    Error::rejected(
        ProblemCode::Taken,
        "label",
        "There is a reason of this name; choose another name, or restore the archived one to offer it again.",
    )
}
