//! Validates what staff and integrations enter. All problems are collected, so that the caller gets them at
//! once, each with its input field and remedy, and never with the value.

use entity::{EmailAddress, WorkspaceId, trim_unseen, workspace};
use sea_orm::{DbErr, SqlErr};
use unicode_normalization::UnicodeNormalization;

use super::domains;
use crate::{
    accounts::load_workspace,
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    fields::art9::{self, OwnWords},
    platform::{
        fold::fold,
        links,
        pages::{codes_in_words, is_spoken},
        phones,
        text::{is_block, is_line},
    },
};

/// Limit on names, titles and the like, in characters.
const LINE: usize = 300;
/// Limit on a postal address, in characters.
const BLOCK: usize = 1_000;
/// Limit on an external id and a tag, in characters.
const WORD: usize = 100;

/// Collects the problems of an input.
pub(crate) struct Check {
    /// The country of telephone numbers without a country code.
    country: String,
    /// The workspace's language.
    pub language: String,
    /// The workspace's own words for special categories of data.
    own: OwnWords,
    problems: Vec<Problem>,
}

impl Check {
    /// For input to this workspace.
    pub async fn of(app: &App, workspace: WorkspaceId) -> Result<Self> {
        Ok(Self::by(load_workspace(app, workspace).await?))
    }

    /// For input to a workspace whose row is already loaded.
    pub fn by(row: workspace::Model) -> Self {
        let (country, language) = (row.jurisdiction, row.default_language);
        Self { country, language, own: OwnWords::default(), problems: Vec::new() }
    }

    /// Loads the workspace's own words for special categories of data, which names are read for.
    pub async fn with_own_words(mut self, app: &App, workspace: WorkspaceId) -> Result<Self> {
        self.own = art9::load_own_words(app.db(), workspace).await?;
        Ok(self)
    }

    /// Adds a problem.
    pub fn problem(&mut self, code: ProblemCode, field: &str, message: &str) {
        self.problems.push(Problem::new(code, field, message));
    }

    /// Adds the problem that nothing has the id in this field.
    pub(crate) fn no_such(&mut self, field: &str) {
        self.problems.push(Problem::no_such(field));
    }

    /// Whether this field has a problem.
    pub fn has_problem_with(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field.as_deref() == Some(field))
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Adds the problems of a rejected outcome.
    pub fn gather<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        gather(&mut self.problems, outcome)
    }

    /// `Rejected` with all problems, if there are any.
    pub fn done(&mut self) -> Result<()> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Rejected(std::mem::take(&mut self.problems)))
        }
    }

    /// A name or the like: one line, trimmed, in NFC.
    pub fn line(&mut self, field: &str, text: &str) -> String {
        self.text(field, text, LINE, false)
    }

    /// A text of several lines.
    pub fn block(&mut self, field: &str, text: &str) -> String {
        self.text(field, &text.replace("\r\n", "\n"), BLOCK, true)
    }

    /// The name of a tag; own words must have been loaded.
    pub fn tag(&mut self, field: &str, text: &str) -> String {
        let name = self.word(field, text);
        // A name that folds to nothing could not be told from other such names.
        if fold(&name).is_empty() && !self.has_problem_with(field) {
            self.problem(
                ProblemCode::Required,
                field,
                "Give the tag a name with at least one letter, digit or symbol.",
            );
        }
        if let Some(message) = art9::why_refused(&self.own, &name) {
            self.problem(ProblemCode::SpecialCategory, field, &message);
        }
        name
    }

    /// An external id.
    pub fn word(&mut self, field: &str, text: &str) -> String {
        self.text(field, text, WORD, false)
    }

    /// A telephone number, normalised.
    pub fn phone(&mut self, field: &str, text: &str) -> String {
        if trim_unseen(text).is_empty() {
            return String::new();
        }
        phones::read_phone(text, &self.country).unwrap_or_else(|| {
            self.problem(ProblemCode::Invalid, field, phones::REMEDY);
            String::new()
        })
    }

    /// An e-mail address.
    pub fn email(&mut self, field: &str, text: &str) -> Option<EmailAddress> {
        EmailAddress::parse(text)
            .map_err(|_| {
                self.problem(
                    ProblemCode::Invalid,
                    field,
                    "Give a whole e-mail address, like ada@example.org.",
                );
            })
            .ok()
    }

    /// A language we write in.
    pub fn language(&mut self, field: &str, text: &str) -> String {
        if !is_spoken(text) {
            self.problem(ProblemCode::NotOffered, field, &format!("Use {}.", codes_in_words("or")));
        }
        text.to_owned()
    }

    /// A company's domain.
    pub fn domain(&mut self, field: &str, text: &str) -> String {
        if text.trim().is_empty() {
            return String::new();
        }
        let Some(domain) = domains::read_domain(text) else {
            self.problem(
                ProblemCode::Invalid,
                field,
                "Give the domain of the company's addresses, like lumen.example.",
            );
            return String::new();
        };
        if domains::is_free_mail(&domain) {
            self.problem(
                ProblemCode::Invalid,
                field,
                "Anybody gets a mailbox at this domain: leave it out, or give the company's own.",
            );
        }
        domain
    }

    /// A website's URL.
    pub fn website(&mut self, field: &str, text: &str) -> String {
        if trim_unseen(text).is_empty() {
            return String::new();
        }
        links::read_web_address(text).unwrap_or_else(|| {
            self.problem(ProblemCode::Invalid, field, links::REMEDY);
            String::new()
        })
    }

    fn text(&mut self, field: &str, text: &str, most: usize, lines: bool) -> String {
        // A text without visible characters is empty.
        if trim_unseen(text).is_empty() {
            return String::new();
        }
        let text: String = text.trim().nfc().collect();
        let fits = if lines { is_block(&text) && !text.contains('\t') } else { is_line(&text) };
        if !fits {
            self.problem(ProblemCode::Invalid, field, "Remove the control characters.");
        }
        if text.chars().count() > most {
            self.problems.push(Problem::new(
                ProblemCode::TooLong,
                field,
                format!("Use at most {most} characters."),
            ));
        }
        text
    }
}

/// Two units both found a unique value free: the second gets a conflict.
pub(crate) fn raced(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
        _ => error.into(),
    }
}

/// With the same external id on two rows, a synchronisation could not tell which is meant.
pub(crate) const EXTERNAL_ID_TAKEN: &str =
    "Another record has this external id: change that one, or use the upsert mutation.";

#[cfg(test)]
mod tests {
    use super::*;

    fn check() -> Check {
        Check {
            country: "FR".to_owned(),
            language: "en".to_owned(),
            own: OwnWords::default(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn names_of_every_script_and_length_are_kept() {
        for name in [
            "X",
            "李",
            "Ngũgĩ wa Thiong'o",
            "Ægir",
            "نرگس‌جان",
            "ひろゆき",
            "O’Brien-Müller",
            &"é".repeat(300),
        ] {
            let mut check = check();
            assert_eq!(check.line("givenName", name), name.nfc().collect::<String>());
            assert!(check.done().is_ok(), "{name}");
        }
        assert_eq!(check().line("givenName", "  e\u{301}ric "), "éric");
        assert_eq!(check().line("givenName", "\u{200b} \u{feff}"), "", "nothing to be seen is nothing");
    }

    #[test]
    fn what_cannot_be_a_name_is_refused_by_its_field() {
        for (text, code) in [
            ("a\nb", ProblemCode::Invalid),
            ("a\0", ProblemCode::Invalid),
            ("a\u{202e}b", ProblemCode::Invalid),
            (&*"x".repeat(301), ProblemCode::TooLong),
        ] {
            let mut check = check();
            check.line("familyName", text);
            let Err(Error::Rejected(problems)) = check.done() else { panic!("{text:?} went through") };
            assert_eq!((problems[0].code, problems[0].field.as_deref()), (code, Some("familyName")));
        }
        let mut check = check();
        assert_eq!(check.block("postalAddress", "12 rue\r\nLyon"), "12 rue\nLyon");
        assert!(check.done().is_ok());
    }
}
