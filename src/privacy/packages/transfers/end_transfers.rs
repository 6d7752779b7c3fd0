//! Ends what was not pulled, and what nobody answered.

use entity::{
    AuthorisationState, ContactId, PackageState, TransferAuthorisationId, TransferId, TransferState,
    WorkspaceId, package, transfer, transfer_authorisation as authorisation,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    privacy::packages::parts::delete_parts,
};

/// Rows per run.
const BATCH: u64 = 50;
const OPEN: [TransferState; 2] = [TransferState::Building, TransferState::Waiting];

/// Ends every transfer of an authorisation that was not pulled: its link stops working and its file is
/// deleted.
pub(super) async fn end_unpulled(
    work: &mut Work,
    authorisation: TransferAuthorisationId,
    contact: ContactId,
) -> Result<()> {
    let rows = transfer::Entity::find()
        .filter(transfer::Column::WorkspaceId.eq(work.workspace()))
        .filter(transfer::Column::AuthorisationId.eq(authorisation))
        .filter(transfer::Column::State.is_in(OPEN))
        .order_by_asc(transfer::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    for row in rows {
        end(work, row, contact).await?;
    }
    Ok(())
}

async fn end(work: &mut Work, row: transfer::Model, contact: ContactId) -> Result<()> {
    let (id, file) = (row.id, row.package_id);
    let mut update = row.into_active_model();
    update.state = Set(TransferState::Expired);
    transfer::Entity::update(update).exec(work.db()).await?;
    end_file(work, file).await?;
    work.record(Entry::new("transfer.expired").about(contact).on(id));
    Ok(())
}

/// Deletes the file of a transfer.
pub(super) async fn end_file(work: &Work, id: entity::PackageId) -> Result<()> {
    delete_parts(work, id).await?;
    let found = package::Entity::find_by_id((work.workspace(), id)).lock_exclusive().one(work.db()).await?;
    if let Some(file) = found {
        let mut update = file.into_active_model();
        update.state = Set(PackageState::Expired);
        package::Entity::update(update).exec(work.db()).await?;
    }
    Ok(())
}

/// Ends one batch of what is over. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn expire_transfers(app: &App) -> Result<bool> {
    let now = app.now();
    let unanswered = Condition::all()
        .add(authorisation::Column::State.eq(AuthorisationState::Asked))
        .add(authorisation::Column::AnswerUntil.lte(now));
    let over = Condition::all()
        .add(authorisation::Column::State.eq(AuthorisationState::Granted))
        .add(authorisation::Column::ValidUntil.lte(now));
    let ended = authorisation::Entity::find()
        .filter(Condition::any().add(unanswered).add(over))
        .order_by_asc(authorisation::Column::Id)
        .limit(BATCH)
        .all(app.db())
        .await?;
    for row in &ended {
        expire_authorisation(app, row.workspace_id, row.id).await?;
    }
    let late = transfer::Entity::find()
        .filter(transfer::Column::State.is_in(OPEN))
        .filter(transfer::Column::ExpiresAt.lte(now))
        .order_by_asc(transfer::Column::Id)
        .limit(BATCH)
        .all(app.db())
        .await?;
    for row in &late {
        expire_transfer(app, row.workspace_id, row.id).await?;
    }
    Ok(ended.len() as u64 == BATCH || late.len() as u64 == BATCH)
}

async fn expire_authorisation(app: &App, workspace: WorkspaceId, id: TransferAuthorisationId) -> Result<()> {
    let mut work = app.begin(workspace, Actor::System).await?;
    let row = authorisation::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?;
    let now = work.now();
    let is_over = |row: &authorisation::Model| match row.state {
        AuthorisationState::Asked => row.answer_until <= now,
        AuthorisationState::Granted => row.valid_until <= now,
        _ => false,
    };
    let Some(row) = row.filter(is_over) else { return Ok(()) };
    let contact = row.contact_id;
    let mut update = row.into_active_model();
    update.state = Set(AuthorisationState::Expired);
    authorisation::Entity::update(update).exec(work.db()).await?;
    end_unpulled(&mut work, id, contact).await?;
    work.record(Entry::new("transfer.authorisation_expired").about(contact).on(id));
    work.commit().await?;
    Ok(())
}

async fn expire_transfer(app: &App, workspace: WorkspaceId, id: TransferId) -> Result<()> {
    let mut work = app.begin(workspace, Actor::System).await?;
    let row = transfer::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?;
    let Some(row) = row.filter(|row| OPEN.contains(&row.state)) else { return Ok(()) };
    let contact = row.contact_id;
    end(&mut work, row, contact).await?;
    work.commit().await?;
    Ok(())
}
