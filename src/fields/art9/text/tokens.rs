//! Splits a text into folded words, and says where sentences and clauses begin.

use crate::platform::fold::{fold, is_of_word};

/// A word of the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Without case and accents.
    pub word: String,
    /// Whether it starts with a capital.
    pub capital: bool,
    /// The number of its sentence.
    pub sentence: usize,
    /// Whether a clause begins with it: a sentence, or what follows a comma, a colon or a bracket.
    pub begins: bool,
    /// Whether it is part of a phrase that tells nothing of anybody, or of a name.
    pub innocent: bool,
}

/// Words after which a full stop is no end of a sentence.
const ABBREVIATED: [&str; 12] =
    ["m", "mr", "mrs", "ms", "mme", "mlle", "dr", "st", "ste", "no", "tel", "prof"];

/// The words of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut sentence, mut begins, mut ended) = (0, true, false);
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if is_of_word(c) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            push(&mut tokens, &text[from..at], &mut sentence, &mut begins, &mut ended);
        }
        match c {
            '.' => {
                let last = tokens.last().map_or("", |token| token.word.as_str());
                ended |= !(ABBREVIATED.contains(&last) || last.bytes().all(|byte| byte.is_ascii_digit()));
            }
            '!' | '?' | ';' | '\n' | '…' => ended = true,
            ',' | ':' | '(' | ')' | '«' | '»' | '"' | '–' | '—' | '/' => begins = true,
            _ => {}
        }
    }
    tokens
}

fn push(tokens: &mut Vec<Token>, word: &str, sentence: &mut usize, begins: &mut bool, ended: &mut bool) {
    if *ended {
        *sentence += 1;
        (*begins, *ended) = (true, false);
    }
    let capital = word.starts_with(char::is_uppercase);
    for part in fold(word).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        tokens.push(Token {
            word: part.to_owned(),
            capital,
            sentence: *sentence,
            begins: std::mem::take(begins),
            innocent: false,
        });
    }
}
