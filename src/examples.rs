//! The examples of docs/api.md, ready to run in `/graphiql` with variables. A variable that is an id has a
//! placeholder here (`$purpose`), which the page replaces with an id from the workspace
//! (`graphiql/start.js`).

use serde_json::{Value, json};

const PAGE: &str = include_str!("../docs/api.md");

/// One example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// A short description.
    pub title: String,
    /// Its document.
    pub query: String,
    /// Its variables.
    pub variables: Value,
}

/// All examples of docs/api.md, in order.
#[must_use]
pub fn examples() -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut title = "";
    let mut rest = PAGE;
    while let Some((before, block)) = rest.split_once("```") {
        title = before.rsplit_once("\n### ").and_then(|(_, under)| under.lines().next()).unwrap_or(title);
        let Some((block, further)) = block.split_once("```") else { break };
        rest = further;
        let (kind, text) = block.split_once('\n').unwrap_or_default();
        let read = match kind {
            "graphql" => Some((text.to_owned(), variables(text))),
            "json" => serde_json::from_str::<Value>(text)
                .ok()
                .and_then(|body| Some((body["query"].as_str()?.to_owned(), body["variables"].clone()))),
            _ => None,
        };
        if let Some((query, variables)) = read {
            let again = found.last().is_some_and(|last| last.title.starts_with(title));
            let title = if again { format!("{title} ({})", name_of(&query)) } else { title.to_owned() };
            found.push(Example { title, query, variables });
        }
    }
    found
}

/// The examples as JSON, for the page.
#[must_use]
pub fn to_json() -> String {
    let all = examples();
    json!(
        all.iter()
            .map(|one| json!({ "title": one.title, "query": one.query, "variables": one.variables }))
            .collect::<Vec<_>>()
    )
    .to_string()
}

/// The name of an operation.
fn name_of(query: &str) -> &str {
    query.split(|c: char| c.is_whitespace() || c == '(').nth(1).unwrap_or_default()
}

fn variables(query: &str) -> Value {
    match name_of(query) {
        "SignIn" => {
            json!({ "input": { "workspace": "$workspace", "email": "you@example.org", "password": "your password" } })
        }
        "WhomMayWeWriteTo" => json!({ "purpose": "$purpose" }),
        "Find" => json!({ "text": "lam" }),
        "Board" => json!({ "pipeline": "$pipeline" }),
        "Move" => json!({ "input": { "dealId": "$deal", "toStageId": "$stage" } }),
        "FollowBoard" => json!({ "pipeline": "$pipeline", "after": "$lately" }),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn every_example_has_a_title_and_a_value_for_each_variable() {
        let all = examples();
        assert_eq!(
            all.iter().filter(|one| PAGE.contains(&format!("```graphql\n{}```", one.query))).count(),
            PAGE.matches("```graphql").count()
        );
        assert!(all.iter().any(|one| one.query.contains("createForm")), "{all:#?}");
        for one in &all {
            assert!(
                !one.title.is_empty() && all.iter().filter(|other| other.title == one.title).count() == 1,
                "{}",
                one.title
            );
            let document = parse_query(&one.query).unwrap();
            for (_, operation) in document.operations.iter() {
                for variable in &operation.node.variable_definitions {
                    let (name, needed) =
                        (variable.node.name.node.as_str(), !variable.node.var_type.node.nullable);
                    assert!(!needed || !one.variables[name].is_null(), "{}: ${name}", one.title);
                }
            }
        }
    }
}
