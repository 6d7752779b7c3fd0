//! The papers of docs/: each promise names tests that exist; each decision is whole, stands in the index, and names what
//! is still in the code.

use std::{collections::BTreeSet, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The number of a promise and the tests below it, as they stand.
fn promises() -> Vec<(usize, Vec<String>)> {
    let text = read("docs/promises.md");
    text.split("\n## ")
        .skip(1)
        .map(|section| {
            let number =
                section.split('.').next().unwrap().parse().expect("a heading begins with its number");
            (number, items(section))
        })
        .collect()
}

/// The items of a list; a long one goes on in indented lines.
fn items(section: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in section.lines() {
        if let Some(begun) = line.strip_prefix("- ") {
            items.push(begun.to_owned());
        } else if let (Some(on), Some(item)) = (line.strip_prefix("  "), items.last_mut()) {
            *item = format!("{item} {on}");
        }
    }
    items
}

/// What is wrong with a test's name in docs/promises.md, if anything.
fn fault_of(named: &str) -> Option<String> {
    // `file::function`, a test of tests/it/file.rs or of tests/it/file/mod.rs; or `folder::file::function`.
    if let Some((file, function)) = named
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
        .and_then(|name| name.rsplit_once("::"))
    {
        let file = file.replace("::", "/");
        let text = [format!("tests/it/{file}.rs"), format!("tests/it/{file}/mod.rs")]
            .iter()
            .find_map(|path| fs::read_to_string(root().join(path)).ok());
        let Some(text) = text else { return Some(format!("{named}: no such file")) };
        let head = regex::Regex::new(&format!(
            r"#\[(tokio::)?test(\([^\]]*\))?\]\s+(#\[[^\]]*\]\s+)*(async )?fn {function}\(\)"
        ))
        .unwrap();
        return (!head.is_match(&text)).then(|| format!("{named}: no such test"));
    }
    // `tests/…/file.test.js`: the title of one of its tests.
    let Some((path, title)) = named
        .strip_prefix('`')
        .and_then(|rest| rest.split_once("`: "))
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|extension| extension == "js"))
    else {
        return Some(format!("{named}: neither `file::function` nor `file.test.js`: title"));
    };
    let Ok(text) = fs::read_to_string(root().join(path)) else {
        return Some(format!("{named}: no such file"));
    };
    (!text.contains(&format!("test(\"{title}\""))).then(|| format!("{named}: no such test"))
}

#[test]
fn every_promise_names_tests_and_every_test_it_names_exists() {
    let promises = promises();
    let numbers: Vec<usize> = promises.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>(), "none of the twelve may go, and their numbers stay");
    for (number, named) in &promises {
        assert!(!named.is_empty(), "promise {number} names no test");
    }
    let faults: Vec<String> =
        promises.iter().flat_map(|(_, named)| named).filter_map(|named| fault_of(named)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_test_that_is_not_there_is_noticed() {
    assert_eq!(fault_of("`promises::a_test_that_is_not_there_is_noticed`"), None);
    for wrong in [
        "`promises::a_test_that_is_not_there`",
        "`promises::fault_of`",
        "`nowhere::a_test`",
        "promises::a_test_that_is_not_there_is_noticed",
        "`tests/e2e/by_hand.test.js`: no such title",
        "`tests/e2e/nowhere.test.js`: the whole journey",
    ] {
        assert!(fault_of(wrong).is_some(), "{wrong}");
    }
}

/// A test whose name says which promise it holds is one of those that docs/promises.md names.
#[test]
fn tests_that_say_promise_in_their_name_are_named_in_the_list() {
    let said: BTreeSet<String> = promises().into_iter().flat_map(|(_, named)| named).collect();
    let head = regex::Regex::new(r"fn (promise_\d+_\w+)\(\)").unwrap();
    let mut missing = Vec::new();
    let mut found = 0;
    for text in texts(&root().join("tests/it")) {
        for name in head.captures_iter(&text).map(|found| found[1].to_owned()) {
            found += 1;
            if !said.iter().any(|named| named.ends_with(&format!("::{name}`"))) {
                missing.push(name);
            }
        }
    }
    assert!(found > 20, "only {found} were found");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Each decision has its four parts, and the index lists every one by its title.
#[test]
fn every_decision_is_whole_and_stands_in_the_index() {
    let index = read("docs/decisions/README.md");
    let mut names: Vec<String> = fs::read_dir(root().join("docs/decisions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let mut faults = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let text = read(&format!("docs/decisions/{name}"));
        let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let number = format!("{:04}", at + 1);
        if !name.starts_with(&format!("{number}-")) || !title.starts_with(&format!("{}. ", at + 1)) {
            faults.push(format!("{name}: the next number is {number}, in its name and its title"));
        }
        let parts: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if parts != ["Context", "Decision", "Measured", "Consequences"] {
            faults.push(format!("{name}: its parts are {parts:?}"));
        }
        if !index.contains(&format!("[{title}]({name})")) {
            faults.push(format!("{name}: the index does not list it as [{title}]({name})"));
        }
    }
    assert!(!names.is_empty(), "no decision");
    assert_eq!(index.matches("](0").count(), names.len(), "the index lists what is not there");
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What decisions name and our code does not: others' things.
const NOT_OURS: [&str; 4] = ["grep", "jsonb", "phonenumber", "reqwest"];

/// Names in code font are found by `grep`, as the index says. A decision about something that has another name by now, or is
/// gone, tells nobody anything.
#[test]
fn what_decisions_name_is_in_the_code() {
    let word = regex::Regex::new(r"[A-Za-z_][A-Za-z0-9_]*").unwrap();
    let name = regex::Regex::new(r"`([A-Za-z_][A-Za-z0-9_]*(?:(?:::|\.)[A-Za-z_][A-Za-z0-9_]*)*)`").unwrap();
    let mut known = BTreeSet::new();
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let own = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !own.starts_with('.') && !["docs", "target", "tests"].contains(&own.as_str()) {
            for text in texts(&path) {
                known.extend(word.find_iter(&text).map(|found| found.as_str().to_owned()));
            }
        }
    }
    for text in [read("Cargo.toml"), read(".cargo/config.toml"), read("schema.graphql")] {
        known.extend(word.find_iter(&text).map(|found| found.as_str().to_owned()));
    }
    let mut unknown = Vec::new();
    let mut found = 0;
    for entry in fs::read_dir(root().join("docs/decisions")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for named in name.captures_iter(&text).map(|found| found[1].to_owned()) {
            found += 1;
            let lost = |part: &&str| !known.contains(*part) && !NOT_OURS.contains(part);
            if let Some(part) = named.split("::").flat_map(|part| part.split('.')).find(|part| lost(part)) {
                unknown.push(format!("{}: `{named}`: no {part}", path.file_name().unwrap().display()));
            }
        }
    }
    assert!(found > 50, "only {found} were found");
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// The worked example and the rest lead to files that are there. The example's own file is new: its folder is there.
#[test]
fn what_contributing_points_to_is_there() {
    let text = read("CONTRIBUTING.md");
    let path = regex::Regex::new(r"`((?:src|tests|scripts|clients)/[A-Za-z0-9_/.-]+)`").unwrap();
    let named: BTreeSet<String> = path.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    let example = text.split("**1. The use case**").nth(1).unwrap();
    let new = &path.captures(example).unwrap()[1];
    let missing: Vec<&String> =
        named.iter().filter(|name| *name != new && !root().join(name).exists()).collect();
    assert!(named.len() > 5, "{named:?}");
    assert!(missing.is_empty(), "{missing:?}");
    assert!(root().join(new).parent().unwrap().is_dir(), "{new}");
}

/// The text of every file of code below a folder.
fn texts(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "node_modules") {
            found.extend(texts(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "js") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}
