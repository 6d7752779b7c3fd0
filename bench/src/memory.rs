//! Resident memory of the release program on SQLite, with workers: idle after start-up; the peak while 64
//! visitors submit forms over loopback as fast as possible; and the peak while sixteen clients request lists
//! of fifty contacts.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::{
    client::Client,
    lists,
    people::{People, fill},
    program::{Program, database},
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

const VISITORS: usize = 64;
const FORMS_EACH: usize = 40;

pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let (folder, form) = database().await?;
    let program = Program::start(folder.path()).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = program.memory("VmRSS")?;
    let visitors: Vec<_> =
        (0..VISITORS).map(|n| tokio::spawn(visit(program.port, form.to_string(), n))).collect();
    for visitor in visitors {
        visitor.await??;
    }
    let highest = program.memory("VmHWM")?;
    program.end().await?;
    let line = |name: &str, ours, wanted| Figure {
        name: name.to_owned(),
        unit: "MB",
        ours,
        reference: None,
        wanted: Wanted::AtMost(wanted),
    };
    table.add(line("resident memory, idle", idle, 40.0));
    table.add(line("resident memory, 64 submitters, highest", highest, 100.0));
    table.add(line("resident memory, lists of 50 asked by 16, highest", asked_for_lists().await?, 120.0));
    Ok(())
}

/// The peak while lists are requested.
async fn asked_for_lists() -> anyhow::Result<f64> {
    let world = World::new(&Backend::Sqlite, 25).await?;
    fill(&world, People { contacts: 10_000, companies: 1_000, consents: true, words: false }).await?;
    let key = lists::key(&world).await?;
    world.app.ledger.db.close().await;
    let program = Program::start(world.folder.path()).await?;
    lists::per_second(program.port, &key, &lists::fifty()).await?;
    let highest = program.memory("VmHWM")?;
    program.end().await?;
    Ok(highest)
}

/// Opens the form many times, then submits all of them, each from another network, so that no rate limit
/// applies.
async fn visit(port: u16, form: String, visitor: usize) -> anyhow::Result<()> {
    let mut client = Client::connect(port).await?;
    let network = |n: usize| format!("10.{visitor}.{n}.7");
    let mut tickets = Vec::with_capacity(FORMS_EACH);
    for n in 0..FORMS_EACH {
        let (_, body) = client.send(&format!("GET /forms/{form}/definition"), &network(n), "").await?;
        let definition: Value = serde_json::from_slice(&body)?;
        tickets.push(definition["ticket"].as_str().context("no ticket")?.to_owned());
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    for (n, ticket) in tickets.into_iter().enumerate() {
        let email = World::email(visitor * FORMS_EACH + n);
        let body = json!({ "ticket": ticket, "language": "en", "page": "", "values": { "email": email, "given_name": "Ada" }, "consents": ["newsletter:email"], "honeypot": "" });
        let (status, answer) =
            client.send(&format!("POST /forms/{form}"), &network(n), &body.to_string()).await?;
        if status != 202 {
            bail!("{status} instead of 202: {}", String::from_utf8_lossy(&answer));
        }
    }
    Ok(())
}
