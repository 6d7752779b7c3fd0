//! Common words that hardly meet: every row of each is read from the index once, and those that have them all are kept.
//!
//! Grouping costs what is read, whatever the database believes about the words; asking row by row, or a join planned for the average
//! word, which has three rows, took twenty times as long (measured at 1,000,000 contacts).

use super::{
    find::{Found, RANKED, Search, answered, answers},
    ranking::Asked,
};
use crate::{error::Result, platform::query::Query};

/// Rows of a word that are read. A beginning that more rows have is looked at row by row instead.
const READ: i64 = 50_000;

/// The rows of each kind that have all words, most relevant first.
pub(super) async fn meet(search: &Search<'_>, asked: &[Asked]) -> Result<Vec<Found>> {
    // The order of the index bounds what is read of a word; what begins like one must be counted first. Only the last may be a beginning.
    let last = asked.len() - 1;
    let too_many = asked[last].open && search.counts(&asked[last..], READ).await?[0].1 >= READ;
    let read: Vec<usize> = (0..asked.len()).filter(|at| *at < last || !too_many).collect();
    let mut query = Query::default();
    for (nth, kind) in search.kinds.iter().enumerate() {
        query.push(if nth == 0 { "" } else { " UNION ALL " }).push("SELECT entity, row_id FROM (SELECT entity, row_id FROM (");
        for (nth, at) in read.iter().enumerate() {
            // Every word of `w` that answers, the most relevant rows first where the index gives them so.
            query.push(if nth == 0 { "" } else { " UNION ALL " }).push("SELECT entity, row_id, weight");
            for other in 0..read.len() {
                query.push(if other == nth { ", 1" } else { ", 0" }).push(&format!(" AS has{other}"));
            }
            query.push(" FROM (SELECT w.entity, w.row_id, w.weight FROM search_word w WHERE w.workspace_id = ").bind(search.workspace);
            query.push(" AND w.entity = ").bind(*kind).push(" AND ");
            answers(&mut query, "w", &asked[*at]);
            if too_many && nth == 0 {
                answered(&mut query, &asked[last]);
            }
            query.push(" ORDER BY w.word, w.weight DESC, w.row_id DESC LIMIT ").bind(READ).push(&format!(") AS word{at}"));
        }
        query.push(") AS words GROUP BY entity, row_id HAVING 1 = 1");
        for nth in 0..read.len() {
            query.push(&format!(" AND max(has{nth}) = 1"));
        }
        query.push(" ORDER BY sum(weight) DESC, row_id DESC LIMIT ").bind(RANKED).push(&format!(") AS kind{nth}"));
    }
    query.all(search.app.db()).await
}
