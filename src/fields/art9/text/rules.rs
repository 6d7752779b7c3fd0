//! Reads the rules, and the conditions under which a phrase counts.
//!
//! A line `CATEGORY conditions: phrase | phrase` counts when one of the conditions holds: `sure` always;
//! `loose` unless the sentence is about a trade; `near` when the sentence speaks of somebody and of no
//! trade; `is` when it is said of somebody that they are it; `has` when it is said that they have it;
//! `start` when it begins a clause, as in notes without a subject; `masc` and `fem` after a word that says
//! which sex is meant. A line `- phrase` is a phrase that tells nothing of anybody; `@NAME: word word` is a
//! class of words.

use std::collections::{HashMap, HashSet};

use super::{
    super::Category,
    pattern::{Classes, Index, Pattern, Wanted},
};

/// When a phrase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Sure,
    Loose,
    Near,
    Is,
    Has,
    Start,
    Masc,
    Fem,
}

/// A phrase that tells of a category.
pub(super) struct Rule {
    pub category: Category,
    pub when: Vec<When>,
    pub pattern: Pattern,
}

/// Everything that the texts are read with.
pub(super) struct Rules {
    pub phrases: Vec<Rule>,
    pub by_word: Index,
    pub innocent: Vec<Pattern>,
    pub innocent_by_word: Index,
    classes: HashMap<String, Class>,
}

/// The words of a class, for looking one up.
#[derive(Default)]
struct Class {
    words: HashSet<String>,
    stems: Vec<Wanted>,
}

impl Rules {
    /// Whether a word is of a class.
    pub(super) fn is(&self, class: &str, word: &str) -> bool {
        self.classes
            .get(class)
            .is_some_and(|class| class.words.contains(word) || class.stems.iter().any(|stem| stem.fits(word)))
    }

    /// Reads the rules of several languages; the second value holds the lines that do not read.
    pub(super) fn read(sources: &[&str]) -> (Self, Vec<String>) {
        let lines = || sources.iter().flat_map(|source| source.lines()).map(str::trim);
        let mut classes = Classes::new();
        for line in lines() {
            if let Some((name, words)) = line.strip_prefix('@').and_then(|line| line.split_once(':')) {
                classes
                    .entry(name.to_owned())
                    .or_default()
                    .extend(words.split_whitespace().map(Wanted::read));
            }
        }
        let mut read = Self {
            phrases: Vec::new(),
            by_word: Index::default(),
            innocent: Vec::new(),
            innocent_by_word: Index::default(),
            classes: HashMap::new(),
        };
        let mut wrong = Vec::new();
        for line in lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '@'])) {
            if read.line(line, &classes).is_none() {
                wrong.push(line.to_owned());
            }
        }
        for (name, words) in classes {
            let class = read.classes.entry(name).or_default();
            for wanted in words {
                match wanted.whole_word() {
                    Some(word) => drop(class.words.insert(word.to_owned())),
                    None => class.stems.push(wanted),
                }
            }
        }
        (read, wrong)
    }

    fn line(&mut self, line: &str, classes: &Classes) -> Option<()> {
        if let Some(phrase) = line.strip_prefix("- ") {
            let pattern = Pattern::read(phrase, classes)?;
            self.innocent_by_word.add(self.innocent.len(), &pattern);
            self.innocent.push(pattern);
            return Some(());
        }
        let (head, phrases) = line.split_once(": ")?;
        let mut words = head.split_whitespace();
        let category = category(words.next()?)?;
        let when = words.map(when).collect::<Option<Vec<_>>>()?;
        for phrase in phrases.split(" | ") {
            let pattern = Pattern::read(phrase, classes)?;
            self.by_word.add(self.phrases.len(), &pattern);
            self.phrases.push(Rule { category, when: when.clone(), pattern });
        }
        Some(())
    }
}

fn category(name: &str) -> Option<Category> {
    Some(match name {
        "HEALTH" => Category::Health,
        "RELIGION" => Category::ReligiousOrPhilosophicalBeliefs,
        "POLITICS" => Category::PoliticalOpinions,
        "UNION" => Category::TradeUnionMembership,
        "SEX" => Category::SexLifeOrOrientation,
        "ORIGIN" => Category::RacialOrEthnicOrigin,
        "CRIMINAL" => Category::CriminalConvictions,
        "GENETIC" => Category::GeneticData,
        "BIOMETRIC" => Category::BiometricData,
        _ => return None,
    })
}

fn when(name: &str) -> Option<When> {
    Some(match name {
        "sure" => When::Sure,
        "loose" => When::Loose,
        "near" => When::Near,
        "is" => When::Is,
        "has" => When::Has,
        "start" => When::Start,
        "masc" => When::Masc,
        "fem" => When::Fem,
        _ => return None,
    })
}
