//! What goes by a day, by rule and why, as counts: one statement per rule and no row read by itself. A
//! changed rule can be tried out before it is written.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::{
    Lifecycle, PurposeId, RetentionClock, RetentionRuleId, RetentionSubject, Time, WorkspaceId,
    retention_rule,
};

use super::{
    due::Due,
    period::cutoff,
    rows::count_rows,
    rules::{check, rules_of},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::{ContactList, ContactsWanted, list_contacts},
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, query::Query},
    records::{Restriction, conditions::Archived},
};

/// How far ahead a preview looks.
const FARTHEST: TimeDelta = TimeDelta::days(3653);

/// What is due under one rule by the day asked for.
#[derive(Clone, Debug)]
pub struct RulePreview {
    /// The rule.
    pub rule: retention_rule::Model,
    /// The day.
    pub on: Time,
    /// How many periods are over by then, those that stay included.
    pub due: i64,
    /// How many of them stay because of a hold.
    pub held: i64,
    /// How many of them stay because their processing is restricted.
    pub restricted: i64,
    /// How many stay for one of the two reasons.
    pub kept: i64,
    /// How many of them were told already.
    pub told: i64,
}

/// What is due by a day, under every rule that applies.
///
/// # Errors
/// `Rejected` when the day lies in the past, or more than ten years ahead.
pub async fn preview_retention(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    on: Option<Time>,
) -> Result<Vec<RulePreview>> {
    allow(actor, Right::ManageRetention)?;
    let on = read_day(app, on)?;
    let rules = rules_of(app, workspace).await?;
    let due = Due::on(workspace, &rules, on);
    let mut previews = Vec::with_capacity(rules.len());
    for rule in rules.into_iter().filter(|rule| rule.archived_at.is_none()) {
        previews.push(preview_rule(app, workspace, &due, rule, on).await?);
    }
    Ok(previews)
}

fn read_day(app: &App, on: Option<Time>) -> Result<Time> {
    let (on, now) = (on.unwrap_or_else(|| app.now()), app.now());
    if on < now - TimeDelta::days(1) || on > now + FARTHEST {
        let message = "Give a time from now to ten years ahead.";
        return Err(Error::rejected(ProblemCode::Invalid, "on", message));
    }
    Ok(on)
}

async fn preview_rule(
    app: &App,
    workspace: WorkspaceId,
    due: &Due,
    rule: retention_rule::Model,
    on: Time,
) -> Result<RulePreview> {
    let mut preview = RulePreview { rule, on, due: 0, held: 0, restricted: 0, kept: 0, told: 0 };
    if preview.rule.subject != RetentionSubject::Contacts {
        let before = cutoff(on, preview.rule.months);
        preview.due = count_rows(app.db(), workspace, preview.rule.subject, before).await?;
        return Ok(preview);
    }
    let counts = count_due(app, due, &preview.rule).await?;
    let [due, held, restricted, kept, told] = counts;
    Ok(RulePreview { due, held, restricted, kept, told, ..preview })
}

/// In this order: due, held, restricted, kept for either reason, told. Three statements, so that the large
/// count reads nothing but the index, and the others start from the few rows that they are about.
pub(super) async fn count_due(app: &App, due: &Due, rule: &retention_rule::Model) -> Result<[i64; 5]> {
    let mut all = Query::new("SELECT count(*) AS n FROM contact c WHERE ");
    due.write(&mut all, rule);
    let mut kept =
        Query::new("SELECT count(*) AS kept, count(c.restricted_at) AS restricted, count(CASE WHEN ");
    due.write_held(&mut kept);
    kept.push(" THEN 1 END) AS held FROM contact c WHERE ");
    due.write(&mut kept, rule);
    kept.push(" AND (");
    due.write_held(&mut kept);
    kept.push(" OR ");
    due.write_restricted(&mut kept);
    kept.push(")");
    // SQLite reads the tables of a CROSS JOIN in this order: it begins with the notices.
    let mut told =
        Query::new("SELECT count(*) AS n FROM retention_notice n CROSS JOIN contact c WHERE n.rule_id = ");
    told.bind(rule.id)
        .push(" AND n.workspace_id = c.workspace_id AND n.contact_id = c.id AND n.workspace_id = ");
    told.bind(rule.workspace_id).push(" AND ");
    Due::write_current(&mut told, rule);
    told.push(" AND ");
    due.write(&mut told, rule);
    let (all, told) = (all.count(app.db()).await?, told.count(app.db()).await?);
    let mut stay = [0; 3];
    if let Some(row) = kept.rows(app.db()).await?.first() {
        for (count, name) in stay.iter_mut().zip(["held", "restricted", "kept"]) {
            *count = row.try_get("", name)?;
        }
    }
    let [held, restricted, kept] = stay;
    Ok([all, held, restricted, kept, told])
}

/// The contacts behind a count, to be paged. Archived ones are among them: their data are held, too.
///
/// # Errors
/// `NotFound` when there is no such rule.
pub async fn list_due(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    rule: RetentionRuleId,
    on: Time,
) -> Result<ContactList> {
    allow(actor, Right::ManageRetention)?;
    let rules = rules_of(app, workspace).await?;
    let rule = rules.iter().find(|known| known.id == rule).cloned().ok_or(Error::NotFound)?;
    let wanted = ContactsWanted { archived: Archived::Included, ..ContactsWanted::default() };
    let list = list_contacts(app, workspace, actor, wanted).await?;
    let due = Due::on(workspace, &rules, on);
    Ok(list.only(Restriction {
        joins: Arc::new(|_| {}),
        condition: Arc::new(move |query| {
            if rule.subject == RetentionSubject::Contacts && rule.archived_at.is_none() {
                due.write(query, &rule);
            } else {
                query.push("1 = 0");
            }
        }),
    }))
}

/// How many contacts no rule ends: their relation goes on, or nobody wrote a rule.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_without_rule(app: &App, workspace: WorkspaceId, actor: Actor) -> Result<i64> {
    allow(actor, Right::ManageRetention)?;
    let rules = rules_of(app, workspace).await?;
    let covered: Vec<Lifecycle> = rules
        .iter()
        .filter(|rule| rule.archived_at.is_none() && rule.purpose_id.is_none())
        .filter_map(|rule| rule.lifecycle)
        .collect();
    let mut query = Query::new("SELECT count(*) AS n FROM contact c WHERE c.workspace_id = ");
    query.bind(workspace).push(" AND ");
    query.is_any(
        "c.lifecycle",
        Lifecycle::ALL.iter().copied().filter(|lifecycle| !covered.contains(lifecycle)),
    );
    query.count(app.db()).await
}

/// A rule to try out, in place of one there is, or beside them.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The rule it would replace.
    pub replaces: Option<RetentionRuleId>,
    /// What it would end.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// For contacts: only those with a basis for this purpose.
    pub purpose: Option<PurposeId>,
    /// From when the period would run.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// The day to look at.
    pub on: Option<Time>,
}

/// What a rule would end, and what the one that it replaces ends. Nothing is written.
///
/// # Errors
/// `NotFound` for the rule it would replace; `Rejected` when it does not fit together.
pub async fn simulate_retention(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    trial: Trial,
) -> Result<(RulePreview, Option<RulePreview>)> {
    allow(actor, Right::ManageRetention)?;
    let on = read_day(app, trial.on)?;
    let mut rules = rules_of(app, workspace).await?;
    let replaced = match trial.replaces {
        None => None,
        Some(id) => Some(rules.iter().find(|rule| rule.id == id).cloned().ok_or(Error::NotFound)?),
    };
    let now = app.now();
    let tried = retention_rule::Model {
        workspace_id: workspace,
        id: replaced.as_ref().map_or_else(RetentionRuleId::new, |rule| rule.id),
        subject: trial.subject,
        lifecycle: trial.lifecycle,
        purpose_id: trial.purpose,
        clock: trial.clock,
        months: trial.months,
        warn_days: None,
        justification: "-".to_owned(),
        preset: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    let problems = check(&tried);
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let before = match replaced {
        Some(rule) => Some(preview_rule(app, workspace, &Due::on(workspace, &rules, on), rule, on).await?),
        None => None,
    };
    rules.retain(|rule| rule.id != tried.id);
    rules.push(tried.clone());
    let after = preview_rule(app, workspace, &Due::on(workspace, &rules, on), tried, on).await?;
    Ok((after, before))
}
