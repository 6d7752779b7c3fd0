//! The two kinds of errors: `Error` stops a request, `Problem` is what the caller can correct.
//!
//! `Error` deliberately implements neither `Display` nor `std::error::Error`: async-graphql turns anything
//! that can be displayed into a message to the client, so without them leaking a database message is a
//! compile error.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case failed. Nothing was saved.
#[derive(Debug)]
pub enum Error {
    /// The caller can correct it.
    Rejected(Vec<Problem>),
    /// The credential is missing or invalid.
    Unauthenticated,
    /// The credential lacks the right.
    Forbidden,
    /// The member must use their second factor again or, if they have none, enrol one first.
    SecondFactorRequired {
        /// Whether they have one.
        enrolled: bool,
    },
    /// Does not exist, or belongs to another workspace: the two look alike.
    NotFound,
    /// Another request was faster.
    Conflict,
    /// Not now; try again after this time.
    Busy(Duration),
    /// Our own fault. Logged once when it becomes an answer, never shown.
    Internal(anyhow::Error),
}

/// An error in the input that the caller can correct.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The kind of error, for programs.
    pub code: ProblemCode,
    /// The input field; none when it concerns the whole input.
    pub field: Option<String>,
    /// What is wrong and what to do, for people. Never repeats the value.
    pub message: String,
}

/// Kinds of input errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, async_graphql::Enum)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// A required value is missing.
    Required,
    /// The value does not have the right form.
    Invalid,
    /// The value is longer or larger than allowed.
    TooLong,
    /// The value is not one of the choices.
    NotOffered,
    /// Another row already has this value.
    Taken,
    /// The object's state does not allow this.
    WrongState,
    /// The object was changed since it was read: read it again.
    Stale,
    /// The referenced object does not exist.
    NotFound,
    /// The idempotency key was used before with other input: use a new one.
    KeyReused,
    /// The caller's role may not do this to this field, though it may change the others.
    NotAllowed,
    /// It asks for data of a special category (GDPR Art. 9, 10, 87).
    SpecialCategory,
}

impl Problem {
    /// The id in this field does not exist, or belongs to another workspace: one text for both.
    pub fn no_such(field: impl Into<String>) -> Self {
        let field = field.into();
        let message = format!("No {} with this id.", noun_of(&field));
        Self { code: ProblemCode::NotFound, field: Some(field), message }
    }

    /// An error in one field.
    pub fn new(code: ProblemCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()), message: message.into() }
    }
}

/// Retry delay after two units of work collided.
const COLLISION: Duration = Duration::from_secs(1);

/// Adds the problems of a rejection to those found so far, so that the caller gets all of them in one round.
/// None: rejected.
///
/// # Errors
/// Whatever the caller cannot correct.
pub fn gather<T>(problems: &mut Vec<Problem>, outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::Rejected(more)) => {
            problems.extend(more);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The noun for a field that holds an id: "stage" for `moveDealsToStageId`, "contact" for
/// `contacts.2.contactId`.
fn noun_of(field: &str) -> String {
    let name = field.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    let name = name.strip_suffix("Ids").or_else(|| name.strip_suffix("Id")).unwrap_or(name);
    match name {
        "owner" | "assignee" => return "member".to_owned(),
        "survivor" | "merged" => return "contact".to_owned(),
        "id" | "" => return "record".to_owned(),
        _ => {}
    }
    for (ending, noun) in [
        ("lossReason", "loss reason"),
        ("LossReason", "loss reason"),
        ("apiKey", "API key"),
        ("optIn", "opt-in"),
    ] {
        if name.ends_with(ending) {
            return noun.to_owned();
        }
    }
    let last = name.rfind(char::is_uppercase).unwrap_or_default();
    name[last..].to_lowercase()
}

/// What to do about a missing second factor, in words.
#[must_use]
pub fn second_factor_first(enrolled: bool) -> &'static str {
    if enrolled {
        "use your second factor first (`stepUp`)"
    } else {
        "enrol a second factor first (`beginSecondFactor`)"
    }
}

impl Error {
    /// Whether the value of this field is already taken.
    #[must_use]
    pub fn is_taken(&self, field: &str) -> bool {
        let taken =
            |problem: &Problem| problem.code == ProblemCode::Taken && problem.field.as_deref() == Some(field);
        matches!(self, Self::Rejected(problems) if problems.iter().any(taken))
    }

    /// Whether the database rolled a unit of work back in favour of another, so that it can be retried at
    /// once.
    #[must_use]
    pub fn is_collision(&self) -> bool {
        matches!(self, Self::Busy(wait) if *wait == COLLISION)
    }

    /// A single error in one field.
    pub fn rejected(code: ProblemCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Rejected(vec![Problem::new(code, field, message)])
    }

    /// The id in this field does not exist.
    pub fn no_such(field: impl Into<String>) -> Self {
        Self::Rejected(vec![Problem::no_such(field)])
    }

    /// An internal error with a description.
    #[must_use]
    pub fn internal(text: &'static str) -> Self {
        Self::Internal(anyhow::anyhow!(text))
    }

    /// Logs an internal error without personal data: database errors name the statement and constraint, but
    /// some also quote values, so only their kind is logged.
    pub fn log(&self) {
        if let Self::Internal(cause) = self {
            if let Some(error) = cause.downcast_ref::<DbErr>() {
                tracing::error!(error.kind = %describe(error), "internal error in the database");
            } else {
                tracing::error!(error.chain = %format!("{cause:#}"), "internal error");
            }
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_collision(&error) {
            tracing::info!(error.kind = %describe(&error), "two units of work stood in each other's way");
            return Self::Busy(COLLISION);
        }
        if is_unreadable(&error) {
            return Self::Rejected(vec![Problem {
                code: ProblemCode::Invalid,
                field: None,
                message: "Leave out control characters.".to_owned(),
            }]);
        }
        if is_away(&error) {
            tracing::warn!(error.kind = %describe(&error), "the database is away");
            return Self::Busy(Duration::from_secs(5));
        }
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        // serde's messages may quote the value; the position is enough.
        Self::Internal(anyhow::anyhow!(
            "JSON does not fit at line {} column {}",
            error.line(),
            error.column()
        ))
    }
}

/// The code and constraint of a database error, without its message (which may quote values).
#[must_use]
pub fn describe(error: &DbErr) -> String {
    match runtime(error) {
        Some(sea_orm::sqlx::Error::Database(inner)) => {
            format!("{} {}", inner.code().unwrap_or_default(), inner.constraint().unwrap_or_default())
        }
        Some(sea_orm::sqlx::Error::Io(inner)) => format!("io {:?}", inner.kind()),
        Some(sea_orm::sqlx::Error::PoolTimedOut) => "pool timed out".to_owned(),
        Some(sea_orm::sqlx::Error::ColumnDecode { index, .. }) => format!("column {index} does not decode"),
        Some(sea_orm::sqlx::Error::ColumnNotFound(name)) => format!("no column {name}"),
        _ => match error {
            DbErr::ConnectionAcquire(_) => "no connection".to_owned(),
            DbErr::Type(text) | DbErr::Custom(text) => text.clone(),
            other => format!("{:?}", std::mem::discriminant(other)),
        },
    }
}

fn runtime(error: &DbErr) -> Option<&sea_orm::sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

/// Text that PostgreSQL cannot store: NUL, or characters outside its encoding. An input error. The edges
/// refuse it earlier; this is the second line of defence.
fn is_unreadable(error: &DbErr) -> bool {
    matches!(runtime(error), Some(sea_orm::sqlx::Error::Database(inner)) if matches!(inner.code().as_deref(), Some("22021" | "22P05")))
}

/// The database is restarting, unreachable, full, or out of connections: nothing was written, and a retry may
/// work.
fn is_away(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match runtime(error) {
        Some(sea_orm::sqlx::Error::Database(inner)) => {
            may_pass(&inner.code().unwrap_or_default(), inner.message())
        }
        Some(
            sea_orm::sqlx::Error::Io(_)
            | sea_orm::sqlx::Error::PoolTimedOut
            | sea_orm::sqlx::Error::PoolClosed
            | sea_orm::sqlx::Error::WorkerCrashed
            | sea_orm::sqlx::Error::BeginFailed,
        ) => true,
        _ => false,
    }
}

/// Whether a retry may work, judging by the database's error code. Decided by class, so that not every code
/// needs to be known.
fn may_pass(code: &str, message: &str) -> bool {
    if code.len() == 5 {
        return sqlstate_may_pass(code);
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        // Busy, locked, out of memory, read-only, interrupted, I/O error, full, cannot open, locking
        // protocol.
        Ok(5 | 6 | 7 | 8 | 9 | 10 | 13 | 14 | 15) => true,
        // SQLite has no specific code for a missing table.
        Ok(1) => {
            message.starts_with("no such table")
                || message.starts_with("no such column")
                || message.contains("has no column named")
        }
        _ => false,
    }
}

/// PostgreSQL's codes (its manual, appendix A) have five characters; the first two are the class.
fn sqlstate_may_pass(code: &str) -> bool {
    match code.get(..2) {
        // Connection; transaction state (the server is read-only, or waited too long for us); rolled back in
        // favour of another; resources (disk, memory, connections); not in the required state (a lock was not
        // available); operator intervention (shutdown, cancelled, timeout); system errors (I/O).
        Some("08" | "25" | "40" | "53" | "55" | "57" | "58") => true,
        // The tables are not those of this version: a migration is running, up or down.
        _ => matches!(code, "42P01" | "42703" | "42883" | "0A000"),
    }
}

/// Whether the database rolled the unit back because it collided with another: it can be retried at once.
pub(crate) fn is_collision(error: &DbErr) -> bool {
    match runtime(error) {
        Some(sea_orm::sqlx::Error::Database(inner)) => {
            inner.code().is_some_and(|code| code.len() == 5 && code.starts_with("40"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_names_nothing_is_told_by_what_it_was_to_name() {
        for (field, noun) in [
            ("contactId", "contact"),
            ("moveDealsToStageId", "stage"),
            ("routing.memberIds.3", "member"),
            ("contacts.2.contactId", "contact"),
            ("ownerId", "member"),
            ("lossReasonId", "loss reason"),
            ("basisPurposeId", "purpose"),
            ("survivorId", "contact"),
            ("stageIds.0", "stage"),
            ("id", "record"),
        ] {
            assert_eq!(noun_of(field), noun, "{field}");
            assert_eq!(Problem::no_such(field).message, format!("No {noun} with this id."));
        }
    }

    #[test]
    fn codes_are_judged_by_their_class() {
        let away = |code: &str| may_pass(code, "");
        for code in [
            "25006", "08006", "40001", "40P01", "53100", "53200", "53300", "55P03", "57014", "57P01",
            "57P03", "58030", "25P03", "42P01",
        ] {
            assert!(away(code), "{code} may pass");
        }
        for code in ["23505", "22021", "42601", "42501", "XX000", "XX001", "22P02"] {
            assert!(!away(code), "{code} does not pass by itself");
        }
        for code in [
            "5", "261", "517", "6", "7", "8", "1032", "9", "10", "266", "778", "1034", "1290", "4874", "13",
            "14", "15",
        ] {
            assert!(away(code), "{code} may pass");
        }
        for code in ["1", "11", "19", "531", "2067", "787", "", "nonsense"] {
            assert!(!away(code), "{code} does not pass by itself");
        }
        assert!(may_pass("1", "no such table: job"));
        assert!(!may_pass("1", "near \"SELEC\": syntax error"));
    }
}
