//! Patterns of words, and an index that finds those that may begin at a word.
//!
//! `word` is a word, `stem*` a beginning, `a|b` either, `$CLASS` any word of a class, `word?` may be
//! missing, `~2` leaves out up to two words. A pattern never crosses the end of a sentence, and has at most
//! two gaps, so that matching costs a bounded number of steps at each word.

use std::collections::HashMap;

use super::tokens::Token;

/// Words of a class, by its name.
pub(super) type Classes = HashMap<String, Vec<Wanted>>;

/// A word or a beginning of words.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    text: String,
    is_prefix: bool,
}

impl Wanted {
    pub(super) fn read(text: &str) -> Self {
        let (text, is_prefix) = text.strip_suffix('*').map_or((text, false), |stem| (stem, true));
        Self { text: text.to_owned(), is_prefix }
    }

    /// The word, unless it is a beginning.
    pub(super) fn whole_word(&self) -> Option<&str> {
        (!self.is_prefix).then_some(self.text.as_str())
    }

    pub(super) fn fits(&self, word: &str) -> bool {
        if self.is_prefix { word.starts_with(&self.text) } else { word == self.text }
    }
}

/// The words of a class; `CLASS*` takes them as beginnings.
fn words_of(classes: &Classes, class: &str) -> Option<Vec<Wanted>> {
    let (class, as_stems) = class.strip_suffix('*').map_or((class, false), |class| (class, true));
    let words = classes.get(class)?.iter().cloned();
    Some(words.map(|word| Wanted { is_prefix: word.is_prefix || as_stems, ..word }).collect())
}

#[derive(Clone, Debug)]
enum Part {
    Word { any: Vec<Wanted>, optional: bool },
    Gap(usize),
}

/// A sequence of words.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

impl Pattern {
    /// Reads a pattern; what does not read is a mistake in our own rules, which a test finds.
    pub(super) fn read(text: &str, classes: &Classes) -> Option<Self> {
        let part = |part: &str| {
            if let Some(most) = part.strip_prefix('~') {
                return most.parse().ok().map(Part::Gap);
            }
            let (part, optional) = part.strip_suffix('?').map_or((part, false), |part| (part, true));
            let mut any = Vec::new();
            for one in part.split('|') {
                match one.strip_prefix('$') {
                    Some(class) => any.extend(words_of(classes, class)?),
                    None => any.push(Wanted::read(one)),
                }
            }
            Some(Part::Word { any, optional })
        };
        let parts: Vec<Part> = text.split_whitespace().map(part).collect::<Option<_>>()?;
        matches!(parts.first(), Some(Part::Word { optional: false, .. })).then_some(Self { parts })
    }

    /// The words that it can begin with.
    fn heads(&self) -> &[Wanted] {
        match self.parts.first() {
            Some(Part::Word { any, .. }) => any,
            _ => &[],
        }
    }

    /// One past the last word, if it matches from here on.
    pub(super) fn ends(&self, tokens: &[Token], at: usize) -> Option<usize> {
        fn step(parts: &[Part], tokens: &[Token], at: usize, sentence: usize) -> Option<usize> {
            let Some((part, rest)) = parts.split_first() else { return Some(at) };
            match part {
                Part::Gap(most) => (0..=*most).find_map(|left_out| {
                    let next = at + left_out;
                    let within = tokens.get(at..next)?.iter().all(|token| token.sentence == sentence);
                    within.then(|| step(rest, tokens, next, sentence)).flatten()
                }),
                Part::Word { any, optional } => {
                    let here = tokens.get(at).filter(|token| {
                        token.sentence == sentence && any.iter().any(|wanted| wanted.fits(&token.word))
                    });
                    here.and_then(|_| step(rest, tokens, at + 1, sentence))
                        .or_else(|| optional.then(|| step(rest, tokens, at, sentence)).flatten())
                }
            }
        }
        step(&self.parts, tokens, at, tokens.get(at)?.sentence)
    }
}

/// Finds the patterns that may begin with a word, by the word or by its first letters.
#[derive(Default)]
pub(super) struct Index {
    words: HashMap<String, Vec<usize>>,
    /// Beginnings, by their first letters.
    stems: HashMap<String, Vec<(String, usize)>>,
}

/// Letters by which beginnings are found; shorter ones are found by all of theirs.
const LETTERS: usize = 3;

impl Index {
    pub(super) fn add(&mut self, number: usize, pattern: &Pattern) {
        for head in pattern.heads() {
            if head.is_prefix {
                let letters: String = head.text.chars().take(LETTERS).collect();
                self.stems.entry(letters).or_default().push((head.text.clone(), number));
            } else {
                self.words.entry(head.text.clone()).or_default().push(number);
            }
        }
    }

    /// The numbers of the patterns whose first word fits.
    pub(super) fn starting<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let exact = self.words.get(word).into_iter().flatten().copied();
        let stems = (1..=LETTERS).filter_map(move |letters| {
            let end = word.char_indices().nth(letters).map_or(word.len(), |(end, _)| end);
            (word.chars().count() >= letters).then(|| self.stems.get(&word[..end])).flatten()
        });
        let fitting = stems
            .flatten()
            .filter(move |(stem, _)| word.starts_with(stem.as_str()))
            .map(|(_, number)| *number);
        exact.chain(fitting)
    }
}
