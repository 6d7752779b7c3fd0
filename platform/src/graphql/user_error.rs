//! Converts `Error` and `Problem` to GraphQL: `userErrors` in payloads for what the caller can fix,
//! `errors[]` with a stable `extensions.code` for the rest.
//!
//! `GraphqlErrorCode` is the complete list of codes, both over HTTP and on the socket. An internal error is
//! never shown: it is logged, and answered with the request's ID only.

use async_graphql::{
    ErrorExtensionValues, ErrorExtensions, Name, ServerError, SimpleObject, Value, indexmap::IndexMap,
    resolver_utils::enum_value,
};

use crate::error::{Error, Problem, ProblemCode, Result, second_factor_first};

tokio::task_local! {
    /// The ID of the request that is being executed; set by the transports around every execution.
    pub static REQUEST_ID: Option<String>;
}

/// The values of `extensions.code` of an error. Programs may rely on them; messages are for people and may
/// change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphqlErrorCode {
    /// No credential, or it is unknown, expired or revoked.
    Unauthenticated,
    /// The credential lacks the right, or the origin may not connect.
    Forbidden,
    /// A second factor is required first: enrol one (`beginSecondFactor`), or use it again (`stepUp`).
    SecondFactorRequired,
    /// This field must be the only one of its operation, without an alias.
    MustBeAlone,
    /// It does not exist, or belongs to another workspace.
    NotFound,
    /// Somebody else changed it first: read it again and repeat.
    Conflict,
    /// Not now: try again after `retryAfterMs`.
    Busy,
    /// An argument is invalid; `problems` says which and why.
    BadUserInput,
    /// An error on our side; `requestId` helps to find it.
    Internal,
    /// The request timed out; a mutation may still have happened.
    Timeout,
    /// Only POST is allowed; queries and subscriptions by GET need an `Authorization` header.
    MethodNotAllowed,
    /// The body must be `application/json` in UTF-8.
    UnsupportedMediaType,
    /// The body is larger than 256 KiB.
    BodyTooLarge,
    /// The body is not a GraphQL request in JSON.
    BadRequest,
    /// Arrays of requests are not accepted.
    BatchRefused,
    /// No document with this hash is cached here (any more): send it together with its hash.
    PersistedQueryNotFound,
    /// The document does not parse.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The document is longer than allowed; values belong in variables.
    DocumentTooLarge,
    /// The document has too many tokens.
    TooManyTokens,
    /// Too many aliases.
    TooManyAliases,
    /// Too many fields at the root of the operation.
    TooManyRootFields,
    /// Too many directives.
    TooManyDirectives,
    /// Too many fields after fragments are expanded.
    TooManyFields,
    /// Nested too deeply.
    TooDeep,
    /// Estimated to cost too much; request smaller pages.
    TooComplex,
    /// Too many concurrent operations on one socket, or too many sockets and event streams of one caller.
    TooManyOperations,
    /// Subscriptions need the WebSocket, or `Accept: text/event-stream`.
    SubscriptionNeedsSocket,
}

impl GraphqlErrorCode {
    /// Every code.
    const ALL: [Self; 28] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::SecondFactorRequired,
        Self::MustBeAlone,
        Self::NotFound,
        Self::Conflict,
        Self::Busy,
        Self::BadUserInput,
        Self::Internal,
        Self::Timeout,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::BodyTooLarge,
        Self::BadRequest,
        Self::BatchRefused,
        Self::PersistedQueryNotFound,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::DocumentTooLarge,
        Self::TooManyTokens,
        Self::TooManyAliases,
        Self::TooManyRootFields,
        Self::TooManyDirectives,
        Self::TooManyFields,
        Self::TooDeep,
        Self::TooComplex,
        Self::TooManyOperations,
        Self::SubscriptionNeedsSocket,
    ];

    /// The code as sent to clients.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::SecondFactorRequired => "SECOND_FACTOR_REQUIRED",
            Self::MustBeAlone => "MUST_BE_ALONE",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Busy => "BUSY",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Internal => "INTERNAL",
            Self::Timeout => "TIMEOUT",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::BadRequest => "BAD_REQUEST",
            Self::BatchRefused => "BATCH_REFUSED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::DocumentTooLarge => "DOCUMENT_TOO_LARGE",
            Self::TooManyTokens => "TOO_MANY_TOKENS",
            Self::TooManyAliases => "TOO_MANY_ALIASES",
            Self::TooManyRootFields => "TOO_MANY_ROOT_FIELDS",
            Self::TooManyDirectives => "TOO_MANY_DIRECTIVES",
            Self::TooManyFields => "TOO_MANY_FIELDS",
            Self::TooDeep => "TOO_DEEP",
            Self::TooComplex => "TOO_COMPLEX",
            Self::TooManyOperations => "TOO_MANY_OPERATIONS",
            Self::SubscriptionNeedsSocket => "SUBSCRIPTION_NEEDS_SOCKET",
        }
    }

    /// An error of the whole request, without a position in the document.
    #[must_use]
    pub fn error(self, message: impl Into<String>) -> ServerError {
        let mut error = ServerError::new(message, None);
        set_code(&mut error, self);
        error
    }
}

/// Adds the problems to an error's extensions.
pub(super) fn with_problems(mut error: ServerError, problems: &[Problem]) -> ServerError {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("problems", problems_value(problems));
    error
}

/// Sets an error's code.
pub(super) fn set_code(error: &mut ServerError, code: GraphqlErrorCode) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code.as_str());
}

/// The code of an error, if it is one of ours.
pub(super) fn code_of(error: &ServerError) -> Option<GraphqlErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => GraphqlErrorCode::ALL.into_iter().find(|known| known.as_str() == code),
        _ => None,
    }
}

/// A problem with the input of a mutation; the payload then has no result.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct UserError {
    /// The kind of problem, for programs.
    pub code: ProblemCode,
    /// The path of the input field, with dots between levels; null if it concerns the whole input.
    pub field: Option<String>,
    /// What is wrong and what to do, for people.
    pub message: String,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code, field: problem.field, message: problem.message }
    }
}

/// Splits an outcome into the parts of a mutation's payload: the result, or the problems that the caller can
/// fix. Other errors are returned as they are.
pub fn user_errors<T>(outcome: Result<T>) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(Error::Rejected(problems)) => Ok((None, problems.into_iter().map(UserError::from).collect())),
        Err(other) => Err(other),
    }
}

/// Return type of a nullable field, so that an error sets only this field to null.
///
/// If the resolver itself returns `Err`, async-graphql passes it to the parent even when the field is
/// nullable, which at the root empties the whole answer; an error inside the `Option` affects only its own
/// field.
pub type Nullable<T> = Option<async_graphql::Result<T>>;

/// Converts an outcome to the return type of a nullable field.
pub fn nullable<T>(outcome: Result<Option<T>>) -> Nullable<T> {
    outcome.map_err(async_graphql::Error::from).transpose()
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        use GraphqlErrorCode as Code;
        let (code, message) = match &error {
            Error::Rejected(problems) => (
                Code::BadUserInput,
                problems
                    .first()
                    .map_or_else(|| "the input was refused".to_owned(), |problem| problem.message.clone()),
            ),
            Error::Unauthenticated => {
                (Code::Unauthenticated, "a valid API key or session is needed".to_owned())
            }
            Error::Forbidden => (Code::Forbidden, "this credential may not do that".to_owned()),
            Error::SecondFactorRequired { enrolled } => {
                (Code::SecondFactorRequired, second_factor_first(*enrolled).to_owned())
            }
            Error::NotFound => (Code::NotFound, "not found".to_owned()),
            Error::Conflict => (Code::Conflict, "somebody else was faster: read again and repeat".to_owned()),
            Error::Busy(_) => (Code::Busy, "not now: try again later".to_owned()),
            Error::Internal(_) => (Code::Internal, INTERNAL.to_owned()),
        };
        error.log();
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code.as_str());
            match &error {
                Error::Rejected(problems) => extensions.set("problems", problems_value(problems)),
                Error::Busy(after) => {
                    extensions.set("retryAfterMs", u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
                }
                Error::Internal(_) => {
                    if let Some(id) = request_id() {
                        extensions.set("requestId", id);
                    }
                }
                _ => {}
            }
        })
    }
}

/// The message of our own errors.
const INTERNAL: &str = "something went wrong on our side";

/// The ID of the request that is being executed, if there is one.
fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok().flatten()
}

fn problems_value(problems: &[Problem]) -> Value {
    let list = problems.iter().map(|problem| {
        // The enum's GraphQL name, so that `problems` and `userErrors` use the same codes.
        Value::Object(IndexMap::from_iter([
            (Name::new("code"), enum_value(problem.code)),
            (Name::new("field"), problem.field.clone().map_or(Value::Null, Value::from)),
            (Name::new("message"), Value::from(problem.message.clone())),
        ]))
    });
    Value::List(list.collect())
}

/// Gives every error of a response a code, and hides unexpected messages: a resolver that lets a foreign
/// error through would otherwise send its text to the client.
pub(super) fn finish(response: &mut async_graphql::Response) {
    use GraphqlErrorCode as Code;
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
            continue;
        }
        if error.path.is_empty() {
            set_code(error, code_of_refusal(&error.message));
        } else if error.source.is_some() || error.message.starts_with("Data `") {
            tracing::error!(graphql.path = %error.path.len(), "a resolver let a foreign error through");
            INTERNAL.clone_into(&mut error.message);
            set_code(error, Code::Internal);
            if let (Some(id), Some(extensions)) = (request_id(), &mut error.extensions) {
                extensions.set("requestId", id);
            }
        } else {
            set_code(error, Code::BadUserInput);
        }
    }
}

/// Most errors in an answer; scanners report ten or more as a missing limit.
const MAX_ERRORS: usize = 8;

/// async-graphql's errors have no codes, so they are recognised by their messages (its version is pinned; a
/// test watches them).
fn code_of_refusal(message: &str) -> GraphqlErrorCode {
    use GraphqlErrorCode as Code;
    if message == "Query is too complex." {
        Code::TooComplex
    } else if message == "Query is nested too deep." || message.starts_with("The recursion depth") {
        Code::TooDeep
    } else if message.starts_with("The amount of aliases") {
        Code::TooManyAliases
    } else if message.starts_with("The number of directives") {
        Code::TooManyDirectives
    } else {
        Code::ValidationFailed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn extension(error: Error, name: &str) -> Option<serde_json::Value> {
        let error: async_graphql::Error = error.into();
        error.extensions?.get(name).map(|value| value.clone().into_json().unwrap())
    }

    #[test]
    fn every_kind_of_error_has_its_code() {
        let cases = [
            (Error::Unauthenticated, "UNAUTHENTICATED"),
            (Error::Forbidden, "FORBIDDEN"),
            (Error::NotFound, "NOT_FOUND"),
            (Error::Conflict, "CONFLICT"),
            (Error::Busy(Duration::from_secs(2)), "BUSY"),
            (Error::rejected(ProblemCode::TooLong, "name", "too long"), "BAD_USER_INPUT"),
            (Error::internal("secret"), "INTERNAL"),
        ];
        for (error, code) in cases {
            assert_eq!(extension(error, "code").unwrap(), code);
        }
        assert_eq!(extension(Error::Busy(Duration::from_secs(2)), "retryAfterMs").unwrap(), 2000);
    }

    #[test]
    fn problems_outside_payloads_are_listed_as_in_payloads() {
        let problems =
            extension(Error::rejected(ProblemCode::TooLong, "name", "at most 80 characters"), "problems")
                .unwrap();
        assert_eq!(
            problems,
            serde_json::json!([{ "code": "TOO_LONG", "field": "name", "message": "at most 80 characters" }])
        );
    }

    #[tokio::test]
    async fn an_internal_error_shows_the_request_id_and_nothing_else() {
        let error: async_graphql::Error = REQUEST_ID
            .scope(Some("abc".to_owned()), async {
                Error::internal("duplicate key (ada@example.org)").into()
            })
            .await;
        assert!(!error.message.contains("ada"));
        assert_eq!(error.extensions.unwrap().get("requestId"), Some(&Value::from("abc")));
    }

    #[test]
    fn what_the_caller_can_mend_is_a_value_and_the_rest_passes() {
        assert_eq!(user_errors(Ok(1)).unwrap(), (Some(1), vec![]));
        let (none, errors) =
            user_errors::<u8>(Err(Error::rejected(ProblemCode::Taken, "email", "already there"))).unwrap();
        assert_eq!(
            (none, errors[0].code, errors[0].field.as_deref()),
            (None, ProblemCode::Taken, Some("email"))
        );
        assert!(matches!(user_errors::<u8>(Err(Error::NotFound)), Err(Error::NotFound)));
    }
}
