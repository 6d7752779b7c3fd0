//! Words that differ by one typo: one letter added, missing, wrong, or swapped with its neighbour.
//!
//! All words that the given one could be a misspelling of are generated (some hundreds), and the index of
//! words tells which exist. Compared with a table of misspellings, there is nothing to maintain, and nothing
//! personal is stored.

use crate::platform::fold::joins_words;

/// Shorter words have too many neighbours, longer ones are not names.
const LETTERS: std::ops::RangeInclusive<usize> = 4..=20;

/// All words that differ from this one by one typo; none for words that are too short, contain digits, or are
/// in a script without spaces.
pub(super) fn neighbours(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if !LETTERS.contains(&letters.len()) || letters.iter().any(|c| c.is_ascii_digit() || joins_words(*c)) {
        return Vec::new();
    }
    let alphabet: Vec<char> = alphabet(letters[0]).collect();
    let mut found = Vec::with_capacity(letters.len() * (2 * alphabet.len() + 2) + alphabet.len());
    let with = |range: std::ops::Range<usize>, between: &[char]| -> String {
        letters[..range.start].iter().chain(between).chain(&letters[range.end..]).collect()
    };
    for at in 0..letters.len() {
        found.push(with(at..at + 1, &[]));
        if at + 1 < letters.len() && letters[at] != letters[at + 1] {
            found.push(with(at..at + 2, &[letters[at + 1], letters[at]]));
        }
        found.extend(
            alphabet
                .iter()
                .filter(|letter| **letter != letters[at])
                .map(|letter| with(at..at + 1, &[*letter])),
        );
        found.extend(alphabet.iter().map(|letter| with(at..at, &[*letter])));
    }
    found.extend(alphabet.iter().map(|letter| with(letters.len()..letters.len(), &[*letter])));
    found.sort_unstable();
    found.dedup();
    found
}

/// The alphabet of a letter; empty for scripts without one.
fn alphabet(letter: char) -> std::ops::RangeInclusive<char> {
    match letter {
        'a'..='z' => 'a'..='z',
        'α'..='ω' => 'α'..='ω',
        'а'..='џ' => 'а'..='я',
        'ա'..='ֆ' => 'ա'..='ֆ',
        'א'..='ת' => 'א'..='ת',
        'ა'..='ჰ' => 'ა'..='ჰ',
        'ء'..='ي' => 'ء'..='ي',
        // An empty range.
        _ => 'b'..='a',
    }
}

#[cfg(test)]
mod tests {
    use crate::search::typos::neighbours;

    #[test]
    fn one_slip_of_each_kind_is_found_and_nothing_else() {
        let near = neighbours("martin");
        for word in ["matin", "marrtin", "mortin", "amrtin", "martins", "smartin", "marti", "artin"] {
            assert!(near.contains(&word.to_owned()), "{word}");
        }
        assert!(!near.contains(&"martin".to_owned()));
        assert!(!near.contains(&"mrtni".to_owned()));
        assert!(near.len() < 400, "{}", near.len());
        assert!(neighbours("bob").is_empty() && neighbours("martin7").is_empty());
        assert!(neighbours("петров").contains(&"петрова".to_owned()));
        assert!(
            !neighbours("सुनीता").is_empty(),
            "letters left out and swapped, though there is no alphabet here"
        );
        assert!(neighbours("山田太郎").is_empty() && neighbours("กรุงเทพ").is_empty());
    }
}
