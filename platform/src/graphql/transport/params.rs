//! The parameters of a request, read from a body, a URL or a WebSocket message.

use std::time::Duration;

use async_graphql::{
    Name, Positioned, Request, ServerError, Value, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Query, Request as HttpRequest},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Map;
use tokio::time::timeout;

use super::refuse;
use crate::{
    error::Result,
    graphql::{
        documents::{Documents, Hash, hash},
        limits::Checked,
        root_field,
        strings::Unreadable,
        user_error::GraphqlErrorCode as Code,
    },
};

/// A request, over HTTP or in a `subscribe` message. It has a document, or the hash of one that was sent
/// before.
#[derive(Deserialize)]
#[serde(try_from = "Sent")]
pub(in crate::graphql) struct Params {
    query: Option<String>,
    hash: Option<Hash>,
    operation_name: Option<String>,
    variables: Option<Map<String, serde_json::Value>>,
    /// Strings in the variables that are not allowed.
    unreadable: Unreadable,
}

/// The parameters as sent. Unknown members are ignored, as the draft requires.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "object_or_nothing")]
    variables: Option<Map<String, serde_json::Value>>,
    /// The draft requires an object.
    #[serde(default, deserialize_with = "object_or_nothing")]
    extensions: Option<Map<String, serde_json::Value>>,
}

/// An object; null and "" count as none. Some clients send "" for a missing value, both in a URL and in a
/// body.
fn object_or_nothing<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, serde_json::Value>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Member {
        Object(Map<String, serde_json::Value>),
        Text(String),
    }
    match Option::<Member>::deserialize(deserializer)? {
        Some(Member::Object(object)) => Ok(Some(object)),
        Some(Member::Text(text)) if !text.is_empty() => Err(D::Error::custom("not an object")),
        Some(Member::Text(_)) | None => Ok(None),
    }
}

/// The extension that names a document by its hash (automatic persisted queries).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    version: u8,
    sha256_hash: String,
}

const WHAT_IS_ASKED: &str =
    "a `query` text, or `extensions.persistedQuery` with `version` 1 and a `sha256Hash` in hex";

impl TryFrom<Sent> for Params {
    type Error = &'static str;

    fn try_from(sent: Sent) -> Result<Self, Self::Error> {
        let named = sent
            .extensions
            .and_then(|mut extensions| extensions.remove("persistedQuery"))
            .filter(|named| !named.is_null());
        let read = |named| {
            let PersistedQuery { version: 1, sha256_hash } = serde_json::from_value(named).ok()? else {
                return None;
            };
            let mut hash = Hash::default();
            hex::decode_to_slice(sha256_hash, &mut hash).ok().map(|()| hash)
        };
        let hash = named.map(|named| read(named).ok_or(WHAT_IS_ASKED)).transpose()?;
        if sent.query.is_none() && hash.is_none() {
            return Err(WHAT_IS_ASKED);
        }
        // "" counts as no name, in a URL or in a body.
        let operation_name = sent.operation_name.filter(|name| !name.is_empty());
        let mut variables = sent.variables;
        let unreadable = variables.as_mut().map(Unreadable::of_variables).unwrap_or_default();
        Ok(Self { query: sent.query, hash, operation_name, variables, unreadable })
    }
}

impl Params {
    /// Reads a body of at most `most` bytes.
    pub(super) async fn read(
        mut request: HttpRequest,
        patience: Duration,
        most: usize,
    ) -> Result<Self, Box<Response>> {
        let refuse = |status, code, detail: &str| Err(Box::new(refuse(status, code, detail)));
        DefaultBodyLimit::max(most).apply(&mut request);
        let body = match timeout(patience, Bytes::from_request(request, &())).await {
            Err(_) => {
                return refuse(
                    StatusCode::REQUEST_TIMEOUT,
                    Code::BadRequest,
                    "the body did not arrive in time",
                );
            }
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return refuse(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    Code::BodyTooLarge,
                    "the body is larger than 256 KiB",
                );
            }
            Ok(Err(_)) => {
                return refuse(StatusCode::BAD_REQUEST, Code::BadRequest, "the body could not be read");
            }
            Ok(Ok(body)) => body,
        };
        if body.trim_ascii_start().starts_with(b"[") {
            return refuse(
                StatusCode::BAD_REQUEST,
                Code::BatchRefused,
                "send one request at a time, not an array",
            );
        }
        // serde's own error message may quote the input.
        serde_json::from_slice(&body).or_else(|error| {
            let what = if error.is_data() {
                format!("is not an object with {WHAT_IS_ASKED}")
            } else {
                "is not JSON".to_owned()
            };
            // Line 0: the JSON is valid, but something is missing from it.
            let place = if error.line() == 0 {
                String::new()
            } else {
                format!(" (line {}, column {})", error.line(), error.column())
            };
            refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &format!("the body {what}{place}"))
        })
    }

    /// Reads the query string of a URL; `variables` and `extensions` are JSON there.
    pub(super) fn from_address(address: &Uri) -> Result<Self, Box<Response>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Address {
            query: Option<String>,
            operation_name: Option<String>,
            variables: Option<String>,
            extensions: Option<String>,
        }
        fn json<T: DeserializeOwned>(name: &str, text: Option<String>) -> Result<Option<T>, Box<Response>> {
            let read =
                text.filter(|text| !text.is_empty()).map(|text| serde_json::from_str(&text)).transpose();
            read.map(Option::flatten).map_err(|_| {
                Box::new(refuse(
                    StatusCode::BAD_REQUEST,
                    Code::BadRequest,
                    &format!("`{name}` in the address is not a JSON object"),
                ))
            })
        }
        let refused = || {
            let detail = format!("the address needs {WHAT_IS_ASKED}, and each parameter once, in UTF-8");
            Box::new(refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &detail))
        };
        let Ok(Query(address)) = Query::<Address>::try_from_uri(address) else { return Err(refused()) };
        let sent = Sent {
            query: address.query,
            operation_name: address.operation_name,
            variables: json("variables", address.variables)?,
            extensions: json("extensions", address.extensions)?,
        };
        Self::try_from(sent).map_err(|_| refused())
    }

    /// Checks the document, that every string is allowed, and that every required variable has a value:
    /// async-graphql would notice a missing one only at the field that uses it, after an earlier mutation has
    /// run.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(in crate::graphql) fn check(&self, documents: &Documents) -> Result<Checked, Box<ServerError>> {
        let mut checked = self.find(documents)?;
        self.unreadable.refuse()?;
        if self.query.as_deref().is_some_and(|query| query.contains('"')) {
            Unreadable::of_document(&mut checked.document).refuse()?;
        }
        let wanted = self.operation_name.as_deref();
        for variable in
            operations(&checked.document, wanted).flat_map(|operation| &operation.node.variable_definitions)
        {
            let (name, variable) = (&variable.node.name.node, &variable.node);
            let given = self.variables.as_ref().and_then(|variables| variables.get(name.as_str()));
            let missing = given.map_or(variable.default_value.is_none(), serde_json::Value::is_null);
            if missing && !variable.var_type.node.nullable {
                return Err(Box::new(Code::ValidationFailed.error(format!(
                    "the variable ${name} needs a value of type {}",
                    variable.var_type.node
                ))));
            }
        }
        if checked.kind == Some(OperationType::Subscription) {
            let variables = self.variables(&checked.document);
            for operation in operations(&checked.document, wanted) {
                root_field::check_left(&checked.document, operation, &variables)?;
            }
        }
        Ok(checked)
    }

    /// Finds or checks the document, and registers one that comes with its hash.
    fn find(&self, documents: &Documents) -> Result<Checked, Box<ServerError>> {
        let operation_name = self.operation_name.as_deref();
        match (&self.query, self.hash) {
            (Some(query), None) => documents.check(query, operation_name),
            (Some(query), Some(named)) => {
                if hash(query) != named {
                    let message = "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of the document";
                    return Err(Box::new(Code::BadRequest.error(message)));
                }
                let checked = documents.check(query, operation_name)?;
                documents.name(named, query);
                Ok(checked)
            }
            // Clients look for exactly this message, and then send the document together with its hash.
            (None, named) => match named.and_then(|named| documents.named(&named)) {
                Some(query) => documents.check(&query, operation_name),
                None => Err(Box::new(Code::PersistedQueryNotFound.error("PersistedQueryNotFound"))),
            },
        }
    }

    /// The variables as sent, with the defaults of those that were not: async-graphql applies defaults to
    /// arguments, but treats `@include(if: $more)` as false.
    fn variables(&self, document: &ExecutableDocument) -> Variables {
        let mut variables = Variables::from_json(self.variables.clone().unwrap_or_default().into());
        for operation in operations(document, self.operation_name.as_deref()) {
            for definition in &operation.node.variable_definitions {
                if let Some(default) = &definition.node.default_value {
                    variables
                        .entry(definition.node.name.node.clone())
                        .or_insert_with(|| default.node.clone());
                }
            }
        }
        variables
    }

    /// The request to execute, with the already parsed document.
    pub(in crate::graphql) fn into_request(self, checked: Checked) -> Request {
        let document: ExecutableDocument = checked.document;
        let mut variables = self.variables(&document);
        // An argument whose variable was not sent is absent, but async-graphql computes the complexity of a
        // list from its page size, and refuses a variable without a value there. For a page size, null means
        // the same.
        for name in page_sizes(&document) {
            variables.entry(name).or_insert(Value::Null);
        }
        let mut request = Request::new(self.query.unwrap_or_default()).variables(variables);
        request.operation_name = self.operation_name;
        request.set_parsed_query(document);
        request
    }
}

/// The operation with this name, or all.
fn operations<'d>(
    document: &'d ExecutableDocument,
    wanted: Option<&'d str>,
) -> impl Iterator<Item = &'d Positioned<OperationDefinition>> {
    let of_name = document
        .operations
        .iter()
        .filter(move |(name, _)| wanted.is_none_or(|wanted| name.is_some_and(|name| name == wanted)));
    of_name.map(|(_, operation)| operation)
}

/// Nullable variables without a default that are used as a page size.
fn page_sizes(document: &ExecutableDocument) -> Vec<Name> {
    fn look(set: &SelectionSet, found: &mut Vec<Name>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let sizes = field
                        .node
                        .arguments
                        .iter()
                        .filter(|(name, _)| matches!(name.node.as_str(), "first" | "last"));
                    found
                        .extend(sizes.filter_map(|(_, value)| {
                            value.node.to_string().strip_prefix('$').map(Name::new)
                        }));
                    look(&field.node.selection_set.node, found);
                }
                Selection::InlineFragment(fragment) => look(&fragment.node.selection_set.node, found),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    for set in operations.chain(document.fragments.values().map(|fragment| &fragment.node.selection_set.node))
    {
        look(set, &mut found);
    }
    let definitions =
        document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let may_be_absent: Vec<&Name> = definitions
        .filter(|definition| {
            definition.node.var_type.node.nullable && definition.node.default_value.is_none()
        })
        .map(|definition| &definition.node.name.node)
        .collect();
    found.retain(|name| may_be_absent.contains(&name));
    found
}
