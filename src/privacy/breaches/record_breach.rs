//! Recording a breach, and changing what is known of it. Every breach is recorded, whatever its risk (GDPR
//! Art. 33(5)).

use chrono::TimeDelta;
use entity::{
    BreachException, BreachId, BreachRisk, BreachState, BreachStepKind, KeyOwner, Time, WorkspaceId, breach,
    breach_step,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::content::{BreachTexts, key_of, seal_step};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        data_keys,
        vault::{DataKey, Vault},
        work::{Entry, Work},
    },
};

/// The longest clock, in hours.
const LONGEST: i32 = 720;

/// What is known of a breach.
#[derive(Clone, Debug)]
pub struct BreachValues {
    /// What is written about it.
    pub texts: BreachTexts,
    /// The risk to the people concerned.
    pub risk: BreachRisk,
    /// When the controller became aware of it.
    pub aware_at: Time,
    /// How many hours the controller has to tell the authority: 72 by law, fewer by some contracts.
    pub clock_hours: i32,
    /// When it began.
    pub began_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// The approximate number of people concerned.
    pub people_approximate: Option<i32>,
    /// The approximate number of records concerned.
    pub records_approximate: Option<i32>,
    /// Why the people are not told one by one.
    pub exception: Option<BreachException>,
}

/// Records a breach; its clock runs from when the controller became aware of it.
///
/// # Errors
/// `Rejected` with every invalid field.
pub async fn record_breach(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    values: BreachValues,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    check(&values, work.now())?;
    let id = BreachId::new();
    let key = data_keys::find_or_make(&work, &app.vault, KeyOwner::Breach, id.0).await?;
    let entry = work.record(entry("breach.recorded", id, &values));
    let row = breach::Model {
        workspace_id: workspace,
        id,
        data_key_id: key.id,
        sealed: values.texts.seal(&key, workspace, id)?,
        state: BreachState::Open,
        risk: values.risk,
        aware_at: values.aware_at,
        due_at: values.aware_at + TimeDelta::hours(values.clock_hours.into()),
        began_at: values.began_at,
        ended_at: values.ended_at,
        people_approximate: values.people_approximate,
        records_approximate: values.records_approximate,
        authority_told_at: None,
        people_told_at: None,
        exception: values.exception,
        closed_at: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        entry_id: entry,
        reminded_at: None,
    };
    breach::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    write_step(&work, &row, entry, BreachStepKind::Recorded, None).await?;
    work.commit().await?;
    Ok(row)
}

/// Changes what is known of a breach: every value is replaced.
///
/// # Errors
/// `NotFound`; `Rejected` with every invalid field, when it is closed, or when it was changed since it was read.
pub async fn update_breach(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
    expected_version: i32,
    values: BreachValues,
) -> Result<breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_open(&work, id).await?;
    if row.version != expected_version {
        let message = "The breach was changed since you read it: read it again.";
        return Err(Error::rejected(ProblemCode::Stale, "expectedVersion", message));
    }
    check(&values, work.now())?;
    let key = key_of(work.db(), &app.vault, workspace, id).await?;
    let entry = work.record(entry("breach.updated", id, &values));
    let due_at = values.aware_at + TimeDelta::hours(values.clock_hours.into());
    let moved = row.due_at != due_at;
    let mut update = row.into_active_model();
    update.sealed = Set(values.texts.seal(&key, workspace, id)?);
    update.risk = Set(values.risk);
    update.aware_at = Set(values.aware_at);
    update.due_at = Set(due_at);
    if moved {
        update.reminded_at = Set(None);
    }
    update.began_at = Set(values.began_at);
    update.ended_at = Set(values.ended_at);
    update.people_approximate = Set(values.people_approximate);
    update.records_approximate = Set(values.records_approximate);
    update.exception = Set(values.exception);
    update.version = Set(expected_version + 1);
    update.updated_at = Set(work.now());
    let row = update.update(work.db()).await?;
    write_step(&work, &row, entry, BreachStepKind::Changed, None).await?;
    work.commit().await?;
    Ok(row)
}

/// Locks a breach.
pub(super) async fn lock_breach(work: &Work, id: BreachId) -> Result<breach::Model> {
    breach::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}

/// Locks a breach that is open.
pub(super) async fn lock_open(work: &Work, id: BreachId) -> Result<breach::Model> {
    let row = lock_breach(work, id).await?;
    if row.state == BreachState::Closed {
        let message = "This breach is closed: reopen it first.";
        return Err(Error::rejected(ProblemCode::WrongState, "breachId", message));
    }
    Ok(row)
}

/// The text of a step, and the key that seals it.
pub(super) struct Written<'a> {
    pub text: &'a str,
    pub key: &'a DataKey,
}

/// Writes a step of a breach, under its journal entry.
pub(super) async fn write_step(
    work: &Work,
    row: &breach::Model,
    entry: entity::EntryId,
    kind: BreachStepKind,
    written: Option<Written<'_>>,
) -> Result<()> {
    let sealed = match written {
        Some(Written { text, key }) => seal_step(key, work.workspace(), entry, text)?,
        None => None,
    };
    let step = breach_step::ActiveModel {
        workspace_id: Set(work.workspace()),
        entry_id: Set(entry),
        breach_id: Set(row.id),
        kind: Set(kind),
        actor: Set(work.actor().to_string()),
        at: Set(work.now()),
        sealed: Set(sealed),
    };
    breach_step::Entity::insert(step).exec_without_returning(work.db()).await?;
    Ok(())
}

/// As `write_step`, with a text.
pub(super) async fn write_step_with(
    work: &Work,
    vault: &Vault,
    row: &breach::Model,
    entry: entity::EntryId,
    kind: BreachStepKind,
    text: &str,
) -> Result<()> {
    let key = key_of(work.db(), vault, work.workspace(), row.id).await?;
    write_step(work, row, entry, kind, Some(Written { text, key: &key })).await
}

fn entry(kind: &'static str, id: BreachId, values: &BreachValues) -> Entry {
    Entry::new(kind).on(id).with("risk", values.risk).with("awareAt", values.aware_at)
}

fn check(values: &BreachValues, now: Time) -> Result<()> {
    let mut problems = values.texts.check();
    let mut problem = |code, field: &str, text: &str| problems.push(Problem::new(code, field, text));
    if values.aware_at > now {
        problem(ProblemCode::Invalid, "awareAt", "This time has not come yet.");
    }
    if !(1..=LONGEST).contains(&values.clock_hours) {
        problem(ProblemCode::Invalid, "clockHours", "Give 1 to 720 hours; the law says 72.");
    }
    if let (Some(began), Some(ended)) = (values.began_at, values.ended_at)
        && began > ended
    {
        problem(ProblemCode::Invalid, "endedAt", "It cannot end before it began.");
    }
    for (field, number) in
        [("peopleApproximate", values.people_approximate), ("recordsApproximate", values.records_approximate)]
    {
        if number.is_some_and(|number| number < 0) {
            problem(ProblemCode::Invalid, field, "Give a number from 0, or leave it out.");
        }
    }
    if values.exception.is_some() && values.risk != BreachRisk::High {
        problem(ProblemCode::Invalid, "exception", "An exception matters only where the risk is high.");
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Rejected(problems)) }
}
