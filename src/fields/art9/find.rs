//! Finds the lexicon's phrases in a name.

use super::{
    Category::{self, PoliticalOpinions},
    lexicon::{LINES, Line},
};

/// The first category with a phrase in `words` that no word of `around` excuses.
pub(super) fn find(words: &[String], around: &[String]) -> Option<Category> {
    let meant = |line: &&Line| {
        line.phrases.iter().any(|phrase| contains(words, phrase))
            && !line.unless.iter().any(|other| around.iter().any(|word| fits(word, other)))
    };
    // French "politique" also means a policy: it is an opinion only on its own.
    let alone = matches!(words, [only] if only == "politique" || only == "political");
    LINES.iter().find(meant).map(|line| line.category).or(alone.then_some(PoliticalOpinions))
}

fn contains(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words
        .windows(phrase.len())
        .any(|window| window.iter().zip(&phrase).all(|(word, wanted)| fits(word, wanted)))
}

pub(super) fn fits(word: &str, wanted: &str) -> bool {
    wanted.strip_suffix('*').map_or(word == wanted, |beginning| word.starts_with(beginning))
}
