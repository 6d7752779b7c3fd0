//! The residue scan: after an erasure, every text of every table is searched for the person. The columns come
//! from the data map, so that a new one is searched, too. It reads in batches by key, one table after the
//! other, and notes each table that is done, so that a scan that is killed goes on from there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ContactId, ErasureId, Fact, KeyOwner, WorkspaceId, data_key, erasure, ids::encode, residue_scan,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Value,
    prelude::Uuid, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use super::{
    identify::{self, Searcher},
    ledger,
};
use crate::{
    app::App,
    error::{Error, Result},
    persons::data_map::{KeyKind, KeyPart, Table, data_map, tables},
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
        query::Query,
        work::{Entry, Work},
    },
};

/// Rows read at once.
const BATCH: i64 = 200;
/// Rows that are told one by one for each person; beyond, only their number is.
const MOST_TOLD: usize = 100;
/// Entries in one unit of work.
const MOST_AT_ONCE: usize = 400;
/// People in one statement, and in one unit of work at the end.
const CHUNK: usize = 400;
/// The names of those who have them: another person of the same name is nobody's residue.
const OWN_NAMES: [&str; 2] = ["contact.sort_name", "member.name"];
/// The tables of the scan itself, and of the instance.
const NOT_SEARCHED: [&str; 1] = ["residue_scan"];

/// People looked for in one pass.
const MOST_PEOPLE: u64 = 5_000;

/// Searches the database for those who were erased in a workspace since the last search.
#[derive(Debug, Serialize, Deserialize)]
pub struct ScanResidues {
    /// The workspace.
    pub workspace: WorkspaceId,
}

impl Job for ScanResidues {
    const KIND: &'static str = "scan_residues";
    const PRIORITY: i32 = 60;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", Self::KIND, self.workspace))
    }
}

/// Somebody who is looked for, and where they were found so far.
struct Wanted {
    erasure: ErasureId,
    contact: ContactId,
    found: BTreeMap<String, i64>,
    told: usize,
}

/// What was found in one table.
#[derive(Default)]
struct Found {
    /// Values by whom they name and by column.
    counts: BTreeMap<(usize, String), i64>,
    /// Some of the rows: whom they name, the column, and the row's id.
    rows: Vec<(usize, String, String)>,
}

/// Searches table by table, then destroys what was looked for and says what was found, without the text.
pub async fn scan_residues(app: &App, run: &Run, job: &ScanResidues) -> JobResult {
    // Also here, so that the ledger has it as soon as one of the nodes runs this; `keep_ledger` tries again.
    if let Err(error) = ledger::write_ledger(app).await {
        error.log();
    }
    let Some((reached, mut wanted, searcher)) = next_pass(app, job.workspace).await? else {
        return Ok(Outcome::Done);
    };
    let mut rest: Vec<&Table> = tables().filter(|table| !NOT_SEARCHED.contains(&table.name)).collect();
    rest.sort_unstable_by_key(|table| table.name);
    rest.retain(|table| table.name > reached.as_str());
    for table in rest {
        let found = search(app, job.workspace, table, &searcher).await?;
        let mut work = app.begin(job.workspace, Actor::System).await?;
        let mut changed = BTreeSet::new();
        for ((who, column), count) in found.counts {
            *wanted[who].found.entry(column).or_default() += count;
            changed.insert(who);
        }
        for (who, column, row) in found.rows {
            let one = &mut wanted[who];
            if one.told < MOST_TOLD {
                one.told += 1;
                let entry = Entry::new("erasure.residue_found").about(one.contact).on(row);
                work.record(entry.with("erasure", one.erasure).with("column", Fact::Word(column)));
            }
        }
        for who in changed {
            note(&work, &wanted[who]).await?;
        }
        reach(&work, &wanted, table.name).await?;
        work.commit().await?;
    }
    end(app, run, job, wanted).await
}

/// Whom to look for: those whose search was begun, or as many as one pass takes. None when nobody is left.
async fn next_pass(app: &App, workspace: WorkspaceId) -> Result<Option<(String, Vec<Wanted>, Searcher)>> {
    let of_workspace =
        || residue_scan::Entity::find().filter(residue_scan::Column::WorkspaceId.eq(workspace));
    let first = of_workspace().order_by_desc(residue_scan::Column::Reached).one(app.db()).await?;
    let Some(first) = first else { return Ok(None) };
    let rows = of_workspace()
        .filter(residue_scan::Column::Reached.eq(first.reached.as_str()))
        .order_by_asc(residue_scan::Column::ErasureId)
        .limit(MOST_PEOPLE)
        .all(app.db())
        .await?;
    let mut contacts: HashMap<ErasureId, ContactId> = HashMap::with_capacity(rows.len());
    for rows in rows.chunks(CHUNK) {
        let erased: Vec<(ErasureId, ContactId)> = erasure::Entity::find()
            .select_only()
            .columns([erasure::Column::Id, erasure::Column::ContactId])
            .filter(erasure::Column::WorkspaceId.eq(workspace))
            .filter(erasure::Column::Id.is_in(rows.iter().map(|row| row.erasure_id)))
            .into_tuple()
            .all(app.db())
            .await?;
        contacts.extend(erased);
    }
    let people = identify::open(app.db(), &app.vault, workspace, &rows).await?;
    let mut wanted = Vec::with_capacity(rows.len());
    for row in rows {
        wanted.push(Wanted {
            erasure: row.erasure_id,
            contact: contacts.get(&row.erasure_id).copied().ok_or(Error::NotFound)?,
            found: serde_json::from_str(&row.found)?,
            told: 0,
        });
    }
    Ok(Some((first.reached, wanted, Searcher::new(&people)?)))
}

/// Notes the results, and destroys rows and keys of the search, some people at a time.
async fn end(app: &App, run: &Run, job: &ScanResidues, mut wanted: Vec<Wanted>) -> JobResult {
    loop {
        let some: Vec<Wanted> = wanted.drain(..wanted.len().min(CHUNK)).collect();
        let mut work = app.begin(job.workspace, Actor::System).await?;
        note_results(&mut work, some).await?;
        if !wanted.is_empty() {
            work.commit().await?;
            continue;
        }
        let left = residue_scan::Entity::find().filter(residue_scan::Column::WorkspaceId.eq(job.workspace));
        let more = left.one(work.db()).await?.is_some();
        if !more {
            work.finish(run).await?;
        }
        work.commit().await?;
        return Ok(if more { Outcome::Later(app.now()) } else { Outcome::Finished });
    }
}

async fn note_results(work: &mut Work, people: Vec<Wanted>) -> Result<()> {
    work.destroys();
    let workspace = work.workspace();
    let ids: Vec<ErasureId> = people.iter().map(|one| one.erasure).collect();
    erasure::Entity::update_many()
        .col_expr(erasure::Column::ScannedAt, Expr::value(work.now()))
        .col_expr(erasure::Column::Residues, Expr::value("{}"))
        .filter(erasure::Column::WorkspaceId.eq(workspace))
        .filter(erasure::Column::Id.is_in(ids.iter().copied()))
        .exec(work.db())
        .await?;
    for one in people {
        if !one.found.is_empty() {
            erasure::Entity::update_many()
                .col_expr(erasure::Column::Residues, Expr::value(serde_json::to_string(&one.found)?))
                .filter(erasure::Column::WorkspaceId.eq(workspace))
                .filter(erasure::Column::Id.eq(one.erasure))
                .exec(work.db())
                .await?;
        }
        let count: i64 = one.found.values().sum();
        let columns: Fact = one.found.into_keys().map(Fact::Word).collect();
        let entry = Entry::new("erasure.scanned").about(one.contact).on(one.erasure);
        work.record(entry.with("residues", count).with("columns", columns));
    }
    data_key::Entity::delete_many()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Archive))
        .filter(data_key::Column::OwnerId.is_in(ids.iter().map(|id| id.0)))
        .exec(work.db())
        .await?;
    residue_scan::Entity::delete_many()
        .filter(residue_scan::Column::WorkspaceId.eq(workspace))
        .filter(residue_scan::Column::ErasureId.is_in(ids))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Queues searches that no job does: an erasure may commit while the job before it ends.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn scan_left_residues(app: &App) -> Result<()> {
    let left: Vec<WorkspaceId> = residue_scan::Entity::find()
        .select_only()
        .column(residue_scan::Column::WorkspaceId)
        .distinct()
        .into_tuple()
        .all(app.db())
        .await?;
    for workspace in left {
        let mut work = app.begin(workspace, Actor::System).await?;
        work.enqueue(&ScanResidues { workspace })?;
        work.commit().await?;
    }
    Ok(())
}

async fn note(work: &Work, one: &Wanted) -> Result<()> {
    residue_scan::Entity::update_many()
        .col_expr(residue_scan::Column::Found, Expr::value(serde_json::to_string(&one.found)?))
        .filter(residue_scan::Column::WorkspaceId.eq(work.workspace()))
        .filter(residue_scan::Column::ErasureId.eq(one.erasure))
        .exec(work.db())
        .await?;
    Ok(())
}

async fn reach(work: &Work, wanted: &[Wanted], table: &str) -> Result<()> {
    for people in wanted.chunks(CHUNK) {
        residue_scan::Entity::update_many()
            .col_expr(residue_scan::Column::Reached, Expr::value(table))
            .filter(residue_scan::Column::WorkspaceId.eq(work.workspace()))
            .filter(residue_scan::Column::ErasureId.is_in(people.iter().map(|one| one.erasure)))
            .exec(work.db())
            .await?;
    }
    Ok(())
}

/// The texts of one table that hold an identifier.
async fn search(app: &App, workspace: WorkspaceId, table: &Table, searcher: &Searcher) -> Result<Found> {
    let here = || data_map().iter().filter(|column| column.table == table.name);
    let texts: Vec<&str> = here().filter(|column| column.is_text).map(|column| column.name).collect();
    if texts.is_empty() {
        return Ok(Found::default());
    }
    let of_workspace = here().any(|column| column.name == "workspace_id");
    let owner = match (of_workspace, table.name) {
        (true, _) => Some("workspace_id"),
        (false, "workspace") => Some("id"),
        // The instance's own: keys, schedules, counters under fingerprints.
        (false, _) => None,
    };
    let mut key = (table.key)();
    key.retain(|part| part.name != "workspace_id");
    let mut selected: Vec<&str> = texts.clone();
    selected.extend(key.iter().map(|part| part.name).filter(|name| !texts.contains(name)));
    let order: Vec<&str> = key.iter().map(|part| part.name).collect();
    let mut after: Option<Vec<Value>> = None;
    let mut found = Found::default();
    loop {
        let mut query = Query::new("SELECT ");
        query.push(&selected.join(", ")).push(" FROM ").push(table.name);
        let mut joint = " WHERE ";
        if let Some(owner) = owner {
            query.push(joint).push(owner).push(" = ").bind(workspace);
            joint = " AND ";
        }
        if let Some(after) = after.take() {
            query.push(joint).push(&format!("({}) > (", order.join(", ")));
            for (at, value) in after.into_iter().enumerate() {
                query.push(if at == 0 { "" } else { ", " }).bind(value);
            }
            query.push(")");
        }
        if !order.is_empty() {
            query.push(&format!(" ORDER BY {}", order.join(", ")));
        }
        query.push(" LIMIT ").bind(BATCH);
        let rows = app.db().query_all_raw(query.statement(app.db())).await?;
        for row in &rows {
            for name in &texts {
                let Some(text) = row.try_get::<Option<String>>("", name)? else { continue };
                let column = format!("{}.{name}", table.name);
                for who in searcher.who(&text, !OWN_NAMES.contains(&column.as_str())) {
                    *found.counts.entry((who, column.clone())).or_default() += 1;
                    if found.rows.len() < MOST_AT_ONCE
                        && let Some(id) = name_of(table, &key, row)?
                    {
                        found.rows.push((who, column.clone(), id));
                    }
                }
            }
        }
        match rows.last() {
            Some(last) if i64::try_from(rows.len()).unwrap_or(i64::MAX) == BATCH && !key.is_empty() => {
                after = Some(key.iter().map(|part| value(last, part)).collect::<Result<_>>()?);
            }
            _ => return Ok(found),
        }
    }
}

/// The id of a row, where its key is one UUID.
fn name_of(table: &Table, key: &[KeyPart], row: &QueryResult) -> Result<Option<String>> {
    match key {
        [part] if part.kind == KeyKind::Id => {
            Ok(Some(encode(table.name, row.try_get::<Uuid>("", part.name)?)))
        }
        _ => Ok(None),
    }
}

fn value(row: &QueryResult, part: &KeyPart) -> Result<Value> {
    Ok(match part.kind {
        KeyKind::Id => row.try_get::<Uuid>("", part.name)?.into(),
        KeyKind::Text => row.try_get::<String>("", part.name)?.into(),
        KeyKind::Bytes => row.try_get::<Vec<u8>>("", part.name)?.into(),
        KeyKind::Small => row.try_get::<i32>("", part.name)?.into(),
        KeyKind::Number => row.try_get::<i64>("", part.name)?.into(),
    })
}
