//! Search in a million contacts, five times a second: common and rare names, two-letter prefixes, two words,
//! typos.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    client::Client,
    lists::{ask, key, serve},
    people::{People, fill},
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

/// A common surname, prefixes of two and more letters, two common words, an address, typos, and a name that
/// nobody has.
const ASKED: [&str; 15] = [
    "martin",
    "ma",
    "du",
    "mar",
    "mart",
    "dulbersim",
    "marsim martin",
    "mardul martin",
    "berlau ma",
    "p123456",
    "p9",
    "martni",
    "mratin",
    "dulbresim",
    "nobodyatall",
];
/// Two common words that nobody has together, and a name that nobody has.
const NOBODY: [&str; 2] = ["mardul martin", "nobodyatall"];
const ROUNDS: usize = 15;
/// Five a second.
const EVERY: Duration = Duration::from_millis(200);

pub async fn measure(backend: &Backend, table: &mut Table) -> anyhow::Result<()> {
    let world = World::new(backend, 25).await?;
    fill(&world, People { contacts: 1_000_000, companies: 20_000, consents: false, words: true }).await?;
    let port = serve(world.router.clone()).await?;
    let mut client = Client::connect(port).await?.with_key(&key(&world).await?);
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        for query in ASKED {
            let text = "query($q: String!) { searchHits(query: $q, first: 20) { hits { score node { id ... on Contact { givenName familyName } } } } }";
            let body = json!({ "query": text, "variables": { "q": query } }).to_string();
            let began = Instant::now();
            let data = ask(&mut client, &body).await?;
            let took = began.elapsed();
            anyhow::ensure!(
                NOBODY.contains(&query)
                    || data["searchHits"]["hits"].as_array().is_some_and(|hits| !hits.is_empty()),
                "{query} finds nothing"
            );
            // The first round is a warm-up.
            if round > 0 {
                times.push((took.as_secs_f64() * 1000.0, query));
            }
            tokio::time::sleep(EVERY.saturating_sub(took)).await;
        }
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (at_99, slowest) = times[times.len() * 99 / 100];
    eprintln!("  slowest: {slowest}");
    let name = format!("search among 1,000,000 contacts, p99 ({})", world.name);
    table.add(Figure { name, unit: "ms", ours: at_99, reference: None, wanted: Wanted::AtMost(60.0) });
    world.close().await?;
    Ok(())
}
