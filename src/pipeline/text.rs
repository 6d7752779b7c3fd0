//! Names and titles as staff write them: NFC, trimmed, one line, nothing that hides or turns text.

use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Problem, ProblemCode},
    platform::text::is_line,
};

/// The longest title of a deal, in characters.
pub(super) const MOST_TITLE: usize = 300;
/// The longest name of a pipeline, stage or reason, in characters.
pub(super) const MOST_NAME: usize = 100;

/// The tidy text; what is wrong with it is added to the problems.
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
