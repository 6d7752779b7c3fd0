//! The deletion ledger: a file beside the database, or where `ACCORD_DELETION_LEDGER` says, to which every
//! node appends the ids of who was erased. A backup that is restored knows less than the ledger: then the
//! server does not start before `accord restore-check` has erased them again.
//!
//! One JSON object per line. Two nodes may write one file: a line that stands there twice counts once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::OpenOptions,
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use anyhow::bail;
use entity::{
    ContactId, ErasureCause, ErasureGround, ErasureId, Time, WorkspaceId, erasure, erasure_alias, workspace,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Erase, Erased, Exceptions, erase_keeping, loads::erasure_of_contact, note_in_ledger};
use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        actor::Actor,
        files,
        work::{Entry, Work},
    },
};

/// How often a node looks for erasures that its file does not name.
const PERIOD: Duration = Duration::from_secs(30);
/// Erasures read at once.
const BATCH: u64 = 500;

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    workspace: WorkspaceId,
    erasure: ErasureId,
    contact: ContactId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<ContactId>,
    at: Time,
}

/// Appends what the file does not name yet. Does nothing when no file is set.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when the file cannot be written.
pub async fn write_ledger(app: &App) -> Result<()> {
    let Some(path) = app.config.deletion_ledger.clone() else { return Ok(()) };
    let known = read(path.clone()).await?.into_iter().map(|line| line.erasure).collect::<BTreeSet<_>>();
    let mut after: Option<(Time, ErasureId)> = None;
    loop {
        let mut select = erasure::Entity::find();
        if let Some((at, id)) = after {
            let same = Condition::all().add(erasure::Column::At.eq(at)).add(erasure::Column::Id.gt(id));
            select = select.filter(Condition::any().add(erasure::Column::At.gt(at)).add(same));
        }
        let rows = select
            .order_by_asc(erasure::Column::At)
            .order_by_asc(erasure::Column::Id)
            .limit(BATCH)
            .all(app.db())
            .await?;
        after = rows.last().map(|row| (row.at, row.id));
        let more = rows.len() as u64 == BATCH;
        let new: Vec<erasure::Model> = rows.into_iter().filter(|row| !known.contains(&row.id)).collect();
        let lines = with_aliases(app, new).await?;
        append(path.clone(), lines).await?;
        if !more {
            return Ok(());
        }
    }
}

async fn with_aliases(app: &App, rows: Vec<erasure::Model>) -> Result<Vec<Line>> {
    let aliases = erasure_alias::Entity::find()
        .filter(erasure_alias::Column::ErasureId.is_in(rows.iter().map(|row| row.id)))
        .all(app.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            aliases: aliases.iter().filter(|one| one.erasure_id == row.id).map(|one| one.old_id).collect(),
            workspace: row.workspace_id,
            erasure: row.id,
            contact: row.contact_id,
            at: row.at,
        })
        .collect())
}

async fn read(path: std::path::PathBuf) -> Result<Vec<Line>> {
    let lines = tokio::task::spawn_blocking(move || read_lines(&path)).await;
    let lines = lines.map_err(|_| Error::internal("reading the deletion ledger panicked"))?;
    lines.map_err(|error| Error::Internal(error.context("the deletion ledger")))
}

fn read_lines(path: &Path) -> anyhow::Result<Vec<Line>> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => bail!("{} cannot be read ({})", path.display(), error.kind()),
    };
    // What follows the last line's end was not written whole.
    let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    for (at, line) in text[..end].split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) => bail!("line {} of {} is not one of ours", at + 1, path.display()),
        }
    }
    Ok(lines)
}

async fn append(path: std::path::PathBuf, lines: Vec<Line>) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut text = String::new();
    for line in &lines {
        text.push_str(&serde_json::to_string(line)?);
        text.push('\n');
    }
    let written = tokio::task::spawn_blocking(move || {
        end_last_line(&path)?;
        let mut file = files::make_file(&path)?;
        // One write per batch: appended as a whole, also when another node writes the same file.
        file.write_all(text.as_bytes())?;
        file.sync_data()
    });
    let written = written.await.map_err(|_| Error::internal("writing the deletion ledger panicked"))?;
    written.map_err(|error| {
        Error::Internal(anyhow::anyhow!("the deletion ledger cannot be written ({})", error.kind()))
    })
}

/// Cuts off a line that was not written to its end: its erasure is written again.
fn end_last_line(path: &Path) -> std::io::Result<()> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::Start(length - 1))?;
        file.read_exact(&mut last)?;
    }
    if last != *b"\n" {
        file.seek(SeekFrom::Start(0))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        file.set_len(u64::try_from(whole).unwrap_or(0))?;
    }
    Ok(())
}

/// Keeps the file up to date until `stop` turns true.
pub async fn keep_ledger(app: App, mut stop: watch::Receiver<bool>) {
    let mut written = None;
    while !*stop.borrow() {
        match follow_up(&app, written).await {
            Ok(count) => written = count,
            Err(error) => error.log(),
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// Writes when the number of erasures has changed; returns it.
async fn follow_up(app: &App, written: Option<u64>) -> Result<Option<u64>> {
    let count = erasure::Entity::find().count(app.db()).await?;
    if written != Some(count) {
        write_ledger(app).await?;
    }
    Ok(Some(count))
}

/// What the ledger names and the database does not know, by workspace; only workspaces that exist.
async fn unknown(app: &App) -> Result<BTreeMap<WorkspaceId, Vec<Line>>> {
    let Some(path) = app.config.deletion_ledger.clone() else { return Ok(BTreeMap::new()) };
    let mut by_workspace: BTreeMap<WorkspaceId, Vec<Line>> = BTreeMap::new();
    for line in read(path).await? {
        let lines = by_workspace.entry(line.workspace).or_default();
        if !lines.iter().any(|known| known.erasure == line.erasure) {
            lines.push(line);
        }
    }
    let there: Vec<WorkspaceId> = workspace::Entity::find()
        .select_only()
        .column(workspace::Column::Id)
        .into_tuple()
        .all(app.db())
        .await?;
    by_workspace.retain(|workspace, _| there.contains(workspace));
    for (workspace, lines) in &mut by_workspace {
        let mut missing = Vec::new();
        for chunk in lines.chunks(500) {
            let known: Vec<ContactId> = erasure::Entity::find()
                .select_only()
                .column(erasure::Column::ContactId)
                .filter(erasure::Column::WorkspaceId.eq(*workspace))
                .filter(erasure::Column::ContactId.is_in(chunk.iter().map(|line| line.contact)))
                .into_tuple()
                .all(app.db())
                .await?;
            missing.extend(chunk.iter().filter(|line| !known.contains(&line.contact)).cloned());
        }
        *lines = missing;
    }
    by_workspace.retain(|_, lines| !lines.is_empty());
    Ok(by_workspace)
}

/// Refuses to go on while the ledger names erasures that the database does not know.
///
/// # Errors
/// One clear sentence.
pub async fn check_ledger(app: &App) -> anyhow::Result<()> {
    let unknown = unknown(app).await.map_err(in_words)?;
    let count: usize = unknown.values().map(Vec::len).sum();
    if count > 0 {
        bail!(
            "this database is older than {count} {} in the deletion ledger, as after restoring a backup: run \
            `accord restore-check`, which erases these people again",
            if count == 1 { "erasure" } else { "erasures" }
        );
    }
    Ok(())
}

fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(error) => anyhow::anyhow!("{error:#}"),
        _ => anyhow::anyhow!("the database does not answer"),
    }
}

/// Erases again who stands in the ledger and not in the database. Returns how many erasures were missing, and
/// how many people were there again.
///
/// # Errors
/// One clear line when the database or the file does not answer.
pub async fn restore_check(app: &App) -> anyhow::Result<(usize, usize)> {
    let (mut missing, mut there) = (0, 0);
    for (workspace, lines) in unknown(app).await.map_err(in_words)? {
        for line in lines {
            missing += 1;
            there += again(app, workspace, &line).await.map_err(in_words)?;
        }
    }
    Ok((missing, there))
}

/// Erases one person again, under the same id: the contact, and those who had been merged into them after the
/// backup was made.
async fn again(app: &App, workspace: WorkspaceId, line: &Line) -> Result<usize> {
    let mut work = app.begin(workspace, Actor::Operator).await?;
    let mut there = 0;
    let erase = |contact| Erase {
        contact,
        cause: ErasureCause::Restored,
        ground: ErasureGround::NoLongerNecessary,
        request: None,
        remember: false,
    };
    let exceptions = Exceptions::of(ErasureGround::NoLongerNecessary);
    let erased =
        Box::pin(erase_keeping(&mut work, &app.vault, erase(line.contact), exceptions, line.erasure));
    let whole = matches!(erased.await?, Erased::Done(_));
    if !whole {
        note_unknown(&mut work, line).await?;
    }
    there += usize::from(whole);
    for alias in &line.aliases {
        let erased =
            Box::pin(erase_keeping(&mut work, &app.vault, erase(*alias), exceptions, ErasureId::new()));
        there += usize::from(matches!(erased.await?, Erased::Done(_)));
    }
    work.commit().await?;
    Ok(there)
}

/// The backup is older than the contact: only the ledger's row is missing.
async fn note_unknown(work: &mut Work, line: &Line) -> Result<()> {
    // Erased just now, as one who is merged into another in the ledger.
    if erasure_of_contact(work.db(), work.workspace(), line.contact).await?.is_some() {
        return Ok(());
    }
    let cause = ErasureCause::Restored;
    let entry = Entry::new("contact.erased").about(line.contact).on(line.erasure).with("cause", cause);
    let row = erasure::Model {
        workspace_id: work.workspace(),
        id: line.erasure,
        contact_id: line.contact,
        cause,
        ground: ErasureGround::NoLongerNecessary,
        request_id: None,
        at: work.now(),
        counts: "{}".to_owned(),
        held: "[]".to_owned(),
        scanned_at: Some(work.now()),
        residues: Some("{}".to_owned()),
        entry_id: work.record(entry),
    };
    note_in_ledger(work, &row, &[]).await
}
