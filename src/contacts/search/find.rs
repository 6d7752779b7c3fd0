//! Finding rows by words. Every word that was asked must be answered; the last one may be a beginning.
//!
//! The rarest word leads and the others are checked on its rows, most relevant first, so no more rows are touched than are shown,
//! however common a name is. Common words that hardly meet there are met in bulk (`meet.rs`). Only when few rows are found are slips of
//! the pen considered.

use std::{cmp::Reverse, collections::HashMap};

use entity::{EntityKind, WorkspaceId, from_row};
use sea_orm::prelude::Uuid;

use super::{
    meet,
    ranking::{Asked, rank},
    typos, words,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, filter::prefix_range, query::Query},
};

/// The longest question.
const MOST_TEXT: usize = 200;
/// Rows are counted, and read of a beginning that many words share, up to this: beyond, a word is common.
const COMMON: i64 = 1_000;
/// Fewer rows than this, and slips are considered.
const FEW: usize = 5;
/// The most existing words one slip away.
const MOST_SLIPS: usize = 10;
/// Rows of a common beginning that are looked through; of a slip.
const LOOKED_THROUGH: i64 = 2_000;
const LOOKED_THROUGH_SLIPS: i64 = 100;
/// Rows of a common word that are looked through for those that have the other words too: these few tell whether more are worth it.
const TRIED: i64 = 200;
/// Rows of one word and kind of thing that are ranked.
pub(super) const RANKED: i64 = 60;
/// Rows of one slip and kind of thing that are ranked.
const RANKED_SLIPS: i64 = 15;

/// Writes a condition on `w`.
type WriteSql<'a> = &'a dyn Fn(&mut Query);

/// A row that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is.
    pub entity: EntityKind,
    /// Which.
    pub row: Uuid,
    /// How well it answers, from 0 to 1.
    pub score: f64,
    /// Its words that answer, folded.
    pub matched: Vec<String>,
}

pub(super) struct Found {
    pub entity: EntityKind,
    pub row_id: Uuid,
}

from_row!(Found { entity, row_id });

struct Match {
    row_id: Uuid,
    word: String,
    weight: i32,
}

from_row!(Match { row_id, word, weight });

/// Finds contacts, companies and deals by their words, best first. Kinds the actor may not read are refused.
///
/// # Errors
/// `Rejected` when the question is too long.
pub async fn search(app: &App, workspace: WorkspaceId, actor: Actor, text: &str, kinds: &[EntityKind], most: u64) -> Result<Vec<Hit>> {
    for kind in kinds {
        allow(actor, if *kind == EntityKind::Deal { Right::ReadDeals } else { Right::ReadContacts })?;
    }
    if text.chars().count() > MOST_TEXT {
        return Err(Error::rejected(ProblemCode::TooLong, "query", format!("Give at most {MOST_TEXT} signs.")));
    }
    let words = words::asked(text);
    if words.is_empty() || kinds.is_empty() {
        return Ok(Vec::new());
    }
    let last = words.len() - 1;
    let asked = words.into_iter().enumerate().map(|(at, word)| Asked { open: at == last && may_be_beginning(&word), word, slips: Vec::new() });
    let mut asked: Vec<Asked> = asked.collect();
    let search = Search { app, workspace, kinds };
    let mut hits = search.hits(&asked).await?;
    if hits.len() < FEW && search.add_slips(&mut asked).await? {
        hits = search.hits(&asked).await?;
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.row.cmp(&a.row)));
    hits.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(hits)
}

/// Two letters are enough; in scripts whose signs are words, one.
fn may_be_beginning(word: &str) -> bool {
    word.chars().count() > 1 || !word.is_ascii()
}

pub(super) struct Search<'a> {
    pub app: &'a App,
    pub workspace: WorkspaceId,
    pub kinds: &'a [EntityKind],
}

impl Search<'_> {
    /// Every row that answers, with its score.
    async fn hits(&self, asked: &[Asked]) -> Result<Vec<Hit>> {
        let counts = self.counts(asked, COMMON).await?;
        let leads = rarest(asked, &counts);
        if counts[leads] == (0, 0) {
            return Ok(Vec::new());
        }
        let bounded = asked.len() > 1 && counts[leads].0 >= COMMON;
        let mut how = How { looked_through: bounded.then_some(TRIED), common_beginning: counts[leads].1 >= COMMON };
        let mut found: Vec<Found> = self.lead(asked, leads, how).all(self.app.db()).await?;
        // Slips are a help, not an answer: what the most relevant rows of a common one do not show is not looked for further.
        let exact = asked.iter().all(|wanted| wanted.slips.is_empty());
        let few = |found: &[Found]| bounded && exact && found.len() < usize::try_from(RANKED).unwrap_or_default();
        if few(&found) {
            // As many rows as show enough if they go on like this, and half as many again.
            let enough = TRIED * RANKED * 3 / 2 / i64::try_from(found.len()).unwrap_or(RANKED).max(1);
            if enough <= LOOKED_THROUGH {
                how.looked_through = Some(enough);
                found = self.lead(asked, leads, how).all(self.app.db()).await?;
            }
            if few(&found) {
                found = meet::meet(self, asked, leads).await?;
            }
        }
        let kinds: HashMap<Uuid, EntityKind> = found.iter().map(|found| (found.row_id, found.entity)).collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
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
        Ok(hits.collect())
    }

    /// How many rows have each word, whole or as a slip, and how many begin with it; no further than to `most`.
    pub(super) async fn counts(&self, asked: &[Asked], most: i64) -> Result<Vec<(i64, i64)>> {
        let mut query = Query::new("SELECT ");
        for (at, wanted) in asked.iter().enumerate() {
            let whole = std::iter::once(&wanted.word).chain(&wanted.slips).cloned();
            query.push(if at == 0 { "" } else { ", " });
            self.write_count(&mut query, most, |query| {
                query.is_any("w.word", whole);
            });
            query.push(&format!(" AS whole{at}, "));
            if wanted.open {
                self.write_count(&mut query, most, |query| begins(query, "w", &wanted.word));
            } else {
                query.push("CAST(0 AS bigint)");
            }
            query.push(&format!(" AS open{at}"));
        }
        let rows = query.rows(self.app.db()).await?;
        let row = rows.first().ok_or_else(|| Error::internal("counts of words came without a row"))?;
        (0..asked.len()).map(|at| Ok((row.try_get("", &format!("whole{at}"))?, row.try_get("", &format!("open{at}"))?))).collect()
    }

    fn write_count(&self, query: &mut Query, most: i64, condition: impl FnOnce(&mut Query)) {
        query.push("(SELECT count(*) FROM (SELECT 1 AS one FROM search_word w WHERE w.workspace_id = ").bind(self.workspace);
        query.push(" AND ").is_any("w.entity", self.kinds.iter().copied()).push(" AND ");
        condition(query);
        query.push(" LIMIT ").bind(most).push(") AS counted)");
    }

    /// The rows of the leading word that have the others too: per kind of thing and way of answering, the most relevant ones.
    fn lead(&self, asked: &[Asked], leads: usize, how: How) -> Query {
        let wanted = &asked[leads];
        let exact = asked.iter().all(|wanted| wanted.slips.is_empty());
        let look = if exact { LOOKED_THROUGH } else { LOOKED_THROUGH_SLIPS };
        let mut query = Query::default();
        let mut parts = 0;
        for kind in self.kinds {
            // `within`: only the first rows of an order and a condition are looked at, so that no beginning costs more than another.
            let mut part = |most: i64, within: Option<(&str, i64, WriteSql<'_>)>, condition: WriteSql<'_>| {
                query.push(if parts == 0 { "" } else { " UNION ALL " });
                query.push("SELECT entity, row_id FROM (SELECT w.entity, w.row_id FROM ");
                if let Some((order, look, bound)) = within {
                    query
                        .push("(SELECT w.workspace_id, w.entity, w.row_id, w.word, w.weight FROM search_word w WHERE w.workspace_id = ")
                        .bind(self.workspace);
                    query.push(" AND w.entity = ").bind(*kind).push(" AND ");
                    bound(&mut query);
                    query.push(" ORDER BY ").push(order).push(" LIMIT ").bind(look).push(") AS w WHERE ");
                } else {
                    query.push("search_word w WHERE w.workspace_id = ").bind(self.workspace).push(" AND w.entity = ").bind(*kind).push(" AND ");
                }
                condition(&mut query);
                for other in asked.iter().enumerate().filter_map(|(at, other)| (at != leads).then_some(other)) {
                    answered(&mut query, other);
                }
                query.push(" ORDER BY w.weight DESC, w.row_id DESC LIMIT ").bind(most).push(&format!(") AS part{parts}"));
                parts += 1;
            };
            // Of two common words that often meet, the most relevant rows of one have the other too.
            for (word, most) in std::iter::once((&wanted.word, RANKED)).chain(wanted.slips.iter().map(|slip| (slip, RANKED_SLIPS))) {
                let is_word = |query: &mut Query| {
                    query.push("w.word = ").bind(word.clone());
                };
                // Of two common words that often meet, the most relevant rows of one have the other too.
                match how.looked_through {
                    Some(rows) => part(most, Some(("w.weight DESC, w.row_id DESC", if exact { rows } else { look }, &is_word)), &anything),
                    None => part(most, None, &is_word),
                }
            }
            if wanted.open {
                let two_letters = |query: &mut Query| {
                    query.push("w.lead = ").bind(words::lead(&wanted.word));
                };
                match (how.common_beginning, wanted.word.chars().count()) {
                    // An index gives the most relevant rows of a two-letter beginning first.
                    (true, 2) => part(RANKED, None, &two_letters),
                    // Of a longer one that is common, the most relevant of its two letters are looked through, and its first words.
                    (true, 3..) => {
                        part(RANKED, Some(("w.weight DESC, w.row_id DESC", look, &two_letters)), &|query| begins(query, "w", &wanted.word));
                        part(RANKED, Some(("w.word, w.weight DESC, w.row_id DESC", look, &|query| begins(query, "w", &wanted.word))), &anything);
                    }
                    _ => part(RANKED, Some(("w.word, w.weight DESC, w.row_id DESC", look, &|query| begins(query, "w", &wanted.word))), &anything),
                }
            }
        }
        query
    }

    /// Looks up which words one slip away exist. Says whether there are any.
    async fn add_slips(&self, asked: &mut [Asked]) -> Result<bool> {
        let neighbours: Vec<Vec<String>> = asked.iter().map(|wanted| typos::neighbours(&wanted.word)).collect();
        let mut query = Query::new("SELECT found FROM (SELECT (SELECT w.word FROM search_word w WHERE w.workspace_id = ");
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
            let mut slips: Vec<String> = neighbours.into_iter().filter(|word| *word != wanted.word && existing.contains(word)).collect();
            // Few people miss the first letter.
            slips.sort_by_key(|slip| Reverse(slip.chars().next() == wanted.word.chars().next()));
            slips.truncate(MOST_SLIPS);
            wanted.slips = slips;
        }
        Ok(asked.iter().any(|wanted| !wanted.slips.is_empty()))
    }
}

/// How the rows of the leading word are read.
#[derive(Clone, Copy)]
struct How {
    /// Only so many of the most relevant ones that have the word: of two common words that often meet, those have the other too.
    looked_through: Option<i64>,
    /// Whether many words begin like it.
    common_beginning: bool,
}

/// Which word has the fewest rows; of several, one that is no beginning.
fn rarest(asked: &[Asked], counts: &[(i64, i64)]) -> usize {
    (0..asked.len()).min_by_key(|at| (counts[*at].0 + counts[*at].1, asked[*at].open)).unwrap_or_default()
}

/// Writes a condition that always holds.
fn anything(query: &mut Query) {
    query.push("1 = 1");
}

/// Writes that the row of `w` has a word which answers this one. For whole words either index may serve it; for beginnings, which may be
/// many, only the row's own words are looked at.
pub(super) fn answered(query: &mut Query, wanted: &Asked) {
    query.push(" AND EXISTS (SELECT 1 FROM search_word o WHERE o.workspace_id = w.workspace_id AND o.row_id = w.row_id AND ");
    if !wanted.open {
        query.push("o.entity = w.entity AND ");
    }
    answers(query, "o", wanted);
    query.push(")");
}

/// Writes that the word answers what was asked: it is the word or a slip of it, or begins with it.
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

/// Writes that a word begins with this.
fn begins(query: &mut Query, alias: &str, beginning: &str) {
    let (from, to) = prefix_range(beginning);
    query.push("(").push(alias).push(".word >= ").bind(from).push(" AND ").push(alias).push(".word < ").bind(to).push(")");
}
