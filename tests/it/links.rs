//! Every link between the pages of this repository leads somewhere: the file is there and tracked, and the headline too.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use regex::Regex;

/// Tracked files by path; pages, and what names pages, with their text.
type Files = BTreeMap<String, String>;

/// The paths of files whose text is looked at.
fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "md")
}

fn names_pages(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ["rs", "js", "json", "html", "toml"].iter().any(|known| ending == *known))
        // This file's examples lead nowhere on purpose.
        && path != "tests/it/links.rs"
}

fn tracked() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output().unwrap();
    assert!(
        listed.status.success(),
        "git does not list the files: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let paths = String::from_utf8(listed.stdout).unwrap();
    let there = paths.split('\0').filter(|path| !path.is_empty() && root.join(path).exists());
    let with_text = |path: &str| {
        let text = if is_page(path) || names_pages(path) {
            fs::read_to_string(root.join(path)).unwrap()
        } else {
            String::new()
        };
        (path.to_owned(), text)
    };
    there.map(with_text).collect()
}

/// A page's text without its blocks of code, line by line.
fn prose(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    // An indented block begins behind an empty line: otherwise the line goes on with a list's text.
    let mut may_be_code = true;
    text.lines()
        .filter(|line| {
            let bare = line.trim_start();
            let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
            match (fence, mark) {
                (None, Some(begins)) => fence = Some(begins),
                (Some(open), Some(ends)) if open == ends => fence = None,
                (None, None) => {
                    let is_code = may_be_code && line.starts_with("    ");
                    may_be_code = is_code || bare.is_empty();
                    return !is_code;
                }
                _ => {}
            }
            false
        })
        .collect()
}

/// The anchors of a page, as GitHub makes them of its headlines: small letters, spaces as hyphens, nothing but letters, marks, digits,
/// hyphens and underscores; a second one of the same words ends with `-1`.
fn anchors(text: &str) -> Vec<String> {
    let link = Regex::new(r"!?\[([^\]]*)\]\([^)]*\)").unwrap();
    let dropped = Regex::new(r"[^\p{L}\p{M}\p{Nd}\p{Pc}\- ]").unwrap();
    let mut counts = BTreeMap::<String, usize>::new();
    let mut found = Vec::new();
    for line in prose(text) {
        let words = line.trim_start_matches('#');
        if !(1..=6).contains(&(line.len() - words.len())) || !words.starts_with(' ') {
            continue;
        }
        let plain = link.replace_all(words.trim().trim_end_matches('#').trim_end(), "$1");
        let anchor = dropped.replace_all(&plain.to_lowercase(), "").replace(' ', "-");
        let count = counts.entry(anchor.clone()).or_default();
        found.push(if *count == 0 { anchor.clone() } else { format!("{anchor}-{count}") });
        *count += 1;
    }
    found
}

/// The addresses that a page links to or shows.
fn targets(text: &str) -> Vec<String> {
    let code = Regex::new(r"(?s)``.*?``|`[^`]*`").unwrap();
    let prose = prose(text).join("\n");
    let prose = code.replace_all(&prose, "");
    let ways = [
        r"\]\(\s*<?([^)\s>]*)>?[^)]*\)",
        r"(?m)^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)",
        r#"(?:href|src)="([^"]*)""#,
    ];
    ways.iter()
        .flat_map(|way| {
            let way = Regex::new(way).unwrap();
            way.captures_iter(&prose).map(|found| found[1].to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

/// The path that an address names, seen from a page; none when it leaves the repository.
fn resolve(page: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// What is wrong with one link of a page.
fn fault(files: &Files, page: &str, target: &str) -> Option<String> {
    let scheme = Regex::new(r"^([a-zA-Z][a-zA-Z0-9+.-]*):").unwrap();
    if let Some(found) = scheme.captures(target) {
        return (!["http", "https", "mailto"].contains(&&found[1]))
            .then(|| format!("{}: is for nobody else", &found[1]));
    }
    let (address, anchor) =
        target.split_once('#').map_or((target, None), |(address, anchor)| (address, Some(anchor)));
    if address.starts_with('/') {
        return Some("begins at the root: name the file as seen from the page".to_owned());
    }
    let Some(path) = (if address.is_empty() { Some(page.to_owned()) } else { resolve(page, address) }) else {
        return Some("leads out of the repository".to_owned());
    };
    let is_folder = path.is_empty()
        || files.keys().any(|known| known.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/')));
    let Some(text) = files.get(&path) else {
        return (!is_folder).then(|| "no such file is tracked".to_owned());
    };
    let anchor = anchor?;
    (!is_page(&path) || !anchors(text).iter().any(|known| known == anchor))
        .then(|| format!("{path} has no headline #{anchor}"))
}

/// What is wrong with the links of all pages.
fn broken_links(files: &Files) -> Vec<String> {
    let pages = files.iter().filter(|(path, _)| is_page(path));
    pages
        .flat_map(|(page, text)| {
            let links = targets(text).into_iter();
            links.filter_map(move |target| {
                Some(format!("{page}: ({target}) {}", fault(files, page, &target)?))
            })
        })
        .collect()
}

/// Code and texts that name a page of docs/, or a headline of it as in `docs/operating.md, "Settings"`, and name what is not there.
fn broken_mentions(files: &Files) -> Vec<String> {
    let mention = Regex::new(r#"\b(docs/[\w./-]+\.md)(?:, \\?"([^"\\]+)\\?")?"#).unwrap();
    let mut faults = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| names_pages(path)) {
        for found in mention.captures_iter(text) {
            let headline = found.get(2).map(|words| words.as_str());
            match files.get(&found[1]) {
                None => faults.push(format!("{path} names {}, which is not tracked", &found[1])),
                Some(page) => {
                    let is_there = |words: &str| {
                        prose(page)
                            .iter()
                            .any(|line| line.trim_start_matches('#').trim() == words && line.starts_with('#'))
                    };
                    if let Some(words) = headline.filter(|words| !is_there(words)) {
                        faults.push(format!("{path}: {} has no headline {words}", &found[1]));
                    }
                }
            }
        }
    }
    faults
}

#[test]
fn every_link_between_our_pages_leads_somewhere() {
    let files = tracked();
    let pages = files.keys().filter(|path| is_page(path)).count();
    let links: usize =
        files.iter().filter(|(path, _)| is_page(path)).map(|(_, text)| targets(text).len()).sum();
    assert!(pages >= 7 && links >= 50, "{links} links in {pages} pages: they were not read");
    assert_eq!(broken_links(&files), Vec::<String>::new());
}

#[test]
fn every_page_that_code_or_texts_name_is_there() {
    assert_eq!(broken_mentions(&tracked()), Vec::<String>::new());
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_link_that_leads_nowhere_is_found_whatever_is_wrong_with_it() {
    let with = |link: &str| {
        let page = format!("# A page\n\nRead [this\none]({link}), please.\n");
        broken_links(&files(&[
            ("docs/page.md", &page),
            ("docs/other.md", "# Other\n\n## Back up and restore\n"),
            ("src/main.rs", ""),
        ]))
    };
    for good in [
        "other.md",
        "./other.md#back-up-and-restore",
        "#a-page",
        "../src/main.rs",
        "../src",
        "..",
        "https://example.org/x#y",
        "mailto:a@b.example",
        "other.md \"Title\"",
    ] {
        assert_eq!(with(good), Vec::<String>::new(), "{good}");
    }
    for bad in [
        "others.md",
        "Other.md",
        "other.md#backup",
        "#other",
        "../../outside.md",
        "/docs/other.md",
        "file:///etc/passwd",
        "../src/main.rs#page",
        "../target/doc",
        "../sr",
    ] {
        assert_eq!(with(bad).len(), 1, "{bad}: {:?}", with(bad));
    }
}

#[test]
fn links_are_found_in_every_form_and_none_in_code() {
    let text = "![a\npicture](one.png) and [two](two.md) and [three][3] <a href=\"four.md\">\n\n[3]: three.md\n\n    [not](this.md)\n\n```md\n[nor](that.md)\n```\n\n`[or](those.md)` but | [five](five.md) |";
    assert_eq!(targets(text), ["one.png", "two.md", "five.md", "three.md", "four.md"]);
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    let text = "# The API\n## Follow live, without loss\n### `accord jobs` & [others](x.md)\n## Clés à part: 1.2\n## Again\n## Again\n```\n# no headline\n```\n#no headline\n## snake_case – done ##\n";
    let expected = [
        "the-api",
        "follow-live-without-loss",
        "accord-jobs--others",
        "clés-à-part-12",
        "again",
        "again-1",
        "snake_case--done",
    ];
    assert_eq!(anchors(text), expected);
}

#[test]
fn a_page_or_headline_that_code_names_and_that_is_gone_is_found() {
    let with = |line: &str| {
        broken_mentions(&files(&[("src/a.rs", line), ("docs/page.md", "# A page\n\n## Settings\n")]))
    };
    for good in [
        "//! docs/page.md says so.",
        "/// See docs/page.md, \"Settings\".",
        r#""docs/page.md, \"Settings\"""#,
        "// no page",
    ] {
        assert_eq!(with(good), Vec::<String>::new(), "{good}");
    }
    for bad in ["// docs/pages.md", "// docs/page.md, \"Setting\"", "// docs/page.md, \"settings\""] {
        assert_eq!(with(bad).len(), 1, "{bad}");
    }
}
