//! Similarity of two people's names: edit distance (Damerau-Levenshtein), initials, missing given names and
//! swapped order. Pure; `find_duplicates` decides what is compared with what.

use strsim::normalized_damerau_levenshtein;

use crate::platform::fold::{fold, is_of_word, joins_words};

/// A folded name, ready for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    given: String,
    family: String,
}

impl Name {
    /// From a contact's columns. A full name in one of the two fields is split at its last space.
    #[must_use]
    pub fn new(given: &str, family: &str) -> Self {
        let (given, family) = (fold(given), fold(family));
        let whole = match (given.is_empty(), family.is_empty()) {
            (false, true) => &given,
            (true, false) => &family,
            _ => return Self { given, family },
        };
        match whole.rsplit_once(' ') {
            Some((first, last)) => Self { given: first.to_owned(), family: last.to_owned() },
            None => Self { given, family },
        }
    }

    /// Whether there is nothing to compare; a given name alone is too little.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.family.is_empty()
    }
}

/// Similarity from 1 (hardly) to 100 (the same); `None` when the names are different.
#[must_use]
pub fn nearness(one: &Name, other: &Name) -> Option<i32> {
    if is_in_one_word(one, other) {
        return Some(100);
    }
    if one.is_unknown() || other.is_unknown() {
        return None;
    }
    let straight = together(part(&one.family, &other.family), part(&one.given, &other.given));
    // It is unknown which part is the family name, so they are similar only if they are in either reading.
    let (there, back) = (part(&one.family, &other.given), part(&one.given, &other.family));
    let swapped = together(there, back).min(together(back, there));
    straight.max(swapped)
}

/// Whether both are the same name, written in two parts by one and without a space by the other: 山田 太郎, 山田太郎.
fn is_in_one_word(one: &Name, other: &Name) -> bool {
    let parts = |name: &Name| usize::from(!name.family.is_empty()) + usize::from(!name.given.is_empty());
    let whole = |name: &Name| format!("{}{}", name.family, name.given).replace(' ', "");
    parts(one) + parts(other) == 3
        && whole(one) == whole(other)
        && whole(one).chars().filter(|c| is_of_word(*c)).all(joins_words)
}

fn together(family: Option<f64>, given: Option<f64>) -> Option<i32> {
    let near = family? * 0.6 + given? * 0.4;
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
    (near >= 0.85).then_some((near * 100.0).round() as i32)
}

/// Similarity of two parts of a name; `None`: too different. A missing part is compatible with any, and
/// proves nothing.
fn part(one: &str, other: &str) -> Option<f64> {
    if one == other {
        return Some(1.0);
    }
    if one.is_empty() || other.is_empty() {
        return Some(0.7);
    }
    if is_initial(one, other) || is_initial(other, one) {
        return Some(0.8);
    }
    Some(normalized_damerau_levenshtein(one, other)).filter(|near| *near >= 0.75)
}

/// `j` or `j.` for `jean`; ideographs are whole names, never initials.
fn is_initial(short: &str, long: &str) -> bool {
    let mut letters = short.trim_end_matches('.').chars();
    matches!((letters.next(), letters.next()), (Some(first), None) if first.is_ascii_alphabetic() && long.starts_with(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(one: (&str, &str), other: (&str, &str)) -> bool {
        nearness(&Name::new(one.0, one.1), &Name::new(other.0, other.1)).is_some()
    }

    #[test]
    fn slips_of_the_pen_accents_initials_and_order_are_near() {
        for (one, other) in [
            (("Jean", "Dupont"), ("Jean", "Dupond")),
            (("Zoé", "Lefèvre"), ("Zoe", "LEFEVRE")),
            (("J.", "Dupont"), ("Jean", "Dupont")),
            (("Dupont", "Jean"), ("Jean", "Dupont")),
            (("Jean Dupont", ""), ("Jean", "Dupont")),
            (("", "Lovelace"), ("Ada", "Lovelace")),
            (("Jonh", "Smith"), ("John", "Smith")),
            (("太郎", "山田"), ("太郎", "山田")),
            (("太郎", "山田"), ("山田太郎", "")),
            (("", "김철수"), ("철수", "김")),
            (("Γιώργος", "Σεφέρης"), ("ΓΙΩΡΓΟΣ", "ΣΕΦΕΡΗΣ")),
        ] {
            assert!(near(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn other_people_of_one_family_and_short_names_are_not() {
        for (one, other) in [
            (("Jean", "Dupont"), ("Marc", "Dupont")),
            (("Jean", "Dupont"), ("Jeanne", "Dupont")),
            (("Wei", "Li"), ("Wei", "Xu")),
            (("次郎", "山田"), ("太郎", "山田")),
            (("राम", "शर्मा"), ("रमा", "शर्मा")),
            (("太郎", ""), ("太郎", "")),
            (("Ada", "Byron"), ("ByronAda", "")),
            (("Ada", ""), ("Ada", "")),
            (("", ""), ("", "")),
            (("", "Lovelace"), ("Lovelace", "Xu")),
        ] {
            assert!(!near(one, other) && !near(other, one), "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_who_is_asked_first(a in ".{0,12}", b in ".{0,12}", c in ".{0,12}", d in ".{0,12}") {
            let (one, other) = (Name::new(&a, &b), Name::new(&c, &d));
            let near = nearness(&one, &other);
            prop_assert_eq!(near, nearness(&other, &one));
            prop_assert!(near.is_none_or(|near| (1..=100).contains(&near)));
        }
    }
}
