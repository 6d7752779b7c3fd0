//! Finds rows by words. Every word of the query must match; the last one may be a prefix.
//!
//! The rarest word leads: its rows are read, most relevant first, and checked for the other words, so no more
//! rows are read than shown, however common a name is. Common words that rarely occur together are
//! intersected in bulk (`meet.rs`). Typos are considered only when few rows are found.

use std::{cmp::Reverse, collections::HashMap};

use entity::{EntityKind, WorkspaceId, from_row};
use sea_orm::prelude::Uuid;

use super::{
    answers::{answered, anything, begins},
    counts::{Found, Search},
    meet,
    ranking::{Asked, rank},
    typos, words,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, query::Query},
};

/// Limit on the query, in characters.
const MOST_TEXT: usize = 200;
/// A word or prefix with at least this many rows is common; counting stops here.
const COMMON: i64 = 1_000;
/// Below this many rows, typos are considered.
const FEW: usize = 5;
/// Limit on the existing words with one typo.
const MOST_SLIPS: usize = 10;
/// Rows that are scanned for a common prefix, and for a typo.
const LOOKED_THROUGH: i64 = 2_000;
const LOOKED_THROUGH_SLIPS: i64 = 100;
/// Rows of a common word that are scanned first for the other words: they show whether scanning more is worth
/// it.
const TRIED: i64 = 200;
/// Rows ranked per word and kind of record, unless more are requested.
const RANKED: i64 = 60;
/// Rows ranked per typo and kind of record.
const RANKED_SLIPS: i64 = 15;

/// Writes a condition on `w`.
type WriteSql<'a> = &'a dyn Fn(&mut Query);

/// A search result.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its kind.
    pub entity: EntityKind,
    /// Its id.
    pub row: Uuid,
    /// Relevance from 0 to 1.
    pub score: f64,
    /// Its words that matched, folded.
    pub matched: Vec<String>,
}

/// Search results.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The best results, best first.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

struct Match {
    row_id: Uuid,
    word: String,
    weight: i32,
}

from_row!(Match { row_id, word, weight });

/// Finds contacts, companies and deals by their words, best first.
///
/// # Errors
/// `Rejected` when the query is too long; `Forbidden` for a kind that the actor may not read.
pub async fn search(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    text: &str,
    kinds: &[EntityKind],
    most: u64,
) -> Result<Answer> {
    for kind in kinds {
        allow(actor, if *kind == EntityKind::Deal { Right::ReadDeals } else { Right::ReadContacts })?;
    }
    if text.chars().count() > MOST_TEXT {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "query",
            format!("Use at most {MOST_TEXT} characters."),
        ));
    }
    let readings = words::asked(text);
    if kinds.is_empty() {
        return Ok(Answer::default());
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    // One row more than requested tells whether there are more.
    let search = Search { app, workspace, kinds, ranked: RANKED.max(most + 1) };
    let mut answer = Answer::default();
    let mut asked = Vec::new();
    let likeliest = readings.first().cloned().unwrap_or_default();
    for words in readings {
        asked = open_last(words);
        answer = search.answer(&asked).await?;
        if !answer.hits.is_empty() {
            break;
        }
    }
    if answer.hits.is_empty() {
        // Typos are searched in the most likely reading, in which a number is a number.
        asked = open_last(likeliest);
    }
    if answer.hits.len() < FEW && search.add_slips(&mut asked).await? {
        answer = search.answer(&asked).await?;
    }
    answer.hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.row.cmp(&a.row)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    answer.more |= answer.hits.len() > most;
    answer.hits.truncate(most);
    Ok(answer)
}

/// Marks the last word as a possible prefix.
fn open_last(words: Vec<String>) -> Vec<Asked> {
    let last = words.len().saturating_sub(1);
    let asked = words.into_iter().enumerate();
    asked
        .map(|(at, word)| Asked { open: at == last && may_be_beginning(&word), word, slips: Vec::new() })
        .collect()
}

/// Two letters are enough; one where a character is a word.
fn may_be_beginning(word: &str) -> bool {
    word.chars().count() > 1 || !word.is_ascii()
}

impl Search<'_> {
    /// The matching rows with their scores, unordered.
    async fn answer(&self, asked: &[Asked]) -> Result<Answer> {
        let counts = self.counts(asked, COMMON).await?;
        let leads = rarest(asked, &counts);
        if counts[leads] == (0, 0) {
            return Ok(Answer::default());
        }
        let bounded = asked.len() > 1 && counts[leads].0 >= COMMON;
        let mut how =
            How { looked_through: bounded.then_some(TRIED), common_beginning: counts[leads].1 >= COMMON };
        let mut found: Vec<Found> = self.lead(asked, leads, how).all(self.app.db()).await?;
        // Typos are only a help: for a common one, the most relevant rows are enough.
        let exact = asked.iter().all(|wanted| wanted.slips.is_empty());
        let few = |found: &[Found]| {
            bounded && exact && found.len() < usize::try_from(self.ranked).unwrap_or_default()
        };
        if few(&found) {
            // The number of rows expected to yield enough at this rate, plus half.
            let enough =
                TRIED * self.ranked * 3 / 2 / i64::try_from(found.len()).unwrap_or(self.ranked).max(1);
            if enough <= LOOKED_THROUGH {
                how.looked_through = Some(enough);
                found = self.lead(asked, leads, how).all(self.app.db()).await?;
            }
            if few(&found) {
                found = meet::meet(self, asked, leads).await?;
                how.looked_through = None;
            }
        }
        // Not all rows were scanned, or a part of the statement reached its limit.
        let unseen = how.looked_through.is_some() || (how.common_beginning && asked.len() > 1);
        let more = unseen || is_any_part_full(&found, if exact { self.ranked } else { RANKED_SLIPS });
        let kinds: HashMap<Uuid, EntityKind> =
            found.iter().map(|found| (found.row_id, found.entity)).collect();
        if kinds.is_empty() {
            return Ok(Answer::default());
        }
        let mut query = Query::new("SELECT row_id, word, weight FROM search_word WHERE workspace_id = ");
        query.bind(self.workspace).push(" AND ").is_any("row_id", kinds.keys().copied());
        let mut words: HashMap<Uuid, Vec<(String, i32)>> = HashMap::with_capacity(kinds.len());
        for row in query.all::<Match>(self.app.db()).await? {
            words.entry(row.row_id).or_default().push((row.word, row.weight));
        }
        let hits = words.into_iter().filter_map(|(row, words)| {
            let (score, matched) = rank(asked, &words)?;
            Some(Hit { entity: *kinds.get(&row)?, row, score, matched })
        });
        Ok(Answer { hits: hits.collect(), more })
    }

    /// The rows of the leading word that have the other words too, per kind of record and kind of match, most
    /// relevant first.
    fn lead(&self, asked: &[Asked], leads: usize, how: How) -> Query {
        let wanted = &asked[leads];
        let exact = asked.iter().all(|wanted| wanted.slips.is_empty());
        let look = if exact { LOOKED_THROUGH } else { LOOKED_THROUGH_SLIPS };
        let mut query = Query::default();
        let mut parts = 0;
        for kind in self.kinds {
            // `within`: scans only the first rows of a condition in some order, so that a common prefix costs
            // no more than a rare one.
            let mut part = |most: i64, within: Option<(&str, i64, WriteSql<'_>)>, condition: WriteSql<'_>| {
                query.push(if parts == 0 { "" } else { " UNION ALL " });
                query.push(&format!(
                    "SELECT entity, row_id, {parts} AS part FROM (SELECT w.entity, w.row_id FROM "
                ));
                if let Some((order, look, bound)) = within {
                    query
                        .push("(SELECT w.workspace_id, w.entity, w.row_id, w.word, w.weight FROM search_word w WHERE w.workspace_id = ")
                        .bind(self.workspace);
                    query.push(" AND w.entity = ").bind(*kind).push(" AND ");
                    bound(&mut query);
                    query.push(" ORDER BY ").push(order).push(" LIMIT ").bind(look).push(") AS w WHERE ");
                } else {
                    query
                        .push("search_word w WHERE w.workspace_id = ")
                        .bind(self.workspace)
                        .push(" AND w.entity = ")
                        .bind(*kind)
                        .push(" AND ");
                }
                condition(&mut query);
                for other in asked.iter().enumerate().filter_map(|(at, other)| (at != leads).then_some(other))
                {
                    answered(&mut query, other);
                }
                query
                    .push(" ORDER BY w.weight DESC, w.row_id DESC LIMIT ")
                    .bind(most)
                    .push(&format!(") AS part{parts}"));
                parts += 1;
            };
            for (word, most) in std::iter::once((&wanted.word, self.ranked))
                .chain(wanted.slips.iter().map(|slip| (slip, RANKED_SLIPS)))
            {
                let is_word = |query: &mut Query| {
                    query.push("w.word = ").bind(word.clone());
                };
                // If two common words often occur together, the most relevant rows of one have the other too.
                match how.looked_through {
                    Some(rows) => part(
                        most,
                        Some(("w.weight DESC, w.row_id DESC", if exact { rows } else { look }, &is_word)),
                        &anything,
                    ),
                    None => part(most, None, &is_word),
                }
            }
            if wanted.open {
                let two_letters = |query: &mut Query| {
                    query.push("w.lead = ").bind(words::lead(&wanted.word));
                };
                let begins_so = |query: &mut Query| begins(query, "w", &wanted.word);
                let first_words =
                    Some(("w.word, w.weight DESC, w.row_id DESC", look, &begins_so as WriteSql<'_>));
                match (how.common_beginning, wanted.word.chars().count()) {
                    // An index returns the rows of a two-letter prefix by relevance.
                    (true, 2) => part(self.ranked, None, &two_letters),
                    // For a longer common prefix, two ranges are scanned: the most relevant rows of its first
                    // two letters, and its first words.
                    (true, 3..) => {
                        part(
                            self.ranked,
                            Some(("w.weight DESC, w.row_id DESC", look, &two_letters)),
                            &begins_so,
                        );
                        part(self.ranked, first_words, &anything);
                    }
                    _ => part(self.ranked, first_words, &anything),
                }
            }
        }
        query
    }

    /// Looks up which words with one typo exist. Returns whether there are any.
    async fn add_slips(&self, asked: &mut [Asked]) -> Result<bool> {
        let neighbours: Vec<Vec<String>> =
            asked.iter().map(|wanted| typos::neighbours(&wanted.word)).collect();
        let mut query =
            Query::new("SELECT found FROM (SELECT (SELECT w.word FROM search_word w WHERE w.workspace_id = ");
        query.bind(self.workspace).push(" AND ").is_any("w.entity", self.kinds.iter().copied());
        query.push(" AND w.word = tried.column1 LIMIT 1) AS found FROM (VALUES ");
        let mut tried = 0;
        for word in neighbours.iter().flatten() {
            query.push(if tried == 0 { "(" } else { ", (" }).bind(word.clone()).push(")");
            tried += 1;
        }
        if tried == 0 {
            return Ok(false);
        }
        query.push(") AS tried) AS looked WHERE found IS NOT NULL");
        let mut existing = Vec::new();
        for row in query.rows(self.app.db()).await? {
            existing.push(row.try_get::<String>("", "found")?);
        }
        for (wanted, neighbours) in asked.iter_mut().zip(neighbours) {
            let mut slips: Vec<String> = neighbours
                .into_iter()
                .filter(|word| *word != wanted.word && existing.contains(word))
                .collect();
            // The first letter is rarely mistyped.
            slips.sort_by_key(|slip| Reverse(slip.chars().next() == wanted.word.chars().next()));
            slips.truncate(MOST_SLIPS);
            wanted.slips = slips;
        }
        Ok(asked.iter().any(|wanted| !wanted.slips.is_empty()))
    }
}

fn is_any_part_full(found: &[Found], most: i64) -> bool {
    let mut counts: HashMap<i32, i64> = HashMap::new();
    found.iter().any(|found| {
        let count = counts.entry(found.part).or_default();
        *count += 1;
        *count >= most
    })
}

/// How the rows of the leading word are read.
#[derive(Clone, Copy)]
struct How {
    /// Scan only this many of the word's most relevant rows: if two common words often occur together, these
    /// have the other too.
    looked_through: Option<i64>,
    /// Whether many rows have a word that starts with it.
    common_beginning: bool,
}

/// The index of the word with the fewest rows; on a tie, one that is not a prefix.
fn rarest(asked: &[Asked], counts: &[(i64, i64)]) -> usize {
    (0..asked.len()).min_by_key(|at| (counts[*at].0 + counts[*at].1, asked[*at].open)).unwrap_or_default()
}
