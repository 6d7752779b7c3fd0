//! Finding rows by words. Every word that was asked must be answered; the last one may be a beginning.
//!
//! The rarest word leads and the others are checked on its rows, most relevant first, so no more rows are touched than are shown,
//! however common a name is. Common words that hardly meet there are met in bulk (`meet.rs`). Only when few rows are found are slips of
//! the pen considered.

use std::{cmp::Reverse, collections::HashMap};

use entity::{EntityKind, WorkspaceId, from_row};
use sea_orm::prelude::Uuid;

use super::{
    answers::{answered, anything, begins},
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
/// Rows of one word and kind of thing that are ranked, if no more are wanted.
const RANKED: i64 = 60;
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

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The best, best first.
    pub hits: Vec<Hit>,
    /// Whether others answer too.
    pub more: bool,
}

pub(super) struct Found {
    pub entity: EntityKind,
    pub row_id: Uuid,
    /// Which part of the statement gave it.
    pub part: i32,
}

from_row!(Found { entity, row_id, part });

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
    // One row more than is wanted says that there are others.
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
        // Slips of the pen are looked for in what was most probably meant, where a number is a number.
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

/// Of the words that were asked, the last may be a beginning.
fn open_last(words: Vec<String>) -> Vec<Asked> {
    let last = words.len().saturating_sub(1);
    let asked = words.into_iter().enumerate();
    asked
        .map(|(at, word)| Asked { open: at == last && may_be_beginning(&word), word, slips: Vec::new() })
        .collect()
}

/// Two letters are enough; in scripts whose signs are words, one.
fn may_be_beginning(word: &str) -> bool {
    word.chars().count() > 1 || !word.is_ascii()
}

pub(super) struct Search<'a> {
    pub app: &'a App,
    pub workspace: WorkspaceId,
    pub kinds: &'a [EntityKind],
    /// Rows of one word and kind of thing that are ranked.
    pub ranked: i64,
}

impl Search<'_> {
    /// The rows that answer, with their scores, in no order.
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
        // Slips are a help, not an answer: what the most relevant rows of a common one do not show is not looked for further.
        let exact = asked.iter().all(|wanted| wanted.slips.is_empty());
        let few = |found: &[Found]| {
            bounded && exact && found.len() < usize::try_from(self.ranked).unwrap_or_default()
        };
        if few(&found) {
            // As many rows as show enough if they go on like this, and half as many again.
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
        // Either not all rows were looked at, or a part of the statement gave as many as it may.
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
        (0..asked.len())
            .map(|at| Ok((row.try_get("", &format!("whole{at}"))?, row.try_get("", &format!("open{at}"))?)))
            .collect()
    }

    fn write_count(&self, query: &mut Query, most: i64, condition: impl FnOnce(&mut Query)) {
        query
            .push("(SELECT count(*) FROM (SELECT 1 AS one FROM search_word w WHERE w.workspace_id = ")
            .bind(self.workspace);
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
            // Of two common words that often meet, the most relevant rows of one have the other too.
            for (word, most) in std::iter::once((&wanted.word, self.ranked))
                .chain(wanted.slips.iter().map(|slip| (slip, RANKED_SLIPS)))
            {
                let is_word = |query: &mut Query| {
                    query.push("w.word = ").bind(word.clone());
                };
                // Of two common words that often meet, the most relevant rows of one have the other too.
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
                    // An index gives the most relevant rows of a two-letter beginning first.
                    (true, 2) => part(self.ranked, None, &two_letters),
                    // Of a longer one that is common, the most relevant of its two letters are looked through, and its first words.
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

    /// Looks up which words one slip away exist. Says whether there are any.
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
            // Few people miss the first letter.
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
    /// Only so many of the most relevant ones that have the word: of two common words that often meet, those have the other too.
    looked_through: Option<i64>,
    /// Whether many words begin like it.
    common_beginning: bool,
}

/// Which word has the fewest rows; of several, one that is no beginning.
fn rarest(asked: &[Asked], counts: &[(i64, i64)]) -> usize {
    (0..asked.len()).min_by_key(|at| (counts[*at].0 + counts[*at].1, asked[*at].open)).unwrap_or_default()
}
