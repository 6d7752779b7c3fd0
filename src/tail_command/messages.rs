//! The messages of `graphql-transport-ws` that this command sends and reads.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::End;

/// The name of the protocol, as a WebSocket's subprotocol.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";
/// The id of the question whether entries of the wanted kinds exist.
pub(super) const KINDS: &str = "kinds";
const DOCUMENT: &str = "subscription($after: Int, $kinds: [String!]) { journal(after: $after, kinds: $kinds) { \
    position entry { seq id at kind actor subject object data } } }";

/// The first message: who we are.
pub(super) fn hello(key: &str) -> Value {
    json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {key}") } })
}

pub(super) fn pong() -> Value {
    json!({ "type": "pong" })
}

/// Asks for the entries behind a position; none: for those that are written from now on.
pub(super) fn subscribe(after: Option<i64>, kinds: &[String]) -> Value {
    let mut variables = Map::new();
    if let Some(after) = after {
        variables.insert("after".to_owned(), after.into());
    }
    if !kinds.is_empty() {
        variables.insert("kinds".to_owned(), json!(kinds));
    }
    json!({ "type": "subscribe", "id": "tail", "payload": { "query": DOCUMENT, "variables": variables } })
}

/// Asks for one entry of each kind, so that somebody who misspells a kind does not wait for ever.
pub(super) fn ask_for_kinds(kinds: &[String]) -> Value {
    let names: Vec<String> = (0..kinds.len()).map(|n| format!("$k{n}: [String!]")).collect();
    let parts: Vec<String> = (0..kinds.len())
        .map(|n| format!("k{n}: journal(first: 1, filter: {{ kinds: $k{n} }}) {{ nodes {{ seq }} }}"))
        .collect();
    let query = format!("query({}) {{ {} }}", names.join(", "), parts.join(" "));
    let variables: Map<String, Value> =
        kinds.iter().enumerate().map(|(n, kind)| (format!("k{n}"), json!([kind]))).collect();
    json!({ "type": "subscribe", "id": KINDS, "payload": { "query": query, "variables": variables } })
}

/// The kinds of which the answer shows no entry.
pub(super) fn kinds_without_entries(kinds: &[String], answer: &Value) -> Vec<String> {
    let has_none = |n: usize| answer[format!("k{n}")]["nodes"].as_array().is_some_and(Vec::is_empty);
    kinds.iter().enumerate().filter(|(n, _)| has_none(*n)).map(|(_, kind)| kind.clone()).collect()
}

/// What the server says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Heard {
    ConnectionAck,
    Ping,
    Next {
        #[serde(default)]
        id: String,
        payload: Payload,
    },
    Error {
        #[serde(default)]
        id: String,
        payload: Vec<Fault>,
    },
    Complete {
        #[serde(default)]
        id: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    pub(super) data: Value,
    #[serde(default)]
    pub(super) errors: Vec<Fault>,
}

/// The data of the subscription.
#[derive(Deserialize)]
pub(super) struct Data {
    pub(super) journal: Step,
}

/// The position that is reached now, and the entry that stands there if it is of a wanted kind.
#[derive(Deserialize)]
pub(super) struct Step {
    pub(super) position: i64,
    #[serde(default)]
    pub(super) entry: Option<Value>,
}

/// A GraphQL error.
#[derive(Deserialize)]
pub(super) struct Fault {
    message: String,
    #[serde(default)]
    extensions: Value,
}

impl Fault {
    /// Whether another attempt may succeed.
    pub(super) fn end(&self) -> End {
        match self.extensions["code"].as_str() {
            Some("BUSY" | "INTERNAL" | "TIMEOUT") => End::Broken(self.message.clone()),
            Some("UNAUTHENTICATED" | "FORBIDDEN") => {
                End::Refused(anyhow::anyhow!("the key may not read the journal: {}", self.message))
            }
            _ => End::Refused(anyhow::anyhow!("the server refuses the subscription: {}", self.message)),
        }
    }
}
