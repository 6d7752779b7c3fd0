//! The register of breaches (GDPR Art. 33 and 34): the clock, the people concerned by the journal, the notice to the
//! authority, and the mails to the people.

use accord::{
    jobs::queue_due,
    persons::{Merge, merge_contacts},
    platform::actor::Actor,
};
use chrono::TimeDelta;
use entity::{ActivityKind, ContactId, MailState, Role, activity, breach, breach_step, contact, mail};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    recipients::{disclose, recipient},
    support::{Client, TestApp, faults},
};

const RECORD: &str = "mutation($input: RecordBreachInput!) { recordBreach(input: $input) { breach { id version state risk dueAt overdue } userErrors { code field message } } }";
const UPDATE: &str = "mutation($input: UpdateBreachInput!) { updateBreach(input: $input) { breach { id version risk dueAt texts { facts } } userErrors { code field message } } }";
const FIND: &str = "mutation($input: FindBreachPeopleInput!) { findBreachPeople(input: $input) { breach { id } userErrors { code field } } }";
const READ: &str = "query($id: ID!, $told: Boolean) { breach(id: $id) { state version overdue authorityToldAt peopleToldAt peopleCount(told: $told)
    people(first: 100, told: $told) { contact { email } seen changed entries toldAt mailId } steps { kind text } texts { title facts } } }";
const TOLD: &str = "mutation($input: RecordAuthorityToldInput!) { recordAuthorityTold(input: $input) { breach { authorityToldAt } userErrors { code field } } }";

/// Records a breach of which we became aware just now: `input` on top of a title and facts.
async fn record(client: &Client<'_>, input: Value) -> Value {
    let mut all = json!({ "title": "A stolen key", "facts": "Zoltan Quimby stole an API key.", "awareAt": client.app.app.now().to_rfc3339() });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(RECORD, json!({ "input": all })).await["recordBreach"].clone()
}

async fn find(client: &Client<'_>, id: &Value, input: Value) -> Value {
    let now = client.app.app.now();
    let mut all = json!({ "breachId": id, "from": (now - TimeDelta::days(1)).to_rfc3339(), "until": (now + TimeDelta::minutes(1)).to_rfc3339() });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(FIND, json!({ "input": all })).await["findBreachPeople"].clone()
}

async fn read(client: &Client<'_>, id: &Value, told: Option<bool>) -> Value {
    client.gql(READ, json!({ "id": id, "told": told })).await["breach"].clone()
}

async fn act(client: &Client<'_>, what: &str, id: &Value) -> Value {
    let text = format!(
        "mutation($id: ID!) {{ {what}(input: {{ breachId: $id }}) {{ breach {{ state }} userErrors {{ code field message }} }} }}"
    );
    client.gql(&text, json!({ "id": id })).await[what].clone()
}

/// The addresses of the people concerned.
fn people(breach: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = breach["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["contact"]["email"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    found
}

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = entity::contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).unwrap().contact_id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_runs_from_awareness_and_lateness_needs_a_reason() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let made = record(&dpo, json!({ "risk": "RISK" })).await;
    let id = made["breach"]["id"].clone();
    let due = app.app.now() + TimeDelta::hours(72);
    assert_eq!(made["breach"]["dueAt"].as_str().unwrap().parse::<entity::Time>().unwrap(), due);
    assert_eq!(made["breach"]["overdue"], false);
    let shorter = record(&dpo, json!({ "clockHours": 24 })).await;
    assert!(shorter["breach"]["dueAt"].as_str().unwrap() < made["breach"]["dueAt"].as_str().unwrap());
    for (input, expected) in [
        (json!({ "clockHours": 0 }), "INVALID clockHours"),
        (json!({ "title": " " }), "REQUIRED title"),
        (json!({ "peopleApproximate": -1 }), "INVALID peopleApproximate"),
        (json!({ "exception": "ENCRYPTED" }), "INVALID exception"),
        (json!({ "awareAt": (app.app.now() + TimeDelta::hours(1)).to_rfc3339() }), "INVALID awareAt"),
    ] {
        assert_eq!(faults(&record(&dpo, input).await), [expected]);
    }
    app.advance(TimeDelta::hours(73));
    let dpo = app.member(Role::Dpo).await;
    assert_eq!(read(&dpo, &id, None).await["overdue"], true);
    let told = json!({ "input": { "breachId": id, "reference": "Notification 4711, initial" } });
    assert_eq!(faults(&dpo.gql(TOLD, told.clone()).await["recordAuthorityTold"]), ["REQUIRED lateBecause"]);
    let mut values = json!({ "breachId": id, "expectedVersion": 1, "title": "A stolen key", "facts": "More is known.", "risk": "RISK",
        "awareAt": (app.app.now() - TimeDelta::hours(73)).to_rfc3339(), "lateBecause": "The log had to be restored." });
    let changed = dpo.gql(UPDATE, json!({ "input": values })).await["updateBreach"].clone();
    assert_eq!(changed["breach"]["texts"]["facts"], "More is known.", "{changed}");
    let stale = dpo.gql(UPDATE, json!({ "input": values })).await["updateBreach"].clone();
    assert_eq!(faults(&stale), ["STALE expectedVersion"]);
    values["breachId"] = json!(entity::BreachId::new().to_string());
    assert_eq!(
        faults(&dpo.gql(UPDATE, json!({ "input": values })).await["updateBreach"]),
        ["NOT_FOUND breachId"]
    );
    assert_eq!(faults(&dpo.gql(TOLD, told).await["recordAuthorityTold"]), Vec::<String>::new());
    let again = json!({ "input": { "breachId": id, "reference": "Complement" } });
    assert_eq!(faults(&dpo.gql(TOLD, again).await["recordAuthorityTold"]), Vec::<String>::new());
    let breach = read(&dpo, &id, None).await;
    assert_eq!(breach["overdue"], false);
    let steps: Vec<(&str, &str)> = breach["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["kind"].as_str().unwrap(), step["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        steps,
        [
            ("RECORDED", ""),
            ("CHANGED", ""),
            ("AUTHORITY_TOLD", "Notification 4711, initial"),
            ("AUTHORITY_TOLD", "Complement")
        ],
        "every phase is documented"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_of_a_breach_is_sealed_and_in_no_entry() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let made = record(&dpo, json!({ "risk": "RISK" })).await;
    let told = json!({ "input": { "breachId": made["breach"]["id"], "reference": "Zoltan Quimby again" } });
    dpo.gql(TOLD, told).await;
    let rows = breach::Entity::find().all(app.app.db()).await.unwrap();
    assert!(!String::from_utf8_lossy(&rows[0].sealed).contains("Quimby"));
    let steps = breach_step::Entity::find().all(app.app.db()).await.unwrap();
    assert!(steps.iter().filter_map(|step| step.sealed.as_ref()).count() == 1);
    assert!(
        steps
            .iter()
            .all(|step| !String::from_utf8_lossy(step.sealed.as_deref().unwrap_or_default())
                .contains("Quimby"))
    );
    assert!(app.journal().await.iter().all(|entry| !entry.bytes.contains("Quimby")));
    let texts = read(&dpo, &made["breach"]["id"], None).await["texts"].clone();
    assert_eq!(texts["facts"], "Zoltan Quimby stole an API key.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_tells_who_saw_or_changed_whose_data_and_when() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        app.confirmed(&form, &format!("{name}@example.org")).await;
    }
    app.advance(TimeDelta::days(3));
    let (thief, dpo) = (app.member(Role::Sales).await, app.member(Role::Dpo).await);
    let ids = async |name: &str| contact_of(&app, &format!("{name}@example.org")).await;
    let rename = async |client: &Client<'_>, id: ContactId| {
        let version = contact::Entity::find_by_id((app.workspace, id))
            .one(app.app.db())
            .await
            .unwrap()
            .unwrap()
            .version;
        let input = json!({ "contactId": id.to_string(), "expectedVersion": version, "jobTitle": "Thief" });
        let text = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code field message } } }";
        let done = client.gql(text, json!({ "input": input })).await;
        assert_eq!(done["updateContact"]["userErrors"], json!([]));
    };
    rename(&thief, ids("ada").await).await;
    rename(&dpo, ids("bob").await).await;
    let mailer = recipient(&dpo, json!({})).await["recipient"]["id"].clone();
    disclose(&dpo, ids("cyd").await, &mailer, json!({})).await;
    rename(&thief, ids("dan").await).await;
    let id = record(&dpo, json!({})).await["breach"]["id"].clone();
    let thief_id = thief.member_id().to_string();
    for (input, expected) in [
        (json!({ "actor": thief_id }), vec!["ada@example.org", "dan@example.org"]),
        (json!({ "actor": thief_id, "seen": true, "changed": false }), vec![]),
        (json!({ "changed": false }), vec!["cyd@example.org"]),
        (json!({}), vec!["ada@example.org", "bob@example.org", "cyd@example.org", "dan@example.org"]),
        (
            json!({ "everyone": true }),
            vec![
                "ada@example.org",
                "bob@example.org",
                "cyd@example.org",
                "dan@example.org",
                "eve@example.org",
            ],
        ),
    ] {
        let id = record(&dpo, json!({})).await["breach"]["id"].clone();
        for _ in 0..2 {
            assert_eq!(find(&dpo, &id, input.clone()).await["userErrors"], json!([]));
            app.run_jobs().await;
        }
        let breach = read(&dpo, &id, None).await;
        assert_eq!(people(&breach), expected, "{input}");
        assert_eq!(breach["peopleCount"], expected.len());
    }
    for (input, expected) in [
        (json!({ "actor": "Ada Lovelace" }), "INVALID actor"),
        (json!({ "seen": false, "changed": false }), "INVALID seen"),
        (json!({ "until": "2020-01-01T00:00:00Z" }), "INVALID until"),
        (json!({ "breachId": entity::BreachId::new().to_string() }), "NOT_FOUND breachId"),
    ] {
        assert_eq!(faults(&find(&dpo, &id, input).await), [expected]);
    }
    // A later search widens what the first one found, and forgets nothing.
    find(&dpo, &id, json!({ "actor": thief_id })).await;
    app.run_jobs().await;
    find(&dpo, &id, json!({ "changed": false })).await;
    app.run_jobs().await;
    let breach = read(&dpo, &id, None).await;
    assert_eq!(people(&breach), ["ada@example.org", "cyd@example.org", "dan@example.org"]);
    let cyd =
        breach["people"].as_array().unwrap().iter().find(|one| one["contact"]["email"] == "cyd@example.org");
    assert_eq!((&cyd.unwrap()["seen"], &cyd.unwrap()["changed"]), (&json!(true), &json!(false)));
    // Merged people count as the one they became.
    let (ada, dan) = (ids("ada").await, ids("dan").await);
    let version = async |id| {
        contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap().version
    };
    let merge = Merge {
        survivor: ada,
        merged: dan,
        expected_survivor_version: version(ada).await,
        expected_merged_version: version(dan).await,
    };
    merge_contacts(&app.app, app.workspace, Actor::Operator, &merge, None).await.unwrap();
    assert_eq!(people(&read(&dpo, &id, None).await), ["ada@example.org", "cyd@example.org"]);
    find(&dpo, &id, json!({ "actor": thief_id })).await;
    app.run_jobs().await;
    assert_eq!(people(&read(&dpo, &id, None).await), ["ada@example.org", "cyd@example.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_concerned_are_told_once_in_plain_words() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for name in ["ada", "bob"] {
        app.confirmed(&form, &format!("{name}@example.org")).await;
    }
    let bob = contact_of(&app, "bob@example.org").await;
    // A restriction does not stop what protects the person.
    app.app
        .ledger
        .db
        .touch("UPDATE contact SET restricted_at = $1 WHERE id = $2", vec![app.app.now().into(), bob.into()])
        .await
        .unwrap();
    let dpo = app.member(Role::Dpo).await;
    let bare = record(&dpo, json!({ "risk": "HIGH" })).await["breach"]["id"].clone();
    assert_eq!(
        faults(&act(&dpo, "tellBreachPeople", &bare).await),
        ["REQUIRED plainWords", "REQUIRED effects", "REQUIRED remedies"]
    );
    let words = json!({ "risk": "HIGH", "plainWords": "A key was stolen.", "effects": "You may get calls.", "remedies": "It was revoked." });
    let id = record(&dpo, words).await["breach"]["id"].clone();
    find(&dpo, &id, json!({ "everyone": true })).await;
    app.run_jobs().await;
    assert_eq!(read(&dpo, &id, Some(false)).await["peopleCount"], 2);
    let before = app.mails_to("ada@example.org").len();
    for _ in 0..2 {
        assert_eq!(act(&dpo, "tellBreachPeople", &id).await["userErrors"], json!([]));
    }
    app.run_jobs().await;
    act(&dpo, "tellBreachPeople", &id).await;
    app.run_jobs().await;
    for email in ["ada@example.org", "bob@example.org"] {
        let mails = app.mails_to(email);
        assert_eq!(mails.len(), before + 1, "once");
        let letter = mails.last().unwrap();
        for part in ["A key was stolen.", "You may get calls.", "It was revoked.", "privacy@lumen.example"] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert!(!letter.text.contains("Zoltan"), "the facts are not theirs to read");
    }
    let told = read(&dpo, &id, Some(true)).await;
    assert_eq!(told["peopleCount"], 2);
    assert!(
        told["people"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["mailId"].is_string() && one["toldAt"].is_string())
    );
    let rows =
        mail::Entity::find().filter(mail::Column::Kind.eq("breach_notice")).all(app.app.db()).await.unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.state == MailState::Sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breach_closes_when_what_its_risk_demands_is_done() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let close = async |id: &Value| act(&dpo, "closeBreach", id).await["userErrors"].as_array().unwrap().len();
    let written = |risk: &str| json!({ "risk": risk, "effects": "None.", "remedies": "Revoked." });
    let unknown = record(&dpo, json!({})).await["breach"]["id"].clone();
    assert_eq!(close(&unknown).await, 2, "the risk and what must be documented");
    let unlikely = record(&dpo, written("UNLIKELY")).await["breach"]["id"].clone();
    assert_eq!(close(&unlikely).await, 0);
    assert_eq!(close(&unlikely).await, 0, "twice is as once");
    let high = record(&dpo, written("HIGH")).await["breach"]["id"].clone();
    assert_eq!(close(&high).await, 2, "the authority and the people");
    dpo.gql(TOLD, json!({ "input": { "breachId": high } })).await;
    assert_eq!(close(&high).await, 1, "the people");
    let mut excepted = written("HIGH");
    excepted["exception"] = json!("ENCRYPTED");
    let excepted = record(&dpo, excepted).await["breach"]["id"].clone();
    dpo.gql(TOLD, json!({ "input": { "breachId": excepted } })).await;
    assert_eq!(close(&excepted).await, 0);
    let refused = find(&dpo, &excepted, json!({})).await;
    assert_eq!(faults(&refused), ["WRONG_STATE breachId"], "what is closed does not change");
    assert_eq!(act(&dpo, "reopenBreach", &excepted).await["breach"]["state"], "OPEN");
    assert_eq!(find(&dpo, &excepted, json!({})).await["userErrors"], json!([]));
    app.run_jobs().await;
    let list = dpo.gql("{ breaches(first: 10, state: CLOSED) { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(list["breaches"], json!({ "totalCount": 1, "nodes": [{ "id": unlikely }] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_to_the_authority_has_every_point_of_article_33() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let input = json!({ "risk": "RISK", "people": "Customers & prospects", "records": "Names, addresses", "peopleApproximate": 120,
        "recordsApproximate": 360, "effects": "Unwanted calls", "remedies": "The <key> was revoked.", "beganAt": "2026-11-22T08:00:00Z" });
    let id = record(&dpo, input).await["breach"]["id"].clone();
    let text = "query($id: ID!, $language: String) { breach(id: $id) { authorityNotice(language: $language) { html text } } }";
    let notice = dpo.gql(text, json!({ "id": id })).await["breach"]["authorityNotice"].clone();
    for part in [
        "CNIL",
        "Atelier Lumen SAS",
        "privacy@lumen.example",
        "Zoltan Quimby stole an API key.",
        "120",
        "360",
        "Names, addresses",
        "Unwanted calls",
        "22 November 2026",
        "To be notified by",
        "initial",
    ] {
        assert!(notice["text"].as_str().unwrap().contains(part), "{part}: {}", notice["text"]);
        assert!(notice["html"].as_str().unwrap().contains(part), "{part}");
    }
    let html = notice["html"].as_str().unwrap();
    assert!(html.contains("The &lt;key&gt; was revoked.") && html.contains("Customers &amp; prospects"));
    dpo.gql(TOLD, json!({ "input": { "breachId": id, "reference": "4711" } })).await;
    let french =
        dpo.gql(text, json!({ "id": id, "language": "fr" })).await["breach"]["authorityNotice"].clone();
    let french = french["text"].as_str().unwrap();
    assert!(french.contains("Notification d’une violation de données") && french.contains("complémentaire"));
    assert!(french.contains("4711"), "earlier phases are listed");
}

/// Lets hours pass, and the schedules and their jobs run. Returns the reminders so far, and the tasks of members.
async fn reminded(app: &TestApp, hours: i64) -> (Vec<String>, Vec<activity::Model>) {
    app.advance(TimeDelta::hours(hours));
    queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let mut kinds = app.journal_kinds().await;
    kinds.retain(|kind| ["breach.due_soon", "breach.overdue"].contains(&kind.as_str()));
    let tasks = activity::Entity::find().filter(activity::Column::AssigneeId.is_not_null());
    (kinds, tasks.order_by_asc(activity::Column::Id).all(app.app.db()).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_are_reminded_on_the_last_day_and_once_more_when_the_clock_has_run_out() {
    let app = TestApp::new().await;
    app.member(Role::Owner).await;
    let dpo = app.member(Role::Dpo).await;
    let due = app.app.now() + TimeDelta::hours(72);
    let open = record(&dpo, json!({})).await["breach"]["id"].clone();
    let told = record(&dpo, json!({ "risk": "RISK" })).await["breach"]["id"].clone();
    let input = json!({ "input": { "breachId": told, "reference": "4711" } });
    assert_eq!(faults(&dpo.gql(TOLD, input).await["recordAuthorityTold"]), Vec::<String>::new());
    record(&dpo, json!({ "risk": "UNLIKELY" })).await;
    assert_eq!(reminded(&app, 47).await, (vec![], vec![]), "more than a day is left");
    for (hours, expected) in [
        (2, vec!["breach.due_soon"]),
        (2, vec!["breach.due_soon"]),
        (22, vec!["breach.due_soon", "breach.overdue"]),
        (99, vec!["breach.due_soon", "breach.overdue"]),
    ] {
        let (kinds, tasks) = reminded(&app, hours).await;
        assert_eq!(kinds, expected);
        assert_eq!(tasks.len(), expected.len());
        for task in tasks {
            assert_eq!((task.assignee_id, task.contact_id), (dpo.member, None));
            assert_eq!((task.kind, task.due_at), (ActivityKind::Task, Some(due)));
            assert_eq!(task.body, format!("Breach: {}", open.as_str().unwrap()), "an id, and nothing of it");
        }
    }
    // Another clock is another deadline. Without an officer the owners are told.
    let mut row = entity::member::Entity::find_by_id((app.workspace, dpo.member_id()))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap()
        .into_active_model();
    row.deactivated_at = Set(Some(app.app.now()));
    entity::member::Entity::update(row).exec(app.app.db()).await.unwrap();
    let owner = app.member(Role::Owner).await;
    let late = record(&owner, json!({ "clockHours": 12 })).await["breach"]["id"].clone();
    let (kinds, tasks) = reminded(&app, 1).await;
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert!(tasks.len() == 4 && tasks[2..].iter().all(|task| task.assignee_id != dpo.member), "both owners");
    let values = json!({ "input": { "breachId": late, "expectedVersion": 1, "title": "A stolen key", "facts": "f",
        "clockHours": 20, "awareAt": (app.app.now() - TimeDelta::hours(1)).to_rfc3339() } });
    assert_eq!(faults(&owner.gql(UPDATE, values).await["updateBreach"]), Vec::<String>::new());
    assert_eq!(reminded(&app, 1).await.0.len(), 4, "the deadline has moved");
}
