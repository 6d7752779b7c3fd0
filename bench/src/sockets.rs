//! Subscriptions of the release program on SQLite: two thousand sockets on one node that all receive five
//! entries a second, the memory per socket, and how fast one catches up after being disconnected.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use accord::{
    accounts::create_api_key,
    platform::{actor::Actor, db::sql},
};
use anyhow::{Context, bail, ensure};
use entity::Role;
use futures_util::{SinkExt, StreamExt};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::{Value, json};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use crate::{
    client::Client,
    lists::ask,
    program::Program,
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

const SOCKETS: usize = 2_000;
/// Below the limit per caller.
const SOCKETS_PER_KEY: usize = 400;
const ENTRIES: usize = 50;
/// Five a second.
const EVERY: Duration = Duration::from_millis(200);
/// Number of entries that a disconnected socket has missed.
const MISSED: i64 = 100_000;
const SUBSCRIPTION: &str =
    "subscription($after: Int) { journal(after: $after) { position entry { id kind at } } }";

type Socket = WebSocketStream<TcpStream>;

pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let world = World::new(&Backend::Sqlite, 25).await?;
    let mut keys = Vec::new();
    for _ in 0..SOCKETS.div_ceil(SOCKETS_PER_KEY) {
        keys.push(key(&world, Role::Dpo).await?);
    }
    let writer = key(&world, Role::Owner).await?;
    miss(&world).await?;
    world.app.ledger.db.close().await;
    let program = Program::start(world.folder.path()).await?;
    let mut writer = Client::connect(program.port).await?.with_key(&writer);

    let caught_up = catch_up(program.port, &keys[0]).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = program.memory("VmRSS")?;
    let (heard, mut hears) = mpsc::unbounded_channel();
    let mut readers = Vec::new();
    for n in 0..SOCKETS {
        let mut socket = subscribe(program.port, &keys[n % keys.len()], None).await?;
        let heard = heard.clone();
        readers.push(tokio::spawn(async move {
            loop {
                let position = event(&mut socket).await?;
                if heard.send((position, Instant::now())).is_err() {
                    return anyhow::Ok(());
                }
            }
        }));
    }
    // A subscription has started once the server has read its message.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let first = head(&mut writer).await? + 1;
    let mut asked = Vec::with_capacity(ENTRIES);
    for n in 0..ENTRIES {
        let now = Instant::now();
        asked.push(now);
        let body = json!({ "query": "mutation($label: String!) { createLossReason(input: { label: $label }) { lossReason { id } userErrors { message } } }",
            "variables": { "label": format!("reason {n}") } });
        let made = ask(&mut writer, &body.to_string()).await?;
        ensure!(made["createLossReason"]["lossReason"]["id"].is_string(), "{made}");
        tokio::time::sleep(EVERY.saturating_sub(now.elapsed())).await;
    }
    ensure!(head(&mut writer).await? - first + 1 == i64::try_from(ENTRIES)?, "each reason is one entry");
    let mut times = Vec::with_capacity(SOCKETS * ENTRIES);
    let patience = tokio::time::sleep(Duration::from_secs(20));
    tokio::pin!(patience);
    while times.len() < SOCKETS * ENTRIES {
        tokio::select! {
            heard = hears.recv() => {
                let (position, at) = heard.context("nobody listens")?;
                let began = usize::try_from(position - first).ok().and_then(|n| asked.get(n)).context("an entry nobody made")?;
                times.push(at.duration_since(*began).as_secs_f64() * 1000.0);
            }
            () = &mut patience => bail!("only {} of {} deliveries came", times.len(), SOCKETS * ENTRIES),
        }
    }
    let after = program.memory("VmRSS")?;
    for reader in readers {
        reader.abort();
    }
    program.end().await?;
    times.sort_by(f64::total_cmp);
    let line = |name: &str, unit, ours, wanted| Figure {
        name: name.to_owned(),
        unit,
        ours,
        reference: None,
        wanted,
    };
    // Measured from the request that creates an entry, which is earlier than its commit.
    table.add(line(
        "2,000 sockets, 10,000 deliveries a second, p99",
        "ms",
        times[times.len() * 99 / 100],
        Wanted::AtMost(200.0),
    ));
    #[expect(clippy::cast_precision_loss, reason = "two thousand")]
    table.add(line(
        "resident memory per socket",
        "kB",
        (after - before) * 1024.0 / SOCKETS as f64,
        Wanted::AtMost(30.0),
    ));
    table.add(line("entries caught up by one socket", "/s", caught_up, Wanted::AtLeast(20_000.0)));
    Ok(())
}

async fn key(world: &World, role: Role) -> anyhow::Result<String> {
    let key = create_api_key(&world.app, world.workspace, Actor::Operator, "bench", role, None).await;
    Ok(key.map_err(|error| anyhow::anyhow!("no key: {error:?}"))?.text)
}

/// Inserts all the entries that a socket will have missed.
async fn miss(world: &World) -> anyhow::Result<()> {
    let db = Database::connect(
        ConnectOptions::new(&world.app.config.database_url).max_connections(1).sqlx_logging(false).to_owned(),
    )
    .await?;
    let workspace = world.workspace;
    let text = "INSERT INTO journal (workspace_id, seq, id, at, kind, actor, bytes, leaf_hash)
        WITH RECURSIVE missed (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM missed WHERE n < $2)
        SELECT h.workspace_id, h.seq + n, unhex(printf('019000000000700080%014x', n)), '2026-11-24T12:00:00+00:00', 'tag.created', 'operator',
            '{\"data\":{}}', x'00' FROM missed, journal_head h WHERE h.workspace_id = $1";
    db.execute_raw(sql(&db, text, [workspace.into(), MISSED.into()])).await?;
    db.execute_raw(sql(
        &db,
        "UPDATE journal_head SET seq = seq + $2 WHERE workspace_id = $1",
        [workspace.into(), MISSED.into()],
    ))
    .await?;
    db.close().await?;
    Ok(())
}

async fn head(client: &mut Client) -> anyhow::Result<i64> {
    ask(client, &json!({ "query": "{ journalHead }" }).to_string()).await?["journalHead"]
        .as_i64()
        .context("no journalHead")
}

/// Returns entries per second.
async fn catch_up(port: u16, key: &str) -> anyhow::Result<f64> {
    let mut client = Client::connect(port).await?.with_key(key);
    let last = head(&mut client).await?;
    let mut socket = subscribe(port, key, Some(last - MISSED)).await?;
    let began = Instant::now();
    while event(&mut socket).await? < last {}
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
    Ok(MISSED as f64 / began.elapsed().as_secs_f64())
}

async fn subscribe(port: u16, key: &str, after: Option<i64>) -> anyhow::Result<Socket> {
    let request = ClientRequestBuilder::new(format!("ws://127.0.0.1:{port}/graphql").parse()?)
        .with_sub_protocol("graphql-transport-ws");
    let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = client_async(request, stream).await?;
    say(
        &mut socket,
        json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {key}") } }),
    )
    .await?;
    ensure!(hear(&mut socket).await?["type"] == "connection_ack", "the server does not greet");
    say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": SUBSCRIPTION, "variables": { "after": after } } })).await?;
    Ok(socket)
}

async fn say(socket: &mut Socket, message: Value) -> anyhow::Result<()> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

async fn hear(socket: &mut Socket) -> anyhow::Result<Value> {
    loop {
        match socket.next().await.context("the server hung up")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => bail!("the server closed: {frame:?}"),
            _ => {}
        }
    }
}

/// The position of the next event.
async fn event(socket: &mut Socket) -> anyhow::Result<i64> {
    loop {
        let message = hear(socket).await?;
        match message["type"].as_str() {
            Some("next") => {
                return message["payload"]["data"]["journal"]["position"]
                    .as_i64()
                    .with_context(|| message.to_string());
            }
            Some("ping") => say(socket, json!({ "type": "pong" })).await?,
            _ => bail!("{message}"),
        }
    }
}
