//! What is done about a breach: the authority is told, at once or in phases; the people are told; it is closed.

use entity::{BreachId, BreachRisk, BreachState, BreachStepKind, Time, WorkspaceId, breach};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

use super::{
    content::open_texts,
    record_breach::{lock_breach, lock_open, write_step, write_step_with},
    tell_people::TellBreachPeople,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        text::is_block,
        work::{Entry, Work},
    },
};

/// Longest reference, in characters.
const LONGEST: usize = 1_000;

/// What the authority was told.
#[derive(Clone, Debug)]
pub struct Told {
    /// When; none = now.
    pub at: Option<Time>,
    /// The authority's reference, and what this phase contained.
    pub reference: String,
}

/// Records that the authority was told, in whole or in part. Each further phase (Art. 33(4)) is another step.
///
/// # Errors
/// `NotFound`; `Rejected` when the risk was not assessed, or when it is late without a reason (Art. 33(1)).
pub async fn record_authority_told(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
    told: Told,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_open(&work, id).await?;
    let at = told.at.unwrap_or(work.now());
    let mut problems = Vec::new();
    let mut problem = |code, field: &str, text: &str| problems.push(Problem::new(code, field, text));
    if at > work.now() || at < row.aware_at {
        problem(ProblemCode::Invalid, "at", "Give a time since you became aware that has come already.");
    }
    if told.reference.chars().count() > LONGEST || !is_block(&told.reference) {
        problem(ProblemCode::TooLong, "reference", "Use at most 1000 characters.");
    }
    if row.risk == BreachRisk::NotAssessed {
        problem(ProblemCode::WrongState, "breachId", "Assess the risk first.");
    }
    let late = row.authority_told_at.is_none() && at > row.due_at;
    if late && open_texts(work.db(), &app.vault, &row).await?.late_because.is_empty() {
        let message = "The clock ran out: say why in lateBecause first (GDPR Art. 33(1)).";
        problem(ProblemCode::Required, "lateBecause", message);
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let entry = Entry::new("breach.authority_told").on(id).with("at", at).with("dueAt", row.due_at);
    let entry = work.record(entry.with("late", if late { "yes" } else { "no" }));
    write_step_with(&work, &app.vault, &row, entry, BreachStepKind::AuthorityTold, &told.reference).await?;
    let first = row.authority_told_at.map_or(at, |known| known.min(at));
    let row = change(&work, row, |update| update.authority_told_at = Set(Some(first))).await?;
    work.commit().await?;
    Ok(row)
}

/// Begins to tell the people concerned, each once: those found so far who were not told yet. Can be repeated when
/// more were found.
///
/// # Errors
/// `NotFound`; `Rejected` when the texts that they need are missing.
pub async fn tell_breach_people(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_open(&work, id).await?;
    let texts = open_texts(work.db(), &app.vault, &row).await?;
    let mut problems = Vec::new();
    for (field, text) in
        [("plainWords", &texts.plain_words), ("effects", &texts.effects), ("remedies", &texts.remedies)]
    {
        if text.trim().is_empty() {
            let message = "The people concerned read this: write it first (GDPR Art. 34(2)).";
            problems.push(Problem::new(ProblemCode::Required, field, message));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let entry = work.record(Entry::new("breach.people_told").on(id));
    write_step(&work, &row, entry, BreachStepKind::PeopleTold, None).await?;
    work.enqueue(&TellBreachPeople { workspace, breach: id, after: None })?;
    let first = row.people_told_at.unwrap_or(work.now());
    let row = change(&work, row, |update| update.people_told_at = Set(Some(first))).await?;
    work.commit().await?;
    Ok(row)
}

/// Closes a breach, when everything that its risk demands is done. Idempotent.
///
/// # Errors
/// `NotFound`; `Rejected` with what is still to be done.
pub async fn close_breach(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_breach(&work, id).await?;
    if row.state == BreachState::Closed {
        return Ok(row);
    }
    let texts = open_texts(work.db(), &app.vault, &row).await?;
    let mut problems = Vec::new();
    let mut open = |text: &str| problems.push(Problem::new(ProblemCode::WrongState, "breachId", text));
    if row.risk == BreachRisk::NotAssessed {
        open("Assess the risk first.");
    }
    if matches!(row.risk, BreachRisk::Risk | BreachRisk::High) && row.authority_told_at.is_none() {
        open("The authority was not told yet (GDPR Art. 33(1)).");
    }
    if row.risk == BreachRisk::High && row.people_told_at.is_none() && row.exception.is_none() {
        open("The people concerned were not told, and no exception was recorded (GDPR Art. 34).");
    }
    if texts.effects.trim().is_empty() || texts.remedies.trim().is_empty() {
        open("Document its effects and the remedies first (GDPR Art. 33(5)).");
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let entry = work.record(Entry::new("breach.closed").on(id).with("risk", row.risk));
    write_step(&work, &row, entry, BreachStepKind::Closed, None).await?;
    let now = work.now();
    let row = change(&work, row, |update| {
        update.state = Set(BreachState::Closed);
        update.closed_at = Set(Some(now));
    })
    .await?;
    work.commit().await?;
    Ok(row)
}

/// Opens a closed breach again. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such breach.
pub async fn reopen_breach(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_breach(&work, id).await?;
    if row.state == BreachState::Open {
        return Ok(row);
    }
    let entry = work.record(Entry::new("breach.reopened").on(id));
    write_step(&work, &row, entry, BreachStepKind::Reopened, None).await?;
    let row = change(&work, row, |update| {
        update.state = Set(BreachState::Open);
        update.closed_at = Set(None);
    })
    .await?;
    work.commit().await?;
    Ok(row)
}

async fn change(
    work: &Work,
    row: breach::Model,
    set: impl FnOnce(&mut breach::ActiveModel),
) -> Result<breach::Model> {
    let version = row.version + 1;
    let mut update = row.into_active_model();
    set(&mut update);
    update.version = Set(version);
    update.updated_at = Set(work.now());
    Ok(update.update(work.db()).await?)
}
