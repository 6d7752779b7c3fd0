//! Adds "Did you mean …?" to an error about a name that the schema does not have: a field, an argument, a
//! type, an enum value, a directive. async-graphql suggests names for only two of these.
//!
//! Its errors are recognised by their messages (its version is pinned; tests watch them).

use std::collections::HashMap;

use async_graphql::{
    Response as Answer,
    parser::{
        parse_schema,
        types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition},
    },
};

use super::user_error::{GraphqlErrorCode as Code, code_of};

/// Most suggestions per error.
const MOST: usize = 3;

/// All names of a schema.
#[derive(Debug, Default)]
pub struct NearNames {
    types: Vec<String>,
    /// Fields, input fields or enum values, by type.
    members: HashMap<String, Vec<String>>,
    /// Arguments, by type and field.
    arguments: HashMap<(String, String), Vec<String>>,
}

impl NearNames {
    /// Reads the names from a schema's SDL.
    #[must_use]
    pub fn of(sdl: &str) -> Self {
        let mut names = Self::default();
        for definition in parse_schema(sdl).map(|document| document.definitions).unwrap_or_default() {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let members = match &definition.node.kind {
                TypeKind::Object(object) => {
                    names.of_fields(&name, object.fields.iter().map(|field| &field.node))
                }
                TypeKind::Interface(interface) => {
                    names.of_fields(&name, interface.fields.iter().map(|field| &field.node))
                }
                TypeKind::InputObject(input) => inputs(input.fields.iter().map(|field| &field.node)),
                TypeKind::Enum(values) => {
                    values.values.iter().map(|value| value.node.value.node.to_string()).collect()
                }
                TypeKind::Scalar | TypeKind::Union(_) => Vec::new(),
            };
            names.members.insert(name.clone(), members);
            names.types.push(name);
        }
        let scalars = ["Boolean", "Float", "ID", "Int", "String"];
        names.types.extend(
            scalars
                .into_iter()
                .filter(|name| !names.members.contains_key(*name))
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
        names
    }

    fn of_fields<'f>(&mut self, of: &str, fields: impl Iterator<Item = &'f FieldDefinition>) -> Vec<String> {
        let mut found = Vec::new();
        for field in fields {
            let name = field.name.node.to_string();
            let arguments = inputs(field.arguments.iter().map(|argument| &argument.node));
            self.arguments.insert((of.to_owned(), name.clone()), arguments);
            found.push(name);
        }
        found
    }

    /// Adds suggestions to the errors of `answer`.
    pub(super) fn suggest(&self, answer: &mut Answer) {
        for error in answer.errors.iter_mut().filter(|error| code_of(error) == Some(Code::ValidationFailed)) {
            let near: Vec<String> =
                self.near(&error.message).into_iter().map(|name| format!("`{name}`")).collect();
            if !near.is_empty() {
                error.message =
                    format!("{}. Did you mean {}?", error.message.trim_end_matches('.'), near.join(" or "));
            }
        }
    }

    fn near(&self, message: &str) -> Vec<String> {
        let quoted: Vec<&str> = message.split('"').skip(1).step_by(2).collect();
        let members = |of: &str| self.members.get(of).map(Vec::as_slice).unwrap_or_default();
        match *quoted.as_slice() {
            [name, of] if message.starts_with("Unknown field ") => nearest(name, members(of)),
            [name, field, of] if message.starts_with("Unknown argument ") => nearest(
                name,
                self.arguments.get(&(of.to_owned(), field.to_owned())).map(Vec::as_slice).unwrap_or_default(),
            ),
            [name] if message.starts_with("Unknown type ") => nearest(name, &self.types),
            [name] if message.starts_with("Unknown directive ") => {
                nearest(name, &["include".to_owned(), "skip".to_owned()])
            }
            [.., of, value] if message.contains("\", enumeration type \"") => nearest(value, members(of)),
            [.., name, of] if message.contains("\", unknown field \"") => nearest(name, members(of)),
            _ => Vec::new(),
        }
    }
}

fn inputs<'i>(inputs: impl Iterator<Item = &'i InputValueDefinition>) -> Vec<String> {
    inputs.map(|input| input.name.node.to_string()).collect()
}

/// Names with a typo or two, or that begin with the word; the nearest first.
fn nearest(word: &str, names: &[String]) -> Vec<String> {
    // A word may be as long as the whole document, and the distance takes quadratic time; no name is this
    // long.
    if word.len() > 100 {
        return Vec::new();
    }
    let folded = |name: &str| name.replace('_', "").to_lowercase();
    let meant = folded(word);
    let most = 1 + meant.chars().count() / 4;
    let far = |name: &str| {
        let name = folded(name);
        let begins = meant.len() >= 3 && name.starts_with(&meant);
        let slips = strsim::osa_distance(&meant, &name);
        (slips <= most || begins).then_some(slips)
    };
    let mut near: Vec<(usize, &String)> = names.iter().filter_map(|name| Some((far(name)?, name))).collect();
    near.sort();
    near.into_iter().take(MOST).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use async_graphql::{Enum, InputObject, Object, Schema};
    use futures_util::FutureExt;

    use super::*;

    #[derive(Enum, Clone, Copy, PartialEq, Eq)]
    enum Channel {
        Email,
        Phone,
    }

    #[derive(InputObject)]
    struct ContactFilter {
        channel: Option<Channel>,
        given_name: Option<String>,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn contacts(&self, first: Option<i32>, filter: Option<ContactFilter>) -> Option<i32> {
            let wanted = filter.and_then(|filter| filter.given_name.filter(|_| filter.channel.is_some()));
            first.filter(|_| wanted.is_none())
        }

        async fn companies(&self, nodes: Option<i32>) -> Option<i32> {
            nodes
        }
    }

    #[test]
    fn what_is_not_in_the_schema_is_told_with_what_was_probably_meant() {
        let schema = super::super::limits::limit(Schema::build(
            Query,
            async_graphql::EmptyMutation,
            async_graphql::EmptySubscription,
        ))
        .finish();
        let names = NearNames::of(&schema.sdl());
        for (document, meant) in [
            ("{ contact }", "Did you mean `contacts`?"),
            ("{ Contacts }", "Did you mean `contacts`?"),
            ("{ comp }", "Did you mean `companies`?"),
            ("{ contacts(frist: 1) }", "Did you mean `first`?"),
            ("query($f: ContactFiler) { contacts(filter: $f) }", "Did you mean `ContactFilter`?"),
            ("query($f: Strin) { contacts(filter: {givenName: $f}) }", "Did you mean `String`?"),
            ("{ contacts(filter: { given_name: \"x\" }) }", "Did you mean `givenName`?"),
            ("{ contacts(filter: { channel: EMIAL }) }", "Did you mean `EMAIL`?"),
            ("{ contacts(filter: { channel: Email }) }", "Did you mean `EMAIL`?"),
            (
                "query($f: ContactFilter = { channel: PHONES }) { contacts(filter: $f) }",
                "Did you mean `PHONE`?",
            ),
            ("{ contacts @incude(if: true) }", "Did you mean `include`?"),
            ("{ zzzzzzzzz }", ""),
            ("{ contacts(filter: { channel: SMOKE }) }", ""),
        ] {
            let mut answer = schema.execute(document).now_or_never().expect("an answer");
            super::super::user_error::finish(&mut answer);
            assert!(!answer.errors.is_empty(), "{document}");
            names.suggest(&mut answer);
            let messages: Vec<&str> = answer.errors.iter().map(|error| error.message.as_str()).collect();
            let found = messages.iter().any(|message| {
                if meant.is_empty() { !message.contains("Did you") } else { message.ends_with(meant) }
            });
            assert!(found, "{document}: {messages:?}");
        }
    }

    #[test]
    fn several_that_are_near_are_told_the_nearest_first() {
        let names = ["dealContacts", "deals", "deal", "contacts"].map(str::to_owned);
        assert_eq!(nearest("deel", &names), ["deal", "deals"]);
        assert_eq!(nearest(&"x".repeat(10_000), &names), Vec::<String>::new());
    }
}
