//! Intersects common words that rarely occur together: each word's rows are read from the index once, and
//! those of the rarest that are also in the others' sets are kept.
//!
//! `(… IN (SELECT …)) IS TRUE` makes both databases build a set of the others' rows and probe it, whatever
//! their statistics say. Probing row by row, or a join planned for the average word, which has three rows,
//! took many times as long, and grouping all rows three times as long (measured at 1,000,000 contacts).

use super::{
    answers::{answered, answers},
    counts::{Found, Search},
    ranking::Asked,
};
use crate::{error::Result, platform::query::Query};

/// Rows read per word. A prefix with more rows is checked row by row instead.
const READ: i64 = 50_000;

/// The rows of each kind that have all words, most relevant first. `rarest` is the index of one of the rarest
/// words.
pub(super) async fn meet(search: &Search<'_>, asked: &[Asked], rarest: usize) -> Result<Vec<Found>> {
    // The index order bounds the rows read for a word, but a prefix must be counted first. Only the last word
    // may be one.
    let last = asked.len() - 1;
    let too_many = asked[last].open && search.counts(&asked[last..], READ).await?[0].1 >= READ;
    // The prefix cannot lead: a row with several matching words would appear several times.
    let first = if asked[rarest].open { 0 } else { rarest };
    let others = || (0..asked.len()).filter(move |at| *at != first);
    let mut query = Query::default();
    for (nth, kind) in search.kinds.iter().enumerate() {
        // The rows of a word, by relevance where the index returns them so.
        let read = |query: &mut Query, columns: &str, alias: &str, at: usize| {
            query
                .push(&format!("SELECT {columns} FROM search_word {alias} WHERE {alias}.workspace_id = "))
                .bind(search.workspace);
            query.push(&format!(" AND {alias}.entity = ")).bind(*kind).push(" AND ");
            answers(query, alias, &asked[at]);
            query
                .push(&format!(" ORDER BY {alias}.word, {alias}.weight DESC, {alias}.row_id DESC LIMIT "))
                .bind(READ);
        };
        query
            .push(if nth == 0 { "" } else { " UNION ALL " })
            .push(&format!("SELECT entity, row_id, {nth} AS part FROM (SELECT w.entity, w.row_id FROM ("));
        read(&mut query, "w.workspace_id, w.entity, w.row_id, w.weight", "w", first);
        query.push(") AS w WHERE 1 = 1");
        for at in others() {
            if too_many && at == last {
                answered(&mut query, &asked[last]);
            } else {
                query.push(" AND (w.row_id IN (");
                read(&mut query, "o.row_id", "o", at);
                query.push(")) IS TRUE");
            }
        }
        query.push(" ORDER BY w.weight");
        for at in others() {
            query.push(" + (SELECT max(o.weight) FROM search_word o WHERE o.workspace_id = w.workspace_id AND o.row_id = w.row_id AND ");
            answers(&mut query, "o", &asked[at]);
            query.push(")");
        }
        query.push(" DESC, w.row_id DESC LIMIT ").bind(search.ranked).push(&format!(") AS kind{nth}"));
    }
    query.all(search.app.db()).await
}
