//! Finds the people whom a breach concerns, by what the journal shows: whose values were revealed, opened,
//! downloaded or disclosed, and whose were changed, by whom and when. The journal does not record who only looked at
//! a list or a contact; where that is the question, everybody whom the program or member could read is concerned.

use entity::{BreachId, BreachStepKind, ContactId, Time, WorkspaceId, breach_person, contact};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};

use super::record_breach::{lock_open, write_step};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::find_contacts,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
        query::Query,
        work::{Entry, Work},
    },
};

/// People per unit of work.
const BATCH: usize = 500;

/// Entries that show that somebody saw data; all others about a contact changed something.
const SEEN: [&str; 7] = [
    "value.revealed",
    "archive.read",
    "disclosure.logged",
    "package.downloaded",
    "package.link_made",
    "transfer.ordered",
    "transfer.pulled",
];

/// What to look for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Search {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Only what this member, API key or other actor did, as the journal writes them.
    pub actor: Option<String>,
    /// Whose data were seen.
    pub seen: bool,
    /// Whose data were changed.
    pub changed: bool,
    /// Everybody who was a contact at that time, whatever the journal shows.
    pub everyone: bool,
}

/// One step of the search; queues the next.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindBreachPeople {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The breach.
    pub breach: BreachId,
    /// What to look for.
    pub search: Search,
    /// Where the last step ended.
    pub after: Option<String>,
}

impl Job for FindBreachPeople {
    const KIND: &'static str = "find_breach_people";
    const PRIORITY: i32 = 30;
}

struct Found {
    contact: ContactId,
    seen: bool,
    changed: bool,
    first: Time,
    last: Time,
    entries: i32,
}

/// Begins a search. What it finds is added to what earlier searches found.
///
/// # Errors
/// `NotFound`; `Rejected` when the window or the actor is none.
pub async fn ask_breach_people(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
    search: Search,
) -> Result<entity::breach::Model> {
    allow(actor, Right::ManageBreaches)?;
    let refuse = |field: &str, text: &str| Err(Error::rejected(ProblemCode::Invalid, field, text));
    if search.from >= search.until {
        return refuse("until", "The end must be after the beginning.");
    }
    if !(search.seen || search.changed || search.everyone) {
        return refuse("seen", "Ask for whose data were seen, or changed, or for everybody.");
    }
    let is_actor = |text: &str| {
        matches!(text, "visitor" | "mailbox" | "system" | "operator")
            || text.parse::<entity::MemberId>().is_ok()
            || text.parse::<entity::ApiKeyId>().is_ok()
            || text.parse::<ContactId>().is_ok()
    };
    if search.actor.as_deref().is_some_and(|text| !is_actor(text)) {
        return refuse(
            "actor",
            "Give the id of a member, an API key or a contact, or `visitor` or `system`.",
        );
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_open(&work, id).await?;
    let scope = if search.everyone { "everyone" } else { "journal" };
    let entry = Entry::new("breach.people_searched")
        .on(id)
        .with("from", search.from)
        .with("until", search.until)
        .with("scope", scope);
    let entry = work.record(entry);
    write_step(&work, &row, entry, BreachStepKind::PeopleFound, None).await?;
    work.enqueue(&FindBreachPeople { workspace, breach: id, search, after: None })?;
    work.commit().await?;
    Ok(row)
}

/// Takes one step. Killed in between, it is taken again and finds the same.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_breach_people(app: &App, run: &Run, job: &FindBreachPeople) -> JobResult {
    let (found, after) =
        if job.search.everyone { everyone(app, job).await? } else { in_journal(app, job).await? };
    let mut work = app.begin(job.workspace, Actor::System).await?;
    match lock_open(&work, job.breach).await {
        // Closed or gone meanwhile: the search is over.
        Err(Error::Rejected(_) | Error::NotFound) => return Ok(Outcome::Done),
        other => other?,
    };
    keep(&work, job, found).await?;
    if after.is_some() {
        let (workspace, breach, search) = (job.workspace, job.breach, job.search.clone());
        work.enqueue(&FindBreachPeople { workspace, breach, search, after })?;
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}

async fn in_journal(app: &App, job: &FindBreachPeople) -> Result<(Vec<Found>, Option<String>)> {
    let Search { from, until, actor, seen, changed, .. } = &job.search;
    let mut query =
        Query::new("SELECT subject, MIN(at) AS first, MAX(at) AS last, COUNT(*) AS entries, SUM(CASE WHEN ");
    query.is_any("kind", SEEN);
    query.push(" THEN 1 ELSE 0 END) AS seen FROM journal WHERE workspace_id = ").bind(job.workspace);
    query.push(" AND subject > ").bind(job.after.clone().unwrap_or_default());
    query.push(" AND at >= ").bind(*from).push(" AND at < ").bind(*until);
    if let Some(actor) = actor {
        query.push(" AND actor = ").bind(actor.clone());
    }
    if seen != changed {
        query.push(if *seen { " AND " } else { " AND NOT " });
        query.push("(").is_any("kind", SEEN).push(")");
    }
    query.push(&format!(" GROUP BY subject ORDER BY subject LIMIT {BATCH}"));
    let rows = query.rows(app.db()).await?;
    let mut found = Vec::with_capacity(rows.len());
    let mut last = None;
    for row in &rows {
        let subject: String = row.try_get("", "subject")?;
        let entries: i64 = row.try_get("", "entries")?;
        let seen: i64 = row.try_get("", "seen")?;
        if let Ok(contact) = subject.parse() {
            found.push(Found {
                contact,
                seen: seen > 0,
                changed: entries > seen,
                first: row.try_get("", "first")?,
                last: row.try_get("", "last")?,
                entries: i32::try_from(entries).unwrap_or(i32::MAX),
            });
        }
        last = Some(subject);
    }
    Ok((found, last.filter(|_| rows.len() == BATCH)))
}

async fn everyone(app: &App, job: &FindBreachPeople) -> Result<(Vec<Found>, Option<String>)> {
    let Search { from, until, .. } = &job.search;
    let mut select = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .filter(contact::Column::WorkspaceId.eq(job.workspace))
        .filter(contact::Column::CreatedAt.lt(*until))
        .order_by_asc(contact::Column::Id)
        .limit(BATCH as u64);
    if let Some(after) = job.after.as_deref().and_then(|after| after.parse::<ContactId>().ok()) {
        select = select.filter(contact::Column::Id.gt(after));
    }
    let ids: Vec<ContactId> = select.into_tuple().all(app.db()).await?;
    let after = ids.last().filter(|_| ids.len() == BATCH).map(ToString::to_string);
    let found = ids.into_iter().map(|contact| Found {
        contact,
        seen: true,
        changed: false,
        first: *from,
        last: *until,
        entries: 0,
    });
    Ok((found.collect(), after))
}

/// Adds people. Those who were merged count as the contact they were merged into; those who were erased are gone.
async fn keep(work: &Work, job: &FindBreachPeople, found: Vec<Found>) -> Result<()> {
    let ids: Vec<ContactId> = found.iter().map(|one| one.contact).collect();
    let living = find_contacts(work.db(), work.workspace(), &ids).await?;
    let mut people: std::collections::BTreeMap<ContactId, Found> = std::collections::BTreeMap::new();
    for mut one in found {
        let Some(contact) = living.get(&one.contact) else { continue };
        one.contact = contact.id;
        match people.get_mut(&contact.id) {
            Some(known) => {
                known.seen |= one.seen;
                known.changed |= one.changed;
                known.first = known.first.min(one.first);
                known.last = known.last.max(one.last);
                known.entries += one.entries;
            }
            None => {
                people.insert(contact.id, one);
            }
        }
    }
    if people.is_empty() {
        return Ok(());
    }
    let rows = people.into_values().map(|one| breach_person::ActiveModel {
        workspace_id: Set(job.workspace),
        breach_id: Set(job.breach),
        contact_id: Set(one.contact),
        seen: Set(one.seen),
        changed: Set(one.changed),
        first_at: Set(one.first),
        last_at: Set(one.last),
        entries: Set(one.entries),
        mail_id: Set(None),
        told_at: Set(None),
    });
    let key = [
        breach_person::Column::WorkspaceId,
        breach_person::Column::BreachId,
        breach_person::Column::ContactId,
    ];
    // Where two searches find the same person, the wider answer stays.
    let merged = OnConflict::columns(key)
        .value(breach_person::Column::Seen, Expr::cust("breach_person.seen OR excluded.seen"))
        .value(breach_person::Column::Changed, Expr::cust("breach_person.changed OR excluded.changed"))
        .value(breach_person::Column::FirstAt, Expr::cust(least("first_at", "<")))
        .value(breach_person::Column::LastAt, Expr::cust(least("last_at", ">")))
        .value(breach_person::Column::Entries, Expr::cust(least("entries", ">")))
        .to_owned();
    breach_person::Entity::insert_many(rows).on_conflict(merged).exec_without_returning(work.db()).await?;
    Ok(())
}

fn least(column: &str, sign: &str) -> String {
    format!(
        "CASE WHEN breach_person.{column} {sign} excluded.{column} THEN breach_person.{column} \
         ELSE excluded.{column} END"
    )
}
