//! SQLite's statistics about the selectivity of indexes. PostgreSQL keeps its own up to date.
//!
//! Without statistics SQLite assumes that every column is selective, also the workspace: it then reads all
//! rows of a workspace instead of a hundred by their IDs (measured at a million contacts: 0.8 s instead of 5
//! ms). Its `PRAGMA optimize` does not help: it looks at a sample and finds one workspace in it. So from the
//! first start SQLite is told that one workspace holds all rows ([`presume`]), and indexes are analysed as
//! they grow ([`renew`]). Connections read the statistics when they are opened again, within half an hour.

use sea_orm::{ConnectionTrait, DbErr};

use super::db::{Db, sql};

/// Presumed number of rows of a table that was not analysed: so high that a full scan never seems cheap.
const PRESUMED: i64 = 1_000_000;
/// Number of rows from which a table is analysed for the first time.
const FIRST: i64 = 4_000;
/// An index is analysed again when its table has this many times as many rows as when it was last analysed.
const GROWTH: i64 = 4;

/// Every index that begins with the workspace: its table, name, whether it is unique, and the types of its
/// columns.
const INDEXES: &str = "SELECT t.name AS tbl, i.name AS idx, i.\"unique\" AS is_unique, (SELECT group_concat(coalesce(p.type, ''), ' ')
        FROM pragma_index_info(i.name) c LEFT JOIN pragma_table_info(t.name) p ON p.name = c.name) AS columns
    FROM sqlite_master t JOIN pragma_index_list(t.name) i
    WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_index_info(i.name) c WHERE c.seqno = 0 AND c.name = 'workspace_id')
    ORDER BY t.name, i.name";

/// Sets statistics for each index that has none: the workspace is not selective, IDs are, other columns a
/// little.
///
/// # Errors
/// Database errors only.
pub async fn presume(db: &Db) -> Result<(), DbErr> {
    if !db.is_embedded() {
        return Ok(());
    }
    // Creates the table of statistics if it does not exist yet.
    db.touch("ANALYZE sqlite_schema", Vec::new()).await?;
    let tx = db.begin().await?;
    for index in tx.connection().query_all_raw(sql(tx.connection(), INDEXES, [])).await? {
        let (table, name): (String, String) = (index.try_get("", "tbl")?, index.try_get("", "idx")?);
        let (unique, columns): (i64, String) =
            (index.try_get("", "is_unique")?, index.try_get("", "columns")?);
        let known = presumed(unique == 1, &columns.split(' ').collect::<Vec<_>>());
        let text = "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE idx = $2)";
        tx.connection()
            .execute_raw(sql(tx.connection(), text, [table.into(), name.into(), known.into()]))
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The statistic in SQLite's format: all rows, then rows per value of the first column, of the first two, and
/// so on.
fn presumed(unique: bool, columns: &[&str]) -> String {
    let (mut known, mut rows) = (format!("{PRESUMED} {PRESUMED}"), PRESUMED);
    for (at, column) in columns.iter().enumerate().skip(1) {
        rows = match *column {
            _ if unique && at == columns.len() - 1 => 1,
            "uuid_text" => rows.min(10),
            // A kind or a state has few values, a name or a time many; but an ID must always seem more
            // selective.
            _ => (rows / 10).max(10),
        };
        known.push(' ');
        known.push_str(&rows.to_string());
    }
    known
}

/// Analyses the indexes of tables that have grown, one index at a time, so that no writer waits long.
///
/// # Errors
/// Database errors only.
pub async fn renew(db: &Db) -> Result<(), DbErr> {
    if !db.is_embedded() {
        return Ok(());
    }
    for index in db.read().query_all_raw(sql(db.read(), INDEXES, [])).await? {
        let (table, name): (String, String) = (index.try_get("", "tbl")?, index.try_get("", "idx")?);
        // Reading the greatest rowid is fast, counting the rows is not.
        let text = format!(
            "SELECT CAST(coalesce((SELECT max(rowid) FROM {}), 0) AS integer) AS there, CAST(coalesce((SELECT stat FROM sqlite_stat1 WHERE idx = $1), '0') AS integer) AS known",
            quoted(&table)
        );
        let row = db.read().query_one_raw(sql(db.read(), &text, [name.clone().into()])).await?;
        let (there, known): (i64, i64) = match row {
            Some(row) => (row.try_get("", "there")?, row.try_get("", "known")?),
            None => continue,
        };
        let next = if known == PRESUMED { FIRST } else { FIRST.max(GROWTH * known) };
        if there >= next {
            db.touch(&format!("ANALYZE {}", quoted(&name)), Vec::new()).await?;
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::presumed;

    #[test]
    fn ids_tell_rows_apart_and_kinds_hardly() {
        assert_eq!(presumed(true, &["uuid_text", "uuid_text", "text"]), "1000000 1000000 10 1");
        assert_eq!(
            presumed(false, &["uuid_text", "text", "text", "integer", "uuid_text"]),
            "1000000 1000000 100000 10000 1000 10"
        );
    }
}
