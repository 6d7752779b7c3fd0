//! Idempotency keys (`platform/once.rs`), as every creating mutation uses them.

use accord::{
    error::{Error, ProblemCode},
    jobs,
    platform::{actor::Actor, once::once, work::Entry},
};
use chrono::TimeDelta;

use crate::support::TestApp;

/// Creates something named `result` under a key; returns the name that the caller is told.
async fn create(app: &TestApp, key: &str, input: &str, result: &str) -> Result<String, Error> {
    let mut work = app.app.begin(app.workspace, Actor::Operator).await?;
    if let Some(made) = once(&work, &app.app.vault, "createThing", Some(key), &input, result).await? {
        return Ok(made);
    }
    work.record(Entry::new("thing.created"));
    work.commit().await?;
    Ok(result.to_owned())
}

async fn made(app: &TestApp) -> usize {
    app.journal_kinds().await.iter().filter(|kind| *kind == "thing.created").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_gets_the_first_result_and_other_input_under_the_key_is_refused() {
    let app = TestApp::new().await;
    assert_eq!(create(&app, "k", "a", "one").await.unwrap(), "one");
    assert_eq!(create(&app, "k", "a", "two").await.unwrap(), "one");
    match create(&app, "k", "b", "three").await {
        Err(Error::Rejected(problems)) => {
            assert_eq!(
                (problems[0].code, problems[0].field.as_deref()),
                (ProblemCode::KeyReused, Some("idempotencyKey"))
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(made(&app).await, 1);
    for key in ["", &"x".repeat(129)] {
        assert!(matches!(create(&app, key, "a", "four").await, Err(Error::Rejected(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_with_one_key_make_one_thing() {
    let app = TestApp::new().await;
    let results: Vec<String> = (0..12).map(|n| n.to_string()).collect();
    let outcomes =
        futures_util::future::join_all(results.iter().map(|result| create(&app, "k", "a", result))).await;
    let told: std::collections::BTreeSet<String> =
        outcomes.into_iter().map(|outcome| outcome.unwrap()).collect();
    assert_eq!((told.len(), made(&app).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_fails_leaves_its_key_free() {
    let app = TestApp::new().await;
    let work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    assert_eq!(once(&work, &app.app.vault, "createThing", Some("k"), &"a", "lost").await.unwrap(), None);
    drop(work);
    assert_eq!(create(&app, "k", "a", "kept").await.unwrap(), "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_the_key_is_free_again_and_the_schedule_deletes_it() {
    let app = TestApp::new().await;
    create(&app, "k", "a", "one").await.unwrap();
    create(&app, "other", "a", "two").await.unwrap();
    app.advance(TimeDelta::hours(24));
    assert_eq!(create(&app, "k", "b", "three").await.unwrap(), "three");
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count("idempotency_key").await, 1, "only the one of today is left");
}
