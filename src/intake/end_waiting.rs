//! Ends all waiting opt-ins of a mailbox, when it answers "this was not me" or turns out not to exist. After
//! a flood there may be thousands: they end in batches, one per unit of work, from a job.

use entity::{OptInId, OptInState, SubmissionState, Time, WorkspaceId, opt_in};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::submissions::destroy;
use crate::{
    app::App,
    consent::mailbox::{BOUNCED_FOR, protect},
    contacts,
    error::Result,
    platform::{
        actor::Actor,
        mailer::Delivery,
        outbox::{Job, JobResult, Outcome, Run},
        work::{Entry, Work},
    },
};

/// Opt-ins per unit of work.
const BATCH: u64 = 200;

/// Ends the remaining waiting opt-ins of a mailbox after one of them ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct EndWaiting {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The opt-in that ended.
    pub opt_in: OptInId,
}

impl Job for EndWaiting {
    const KIND: &'static str = "end_waiting";
    const PRIORITY: i32 = 10;
}

/// Why opt-ins end.
#[derive(Clone, Copy)]
pub(super) enum Ending<'a> {
    /// The person answered that it was not them.
    NotMe,
    /// The mailbox does not exist, according to the mail server, whose answer is unknown in later units of
    /// work.
    Bounced(Option<&'a Delivery>),
}

impl Ending<'_> {
    fn states(self) -> (OptInState, SubmissionState) {
        match self {
            Self::NotMe => (OptInState::Declined, SubmissionState::Declined),
            Self::Bounced(_) => (OptInState::Bounced, SubmissionState::Bounced),
        }
    }

    fn entry(self, row: &opt_in::Model) -> Entry {
        match self {
            Self::NotMe => Entry::new("opt_in.declined").on(row.id).with("submission", row.submission_id),
            Self::Bounced(said) => {
                let entry = Entry::new("opt_in.bounced").on(row.id).with("submission", row.submission_id);
                match said {
                    Some(said) => {
                        entry.with("smtpCode", said.code).with("reason", said.bounce.unwrap_or_default())
                    }
                    None => entry,
                }
            }
        }
    }
}

/// Ends these opt-ins and destroys their submissions' data. The caller has locked them.
pub(super) async fn end(work: &mut Work, rows: &[opt_in::Model], ending: Ending<'_>) -> Result<()> {
    let (state, of_submission) = ending.states();
    destroy(work, &rows.iter().map(|row| row.submission_id).collect::<Vec<_>>(), of_submission).await?;
    opt_in::Entity::update_many()
        .col_expr(opt_in::Column::State, Expr::value(state))
        .col_expr(opt_in::Column::MailDue, Expr::value(false))
        .col_expr(opt_in::Column::DecidedAt, Expr::value(work.now()))
        .filter(opt_in::Column::WorkspaceId.eq(work.workspace()))
        .filter(opt_in::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(work.db())
        .await?;
    for row in rows {
        work.record(ending.entry(row));
    }
    Ok(())
}

/// Ends all waiting opt-ins of a mailbox: `first` and others in this unit of work, the rest in a job. The
/// caller holds the mailbox's lock.
pub(super) async fn end_all(
    work: &mut Work,
    fingerprint: &[u8],
    first: Option<OptInId>,
    ending: Ending<'_>,
) -> Result<()> {
    let ended = end_some(work, fingerprint, first, work.now(), ending).await?;
    if let (Some(one), true) = (ended.one, ended.more) {
        work.enqueue(&EndWaiting { workspace: work.workspace(), opt_in: one })?;
    }
    Ok(())
}

/// The result of a batch.
struct Ended {
    one: Option<OptInId>,
    more: bool,
}

async fn end_some(
    work: &mut Work,
    fingerprint: &[u8],
    first: Option<OptInId>,
    asked_by: Time,
    ending: Ending<'_>,
) -> Result<Ended> {
    let waiting = || {
        opt_in::Entity::find()
            .filter(opt_in::Column::WorkspaceId.eq(work.workspace()))
            .filter(opt_in::Column::Fingerprint.eq(fingerprint))
            .filter(opt_in::Column::State.eq(OptInState::Waiting))
            .filter(opt_in::Column::CreatedAt.lte(asked_by))
            .order_by_asc(opt_in::Column::Id)
    };
    let mut ids: Vec<OptInId> =
        waiting().select_only().column(opt_in::Column::Id).limit(BATCH).into_tuple().all(work.db()).await?;
    let more = ids.len() as u64 == BATCH;
    ids.extend(first);
    // Locked in the order of ids, as everywhere.
    let rows = waiting().filter(opt_in::Column::Id.is_in(ids)).lock_exclusive().all(work.db()).await?;
    end(work, &rows, ending).await?;
    Ok(Ended { one: rows.first().map(|row| row.id), more })
}

/// An e-mail bounced: the mailbox does not exist or cannot be written to. Its waiting opt-ins end, and it
/// gets no e-mails for a week.
pub(super) async fn end_bounced(work: &mut Work, fingerprint: &[u8], said: &Delivery) -> Result<()> {
    let mailbox = contacts::lock_mailbox(work, fingerprint).await?;
    end_all(work, fingerprint, None, Ending::Bounced(Some(said))).await?;
    let (until, declined_until) = (work.now() + BOUNCED_FOR, mailbox.declined_until);
    protect(work, mailbox, declined_until, Some(until)).await
}

/// One batch. Opt-ins created after the answer are left alone, as the mailbox may have allowed e-mails again.
pub async fn end_waiting(app: &App, run: &Run, job: &EndWaiting) -> JobResult {
    let Some(ended) = opt_in::Entity::find_by_id((job.workspace, job.opt_in)).one(app.db()).await? else {
        return Ok(Outcome::Done);
    };
    let ending = match ended.state {
        OptInState::Declined => Ending::NotMe,
        OptInState::Bounced => Ending::Bounced(None),
        _ => return Ok(Outcome::Done),
    };
    let Some(decided_at) = ended.decided_at else { return Ok(Outcome::Done) };
    let mut work = app.begin(job.workspace, Actor::System).await?;
    contacts::lock_mailbox(&work, &ended.fingerprint).await?;
    if end_some(&mut work, &ended.fingerprint, None, decided_at, ending).await?.more {
        work.enqueue(job)?;
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}
