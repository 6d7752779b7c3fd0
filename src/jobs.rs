//! Table of contents 4: every job kind and every schedule.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use entity::{JobId, Time};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::{
    accounts::jobs::{SendAccountNotice, SendInvitation, SendPasswordReset},
    app::App,
    consent::{
        self, RequestOptIn,
        jobs::{SendAlreadySubscribed, SendConfirmOptIn, SendOptInReceipt, SendRequestReceived},
    },
    contacts::{
        self,
        fields::{self, DeleteFieldValues, SendValueNotice},
        jobs::IndexCompanyContacts,
    },
    error::Result,
    pipeline::{RebalanceColumn, rebalance_column},
    platform::{
        actor::Actor,
        db::sql,
        once,
        outbox::{Dispatch, Job, JobResult, OnPark, Outcome, Run, Runner},
        statistics,
        work::Entry,
    },
};

/// What runs when, besides what acts queue: name and period. Each name is also the kind of the job it queues.
const SCHEDULES: [(&str, TimeDelta); 7] = [
    ("expire_opt_ins", TimeDelta::minutes(5)),
    ("expire_consents", TimeDelta::hours(1)),
    ("purge_opt_ins", TimeDelta::hours(24)),
    ("forget_idempotency_keys", TimeDelta::hours(1)),
    ("find_duplicates", TimeDelta::minutes(1)),
    ("renew_statistics", TimeDelta::hours(1)),
    ("wipe_files", TimeDelta::hours(1)),
];

/// The table whose keys, once destroyed, make what the others hold unreadable; and the others.
const KEYS: &str = "data_key";
const SEALED: [&str; 6] = ["submission", "evidence", "sealed_value", "mail", "recovery_code", "member"];

async fn run(app: App, run: Run) -> JobResult {
    match run.kind.as_str() {
        RequestOptIn::KIND => consent::request_opt_in(&app, &run, &payload(&run)?).await,
        SendConfirmOptIn::KIND => payload::<SendConfirmOptIn>(&run)?.run(&app, &run).await,
        SendOptInReceipt::KIND => payload::<SendOptInReceipt>(&run)?.run(&app, &run).await,
        SendAlreadySubscribed::KIND => payload::<SendAlreadySubscribed>(&run)?.run(&app, &run).await,
        SendInvitation::KIND => payload::<SendInvitation>(&run)?.run(&app, &run).await,
        SendPasswordReset::KIND => payload::<SendPasswordReset>(&run)?.run(&app, &run).await,
        SendAccountNotice::KIND => payload::<SendAccountNotice>(&run)?.run(&app, &run).await,
        SendRequestReceived::KIND => payload::<SendRequestReceived>(&run)?.run(&app, &run).await,
        RebalanceColumn::KIND => rebalance_column(&app, &run, &payload(&run)?).await,
        IndexCompanyContacts::KIND => payload::<IndexCompanyContacts>(&run)?.run(&app, &run).await,
        SendValueNotice::KIND => payload::<SendValueNotice>(&run)?.run(&app, &run).await,
        DeleteFieldValues::KIND => fields::delete_field_values(&app, &run, &payload(&run)?).await,
        "expire_opt_ins" => Ok(until_done(&app, consent::expire_opt_ins(&app).await?)),
        "expire_consents" => Ok(until_done(&app, consent::expire_consents(&app).await?)),
        "forget_idempotency_keys" => Ok(until_done(&app, once::forget_old_keys(&app.ledger.db, app.now()).await?)),
        "purge_opt_ins" => Ok(until_done(&app, consent::purge_opt_ins(&app).await?)),
        "find_duplicates" => Ok(until_done(&app, contacts::duplicates::find_duplicates(&app).await?)),
        "renew_statistics" => {
            statistics::renew(&app.ledger.db).await?;
            Ok(Outcome::Done)
        }
        "wipe_files" => {
            app.ledger.db.wipe(KEYS, &SEALED).await?;
            Ok(Outcome::Done)
        }
        // A newer version queued it, or an older one: somebody must look, and nothing is lost.
        _ => Ok(Outcome::Park("unknown_kind")),
    }
}

fn payload<J: Job + DeserializeOwned>(run: &Run) -> Result<J> {
    Ok(serde_json::from_str(&run.payload)?)
}

fn until_done(app: &App, more: bool) -> Outcome {
    if more { Outcome::Later(app.now()) } else { Outcome::Done }
}

/// A job that was put aside becomes an entry, so that whoever watches the journal sees the alarm.
async fn report_parked(app: App, run: Run, reason: &'static str) -> Result<()> {
    if let Some(workspace) = run.workspace {
        let mut work = app.begin(workspace, Actor::System).await?;
        work.record(Entry::new("job.parked").on(run.id).with("reason", reason));
        work.commit().await?;
    }
    Ok(())
}

/// A runner of this node's jobs.
#[must_use]
pub fn runner(app: &App) -> Runner {
    let (jobs, parked) = (app.clone(), app.clone());
    let dispatch: Dispatch = Arc::new(move |claimed| Box::pin(run(jobs.clone(), claimed)));
    let on_park: OnPark = Arc::new(move |claimed, reason| Box::pin(report_parked(parked.clone(), claimed, reason)));
    Runner::new(app.ledger.clone(), dispatch, on_park, 16)
}

/// Queues what is due by the clock, until `stop` turns true.
pub async fn keep_schedules(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = queue_due(&app).await {
            error.log();
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(15)) => {}
        }
    }
}

/// Queues every schedule that is due. Two nodes may do this at once: the row's old time decides between them.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn queue_due(app: &App) -> Result<()> {
    let now = app.now();
    let known = entity::schedule::Entity::find().all(app.db()).await?;
    for (name, period) in SCHEDULES {
        let next = known.iter().find(|row| row.name == name).map(|row| row.next_run_at);
        if next.is_none_or(|at| at <= now) {
            advance(app, name, next, now + period).await?;
        }
    }
    Ok(())
}

async fn advance(app: &App, name: &'static str, from: Option<Time>, to: Time) -> Result<()> {
    let tx = app.ledger.db.begin().await?;
    let connection = tx.connection();
    let statement = match from {
        Some(from) => {
            sql(connection, "UPDATE schedule SET next_run_at = $2 WHERE name = $1 AND next_run_at = $3", [name.into(), to.into(), from.into()])
        }
        None => sql(connection, "INSERT INTO schedule (name, next_run_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", [name.into(), to.into()]),
    };
    if connection.execute_raw(statement).await?.rows_affected() == 0 {
        return Ok(());
    }
    let job = entity::job::ActiveModel {
        id: Set(JobId::new()),
        workspace_id: Set(None),
        kind: Set(name.to_owned()),
        payload: Set("{}".to_owned()),
        priority: Set(80),
        run_at: Set(app.now()),
        attempts: Set(0),
        lease: Set(None),
        leased_until: Set(None),
        parked_at: Set(None),
        park_reason: Set(None),
        dedupe_key: Set(Some(name.to_owned())),
        created_at: Set(app.now()),
    };
    // Still queued or running from last time: then it does this time's work too.
    let once = OnConflict::column(entity::job::Column::DedupeKey).do_nothing().to_owned();
    entity::job::Entity::insert(job).on_conflict(once).exec_without_returning(connection).await?;
    tx.commit().await?;
    app.ledger.live.jobs_queued();
    Ok(())
}
