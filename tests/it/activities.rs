//! Activities: logged, corrected, finished, archived, and listed around contacts, companies and deals.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::TimeDelta;
use entity::{CompanyId, DealId, MemberId, Role};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, rows};

const LOG: &str = "mutation($input: LogActivityInput!) { logActivity(input: $input) {
    activity { id kind subject body occurredAt dueAt doneAt author version contact { id } } userErrors { code field } } }";

async fn log(client: &Client<'_>, input: Value) -> Value {
    client.gql(LOG, json!({ "input": input })).await["logActivity"].clone()
}

/// Each user error as `CODE field`.
async fn refused(client: &Client<'_>, input: Value) -> Vec<String> {
    let answer = log(client, input).await;
    assert_eq!(answer["activity"], Value::Null, "{answer:#}");
    faults(&answer)
}

fn faults(answer: &Value) -> Vec<String> {
    let errors = answer["userErrors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| format!("{} {}", error["code"].as_str().unwrap(), error["field"].as_str().unwrap()))
        .collect()
}

async fn contact_of(app: &TestApp, email: &str) -> String {
    let form = app.newsletter_form().await;
    app.confirmed(&form, email).await;
    let rows = entity::contact::Entity::find().all(app.app.db()).await.unwrap();
    rows.last().unwrap().id.to_string()
}

async fn last_contact_at(client: &Client<'_>, contact: &str) -> Value {
    client.gql("query($id: ID!) { contact(id: $id) { lastContactAt } }", json!({ "id": contact })).await["contact"]["lastContactAt"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_and_what_is_to_be_done_is_logged_and_listed_the_newest_first() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let now = app.app.now();
    let at = |days: i64| (now + TimeDelta::days(days)).to_rfc3339();
    for input in [
        json!({ "kind": "CALL", "subject": " Called about the lamps ", "body": "She wants\r\ntwo.", "occurredAt": at(-2), "contactId": contact }),
        json!({ "kind": "MEETING", "subject": "Visit", "occurredAt": at(7), "contactId": contact }),
        json!({ "kind": "TASK", "subject": "Send the quote", "dueAt": at(1), "contactId": contact }),
    ] {
        let answer = log(&client, input).await;
        assert_eq!(answer["userErrors"], json!([]));
        assert_eq!(answer["activity"]["contact"]["id"], contact);
        assert!(answer["activity"]["author"].as_str().unwrap().starts_with("api_key_"), "{answer:#}");
    }
    let text = "query($id: ID!) { contact(id: $id) { activities(first: 10) { totalCount nodes { kind subject body occurredAt dueAt doneAt version } } } }";
    let list = client.gql(text, json!({ "id": contact })).await["contact"]["activities"].clone();
    assert_eq!(list["totalCount"], 3);
    let subjects: Vec<&str> =
        list["nodes"].as_array().unwrap().iter().map(|node| node["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Visit", "Send the quote", "Called about the lamps"]);
    assert_eq!(list["nodes"][2]["body"], "She wants\ntwo.");
    assert_eq!(list["nodes"][1]["doneAt"], Value::Null);
    let entries = app.journal().await;
    let logged: Vec<_> = entries.iter().filter(|entry| entry.kind == "activity.logged").collect();
    assert_eq!(logged.len(), 3);
    assert!(logged.iter().all(|entry| entry.subject.as_deref() == Some(contact.as_str())));
    assert!(
        entries.iter().all(|entry| !entry.bytes.contains("lamps") && !entry.bytes.contains("two.")),
        "no words of people in the journal"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_that_makes_no_sense_is_refused_and_every_fault_is_named() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let now = app.app.now();
    let later = (now + TimeDelta::hours(1)).to_rfc3339();
    let with = |change: Value| {
        let mut input = json!({ "kind": "CALL", "subject": "s", "contactId": contact });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        input
    };
    for (change, expected) in [
        (json!({ "subject": "  " }), "REQUIRED subject"),
        (json!({ "subject": "x".repeat(301) }), "TOO_LONG subject"),
        (json!({ "subject": "a\nb" }), "INVALID subject"),
        (json!({ "body": "x".repeat(10_001) }), "TOO_LONG body"),
        (json!({ "occurredAt": later }), "INVALID occurredAt"),
        (json!({ "occurredAt": "1969-12-31T23:59:59Z" }), "INVALID occurredAt"),
        (
            json!({ "kind": "MEETING", "occurredAt": (now + TimeDelta::days(4000)).to_rfc3339() }),
            "INVALID occurredAt",
        ),
        (json!({ "dueAt": later }), "INVALID dueAt"),
        (json!({ "contactId": null }), "REQUIRED contactId"),
        (json!({ "contactId": entity::ContactId::new().to_string() }), "NOT_FOUND contactId"),
        (json!({ "contactId": "no id" }), "NOT_FOUND contactId"),
        (json!({ "companyId": CompanyId::new().to_string() }), "NOT_FOUND companyId"),
        (json!({ "dealId": DealId::new().to_string() }), "NOT_FOUND dealId"),
        (json!({ "assigneeId": MemberId::new().to_string() }), "NOT_FOUND assigneeId"),
        (json!({ "kind": "NOTE", "fromThePerson": true }), "INVALID fromThePerson"),
        (json!({ "kind": "DEMO", "occurredAt": later, "fromThePerson": true }), "INVALID fromThePerson"),
        (json!({ "idempotencyKey": "" }), "INVALID idempotencyKey"),
    ] {
        assert_eq!(refused(&client, with(change.clone())).await, [expected], "{change}");
    }
    let several =
        json!({ "kind": "CALL", "subject": "", "dueAt": later, "assigneeId": MemberId::new().to_string() });
    assert_eq!(
        refused(&client, several).await,
        ["REQUIRED subject", "INVALID dueAt", "REQUIRED contactId", "NOT_FOUND assigneeId"]
    );
    let invited = rows::invited_member(&app, app.workspace).await.to_string();
    assert_eq!(refused(&client, with(json!({ "assigneeId": invited }))).await, ["WRONG_STATE assigneeId"]);
    assert_eq!(app.count("activity").await, 0);
    let fine = with(
        json!({ "subject": "x".repeat(300), "body": "x".repeat(10_000), "occurredAt": (now + TimeDelta::minutes(4)).to_rfc3339() }),
    );
    assert_eq!(log(&client, fine).await["userErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_act_of_the_person_moves_their_last_contact_and_never_backwards() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let confirmed = last_contact_at(&client, &contact).await;
    app.advance(TimeDelta::days(10));
    let at = |days: i64| json!((app.app.now() - TimeDelta::days(days)).to_rfc3339());
    for alone in [
        json!({ "kind": "CALL", "subject": "Nobody answered", "contactId": contact, "fromThePerson": false }),
        json!({ "kind": "EMAIL", "subject": "We wrote", "contactId": contact }),
        json!({ "kind": "NOTE", "subject": "A thought", "contactId": contact }),
        json!({ "kind": "TASK", "subject": "Call her", "contactId": contact }),
        json!({ "kind": "MEETING", "subject": "Next week", "contactId": contact, "occurredAt": at(-7) }),
    ] {
        log(&client, alone).await;
    }
    assert_eq!(
        last_contact_at(&client, &contact).await,
        confirmed,
        "what we do is no sign of life of theirs"
    );
    log(
        &client,
        json!({ "kind": "MEETING", "subject": "We met", "occurredAt": at(3), "contactId": contact }),
    )
    .await;
    let met = last_contact_at(&client, &contact).await;
    assert!(met.as_str().unwrap() > confirmed.as_str().unwrap(), "a meeting is one");
    log(&client, json!({ "kind": "EMAIL", "subject": "She wrote", "occurredAt": at(2), "contactId": contact, "fromThePerson": true })).await;
    let wrote = last_contact_at(&client, &contact).await;
    assert!(wrote.as_str().unwrap() > met.as_str().unwrap());
    log(&client, json!({ "kind": "CALL", "subject": "She had called before", "occurredAt": at(5), "contactId": contact, "fromThePerson": true }))
        .await;
    assert_eq!(last_contact_at(&client, &contact).await, wrote, "never backwards");
    let said: Vec<bool> = app
        .journal()
        .await
        .iter()
        .filter(|entry| entry.kind == "activity.logged")
        .map(|entry| entry.bytes.contains("\"from\":\"person\""))
        .collect();
    assert_eq!(said, [false, false, false, false, false, true, true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_with_the_same_key_logs_once() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "kind": "CALL", "subject": "Once", "contactId": contact, "idempotencyKey": "k1" });
    let (first, again) = (log(&client, input.clone()).await, log(&client, input).await);
    assert_eq!(first["activity"]["id"], again["activity"]["id"]);
    assert_eq!(app.count("activity").await, 1);
    let other = json!({ "kind": "CALL", "subject": "Another", "contactId": contact, "idempotencyKey": "k1" });
    assert_eq!(refused(&client, other).await, ["KEY_REUSED idempotencyKey"]);
}

const UPDATE: &str = "mutation($input: UpdateActivityInput!) { updateActivity(input: $input) {
    activity { subject body dueAt version contact { id } } userErrors { code field } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_needs_the_version_that_was_read_and_names_what_changed() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let due = (app.app.now() + TimeDelta::days(1)).to_rfc3339();
    let task =
        log(&client, json!({ "kind": "TASK", "subject": "Send it", "dueAt": due, "contactId": contact }))
            .await["activity"]["id"]
            .clone();
    let update = async |change: Value| {
        let mut input = json!({ "activityId": task });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        client.gql(UPDATE, json!({ "input": input })).await["updateActivity"].clone()
    };
    let nothing = update(json!({ "expectedVersion": 1, "subject": "Send it" })).await;
    assert_eq!(nothing["activity"]["version"], 1, "what changes nothing leaves no trace");
    let changed = update(json!({ "expectedVersion": 1, "body": "By post.", "dueAt": null })).await;
    assert_eq!(
        (&changed["activity"]["body"], &changed["activity"]["dueAt"]),
        (&json!("By post."), &Value::Null),
        "{changed:#}"
    );
    assert_eq!(changed["activity"]["version"], 2);
    let entry = app.journal().await.pop().unwrap();
    assert_eq!(entry.kind, "activity.updated");
    assert!(entry.bytes.contains(r#""fields":["body","due_at"]"#), "{}", entry.bytes);
    assert_eq!(
        faults(&update(json!({ "expectedVersion": 1, "subject": "Mine" })).await),
        ["STALE expectedVersion"]
    );
    assert_eq!(
        faults(&update(json!({ "expectedVersion": 2, "contactId": null })).await),
        ["REQUIRED contactId"]
    );
    assert_eq!(faults(&update(json!({ "expectedVersion": 2, "subject": null })).await), ["REQUIRED subject"]);
    let company = rows::company(&app, app.workspace).await.to_string();
    let moved = update(json!({ "expectedVersion": 2, "contactId": null, "companyId": company })).await;
    assert_eq!(moved["activity"]["contact"], Value::Null, "{moved:#}");
    assert!(app.journal().await.pop().unwrap().bytes.contains(&format!("\"formerContact\":\"{contact}\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_finished_once_opened_again_and_an_activity_leaves_the_lists_and_comes_back() {
    let app = TestApp::new().await;
    let contact = contact_of(&app, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let task = log(&client, json!({ "kind": "TASK", "subject": "Call back", "contactId": contact })).await["activity"]["id"].clone();
    let call =
        log(&client, json!({ "kind": "CALL", "subject": "Called", "contactId": contact })).await["activity"]
            ["id"]
            .clone();
    let act = async |what: &str, id: &Value| {
        let text = format!(
            "mutation($id: ID!) {{ {what}(input: {{ activityId: $id }}) {{ activity {{ doneAt archivedAt version }} userErrors {{ code field }} }} }}"
        );
        client.gql(&text, json!({ "id": id })).await[what].clone()
    };
    let done = act("finishTask", &task).await["activity"].clone();
    assert!(done["doneAt"].is_string());
    app.advance(TimeDelta::hours(1));
    assert_eq!(act("finishTask", &task).await["activity"], done, "the first time stays");
    assert_eq!(act("reopenTask", &task).await["activity"]["doneAt"], Value::Null);
    assert_eq!(faults(&act("finishTask", &call).await), ["WRONG_STATE activityId"]);
    assert!(act("archiveActivity", &task).await["activity"]["archivedAt"].is_string());
    assert_eq!(faults(&act("finishTask", &task).await), ["WRONG_STATE activityId"]);
    let listed = async || {
        let text =
            "query($id: ID!) { contact(id: $id) { activities(first: 10) { totalCount nodes { subject } } } }";
        let list = client.gql(text, json!({ "id": contact })).await["contact"]["activities"].clone();
        (list["totalCount"].clone(), list["nodes"].as_array().unwrap().len())
    };
    assert_eq!(listed().await, (json!(1), 1));
    assert_eq!(act("restoreActivity", &task).await["activity"]["archivedAt"], Value::Null);
    assert_eq!(act("restoreActivity", &task).await["userErrors"], json!([]), "twice is as once");
    assert_eq!(listed().await, (json!(2), 2));
    let kinds: Vec<String> =
        app.journal_kinds().await.into_iter().filter(|kind| kind.starts_with("activity.")).collect();
    assert_eq!(
        kinds,
        [
            "activity.logged",
            "activity.logged",
            "activity.finished",
            "activity.reopened",
            "activity.archived",
            "activity.restored"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lists_below_many_contacts_take_as_many_statements_as_below_one_and_turn_their_pages_both_ways() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for at in 0..6 {
        app.confirmed(&form, &format!("person{at}@example.org")).await;
    }
    let client = app.api_key(Role::Sales).await;
    let contacts = entity::contact::Entity::find().all(app.app.db()).await.unwrap();
    for contact in &contacts {
        for at in 0..5_i64 {
            let when = (app.app.now() - TimeDelta::hours(at / 2)).to_rfc3339();
            let input = json!({ "kind": "CALL", "subject": format!("call {at}"), "occurredAt": when, "contactId": contact.id.to_string() });
            assert_eq!(log(&client, input).await["userErrors"], json!([]));
        }
    }
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = statements.clone();
    let db = accord::platform::db::Db::connect(&app.url, 4).await.unwrap().hearing(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let heard = accord::app::App::build(
        app.app.config.clone(),
        db,
        app.app.ledger.clock.clone(),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let caller = accord::accounts::authenticate(&heard, &client.key).await.unwrap();
    let schema = accord::graphql::schema::build(&heard);
    let mut counts = Vec::new();
    for first in [1, 6] {
        statements.store(0, Ordering::Relaxed);
        let text = format!(
            "{{ contacts(first: {first}) {{ nodes {{ activities(first: 2) {{ totalCount nodes {{ subject }} }} }} }} }}"
        );
        let answer = schema
            .execute(accord::graphql::schema::prepare(async_graphql::Request::new(text), &heard, caller))
            .await;
        let answer = serde_json::to_value(answer).unwrap();
        let nodes = answer["data"]["contacts"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        assert!(nodes.iter().all(|node| node["activities"]["totalCount"] == 5
            && node["activities"]["nodes"].as_array().unwrap().len() == 2));
        counts.push(statements.load(Ordering::Relaxed));
    }
    assert_eq!(counts[0], counts[1], "the number of statements does not depend on the number of contacts");

    for (size, cursor, from, more) in
        [("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")]
    {
        let (mut seen, mut place) = (Vec::new(), String::new());
        loop {
            let text = format!(
                "query($id: ID!) {{ contact(id: $id) {{ activities({size}: 2{place}) {{ nodes {{ id }} pageInfo {{ {from} {more} }} }} }} }}"
            );
            let list =
                client.gql(&text, json!({ "id": contacts[0].id.to_string() })).await["contact"]["activities"]
                    .clone();
            let mut ids: Vec<String> = list["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["id"].as_str().unwrap().to_owned())
                .collect();
            if size == "last" {
                ids.reverse();
            }
            seen.extend(ids);
            if list["pageInfo"][more] == false {
                break;
            }
            place = format!(", {cursor}: {}", list["pageInfo"][from]);
        }
        let mut expected = entity::activity::Entity::find().all(app.app.db()).await.unwrap();
        expected.retain(|row| row.contact_id == Some(contacts[0].id));
        expected.sort_by_key(|row| std::cmp::Reverse((row.occurred_at, row.id)));
        let mut expected: Vec<String> = expected.into_iter().map(|row| row.id.to_string()).collect();
        if size == "last" {
            expected.reverse();
        }
        assert_eq!(seen, expected, "{size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_due_at_a_time_or_on_a_day_and_both_stand_in_one_order() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let contact = contact_of(&app, "ada@example.org").await;
    let today = app.app.now().date_naive();
    let day = |days: i64| (today + TimeDelta::days(days)).to_string();
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) { activity { id dueAt dueOn } userErrors { code field } } }";
    let set = async |subject: &str, due: Value| {
        let mut input = json!({ "kind": "TASK", "subject": subject, "contactId": contact });
        input.as_object_mut().unwrap().extend(due.as_object().unwrap().clone());
        client.gql(text, json!({ "input": input })).await["logActivity"].clone()
    };
    let noon = |days: i64| format!("{}T12:00:00Z", day(days));
    set("the day after", json!({ "dueOn": day(2) })).await;
    let made = set("tomorrow", json!({ "dueOn": day(1) })).await;
    assert_eq!(
        (&made["activity"]["dueOn"], &made["activity"]["dueAt"]),
        (&json!(day(1)), &Value::Null),
        "{made:#}"
    );
    set("tomorrow at noon", json!({ "dueAt": noon(1) })).await;
    set("whenever", json!({})).await;
    for (due, fault) in [
        (json!({ "dueOn": "2026-02-30" }), "dueOn"),
        (json!({ "dueOn": "2026-2-3" }), "dueOn"),
        (json!({ "dueOn": "9999-12-31" }), "dueOn"),
        (json!({ "dueOn": day(1), "dueAt": noon(1) }), "dueOn"),
        (json!({ "dueOn": day(1), "kind": "CALL" }), "dueOn"),
    ] {
        let refused = set("x", due.clone()).await;
        assert_eq!(refused["userErrors"], json!([{ "code": "INVALID", "field": fault }]), "{due}");
    }
    let list = async |arguments: &str| {
        let text = format!("{{ activities(first: 10, {arguments}) {{ nodes {{ subject }} }} }}");
        let seen = client.gql(&text, json!({})).await;
        let nodes = seen["activities"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["subject"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        list("orderBy: { field: DUE_AT }").await,
        ["tomorrow at noon", "tomorrow", "the day after", "whenever"]
    );
    assert_eq!(
        list(&format!(
            "filter: {{ dueAt: {{ lt: \"{}T00:00:00Z\" }} }}, orderBy: {{ field: DUE_AT }}",
            day(2)
        ))
        .await,
        ["tomorrow at noon", "tomorrow"]
    );
    assert_eq!(list(&format!("filter: {{ dueOn: {{ eq: \"{}\" }} }}", day(1))).await, ["tomorrow"]);
    // A due time replaces a due day and vice versa; null clears the one it is given for.
    let update = "mutation($input: UpdateActivityInput!) { updateActivity(input: $input) { activity { dueAt dueOn } userErrors { code field } } }";
    let id = made["activity"]["id"].clone();
    for (version, change, due_at, due_on) in [
        (1, json!({ "dueAt": null }), Value::Null, json!(day(1))),
        (1, json!({ "dueAt": noon(3) }), json!(noon(3)), Value::Null),
        (2, json!({ "dueOn": null }), json!(noon(3)), Value::Null),
        (2, json!({ "dueOn": day(4) }), Value::Null, json!(day(4))),
        (3, json!({ "dueAt": null, "dueOn": null }), Value::Null, Value::Null),
    ] {
        let mut input = json!({ "activityId": id, "expectedVersion": version });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let changed = client.gql(update, json!({ "input": input })).await["updateActivity"].clone();
        assert_eq!(changed["userErrors"], json!([]), "{change}");
        let seen = changed["activity"]["dueAt"].as_str().map(|at| at.parse::<entity::Time>().unwrap());
        assert_eq!(seen, due_at.as_str().map(|at| at.parse::<entity::Time>().unwrap()), "{change}");
        assert_eq!(changed["activity"]["dueOn"], due_on, "{change}");
    }
}
