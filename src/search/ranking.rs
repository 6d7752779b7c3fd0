//! Relevance of a row: whole words rank before prefixes, prefixes before typos; within each, heavier words
//! first.

use std::collections::BTreeSet;

/// How a word of a row matches a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Whole,
    Beginning,
    Slip,
}

/// A word of the query, with the words it may be a typo of.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The word.
    pub word: String,
    /// Whether it may be a prefix, as the last one.
    pub open: bool,
    /// Existing words that differ by one typo; empty unless few rows were found.
    pub slips: Vec<String>,
}

impl Asked {
    fn matched(&self, word: &str) -> Option<Match> {
        if word == self.word {
            Some(Match::Whole)
        } else if self.open && word.starts_with(&self.word) {
            Some(Match::Beginning)
        } else if self.slips.iter().any(|slip| slip == word) {
            Some(Match::Slip)
        } else {
            None
        }
    }
}

/// The score of a row with these words, from 0 to 1, and the words that matched; `None` when a word of the
/// query has no match.
pub(super) fn rank(asked: &[Asked], words: &[(String, i32)]) -> Option<(f64, Vec<String>)> {
    let (mut score, mut matched) = (0.0, BTreeSet::new());
    for wanted in asked {
        let answers = words
            .iter()
            .filter_map(|(word, weight)| Some((worth(wanted.matched(word)?, *weight, wanted, word), word)));
        let (best, word) = answers.max_by(|a, b| a.0.total_cmp(&b.0))?;
        score += best;
        matched.insert(word.clone());
    }
    let count = f64::from(u32::try_from(asked.len().max(1)).unwrap_or(u32::MAX));
    Some((score / count, matched.into_iter().collect()))
}

/// The score of one match. The kind of match counts most, then the weight; for a prefix, the larger its share
/// of the word, the higher.
fn worth(kind: Match, weight: i32, asked: &Asked, word: &str) -> f64 {
    let weight = f64::from(weight.clamp(0, 9)) / 9.0;
    let length = |text: &str| f64::from(u32::try_from(text.chars().count().max(1)).unwrap_or(u32::MAX));
    match kind {
        Match::Whole => 0.75 + 0.25 * weight,
        Match::Beginning => 0.4 + 0.2 * weight + 0.1 * length(&asked.word) / length(word),
        Match::Slip => 0.1 + 0.2 * weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_come_before_beginnings_before_slips_whatever_they_weigh() {
        let asked = |slips: &[&str]| {
            vec![Asked {
                word: "mart".to_owned(),
                open: true,
                slips: slips.iter().map(|slip| (*slip).to_owned()).collect(),
            }]
        };
        let score = |asked: &[Asked], word: &str, weight| {
            rank(asked, &[(word.to_owned(), weight)]).map(|(score, _)| score)
        };
        let asked = asked(&["marc"]);
        assert!(score(&asked, "mart", 1) > score(&asked, "martin", 9));
        assert!(score(&asked, "martin", 1) > score(&asked, "marc", 9));
        assert!(score(&asked, "martin", 9) > score(&asked, "martin", 5));
        assert!(score(&asked, "martin", 5) > score(&asked, "martinelli", 5));
        assert_eq!(score(&asked, "dupont", 9), None);
    }

    #[test]
    fn every_word_must_be_answered() {
        let asked = |word: &str, open| Asked { word: word.to_owned(), open, slips: Vec::new() };
        let words = [("jean".to_owned(), 9), ("martin".to_owned(), 9), ("lyon".to_owned(), 2)];
        let (_, matched) = rank(&[asked("jean", false), asked("ma", true)], &words).unwrap();
        assert_eq!(matched, ["jean", "martin"]);
        assert!(
            rank(&[asked("jea", false), asked("ma", true)], &words).is_none(),
            "only the last may be a beginning"
        );
    }
}
