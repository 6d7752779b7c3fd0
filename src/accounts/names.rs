//! Names of members and workspaces, and their validation.

use entity::{Time, member, workspace};

use crate::{
    error::{Problem, ProblemCode},
    platform::{
        pages::{codes_in_words, is_spoken},
        text::is_line,
    },
};

pub(super) fn check_name(name: &str) -> Option<Problem> {
    let length = name.trim().chars().count();
    if length == 0 {
        return Some(Problem::new(ProblemCode::Required, "name", "Give their name, as colleagues see it."));
    }
    if length > 200 {
        return Some(Problem::new(ProblemCode::TooLong, "name", "Use at most 200 characters."));
    }
    (!is_line(name)).then(|| Problem::new(ProblemCode::Invalid, "name", "Remove the control characters."))
}

pub(super) fn check_language(language: &str) -> Option<Problem> {
    (!is_spoken(language))
        .then(|| Problem::new(ProblemCode::NotOffered, "language", format!("Use {}.", codes_in_words("or"))))
}

pub(super) fn ms(at: Time) -> Vec<u8> {
    at.timestamp_millis().to_be_bytes().to_vec()
}

/// Names that others know, which a password must not consist of.
pub(super) fn names<'a>(
    workspace: &'a workspace::Model,
    row: &'a member::Model,
    name: &'a str,
) -> [&'a str; 6] {
    [&workspace.name, &workspace.slug, &workspace.legal_name, &row.email, &row.name, name]
}
