//! Reading a text that was held back, putting it back, and destroying it.

use entity::{QuarantineId, QuarantineState, WorkspaceId, quarantine};
use sea_orm::{EntityTrait, QuerySelect};

use super::put_back::put_back;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    fields::{
        art9::{SpecialCategoryGround, may_override},
        quarantine::{Sealed, destroy, end, open},
    },
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Opens a text that waits, and records who read it before they see it.
///
/// # Errors
/// `NotFound`; `Rejected` when it was decided.
pub async fn read_text(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: QuarantineId,
) -> Result<(quarantine::Model, Sealed)> {
    allow(actor, Right::ManageQuarantine)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_waiting(&work, id).await?;
    let sealed = open(&work, &app.vault, &row).await?;
    work.record(about("text.read", &row));
    work.commit().await?;
    Ok((row, sealed))
}

/// Puts a text back where it was written, on a ground of GDPR Art. 9(2) that the owner or the data protection
/// officer states.
///
/// # Errors
/// `NotFound`; `Rejected` for other roles, when it was decided, or when its place holds something else by now.
pub async fn release_text(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: QuarantineId,
    ground: SpecialCategoryGround,
) -> Result<quarantine::Model> {
    allow(actor, Right::ManageQuarantine)?;
    if !may_override(actor) {
        return Err(Error::rejected(
            ProblemCode::NotAllowed,
            "specialCategoryGround",
            "Only the owner and the data protection officer state the exception of Art. 9(2) that applies.",
        ));
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = quarantine::Entity::find_by_id((workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    let sealed = match open(&work, &app.vault, &row).await {
        Err(Error::NotFound) => return Err(decided()),
        opened => opened?,
    };
    // The record first, as whoever changes its text does; then the text in quarantine.
    put_back(&mut work, &app.vault, &row, &sealed.text).await?;
    let row = lock_waiting(&work, id).await?;
    work.record(about("text.released", &row).with("specialCategoryGround", ground.as_str()));
    let row = end(&work, row, QuarantineState::Released, Some(ground.as_str())).await?;
    work.commit().await?;
    Ok(row)
}

/// Destroys a text. The sentence in its place stays.
///
/// # Errors
/// `NotFound`; `Rejected` when it was released. Twice is as once.
pub async fn destroy_text(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: QuarantineId,
) -> Result<quarantine::Model> {
    allow(actor, Right::ManageQuarantine)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock(&work, id).await?;
    match row.state {
        QuarantineState::Destroyed => return Ok(row),
        QuarantineState::Released => return Err(decided()),
        QuarantineState::Waiting => {}
    }
    let row = destroy(&mut work, row, "decided").await?;
    work.commit().await?;
    Ok(row)
}

async fn lock(work: &Work, id: QuarantineId) -> Result<quarantine::Model> {
    let row = quarantine::Entity::find_by_id((work.workspace(), id)).lock_exclusive().one(work.db());
    row.await?.ok_or(Error::NotFound)
}

async fn lock_waiting(work: &Work, id: QuarantineId) -> Result<quarantine::Model> {
    let row = lock(work, id).await?;
    if row.state == QuarantineState::Waiting { Ok(row) } else { Err(decided()) }
}

fn decided() -> Error {
    let message = "This text was released or destroyed already: its row says when.";
    Error::rejected(ProblemCode::WrongState, "quarantineId", message)
}

fn about(kind: &'static str, row: &quarantine::Model) -> Entry {
    let entry = Entry::new(kind).on(row.id);
    match row.contact_id {
        Some(contact) => entry.about(contact),
        None => entry,
    }
}
