//! Creates pending opt-ins from submissions with the product itself, for the figures of mails and
//! confirmations. Not measured.

use std::{collections::HashMap, time::Duration};

use accord::{
    intake::{RequestOptIn, request_opt_in},
    link_uses::Use,
    platform::{
        outbox::{Job, Outcome, Run},
        tokens::Link,
    },
};
use anyhow::{Context, bail};
use entity::{OptInState, SubmissionState, job, opt_in, submission};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{
    bare::BARE_JOB,
    load::{ROUNDS, within},
    submissions::submit,
    world::World,
};

/// Most confirmations in one run. Each side has its runs and a warm-up.
pub const CONFIRMATIONS: usize = 600;
const NEEDED: usize = CONFIRMATIONS * 2 * (ROUNDS + 1) + 10;

/// A pending opt-in and its data.
pub struct Waiting {
    pub opt_in: opt_in::Model,
    pub submission: submission::Model,
    pub email: String,
    /// The token of the confirmation link.
    pub token: String,
}

/// Lets the product process enough submissions; their mails are queued but not sent.
pub async fn prepare(world: &mut World) -> anyhow::Result<()> {
    let app = world.app.clone();
    app.ledger.db.touch("DELETE FROM job WHERE kind = $1", vec![BARE_JOB.into()]).await?;
    let queued = job::Entity::find().filter(job::Column::Kind.eq(RequestOptIn::KIND));
    loop {
        let there = usize::try_from(queued.clone().count(app.db()).await?)?;
        if there >= NEEDED {
            break;
        }
        submit(world, NEEDED - there).await?;
    }
    let (lease, until) = ("bench", app.now() + chrono::TimeDelta::hours(1));
    let claim = "UPDATE job SET lease = $1, leased_until = $2 WHERE kind = $3";
    app.ledger.db.touch(claim, vec![lease.into(), until.into(), RequestOptIn::KIND.into()]).await?;
    let rows = queued.all(app.db()).await?.into_iter().take(NEEDED);
    let runs = rows.map(|row| Run {
        id: row.id,
        workspace: row.workspace_id,
        kind: row.kind,
        payload: row.payload,
        attempt: 1,
        created_at: row.created_at,
        lease: lease.to_owned(),
    });
    let deciding = app.clone();
    within(Duration::MAX, runs.collect(), move |run: Run| {
        let app = deciding.clone();
        async move {
            match request_opt_in(&app, &run, &serde_json::from_str(&run.payload)?).await {
                Ok(Outcome::Finished) => Ok(()),
                other => bail!("a submission was not decided: {other:?}"),
            }
        }
    })
    .await?;
    // The remaining jobs would otherwise be processed while mails are measured.
    app.ledger.db.touch("DELETE FROM job WHERE kind = $1", vec![RequestOptIn::KIND.into()]).await?;
    Ok(())
}

/// All pending opt-ins.
pub async fn all(world: &World) -> anyhow::Result<Vec<Waiting>> {
    let (app, workspace) = (&world.app, world.workspace);
    let emails: HashMap<Vec<u8>, String> = (0..world.people)
        .map(World::email)
        .map(|email| (app.vault.fingerprint(workspace, &email), email))
        .collect();
    let submissions = submission::Entity::find()
        .filter(submission::Column::State.eq(SubmissionState::Waiting))
        .all(app.db())
        .await?;
    let mut submissions: HashMap<_, _> = submissions.into_iter().map(|row| (row.id, row)).collect();
    let opt_ins =
        opt_in::Entity::find().filter(opt_in::Column::State.eq(OptInState::Waiting)).all(app.db()).await?;
    let waiting = opt_ins.into_iter().map(|opt_in| {
        Ok(Waiting {
            submission: submissions
                .remove(&opt_in.submission_id)
                .context("a question without a submission")?,
            email: emails.get(&opt_in.fingerprint).context("a question to nobody")?.clone(),
            token: token(world, &opt_in),
            opt_in,
        })
    });
    waiting.collect()
}

fn token(world: &World, row: &opt_in::Model) -> String {
    let extra = row.expires_at.timestamp_millis().to_be_bytes().to_vec();
    world.app.vault.sign(Use::ConfirmOptIn, &Link { workspace: world.workspace, row: row.id.0, extra })
}
