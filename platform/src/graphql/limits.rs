//! Limits on a document, checked before the schema sees it: bytes, tokens, nesting, aliases, root fields,
//! directives, and the fields after fragments are expanded.
//!
//! Tokens are counted before parsing, and each fragment's fields are counted only once, because the parser
//! and the validator walk fragments again and again: twenty fragments that spread each other twice mean a
//! million visits. [`limit`] sets what the schema checks itself (complexity, and all of these once more as a
//! second barrier).

use std::collections::HashMap;

use async_graphql::{
    Name, ObjectType, Positioned, SchemaBuilder, ServerError, SubscriptionType,
    parser::{
        parse_query,
        types::{ExecutableDocument, FragmentSpread, OperationType, Selection, SelectionSet},
    },
};

use super::{
    escapes, root_field,
    user_error::{GraphqlErrorCode as Code, set_code},
};

/// Longest request or message body, in bytes.
pub const MAX_BODY: usize = 256 * 1024;
/// Longest document, in bytes; values belong in variables.
pub const MAX_DOCUMENT: usize = 64 * 1024;
/// Most tokens (names, numbers, strings, punctuators) in a document.
pub const MAX_TOKENS: usize = 2_000;
/// Deepest nesting of brackets of any kind: the parser recurses on them.
pub const MAX_NESTING: usize = 60;
/// Most aliases after fragments are expanded.
pub const MAX_ALIASES: usize = 30;
/// Most fields at the root of one operation.
pub const MAX_ROOT_FIELDS: usize = 20;
/// Most directives after fragments are expanded.
pub const MAX_DIRECTIVES: usize = 20;
/// Most fields after fragments are expanded.
pub const MAX_FIELDS: usize = 2_000;
/// Most levels of fields in an answer.
pub const MAX_DEPTH: usize = 12;
/// Most levels in an introspection query; those of development tools nest fifteen deep and cost nothing.
pub const MAX_INTROSPECTION_DEPTH: usize = 20;
/// Highest estimated cost, the sum of the fields' `complexity`.
pub const MAX_COMPLEXITY: usize = 1_000;

/// Sets the limits that the schema checks itself, and switches off its own "did you mean": ours is
/// `near_names`.
#[must_use]
pub fn limit<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    builder
        .limit_depth(MAX_INTROSPECTION_DEPTH)
        .limit_recursive_depth(32)
        .limit_directives(MAX_DIRECTIVES)
        .limit_aliases(MAX_ALIASES)
        .limit_complexity(MAX_COMPLEXITY)
        .disable_suggestions()
}

/// A document within the limits.
#[derive(Clone)]
pub struct Checked {
    /// The parsed document, so that it is not parsed again.
    pub document: ExecutableDocument,
    /// The kind of the operation to run; none if no operation has the given name (validation reports that).
    pub kind: Option<OperationType>,
    /// Whether it only asks for introspection.
    pub introspection: bool,
    /// The fields at its root after fragments are expanded.
    pub roots: Vec<RootField>,
}

/// A field at the root of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootField {
    /// Its name in the schema.
    pub name: Name,
    /// Whether it has an alias.
    pub aliased: bool,
}

/// Checks a document and determines the operation to run.
///
/// # Errors
/// The refusal, with its code.
pub fn check(document: &str, operation_name: Option<&str>) -> Result<Checked, Box<ServerError>> {
    let refuse = |code: Code, message: String| Box::new(code.error(message));
    if document.len() > MAX_DOCUMENT {
        return Err(refuse(
            Code::DocumentTooLarge,
            format!("the document is longer than {MAX_DOCUMENT} bytes: put values into variables"),
        ));
    }
    let Lexed { tokens, nesting } = lex(document.as_bytes());
    if tokens > MAX_TOKENS {
        return Err(refuse(Code::TooManyTokens, format!("the document has more than {MAX_TOKENS} tokens")));
    }
    if nesting > MAX_NESTING {
        return Err(refuse(Code::TooDeep, format!("brackets nest deeper than {MAX_NESTING}")));
    }
    let document = parse_query(escapes::plain(document)?).map_err(|error| {
        let mut error = ServerError::from(error);
        set_code(&mut error, Code::ParseFailed);
        Box::new(error)
    })?;
    let mut costs = Costs { document: &document, known: HashMap::new() };
    let mut chosen = None;
    // Every operation, not only the one that runs: the validator walks them all.
    let mut total = Cost::default();
    for (name, operation) in document.operations.iter() {
        let cost = costs.of(&operation.node.selection_set.node)?;
        let depth = if cost.introspection { MAX_INTROSPECTION_DEPTH } else { MAX_DEPTH };
        if cost.depth > depth {
            return Err(refuse(Code::TooDeep, format!("fields nest deeper than {depth}")));
        }
        if cost.root_fields > MAX_ROOT_FIELDS {
            return Err(refuse(
                Code::TooManyRootFields,
                format!("more than {MAX_ROOT_FIELDS} fields at the root"),
            ));
        }
        if operation.node.ty == OperationType::Subscription {
            root_field::check(&document, &operation.node)?;
        }
        total.add(&cost);
        total.directives = total.directives.saturating_add(operation.node.directives.len());
        // Without an operation name, a single operation runs; if there are several, none (validation reports
        // that).
        if operation_name
            .map_or(document.operations.iter().len() == 1, |wanted| name.is_some_and(|name| name == wanted))
        {
            chosen = Some((operation.node.ty, cost.introspection, &operation.node.selection_set.node));
        }
    }
    for (count, most, code, what) in [
        (total.aliases, MAX_ALIASES, Code::TooManyAliases, "aliases"),
        (total.directives, MAX_DIRECTIVES, Code::TooManyDirectives, "directives"),
        (total.fields, MAX_FIELDS, Code::TooManyFields, "fields"),
    ] {
        if count > most {
            return Err(refuse(code, format!("more than {most} {what}, fragments included")));
        }
    }
    let mut roots = Vec::new();
    if let Some((_, _, set)) = chosen {
        gather_roots(&document, set, &mut roots);
    }
    let (kind, introspection) = chosen.map(|(kind, introspection, _)| (kind, introspection)).unzip();
    Ok(Checked { kind, introspection: introspection.unwrap_or(false), roots, document })
}

/// Collects the fields at the root. This terminates because fragments that spread themselves or are missing,
/// and too many root fields, were refused before.
fn gather_roots(document: &ExecutableDocument, set: &SelectionSet, roots: &mut Vec<RootField>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => roots
                .push(RootField { name: field.node.name.node.clone(), aliased: field.node.alias.is_some() }),
            Selection::InlineFragment(fragment) => {
                gather_roots(document, &fragment.node.selection_set.node, roots);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    gather_roots(document, &fragment.node.selection_set.node, roots);
                }
            }
        }
    }
}

struct Lexed {
    tokens: usize,
    nesting: usize,
}

/// Counts tokens according to the GraphQL grammar. Invalid text still gets a number; the parser refuses it.
fn lex(text: &[u8]) -> Lexed {
    let (mut tokens, mut depth, mut nesting) = (0, 0_usize, 0);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        at += match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => 1,
            b'#' => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            _ => {
                tokens += 1;
                match byte {
                    b'{' | b'[' | b'(' => {
                        depth += 1;
                        nesting = nesting.max(depth);
                        1
                    }
                    b'}' | b']' | b')' => {
                        depth = depth.saturating_sub(1);
                        1
                    }
                    b'"' => string_length(rest),
                    b'.' if rest.starts_with(b"...") => 3,
                    b'-' | b'0'..=b'9' => rest
                        .iter()
                        .position(|byte| !is_word(*byte) && !b".+-".contains(byte))
                        .unwrap_or(rest.len()),
                    _ => rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len()).max(1),
                }
            }
        };
    }
    Lexed { tokens, nesting }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The length of the string or block string that begins here; up to the end of the text if it is
/// unterminated.
fn string_length(text: &[u8]) -> usize {
    let block = text.starts_with(b"\"\"\"");
    let mut at = if block { 3 } else { 1 };
    while at < text.len() {
        if block && text[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if block && text[at..].starts_with(b"\"\"\"") {
            return at + 3;
        } else if !block && text[at] == b'\\' {
            at += 2;
        } else if !block && matches!(text[at], b'"' | b'\n') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    text.len()
}

#[derive(Clone, Default)]
struct Cost {
    fields: usize,
    aliases: usize,
    directives: usize,
    root_fields: usize,
    depth: usize,
    introspection: bool,
}

impl Cost {
    fn add(&mut self, other: &Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
    }
}

struct Costs<'d> {
    document: &'d ExecutableDocument,
    /// Cost per fragment; `None` while it is being counted, so that a fragment that contains itself is
    /// noticed.
    known: HashMap<Name, Option<Cost>>,
}

impl<'d> Costs<'d> {
    /// The cost of a selection with its fragments expanded, or the error if a fragment spreads itself or is
    /// missing.
    fn of(&mut self, set: &'d SelectionSet) -> Result<Cost, Box<ServerError>> {
        let mut cost = Cost { introspection: true, ..Cost::default() };
        for selection in &set.items {
            let (inner, directives) = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let mut inner = self.of(&field.selection_set.node)?;
                    inner.fields = inner.fields.saturating_add(1);
                    inner.aliases = inner.aliases.saturating_add(usize::from(field.alias.is_some()));
                    inner.root_fields = 1;
                    inner.depth += 1;
                    inner.introspection = field.name.node.starts_with("__");
                    (inner, field.directives.len())
                }
                Selection::InlineFragment(fragment) => {
                    (self.of(&fragment.node.selection_set.node)?, fragment.node.directives.len())
                }
                Selection::FragmentSpread(spread) => (self.fragment(spread)?, spread.node.directives.len()),
            };
            cost.add(&inner);
            cost.directives = cost.directives.saturating_add(directives);
            cost.root_fields = cost.root_fields.saturating_add(inner.root_fields);
            cost.depth = cost.depth.max(inner.depth);
            cost.introspection &= inner.introspection;
        }
        Ok(cost)
    }

    fn fragment(&mut self, spread: &'d Positioned<FragmentSpread>) -> Result<Cost, Box<ServerError>> {
        let name = &spread.node.fragment_name.node;
        let refuse = |message: String| {
            let mut error = Code::ValidationFailed.error(message);
            error.locations.push(spread.pos);
            Box::new(error)
        };
        if let Some(known) = self.known.get(name) {
            return known.clone().ok_or_else(|| refuse(format!("the fragment `{name}` spreads itself")));
        }
        // Not left to validation: fragments that spread each other twice and end in a missing one cost
        // nothing by this count, but walking them takes practically forever.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Err(refuse(format!("there is no fragment `{name}` in this document")));
        };
        self.known.insert(name.clone(), None);
        let cost = self.of(&fragment.node.selection_set.node)?;
        self.known.insert(name.clone(), Some(cost.clone()));
        Ok(cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(document: &str) -> String {
        let error = check(document, None).err().expect("refused");
        error.extensions.unwrap().get("code").unwrap().to_string().replace('"', "")
    }

    #[test]
    fn tokens_are_cut_as_graphql_cuts_them() {
        for (text, tokens) in [
            ("{ a }", 3),
            ("query($a:Int=1){a(b:$a,c:[1.5,-2e3])@x...F}", 28),
            ("# a b c\n{a}", 3),
            (r#"{a(b:"x \" y { ("){c}}"#, 11),
            ("{a(b:\"\"\"x \" \\\"\"\" { \"\"\")}", 8),
            ("\"never ends", 1),
            ("", 0),
        ] {
            assert_eq!(lex(text.as_bytes()).tokens, tokens, "{text}");
        }
    }

    #[test]
    fn bombs_are_refused_each_with_its_code() {
        let aliases = (0..101).map(|n| format!("a{n}:__typename")).collect::<Vec<_>>().join(" ");
        assert_eq!(refused(&format!("{{ x {{ {aliases} }} }}")), "TOO_MANY_ALIASES");
        assert_eq!(refused(&format!("{{ {} }}", "a ".repeat(21))), "TOO_MANY_ROOT_FIELDS");
        assert_eq!(refused(&format!("{{ {} }}", "a ".repeat(2_000))), "TOO_MANY_TOKENS");
        assert_eq!(refused(&format!("{{ a {} }}", "@x ".repeat(21))), "TOO_MANY_DIRECTIVES");
        assert_eq!(refused(&format!("query {} {{ a }}", "@x ".repeat(21))), "TOO_MANY_DIRECTIVES");
        assert_eq!(refused(&format!("{}{}", "{a".repeat(13), "}".repeat(13))), "TOO_DEEP");
        assert_eq!(refused(&format!("{{ a(b: {} ) }}", "[".repeat(1_500))), "TOO_DEEP");
        assert_eq!(refused(&format!("# {}\n{{ a }}", "x".repeat(MAX_DOCUMENT))), "DOCUMENT_TOO_LARGE");
        assert_eq!(refused("{ a "), "GRAPHQL_PARSE_FAILED");
    }

    #[test]
    fn fragments_that_spread_each_other_are_counted_without_walking_them() {
        let twice = |n: usize| format!("fragment f{n} on A {{ ...f{m} ...f{m} }}", m = n + 1);
        let fragments = (0..60).map(twice).collect::<Vec<_>>().join(" ");
        let bomb = format!("{{ a {{ ...f0 }} }} {fragments} fragment f60 on A {{ a }}");
        assert_eq!(refused(&bomb), "TOO_MANY_FIELDS");
        assert_eq!(refused("{ ...a } fragment a on Q { b { ...a } }"), "GRAPHQL_VALIDATION_FAILED");
        // The last fragment is missing, so the cost is zero; it must not be walked either.
        let hollow = bomb.replace("fragment f60 on A { a }", "").replace("{ a { ...f0 } }", "{ ...f0 }");
        assert_eq!(refused(&hollow), "GRAPHQL_VALIDATION_FAILED");
        assert_eq!(
            refused(&hollow.replacen("{ ...f0 }", "subscription { ...f0 }", 1)),
            "GRAPHQL_VALIDATION_FAILED"
        );
    }

    #[test]
    fn the_operation_to_run_is_known() {
        let two = "query a { x } mutation b { y } query c { __schema { types { name } } }";
        assert_eq!(check(two, Some("b")).ok().unwrap().kind, Some(OperationType::Mutation));
        assert!(check(two, Some("c")).ok().unwrap().introspection);
        assert!(!check(two, Some("a")).ok().unwrap().introspection);
        assert_eq!(check(two, Some("z")).ok().unwrap().kind, None);
        assert_eq!(check(two, None).ok().unwrap().kind, None, "which of several is not said");
        assert!(!check("{ __typename ...f } fragment f on Q { x }", None).ok().unwrap().introspection);
    }
}
