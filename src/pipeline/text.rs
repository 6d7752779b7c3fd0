//! Names and titles entered by staff: NFC, trimmed, one line, without invisible or direction-changing
//! characters.

use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Problem, ProblemCode},
    platform::text::is_line,
};

/// Maximum length of a deal's title, in characters.
pub(super) const MOST_TITLE: usize = 300;
/// Maximum length of the name of a pipeline, stage or reason, in characters.
pub(super) const MOST_NAME: usize = 100;

/// The normalized text; its errors are added to the problems.
pub(super) fn line(problems: &mut Vec<Problem>, field: &str, text: &str, most: usize) -> String {
    let tidy: String = text.nfc().collect::<String>().trim().to_owned();
    if tidy.is_empty() {
        problems.push(Problem::new(ProblemCode::Required, field, "Give it a name."));
    } else if tidy.chars().count() > most {
        problems.push(Problem::new(ProblemCode::TooLong, field, format!("Use at most {most} characters.")));
    } else if !is_line(&tidy) {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            field,
            "Use one line of text, without control characters.",
        ));
    }
    tidy
}
