//! Jobs that could get stuck: parked jobs, kinds of other versions, results that could not be written, leases
//! of dead workers, clocks that are set back.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use accord::{
    accounts::{self, SendPasswordReset, list_parked},
    error::Error,
    jobs,
    platform::{
        actor::Actor,
        outbox::{Dispatch, JobResult, Outcome, Run, Runner, Seen},
    },
};
use chrono::TimeDelta;
use entity::{JobId, Role, job};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use tokio::sync::watch;

use crate::support::{Refusal, Script, SmtpServer, TestApp, Verb, rows};

/// A runner for every kind whose jobs end as `says` decides.
fn runner(app: &TestApp, says: impl Fn(&Run) -> JobResult + Send + Sync + 'static) -> Runner {
    let says = Arc::new(says);
    let dispatch: Dispatch = Arc::new(move |run| {
        let said = says(&run);
        Box::pin(async move { said })
    });
    Runner::new(app.app.ledger.clone(), jobs::kinds(), dispatch, 4)
}

/// Queues a job as use cases and schedules do, unless its key is taken. Returns whether it was queued.
async fn queue(app: &TestApp, kind: &str, of_the_workspace: bool) -> bool {
    let row = job::Model {
        workspace_id: of_the_workspace.then_some(app.workspace),
        dedupe_key: Some(kind.to_owned()),
        ..rows::new_job(app, kind)
    };
    let once = OnConflict::column(job::Column::DedupeKey).do_nothing().to_owned();
    job::Entity::insert(row.into_active_model())
        .on_conflict(once)
        .exec_without_returning(app.app.db())
        .await
        .unwrap()
        == 1
}

async fn all(app: &TestApp) -> Vec<job::Model> {
    let mut rows = job::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn only(app: &TestApp) -> job::Model {
    let mut rows = all(app).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

/// Waits until the condition holds.
async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    for _ in 0..400 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it never came to this: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_job_of_any_kind_keeps_none_of_the_next_from_running() {
    let app = TestApp::new().await;
    for (at, kind) in jobs::kinds().into_iter().enumerate() {
        for of_the_workspace in [true, false] {
            assert!(queue(&app, kind, of_the_workspace).await);
            assert!(!queue(&app, kind, of_the_workspace).await, "{kind}: one at a time");
            assert_eq!(runner(&app, |_| Ok(Outcome::Park("broken"))).drain().await.unwrap(), 1);
            assert!(queue(&app, kind, of_the_workspace).await, "{kind}: what is parked keeps nobody waiting");
            let ran = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&ran);
            let done = runner(&app, move |run| {
                seen.lock().unwrap().push(run.kind.clone());
                Ok(Outcome::Done)
            });
            assert_eq!(done.drain().await.unwrap(), 1);
            assert_eq!(*ran.lock().unwrap(), [kind]);
        }
        let parked = all(&app).await;
        assert_eq!(parked.len(), (at + 1) * 2, "and what was parked is still there");
    }
    let alarms = app.journal_kinds().await.iter().filter(|kind| *kind == "job.parked").count();
    assert_eq!(alarms, jobs::kinds().len(), "each of the workspace's is an entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_that_is_claimed_has_something_to_run() {
    let app = TestApp::new().await.leaving_jobs();
    for kind in jobs::kinds() {
        assert!(queue(&app, kind, true).await);
    }
    jobs::runner(&app.app).drain().await.unwrap();
    let parked: Vec<job::Model> = all(&app).await.into_iter().filter(|row| row.parked_at.is_some()).collect();
    assert!(parked.is_empty(), "{parked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_whose_job_was_parked_goes_on() {
    let app = TestApp::new().await;
    jobs::queue_due(&app.app).await.unwrap();
    let count = all(&app).await.len();
    runner(&app, |_| Ok(Outcome::Park("broken"))).drain().await.unwrap();
    app.advance(TimeDelta::hours(25));
    jobs::queue_due(&app.app).await.unwrap();
    // And the retention run of the workspace, which its schedule queues.
    assert_eq!(app.run_jobs().await, count + 1);
    assert!(all(&app).await.iter().all(|row| row.parked_at.is_some() && row.dedupe_key.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_password_reset_keeps_no_later_one_from_going_out() {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let member = app.member(Role::Sales).await;
    app.app.ledger.db.touch("UPDATE member SET password_hash = 'any'", vec![]).await.unwrap();
    let row = entity::member::Entity::find_by_id((app.workspace, member.member_id()))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    let fingerprint = hex::encode(app.app.vault.fingerprint(app.workspace, &row.email_key));
    let request = async || {
        let mut work = app.app.begin(app.workspace, Actor::System).await.unwrap();
        work.enqueue(&SendPasswordReset { workspace: app.workspace, fingerprint: fingerprint.clone() })
            .unwrap();
        work.commit().await.unwrap();
        app.run_jobs().await;
    };
    server.next(Script::Refuse(Verb::Mail, "530 5.7.0 sign in first"));
    request().await;
    assert_eq!(
        (
            server.taken().len(),
            list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap().len()
        ),
        (0, 1)
    );
    request().await;
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_version_queued_waits_for_it() {
    let app = TestApp::new().await.leaving_jobs();
    queue(&app, "of_a_newer_version", true).await;
    assert_eq!(app.run_jobs().await, 0);
    let row = only(&app).await;
    assert_eq!((row.attempts, row.parked_at, row.lease), (0, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_gives_a_job_all_its_attempts_back() {
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    app.app.ledger.db.touch("UPDATE job SET attempts = 59", vec![]).await.unwrap();
    let (begun, now) = (Arc::new(Mutex::new(Vec::new())), app.app.now());
    let seen = Arc::clone(&begun);
    let batches = runner(&app, move |run| {
        let mut begun = seen.lock().unwrap();
        begun.push(run.attempt);
        match begun.len() {
            200 => Err(Error::internal("one error")),
            _ => Ok(Outcome::Later(now)),
        }
    });
    assert_eq!(batches.drain().await.unwrap(), 200);
    let begun = begun.lock().unwrap().clone();
    assert_eq!((begun[0], begun[1], begun[199]), (60, 1, 1));
    let row = only(&app).await;
    assert!(row.parked_at.is_none() && row.run_at > now, "one error after much work is one error");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_held_until_its_end_is_written_and_is_not_run_twice() {
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    let ran = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&ran);
    let refusal = Refusal::begin(&app, "DELETE", "job").await;
    let worker = runner(&app, move |_| {
        *seen.lock().unwrap() += 1;
        Ok(Outcome::Done)
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    until("it ran", async || *ran.lock().unwrap() == 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(only(&app).await.lease.is_some(), "its end could not be written");
    refusal.end(&app).await;
    until("its end is written", async || all(&app).await.is_empty()).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(*ran.lock().unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_held_keeps_its_lease() {
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    queue(&app, "expire_opt_ins", false).await;
    let worker = runner(&app, |_| Ok(Outcome::Done));
    let claimed = worker.claim(2, true).await.unwrap();
    assert_eq!(claimed.len(), 2);
    app.advance(TimeDelta::seconds(100));
    worker.beat(std::iter::once(claimed[0].id)).await.unwrap();
    app.advance(TimeDelta::seconds(100));
    let other = runner(&app, |_| Ok(Outcome::Done));
    assert!(
        other.claim(2, false).await.unwrap().is_empty(),
        "after an outage, those who hold jobs come first"
    );
    let taken = other.claim(2, true).await.unwrap();
    assert_eq!(
        taken.iter().map(|run| run.id).collect::<Vec<_>>(),
        [claimed[1].id],
        "nobody held it any more"
    );
    app.advance(TimeDelta::seconds(121));
    assert_eq!(app.run_jobs().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_parked_with_its_entry_or_not_at_all() {
    let app = TestApp::new().await;
    queue(&app, "send_invitation", true).await;
    let refusal = Refusal::begin(&app, "INSERT", "journal").await;
    let parks = runner(&app, |_| Ok(Outcome::Park("broken")));
    let draining = tokio::spawn(async move { parks.drain().await });
    until("it ran", async || only(&app).await.lease.is_some()).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(only(&app).await.parked_at.is_none());
    refusal.end(&app).await;
    assert_eq!(draining.await.unwrap().unwrap(), 1);
    assert!(only(&app).await.parked_at.is_some());
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "job.parked").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_every_job_and_runs_again_or_deletes_what_does_not_run() {
    let app = TestApp::new().await;
    queue(&app, "send_invitation", true).await;
    queue(&app, "purge_opt_ins", false).await;
    runner(&app, |_| Ok(Outcome::Park("broken"))).drain().await.unwrap();
    let listed = accounts::list_jobs(&app.app, false).await.unwrap();
    let of = |workspace: Option<&str>| {
        listed.iter().find(|job| job.workspace.as_deref() == workspace).expect("listed").row.id
    };
    let (invitation, purge) = (of(Some("lumen")), of(None));
    accounts::retry_any_job(&app.app, purge).await.unwrap();
    assert_eq!(runner(&app, |_| Ok(Outcome::Done)).claim(9, true).await.unwrap().len(), 1);
    assert!(matches!(accounts::drop_job(&app.app, purge).await, Err(Error::Rejected(_))), "it runs");
    accounts::drop_job(&app.app, invitation).await.unwrap();
    assert!(matches!(accounts::retry_any_job(&app.app, invitation).await, Err(Error::NotFound)));
    let entry = app.journal().await.pop().unwrap();
    assert_eq!((entry.kind.as_str(), entry.object), ("job.dropped", Some(invitation.to_string())));
    app.advance(TimeDelta::seconds(121));
    assert_eq!(app.run_jobs().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_wait_for_a_slow_server_leave_room_for_everything_else() {
    let app = TestApp::new().await;
    for at in 0..6 {
        queue(&app, "send_invitation", true).await;
        app.app.ledger.db.touch("UPDATE job SET dedupe_key = NULL, priority = 1", vec![]).await.unwrap();
        assert_eq!(all(&app).await.len(), at + 1);
    }
    queue(&app, "purge_opt_ins", false).await;
    let (answer, waits) = watch::channel(false);
    let begun = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&begun);
    let dispatch: Dispatch = Arc::new(move |run| {
        seen.lock().unwrap().push(run.kind.clone());
        let mut waits = waits.clone();
        Box::pin(async move {
            if run.kind == "send_invitation" {
                waits.wait_for(|answered| *answered).await.unwrap();
            }
            Ok(Outcome::Done)
        })
    });
    let worker =
        Runner::new(app.app.ledger.clone(), jobs::kinds(), dispatch, 4).with_slow(&["send_invitation"]);
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    until("the other one is done", async || all(&app).await.iter().all(|row| row.kind == "send_invitation"))
        .await;
    assert_eq!(begun.lock().unwrap().iter().filter(|kind| *kind == "send_invitation").count(), 3);
    answer.send(true).unwrap();
    until("all are done", async || all(&app).await.is_empty()).await;
    stop.send(true).unwrap();
    running.await.unwrap();
}

// The clock is set back

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_an_hour_delays_nothing_that_is_due() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.advance(TimeDelta::hours(-1));
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_an_hour_makes_a_job_wait_no_longer_than_it_was_told() {
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    let fails = runner(&app, |_| Ok(Outcome::Retry("broken")));
    fails.drain().await.unwrap();
    let told = only(&app).await.run_at - app.app.now();
    app.advance(TimeDelta::hours(-1));
    fails.mend_times(&mut Seen::default(), Instant::now()).await.unwrap();
    assert_eq!(only(&app).await.run_at, app.app.now() + told);
    app.advance(told);
    assert_eq!(app.run_jobs().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_an_hour_does_not_keep_the_jobs_of_a_dead_worker() {
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    queue(&app, "expire_opt_ins", false).await;
    let (dead, alive) = (runner(&app, |_| Ok(Outcome::Done)), runner(&app, |_| Ok(Outcome::Done)));
    let lost = dead.claim(1, true).await.unwrap().remove(0);
    let held = alive.claim(1, true).await.unwrap().remove(0);
    app.advance(TimeDelta::hours(-1));
    let (other, mut seen, begun) = (runner(&app, |_| Ok(Outcome::Done)), Seen::default(), Instant::now());
    other.mend_times(&mut seen, begun).await.unwrap();
    alive.beat(std::iter::once(held.id)).await.unwrap();
    other.mend_times(&mut seen, begun + Duration::from_mins(1)).await.unwrap();
    assert!(other.claim(9, true).await.unwrap().is_empty(), "not yet: it may be alive");
    other.mend_times(&mut seen, begun + Duration::from_secs(121)).await.unwrap();
    let taken: Vec<JobId> = other.claim(9, true).await.unwrap().iter().map(|run| run.id).collect();
    assert_eq!(taken, [lost.id]);
    app.advance(TimeDelta::hours(2));
    assert_eq!(app.run_jobs().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_a_day_does_not_stop_the_schedules() {
    let app = TestApp::new().await;
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    app.advance(TimeDelta::days(-1));
    jobs::queue_due(&app.app).await.unwrap();
    assert!(app.run_jobs().await >= 5, "every schedule with a period of less than a day");
    jobs::queue_due(&app.app).await.unwrap();
    assert_eq!(app.run_jobs().await, 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_an_hour_does_not_make_a_visitor_wait_for_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    app.advance(TimeDelta::hours(-1));
    let fields = [
        ("ticket", ticket.as_str()),
        ("language", "en"),
        ("email", "ada@example.org"),
        ("consent", "newsletter:email"),
    ];
    assert_eq!(app.visitor().post_form(&format!("/forms/{}", form.id), &fields).await.status, 303);
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_job_survives_a_change_of_its_row() {
    // A row that another worker has taken over belongs to that worker: the first one's result changes
    // nothing.
    let app = TestApp::new().await;
    queue(&app, "purge_opt_ins", false).await;
    let first = runner(&app, |_| Ok(Outcome::Done)).claim(1, true).await.unwrap().remove(0);
    let mut row = only(&app).await.into_active_model();
    row.lease = Set(Some("another".to_owned()));
    job::Entity::update(row).exec(app.app.db()).await.unwrap();
    let mut work = app.app.begin(app.workspace, Actor::System).await.unwrap();
    assert!(matches!(work.finish(&first).await, Err(Error::Conflict)));
    drop(work);
    app.advance(TimeDelta::seconds(121));
    assert_eq!(app.run_jobs().await, 1);
}
