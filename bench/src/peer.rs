//! The typical requests of a frontend (a list, a board, a contact's page, creating a contact), compared with
//! PostGraphile on the same tables of the same PostgreSQL, both over TCP, with the same number of
//! connections. PostGraphile only translates queries: it does no authentication or authorisation, and its new
//! contact is one bare row, while ours has a legal basis, provenance and a journal entry.

use std::sync::{Arc, Mutex, PoisonError};

use accord::{
    accounts::create_api_key,
    consent::{NewPurpose, PurposeText, create_purpose},
    platform::actor::Actor,
};
use anyhow::Context;
use entity::{Channel, ConfirmationMode, ContactId, LegalBasis, PipelineId, PurposeId, Role, WorkspaceId};
use serde_json::{Value, json};

use crate::{
    client::Client,
    lists::serve,
    load::{self, AT_ONCE, compare},
    people::{People, fill},
    postgraphile::{Postgraphile, installed},
    sales::{self, BUSY, STAGES},
    table::{Figure, Table, Wanted},
    world::{Backend, World},
};

/// More than either side answers within a run.
const QUESTIONS: usize = 200_000;
/// Every answer shorter than this, in bytes, is checked, because errors are short.
const SHORT: usize = 1024;

/// The IDs that the requests use.
#[derive(Clone, Copy)]
struct Known {
    workspace: WorkspaceId,
    pipeline: PipelineId,
    basis: PurposeId,
}

/// A document, and the variables of the n-th request.
#[derive(Clone, Copy)]
struct Asked {
    document: &'static str,
    variables: fn(Known, usize) -> anyhow::Result<Value>,
}

/// The same request for both sides.
struct Question {
    name: &'static str,
    wanted: f64,
    ours: Asked,
    theirs: Asked,
    /// Whether the data is complete.
    fits: fn(&Value) -> bool,
}

/// The server of one side, and the API key for it.
struct Side {
    port: u16,
    key: Option<String>,
}

pub async fn measure(server: &str, table: &mut Table) -> anyhow::Result<()> {
    let Some(program) = installed() else {
        eprintln!(
            "PostGraphile is not installed (scripts/bench does so where npm is): the figures beside it are left out"
        );
        return Ok(());
    };
    let world = World::new(&Backend::Postgres(server.to_owned()), 25).await?;
    fill(&world, People { contacts: 200_000, companies: 20_000, consents: true, words: false }).await?;
    let known = Known {
        workspace: world.workspace,
        pipeline: sales::fill(&world).await?,
        basis: basis(&world).await?,
    };
    let key = create_api_key(&world.app, world.workspace, Actor::Operator, "bench", Role::Sales, None).await;
    let key = key.map_err(|error| anyhow::anyhow!("no key: {error:?}"))?.text;
    let ours = Side { port: serve(world.router.clone()).await?, key: Some(key) };
    let peer = Postgraphile::start(program, &world.app.config.database_url).await?;
    let theirs = Side { port: peer.port, key: None };
    for question in questions() {
        let (our_bytes, their_bytes) = (
            ours.bytes(known, &question, question.ours).await?,
            theirs.bytes(known, &question, question.theirs).await?,
        );
        anyhow::ensure!(
            our_bytes * 4 > their_bytes * 3 && their_bytes * 4 > our_bytes * 3,
            "not the same amount: {our_bytes}, {their_bytes}"
        );
        let compared = compare(
            async || ours.per_second(known, &question, question.ours).await,
            async || theirs.per_second(known, &question, question.theirs).await,
        )
        .await?;
        table.add(Figure {
            name: format!("{}, beside PostGraphile", question.name),
            unit: "/s",
            ours: compared.ours,
            reference: Some(compared.reference),
            wanted: Wanted::Ratio(question.wanted),
        });
    }
    drop(peer);
    world.close().await
}

impl Side {
    async fn connect(&self) -> anyhow::Result<Client> {
        let client = Client::connect(self.port).await?;
        Ok(match &self.key {
            Some(key) => client.with_key(key),
            None => client,
        })
    }

    /// The length of the answer; an error if it is not as expected.
    async fn bytes(&self, known: Known, question: &Question, asked: Asked) -> anyhow::Result<usize> {
        let (status, answer) =
            self.connect().await?.send("POST /graphql", "203.0.113.7", &body(known, asked, 0)?).await?;
        anyhow::ensure!(
            status == 200 && fits(question.fits, &answer),
            "{}: {status}: {}",
            question.name,
            String::from_utf8_lossy(&answer)
        );
        Ok(answer.len())
    }

    async fn per_second(&self, known: Known, question: &Question, asked: Asked) -> anyhow::Result<f64> {
        let mut clients = Vec::with_capacity(AT_ONCE);
        for _ in 0..AT_ONCE {
            clients.push(self.connect().await?);
        }
        let (clients, right) = (Arc::new(Mutex::new(clients)), question.fits);
        load::per_second((0..QUESTIONS).collect(), move |n| {
            let clients = clients.clone();
            async move {
                // There are as many clients as workers, so one is always available.
                let client = clients.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut client = client.context("no client is left")?;
                let (status, answer) =
                    client.send("POST /graphql", "203.0.113.7", &body(known, asked, n)?).await?;
                anyhow::ensure!(status == 200, "{status}");
                anyhow::ensure!(
                    answer.len() >= SHORT || fits(right, &answer),
                    "{}",
                    String::from_utf8_lossy(&answer)
                );
                clients.lock().unwrap_or_else(PoisonError::into_inner).push(client);
                Ok(())
            }
        })
        .await
    }
}

fn body(known: Known, asked: Asked, n: usize) -> anyhow::Result<String> {
    Ok(json!({ "query": asked.document, "variables": (asked.variables)(known, n)? }).to_string())
}

fn fits(right: fn(&Value) -> bool, answer: &[u8]) -> bool {
    serde_json::from_slice::<Value>(answer)
        .is_ok_and(|answer| answer.get("errors").is_none() && right(&answer["data"]))
}

fn length(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

/// Aliases give the checked parts of both answers the same shape.
fn questions() -> [Question; 4] {
    [
        Question {
            name: "50 contacts with company and consents",
            wanted: 2.0,
            ours: Asked {
                document: include_str!("../questions/accord/list.graphql"),
                variables: |_, _| Ok(json!({})),
            },
            theirs: Asked {
                document: include_str!("../questions/postgraphile/list.graphql"),
                variables: |known, _| Ok(json!({ "workspace": known.workspace.0 })),
            },
            fits: |data| {
                let nodes = &data["contacts"]["nodes"];
                length(nodes) == 50
                    && length(&nodes[49]["consents"]) == 2
                    && nodes[49]["company"]["name"].is_string()
            },
        },
        Question {
            name: "a board of 5 × 20 deals with contacts, companies and totals",
            wanted: 2.0,
            ours: Asked {
                document: include_str!("../questions/accord/board.graphql"),
                variables: |known, _| Ok(json!({ "pipeline": known.pipeline.to_string() })),
            },
            theirs: Asked {
                document: include_str!("../questions/postgraphile/board.graphql"),
                variables: |known, _| {
                    Ok(json!({ "workspace": known.workspace.0, "pipeline": known.pipeline.0 }))
                },
            },
            fits: |data| {
                data["board"]["columns"]
                    .as_array()
                    .is_some_and(|columns| columns.len() == STAGES && columns.iter().all(is_column))
            },
        },
        Question {
            name: "a contact with everything on its page",
            wanted: 2.0,
            ours: Asked {
                document: include_str!("../questions/accord/page.graphql"),
                variables: |_, n| Ok(json!({ "id": sales::contact(n % BUSY + 1)?.to_string() })),
            },
            theirs: Asked {
                document: include_str!("../questions/postgraphile/page.graphql"),
                variables: |known, n| {
                    Ok(json!({ "workspace": known.workspace.0, "id": sales::contact(n % BUSY + 1)?.0 }))
                },
            },
            fits: |data| {
                let contact = &data["contact"];
                let deals = length(&data["deals"]["nodes"]) + length(&contact["deals"]);
                let lists = [("addresses", 1), ("tags", 3), ("consents", 2)];
                deals == 1
                    && length(&contact["activities"]["nodes"]) == 10
                    && lists.iter().all(|(name, count)| length(&contact[*name]) == *count)
            },
        },
        Question {
            name: "createContact",
            wanted: 1.0,
            ours: Asked {
                document: include_str!("../questions/accord/create.graphql"),
                variables: new_contact,
            },
            theirs: Asked {
                document: include_str!("../questions/postgraphile/create.graphql"),
                variables: new_row,
            },
            fits: |data| data["createContact"]["contact"]["givenName"] == "Ada",
        },
    ]
}

fn is_column(column: &Value) -> bool {
    let (totals, deals) = (&column["totals"], &column["deals"]["nodes"]);
    let whole = totals["count"] == BUSY / STAGES && length(&totals["sums"]) == 1 && length(deals) == 20;
    whole
        && deals[19]["company"]["name"].is_string()
        && deals[19]["contacts"][0]["contact"]["familyName"].is_string()
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all variables")]
fn new_contact(known: Known, _: usize) -> anyhow::Result<Value> {
    let basis = known.basis.to_string();
    Ok(
        json!({ "input": { "basisPurposeId": basis, "source": "PHONE", "givenName": "Ada", "familyName": "Byron", "jobTitle": "Countess" } }),
    )
}

/// PostGraphile only knows the table's own defaults, so every column is set.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all variables")]
fn new_row(known: Known, _: usize) -> anyhow::Result<Value> {
    let at = "2026-11-24T12:00:00Z";
    Ok(json!({ "input": { "contact": {
        "workspaceId": known.workspace.0, "rowId": ContactId::new().0, "givenName": "Ada", "familyName": "Byron", "sortName": "byron ada",
        "phone": "", "jobTitle": "Countess", "companyName": "", "postalAddress": "", "language": "en", "lifecycle": "PROSPECT", "custom": "{}",
        "version": 1, "createdAt": at, "updatedAt": at,
    } } }))
}

/// Creates a purpose that allows storing a contact without consent.
pub async fn basis(world: &World) -> anyhow::Result<PurposeId> {
    let text = |title: &str, wording: &str| PurposeText {
        title: title.to_owned(),
        description: String::new(),
        wording: wording.to_owned(),
        wording_sha256: String::new(),
    };
    let new = NewPurpose {
        key: "sale".to_owned(),
        legal_basis: LegalBasis::Contract,
        channels: vec![Channel::Email],
        confirmation: ConfirmationMode::DoubleOptIn,
        validity_days: None,
        justification: "They asked for an offer.".to_owned(),
        offered: None,
        texts: [
            ("en".to_owned(), text("Sale", "Send me an offer.")),
            ("fr".to_owned(), text("Vente", "Envoyez-moi une offre.")),
        ]
        .into(),
    };
    let made = create_purpose(&world.app, world.workspace, Actor::Operator, new).await;
    Ok(made.map_err(|error| anyhow::anyhow!("no purpose: {error:?}"))?.0.id)
}
