//! What a request asks, read from a body, from an address, or from a message of a socket.

use std::time::Duration;

use async_graphql::{
    Name, Request, ServerError, Value, Variables,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Query, Request as HttpRequest},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Map;
use tokio::time::timeout;

use super::refuse;
use crate::{
    error::Result,
    platform::graphql::{documents::Documents, limits::Checked, user_error::GraphqlErrorCode as Code},
};

/// A request as sent, over HTTP or in a `subscribe` message. Members we do not know are ignored, as the draft says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::platform::graphql) struct Params {
    pub query: String,
    #[serde(default)]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Map<String, serde_json::Value>>,
    /// Nothing is read from it, but the draft says that it must be an object.
    #[serde(default, rename = "extensions")]
    _extensions: Option<Map<String, serde_json::Value>>,
}

impl Params {
    /// Reads a body.
    pub(super) async fn read(mut request: HttpRequest, patience: Duration, most: usize) -> Result<Self, Box<Response>> {
        let refuse = |status, code, detail: &str| Err(Box::new(refuse(status, code, detail)));
        DefaultBodyLimit::max(most).apply(&mut request);
        let body = match timeout(patience, Bytes::from_request(request, &())).await {
            Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, Code::BadRequest, "the body did not arrive in time"),
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, "the body is larger than 256 KiB");
            }
            Ok(Err(_)) => return refuse(StatusCode::BAD_REQUEST, Code::BadRequest, "the body could not be read"),
            Ok(Ok(body)) => body,
        };
        if body.trim_ascii_start().starts_with(b"[") {
            return refuse(StatusCode::BAD_REQUEST, Code::BatchRefused, "send one request at a time, not an array");
        }
        // serde's own text may quote what was sent.
        serde_json::from_slice(&body).or_else(|error| {
            let what = if error.is_data() { "is not an object with a `query` text" } else { "is not JSON" };
            refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &format!("the body {what} (line {}, column {})", error.line(), error.column()))
        })
    }

    /// Reads what stands behind the `?` of an address; `variables` and `extensions` are JSON there.
    pub(super) fn from_address(address: &Uri) -> Result<Self, Box<Response>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Address {
            query: String,
            operation_name: Option<String>,
            variables: Option<String>,
            extensions: Option<String>,
        }
        fn json<T: DeserializeOwned>(name: &str, text: Option<String>) -> Result<Option<T>, Box<Response>> {
            let read = text.filter(|text| !text.is_empty()).map(|text| serde_json::from_str(&text)).transpose();
            read.map(Option::flatten)
                .map_err(|_| Box::new(refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &format!("`{name}` in the address is not a JSON object"))))
        }
        let Ok(Query(address)) = Query::<Address>::try_from_uri(address) else {
            return Err(Box::new(refuse(
                StatusCode::BAD_REQUEST,
                Code::BadRequest,
                "the address needs one `query`, and each parameter once, in UTF-8",
            )));
        };
        Ok(Self {
            query: address.query,
            operation_name: address.operation_name.filter(|name| !name.is_empty()),
            variables: json("variables", address.variables)?,
            _extensions: json("extensions", address.extensions)?,
        })
    }

    /// Checks the document, and that every variable that must have a value has one: async-graphql notices only at the field
    /// that uses it, when a mutation before it has already happened.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(in crate::platform::graphql) fn check(&self, documents: &Documents) -> Result<Checked, Box<ServerError>> {
        let checked = documents.check(&self.query, self.operation_name.as_deref())?;
        let wanted = self.operation_name.as_deref();
        let operations = checked.document.operations.iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.is_some_and(|name| name == wanted)));
        for variable in operations.flat_map(|(_, operation)| &operation.node.variable_definitions) {
            let (name, variable) = (&variable.node.name.node, &variable.node);
            let given = self.variables.as_ref().and_then(|variables| variables.get(name.as_str()));
            let missing = given.map_or(variable.default_value.is_none(), serde_json::Value::is_null);
            if missing && !variable.var_type.node.nullable {
                return Err(Box::new(Code::ValidationFailed.error(format!("the variable ${name} needs a value of type {}", variable.var_type.node))));
            }
        }
        Ok(checked)
    }

    /// The request to execute, with the document that was parsed for the limits.
    pub(in crate::platform::graphql) fn into_request(self, checked: Checked) -> Request {
        let document: ExecutableDocument = checked.document;
        let mut variables = Variables::from_json(self.variables.unwrap_or_default().into());
        // An argument whose variable was not sent is absent, but async-graphql works out the cost of a list from its page's size, and
        // refuses where that is a variable without a value. For a page's size, null says the same.
        for name in page_sizes(&document) {
            variables.entry(name).or_insert(Value::Null);
        }
        let mut request = Request::new(self.query).variables(variables);
        request.operation_name = self.operation_name;
        request.set_parsed_query(document);
        request
    }
}

/// Variables that may be left out and are nothing but the size of a page.
fn page_sizes(document: &ExecutableDocument) -> Vec<Name> {
    fn look(set: &SelectionSet, found: &mut Vec<Name>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let sizes = field.node.arguments.iter().filter(|(name, _)| matches!(name.node.as_str(), "first" | "last"));
                    found.extend(sizes.filter_map(|(_, value)| value.node.to_string().strip_prefix('$').map(Name::new)));
                    look(&field.node.selection_set.node, found);
                }
                Selection::InlineFragment(fragment) => look(&fragment.node.selection_set.node, found),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    for set in operations.chain(document.fragments.values().map(|fragment| &fragment.node.selection_set.node)) {
        look(set, &mut found);
    }
    let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let may_be_absent: Vec<&Name> = definitions
        .filter(|definition| definition.node.var_type.node.nullable && definition.node.default_value.is_none())
        .map(|definition| &definition.node.name.node)
        .collect();
    found.retain(|name| may_be_absent.contains(&name));
    found
}
