//! What a phrase says of whom: whether somebody is meant, is it, or has it.

use super::{
    super::names::is_given_name,
    rules::{Rules, When},
    tokens::Token,
};

/// How far back the subject and the verb of a phrase may stand, in words.
const REACH: usize = 4;

/// What is known of each word and each sentence, found in one pass.
pub(super) struct Context<'a> {
    tokens: &'a [Token],
    of: Vec<Of>,
    /// By sentence: whether it speaks of somebody, and of a trade.
    sentences: Vec<(bool, bool)>,
}

/// The classes of a word.
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
#[derive(Clone, Copy, Default)]
struct Of {
    is: bool,
    has: bool,
    own: bool,
    role: bool,
    parts: bool,
    skipped: bool,
    leads: bool,
    /// The last word of somebody who is named or meant: "she", "his son", "Mr Grant".
    somebody: bool,
    /// Which sex is meant here or before in the sentence.
    masc: Option<bool>,
}

impl<'a> Context<'a> {
    pub(super) fn of(rules: &Rules, tokens: &'a [Token]) -> Self {
        let mut of: Vec<Of> = Vec::with_capacity(tokens.len());
        let count = tokens.last().map_or(0, |token| token.sentence + 1);
        let mut sentences = vec![(false, false); count];
        for (at, token) in tokens.iter().enumerate() {
            // "M." is a title, and "m" what is left of "me".
            let is = |class| {
                rules.is(class, &token.word) && (token.word != "m" || token.capital || class == "SKIP")
            };
            let before = at.checked_sub(1).filter(|before| tokens[*before].sentence == token.sentence);
            let title = is("TITLE");
            let named = token.capital
                && (is_given_name(&token.word)
                    || before.is_some_and(|before| {
                        let (word, capital) = (&tokens[before].word, tokens[before].capital);
                        capital && (rules.is("TITLE", word) || is_given_name(word))
                    }));
            let role = is("ROLE");
            let masc = if is("MASC") {
                Some(true)
            } else if is("FEM") {
                Some(false)
            } else {
                before.and_then(|before| of[before].masc)
            };
            let word = Of {
                is: is("BE"),
                has: is("HAVE"),
                own: is("OWN"),
                role,
                parts: is("BREAK"),
                skipped: is("SKIP"),
                leads: is("LEAD"),
                somebody: is("WHO") || role || named,
                masc,
            };
            let (somebody, trade) = &mut sentences[token.sentence];
            // What is "theirs" is a company's as often as not.
            let owned = word.own && !["leur", "leurs", "their", "our"].contains(&token.word.as_str());
            // Notes leave the subject out: "Was …", "Ancien …".
            let starts = before.is_none()
                && (word.is
                    || word.has
                    || ["former", "ex", "ancien", "ancienne"].contains(&token.word.as_str()));
            *somebody |= word.somebody || owned || title || starts;
            *trade |= is("TRADE") && !token.innocent;
            of.push(word);
        }
        Self { tokens, of, sentences }
    }

    /// Whether a phrase that begins here counts.
    pub(super) fn holds(&self, when: When, at: usize, end: usize) -> bool {
        let (somebody, trade) = self.sentences[self.tokens[at].sentence];
        match when {
            When::Sure => true,
            When::Loose => !trade,
            When::Near => somebody && !trade,
            When::Is => self.is_it(at, end),
            When::Has => self.has_it(at),
            When::Start => !trade && self.begins(at),
            When::Masc => self.of[at].masc == Some(true),
            When::Fem => self.of[at].masc == Some(false),
        }
    }

    /// The word before, in the same sentence.
    fn before(&self, at: usize) -> Option<usize> {
        at.checked_sub(1).filter(|before| self.tokens[*before].sentence == self.tokens[at].sentence)
    }

    fn begins(&self, mut at: usize) -> bool {
        for _ in 0..REACH {
            if self.tokens[at].begins {
                return true;
            }
            match self.before(at) {
                Some(before) if self.of[before].leads => at = before,
                _ => return false,
            }
        }
        false
    }

    /// "She is …", "Mr Grant has always been …", "a … man", "un homme …".
    fn is_it(&self, at: usize, end: usize) -> bool {
        let beside = |at: usize| self.of[at].role && !self.tokens[at].innocent;
        let next = Some(end).filter(|next| {
            self.tokens
                .get(*next)
                .is_some_and(|token| token.sentence == self.tokens[at].sentence && !token.begins)
        });
        if !self.tokens[at].begins && self.before(at).is_some_and(beside) || next.is_some_and(beside) {
            return true;
        }
        self.verb_before(at, |of| of.is, |of| of.parts).is_some_and(|verb| self.is_of_somebody(verb))
    }

    /// "She has …", "his …", "diagnosed with …".
    fn has_it(&self, at: usize) -> bool {
        let mut here = at;
        for _ in 0..2 {
            let Some(before) = self.before(here) else { break };
            if self.of[before].own {
                return true;
            }
            here = before;
        }
        self.verb_before(at, |of| of.has, |_| false).is_some_and(|verb| self.is_of_somebody(verb))
    }

    /// The verb not far before, with nothing between that parts it from the phrase.
    fn verb_before(
        &self,
        at: usize,
        is_verb: impl Fn(&Of) -> bool,
        parts: impl Fn(&Of) -> bool,
    ) -> Option<usize> {
        let mut here = at;
        for _ in 0..REACH {
            let before = self.before(here)?;
            if is_verb(&self.of[before]) {
                return Some(before);
            }
            if parts(&self.of[before]) || self.tokens[here].begins {
                return None;
            }
            here = before;
        }
        None
    }

    /// Whether the subject of a verb is somebody, or missing as in notes.
    fn is_of_somebody(&self, verb: usize) -> bool {
        let mut here = verb;
        for _ in 0..=REACH {
            let Some(before) = self.before(here) else { return true };
            // "C'est un …": of a thing it is said without the article.
            let article =
                self.tokens.get(verb + 1).is_some_and(|next| ["un", "une"].contains(&next.word.as_str()));
            if self.of[before].somebody || (article && self.tokens[before].word == "c") {
                return true;
            }
            if !(self.of[before].skipped || self.of[before].is || self.of[before].has) {
                return false;
            }
            here = before;
        }
        false
    }
}

/// Marks phrases that tell nothing of anybody, and names of people.
pub(super) fn mark_innocent(rules: &Rules, tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let ends = rules
            .innocent_by_word
            .starting(&tokens[at].word)
            .filter_map(|number| rules.innocent[number].ends(tokens, at))
            .max();
        for token in &mut tokens[at..ends.unwrap_or(at)] {
            token.innocent = true;
        }
        // "Jean Juif", "Mr Black": a word with a capital after a given name or a title.
        let is_name = at.checked_sub(1).is_some_and(|before| {
            let (before, token) = (&tokens[before], &tokens[at]);
            let named = rules.is("TITLE", &before.word) || is_given_name(&before.word);
            token.capital && !token.begins && before.capital && named && before.sentence == token.sentence
        });
        // "Christian Dupont": a given name too, before another word with a capital.
        let is_given = tokens[at].word == "christian"
            && tokens.get(at + 1).is_some_and(|next| next.capital && tokens[at].capital);
        tokens[at].innocent |= is_name || is_given;
    }
}
