//! The rules for SQL (ARCHITECTURE.md, "Two databases"): sea-orm's builder says what it can; text is for what it
//! cannot say, and only `query::Query` numbers the placeholders of a text that depends on the input.

use std::{fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Files and folders whose texts are no business of `Query`.
const NUMBERERS: [(&str, &str); 4] = [
    ("platform/src/query.rs", "this is where it is done"),
    ("platform/src/db/", "the ground that `Query` stands on"),
    ("platform/src/work/append.rs", "the hottest statement; its text differs per database"),
    ("platform/src/graphql/", "`$` begins a variable of GraphQL"),
];

/// Texts that look as if the builder could say them, each with the reason why it is text.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("SELECT {columns} FROM activity a{join} WHERE {wanted}", "`{join}` joins the deals, if asked for"),
    (
        "SELECT {what} FROM {} t WHERE t.workspace_id = $1 AND {}",
        "a rule's condition, which asks other tables",
    ),
    ("DELETE FROM {table} WHERE workspace_id = $1 AND ({key}) IN ({chosen}", "`{chosen}` is such a SELECT"),
    ("DELETE FROM evidence WHERE workspace_id = $1\n", "`{keys}` asks for the person's keys"),
    (
        "SELECT data_key_id FROM {} WHERE workspace_id = $1 AND contact_id = $2",
        "a part of a UNION over tables",
    ),
    ("SELECT id, submission_id FROM opt_in WHERE {OPT_INS}", "`{OPT_INS}` asks for the person's addresses"),
];

/// A text in the sources.
struct Literal {
    file: String,
    text: String,
    /// Whether it is the argument of a macro, such as `format!`.
    in_macro: bool,
}

#[derive(Default)]
struct Reader {
    found: Vec<(String, bool)>,
}

impl Reader {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.found.push((text.value(), true));
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.found.push((text.value(), false));
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
        // Comments and names are no statements.
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

fn texts_of(file: &str, source: &str) -> Vec<Literal> {
    let mut reader = Reader::default();
    reader.visit_file(&syn::parse_file(source).unwrap_or_else(|error| panic!("{file}: {error}")));
    let text = |(text, in_macro)| Literal { file: file.to_owned(), text, in_macro };
    reader.found.into_iter().map(text).collect()
}

fn texts_below(folder: &str) -> Vec<Literal> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![root.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !name.ends_with("tests.rs") {
                found.extend(texts_of(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// Texts that make a placeholder of a number, or are to be completed by one: `format!("${at}")`, `"id = $"`.
fn numbered_by_hand(texts: &[Literal]) -> Vec<String> {
    let by_hand = |text: &Literal| {
        (text.in_macro && text.text.contains("${")) || [" $", "($"].iter().any(|end| text.text.ends_with(end))
    };
    let known = |text: &Literal| NUMBERERS.iter().any(|(place, _)| text.file.starts_with(place));
    let faults = texts.iter().filter(|text| by_hand(text) && !known(text));
    faults.map(|text| format!("{}: {}", text.file, text.text)).collect()
}

/// Whole statements on one table whose conditions only compare columns with values.
fn said_better_by_the_builder(texts: &[Literal]) -> Vec<String> {
    let excepted = |text: &Literal| EXCEPTIONS.iter().any(|(known, _)| text.text.starts_with(known));
    let faults = texts.iter().filter(|text| is_plain(&text.text) && !excepted(text));
    faults.map(|text| format!("{}: {}", text.file, text.text)).collect()
}

/// Every word of a plain statement is a name, a value or one of these. A `SELECT` may only name columns.
const PLAIN: [&str; 20] = [
    "SELECT", "FROM", "UPDATE", "SET", "DELETE", "WHERE", "AND", "OR", "NOT", "IS", "NULL", "IN", "ORDER",
    "BY", "ASC", "DESC", "LIMIT", "FOR", "AS", "DISTINCT",
];

fn is_plain(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let begins = match words[..] {
        ["SELECT", ..] => words.contains(&"FROM"),
        ["UPDATE", _, "SET", ..] | ["DELETE", "FROM", ..] => true,
        _ => false,
    };
    // A text that ends within a condition is a part of a longer one, which `Query` puts together.
    let is_part = text.ends_with([' ', '(', ',']) || text.ends_with('=');
    let of_one_table = !words.iter().skip(1).any(|word| word.contains("SELECT"));
    begins
        && !is_part
        && of_one_table
        && words.iter().enumerate().all(|(at, word)| is_plain_word(&words, at, word))
}

fn is_plain_word(words: &[&str], at: usize, word: &str) -> bool {
    let in_list = at > 0 && words[at - 1] == "IN" || word.starts_with("IN(");
    let bare = word.trim_matches(|c: char| "(),{}*'$.[]".contains(c) || c.is_ascii_digit());
    // A bracket that follows a name calls a function; one that holds several names is a row value.
    let calls = word.contains('(') && !in_list && !word.starts_with('(');
    let row = word.starts_with('(') && word.ends_with(',') && !in_list;
    let is_name =
        bare.chars().all(|c| c.is_ascii_lowercase() || "_.$':{}()?".contains(c) || c.is_ascii_digit());
    let is_value = word.starts_with('\'') || word.starts_with('{') || word.starts_with("({");
    let is_sign = ["=", "<>", "<", ">", "<=", ">="].contains(&word);
    !calls && !row && (PLAIN.contains(&bare) || is_name || is_value || is_sign)
}

#[test]
fn only_one_place_numbers_placeholders() {
    let faults = numbered_by_hand(
        &[texts_below("src"), texts_below("platform/src")].into_iter().flatten().collect::<Vec<_>>(),
    );
    assert!(faults.is_empty(), "put these together with `query::Query`: {faults:#?}");
}

#[test]
fn what_the_builder_can_say_is_no_text() {
    let faults = said_better_by_the_builder(&texts_below("src"));
    assert!(faults.is_empty(), "say these with sea-orm's builder: {faults:#?}");
}

#[test]
fn every_exception_is_still_needed() {
    let texts = texts_below("src");
    for (known, _) in EXCEPTIONS {
        assert!(texts.iter().any(|text| text.text.starts_with(known) && is_plain(&text.text)), "{known}");
    }
}

#[test]
fn the_law_of_sql_sees_every_spelling() {
    let by_hand = |source: &str| numbered_by_hand(&texts_of("src/contacts/tags.rs", source)).len();
    for fault in [
        r#"fn f() { let place = format!("${}", values.len()); }"#,
        r#"fn f() { write!(text, " AND id < ${place}"); }"#,
        r#"fn f() { (1..=9).map(|at| format!("${at}")) }"#,
        r#"const CONDITION: &str = "c.phone = $";"#,
        r#"fn f() { vec![format!("a = ${}", 1)] }"#,
    ] {
        assert_eq!(by_hand(fault), 1, "{fault}");
    }
    assert_eq!(by_hand(r#"const FIXED: &str = "SELECT max(id) FROM deal WHERE workspace_id = $1";"#), 0);
    for fault in [
        "UPDATE contact SET last_contact_at = $3 WHERE workspace_id = $1 AND id = $2",
        "UPDATE tag SET name_key = $3, name = $4 WHERE workspace_id = $1 AND id = $2",
        "UPDATE job SET lease = NULL, attempts = 0 WHERE id = $1 AND (lease IS NULL OR leased_until <= $2)",
        "UPDATE opt_in SET {what} = $3 WHERE workspace_id = $1 AND id = $2",
        "UPDATE data_key SET owner_id = $2 WHERE workspace_id = $1 AND owner_kind = 'CONTACT'",
        "UPDATE job SET parked_at = NULL, attempts = 0",
        "DELETE FROM job",
        "DELETE FROM field_value WHERE workspace_id = $1 AND row_id <> $2",
        "SELECT * FROM mailbox WHERE workspace_id = $1 AND fingerprint = $2{}",
        "SELECT seq, kind, subject FROM journal WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        "SELECT {COLUMNS} FROM contact c WHERE c.workspace_id = $1 AND c.id IN ({ids})",
        "SELECT id FROM contact WHERE workspace_id = $1 AND id IN ($2,$3) ORDER BY id{}",
    ] {
        let source = format!("const TEXT: &str = {fault:?};");
        assert_eq!(said_better_by_the_builder(&texts_of("src/a.rs", &source)).len(), 1, "{fault}");
    }
    for fine in [
        "UPDATE deal SET rank = '~' || rank WHERE workspace_id = $1 AND stage_id = $2",
        "SELECT count(*) AS n FROM deal WHERE workspace_id = $1",
        "SELECT state, count(*) AS n FROM opt_in GROUP BY 1",
        "SELECT * FROM a WHERE (rank, id) > ($1, $2)",
        "SELECT * FROM a JOIN b ON b.id = a.id WHERE a.workspace_id = $1",
        "DELETE FROM a WHERE id IN (SELECT id FROM b WHERE c = $1)",
        "UPDATE job SET lease = $1 WHERE id = $2 RETURNING id",
        "SELECT j.* FROM journal j WHERE j.workspace_id = ",
        "Update the contact's name, and delete nothing.",
    ] {
        let source = format!("const TEXT: &str = {fine:?};");
        assert_eq!(said_better_by_the_builder(&texts_of("src/a.rs", &source)).len(), 0, "{fine}");
    }
}
