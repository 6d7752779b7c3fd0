//! Accord's benchmarks (`make bench`). Each is compared with a reference, usually the bare minimum that any
//! program would need, measured in the same run and in turn with it, so that the machine's speed cancels out.
//! One file per figure; `table.rs` prints the targets and which ones were missed.

mod bare;
mod client;
mod confirmations;
mod lists;
mod load;
mod mails;
mod memory;
mod movers;
mod peer;
mod people;
mod postgraphile;
mod program;
mod retention;
mod rights;
mod sales;
mod searches;
mod sink;
mod sockets;
mod start;
mod submissions;
mod table;
mod tokens;
mod waiting;
mod world;

use accord::config::Config;

use crate::{
    sink::Sink,
    table::Table,
    world::{Backend, World},
};

/// The same allocator as the product, so that the shipped program is what is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// All figures, in the order of measurement. Arguments choose some of them.
const FIGURES: [&str; 13] = [
    "submissions",
    "mails",
    "confirmations",
    "tokens",
    "movers",
    "lists",
    "peer",
    "search",
    "rights",
    "retention",
    "sockets",
    "memory",
    "start",
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = asked.iter().find(|name| !FIGURES.contains(&name.as_str())) {
        anyhow::bail!("there is no figure {unknown}; there are: {}", FIGURES.join(" "));
    }
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let mut table = Table::default();
    if ["submissions", "mails", "confirmations", "tokens", "movers"].into_iter().any(wanted) {
        let sink = Sink::start().await?;
        for backend in backends() {
            let mut world = World::new(&backend, sink.port()).await?;
            eprintln!("on {}", world.name);
            if wanted("submissions") {
                submissions::measure(&mut world, &mut table).await?;
            }
            if wanted("mails") || wanted("confirmations") {
                waiting::prepare(&mut world).await?;
            }
            if wanted("mails") {
                mails::measure(&world, &sink, &mut table).await?;
            }
            if wanted("confirmations") {
                confirmations::measure(&world, &mut table).await?;
            }
            if wanted("tokens") && world.app.ledger.db.is_embedded() {
                tokens::measure(&world, &mut table);
            }
            if wanted("movers") {
                movers::measure(&world, &mut table).await?;
            }
            world.close().await?;
        }
    }
    for backend in backends() {
        if let (true, Backend::Postgres(server)) = (wanted("lists"), &backend) {
            lists::measure(server, &mut table).await?;
        }
        if let (true, Backend::Postgres(server)) = (wanted("peer"), &backend) {
            peer::measure(server, &mut table).await?;
        }
        if wanted("search") {
            searches::measure(&backend, &mut table).await?;
        }
        if wanted("rights") {
            rights::measure(&backend, &mut table).await?;
        }
        if wanted("retention") {
            retention::measure(&backend, &mut table).await?;
        }
    }
    if wanted("sockets") {
        sockets::measure(&mut table).await?;
    }
    if wanted("memory") {
        memory::measure(&mut table).await?;
    }
    if wanted("start") {
        start::measure(&mut table).await?;
    }
    table.print();
    Ok(())
}

/// PostgreSQL only if `scripts/bench` started one (with durable commits).
fn backends() -> Vec<Backend> {
    let postgres = Config::setting("ACCORD_TEST_POSTGRES_URL").map(Backend::Postgres);
    if postgres.is_none() {
        eprintln!("no PostgreSQL (ACCORD_TEST_POSTGRES_URL): its figures are left out");
    }
    [Backend::Sqlite].into_iter().chain(postgres).collect()
}
