//! The operator's commands: the real program, run in a fresh folder each time.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use entity::Role;
use migration::{Migrator, MigratorTrait};

use crate::support::TestApp;

/// A folder in which the program keeps its data.
struct Place(tempfile::TempDir);

/// Output of a command.
struct Said {
    well: bool,
    out: String,
    err: String,
}

impl Said {
    /// Asserts that the command was refused with one clear text and no panic.
    fn refused(&self, says: &str) {
        assert!(
            !self.well && self.err.contains(says) && !self.err.contains("panic"),
            "wanted: {says}\n{}{}",
            self.out,
            self.err
        );
    }

    fn done(self) -> Self {
        assert!(self.well, "{}{}", self.out, self.err);
        self
    }
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_accord"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { well: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a migrated database and the workspace `lumen`.
    fn with_workspace() -> Self {
        let place = Self::new();
        place.accord(&["migrate"]).done();
        place.create_workspace(&[]).done();
        place
    }

    fn create_workspace(&self, more: &[&str]) -> Said {
        let usual = [
            "workspace",
            "create",
            "lumen",
            "--name",
            "Lumen",
            "--legal-name",
            "Lumen SAS",
            "--postal-address",
            "Lyon",
            "--contact-email",
            "a@b.example",
        ];
        self.accord(&[&usual, more].concat())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn with(&self, args: &[&str], settings: &[(&str, &str)]) -> Said {
        let database = format!("sqlite://{}/accord.db", self.data().display());
        run(program(args).env("ACCORD_DATABASE_URL", database).envs(settings.iter().copied()))
    }

    fn accord(&self, args: &[&str]) -> Said {
        self.with(args, &[])
    }

    fn create_owner(&self) -> Said {
        self.accord(&["owner", "create", "lumen", "--email", "ada@lumen.example", "--name", "Ada"])
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn migrations_are_taken_back_only_after_it_was_said_which_and_never_more_than_there_are() {
    let place = Place::with_workspace();
    let names: Vec<String> = Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
    let (count, newest) = (names.len(), names.last().unwrap());
    place.accord(&["migrate", "--down", "99", "--yes"]).refused(&format!("only {count} migrations have run"));
    place.accord(&["migrate", "--down", "99"]).refused(&format!("roll back {count} at most"));
    let asked = place.accord(&["migrate", "--down", "1"]);
    asked.refused("add --yes to do it");
    assert!(
        asked.err.contains(&format!("1 of {count} migrations")) && asked.err.contains(newest),
        "{}",
        asked.err
    );
    assert!(place.accord(&["workspace", "list"]).done().out.contains("lumen"), "nothing was rolled back");
    let taken = place.accord(&["migrate", "--down", "1", "--yes"]).done();
    assert!(taken.err.contains(&format!("rolled back: {newest}")), "{}", taken.err);
    place.accord(&["workspace", "list"]).refused("is older than this program: run `accord migrate`");
    place
        .accord(&["migrate", "--down", &count.to_string(), "--yes"])
        .refused(&format!("only {} migrations", count - 1));
    place.accord(&["migrate"]).done();
    assert!(place.accord(&["workspace", "list"]).done().out.contains("lumen"));
}

#[test]
fn every_command_on_a_database_without_tables_says_to_migrate() {
    let place = Place::new();
    for args in [
        &["workspace", "list"][..],
        &["rotate-keys"],
        &["rotate-keys", "--links"],
        &["key", "create", "lumen", "--name", "k"],
        &["owner", "create", "lumen", "--email", "a@b.example", "--name", "A"],
        &["work"],
        &["serve"],
    ] {
        let said = place.accord(args);
        said.refused("run `accord migrate`");
        assert!(
            !said.err.to_lowercase().contains("select") && !said.err.contains("instance_key"),
            "{args:?}: {}",
            said.err
        );
    }
    place.accord(&["migrate", "--down", "1", "--yes"]).refused("nothing to roll back");
}

#[test]
fn a_key_lives_from_one_day_to_a_hundred_years() {
    let place = Place::with_workspace();
    let create =
        |days: &str| place.accord(&["key", "create", "lumen", "--name", "erp", "--expires-in", days]);
    for days in ["99999999", "-5", "0", "36501", "9223372036854775807"] {
        create(days).refused("1..=36500");
    }
    for days in ["1", "36500"] {
        assert!(create(days).done().out.starts_with("accord_key_"), "{days}");
    }
}

#[test]
fn an_owner_who_has_not_joined_gets_a_new_link_from_the_operator() {
    let place = Place::with_workspace();
    let first = place.create_owner().done();
    let second = place.create_owner().done();
    assert_eq!(first.err, second.err, "the same words");
    assert!(
        second.out.starts_with("http://localhost:8080/join/") && second.out != first.out,
        "{} {}",
        first.out,
        second.out
    );
    let links = place.with(
        &["owner", "create", "lumen", "--email", "ADA@lumen.example", "--name", "Ada"],
        &[("ACCORD_LISTEN", "127.0.0.1:9000")],
    );
    assert!(
        links.done().out.starts_with("http://localhost:9000/join/"),
        "links lead to where Accord listens"
    );
}

#[test]
fn what_accord_writes_is_for_its_own_user_only() {
    let place = Place::new();
    fs::set_permissions(place.0.path(), fs::Permissions::from_mode(0o755)).unwrap();
    place.accord(&["migrate"]).done();
    place.create_workspace(&[]).done();
    let data = place.data();
    assert_eq!((mode(place.0.path()), mode(&data), mode(&data.join("mailbox"))), (0o755, 0o700, 0o700));
    for name in names(&data).iter().filter(|name| *name != "mailbox") {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
    // As an earlier version left them, in a folder that the operator created.
    for name in ["accord.db", "mailbox"] {
        fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o750)).unwrap();
    place.accord(&["workspace", "list"]).done();
    assert_eq!(
        (mode(&data), mode(&data.join("accord.db")), mode(&data.join("mailbox"))),
        (0o750, 0o700, 0o700)
    );
}

#[test]
fn a_database_without_its_key_is_left_as_it_is() {
    let place = Place::with_workspace();
    let key = place.data().join("secret.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let before = names(&place.data());
    for args in [&["workspace", "list"][..], &["serve", "--migrate"], &["migrate"], &["rotate-keys"]] {
        place.accord(args).refused("secret.key is missing: restore it from your backup");
    }
    assert_eq!(names(&place.data()), before);
    fs::write(&key, kept).unwrap();
    assert!(place.accord(&["workspace", "list"]).done().out.contains("lumen"));
}

#[test]
fn settings_that_are_misspelled_or_make_no_sense_are_told() {
    let place = Place::with_workspace();
    let slipped = place
        .with(
            &["workspace", "list"],
            &[("ACCORD_LISTN", "127.0.0.1:1"), ("ACCORD_TEST_X", "1"), ("ACCORD_BIN", "x")],
        )
        .done();
    let warned: Vec<&str> = slipped.err.lines().filter(|line| line.contains("ACCORD_LISTN")).collect();
    assert!(
        warned.len() == 1 && warned[0].contains("WARN") && !slipped.err.contains("ACCORD_TEST_X"),
        "{}",
        slipped.err
    );
    assert_eq!(place.accord(&["workspace", "list"]).done().err, "");
    for (name, value, says) in [
        ("ACCORD_GRAPHIQL", "ja", "neither on nor off"),
        ("ACCORD_DB_CONNECTIONS", "0", "at least 1"),
        ("ACCORD_LISTEN", "here", "ACCORD_LISTEN"),
    ] {
        place.with(&["workspace", "list"], &[(name, value)]).refused(says);
    }
}

#[test]
fn what_is_wrong_with_an_option_is_told_beside_its_name_on_the_command_line() {
    let place = Place::with_workspace();
    let said = place.accord(&[
        "workspace",
        "create",
        "Not A Slug",
        "--name",
        "x",
        "--legal-name",
        "",
        "--postal-address",
        "x",
        "--contact-email",
        "nobody",
        "--jurisdiction",
        "XX",
    ]);
    said.refused("--legal-name: ");
    for says in ["--contact-email: ", "SLUG: ", "--jurisdiction: Give the country"] {
        assert!(said.err.contains(says), "{says}: {}", said.err);
    }
    assert!(!said.err.contains("legalName") && !said.err.contains(".;"), "{}", said.err);
    assert_eq!(said.err.lines().count(), 4, "a line each: {}", said.err);
    place.create_workspace(&["--jurisdiction", "France"]).refused("ISO 3166-1");
    place.create_workspace(&["--jurisdiction", "fr"]).refused("Another workspace has this slug");
    let unknown = entity::ApiKeyId::new().to_string();
    place.accord(&["key", "revoke", "lumen", &unknown]).refused(&unknown);
}

#[test]
fn a_place_that_cannot_be_written_is_told_with_the_setting_that_names_another() {
    let place = Place::new();
    fs::write(place.data(), "a file").unwrap();
    place.accord(&["migrate"]).refused("name another place with ACCORD_DATABASE_URL");
    let data = place.data().display().to_string();
    place
        .with(&["migrate"], &[("ACCORD_DATABASE_URL", &format!("sqlite://{data}/x/accord.db"))])
        .refused("let the user that runs Accord write there");
    let demo =
        run(&mut program(&["demo", "--data", &data, "--listen", "127.0.0.1:0", "--site", "127.0.0.1:0"]));
    demo.refused("is a file: name a folder with --data");
}

#[test]
fn a_database_server_that_refuses_is_told_at_once_with_the_reason_and_without_the_password() {
    let place = Place::new();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://accord:hunter2@{nobody}/accord");
    let key = "ab".repeat(32);
    for args in
        [&["migrate"][..], &["serve"], &["workspace", "list"], &["rotate-keys"], &["migrate", "--down", "1"]]
    {
        let begun = std::time::Instant::now();
        let said = place.with(args, &[("ACCORD_DATABASE_URL", &url), ("ACCORD_SECRET_KEY", &key)]);
        said.refused(&format!("nothing listens at {nobody}: start PostgreSQL"));
        // The pool alone would retry for eight seconds.
        assert!(begun.elapsed().as_secs() < 6 && !said.err.contains("hunter2"), "{args:?}: {}", said.err);
    }
}

/// Runs a demo on this data folder and returns its output up to the last line. The demo is stopped
/// afterwards.
fn demo_says(data: &Path, temp: &Path) -> String {
    let args = ["demo", "--listen", "127.0.0.1:0", "--site", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let mut child =
        program(&args).env("TMPDIR", temp).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        text.push_str(&line);
        text.push('\n');
        if line.starts_with("Press Ctrl-C") {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    text
}

#[test]
fn a_demo_started_again_on_its_data_tells_the_truth_and_its_tail_line_works_as_printed() {
    let place = Place::new();
    let data = place.data();
    let first = demo_says(&data, place.0.path());
    assert!(
        first.contains("These passwords are shown only now")
            && first.contains("The data is a made-up company"),
        "{first}"
    );
    let again = demo_says(&data, place.0.path());
    assert!(
        again.contains("ask for\na new one where you sign in")
            && !again.contains("shown only now")
            && again.contains("what the earlier runs left"),
        "{again}"
    );
    for text in [&first, &again] {
        assert!(text.contains(&format!("The data stays in {}", data.display())), "{text}");
        let line = text.lines().find(|line| line.contains(" tail --url ")).unwrap().trim();
        let mut words = line.split(' ');
        let help = run(Command::new(words.next().unwrap()).args([words.next().unwrap(), "--help"]));
        assert!(help.done().out.contains("--after"), "{line}");
    }
}

#[test]
fn a_demo_does_not_move_into_a_database_that_is_none() {
    let place = Place::with_workspace();
    let data = place.data().display().to_string();
    let said = run(program(&["demo", "--data", &data, "--listen", "127.0.0.1:0", "--site", "127.0.0.1:0"])
        .env("TMPDIR", place.0.path()));
    said.refused("is no demo: name another folder with --data");
    assert_eq!(place.accord(&["workspace", "list"]).done().out.lines().count(), 1);
}

#[test]
fn a_demo_listens_where_the_settings_say_and_names_those_it_does_not_use() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = run(program(&["demo", "--site", "127.0.0.1:0"])
        .env("TMPDIR", place.0.path())
        .env("ACCORD_LISTEN", &address)
        .env("ACCORD_REDIS_URL", "redis://x"));
    said.refused("choose another address with ACCORD_LISTEN");
    assert!(said.err.contains("ACCORD_REDIS_URL is ignored"), "{}", said.err);
}

#[test]
fn a_demo_that_cannot_begin_says_why_in_its_own_options_and_leaves_nothing() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let demo = |args: &[&str], settings: &[(&str, &str)]| {
        run(program(&[&["demo"], args].concat()).env("TMPDIR", place.0.path()).envs(settings.iter().copied()))
    };
    demo(&["--listen", &address], &[]).refused("choose another address with --listen");
    demo(&["--listen", "127.0.0.1:0", "--site", &address], &[]).refused("choose another address with --site");
    demo(&["--listen", "127.0.0.1:0", "--site", "127.0.0.1:0"], &[("ACCORD_DB_CONNECTIONS", "0")])
        .refused("at least 1");
    assert!(names(place.0.path()).is_empty(), "{:?}", names(place.0.path()));

    let data = place.data();
    fs::create_dir(&data).unwrap();
    let lock = fs::File::create(data.join("workers.lock")).unwrap();
    lock.try_lock().unwrap();
    let used = demo(
        &["--listen", "127.0.0.1:0", "--site", "127.0.0.1:0", "--data", &data.display().to_string()],
        &[],
    );
    used.refused("another Accord process uses");
    assert!(used.err.contains("--data") && !used.err.contains("--no-workers"), "{}", used.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_a_kind_of_which_there_is_nothing_is_told() {
    let app = TestApp::new().await;
    let key = app.api_key(Role::Reader).await.key;
    let url = format!("http://{}/graphql", app.serve().await);
    let line = tokio::task::spawn_blocking(move || {
        let args =
            ["tail", "--url", &url, "--key", &key, "--kind", "workspace.created", "--kind", "nope.kind"];
        let mut child = program(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        line
    });
    let line = line.await.unwrap();
    assert!(line.contains("no entry of kind nope.kind exists yet"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_runs_again_and_deletes_jobs_that_were_put_aside() {
    use accord::platform::db::Db;
    let place = Place::with_workspace();
    assert_eq!(place.accord(&["jobs", "list"]).done().out, "");
    let db = Db::connect(&format!("sqlite://{}/accord.db", place.data().display()), 1).await.unwrap();
    let insert = "INSERT INTO job (id, workspace_id, kind, payload, priority, run_at, attempts, parked_at, park_reason, created_at) \
                  VALUES ($1, (SELECT id FROM workspace WHERE $2), $3, '{\"only\":\"ids\"}', 50, $4, 7, $4, 'broken', $4)";
    let at: entity::Time = "2026-11-23T12:00:00Z".parse().unwrap();
    let (mine, ours) = (entity::JobId::new(), entity::JobId::new());
    for (id, of_the_workspace, kind) in [(mine, true, "send_invitation"), (ours, false, "purge_opt_ins")] {
        db.touch(insert, vec![id.into(), of_the_workspace.into(), kind.into(), at.into()]).await.unwrap();
    }
    db.close().await;
    let listed = place.accord(&["jobs", "list"]).done().out;
    for line in [
        format!("{mine}\tlumen\tsend_invitation\tparked\tbroken\t7\t2026-11-23T12:00:00Z\n"),
        format!("{ours}\t(instance)\tpurge_opt_ins\tparked\tbroken\t7\t2026-11-23T12:00:00Z\n"),
    ] {
        assert!(listed.contains(&line), "{line}\n{listed}");
    }
    let shown = place.accord(&["jobs", "show", &ours.to_string()]).done().out;
    assert!(
        shown.contains("workspace     (instance)\n") && shown.contains("payload       {\"only\":\"ids\"}\n"),
        "{shown}"
    );
    place.accord(&["jobs", "retry", &ours.to_string()]).done();
    place.accord(&["jobs", "drop", &mine.to_string()]).done();
    assert_eq!(place.accord(&["jobs", "list"]).done().out, "");
    let all = place.accord(&["jobs", "list", "--all"]).done().out;
    assert!(
        all.contains("(instance)\tpurge_opt_ins\twaiting\t-\t0\t") && !all.contains("send_invitation"),
        "{all}"
    );
    place.accord(&["jobs", "retry", &mine.to_string()]).refused("there is no job");
    place.accord(&["jobs", "show", "42"]).refused("invalid value");
}
