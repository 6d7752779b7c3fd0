//! Submissions accepted per second through the real router (validated, sealed, durable, job queued), compared
//! with bare inserts of the same rows.

use std::{sync::Arc, time::Duration};

use accord::{intake::ticket, platform::keys::random};
use anyhow::Context;
use axum::http::Request;
use entity::{DataKeyId, EntryId, SubmissionId, data_key, job, journal, submission};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::{
    bare::{Bare, Bind, Statement, job as bare_job},
    load::{compare, per_second},
    table::{Figure, Table, Wanted},
    world::{World, send},
};

/// Most submissions in one run.
const MOST: usize = 3_000;

pub async fn measure(world: &mut World, table: &mut Table) -> anyhow::Result<()> {
    let (bare, wanted) = (Bare::of(&world.app), if world.app.ledger.db.is_embedded() { 0.35 } else { 0.5 });
    submit(world, 100).await?;
    let sample = Arc::new(Sample::take(world).await?);
    let name = format!("submissions accepted, {}", world.name);
    let compared = compare(
        async || submit(world, MOST).await,
        async || {
            let (bare, sample) = (bare.clone(), sample.clone());
            per_second(vec![(); MOST], move |()| {
                let (bare, sample) = (bare.clone(), sample.clone());
                async move { bare.commit(sample.rows(&bare)).await }
            })
            .await
        },
    )
    .await?;
    table.add(Figure {
        name,
        unit: "/s",
        ours: compared.ours,
        reference: Some(compared.reference),
        wanted: Wanted::Ratio(wanted),
    });
    Ok(())
}

/// Submits `count` forms, each for a different person, like the embed script. Returns submissions per second.
pub async fn submit(world: &mut World, count: usize) -> anyhow::Result<f64> {
    let bodies: Vec<String> = (world.people..world.people + count)
        .map(|n| {
            let ticket = ticket::issue(&world.app, world.workspace, world.version);
            let values = json!({ "email": World::email(n), "given_name": "Ada" });
            let page = "https://site.example/landing?utm_source=letter&utm_campaign=spring";
            json!({ "ticket": ticket, "language": "en", "page": page, "values": values, "consents": ["newsletter:email"], "honeypot": "" })
                .to_string()
        })
        .collect();
    world.people += count;
    // A younger ticket is refused, because only a program is that fast.
    tokio::time::sleep(Duration::from_millis(900)).await;
    let (router, path) = (world.router.clone(), format!("/forms/{}", world.form));
    per_second(bodies, move |body| {
        let request = Request::post(&path)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("origin", "https://site.example")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0");
        let answer = send(router.clone(), request, body, 202);
        async move { answer.await.map(drop) }
    })
    .await
}

/// The rows that one of our submissions wrote: the reference inserts copies with new IDs.
struct Sample {
    submission: submission::Model,
    key: data_key::Model,
    job: job::Model,
    entry: journal::Model,
}

impl Sample {
    async fn take(world: &World) -> anyhow::Result<Self> {
        let db = world.app.db();
        let submission = submission::Entity::find().one(db).await?.context("no submission")?;
        Ok(Self {
            key: data_key::Entity::find_by_id((world.workspace, submission.data_key_id))
                .one(db)
                .await?
                .context("no data key")?,
            job: job::Entity::find()
                .filter(job::Column::Kind.eq("request_opt_in"))
                .one(db)
                .await?
                .context("no job")?,
            entry: journal::Entity::find()
                .filter(journal::Column::Id.eq(submission.entry_id))
                .one(db)
                .await?
                .context("no entry")?,
            submission,
        })
    }

    fn rows(&self, bare: &Bare) -> Vec<Statement> {
        let (id, key, row) = (SubmissionId::new(), DataKeyId::new(), &self.submission);
        let submission = vec![
            Bind::Id(row.workspace_id.0),
            Bind::Id(id.0),
            Bind::Id(row.form_id.0),
            Bind::Id(row.form_version_id.0),
            Bind::Id(key.0),
            Bind::Bytes(row.sealed.clone()),
            Bind::Bytes(Some(random::<32>().to_vec())),
            Bind::Bytes(Some(random::<32>().to_vec())),
            Bind::Text(Some(row.state.to_string())),
            Bind::Time(Some(row.received_at)),
            Bind::Id(EntryId::new().0),
        ];
        let data_key = vec![
            Bind::Id(row.workspace_id.0),
            Bind::Id(key.0),
            Bind::Text(Some(self.key.owner_kind.to_string())),
            Bind::Id(id.0),
            Bind::Bytes(Some(self.key.wrapped.clone())),
        ];
        let mut statements = vec![
            (
                "INSERT INTO submission (workspace_id, id, form_id, form_version_id, data_key_id, sealed, ticket_hash, payload_hash, state, received_at, entry_id) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                submission,
            ),
            (
                "INSERT INTO data_key (workspace_id, id, owner_kind, owner_id, wrapped) VALUES ($1, $2, $3, $4, $5)",
                data_key,
            ),
            bare_job(&self.job),
        ];
        statements.extend(bare.journal(std::slice::from_ref(&self.entry)));
        statements
    }
}
