//! A list of fifty contacts with their company and two consents, through HTTP, authentication and
//! authorisation, compared with one hand-written statement that returns the same JSON; and the same list with
//! ten thousand and with a million contacts, on the first and on a distant page.

use std::{net::SocketAddr, time::Instant};

use accord::{accounts::create_api_key, platform::actor::Actor};
use anyhow::Context;
use axum::{Router, extract::State, routing::post};
use entity::Role;
use sea_orm::sqlx::{self, PgPool};
use serde_json::{Value, json};

use crate::{
    client::Client,
    load::{AT_ONCE, LONGEST, compare, median},
    people::{People, fill},
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

const LIST: &str = "query($first: Int!, $after: String) { contacts(first: $first, after: $after) {
    nodes { id givenName familyName company { id name } consents { state channel since } } pageInfo { endCursor } } }";

/// The same list as one statement.
const STATEMENT: &str = "SELECT json_build_object('data', json_build_object('contacts', json_build_object('nodes', json_agg(json_build_object(
        'id', c.id, 'givenName', c.given_name, 'familyName', c.family_name, 'company', json_build_object('id', y.id, 'name', y.name),
        'consents', (SELECT json_agg(json_build_object('state', k.state, 'channel', k.channel, 'since', k.since)) FROM consent k
            WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id)) ORDER BY c.id DESC))))::text
    FROM (SELECT * FROM contact WHERE workspace_id = $1 AND archived_at IS NULL ORDER BY id DESC LIMIT 50) c
    LEFT JOIN company y ON y.workspace_id = c.workspace_id AND y.id = c.company_id";

/// Number of requests of each kind whose times are compared.
const TIMES: usize = 300;
/// Contacts per page when near and distant pages are compared, so that ten thousand contacts have a
/// thousandth page.
const SHORT: u32 = 10;

pub async fn measure(server: &str, table: &mut Table) -> anyhow::Result<()> {
    let world = World::new(&Backend::Postgres(server.to_owned()), 25).await?;
    fill(&world, People { contacts: 200_000, companies: 20_000, consents: true, words: false }).await?;
    let key = key(&world).await?;
    let port = serve(world.router.clone()).await?;
    let pool = world.app.ledger.db.for_migrations().get_postgres_connection_pool().clone();
    let bare =
        serve(Router::new().route("/graphql", post(one_statement)).with_state((pool, world.workspace.0)))
            .await?;
    let body = fifty();
    let compared =
        compare(async || per_second(port, &key, &body).await, async || per_second(bare, &key, &body).await)
            .await?;
    table.add(Figure {
        name: "50 contacts with company and consents (PostgreSQL, 200,000)".to_owned(),
        unit: "/s",
        ours: compared.ours,
        reference: Some(compared.reference),
        wanted: Wanted::Ratio(0.45),
    });
    world.close().await?;

    let mut near = Vec::new();
    for contacts in [10_000, 1_000_000] {
        let world = World::new(&Backend::Postgres(server.to_owned()), 25).await?;
        fill(&world, People { contacts, companies: contacts / 10, consents: true, words: false }).await?;
        let (key, port) = (self::key(&world).await?, serve(world.router.clone()).await?);
        let mut client = Client::connect(port).await?.with_key(&key);
        let far = cursor(&mut client, 999 * u64::from(SHORT)).await?;
        // The two requests take turns, so that other load on the machine affects both.
        let (mut first, mut thousandth) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            first.push(milliseconds(&mut client, &Value::Null).await?);
            thousandth.push(milliseconds(&mut client, &far).await?);
        }
        let (first, thousandth) = (median(first), median(thousandth));
        table.add(Figure {
            name: format!("page 1,000 of {contacts} contacts, beside page 1"),
            unit: "/s",
            ours: 1000.0 / thousandth,
            reference: Some(1000.0 / first),
            wanted: Wanted::Ratio(1.0 / 1.3),
        });
        near.push(1000.0 / first);
        world.close().await?;
    }
    table.add(Figure {
        name: "page 1 of 1,000,000 contacts, beside 10,000".to_owned(),
        unit: "/s",
        ours: near[1],
        reference: Some(near[0]),
        wanted: Wanted::Ratio(1.0 / 1.3),
    });
    Ok(())
}

/// Creates an API key that may read.
pub async fn key(world: &World) -> anyhow::Result<String> {
    let key = create_api_key(&world.app, world.workspace, Actor::Operator, "bench", Role::Reader, None).await;
    Ok(key.map_err(|error| anyhow::anyhow!("no key: {error:?}"))?.text)
}

/// Serves on loopback until the process ends. Returns the port.
pub async fn serve(router: Router) -> anyhow::Result<u16> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(port)
}

async fn one_statement(
    State((pool, workspace)): State<(PgPool, uuid::Uuid)>,
) -> Result<([(&'static str, &'static str); 1], String), String> {
    let text = sqlx::query_scalar::<_, String>(STATEMENT)
        .bind(workspace)
        .fetch_one(&pool)
        .await
        .map_err(|error| error.to_string())?;
    Ok(([("content-type", "application/json")], text))
}

/// Sends a request and returns its data; an error if the answer has errors.
pub async fn ask(client: &mut Client, body: &str) -> anyhow::Result<Value> {
    let (status, answer) = client.send("POST /graphql", "203.0.113.7", body).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    anyhow::ensure!(status == 200 && answer.get("errors").is_none(), "{status}: {answer}");
    Ok(answer["data"].clone())
}

/// The request body for fifty contacts.
pub fn fifty() -> String {
    json!({ "query": LIST, "variables": { "first": 50 } }).to_string()
}

/// Answers per second with `AT_ONCE` concurrent clients.
pub async fn per_second(port: u16, key: &str, body: &str) -> anyhow::Result<f64> {
    let mut clients = Vec::new();
    for _ in 0..AT_ONCE {
        let mut client = Client::connect(port).await?.with_key(key);
        let data = ask(&mut client, body).await?;
        let nodes = data["contacts"]["nodes"].as_array().context("no list")?;
        anyhow::ensure!(
            nodes.len() == 50 && nodes[49]["consents"].as_array().is_some_and(|consents| consents.len() == 2),
            "not the list"
        );
        clients.push(client);
    }
    let began = Instant::now();
    let workers: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let body = body.to_owned();
            tokio::spawn(async move {
                let mut done = 0_u32;
                while began.elapsed() < LONGEST {
                    let (status, _) = client.send("POST /graphql", "203.0.113.7", &body).await?;
                    anyhow::ensure!(status == 200, "{status}");
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await??;
    }
    Ok(f64::from(done) / began.elapsed().as_secs_f64())
}

/// The cursor after the first `left` contacts.
async fn cursor(client: &mut Client, mut left: u64) -> anyhow::Result<Value> {
    let mut cursor = Value::Null;
    while left > 0 {
        let first = left.min(100);
        let body = json!({ "query": "query($first: Int!, $after: String) { contacts(first: $first, after: $after) { pageInfo { endCursor } } }",
            "variables": { "first": first, "after": cursor } });
        cursor = ask(client, &body.to_string()).await?["contacts"]["pageInfo"]["endCursor"].clone();
        left -= first;
    }
    Ok(cursor)
}

async fn milliseconds(client: &mut Client, after: &Value) -> anyhow::Result<f64> {
    let body = json!({ "query": LIST, "variables": { "first": SHORT, "after": after } }).to_string();
    let began = Instant::now();
    let (status, _) = client.send("POST /graphql", "203.0.113.7", &body).await?;
    anyhow::ensure!(status == 200, "{status}");
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
