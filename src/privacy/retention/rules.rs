//! Retention rules: created, changed and archived by staff; every version is kept. A workspace begins with
//! the presets, which are written when its rules are first asked for.

use entity::{
    Lifecycle, PurposeId, RetentionClock, RetentionRuleId, RetentionSubject, WorkspaceId, purpose,
    retention_rule, retention_rule_version,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::OnConflict,
};

use super::presets::{PRESETS, Preset};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        patch::Patch,
        text::is_block,
        work::{Entry, Fact, Work},
    },
};

/// Longest period, in months: fifty years.
const LONGEST: i32 = 600;
/// Shortest time for which an objection is remembered, in months.
const SHORTEST_SUPPRESSION: i32 = 36;
/// Longest warning, in days.
const LONGEST_WARNING: i32 = 180;
/// Longest justification, in characters.
const LONGEST_TEXT: usize = 2000;

/// A new rule.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// What it ends.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// For contacts: only those with a basis for this purpose.
    pub purpose: Option<PurposeId>,
    /// From when the period runs.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// For contacts: how many days before the end they are told.
    pub warn_days: Option<i32>,
    /// Why this long.
    pub justification: String,
}

/// Changes to a rule. `None` and `Leave` = unchanged.
#[derive(Clone, Debug, Default)]
pub struct RuleChanges {
    /// From when the period runs.
    pub clock: Option<RetentionClock>,
    /// The period, in calendar months.
    pub months: Option<i32>,
    /// How many days before the end people are told.
    pub warn_days: Patch<i32>,
    /// Why this long.
    pub justification: Option<String>,
}

/// The rules of a workspace, archived ones included, in the order of their making. Writes the presets if
/// there are no rules yet.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn rules_of(app: &App, workspace: WorkspaceId) -> Result<Vec<retention_rule::Model>> {
    let rows = all_rules(app.db(), workspace).await?;
    if !rows.is_empty() {
        return Ok(rows);
    }
    let mut work = app.begin(workspace, Actor::System).await?;
    for preset in PRESETS {
        lay(&mut work, preset).await?;
    }
    if work.has_entries() {
        work.commit().await?;
    }
    all_rules(app.db(), workspace).await
}

pub(super) async fn all_rules(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<retention_rule::Model>> {
    let select = retention_rule::Entity::find()
        .filter(retention_rule::Column::WorkspaceId.eq(workspace))
        .order_by_asc(retention_rule::Column::Id);
    Ok(select.all(db).await?)
}

async fn lay(work: &mut Work, preset: &Preset) -> Result<()> {
    let row = retention_rule::Model {
        workspace_id: work.workspace(),
        id: RetentionRuleId::new(),
        subject: preset.subject,
        lifecycle: preset.lifecycle,
        purpose_id: None,
        clock: preset.clock,
        months: preset.months,
        warn_days: preset.warn_days,
        justification: preset.justification.to_owned(),
        preset: Some(preset.key.to_owned()),
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    };
    let once = OnConflict::columns([retention_rule::Column::WorkspaceId, retention_rule::Column::Preset])
        .do_nothing()
        .to_owned();
    let insert = retention_rule::Entity::insert(row.clone().into_active_model()).on_conflict(once);
    if insert.exec_without_returning(work.db()).await? > 0 {
        note_version(work, &row, "retention_rule.created").await?;
    }
    Ok(())
}

/// Creates a rule.
///
/// # Errors
/// `Rejected` with everything that does not fit together.
pub async fn create_rule(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewRule,
) -> Result<retention_rule::Model> {
    allow(actor, Right::ManageRetention)?;
    let known = rules_of(app, workspace).await?;
    let mut work = app.begin(workspace, actor).await?;
    let row = retention_rule::Model {
        workspace_id: workspace,
        id: RetentionRuleId::new(),
        subject: new.subject,
        lifecycle: new.lifecycle,
        purpose_id: new.purpose,
        clock: new.clock,
        months: new.months,
        warn_days: new.warn_days,
        justification: new.justification.trim().to_owned(),
        preset: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    };
    let mut problems = check(&row);
    if let Some(id) = new.purpose
        && purpose::Entity::find_by_id((workspace, id)).one(work.db()).await?.is_none()
    {
        problems.push(Problem::no_such("purposeId"));
    }
    let about_the_same = |other: &&retention_rule::Model| {
        other.archived_at.is_none()
            && (other.subject, other.lifecycle, other.purpose_id, other.clock)
                == (row.subject, row.lifecycle, row.purpose_id, row.clock)
    };
    if known.iter().any(|other| about_the_same(&other)) {
        problems.push(Problem::new(ProblemCode::Taken, "subject", "There is a rule for this: change it."));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    retention_rule::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    note_version(&mut work, &row, "retention_rule.created").await?;
    work.commit().await?;
    Ok(row)
}

/// Changes a rule; what it ends stays. The version before is kept.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since it was read, is archived, or would not fit together.
pub async fn update_rule(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RetentionRuleId,
    expected_version: i32,
    changes: RuleChanges,
) -> Result<retention_rule::Model> {
    allow(actor, Right::ManageRetention)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_rule(&work, id).await?;
    let mut new = row.clone();
    new.clock = changes.clock.unwrap_or(row.clock);
    new.months = changes.months.unwrap_or(row.months);
    new.warn_days = changes.warn_days.of(row.warn_days);
    if let Some(text) = changes.justification {
        text.trim().clone_into(&mut new.justification);
    }
    let mut problems = check(&new);
    if row.version != expected_version {
        let message = "Somebody changed it in the meantime: read it again and repeat.";
        problems.push(Problem::new(ProblemCode::Stale, "expectedVersion", message));
    }
    if row.archived_at.is_some() {
        problems.push(Problem::new(ProblemCode::WrongState, "ruleId", "It is archived: create a new rule."));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    if new == row {
        return Ok(row);
    }
    new.version += 1;
    new.updated_at = work.now();
    retention_rule::Entity::update(new.clone().into_active_model().reset_all()).exec(work.db()).await?;
    note_version(&mut work, &new, "retention_rule.changed").await?;
    work.commit().await?;
    Ok(new)
}

/// Archives a rule: it ends nothing any more. Twice is as once.
///
/// # Errors
/// `NotFound`; `Rejected` when nothing else would end what it ends.
pub async fn archive_rule(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RetentionRuleId,
) -> Result<retention_rule::Model> {
    allow(actor, Right::ManageRetention)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_rule(&work, id).await?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let others = all_rules(work.db(), workspace).await?;
    let ends_the_same = |other: &&retention_rule::Model| {
        other.id != row.id
            && other.archived_at.is_none()
            && other.purpose_id.is_none()
            && (other.subject, other.lifecycle) == (row.subject, row.lifecycle)
    };
    if row.purpose_id.is_none() && !others.iter().any(|other| ends_the_same(&other)) {
        let message = "Nothing else would end what this rule ends: change it, or create another rule first.";
        return Err(Error::rejected(ProblemCode::WrongState, "ruleId", message));
    }
    let mut new = row.clone();
    new.archived_at = Some(work.now());
    new.updated_at = work.now();
    retention_rule::Entity::update(new.clone().into_active_model().reset_all()).exec(work.db()).await?;
    work.record(Entry::new("retention_rule.archived").on(id));
    work.commit().await?;
    Ok(new)
}

async fn lock_rule(work: &Work, id: RetentionRuleId) -> Result<retention_rule::Model> {
    let select = retention_rule::Entity::find_by_id((work.workspace(), id));
    sea_orm::QuerySelect::lock_exclusive(select).one(work.db()).await?.ok_or(Error::NotFound)
}

/// The clock that fits what a rule ends; none: for contacts there are two.
#[must_use]
pub fn clock_of(subject: RetentionSubject) -> Option<RetentionClock> {
    PRESETS
        .iter()
        .find(|preset| preset.subject == subject && subject != RetentionSubject::Contacts)
        .map(|preset| preset.clock)
}

/// What does not fit together.
pub(super) fn check(row: &retention_rule::Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |code, field: &str, message: &str| problems.push(Problem::new(code, field, message));
    let contacts = row.subject == RetentionSubject::Contacts;
    if contacts && row.lifecycle.is_none() {
        wrong(ProblemCode::Required, "lifecycle", "Say which contacts: give a lifecycle.");
    }
    for (field, given) in [
        ("lifecycle", row.lifecycle.is_some()),
        ("purposeId", row.purpose_id.is_some()),
        ("warnDays", row.warn_days.is_some()),
    ] {
        if given && !contacts {
            wrong(ProblemCode::Invalid, field, "Only rules about contacts have this: leave it out.");
        }
    }
    let fits = match clock_of(row.subject) {
        Some(clock) => row.clock == clock,
        None => matches!(row.clock, RetentionClock::LastContact | RetentionClock::RelationEnd),
    };
    if !fits {
        wrong(ProblemCode::Invalid, "clock", "This clock does not fit what the rule ends.");
    }
    let least = if row.subject == RetentionSubject::Suppressions { SHORTEST_SUPPRESSION } else { 1 };
    if !(least..=LONGEST).contains(&row.months) {
        wrong(ProblemCode::Invalid, "months", &format!("Give between {least} and {LONGEST} months."));
    }
    if row.warn_days.is_some_and(|days| !(1..=LONGEST_WARNING).contains(&days)) {
        wrong(ProblemCode::Invalid, "warnDays", "Give between 1 and 180 days, or none.");
    }
    if row.justification.is_empty() {
        wrong(
            ProblemCode::Required,
            "justification",
            "Say why this long: the record of processing shows it.",
        );
    } else if row.justification.chars().count() > LONGEST_TEXT {
        wrong(ProblemCode::TooLong, "justification", "Use at most 2,000 characters.");
    } else if !is_block(&row.justification) {
        wrong(ProblemCode::Invalid, "justification", "Remove the control characters.");
    }
    problems
}

/// Keeps the version and records it.
async fn note_version(work: &mut Work, row: &retention_rule::Model, kind: &'static str) -> Result<()> {
    let mut entry = Entry::new(kind)
        .on(row.id)
        .with("subject", row.subject)
        .with("clock", row.clock)
        .with("months", row.months)
        .with("version", row.version);
    let more: [(&'static str, Option<Fact>); 3] = [
        ("lifecycle", row.lifecycle.map(Into::into)),
        ("purpose", row.purpose_id.map(Into::into)),
        ("warnDays", row.warn_days.map(Into::into)),
    ];
    for (name, fact) in more {
        if let Some(fact) = fact {
            entry = entry.with(name, fact);
        }
    }
    let version = retention_rule_version::ActiveModel {
        workspace_id: Set(row.workspace_id),
        rule_id: Set(row.id),
        number: Set(row.version),
        clock: Set(row.clock),
        months: Set(row.months),
        warn_days: Set(row.warn_days),
        justification: Set(row.justification.clone()),
        at: Set(row.updated_at),
        entry_id: Set(entry.id()),
    };
    retention_rule_version::Entity::insert(version).exec_without_returning(work.db()).await?;
    work.record(entry);
    Ok(())
}
