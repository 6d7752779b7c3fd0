//! SQL conditions for a word that matches the query.

use super::ranking::Asked;
use crate::platform::{filter::prefix_range, query::Query};

/// Writes a condition that always holds.
pub(super) fn anything(query: &mut Query) {
    query.push("1 = 1");
}

/// Writes that the row of `w` has a word that matches this one. For whole words either index may be used; for
/// prefixes, which may match many, only the row's own words are checked.
pub(super) fn answered(query: &mut Query, wanted: &Asked) {
    query.push(" AND EXISTS (SELECT 1 FROM search_word o WHERE o.workspace_id = w.workspace_id AND o.row_id = w.row_id AND ");
    if !wanted.open {
        query.push("o.entity = w.entity AND ");
    }
    answers(query, "o", wanted);
    query.push(")");
}

/// Writes that the word matches: it is the word, or one with a typo, or starts with it.
pub(super) fn answers(query: &mut Query, alias: &str, wanted: &Asked) {
    let column = format!("{alias}.word");
    match (wanted.open, wanted.slips.is_empty()) {
        (true, true) => begins(query, alias, &wanted.word),
        (false, _) => {
            query.is_any(&column, std::iter::once(&wanted.word).chain(&wanted.slips).cloned());
        }
        (true, false) => {
            query.push("(").is_any(&column, wanted.slips.iter().cloned()).push(" OR ");
            begins(query, alias, &wanted.word);
            query.push(")");
        }
    }
}

/// Writes that a word starts with this.
pub(super) fn begins(query: &mut Query, alias: &str, beginning: &str) {
    let (from, to) = prefix_range(beginning);
    query
        .push("(")
        .push(alias)
        .push(".word >= ")
        .bind(from)
        .push(" AND ")
        .push(alias)
        .push(".word < ")
        .bind(to)
        .push(")");
}
