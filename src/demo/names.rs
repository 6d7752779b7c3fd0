//! Names of the demo's people and companies: short lists of common names, combined at random, so that no real
//! person is meant. Every domain ends in `.example`, which belongs to nobody (RFC 2606), and every telephone
//! number is from a range reserved for fiction (ARCEP for France, Ofcom for the United Kingdom, NANPA for
//! North America).

use std::collections::BTreeSet;

use super::dice::Dice;
use crate::platform::fold::fold;

const FRENCH: [&str; 24] = [
    "Adèle", "Aïcha", "Baptiste", "Camille", "Chloé", "Édouard", "Élise", "Fabien", "Gaëlle", "Hugo", "Inès",
    "Jérôme", "Karim", "Léa", "Maëlys", "Mathieu", "Nadia", "Noémie", "Océane", "Quentin", "Rémi", "Solène",
    "Théo", "Yasmine",
];
const ENGLISH: [&str; 20] = [
    "Abigail", "Alfie", "Beatrice", "Callum", "Daisy", "Edward", "Freya", "George", "Harriet", "Imogen",
    "Jasper", "Leila", "Martha", "Nathan", "Oliver", "Priya", "Rosie", "Samuel", "Tessa", "William",
];
const FAMILIES: [&str; 48] = [
    "Aubertin",
    "Barrow",
    "Bellecour",
    "Bertholet",
    "Brindley",
    "Castelneau",
    "Charpentier",
    "Colbrook",
    "Courtois",
    "Dalmasso",
    "Delorme",
    "Denholm",
    "Desjardins",
    "Duvallon",
    "Eastmoor",
    "Fairbourne",
    "Faucheux",
    "Fontanel",
    "Garrigue",
    "Greatorex",
    "Guilbert",
    "Hallewell",
    "Hébrard",
    "Hollings",
    "Jourdain",
    "Kerbrat",
    "Kingsmill",
    "Lacombe",
    "Lavergne",
    "Lockhart",
    "Maréchal",
    "Merriman",
    "Montclar",
    "Nivelle",
    "Oakshott",
    "Pellerin",
    "Penhallow",
    "Quentric",
    "Ravel",
    "Rigaudin",
    "Rothwell",
    "Sauvage",
    "Sorel",
    "Tancrède",
    "Thackeray",
    "Vasseur",
    "Winterburn",
    "Zeller",
];
/// Invented words that no company uses.
const PLACES: [&str; 20] = [
    "Borélune",
    "Azuvane",
    "Fernwhistle",
    "Quaimauve",
    "Halcyrose",
    "Orangelune",
    "Ashwhimsy",
    "Belvoilette",
    "Cobaltine",
    "Lanternelle",
    "Northglimmer",
    "Solstelle",
    "Meridove",
    "Verrelune",
    "Canopelle",
    "Driftglow",
    "Opalvane",
    "Zénithelle",
    "Larkglimmer",
    "Papyrelle",
];
const TRADES: [(&str, &str); 6] = [
    ("Architectes", "Architecture"),
    ("Hôtels", "Hospitality"),
    ("Interiors", "Interior design"),
    ("Librairies", "Retail"),
    ("Studios", "Design"),
    ("Workshops", "Crafts"),
];
/// E-mail domains of people without a company.
const MAILBOXES: [&str; 4] = ["courriel.example", "mail.example", "poste.example", "inbox.example"];
pub(super) const JOBS: [&str; 10] = [
    "Architect",
    "Office manager",
    "Directrice",
    "Buyer",
    "Interior designer",
    "Responsable des achats",
    "Founder",
    "Project manager",
    "Chef de projet",
    "Shop manager",
];
const STREETS: [&str; 6] = [
    "rue de l’Exemple",
    "place de l’Invention",
    "avenue du Modèle",
    "chemin des Essais",
    "quai de la Fable",
    "impasse du Brouillon",
];

/// A fictional person.
#[derive(Clone, Debug)]
pub(super) struct Somebody {
    pub given: String,
    pub family: String,
    /// `fr` or `en`.
    pub language: &'static str,
}

impl Somebody {
    /// The e-mail address at `domain`, or at a public provider's when there is none.
    pub fn email(&self, domain: Option<&str>) -> String {
        let local = format!("{}.{}", fold(&self.given), fold(&self.family));
        let anywhere = MAILBOXES[local.len() % MAILBOXES.len()];
        format!("{local}@{}", domain.unwrap_or(anywhere))
    }
}

/// Generates people, never the same name twice.
pub(super) struct Names {
    known: BTreeSet<(String, String)>,
    numbers: u32,
}

impl Names {
    pub fn new() -> Self {
        Self { known: BTreeSet::new(), numbers: 0 }
    }

    /// A new person.
    pub fn somebody(&mut self, dice: &mut Dice) -> Somebody {
        loop {
            let (given, language) =
                if dice.chance(60) { (*dice.pick(&FRENCH), "fr") } else { (*dice.pick(&ENGLISH), "en") };
            let family = *dice.pick(&FAMILIES);
            if self.known.insert((given.to_owned(), family.to_owned())) {
                return Somebody { given: given.to_owned(), family: family.to_owned(), language };
            }
        }
    }

    /// A telephone number from a range reserved for fiction, never the same twice.
    pub fn number(&mut self, language: &str) -> String {
        self.numbers += 1;
        number(language, self.numbers)
    }
}

/// The `at`-th number. Reserved ranges: ARCEP 01 99 00 and others, Ofcom 020 7946 0, NANPA 555-01.
fn number(language: &str, at: u32) -> String {
    match (language, at % 8) {
        ("fr", 0..=3) => format!("01 99 00 {:02} {:02}", at / 100 % 100, at % 100),
        ("fr", 4 | 5) => format!("02 61 91 {:02} {:02}", at / 100 % 100, at % 100),
        ("fr", _) => format!("03 53 01 {:02} {:02}", at / 100 % 100, at % 100),
        (_, 0) => format!("+1 202-555-01{:02}", at / 8 % 100),
        _ => format!("+44 20 7946 0{:03}", at % 1000),
    }
}

/// The `at`-th company: name, domain, industry. There are 120.
pub(super) fn company(at: usize) -> (String, String, &'static str) {
    // Cycles through the places; each round shifts every place to the next trade.
    let (place, round) = (at % PLACES.len(), at / PLACES.len());
    let (trade, industry) = TRADES[(place + round) % TRADES.len()];
    let place = PLACES[place];
    let domain = format!("{}-{}.example", fold(place).replace(' ', "-"), fold(trade));
    (format!("{place} {trade}"), domain, industry)
}

/// A street address that does not exist.
pub(super) fn postal_address(dice: &mut Dice) -> String {
    format!(
        "{} {}\n{:05} Ville-Exemple\nFrance",
        1 + dice.below(98),
        dice.pick(&STREETS),
        99_000 + dice.below(900)
    )
}

/// An account at a French bank that does not exist (code 99999), with valid check digits of the bank (RIB)
/// and of ISO 13616.
pub(super) fn iban(at: u32) -> String {
    let (bank, branch, account) = (99_999_u64, 1_u64, 10_000_000 + u64::from(at));
    let rib = 97 - (89 * bank + 15 * branch + 3 * account) % 97;
    let bban = format!("{bank:05}{branch:05}{account:011}{rib:02}");
    // F is 15 and R is 27; the check digits themselves count as 00.
    let remainder =
        format!("{bban}152700").bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("FR{:02}{bban}", 98 - remainder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::phones::read_phone;

    #[test]
    fn every_number_can_be_dialled_and_is_nobodys() {
        for at in 1..1_000 {
            for language in ["fr", "en"] {
                let text = number(language, at);
                let number = read_phone(&text, "FR").unwrap_or_else(|| panic!("{text} is no number"));
                let ranges = ["+3319900", "+3326191", "+3335301", "+442079460", "+120255501"];
                assert!(ranges.iter().any(|range| number.starts_with(range)), "{number}");
            }
        }
    }

    #[test]
    fn nobody_and_no_company_comes_twice() {
        let (mut dice, mut names) = (Dice::new(), Names::new());
        let people: BTreeSet<String> =
            (0..600).map(|_| names.somebody(&mut dice).email(Some("mail.example"))).collect();
        assert_eq!(people.len(), 600);
        let domains: BTreeSet<String> = (0..120).map(|at| company(at).1).collect();
        assert_eq!(domains.len(), 120);
        assert!(
            domains.iter().all(|domain| domain.is_ascii() && domain.ends_with(".example")),
            "{domains:?}"
        );
    }

    #[test]
    fn accounts_have_the_digits_that_a_bank_would_check() {
        for at in 0..200 {
            let iban = iban(at);
            assert!(iban.parse::<iban::Iban>().is_ok(), "{iban}");
        }
    }
}
