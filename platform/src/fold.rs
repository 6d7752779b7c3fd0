//! Folds text for order, uniqueness and search: without case, width and the accents that readers ignore.
//! "Élodie ŒUVRÉ" and "elodie oeuvre" fold alike.
//!
//! Unicode's full case folding (CaseFolding.txt, status C and F) on compatibility decomposed text (NFKD, UAX
//! #15), then composed again. A mark is dropped where it is an accent: in Latin and Greek, stress and the
//! dots of ё in Cyrillic, the points of Arabic and Hebrew. Elsewhere marks are letters: the vowel signs of
//! India and Thailand, the voicing marks of kana, the breve of й. Rows store their folded text, so whoever
//! changes the rules raises [`VERSION`].

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_script::{Script, UnicodeScript};

/// The version of these rules: rows folded by another version are folded again, once (see [`super::refold`]).
pub const VERSION: i32 = 2;

/// The folded text; runs of white space become one space.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return spaced(text.chars().map(|c| c.to_ascii_lowercase()));
    }
    let plain: String = text.nfkd().collect();
    let lower: Cow<'_, str> = CaseMapper::new().fold_string(&plain);
    let mut base = None;
    let mut kept = String::with_capacity(lower.len());
    for c in lower.nfkd().filter(|c| !is_unseen(*c)) {
        if is_combining_mark(c) {
            if !is_accent(c, base) {
                kept.push(c);
            }
            continue;
        }
        base = Some(c);
        match spelt_out(c) {
            Some(letters) => kept.push_str(letters),
            None => kept.push(c),
        }
    }
    spaced(kept.nfc())
}

/// Whether this character of a folded text is part of a word: a letter, a digit, or a mark on the letter
/// before it.
#[must_use]
pub fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether this letter belongs to a script that writes words without spaces between them, or joins them to
/// long compounds as Korean does.
#[must_use]
pub fn joins_words(c: char) -> bool {
    use Script::{Bopomofo, Han, Hangul, Hiragana, Katakana, Khmer, Lao, Myanmar, Thai, Yi};
    // Two characters that Chinese and Japanese share, so Unicode assigns them no script.
    let shared = matches!(c, 'ー' | '〆');
    shared
        || matches!(
            c.script(),
            Han | Hiragana | Katakana | Hangul | Bopomofo | Thai | Lao | Khmer | Myanmar | Yi
        )
}

fn spaced(text: impl Iterator<Item = char>) -> String {
    let mut spaced = String::with_capacity(text.size_hint().0);
    for c in text {
        if !c.is_whitespace() {
            spaced.push(c);
        } else if !spaced.is_empty() && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    if spaced.ends_with(' ') {
        spaced.pop();
    }
    spaced
}

/// Letters that do not decompose, and how people without them on their keyboard write them.
fn spelt_out(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        '’' | '‘' | 'ʼ' | 'ʻ' => "'",
        _ => return None,
    })
}

/// Whether readers ignore this mark over this letter.
fn is_accent(mark: char, base: Option<char>) -> bool {
    match mark {
        // Marks used in every script.
        '\u{300}'..='\u{36f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => {
            let Some(base) = base else { return true };
            match base.script() {
                Script::Latin | Script::Greek | Script::Common | Script::Inherited | Script::Unknown => true,
                Script::Cyrillic => is_cyrillic_accent(mark, base),
                _ => false,
            }
        }
        // Madda and hamza: ignored over alef, letters of their own over waw and yeh.
        '\u{653}'..='\u{655}' => base == Some('\u{627}'),
        _ => is_hebrew_point(mark) || is_arabic_point(mark),
    }
}

/// Points and cantillation marks.
fn is_hebrew_point(mark: char) -> bool {
    matches!(
        mark,
        '\u{591}'
            ..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{fb1e}'
    )
}

/// Vowels, doubling, and recitation marks.
fn is_arabic_point(mark: char) -> bool {
    matches!(
        mark,
        '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}'
            | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8e1}' | '\u{8f0}'..='\u{8f2}'
    )
}

/// Stress, and the dots of ё. The other marks make separate letters: й, ї, ў, ѓ, ќ, ӣ.
fn is_cyrillic_accent(mark: char, base: char) -> bool {
    match mark {
        '\u{300}' | '\u{301}' => !matches!(base, 'г' | 'к'),
        '\u{308}' => base == 'е',
        '\u{30f}' | '\u{311}' => true,
        _ => false,
    }
}

/// Invisible characters: joiners, soft hyphens, direction marks, variation selectors, and the stroke that
/// only lengthens an Arabic word.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests {
    use super::{fold, joins_words};

    #[test]
    fn case_accents_and_width_do_not_count() {
        for (text, folded) in [
            ("  Élodie   ŒUVRÉ ", "elodie oeuvre"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("İstanbul", "istanbul"),
            ("ＡＢＣ", "abc"),
            ("Søren Ångström", "soren angstrom"),
            ("Łódź", "lodz"),
            ("Nguyễn Thị Ánh", "nguyen thi anh"),
            ("Ħamrun", "hamrun"),
            ("ſouper ﬁn", "souper fin"),
            ("Γιώργος", "γιωργοσ"),
            ("ΓΙΏΡΓΟΣ", "γιωργοσ"),
            ("Άρης Ϊός", "αρησ ιοσ"),
            ("Артём Алёшин", "артем алешин"),
            ("за́мок", "замок"),
            ("أحمد", "احمد"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("می‌خواهم", "میخواهم"),
            ("שָׁלוֹם", "שלום"),
            ("山田 太郎", "山田 太郎"),
            ("ﾔﾏﾀﾞ", "ヤマダ"),
            ("葛\u{e0100}飾", "葛飾"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn vowel_signs_voicing_marks_and_marks_that_make_another_letter_are_kept() {
        for (one, other) in [
            ("दिन", "दान"),
            ("राम", "रमा"),
            ("कल", "कला"),
            ("ปี", "ปู"),
            ("ไก่", "ไก้"),
            ("ປີ", "ປູ"),
            ("បី", "បូ"),
            ("মা", "মি"),
            ("தமிழ்", "தமிழி"),
            ("バス", "パス"),
            ("ハス", "バス"),
            ("かき", "かぎ"),
            ("май", "маи"),
            ("їх", "іх"),
            ("рўс", "рус"),
            ("رئيس", "رييس"),
            ("ؤ", "و"),
            ("전자", "전지"),
        ] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(
            fold("か\u{3099}"),
            fold("が"),
            "a letter and its mark are one sign, however they were typed"
        );
        assert_eq!(fold("\u{1109}\u{1161}\u{11b7}성"), fold("삼성"));
    }

    #[test]
    fn every_letter_folds_as_its_capital_and_its_small_letter_do() {
        for c in '\0'..=char::MAX {
            let (text, upper, lower) =
                (c.to_string(), c.to_uppercase().to_string(), c.to_lowercase().to_string());
            if text != upper || text != lower {
                assert_eq!(fold(&text), fold(&upper), "{c} U+{:04X}", c as u32);
                assert_eq!(fold(&text), fold(&lower), "{c} U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn scripts_without_spaces_are_known() {
        assert!("山田ヤマダやまだー々삼성ไทยລາວខ្មែរမြန်မာ".chars().all(joins_words));
        assert!(!"azéжאعक1 -".chars().any(joins_words));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
