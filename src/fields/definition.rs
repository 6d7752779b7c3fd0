//! A field's definition and its validation.

use entity::{DataClass, EntityKind, FieldType};
use serde::Serialize;

use super::{
    art9::{Name, SpecialCategoryGround},
    shape::{Choice, Texts, Validation},
    value::{self, Amount},
};
use crate::{
    error::{Problem, ProblemCode},
    platform::{
        pages::{codes_in_words, is_spoken},
        text::is_line,
    },
};

/// Limit on the fields of one kind of record.
pub const MOST_FIELDS: u64 = 200;
/// Limit on the options that a field offers.
const MOST_CHOICES: usize = 200;
/// Limit on all options of a field, with retired ones.
const MOST_CHOICES_EVER: usize = 1_000;
/// Characters of a key.
const LONGEST_KEY: usize = 40;
/// Characters of a label, and of an option.
const LONGEST_NAME: usize = 100;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;
/// Characters of a pattern.
const LONGEST_PATTERN: usize = 200;

/// Names of built-in fields of contacts, companies and deals, and names that forms use themselves.
const RESERVED: [&str; 56] = [
    "id",
    "key",
    "given_name",
    "family_name",
    "name",
    "sort_name",
    "email",
    "emails",
    "address",
    "addresses",
    "phone",
    "job_title",
    "company",
    "company_name",
    "company_id",
    "owner",
    "owner_id",
    "postal_address",
    "language",
    "lifecycle",
    "custom",
    "custom_fields",
    "tags",
    "domain",
    "website",
    "industry",
    "title",
    "amount",
    "amount_minor",
    "currency",
    "pipeline",
    "pipeline_id",
    "stage",
    "stage_id",
    "stage_since",
    "rank",
    "expected_close_on",
    "closed_at",
    "loss_reason",
    "source",
    "contacts",
    "deals",
    "activities",
    "external_id",
    "version",
    "created_at",
    "updated_at",
    "archived_at",
    "last_contact_at",
    "restricted_at",
    "consent",
    "consents",
    "ticket",
    "page",
    "leave_blank",
    "provenance",
];

/// The options of a field after a change: those offered from now on, then the former ones, which keep their
/// labels.
#[must_use]
pub(super) fn with_retired(offered: Vec<Choice>, before: Vec<Choice>) -> Vec<Choice> {
    let (mut options, known): (Vec<Choice>, Vec<Choice>) = (offered, before);
    let left_out: Vec<Choice> =
        known.into_iter().filter(|option| !options.iter().any(|other| other.value == option.value)).collect();
    options.extend(left_out.into_iter().map(|option| Choice { retired: true, ..option }));
    options
}

/// A field to create.
#[derive(Clone, Debug, Serialize)]
pub struct NewField {
    /// The kind of record that has it.
    pub entity: EntityKind,
    /// Its name in inputs and filters.
    pub key: String,
    /// Label, by language.
    pub label: Texts,
    /// The type of its values.
    pub kind: FieldType,
    /// Who may read it, and how it is stored.
    pub class: DataClass,
    /// Why it is collected.
    pub reason: String,
    /// Whether staff must fill it in.
    pub required: bool,
    /// The options.
    pub options: Vec<Choice>,
    /// Constraints on values.
    pub validation: Validation,
    /// The exception of GDPR Art. 9(2), if its name suggests a special category of data.
    pub ground: Option<SpecialCategoryGround>,
}

/// The problem with a key, if any.
pub(super) fn check_key(key: &str) -> Option<Problem> {
    let well_named = key.len() <= LONGEST_KEY
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_named {
        let message = "Use at most 40 lower-case letters, digits and underscores, beginning with a letter.";
        return Some(Problem::new(ProblemCode::Invalid, "key", message));
    }
    RESERVED.contains(&key).then(|| {
        Problem::new(ProblemCode::Taken, "key", "This is the name of something built in: take another.")
    })
}

/// Validates the parts that can also be changed later.
pub(super) fn check_definition(
    kind: FieldType,
    label: &Texts,
    reason: &str,
    options: &[Choice],
    validation: &Validation,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_texts("label", label, &mut problems);
    if reason.trim().is_empty() {
        problems.push(Problem::new(
            ProblemCode::Required,
            "reason",
            "Say why it is held: data without a reason may not be (Art. 5(1)(c)).",
        ));
    } else if reason.chars().count() > LONGEST_REASON {
        problems.push(Problem::new(ProblemCode::TooLong, "reason", "Use at most 500 characters."));
    }
    check_options(kind, options, &mut problems);
    check_validation(kind, validation, &mut problems);
    problems
}

fn check_texts(field: &str, texts: &Texts, problems: &mut Vec<Problem>) {
    if texts.is_empty() || texts.keys().any(|language| !is_spoken(language)) {
        problems.push(Problem::new(
            ProblemCode::Required,
            field,
            format!("Give it in at least one of the languages {}.", codes_in_words("and")),
        ));
    }
    for text in texts.values() {
        if text.trim().is_empty() {
            problems.push(Problem::new(
                ProblemCode::Required,
                field,
                "Leave a language out rather than empty.",
            ));
        } else if text.chars().count() > LONGEST_NAME || !is_line(text) {
            problems.push(Problem::new(
                ProblemCode::TooLong,
                field,
                "Use one line of at most 100 characters.",
            ));
        }
    }
}

fn check_options(kind: FieldType, options: &[Choice], problems: &mut Vec<Problem>) {
    let offered = options.iter().filter(|option| !option.retired).count();
    if matches!(kind, FieldType::Choice | FieldType::Choices) == (offered == 0) || offered > MOST_CHOICES {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "options",
            "CHOICE and CHOICES need 1 to 200 options; other types take none.",
        ));
        return;
    }
    if options.len() > MOST_CHOICES_EVER {
        let message = "This field has had 1000 options, which values may still hold: rename some instead, or make a new field.";
        problems.push(Problem::new(ProblemCode::TooLong, "options", message));
        return;
    }
    for (at, option) in options.iter().enumerate().filter(|(_, option)| !option.retired) {
        let field = format!("options.{at}.value");
        if option.value.trim() != option.value || option.value.is_empty() || !is_line(&option.value) {
            problems.push(Problem::new(
                ProblemCode::Invalid,
                &field,
                "Use one line without spaces around it.",
            ));
        } else if option.value.chars().count() > LONGEST_NAME {
            problems.push(Problem::new(ProblemCode::TooLong, &field, "Use at most 100 characters."));
        }
        if options[..at].iter().any(|other| other.value == option.value) {
            problems.push(Problem::new(
                ProblemCode::Taken,
                &field,
                "Two options have this value: leave one out.",
            ));
        }
        check_texts(&format!("options.{at}.label"), &option.label, problems);
    }
}

fn check_validation(kind: FieldType, validation: &Validation, problems: &mut Vec<Problem>) {
    let mut wrong = |code, field: &str, message: &str| {
        problems.push(Problem::new(code, format!("validation.{field}"), message));
    };
    for (field, bound) in [("min", &validation.min), ("max", &validation.max)] {
        let Some(bound) = bound else { continue };
        let fits = match kind {
            FieldType::Number => value::number(bound).is_ok(),
            FieldType::Money => Amount::bound(bound).is_some(),
            FieldType::Date => value::date(bound).is_ok(),
            _ => {
                wrong(
                    ProblemCode::Invalid,
                    field,
                    "Only NUMBER, MONEY and DATE have a smallest and a largest value.",
                );
                continue;
            }
        };
        if !fits {
            wrong(ProblemCode::Invalid, field, "Give a number like 12.5, for DATE a day like 2026-11-24.");
        }
    }
    if let (Some(min), Some(max)) = (&validation.min, &validation.max)
        && value::compare(kind, min, max).is_some_and(std::cmp::Ordering::is_gt)
    {
        wrong(ProblemCode::Invalid, "max", "The largest value is smaller than the smallest.");
    }
    if validation
        .max_length
        .is_some_and(|most| kind != FieldType::Text || !(1..=value::LONGEST_TEXT).contains(&(most as usize)))
    {
        wrong(ProblemCode::Invalid, "maxLength", "Only TEXT has it, from 1 to 4000.");
    }
    if let Some(pattern) = &validation.pattern {
        if kind != FieldType::Text {
            wrong(ProblemCode::Invalid, "pattern", "Only TEXT has one.");
        } else if pattern.len() > LONGEST_PATTERN || value::whole(pattern).is_err() {
            wrong(
                ProblemCode::Invalid,
                "pattern",
                "Use a regular expression of at most 200 characters without look-around and back-references (the syntax of the `regex` crate).",
            );
        }
    }
}

/// All parts of a definition that tell what is collected, for the Art. 9 guard.
pub(super) fn names<'a>(key: Option<&'a str>, label: &'a Texts, options: &'a [Choice]) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> =
        key.map(|text| Name { field: "key".to_owned(), text }).into_iter().collect();
    names.extend(label.iter().map(|(language, text)| Name { field: format!("label.{language}"), text }));
    for (at, option) in options.iter().enumerate() {
        names.push(Name { field: format!("options.{at}.value"), text: &option.value });
        names.extend(
            option
                .label
                .iter()
                .map(|(language, text)| Name { field: format!("options.{at}.label.{language}"), text }),
        );
    }
    names
}
