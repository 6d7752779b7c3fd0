//! The rules between rooms: a file uses only rooms below its own. The sources are parsed with `syn`, so that
//! every spelling is found: `use` trees, paths in code and macros, and included files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    UseTree,
    visit::{self, Visit},
};

/// Every file and folder of `src/`, from the bottom up: each may use those before it, and nothing after it.
const FLOORS: [&str; 33] = [
    "link_uses",
    "logging",
    "config",
    "journal",
    "app",
    "desk",
    "post",
    "accounts",
    "search",
    "fields",
    "records",
    "activities",
    "companies",
    "contacts",
    "duplicates",
    "consent",
    "persons",
    "pipeline",
    "forms",
    "intake",
    "privacy",
    "graphql",
    "home",
    "examples",
    "templates",
    "jobs",
    "metrics",
    "jobs_command",
    "http",
    "serve",
    "tail_command",
    "demo",
    "main",
];
/// Rooms hold the domain; what stands below them is the ground, what stands above puts them together.
const ROOMS: std::ops::RangeInclusive<&str> = "post"..="privacy";
/// Files and folders of rooms that speak HTTP.
const EDGES: [&str; 5] =
    ["accounts/http.rs", "consent/http.rs", "intake/http.rs", "intake/door/", "privacy/http/"];
/// At most so many groups of files of one room may need each other.
const MOST_CIRCLES: usize = 3;
/// Maximum length of a file, without tests.
const MOST_LINES: usize = 400;

/// A file of `src/`, with everything that the rules check.
struct Source {
    /// Path below `src/`.
    name: String,
    text: String,
    /// Used names of this crate, as paths from its root.
    uses: Vec<Vec<String>>,
    /// Used names of other crates.
    crates: BTreeSet<String>,
    /// Included files, as paths from the root of the repository.
    includes: Vec<PathBuf>,
}

impl Source {
    /// Of a file of `src/`, or of the platform's crate, whose name then begins with `platform/`.
    fn read(name: &str, text: String) -> Self {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let root = if name.starts_with("platform/") { vec!["platform".to_owned()] } else { Vec::new() };
        let mut reader =
            Reader { root, module, uses: Vec::new(), crates: BTreeSet::new(), includes: Vec::new() };
        reader.visit_file(&file);
        let Reader { uses, crates, includes, .. } = reader;
        let folder = Path::new("src").join(name);
        let folder = folder.parent().unwrap();
        let includes = includes.iter().map(|path| flat(&folder.join(path))).collect();
        Self { name: name.to_owned(), text, uses, crates, includes }
    }

    fn room(&self) -> &str {
        self.name.split('/').next().unwrap().trim_end_matches(".rs")
    }

    fn is_edge(&self) -> bool {
        EDGES.iter().any(|edge| self.name.starts_with(edge))
    }

    fn is_use_case(&self) -> bool {
        let floor = floor_of(self.room());
        let rooms = floor_of(ROOMS.start())..=floor_of(ROOMS.end());
        rooms.contains(&floor) && !self.is_edge()
    }
}

struct Reader {
    /// What `crate` stands for.
    root: Vec<String>,
    module: Vec<String>,
    uses: Vec<Vec<String>>,
    crates: BTreeSet<String>,
    includes: Vec<PathBuf>,
}

impl Reader {
    fn note(&mut self, path: &[String]) {
        match path.first().map(String::as_str) {
            Some("crate" | "accord") => self.uses.push([&self.root, &path[1..]].concat()),
            Some("super") => {
                let up = path.iter().take_while(|part| *part == "super").count();
                if let Some(kept) = self.module.len().checked_sub(up) {
                    self.uses.push([&self.module[..kept], &path[up..]].concat());
                }
            }
            Some(first) if path.len() > 1 => {
                self.crates.insert(first.to_owned());
            }
            _ => {}
        }
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
            UseTree::Name(name) => self.note(&with(&name.ident)),
            UseTree::Rename(name) => self.note(&with(&name.ident)),
            UseTree::Glob(_) => self.note(&[before, &["*".to_owned()]].concat()),
        }
    }

    /// Macros are not parsed: their paths and included files are searched for in their tokens.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.note(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.note(&std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.note(&path);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // What a room's `mod.rs` re-exports from its own files is its interface, not a dependency.
        let face = !matches!(item.vis, syn::Visibility::Inherited);
        let before = self.uses.len();
        self.tree(&[], &item.tree);
        if face {
            let own = self.module.clone();
            let handed: Vec<_> = self.uses.drain(before..).filter(|path| !path.starts_with(&own)).collect();
            self.uses.extend(handed);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.note(&parts);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().unwrap().ident.to_string();
        if (name == "include_str" || name == "include_bytes")
            && let Ok(file) = call.parse_body::<syn::LitStr>()
        {
            self.includes.push(PathBuf::from(file.value()));
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests may use rooms above: they are not part of the file's own dependencies.
        if item.content.is_none() || item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

fn flat(path: &Path) -> PathBuf {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.into_iter().collect()
}

fn floor_of(room: &str) -> usize {
    FLOORS
        .iter()
        .position(|known| *known == room)
        .unwrap_or_else(|| panic!("`{room}` stands on no floor: put it into FLOORS, above what it uses"))
}

/// The files of the rooms and of what puts them together.
fn sources() -> Vec<Source> {
    below("src", "")
}

/// The files of the technical base, which is a crate of its own: it cannot name a room.
fn base() -> Vec<Source> {
    below("platform/src", "platform/")
}

fn below(folder: &str, prefix: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                if name != "lib.rs" {
                    found.push(Source::read(&format!("{prefix}{name}"), fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    found
}

/// Places where a file uses something above it.
fn arrows_up(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let own = floor_of(source.room());
        for path in &source.uses {
            if let Some(room) = path.first().filter(|room| *room != "*")
                && FLOORS.contains(&room.as_str())
                && floor_of(room) > own
            {
                faults.push(format!("{} uses {}", source.name, path.join("::")));
            }
        }
        for file in &source.includes {
            let mut parts = file.iter().map(|part| part.to_string_lossy());
            if parts.next().as_deref() == Some("src")
                && let Some(room) = parts.next()
                && floor_of(&room) > own
            {
                faults.push(format!("{} compiles in {}", source.name, file.display()));
            }
        }
    }
    faults
}

/// Use cases that know a transport, or the API.
fn wire_in_use_cases(sources: &[Source]) -> Vec<String> {
    let wire = |source: &Source| {
        ["axum", "async_graphql", "tera"]
            .into_iter()
            .find(|name| source.crates.contains(*name))
            .map(str::to_owned)
            .or_else(|| {
                source
                    .uses
                    .iter()
                    .find(|path| path.starts_with(&["platform".into(), "graphql".into()]))
                    .map(|path| path.join("::"))
            })
    };
    let faults = sources.iter().filter(|source| source.is_use_case());
    faults.filter_map(|source| Some(format!("{} uses {}", source.name, wire(source)?))).collect()
}

/// Edges that query or write tables themselves instead of calling a room.
fn sql_in_edges(sources: &[Source]) -> Vec<String> {
    const SPELLINGS: [&str; 10] = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE ",
        "Entity::find",
        "Entity::insert",
        "Entity::update",
        "Entity::delete",
        "Query::new",
        "query_all_raw",
    ];
    let edges = sources.iter().filter(|source| source.room() == "graphql" || source.is_edge());
    edges
        .flat_map(|source| {
            let code: String = source
                .text
                .split("#[cfg(test)]\nmod tests")
                .next()
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            SPELLINGS
                .into_iter()
                .filter(move |spelling| code.contains(spelling))
                .map(|spelling| format!("{} says {spelling}", source.name))
        })
        .collect()
}

/// Groups of mutually dependent files, by room.
fn circles(sources: &[Source]) -> BTreeMap<String, Vec<BTreeSet<String>>> {
    let module = |name: &str| name.trim_end_matches(".rs").trim_end_matches("/mod").to_owned();
    let names: BTreeSet<String> = sources.iter().map(|source| module(&source.name)).collect();
    // The longest prefix of a path that is a file.
    let file_of = |path: &[String]| {
        (1..=path.len()).rev().map(|len| path[..len].join("/")).find(|name| names.contains(name))
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let own = module(&source.name);
        let known = source.uses.iter().filter_map(|path| file_of(path)).filter(|name| *name != own);
        // Re-exported names count where they are defined, which only rustc knows, so a `mod.rs` is no target.
        let faces = |name: &String| !names.iter().any(|other| other.starts_with(&format!("{name}/")));
        arrows.insert(own.clone(), known.filter(faces).collect());
    }
    let reach = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(name) = next.pop() {
            for to in arrows.get(&name).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|name| (name, reach(name))).collect();
    let mut found: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for (name, far) in &reached {
        if far.contains(*name) {
            let group: BTreeSet<String> =
                far.iter().filter(|other| reached[other].contains(*name)).cloned().collect();
            let room = found.entry(name.split('/').next().unwrap().to_owned()).or_default();
            if !room.contains(&group) {
                room.push(group);
            }
        }
    }
    found
}

#[test]
fn a_room_knows_only_rooms_below_it() {
    let faults = arrows_up(&sources());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_use_case_knows_no_transport() {
    let faults = wire_in_use_cases(&sources());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn an_edge_asks_no_table_by_any_spelling() {
    let faults = sql_in_edges(&sources());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn pages_are_served_by_the_desk_alone() {
    // The door of forms has a budget, a body and answers of its own.
    let pages = sources().into_iter().filter(Source::is_edge);
    for page in pages.filter(|source| !source.name.starts_with("intake/door/")) {
        for own in ["Desk::new", "ConnectInfo", "read_body", "read_form", "repeat(", "spawn("] {
            assert!(!page.text.contains(own), "{} says {own}: a page gets its `Desk`", page.name);
        }
    }
}

#[test]
fn hardly_any_files_need_each_other() {
    for (room, groups) in circles(&sources()).into_iter().chain(circles(&base())) {
        assert!(groups.len() <= MOST_CIRCLES, "{room}: {groups:#?}");
        for group in &groups {
            let one = group.iter().all(|name| name.split('/').next() == Some(room.as_str()));
            assert!(one, "files of several rooms need each other: {group:#?}");
        }
    }
}

#[test]
fn every_floor_is_there_and_every_file_stands_on_one() {
    let rooms: BTreeSet<String> = sources().iter().map(|source| source.room().to_owned()).collect();
    let floors: BTreeSet<String> = FLOORS.map(str::to_owned).into();
    assert_eq!(rooms, floors);
}

#[test]
fn no_file_is_longer_than_a_reader_likes() {
    let mut lines: Vec<(usize, String)> = sources()
        .into_iter()
        .chain(base())
        .filter(|source| !source.name.ends_with("tests.rs"))
        .map(|source| (source.text.lines().count(), source.name))
        .collect();
    lines.sort();
    let long: Vec<_> = lines.iter().filter(|(lines, _)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "{long:#?}");
    let (median, _) = &lines[lines.len() / 2];
    assert!(*median <= 150, "the median file has {median} lines");
}

#[test]
fn the_law_sees_every_way_up() {
    let seen = |name: &str, text: &str| arrows_up(&[Source::read(name, text.to_owned())]).len();
    for up in [
        "use crate::graphql::kit;",
        "use crate::{error::Result, intake::{self, submit}};",
        "pub use crate::pipeline::Lead;",
        "fn f() { crate::http::router() }",
        "fn f() -> crate::forms::Form { todo() }",
        "fn f() { assert!(crate::demo::on()) }",
        "macro_rules! m { () => { $crate::serve::run() } }",
        "const PAGE: &str = include_str!(\"../intake/pages/form.html\");",
        "mod inner { use crate::intake::submit; }",
        "use super::super::intake;",
    ] {
        assert!(seen("contacts/take_in.rs", up) > 0, "{up}");
    }
    for fine in ["use crate::records::values;", "use super::words;", "mod tests { use crate::intake; }"] {
        assert_eq!(seen("contacts/take_in.rs", fine), 0, "{fine}");
    }
    let wire = [Source::read("contacts/take_in.rs", "use axum::Router;".to_owned())];
    assert_eq!(wire_in_use_cases(&wire).len(), 1);
    let sql = [Source::read("graphql/contacts/tag.rs", "fn f() { tag::Entity::find(); }".to_owned())];
    assert_eq!(sql_in_edges(&sql).len(), 1);
    let each = ["one.rs", "two.rs"].map(|file| {
        let other = if file == "one.rs" { "two" } else { "one" };
        Source::read(&format!("consent/{file}"), format!("use super::{other}::f;"))
    });
    assert_eq!(circles(&each)["consent"].len(), 1);
}
