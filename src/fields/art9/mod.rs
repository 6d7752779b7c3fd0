//! Refuses to collect special categories of personal data (GDPR Art. 9), criminal convictions (Art. 10) and
//! national identification numbers (Art. 87): no field, option, tag or form question may ask for them, unless
//! the owner or the data protection officer states the exception of Art. 9(2) that applies.
//!
//! Names are checked in French and English, word by word on folded text. Names that only look alike ("syndic",
//! the zodiac sign Cancer, Tyson Gay) pass. Free text is read by `text`, in context; a workspace's own words
//! (`own_words`) count for both.

mod find;
mod lexicon;
mod names;
mod own_words;
mod text;

pub use own_words::{OwnWords, list_own_words, load_own_words, word_key};
pub use text::check_text;

use entity::Role;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        fold::{fold, is_of_word},
        work::{Entry, Fact},
    },
};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// As it is written in the journal and in GraphQL.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The value with this text.
            #[must_use]
            pub fn named(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    /// What may not be collected without an exception.
    Category {
        /// Racial or ethnic origin.
        RacialOrEthnicOrigin = "RACIAL_OR_ETHNIC_ORIGIN",
        /// Political opinions.
        PoliticalOpinions = "POLITICAL_OPINIONS",
        /// Religious or philosophical beliefs.
        ReligiousOrPhilosophicalBeliefs = "RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS",
        /// Trade union membership.
        TradeUnionMembership = "TRADE_UNION_MEMBERSHIP",
        /// Genetic data.
        GeneticData = "GENETIC_DATA",
        /// Biometric data that identify a person.
        BiometricData = "BIOMETRIC_DATA",
        /// Health.
        Health = "HEALTH",
        /// Sex life or sexual orientation.
        SexLifeOrOrientation = "SEX_LIFE_OR_ORIENTATION",
        /// Criminal convictions and offences (Art. 10).
        CriminalConvictions = "CRIMINAL_CONVICTIONS",
        /// A national identification number, like the French NIR (Art. 87).
        NationalIdentificationNumber = "NATIONAL_IDENTIFICATION_NUMBER",
    }
    /// The exception of GDPR Art. 9(2) that permits processing data of a special category.
    SpecialCategoryGround {
        /// (a) Explicit consent for specified purposes.
        ExplicitConsent = "EXPLICIT_CONSENT",
        /// (b) Obligations and rights in employment, social security and social protection law.
        EmploymentAndSocialSecurity = "EMPLOYMENT_AND_SOCIAL_SECURITY",
        /// (c) Vital interests of a person who cannot consent.
        VitalInterests = "VITAL_INTERESTS",
        /// (d) A foundation, association or other not-for-profit body, about its members and former members.
        NotForProfitBody = "NOT_FOR_PROFIT_BODY",
        /// (e) Data the person manifestly made public.
        ManifestlyMadePublic = "MANIFESTLY_MADE_PUBLIC",
        /// (f) Legal claims.
        LegalClaims = "LEGAL_CLAIMS",
        /// (g) Substantial public interest, on the basis of law.
        SubstantialPublicInterest = "SUBSTANTIAL_PUBLIC_INTEREST",
        /// (h) Preventive or occupational medicine, health or social care.
        HealthOrSocialCare = "HEALTH_OR_SOCIAL_CARE",
        /// (i) Public interest in public health.
        PublicHealth = "PUBLIC_HEALTH",
        /// (j) Archiving in the public interest, research, statistics.
        ArchivingResearchStatistics = "ARCHIVING_RESEARCH_STATISTICS",
    }
}

impl Category {
    /// As it reads in a sentence.
    fn in_words(self) -> &'static str {
        match self {
            Self::RacialOrEthnicOrigin => "racial or ethnic origin",
            Self::PoliticalOpinions => "political opinions",
            Self::ReligiousOrPhilosophicalBeliefs => "religious or philosophical beliefs",
            Self::TradeUnionMembership => "trade union membership",
            Self::GeneticData => "genetic data",
            Self::BiometricData => "biometric data",
            Self::Health => "health",
            Self::SexLifeOrOrientation => "sex life or sexual orientation",
            Self::CriminalConvictions => "criminal convictions",
            Self::NationalIdentificationNumber => "a national identification number",
        }
    }
}

/// The special category that a name suggests, if any.
#[must_use]
pub fn check(text: &str) -> Option<Category> {
    check_within(text, "")
}

/// As `check`, for a name with a context, such as an option beside the others and its question. The context
/// can only excuse it.
#[must_use]
pub fn check_within(text: &str, context: &str) -> Option<Category> {
    let words = words(text);
    if words.is_empty() {
        return None;
    }
    let around: Vec<String> =
        words.iter().cloned().chain(self::words(context)).map(|word| word.folded).collect();
    find::find(&names::without_names(&words), &around)
}

/// As `check`, with the workspace's own words.
#[must_use]
pub fn check_with(own: &OwnWords, text: &str, context: &str) -> Option<Category> {
    check_within(text, context).or_else(|| {
        let key = word_key(text);
        own.find(&key.split(' ').collect::<Vec<_>>()).into_iter().next()
    })
}

/// Why a name that cannot be overridden is refused, such as a tag's; `None` when it suggests no special
/// category.
#[must_use]
pub fn why_refused(own: &OwnWords, text: &str) -> Option<String> {
    let category = check_with(own, text, "")?;
    Some(format!(
        "This tells of {} ({}), which the GDPR forbids keeping by default: leave it out.",
        category.in_words(),
        category.as_str()
    ))
}

#[derive(Clone, Debug)]
struct Word {
    /// Without case and accents.
    folded: String,
    /// Whether it starts with a capital.
    capital: bool,
}

/// Folded words, without connecting words.
fn words(text: &str) -> Vec<Word> {
    const CONNECT: [&str; 25] = [
        "a", "an", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "for", "in", "l", "la", "le",
        "les", "my", "of", "ou", "or", "s", "the", "votre", "your",
    ];
    let text: String = text.nfc().collect();
    let mut words = Vec::new();
    for part in text.split(|c: char| !is_of_word(c)) {
        let capital = part.starts_with(char::is_uppercase);
        let folded = fold(part);
        let own = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !CONNECT.contains(word));
        words.extend(own.map(|word| Word { folded: word.to_owned(), capital }));
    }
    words
}

/// A name to be checked, with its place in the input.
pub struct Name<'a> {
    /// The input field.
    pub field: String,
    /// What it says.
    pub text: &'a str,
}

/// Accepts names that suggest no special category; others only with a ground, stated by the owner or the data
/// protection officer. Returns what was overridden, for the journal.
///
/// # Errors
/// `Rejected` with `SPECIAL_CATEGORY`, naming category and field.
pub fn guard(
    actor: Actor,
    own: &OwnWords,
    ground: Option<SpecialCategoryGround>,
    names: &[Name<'_>],
) -> Result<Vec<Category>> {
    let context = names.iter().map(|name| name.text).collect::<Vec<_>>().join(" ");
    let found: Vec<(Category, &Name<'_>)> = names
        .iter()
        .filter_map(|name| check_with(own, name.text, &context).map(|category| (category, name)))
        .collect();
    let may_override = may_override(actor);
    if found.is_empty() || (ground.is_some() && may_override) {
        let mut categories: Vec<Category> = found.into_iter().map(|(category, _)| category).collect();
        categories.sort_unstable();
        categories.dedup();
        return Ok(categories);
    }
    let problems = found.into_iter().map(|(category, name)| {
        let remedy = if may_override {
            "Leave it out, or state the exception of Art. 9(2) that applies as `specialCategoryGround`."
        } else {
            "Leave it out, or ask the owner or the data protection officer, who may state the exception of Art. 9(2) that applies."
        };
        let message = format!("This asks for {} ({}), which the GDPR forbids keeping by default. {remedy}", category.in_words(), category.as_str());
        Problem::new(ProblemCode::SpecialCategory, name.field.clone(), message)
    });
    Err(Error::Rejected(problems.collect()))
}

/// Whether the actor may state an exception of Art. 9(2): the owner and the data protection officer.
#[must_use]
pub fn may_override(actor: Actor) -> bool {
    matches!(actor, Actor::Operator) || matches!(actor.role(), Some(Role::Owner | Role::Dpo))
}

/// Adds to an entry which exception a definition needed, and on which ground.
#[must_use]
pub fn with_override(entry: Entry, overridden: &[Category], ground: Option<SpecialCategoryGround>) -> Entry {
    match ground {
        Some(ground) if !overridden.is_empty() => {
            let categories = overridden.iter().map(|category| category.as_str()).collect::<Fact>();
            entry.with("specialCategories", categories).with("specialCategoryGround", ground.as_str())
        }
        _ => entry,
    }
}

#[cfg(test)]
mod tests;
