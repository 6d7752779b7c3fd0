//! Finds what tells of a special category of data (GDPR Art. 9), a conviction (Art. 10) or a national number
//! (Art. 87) about somebody, in free text in French and English.
//!
//! A word alone rarely says so: a phrase counts by what stands around it (`rules`, `context`). One pass over
//! the words, with a bounded number of steps at each. What was found is itself such data: callers keep
//! neither the words nor the category outside sealed text, and write them into no log.

mod context;
mod numbers;
mod pattern;
mod rules;
mod tokens;

use std::sync::LazyLock;

use self::{
    context::{Context, mark_innocent},
    rules::Rules,
    tokens::tokens,
};
use super::{Category, OwnWords};

/// Both languages are always read: staff mix them, and a text does not say which it is in.
const SOURCES: [&str; 2] = [include_str!("fr.rules"), include_str!("en.rules")];

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(&SOURCES).0);

/// The categories that a text tells of, each once; empty for nearly all texts.
#[must_use]
pub fn check_text(own: &OwnWords, text: &str) -> Vec<Category> {
    let rules = &*RULES;
    let mut tokens = tokens(text);
    mark_innocent(rules, &mut tokens);
    let context = Context::of(rules, &tokens);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if tokens[at].innocent {
            continue;
        }
        for rule in rules.by_word.starting(&tokens[at].word).map(|number| &rules.phrases[number]) {
            if found.contains(&rule.category) {
                continue;
            }
            let Some(end) = rule.pattern.ends(&tokens, at) else { continue };
            let innocent = tokens[at..end].iter().any(|token| token.innocent);
            if !innocent && rule.when.iter().any(|when| context.holds(*when, at, end)) {
                found.push(rule.category);
            }
        }
        if numbers::is_national_number(&tokens, at) {
            found.push(Category::NationalIdentificationNumber);
        }
    }
    let words: Vec<&str> = tokens.iter().map(|token| token.word.as_str()).collect();
    found.extend(own.find(&words));
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests;
