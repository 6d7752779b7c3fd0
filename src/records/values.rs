//! What staff and programs enter, checked: every mistake is collected, so that the caller hears of all of them at once, each with
//! its input field and the remedy, and never with the value.

use entity::{EmailAddress, WorkspaceId, trim_unseen, workspace};
use sea_orm::{DbErr, SqlErr};
use unicode_normalization::UnicodeNormalization;

use super::domains;
use crate::{
    accounts::load_workspace,
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    fields::art9,
    platform::{
        fold::fold,
        links,
        pages::{codes_in_words, is_spoken},
        phones,
        text::{is_block, is_line},
    },
};

/// The longest name, title and the like, in characters.
const LINE: usize = 300;
/// The longest postal address.
const BLOCK: usize = 1_000;
/// The longest id of another system, and the longest tag.
const WORD: usize = 100;

/// Collects what is wrong with an input.
pub(crate) struct Check {
    /// The country whose telephone numbers need no country code.
    country: String,
    /// The workspace's language.
    pub language: String,
    problems: Vec<Problem>,
}

impl Check {
    /// For input to this workspace.
    pub async fn of(app: &App, workspace: WorkspaceId) -> Result<Self> {
        Ok(Self::by(load_workspace(app, workspace).await?))
    }

    /// The same where the workspace's row is at hand.
    pub fn by(row: workspace::Model) -> Self {
        Self { country: row.jurisdiction, language: row.default_language, problems: Vec::new() }
    }

    /// One more mistake.
    pub fn problem(&mut self, code: ProblemCode, field: &str, message: &str) {
        self.problems.push(Problem::new(code, field, message));
    }

    /// Nothing has the id that stands in this field.
    pub(crate) fn no_such(&mut self, field: &str) {
        self.problems.push(Problem::no_such(field));
    }

    /// Whether something is wrong with this field.
    pub fn has_problem_with(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field.as_deref() == Some(field))
    }

    /// Whether something is wrong.
    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// What was refused elsewhere, with the rest.
    pub fn gather<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        gather(&mut self.problems, outcome)
    }

    /// Nothing is wrong, or everything that is.
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

    /// Several lines.
    pub fn block(&mut self, field: &str, text: &str) -> String {
        self.text(field, &text.replace("\r\n", "\n"), BLOCK, true)
    }

    /// The name of a tag.
    pub fn tag(&mut self, field: &str, text: &str) -> String {
        let name = self.word(field, text);
        // What folds to nothing could not be told from other such names.
        if fold(&name).is_empty() && !self.has_problem_with(field) {
            self.problem(
                ProblemCode::Required,
                field,
                "Give the tag a name with at least one letter, digit or symbol.",
            );
        }
        if let Some(message) = art9::why_refused(&name) {
            self.problem(ProblemCode::SpecialCategory, field, &message);
        }
        name
    }

    /// An id of another system.
    pub fn word(&mut self, field: &str, text: &str) -> String {
        self.text(field, text, WORD, false)
    }

    /// A telephone number, as it is kept.
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
                )
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

    /// A web page.
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
        // Nothing to be seen is nothing.
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

/// Two units looked whether a unique value was free, and both found it so: the second is told that somebody was faster.
pub(crate) fn raced(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
        _ => error.into(),
    }
}

/// Two rows with one id of another system would make a synchronisation guess.
pub(crate) const EXTERNAL_ID_TAKEN: &str =
    "Another record has this external id: change that one, or use the upsert mutation.";

#[cfg(test)]
mod tests {
    use super::*;

    fn check() -> Check {
        Check { country: "FR".to_owned(), language: "en".to_owned(), problems: Vec::new() }
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
