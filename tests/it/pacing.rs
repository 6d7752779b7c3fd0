//! Floods: flooding one address, form or recipient domain delays nobody else, and budgets count only what is
//! mailed.

use std::{sync::Arc, time::Duration};

use accord::{
    config::{Budgets, Config},
    forms::definition::ConsentOffer,
    platform::{mailer::Mailer, rate_limit::Budget},
};
use chrono::TimeDelta;
use entity::{Channel, EntryId, OptInState, SuppressionReason, job, opt_in, suppression};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::support::{TestApp, TestForm, definition};

/// With these mail budgets per ten minutes; all other budgets are unlimited.
async fn with_mails(per_form: u32, per_domain: u32, per_workspace: u32) -> TestApp {
    let few = |name, most| Budget { name, most, window: Duration::from_mins(10) };
    let budgets = Budgets {
        mails_per_form: few("mail_form", per_form),
        mails_per_domain: few("mail_domain", per_domain),
        mails_per_workspace: few("mail_workspace", per_workspace),
        ..Budgets::unlimited()
    };
    TestApp::with(Some(Mailer::Memory(Arc::default())), |config| Config { budgets, ..config }).await
}

async fn post(app: &TestApp, form: &TestForm, email: &str) {
    // `submit` advances the clock by three seconds for its ticket: going back first keeps everything within
    // one ten-minute window.
    app.advance(TimeDelta::seconds(-3));
    app.visitor().submit(form, email).await;
}

/// Another form for the same newsletter.
async fn again(app: &TestApp, form: &TestForm) -> TestForm {
    let offer = ConsentOffer { purpose_id: form.newsletter, channel: Channel::Email };
    app.publish_in(app.workspace, definition(vec![offer], None), form.newsletter).await
}

/// `count` addresses, each at a domain of its own.
fn elsewhere(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{name}@{name}{n}.example")).collect()
}

async fn held(app: &TestApp) -> usize {
    app.journal_kinds().await.iter().filter(|kind| *kind == "mail.held").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_at_one_address_is_one_mail_in_every_budget_and_the_next_visitors_get_theirs_at_once() {
    let app = with_mails(4, 1000, 1000).await;
    let form = app.newsletter_form().await;
    for _ in 0..30 {
        post(&app, &form, "victim@example.org").await;
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 1);
    for email in elsewhere("next", 3) {
        post(&app, &form, &email).await;
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), 1, "{email} waits for nobody");
    }
    assert_eq!((held(&app).await, app.count("submission").await), (0, 33));
    // The budget works: a fifth mail of this form is held back.
    post(&app, &form, "fifth@example.org").await;
    app.run_jobs().await;
    assert_eq!((app.mails_to("fifth@example.org").len(), held(&app).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_mailed_counts_in_no_budget() {
    let app = with_mails(3, 1000, 1000).await;
    let form = app.newsletter_form().await;
    let fingerprint = |email: &str| app.app.vault.fingerprint(app.workspace, email);
    // One clicked "this was not me", another reported the mail as spam.
    post(&app, &form, "declined@example.org").await;
    app.run_jobs().await;
    let link = app.only_mail_to("declined@example.org").link("confirm");
    app.visitor().post_form(&format!("{link}/decline"), &[]).await;
    let complaint = suppression::ActiveModel {
        workspace_id: Set(app.workspace),
        fingerprint: Set(fingerprint("complained@example.org")),
        scope: Set("ALL".to_owned()),
        reason: Set(SuppressionReason::Complaint),
        at: Set(app.app.now()),
        entry_id: Set(EntryId::new()),
    };
    suppression::Entity::insert(complaint).exec_without_returning(app.app.db()).await.unwrap();
    for _ in 0..5 {
        post(&app, &form, "declined@example.org").await;
        post(&app, &form, "complained@example.org").await;
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 1);
    for email in elsewhere("next", 2) {
        post(&app, &form, &email).await;
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), 1, "{email}");
    }
    assert_eq!(held(&app).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_mail_counts_in_the_window_it_goes_out_in_and_not_in_this_one() {
    let app = with_mails(10, 1000, 25).await;
    let flooded = app.newsletter_form().await;
    let other = again(&app, &flooded).await;
    for email in elsewhere("bot", 30) {
        post(&app, &flooded, &email).await;
    }
    app.run_jobs().await;
    assert_eq!((app.mails().len(), held(&app).await), (10, 20));
    // Ten of the workspace's 25 are used in this window, not 30.
    for email in elsewhere("next", 10) {
        post(&app, &other, &email).await;
    }
    app.run_jobs().await;
    assert_eq!((app.mails().len(), held(&app).await), (20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_are_flooded_leave_the_others_their_share_of_the_workspace() {
    // A twentieth of 40 is 2.
    let app = with_mails(30, 1000, 40).await;
    let one = app.newsletter_form().await;
    let (two, quiet) = (again(&app, &one).await, again(&app, &one).await);
    for (form, name) in [(&one, "one"), (&two, "two")] {
        for email in elsewhere(name, 30) {
            post(&app, form, &email).await;
        }
    }
    app.run_jobs().await;
    assert_eq!((app.mails().len(), held(&app).await), (40, 20));
    for (email, sent) in elsewhere("visitor", 3).into_iter().zip([1, 1, 0]) {
        post(&app, &quiet, &email).await;
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), sent, "{email}");
    }
    // Another workspace has its own budgets.
    let there = app.newsletter_form_in(app.other_workspace("other").await).await;
    post(&app, &there, "elsewhere@example.org").await;
    app.run_jobs().await;
    assert_eq!(app.mails_to("elsewhere@example.org").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_at_one_recipient_domain_leaves_a_part_of_the_form_to_the_others() {
    let app = with_mails(8, 1000, 1000).await;
    let form = app.newsletter_form().await;
    for n in 0..20 {
        post(&app, &form, &format!("bot{n}@flooded.example")).await;
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 6, "three quarters of the form's");
    for email in elsewhere("next", 2) {
        post(&app, &form, &email).await;
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), 1, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_queue_a_flood_stands_behind_everybody_else() {
    // A twentieth of 40 is 2: from its third mail on, a form's mails are queued behind those of others.
    let app = with_mails(40, 40, 40).await;
    let flooded = app.newsletter_form().await;
    let quiet = again(&app, &flooded).await;
    for _ in 0..10 {
        post(&app, &flooded, "victim@example.org").await;
    }
    post(&app, &flooded, "other@example.net").await;
    post(&app, &quiet, "quiet@example.com").await;
    let jobs = job::Entity::find().all(app.app.db()).await.unwrap();
    let count = |priority: i32| jobs.iter().filter(|job| job.priority == priority).count();
    assert_eq!(
        (count(10), count(30), count(40)),
        (3, 4, 5),
        "quiet, the busy form, one mailbox again and again"
    );
    app.run_jobs().await;
    let mut rows = opt_in::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    let place = |email: &str| {
        let fingerprint = app.app.vault.fingerprint(app.workspace, email);
        rows.iter().position(|row| row.fingerprint == fingerprint).unwrap()
    };
    assert_eq!((place("quiet@example.com"), place("other@example.net")), (2, 6));
    assert!(
        rows.iter().all(|row| row.state == OptInState::Waiting) && rows.len() == 12,
        "every one of them is kept"
    );
    assert_eq!(app.mails().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_mails_are_spread_over_their_window_and_stand_behind_those_of_quiet_forms() {
    let app = with_mails(4, 40, 40).await;
    let form = app.newsletter_form().await;
    let begun = app.app.now();
    for email in elsewhere("bot", 12) {
        post(&app, &form, &email).await;
    }
    app.run_jobs().await;
    let mut jobs = job::Entity::find().all(app.app.db()).await.unwrap();
    jobs.sort_by_key(|job| job.run_at);
    let minutes: Vec<i64> = jobs.iter().map(|job| (job.run_at - begun).num_seconds()).collect();
    assert_eq!(minutes, [600, 750, 900, 1050, 1200, 1350, 1500, 1650]);
    // The third and fourth mail of each window exceed the form's share of two.
    assert_eq!(jobs.iter().map(|job| job.priority).collect::<Vec<_>>(), [5, 5, 25, 25, 5, 5, 25, 25]);
    app.advance(TimeDelta::minutes(30));
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_mail_is_held_its_mailbox_gets_no_second_one() {
    let app = with_mails(2, 1000, 1000).await;
    let form = app.newsletter_form().await;
    for email in elsewhere("bot", 2) {
        post(&app, &form, &email).await;
    }
    post(&app, &form, "ada@example.org").await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(6));
    post(&app, &form, "ada@example.org").await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(30));
    app.run_jobs().await;
    let mail = app.only_mail_to("ada@example.org");
    let page = app.visitor().get(&mail.link("confirm")).await;
    assert!(
        page.words().contains("Also waiting for your answer"),
        "behind the one link, both are asked about: {}",
        page.words()
    );
}
