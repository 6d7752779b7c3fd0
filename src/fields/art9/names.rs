//! Names of people, places and companies that look like words of a special category: Tyson Gay,
//! Jean-Baptiste, Islamabad.
//!
//! A word counts as a name only on strong evidence, so that the guard cannot be tricked: it is nothing but a
//! name, or it has a capital and stands beside a given name. "Gay Pride" and "Église baptiste" are still
//! caught.

use super::{Word, find::fits};

/// Nothing but names, although they start like a word of the lexicon.
const ALWAYS: &[&str] = &["islamabad", "islamorada", "hinduja", "hindustan", "allergan", "genetec"];

/// Names of several words.
const PHRASES: &[&[&str]] =
    &[&["gay", "lussac"], &["hindu", "kush"], &["handicap", "international"], &["jean", "baptiste"]];

/// Family names, if beside a given name. Words that also describe people are left out: "Muslim", "Juif".
const FAMILY: &[&str] =
    &["baptista", "baptiste", "chretien", "gay", "genet*", "islam*", "nir", "race", "sante", "sida"];

/// Of these, common nouns that may follow single letters, as in titles ("B. Santé"): an initial beside them
/// is not enough.
const NOUNS: [&str; 3] = ["race", "sante", "sida"];

/// A given name that also means a member of a church; beside these words it does.
const BAPTISTE: &str = "baptiste";
#[rustfmt::skip]
const CHURCH: &[&str] = &[
    "eglise*", "church*", "culte*", "cult", "pasteur*", "pastor*", "paroiss*", "parish*", "temple*", "communaut*", "communit*", "foi", "faith",
    "mission*", "union*", "convention*", "federation*", "religi*", "evangeli*", "ministr*", "minister*", "croyan*", "confession*", "membre*",
    "member*", "chretien*", "christian", "protestant*", "cathol*", "musulman*", "juif*", "juive*", "athee*", "orthodox*",
];

/// Given names with (almost) no other meaning, as written in Europe, America, the Arab world and South Asia.
#[rustfmt::skip]
const GIVEN: &[&str] = &[
    "aaron", "abdul", "abdullah", "abel", "adam", "adele", "adrian", "adrien", "agathe", "agnes", "ahmad",
    "ahmed", "aicha", "aisha", "alain", "alan", "albert", "alex", "alexander", "alexandra", "alexandre",
    "alexis", "alfred", "ali", "alice", "alicia", "aline", "alison", "amanda", "amelie", "amina", "amir",
    "amy", "ana", "anais", "andre", "andrea", "andreas", "andrew", "andy", "angela", "anika", "anita",
    "ann", "anna", "anne", "annie", "anthony", "antoine", "antonio", "ariane", "arnaud", "arthur",
    "aurelie", "aurelien", "axel", "barbara", "beatrice", "ben", "benjamin", "benoit", "bernadette",
    "bernard", "bert", "bertrand", "bill", "bob", "brian", "brigitte", "bruce", "bruno", "camille", "carl",
    "carla", "carlos", "carol", "caroline", "catherine", "cecile", "cedric", "celine", "charles",
    "charlotte", "chloe", "chris", "christelle", "christiane", "christine", "christophe",
    "christopher", "claire", "clara", "claude", "claudia", "clement", "colette", "corinne", "cyril",
    "damien", "dan", "daniel", "daniele", "david", "deborah", "delphine", "denis", "denise", "dennis",
    "diana", "diane", "didier", "dominique", "donald", "dorothy", "douglas", "edgar", "edith", "edouard",
    "eduardo", "edward", "elaine", "elena", "eleonore", "elias", "elise", "elizabeth", "elodie", "elsa",
    "emilie", "emily", "emma", "emmanuel", "enzo", "eric", "erik", "ernest", "estelle", "esther", "etienne",
    "eugene", "eva", "evelyne", "fabien", "fabrice", "farid", "faruk", "fatima", "felix", "fernando",
    "flora", "florence", "florian", "francesca", "francesco", "francis", "francisco", "franck", "francois",
    "francoise", "frank", "fred", "frederic", "gabriel", "gabrielle", "gael", "gary", "genevieve",
    "geoffrey", "george", "georges", "gerald", "gerard", "gilbert", "gilles", "giovanni", "gisele",
    "giulia", "gregory", "guillaume", "gustave", "guy", "hans", "harold", "harry", "hasan", "hassan",
    "helen", "helene", "henri", "henry", "herve", "hugo", "hussein", "ian", "ibrahim", "igor", "ines",
    "irene", "isabel", "isabelle", "ivan", "jack", "jacqueline", "jacques", "james", "jan", "jane", "janet",
    "jason", "javier", "jean", "jeanne", "jeff", "jennifer", "jeremy", "jerome", "jessica", "jim", "joan",
    "joanna", "joe", "john", "jonathan", "jorge", "jose", "joseph", "josephine", "joshua", "juan", "judith",
    "julia", "julian", "julie", "julien", "juliette", "justin", "kamal", "karen", "karim", "karl", "kate",
    "katherine", "kazi", "keith", "kenneth", "kevin", "khaled", "kim", "larry", "laura", "laure",
    "laurence", "laurent", "lea", "leila", "leo", "leon", "leonard", "lilian", "linda", "lisa", "loic",
    "louis", "louise", "luc", "luca", "lucas", "lucie", "lucien", "lucy", "luis", "lydia", "madeleine",
    "manuel", "marc", "marcel", "marco", "margaret", "margot", "maria", "marie", "marina", "mario",
    "marion", "mark", "martha", "martin", "martine", "marvin", "mary", "mathias", "mathieu", "mathilde",
    "matthew", "maurice", "max", "maxime", "michael", "michel", "michele", "michelle", "miguel", "mike",
    "mohamed", "mohammad", "mohammed", "monique", "muhammad", "mustafa", "nadia", "nancy", "natalie",
    "nathalie", "nathan", "nazrul", "nicholas", "nick", "nicolas", "nicole", "nina", "noah", "noel",
    "noemie", "nora", "nurul", "odile", "olga", "oliver", "olivier", "omar", "oscar", "pablo", "pamela",
    "paola", "pascal", "pascale", "patrice", "patricia", "patrick", "paul", "paula", "pauline", "pedro",
    "peter", "petr", "philip", "philippe", "pierre", "quentin", "rachel", "rafael", "rafiqul", "ralph",
    "raphael", "raymond", "rebecca", "remi", "rene", "renee", "ricardo", "richard", "robert", "roberto",
    "robin", "roger", "roland", "romain", "ronald", "rosa", "rose", "roxane", "rudi", "rudy", "russell",
    "ruth", "ryan", "sabine", "said", "saiful", "sally", "salman", "sam", "samir", "samuel", "sandra",
    "sandrine", "sara", "sarah", "scott", "sebastien", "serge", "shafiqul", "sharon", "shirin", "simon",
    "simone", "sofia", "sonia", "sophie", "stefan", "stephane", "stephanie", "stephen", "steve", "steven",
    "stuart", "susan", "suzanne", "sylvain", "sylvie", "tahmina", "tariq", "tariqul", "thierry", "thomas",
    "tim", "timothy", "tom", "tony", "tyson", "valentin", "valerie", "vanessa", "veronique", "victor",
    "victoria", "vincent", "virginie", "walter", "wendy", "william", "xavier", "yann", "yannick", "yasmine",
    "youssef", "yusuf", "yuval", "yves", "yvette", "yvonne", "zoe",
];

/// Whether a folded word is a given name with (almost) no other meaning.
pub(super) fn is_given_name(word: &str) -> bool {
    word == BAPTISTE || GIVEN.binary_search(&word).is_ok()
}

/// The folded words of a text, with names blanked out.
pub(super) fn without_names(words: &[Word]) -> Vec<String> {
    let is_name = |at: usize| {
        ALWAYS.contains(&words[at].folded.as_str())
            || is_in_phrase(words, at)
            || is_baptiste(words, at)
            || is_family_name(words, at)
    };
    (0..words.len()).map(|at| if is_name(at) { String::new() } else { words[at].folded.clone() }).collect()
}

fn is_in_phrase(words: &[Word], at: usize) -> bool {
    PHRASES.iter().any(|phrase| {
        let begins = (at + 1).saturating_sub(phrase.len())..=at;
        begins.into_iter().any(|begin| {
            let there = words.get(begin..begin + phrase.len());
            there.is_some_and(|there| {
                there.iter().zip(*phrase).all(|(word, wanted)| word.folded == *wanted && word.capital)
            })
        })
    })
}

fn is_baptiste(words: &[Word], at: usize) -> bool {
    let of_church = |word: &Word| CHURCH.iter().any(|wanted| fits(&word.folded, wanted));
    words[at].folded == BAPTISTE && words[at].capital && !words.iter().any(of_church)
}

/// Whether it follows a given name, or initials with nothing before them, or precedes a given name as in
/// sorted lists: "Gay, Tyson". A single capital letter after other words numbers a section: "Partie B :
/// Santé".
fn is_family_name(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if !word.capital || !FAMILY.iter().any(|wanted| fits(&word.folded, wanted)) {
        return false;
    }
    let is_given = |word: &Word| word.capital && is_given_name(&word.folded);
    let is_initial = |word: &Word| word.capital && word.folded.chars().count() == 1;
    let before = at.checked_sub(1).map(|at| &words[at]);
    let after = words.get(at + 1);
    let initials = at > 0
        && !NOUNS.contains(&word.folded.as_str())
        && words[..at].iter().all(|word| is_given(word) || is_initial(word));
    before.is_some_and(is_given) || initials || (before.is_none() && after.is_some_and(is_given))
}

#[cfg(test)]
mod tests {
    use crate::fields::art9::names::GIVEN;

    #[test]
    fn given_names_are_in_order_and_none_twice() {
        assert!(GIVEN.is_sorted_by(|a, b| a < b), "{:?}", GIVEN.windows(2).find(|pair| pair[0] >= pair[1]));
    }
}
