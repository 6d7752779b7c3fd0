//! The retention rules over a million contacts, in the release program: the preview beside one counting
//! statement, and a run that erases one contact in fifty: how long somebody else's write has to wait meanwhile,
//! and whether the memory stays flat.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use accord::{accounts::create_api_key, platform::actor::Actor};
use anyhow::Context;
use entity::Role;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use serde_json::{Value, json};

use crate::{
    client::Client,
    lists::ask,
    load::median,
    peer::basis,
    people::{People, fill},
    program::Program,
    rights::{act, officer, run, until},
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

const CONTACTS: u32 = 1_000_000;
/// One in fifty is a Martin (`people.rs`), and nobody has heard of the Martins for years.
const OVER: u32 = CONTACTS / 50;
/// Previews, and counts, whose times are compared.
const TIMES: usize = 7;

const RULES: &str = "{ retentionRules { id preset version } }";
const UPDATE: &str = "mutation($input: UpdateRetentionRuleInput!) { updateRetentionRule(input: $input) {
    userErrors { message } } }";
const PREVIEW: &str = "query($on: DateTime) { retentionPreview(on: $on) { rule { preset } due held } }";
const RUN: &str = "mutation { runRetention(input: { confirm: true }) { run { id } userErrors { message } } }";
const RUNS: &str =
    "{ retentionRuns(first: 1) { nodes { endedAt counts { rule { preset } erased failed } } } }";

pub async fn measure(backend: &Backend, table: &mut Table) -> anyhow::Result<()> {
    let world = World::new(backend, 25).await?;
    fill(&world, People { contacts: CONTACTS, companies: 1_000, consents: true, words: false }).await?;
    let long_ago = "UPDATE contact SET created_at = '2019-01-01T12:00:00+00:00' WHERE family_name = 'martin'";
    run(&world, &[long_ago.to_owned()]).await?;
    let (officer, sales, basis) = (officer(&world).await?, sales(&world).await?, basis(&world).await?);
    world.app.ledger.db.close().await;
    let program = Program::start_on(&world.app.config.database_url, world.folder.path()).await?;
    let mut client = Client::connect(program.port).await?.with_key(&officer);
    do_not_ask_before(&mut client).await?;

    let options =
        ConnectOptions::new(&world.app.config.database_url).max_connections(1).sqlx_logging(false).to_owned();
    let db = Database::connect(options).await?;
    // In four years every period is over.
    for (name, on) in [("20,000 due", "2026-12-01T00:00:00Z"), ("all due", "2031-01-01T00:00:00Z")] {
        preview(&world, &mut client, &db, name, on, table).await?;
    }
    db.close().await?;

    let ended = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn(write_meanwhile(program.port, sales, basis.to_string(), ended.clone()));
    act(&mut client, RUN, Value::Null).await?;
    let began = Instant::now();
    let mut memory = Vec::new();
    let runs = json!({ "query": RUNS }).to_string();
    let over = async || {
        memory.push(program.memory("VmRSS")?);
        let run = ask(&mut client, &runs).await?["retentionRuns"]["nodes"][0].clone();
        Ok(run["endedAt"].is_string().then_some(run))
    };
    let ran = until(over, Duration::from_millis(250)).await?;
    let took = began.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    let longest = writer.await??;
    let prospects =
        ran["counts"].as_array().and_then(|all| all.iter().find(|one| one["rule"]["preset"] == "prospects"));
    let prospects = prospects.context("no count of the rule")?;
    anyhow::ensure!(prospects["erased"] == OVER && prospects["failed"] == 0, "{prospects}");
    eprintln!("  {OVER} of {CONTACTS} erased, {:.0} per second", f64::from(OVER) / took);
    table.add(Figure {
        name: format!("longest wait of a write while retention erases ({})", world.name),
        unit: "ms",
        ours: longest,
        reference: None,
        wanted: Wanted::AtMost(1_000.0),
    });
    let (first, second) = memory.split_at(memory.len() / 2);
    let highest = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
    table.add(Figure {
        name: format!("memory in the second half of the run ({}), more than in the first", world.name),
        unit: "MB",
        ours: (highest(second) - highest(first)).max(0.0),
        reference: None,
        wanted: Wanted::AtMost(16.0),
    });
    program.end().await?;
    world.close().await
}

async fn sales(world: &World) -> anyhow::Result<String> {
    let key = create_api_key(&world.app, world.workspace, Actor::Operator, "sales", Role::Sales, None).await;
    Ok(key.map_err(|error| anyhow::anyhow!("no key: {error:?}"))?.text)
}

/// Prospects are erased without a mail a month before, so that the run of a day does everything.
async fn do_not_ask_before(client: &mut Client) -> anyhow::Result<()> {
    let rules = ask(client, &json!({ "query": RULES }).to_string()).await?["retentionRules"].clone();
    let rule = rules.as_array().and_then(|rules| rules.iter().find(|rule| rule["preset"] == "prospects"));
    let rule = rule.context("no rule about prospects")?;
    let input = json!({ "ruleId": rule["id"], "expectedVersion": rule["version"], "warnDays": null });
    act(client, UPDATE, json!({ "input": input })).await?;
    Ok(())
}

/// The preview of every rule beside one statement that counts the due prospects.
async fn preview(
    world: &World,
    client: &mut Client,
    db: &DatabaseConnection,
    name: &str,
    on: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let body = json!({ "query": PREVIEW, "variables": { "on": on } }).to_string();
    let workspace = world.workspace.0;
    let (mut ours, mut theirs, mut counted) = (Vec::new(), Vec::new(), 0);
    for _ in 0..TIMES {
        let began = Instant::now();
        let rules = ask(client, &body).await?["retentionPreview"].clone();
        ours.push(began.elapsed().as_secs_f64());
        let rules = rules.as_array().context("no preview")?;
        let prospects = rules.iter().find(|one| one["rule"]["preset"] == "prospects").context("no rule")?;
        let began = Instant::now();
        counted = count(db, world.app.ledger.db.is_embedded(), workspace, on).await?;
        theirs.push(began.elapsed().as_secs_f64());
        anyhow::ensure!(prospects["due"] == counted, "{} instead of {counted}", prospects["due"]);
    }
    table.add(Figure {
        name: format!("retention preview, {name} of {CONTACTS} ({}), beside one count", world.name),
        unit: "/s",
        ours: 1.0 / median(ours),
        reference: Some(1.0 / median(theirs)),
        wanted: Wanted::Ratio(0.2),
    });
    anyhow::ensure!(counted >= i64::from(OVER), "only {counted} are due");
    Ok(())
}

async fn count(
    db: &DatabaseConnection,
    embedded: bool,
    workspace: uuid::Uuid,
    on: &str,
) -> anyhow::Result<i64> {
    let before = chrono::DateTime::parse_from_rfc3339(on)?
        .checked_sub_months(chrono::Months::new(36))
        .context("no such day")?;
    let text = "SELECT count(*) AS n FROM contact WHERE workspace_id = $1 AND lifecycle = 'PROSPECT' \
        AND COALESCE(last_contact_at, created_at) <= $2";
    Ok(if embedded {
        let query = sea_orm::sqlx::query_scalar(text).bind(workspace).bind(before);
        query.fetch_one(db.get_sqlite_connection_pool()).await?
    } else {
        let query = sea_orm::sqlx::query_scalar(text).bind(workspace).bind(before);
        query.fetch_one(db.get_postgres_connection_pool()).await?
    })
}

/// Creates a contact every 20 ms until the run has ended. Returns the longest wait in ms.
async fn write_meanwhile(
    port: u16,
    key: String,
    basis: String,
    ended: Arc<AtomicBool>,
) -> anyhow::Result<f64> {
    let mut client = Client::connect(port).await?.with_key(&key);
    let document = include_str!("../questions/accord/create.graphql");
    let variables = json!({ "input": { "basisPurposeId": basis, "source": "PHONE", "givenName": "Ada",
        "familyName": "Byron", "jobTitle": "Countess" } });
    let mut longest = 0.0_f64;
    while !ended.load(Ordering::Relaxed) {
        let began = Instant::now();
        act(&mut client, document, variables.clone()).await?;
        longest = longest.max(began.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(longest)
}
