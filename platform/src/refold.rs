//! Folds stored texts again after a change of the rules (`fold::VERSION`). A job does this for every row of
//! every workspace in batches, each a unit of work that also stores the progress.
//!
//! The room that writes a row knows which texts it folds; this module only tracks the progress.

use entity::WorkspaceId;
use sea_orm::{ConnectionTrait, prelude::Uuid};

use super::{db::sql, fold::VERSION, work::Work};
use crate::error::Result;

/// Rows per batch.
pub const BATCH: u64 = 200;
/// Workspaces looked up at once.
const WORKSPACES: i64 = 20;

/// A workspace whose rows of one kind are not all folded by the current rules.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The last row that was folded again.
    pub after: Option<Uuid>,
}

/// Some of the workspaces that still have such rows, and whether there may be more.
///
/// # Errors
/// Database errors only.
pub async fn list_behind(db: &impl ConnectionTrait, part: &str) -> Result<(Vec<Behind>, bool)> {
    let text = "SELECT w.id AS id, CASE WHEN r.version = $2 THEN r.reached END AS reached
        FROM workspace w LEFT JOIN refold r ON r.workspace_id = w.id AND r.part = $1
        WHERE r.version IS NULL OR r.version <> $2 OR r.reached IS NOT NULL ORDER BY w.id LIMIT $3";
    let rows = db.query_all_raw(sql(db, text, [part.into(), VERSION.into(), WORKSPACES.into()])).await?;
    let behind: Result<Vec<Behind>> = rows
        .iter()
        .map(|row| Ok(Behind { workspace: row.try_get("", "id")?, after: row.try_get("", "reached")? }))
        .collect();
    Ok((behind?, i64::try_from(rows.len()).is_ok_and(|found| found == WORKSPACES)))
}

/// Stores the last row that this unit of work folded again; none: the workspace is done.
///
/// # Errors
/// Database errors only.
pub async fn note_reached(work: &Work, part: &str, reached: Option<Uuid>) -> Result<()> {
    let text = "INSERT INTO refold (workspace_id, part, version, reached) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, part) DO UPDATE SET version = excluded.version, reached = excluded.reached";
    let values = [work.workspace().into(), part.into(), VERSION.into(), reached.into()];
    work.db().execute_raw(sql(work.db(), text, values)).await?;
    Ok(())
}

/// New names for rows whose folded names must be unique, in order of creation. If two names fold alike now,
/// the later one gets a number, so that staff see both and decide.
#[must_use]
pub fn told_apart(names: &[String], fold: impl Fn(&str) -> String) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    // Unchanged names are reserved first: a numbered name must not equal one of them.
    let first: Vec<bool> = names.iter().map(|name| taken.insert(fold(name))).collect();
    let numbered = |(name, is_first): (&String, &bool)| {
        let mut told = name.clone();
        let mut number = 1;
        while !is_first && (told == *name || !taken.insert(fold(&told))) {
            number += 1;
            told = format!("{name} ({number})");
        }
        told
    };
    names.iter().zip(&first).map(numbered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_names_that_fold_alike_the_later_ones_get_numbers() {
        let names = ["φίλος", "ΦΊΛΟΣ", "φιλος (2)", "Φίλος", "other"].map(str::to_owned);
        let told = told_apart(&names, super::super::fold::fold);
        assert_eq!(told, ["φίλος", "ΦΊΛΟΣ (3)", "φιλος (2)", "Φίλος (4)", "other"]);
    }
}
