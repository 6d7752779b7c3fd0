//! Every kind of job and every schedule.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use entity::{JobId, Time, job, schedule};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::{
    accounts::{self, SendAccountNotice, SendInvitation, SendPasswordReset},
    app::App,
    companies::IndexCompanyContacts,
    contacts, duplicates,
    error::{Error, Result},
    fields::{self, DeleteFieldValues, SendValueNotice},
    intake::{
        self, EndWaiting, RequestOptIn, SendAlreadySubscribed, SendConfirmOptIn, SendOptInReceipt,
        SendRequestReceived,
    },
    pipeline::{self, RebalanceColumn},
    platform::{
        once,
        outbox::{Dispatch, Job, JobResult, Outcome, Run, Runner},
        statistics,
        work::new_job,
    },
    privacy::{
        breaches::{self, FindBreachPeople, SendBreachNotice, TellBreachPeople},
        erasure::{self, ScanResidues},
        mailbox_proof::{self, AskMailbox, SendMailboxProof},
        my_data::{self, SendAddressNotice},
        notices::{self, SendArt14Notice, SendConsentEnding},
        packages::{
            self, BuildPackage, SendPackageReady, SendTransferLink,
            transfers::{self, SendTransferQuestion, SendTransferReceipt},
        },
        recipients::{self, SendShareNotice},
        remind,
        requests::{self, CarryOutRequest, SendRequestMail},
        restriction::{self, SendRestrictionLifting},
        retention::{self, RunRetention, SendStayInTouch},
    },
};

/// Scheduled work: name and period. Each name is also the kind of the job it queues.
const SCHEDULES: [(&str, TimeDelta); 18] = [
    ("schedule_retention", TimeDelta::hours(24)),
    ("remind_of_clocks", TimeDelta::hours(1)),
    ("expire_opt_ins", TimeDelta::minutes(5)),
    ("expire_consents", TimeDelta::hours(1)),
    ("purge_opt_ins", TimeDelta::hours(24)),
    ("expire_mailbox_proofs", TimeDelta::minutes(5)),
    ("forget_idempotency_keys", TimeDelta::hours(1)),
    ("find_duplicates", TimeDelta::minutes(1)),
    ("renew_statistics", TimeDelta::hours(1)),
    ("wipe_files", TimeDelta::hours(1)),
    ("refold_texts", TimeDelta::hours(1)),
    ("inform_people", TimeDelta::minutes(15)),
    ("tell_of_ends", TimeDelta::hours(1)),
    ("keep_form_notices", TimeDelta::minutes(5)),
    ("expire_packages", TimeDelta::minutes(15)),
    ("expire_transfers", TimeDelta::minutes(15)),
    ("scan_left_residues", TimeDelta::hours(1)),
    ("destroy_expired_archive", TimeDelta::hours(1)),
];

/// The table of keys whose destruction makes sealed data unreadable, and the tables with such data.
const KEYS: &str = "data_key";
const SEALED: &[&str] = &[
    "submission",
    "evidence",
    "sealed_value",
    "mail",
    "recovery_code",
    "mailbox_proof",
    "request",
    "request_step",
    "hold",
    "member",
    "breach",
    "breach_step",
    "archive_item",
    "package_part",
    "transfer_authorisation",
    "residue_scan",
    // In plain text, of contacts who were erased.
    "contact",
    "contact_address",
    "activity",
    "field_value",
    "provenance",
    "search_word",
];
/// Every job queued by use cases: its payload, and the function that runs it. Adding one takes one line here.
macro_rules! queued {
    (mails { $($mail:ident => $send:path,)+ } others { $($other:ident => $run:path,)+ }) => {
        /// Jobs that send mails.
        const MAILS: &[&str] = &[$($mail::KIND),+];
        const OTHERS: &[&str] = &[$($other::KIND),+];

        async fn run_queued(app: &App, run: &Run) -> JobResult {
            match run.kind.as_str() {
                $($mail::KIND => $send(app, run, &payload(run)?).await,)+
                $($other::KIND => $run(app, run, &payload(run)?).await,)+
                scheduled => run_scheduled(app, scheduled).await,
            }
        }
    };
}

queued! {
    mails {
        SendConfirmOptIn => intake::send_confirm_opt_in,
        SendOptInReceipt => intake::send_opt_in_receipt,
        SendAlreadySubscribed => intake::send_already_subscribed,
        SendRequestReceived => intake::send_request_received,
        SendInvitation => accounts::jobs::send_invitation,
        SendPasswordReset => accounts::jobs::send_password_reset,
        SendAccountNotice => accounts::jobs::send_account_notice,
        SendValueNotice => contacts::send_value_notice,
        SendStayInTouch => retention::send_stay_in_touch,
        SendRequestMail => requests::send_request_mail,
        SendRestrictionLifting => restriction::send_restriction_lifting,
        SendArt14Notice => notices::send_art14_notice,
        SendConsentEnding => notices::send_consent_ending,
        SendShareNotice => recipients::send_share_notice,
        SendBreachNotice => breaches::send_breach_notice,
        SendPackageReady => packages::send_package_ready,
        SendTransferQuestion => transfers::send_transfer_question,
        SendTransferLink => transfers::send_transfer_link,
        SendTransferReceipt => transfers::send_transfer_receipt,
        SendMailboxProof => mailbox_proof::send_mailbox_proof,
        SendAddressNotice => my_data::send_address_notice,
    }
    others {
        CarryOutRequest => requests::carry_out_request,
        RequestOptIn => intake::request_opt_in,
        RunRetention => retention::run_retention,
        EndWaiting => intake::end_waiting,
        RebalanceColumn => pipeline::rebalance_column,
        IndexCompanyContacts => contacts::jobs::index_company_contacts,
        DeleteFieldValues => fields::delete_field_values,
        FindBreachPeople => breaches::find_breach_people,
        TellBreachPeople => breaches::queue_breach_notices,
        ScanResidues => erasure::scan_residues,
        BuildPackage => packages::build_package,
        AskMailbox => mailbox_proof::decide_question,
    }
}

/// Tolerated clock difference between nodes; more means that a clock was set back.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// Every kind of job that this version knows. Others are left alone: they wait for a newer node, or for the
/// operator.
#[must_use]
pub fn kinds() -> Vec<&'static str> {
    MAILS.iter().chain(OTHERS).copied().chain(SCHEDULES.map(|(name, _)| name)).collect()
}

async fn run_scheduled(app: &App, name: &str) -> JobResult {
    match name {
        "expire_opt_ins" => Ok(until_done(app, intake::expire_opt_ins(app).await?)),
        "expire_consents" => Ok(until_done(app, intake::expire_consents(app).await?)),
        "forget_idempotency_keys" => {
            Ok(until_done(app, once::forget_old_keys(&app.ledger.db, app.now()).await?))
        }
        "expire_mailbox_proofs" => Ok(until_done(app, mailbox_proof::expire_mailbox_proofs(app).await?)),
        "remind_of_clocks" => Ok(until_done(app, remind::remind_of_clocks(app).await?)),
        "schedule_retention" => {
            retention::schedule_retention(app).await?;
            Ok(Outcome::Done)
        }
        "purge_opt_ins" => Ok(until_done(app, intake::purge_opt_ins(app).await?)),
        "find_duplicates" => Ok(until_done(app, duplicates::find_duplicates(app).await?)),
        // Rows written before the folding rules changed.
        "refold_texts" => Ok(until_done(app, contacts::refold(app).await? | pipeline::refold(app).await?)),
        "destroy_expired_archive" => Ok(until_done(app, erasure::destroy_expired_archive(app).await?)),
        "scan_left_residues" => {
            erasure::scan_left_residues(app).await?;
            Ok(Outcome::Done)
        }
        "expire_packages" => Ok(until_done(app, packages::expire_packages(app).await?)),
        "expire_transfers" => Ok(until_done(app, transfers::expire_transfers(app).await?)),
        "keep_form_notices" => {
            notices::keep_form_notices(app).await?;
            Ok(Outcome::Done)
        }
        "inform_people" => {
            notices::inform_people(app).await?;
            Ok(Outcome::Done)
        }
        "tell_of_ends" => Ok(until_done(app, notices::tell_of_ends(app).await?)),
        "renew_statistics" => {
            statistics::renew(&app.ledger.db).await?;
            Ok(Outcome::Done)
        }
        "wipe_files" => {
            app.ledger.db.wipe(KEYS, SEALED).await?;
            Ok(Outcome::Done)
        }
        // Unreachable: only the kinds in `kinds` are claimed, and a test compares the two.
        _ => Ok(Outcome::Park("unknown_kind")),
    }
}

fn payload<J: Job + DeserializeOwned>(run: &Run) -> Result<J> {
    Ok(serde_json::from_str(&run.payload)?)
}

fn until_done(app: &App, more: bool) -> Outcome {
    if more { Outcome::Later(app.now()) } else { Outcome::Done }
}

/// The runner of this node's jobs.
#[must_use]
pub fn runner(app: &App) -> Runner {
    let jobs = app.clone();
    let dispatch: Dispatch = Arc::new(move |claimed| {
        let app = jobs.clone();
        Box::pin(async move { run_queued(&app, &claimed).await })
    });
    Runner::new(app.ledger.clone(), kinds(), dispatch, 16).with_slow(MAILS)
}

/// Queues due schedules until `stop` turns true. First logs how many jobs are parked, so that whoever starts
/// a worker learns of it.
pub async fn keep_schedules(app: App, mut stop: watch::Receiver<bool>) {
    match job::Entity::find().filter(job::Column::ParkedAt.is_not_null()).count(app.db()).await {
        Ok(0) => {}
        Ok(count) => tracing::warn!(
            jobs.parked = count,
            "jobs were parked and wait for a person: `accord jobs list` shows them"
        ),
        Err(error) => Error::from(error).log(),
    }
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

/// Queues every schedule that is due. Two nodes may do this at once: the row's old time decides which one
/// does. A schedule that is later than its period allows was written before the clock was set back, so it is
/// due, too.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn queue_due(app: &App) -> Result<()> {
    let now = app.now();
    let known = schedule::Entity::find().all(app.db()).await?;
    for (name, period) in SCHEDULES {
        let next = known.iter().find(|row| row.name == name).map(|row| row.next_run_at);
        if next.is_none_or(|at| at <= now || at > now + period + SKEW) {
            advance(app, name, next, now + period).await?;
        }
    }
    Ok(())
}

async fn advance(app: &App, name: &'static str, from: Option<Time>, to: Time) -> Result<()> {
    let tx = app.ledger.db.begin().await?;
    let connection = tx.connection();
    let taken = if let Some(from) = from {
        schedule::Entity::update_many()
            .col_expr(schedule::Column::NextRunAt, Expr::value(to))
            .filter(schedule::Column::Name.eq(name))
            .filter(schedule::Column::NextRunAt.eq(from))
            .exec(connection)
            .await?
            .rows_affected
    } else {
        let row = schedule::ActiveModel { name: Set(name.to_owned()), next_run_at: Set(to) };
        let once = OnConflict::column(schedule::Column::Name).do_nothing().to_owned();
        schedule::Entity::insert(row).on_conflict(once).exec_without_returning(connection).await?
    };
    if taken == 0 {
        return Ok(());
    }
    let job = job::ActiveModel {
        priority: Set(80),
        dedupe_key: Set(Some(name.to_owned())),
        ..new_job(JobId::new(), None, name, "{}".to_owned(), app.now())
    };
    // If the last job is still queued or running, it does this round's work too.
    let once = OnConflict::column(job::Column::DedupeKey).do_nothing().to_owned();
    job::Entity::insert(job).on_conflict(once).exec_without_returning(connection).await?;
    tx.commit().await?;
    app.ledger.live.jobs_queued();
    Ok(())
}
