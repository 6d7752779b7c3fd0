//! The schema as introspection returns it, and operations made from it: every root field, every argument that
//! takes an id, valid samples of everything else.

use std::collections::BTreeMap;

use entity::Role;
use serde_json::{Map, Value, json};

use super::{ask, codes, ids::Ids};
use crate::support::{Client, TestApp};

/// A value that an operation needs before it looks at its ids, where the generator's own would be refused.
fn given(root: &str, argument: &str) -> Option<Value> {
    Some(match (root, argument) {
        ("findBreachPeople", "from") => json!("2026-01-01T00:00:00Z"),
        ("recordArt14Notice", "how") => json!("LETTER"),
        ("settleRecipientNotices", "state") => json!("TOLD"),
        // A rule that keeps our contact longer than those there are, on a day when it ends.
        ("simulateRetention", "subject") => json!("CONTACTS"),
        ("simulateRetention", "lifecycle") => json!("PROSPECT"),
        ("simulateRetention", "months") => json!(40),
        ("simulateRetention", "on") => json!("2031-01-01T00:00:00Z"),
        _ => return None,
    })
}

/// A root field.
#[derive(Debug)]
pub struct Root {
    pub kind: &'static str,
    pub name: String,
    pub arguments: Vec<Value>,
    pub result: String,
    /// What is selected of its result.
    selection: String,
    pub is_leaf: bool,
}

/// The schema as introspection returns it.
pub struct Introspected {
    pub roots: Vec<Root>,
    types: BTreeMap<String, Value>,
}

const TYPE: &str = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Introspected {
    pub async fn read(app: &TestApp) -> Self {
        let text = format!(
            "{{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} types {{ kind name enumValues {{ name }}
                inputFields {{ name defaultValue {TYPE} }} fields(includeDeprecated: true) {{ name {TYPE} args {{ name defaultValue {TYPE} }} }} }} }} }}"
        );
        let answer = app.api_key(Role::Reader).await.gql(&text, json!({})).await;
        let list = answer["__schema"]["types"].as_array().unwrap();
        let types: BTreeMap<String, Value> =
            list.iter().map(|ty| (ty["name"].as_str().unwrap().to_owned(), ty.clone())).collect();
        let mut roots = Vec::new();
        for kind in ["query", "mutation", "subscription"] {
            let root = &types[answer["__schema"][format!("{kind}Type")]["name"].as_str().unwrap()];
            for field in root["fields"].as_array().unwrap() {
                let result = inner(&field["type"]);
                roots.push(Root {
                    kind,
                    name: field["name"].as_str().unwrap().to_owned(),
                    arguments: field["args"].as_array().unwrap().clone(),
                    is_leaf: matches!(types[&result]["kind"].as_str(), Some("SCALAR" | "ENUM")),
                    selection: String::new(),
                    result,
                });
            }
        }
        let mut schema = Self { roots: vec![], types };
        for root in &mut roots {
            root.selection = schema.selection(&root.result, 3);
        }
        schema.roots = roots;
        schema
    }

    /// Every path from a root field's arguments to an `ID`.
    pub fn id_places(&self, root: &Root) -> Vec<Vec<String>> {
        let mut places = Vec::new();
        for argument in &root.arguments {
            self.search(argument, &mut vec![], &mut vec![], &mut places);
        }
        places
    }

    /// A filter nested in itself is not entered again.
    fn search(
        &self,
        member: &Value,
        way: &mut Vec<String>,
        inside: &mut Vec<String>,
        places: &mut Vec<Vec<String>>,
    ) {
        way.push(member["name"].as_str().unwrap().to_owned());
        let ty = inner(&member["type"]);
        if ty == "ID" {
            places.push(way.clone());
        } else if let Some(members) = self.types[&ty]["inputFields"].as_array()
            && !inside.contains(&ty)
        {
            inside.push(ty.clone());
            for member in members {
                self.search(member, way, inside, places);
            }
            inside.pop();
        }
        way.pop();
    }

    /// Runs the operation with this id in this place and valid values of ours elsewhere. Returns the answer
    /// with everything that depends on the id removed.
    pub async fn try_id(
        &self,
        client: &Client<'_>,
        root: &Root,
        place: &[String],
        id: &str,
        ours: &Ids,
        app: &TestApp,
    ) -> Option<String> {
        let mut variables = Map::new();
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        let version = if root.kind == "mutation" { ours.version_for(&root.name, app).await } else { 1 };
        for argument in &root.arguments {
            let name = argument["name"].as_str().unwrap();
            let wanted = (place[0] == name).then_some(&place[1..]);
            let Some(value) = self.sample(&root.name, argument, wanted, id, ours, version) else { continue };
            variables.insert(name.to_owned(), value);
            declared.push(format!("${name}: {}", written(&argument["type"])));
            passed.push(format!("{name}: ${name}"));
        }
        let document = format!(
            "{} ({}) {{ {}({}){} }}",
            root.kind,
            declared.join(", "),
            root.name,
            passed.join(", "),
            root.selection
        );
        let answer = ask(client, root.kind, &document, Value::Object(variables)).await?;
        let refused =
            codes(&answer).iter().any(|code| code.starts_with("GRAPHQL") || code.starts_with("TOO"));
        assert!(!refused, "the generator writes what the schema refuses: {document} {answer:#}");
        Some(normal(&answer))
    }

    /// A value for an argument or input field: the tried id at the end of `way`, valid values elsewhere,
    /// optional ones left out.
    fn sample(
        &self,
        root: &str,
        member: &Value,
        way: Option<&[String]>,
        id: &str,
        ours: &Ids,
        version: i32,
    ) -> Option<Value> {
        let name = member["name"].as_str().unwrap();
        if let Some(given) = given(root, name) {
            return Some(given);
        }
        let ty = &member["type"];
        let needed = ty["kind"] == "NON_NULL" && member["defaultValue"].is_null();
        if name == "after" && inner(ty) == "Int" {
            return Some(json!(0));
        }
        if name == "first" {
            return Some(json!(5));
        }
        if way.is_none() && !needed {
            return None;
        }
        let is_list = written(ty).starts_with('[');
        let value = match inner(ty).as_str() {
            "ID" if way.is_some() => json!(id),
            "ID" => json!(ours.named(name)),
            "Int" if name == "expectedVersion" => json!(version),
            "Int" => json!(1),
            "Boolean" => json!(true),
            "String" if name == "languages" || name == "language" => json!("en"),
            "String" => json!("text"),
            "BigInt" => json!("1"),
            "DateTime" => json!("2027-01-01T00:00:00Z"),
            other => {
                let ty = &self.types[other];
                if let Some(values) = ty["enumValues"].as_array() {
                    values[0]["name"].clone()
                } else {
                    let members =
                        ty["inputFields"].as_array().unwrap_or_else(|| panic!("no sample of {other}"));
                    let filled = members.iter().filter_map(|member| {
                        let name = member["name"].as_str().unwrap();
                        let way = way.and_then(|way| {
                            (way.first().map(String::as_str) == Some(name)).then(|| &way[1..])
                        });
                        Some((name.to_owned(), self.sample(root, member, way, id, ours, version)?))
                    });
                    Value::Object(filled.collect())
                }
            }
        };
        Some(if is_list { json!([value]) } else { value })
    }

    /// A selection of this type: all fields that need no argument, down to `depth` levels.
    fn selection(&self, ty: &str, depth: usize) -> String {
        /// Fields that change with every mutation, whatever it was about.
        const MOVING: [&str; 9] = [
            "version",
            "cursor",
            "startCursor",
            "endCursor",
            "bytes",
            "leafHash",
            "sha256",
            "position",
            "totalCount",
        ];
        let Some(fields) = self.types[ty]["fields"].as_array() else {
            return if self.types[ty]["kind"] == "INTERFACE" {
                " { __typename id }".to_owned()
            } else {
                String::new()
            };
        };
        let mut parts = vec!["__typename".to_owned()];
        for field in fields {
            let name = field["name"].as_str().unwrap();
            // A list below the root is refused without its length.
            let needs = field["args"]
                .as_array()
                .unwrap()
                .iter()
                .any(|argument| argument["type"]["kind"] == "NON_NULL" || argument["name"] == "first");
            let inner = inner(&field["type"]);
            let is_leaf = matches!(self.types[&inner]["kind"].as_str(), Some("SCALAR" | "ENUM"));
            if needs || MOVING.contains(&name) || name == "edges" || (!is_leaf && depth <= 1) {
                continue;
            }
            parts.push(format!(
                "{name}{}",
                if is_leaf { String::new() } else { self.selection(&inner, depth - 1) }
            ));
        }
        format!(" {{ {} }}", parts.join(" "))
    }
}

/// The named type inside lists and non-null markers.
fn inner(ty: &Value) -> String {
    match ty["name"].as_str() {
        Some(name) => name.to_owned(),
        None => inner(&ty["ofType"]),
    }
}

/// The type as documents write it; a required list keeps its opening bracket first.
fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().unwrap().to_owned(),
    }
}

pub fn normal(answer: &Value) -> String {
    normal_text(&serde_json::to_string_pretty(answer).unwrap())
}

/// The text without ids and tickets, so that answers can be compared.
pub fn normal_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        match word.rsplit_once('_') {
            Some((_, tail)) if tail.len() == 26 => out.push('#'),
            _ => out.push_str(&word),
        }
        word.clear();
        out.push(c);
    }
    out
}
