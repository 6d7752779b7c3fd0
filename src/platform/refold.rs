//! Folding anew. Rows keep texts as they were folded when they were written, so after a change of the rules (`fold::VERSION`) every
//! row of every workspace is folded once more: by a job, batch by batch, each a unit of work that also notes how far it came.
//!
//! What a row folds is known to the room that writes it; here is only whose turn it is.

use entity::WorkspaceId;
use sea_orm::{ConnectionTrait, prelude::Uuid};

use super::{db::sql, fold::VERSION, work::Work};
use crate::error::Result;

/// Rows of one batch.
pub const BATCH: u64 = 200;
/// Workspaces that are looked up at once.
const WORKSPACES: i64 = 20;

/// A workspace whose rows of one kind are not all folded by today's rules.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// Which.
    pub workspace: WorkspaceId,
    /// The last row that was folded anew.
    pub after: Option<Uuid>,
}

/// Some of the workspaces that are behind with this kind of row, and whether there may be others.
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

/// Notes the last row that this unit of work folded anew; none: there are no others.
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

/// Names that must differ by what they fold to: what each is called from now on, given in the order in which they came to be. Of two
/// that fold alike now, the later one gets a number, so that people see both and decide.
#[must_use]
pub fn told_apart(names: &[String], fold: impl Fn(&str) -> String) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    // Names that stay as they are come first: a number must not take one of theirs.
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
