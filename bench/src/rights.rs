//! What the rights of one person cost the release program: the memory that a copy of their data takes when they
//! have ten thousand activities, and how the residue scan after an erasure grows with the database.

use std::time::{Duration, Instant};

use accord::{accounts::create_api_key, platform::actor::Actor};
use anyhow::Context;
use entity::Role;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::{
    client::Client,
    lists::ask,
    people::{People, fill},
    program::Program,
    sales::contact,
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

const ACTIVITIES: u32 = 10_000;
/// Contacts in the smaller and in the larger database of the residue scan.
const SMALL: u32 = 30_000;
const LARGE: u32 = 300_000;
/// Erasures in each, of which the median counts.
const ERASURES: usize = 5;
/// How long any of this may take.
const LONGEST: Duration = Duration::from_mins(10);

const ORDER: &str =
    "mutation($input: OrderPackageInput!) { orderPackage(input: $input) { userErrors { message } } }";
const PACKAGES: &str = "query($id: ID!) { packages(contactId: $id, first: 1) { nodes { state } } }";
const ERASE: &str = "mutation($input: EraseContactInput!) { eraseContact(input: $input) {
    erasure { id } userErrors { message } } }";
const ERASURE: &str = "query($id: ID!) { erasure(id: $id) { scannedAt residues { column } } }";

pub async fn measure(backend: &Backend, table: &mut Table) -> anyhow::Result<()> {
    package(backend, table).await?;
    let small = scan(backend, SMALL).await?;
    let large = scan(backend, LARGE).await?;
    table.add(Figure {
        name: format!("residue scan of {LARGE} contacts ({}), rows beside {SMALL}", small.1),
        unit: "/s",
        ours: f64::from(LARGE) / large.0,
        reference: Some(f64::from(SMALL) / small.0),
        wanted: Wanted::Ratio(1.0 / 1.3),
    });
    Ok(())
}

/// An API key of the data protection officer.
pub async fn officer(world: &World) -> anyhow::Result<String> {
    let key = create_api_key(&world.app, world.workspace, Actor::Operator, "bench", Role::Dpo, None).await;
    Ok(key.map_err(|error| anyhow::anyhow!("no key: {error:?}"))?.text)
}

/// Runs statements on a connection of its own, which has no statement timeout.
pub async fn run(world: &World, statements: &[String]) -> anyhow::Result<()> {
    let options =
        ConnectOptions::new(&world.app.config.database_url).max_connections(1).sqlx_logging(false).to_owned();
    let db = Database::connect(options).await?;
    for statement in statements {
        db.execute_unprepared(statement).await?;
    }
    db.close().await?;
    Ok(())
}

/// Asks until there is an answer.
pub async fn until<T>(
    mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    every: Duration,
) -> anyhow::Result<T> {
    let began = Instant::now();
    while began.elapsed() < LONGEST {
        if let Some(done) = ask().await? {
            return Ok(done);
        }
        tokio::time::sleep(every).await;
    }
    anyhow::bail!("it took longer than {} minutes", LONGEST.as_secs() / 60)
}

/// Sends a mutation whose `userErrors` must be empty. Returns its payload.
pub async fn act(client: &mut Client, document: &str, variables: Value) -> anyhow::Result<Value> {
    let data = ask(client, &json!({ "query": document, "variables": variables }).to_string()).await?;
    let payload = data.as_object().and_then(|data| data.values().next()).context("no payload")?.clone();
    anyhow::ensure!(payload["userErrors"] == json!([]), "{payload}");
    Ok(payload)
}

/// How much more memory the program takes at most while it builds a copy.
async fn package(backend: &Backend, table: &mut Table) -> anyhow::Result<()> {
    let world = World::new(backend, 25).await?;
    fill(&world, People { contacts: 100, companies: 10, consents: true, words: false }).await?;
    run(&world, &[activities(&world)]).await?;
    let (key, person) = (officer(&world).await?, contact(1)?);
    world.app.ledger.db.close().await;
    let program = Program::start_on(&world.app.config.database_url, world.folder.path()).await?;
    let mut client = Client::connect(program.port).await?.with_key(&key);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = program.memory("VmRSS")?;
    let input = json!({ "input": { "contactId": person.to_string(), "kind": "ACCESS" } });
    act(&mut client, ORDER, input).await?;
    let query = json!({ "query": PACKAGES, "variables": { "id": person.to_string() } }).to_string();
    let ready = async || {
        let state = ask(&mut client, &query).await?["packages"]["nodes"][0]["state"].clone();
        Ok((state == "READY").then_some(()))
    };
    until(ready, Duration::from_millis(50)).await?;
    table.add(Figure {
        name: format!("memory for a copy with {ACTIVITIES} activities ({})", world.name),
        unit: "MB",
        ours: program.memory("VmHWM")? - before,
        reference: None,
        wanted: Wanted::AtMost(64.0),
    });
    program.end().await?;
    world.close().await
}

/// Activities of the first contact, with a text that hardly compresses.
fn activities(world: &World) -> String {
    let at = "2026-11-24T12:00:00+00:00";
    let (workspace, id, owner, text, at, many) = if world.app.ledger.db.is_embedded() {
        (
            format!("unhex('{}')", world.workspace.0.simple()),
            "unhex('0190000000007000' || printf('8800%012x', n))",
            "unhex('01900000000070008200000000000001')",
            "hex(randomblob(200))",
            format!("'{at}'"),
            format!(
                "(WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {ACTIVITIES}) SELECT n FROM series)"
            ),
        )
    } else {
        (
            format!("'{}'::uuid", world.workspace.0),
            "('01900000-0000-7000-8800-' || lpad(to_hex(n), 12, '0'))::uuid",
            "'01900000-0000-7000-8200-000000000001'::uuid",
            "(SELECT string_agg(md5(n || '.' || k), '') FROM generate_series(1, 12) k)",
            format!("'{at}'::timestamptz"),
            format!("generate_series(1, {ACTIVITIES}) AS series (n)"),
        )
    };
    format!(
        "INSERT INTO activity (workspace_id, id, contact_id, kind, subject, body, occurred_at, author, version, created_at, updated_at)
        SELECT {workspace}, {id}, {owner}, 'CALL', 'Call ' || n, {text}, {at}, 'system', 1, {at}, {at} FROM {many}"
    )
}

/// Seconds from an erasure until its scan is done, in a database with so many contacts, and the database's name.
async fn scan(backend: &Backend, contacts: u32) -> anyhow::Result<(f64, &'static str)> {
    let world = World::new(backend, 25).await?;
    fill(&world, People { contacts, companies: contacts / 10, consents: true, words: true }).await?;
    let key = officer(&world).await?;
    world.app.ledger.db.close().await;
    let program = Program::start_on(&world.app.config.database_url, world.folder.path()).await?;
    let mut client = Client::connect(program.port).await?.with_key(&key);
    let mut times = Vec::with_capacity(ERASURES);
    for n in 1..=ERASURES {
        let person = contact(n)?;
        let input = json!({ "input": { "contactId": person.to_string(), "ground": "CONSENT_WITHDRAWN" } });
        let began = Instant::now();
        let erasure = act(&mut client, ERASE, input).await?["erasure"]["id"].clone();
        let query = json!({ "query": ERASURE, "variables": { "id": erasure } }).to_string();
        let done = async || {
            let erasure = ask(&mut client, &query).await?["erasure"].clone();
            Ok(erasure["scannedAt"].is_string().then_some(erasure["residues"].clone()))
        };
        let residues = until(done, Duration::from_millis(5)).await?;
        anyhow::ensure!(residues == json!([]), "somebody is left over: {residues}");
        times.push(began.elapsed().as_secs_f64());
    }
    program.end().await?;
    let name = world.name;
    world.close().await?;
    Ok((crate::load::median(times), name))
}
