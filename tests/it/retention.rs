//! Retention: presets, who is due and who is not, the mail before the end, runs that survive everything, and
//! other rows than contacts.

use std::collections::{BTreeMap, BTreeSet};

use accord::{
    persons::data_map::{Class, data_map, tables},
    platform::query::Query,
    privacy::retention::{Due, Ends, PRESETS, RunRetention, ends, rules_of, schedule_retention, tables_of},
};
use chrono::{Months, TimeDelta};
use entity::{
    ActivityKind, ContactId, Lifecycle, RetentionCause, RetentionSubject, Role, Time, activity, contact,
    erasure, retention_notice,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, Socket, TestApp, Worker, faults, on_postgres, rows};

const ADA: &str = "ada@example.org";
const RULES: &str =
    "{ retentionRules { id subject lifecycle clock months warnDays justification preset version } }";
const PREVIEW: &str = "query($on: DateTime) { retentionPreview(on: $on) {
    rule { id preset subject } due going held restricted told } }";
const RUNS: &str = "{ retentionRuns(first: 10) { totalCount nodes { id cause startedAt endedAt
    counts { rule { preset } ruleVersion warned erased archived held restricted failed } } } }";

/// A contact of this lifecycle, last heard of so many months and days ago, with neither name nor mailbox.
async fn contact_of(app: &TestApp, lifecycle: Lifecycle, months: u32, days: i64) -> ContactId {
    let at = ago(app, months) - TimeDelta::days(days);
    let row = contact::Model {
        lifecycle,
        created_at: at - TimeDelta::days(400),
        updated_at: at,
        last_contact_at: Some(at),
        ..rows::contact(app)
    };
    let id = row.id;
    contact::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    id
}

fn ago(app: &TestApp, months: u32) -> Time {
    app.app.now().checked_sub_months(Months::new(months)).unwrap()
}

async fn is_there(app: &TestApp, id: ContactId) -> bool {
    contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().is_some()
}

async fn only_contact(app: &TestApp) -> contact::Model {
    let mut rows = contact::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 1, "contacts");
    rows.remove(0)
}

/// Runs the rules now, to the end.
async fn run(client: &Client<'_>) -> Value {
    let text = "mutation { runRetention(input: { confirm: true }) { run { id } userErrors { code field } } }";
    let begun = client.gql(text, json!({})).await["runRetention"].clone();
    assert_eq!(begun["userErrors"], json!([]));
    client.app.run_jobs().await;
    let runs = client.gql(RUNS, json!({})).await["retentionRuns"]["nodes"].clone();
    assert_eq!(runs[0]["id"], begun["run"]["id"], "{runs:#}");
    assert!(runs[0]["endedAt"].is_string(), "{runs:#}");
    runs[0].clone()
}

/// What a run did under the rule of this preset; null when it did nothing.
fn did(run: &Value, preset: &str) -> Value {
    let counts = run["counts"].as_array().unwrap();
    counts.iter().find(|count| count["rule"]["preset"] == preset).cloned().unwrap_or_default()
}

async fn rule(client: &Client<'_>, preset: &str) -> Value {
    let rules = client.gql(RULES, json!({})).await["retentionRules"].clone();
    rules.as_array().unwrap().iter().find(|rule| rule["preset"] == preset).unwrap().clone()
}

async fn update(client: &Client<'_>, preset: &str, mut changes: Value) -> Value {
    let known = rule(client, preset).await;
    changes["ruleId"] = known["id"].clone();
    if changes.get("expectedVersion").is_none() {
        changes["expectedVersion"] = known["version"].clone();
    }
    let text = "mutation($input: UpdateRetentionRuleInput!) { updateRetentionRule(input: $input) {
        rule { months warnDays version versions { number months } } userErrors { code field } } }";
    client.gql(text, json!({ "input": changes })).await["updateRetentionRule"].clone()
}

async fn preview(client: &Client<'_>, preset: &str, on: Option<Time>) -> Value {
    let on = on.map(|on| on.to_rfc3339());
    let previews = client.gql(PREVIEW, json!({ "on": on })).await["retentionPreview"].clone();
    previews.as_array().unwrap().iter().find(|one| one["rule"]["preset"] == preset).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_workspace_begins_with_the_figures_of_the_cnil_and_each_change_is_a_version() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let rules = dpo.gql(RULES, json!({})).await["retentionRules"].clone();
    assert_eq!(dpo.gql(RULES, json!({})).await["retentionRules"], rules, "written once");
    let figure = |preset: &str| {
        let rule = rules.as_array().unwrap().iter().find(|rule| rule["preset"] == preset).unwrap();
        (rule["clock"].as_str().unwrap().to_owned(), rule["months"].as_i64().unwrap())
    };
    assert_eq!(rules.as_array().unwrap().len(), PRESETS.len());
    assert_eq!(figure("prospects"), ("LAST_CONTACT".to_owned(), 36));
    assert_eq!(figure("former_customers"), ("RELATION_END".to_owned(), 36));
    assert_eq!(figure("requests"), ("ENDED".to_owned(), 60));
    assert_eq!(figure("suppressions"), ("CREATED".to_owned(), 72));
    assert_eq!(figure("usage"), ("ENDED".to_owned(), 12));
    let other = app.other_workspace("other").await;
    let elsewhere = app.api_key_in(other, Role::Dpo).await.gql(RULES, json!({})).await;
    assert_ne!(elsewhere["retentionRules"][0]["id"], rules[0]["id"], "each workspace has its own");
    let changed = update(&dpo, "prospects", json!({ "months": 24, "warnDays": null })).await;
    assert_eq!((&changed["rule"]["months"], &changed["rule"]["warnDays"]), (&json!(24), &Value::Null));
    assert_eq!(
        changed["rule"]["versions"],
        json!([{ "number": 2, "months": 24 }, { "number": 1, "months": 36 }])
    );
    let stale = update(&dpo, "prospects", json!({ "months": 12, "expectedVersion": 1 })).await;
    assert_eq!(faults(&stale), ["STALE expectedVersion"]);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "retention_rule.created").count(), PRESETS.len());
    assert_eq!(kinds.iter().filter(|kind| *kind == "retention_rule.changed").count(), 1);
}

#[test]
fn no_personal_table_is_without_a_rule_and_each_rule_ends_something() {
    let personal: BTreeSet<&str> = data_map()
        .iter()
        .filter(|column| column.class != Class::Technical)
        .map(|column| column.table)
        .collect();
    let mut subjects = BTreeSet::new();
    for table in tables().filter(|table| personal.contains(table.name)) {
        let rule = table.rule.unwrap_or_else(|| panic!("{} has no retention rule", table.name));
        match ends(rule) {
            Ends::Rules(subject) => {
                assert!(
                    PRESETS.iter().any(|preset| preset.subject == subject),
                    "{} has no preset",
                    table.name
                );
                subjects.insert(subject);
            }
            Ends::BuiltIn(how) => assert!(how.len() > 10, "{} does not say what ends it", table.name),
        }
    }
    let named: BTreeMap<&str, bool> = tables().map(|table| (table.name, true)).collect();
    for preset in PRESETS {
        assert!(preset.subject == RetentionSubject::Contacts || tables_of(preset.subject).next().is_some());
        for table in tables_of(preset.subject) {
            assert!(named.contains_key(table), "{table} is not in the data map");
        }
    }
    assert!(subjects.contains(&RetentionSubject::Contacts) && subjects.contains(&RetentionSubject::Requests));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_together_is_refused_with_its_field() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let text = "mutation($input: CreateRetentionRuleInput!) { createRetentionRule(input: $input) {
        rule { id } userErrors { code field } } }";
    let create = async |input: Value| {
        let whole = json!({ "subject": "CONTACTS", "lifecycle": "CUSTOMER", "clock": "LAST_CONTACT",
            "months": 120, "justification": "j" });
        let mut whole = whole;
        for (name, value) in input.as_object().unwrap() {
            whole[name] = value.clone();
        }
        faults(&dpo.gql(text, json!({ "input": whole })).await["createRetentionRule"])
    };
    for (wrong, expected) in [
        (json!({ "months": 0 }), "INVALID months"),
        (json!({ "months": 601 }), "INVALID months"),
        (json!({ "months": -3 }), "INVALID months"),
        (json!({ "lifecycle": null }), "REQUIRED lifecycle"),
        (json!({ "clock": "ENDED" }), "INVALID clock"),
        (json!({ "warnDays": 0 }), "INVALID warnDays"),
        (json!({ "warnDays": 181 }), "INVALID warnDays"),
        (json!({ "justification": "  " }), "REQUIRED justification"),
        (json!({ "justification": "x".repeat(2001) }), "TOO_LONG justification"),
        (json!({ "purposeId": "purpose_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND purposeId"),
        (json!({ "lifecycle": "PROSPECT" }), "TAKEN subject"),
        (json!({ "subject": "USAGE", "lifecycle": null, "clock": "ENDED" }), "TAKEN subject"),
        (json!({ "subject": "MAILS", "clock": "CREATED" }), "INVALID lifecycle"),
    ] {
        assert_eq!(create(wrong.clone()).await, [expected], "{wrong}");
    }
    let suppressions = update(&dpo, "suppressions", json!({ "months": 35 })).await;
    assert_eq!(faults(&suppressions), ["INVALID months"], "an objection is remembered for three years");
    let archive = "mutation($id: ID!) { archiveRetentionRule(input: { ruleId: $id }) {
        rule { archivedAt } userErrors { code field } } }";
    for preset in ["prospects", "requests"] {
        let id = rule(&dpo, preset).await["id"].clone();
        let refused = dpo.gql(archive, json!({ "id": id })).await["archiveRetentionRule"].clone();
        assert_eq!(faults(&refused), ["WRONG_STATE ruleId"], "nothing else would end {preset}");
    }
    assert_eq!(create(json!({ "lifecycle": "PROSPECT", "clock": "RELATION_END" })).await, [""; 0]);
    let id = rule(&dpo, "prospects").await["id"].clone();
    let archived = dpo.gql(archive, json!({ "id": id })).await["archiveRetentionRule"].clone();
    assert!(archived["rule"]["archivedAt"].is_string(), "{archived}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_silent_for_three_years_is_asked_once_and_then_erased() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    let before = app.mails_to(ADA).len();
    app.advance(TimeDelta::days(365 * 3 - 40));
    assert_eq!(did(&run(&dpo).await, "prospects"), Value::Null, "not near enough");
    app.advance(TimeDelta::days(20));
    assert_eq!(did(&run(&dpo).await, "prospects")["warned"], 1);
    let mail = app.mails_to(ADA).last().unwrap().clone();
    assert_eq!(app.mails_to(ADA).len(), before + 1);
    assert_eq!(mail.subject, "Shall we stay in touch? – Atelier Lumen SAS");
    assert!(mail.text.contains("/stay-in-touch/"), "{}", mail.text);
    for _ in 0..2 {
        app.advance(TimeDelta::days(5));
        assert_eq!(did(&run(&dpo).await, "prospects"), Value::Null, "asked once, and not erased early");
    }
    assert_eq!(app.mails_to(ADA).len(), before + 1);
    app.advance(TimeDelta::days(25));
    let run = run(&dpo).await;
    assert_eq!(did(&run, "prospects")["erased"], 1, "{run:#}");
    assert_eq!(app.count("contact").await, 0);
    let done = erasure::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((done.cause.as_str(), done.ground.as_str()), ("RETENTION", "RETENTION_ELAPSED"));
    assert_eq!(app.count("retention_notice").await, 0);
    let kinds = app.journal_kinds().await;
    for kind in ["retention.due", "contact.erased"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stays_in_touch_is_kept_and_the_clock_begins_anew() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    app.advance(TimeDelta::days(365 * 3 - 10));
    run(&dpo).await;
    let link = app.mails_to(ADA).last().unwrap().link("stay-in-touch");
    let before = only_contact(&app).await;
    let page = app.visitor().get(&link).await;
    assert_eq!(page.status, 200);
    assert!(
        page.words().contains("Shall we stay in touch?") && page.words().contains("Let my data be deleted")
    );
    assert!(!page.text.contains(ADA), "the page names nobody");
    assert_eq!(only_contact(&app).await, before, "GET changes nothing");
    let nonsense = app.visitor().post_form(&link, &[("answer", "erase")]).await;
    assert_eq!((nonsense.status, only_contact(&app).await), (404, before.clone()));
    for _ in 0..2 {
        let answer = app.visitor().post_form(&link, &[("answer", "stay")]).await;
        assert!(answer.words().contains("We are staying in touch"), "{}", answer.words());
    }
    assert_eq!(only_contact(&app).await.last_contact_at, Some(app.app.now()));
    let late = app.visitor().post_form(&link, &[("answer", "lapse")]).await;
    assert!(late.words().contains("We are staying in touch"), "what was announced is over");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| kind.starts_with("retention.kept")).count(), 1, "twice is as once");
    app.advance(TimeDelta::days(700));
    assert_eq!(did(&run(&dpo).await, "prospects"), Value::Null);
    app.advance(TimeDelta::days(380));
    assert_eq!(did(&run(&dpo).await, "prospects")["warned"], 1, "three years later, they are asked again");
    assert_eq!(app.visitor().get("/stay-in-touch/v1.a.b.c").await.status, 404);
    let unsubscribe = app.mails_to(ADA).last().unwrap().link("unsubscribe");
    let other_use = unsubscribe.replace("/unsubscribe/", "/stay-in-touch/");
    assert_eq!(app.visitor().get(&other_use).await.status, 404, "a link of another use");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lets_it_lapse_is_told_the_day_and_may_change_their_mind() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    app.advance(TimeDelta::days(365 * 3 - 10));
    run(&dpo).await;
    let link = app.mails_to(ADA).last().unwrap().link("stay-in-touch");
    let known = only_contact(&app).await.last_contact_at;
    for _ in 0..2 {
        let answer = app.visitor().post_form(&link, &[("answer", "lapse")]).await;
        let words = answer.words();
        assert!(
            words.contains("Your data will be deleted") && words.contains("Changed your mind?"),
            "{words}"
        );
        assert!(answer.text.contains("/my-data?workspace=lumen"), "to delete at once, the mailbox is asked");
    }
    assert_eq!(only_contact(&app).await.last_contact_at, known, "the clock runs on");
    let notice = retention_notice::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(notice.ends_at, app.app.now() + TimeDelta::days(30), "they have the whole time to answer");
    app.advance(TimeDelta::days(29));
    assert_eq!(did(&run(&dpo).await, "prospects"), Value::Null);
    let stays = app.visitor().post_form(&link, &[("answer", "stay")]).await;
    assert!(stays.words().contains("We are staying in touch"));
    app.advance(TimeDelta::days(10));
    run(&dpo).await;
    assert_eq!(app.count("contact").await, 1, "they changed their mind in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_be_written_to_is_not_asked() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let unsubscribe = app.mails_to(ADA).last().unwrap().link("unsubscribe");
    app.visitor().post_form(&unsubscribe, &[("scope", "all")]).await;
    let mails = app.mails_to(ADA).len();
    let dpo = app.api_key(Role::Dpo).await;
    app.advance(TimeDelta::days(365 * 3 - 10));
    assert_eq!(did(&run(&dpo).await, "prospects")["warned"], 1);
    assert_eq!(app.mails_to(ADA).len(), mails, "who withdrew is not written to");
    app.advance(TimeDelta::days(12));
    assert_eq!(did(&run(&dpo).await, "prospects")["erased"], 1, "and goes at the end of the period");
    assert!(app.count("suppression").await > 0, "that they said no is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_and_meetings_keep_a_contact_and_what_we_do_alone_does_not() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "warnDays": null })).await;
    let sales = app.api_key(Role::Sales).await;
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) { userErrors { code } } }";
    let log = async |contact: ContactId, kind: &str, more: Value| {
        let mut input = json!({ "kind": kind, "subject": "s", "contactId": contact.to_string() });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        let done = sales.gql(text, json!({ "input": input })).await;
        assert_eq!(done["logActivity"]["userErrors"], json!([]));
    };
    let old = async || contact_of(&app, Lifecycle::Prospect, 40, 0).await;
    let (called, met, wrote, planned) = (old().await, old().await, old().await, old().await);
    log(called, "CALL", json!({})).await;
    log(met, "MEETING", json!({})).await;
    log(wrote, "EMAIL", json!({ "fromThePerson": true })).await;
    let soon = (app.app.now() + TimeDelta::days(3)).to_rfc3339();
    log(planned, "DEMO", json!({ "occurredAt": soon })).await;
    let (noted, mailed, unanswered, tasked) = (old().await, old().await, old().await, old().await);
    let called_off = old().await;
    log(noted, "NOTE", json!({})).await;
    log(mailed, "EMAIL", json!({})).await;
    log(unanswered, "CALL", json!({ "fromThePerson": false })).await;
    log(tasked, "TASK", json!({})).await;
    let row = activity::Model {
        contact_id: Some(called_off),
        kind: ActivityKind::Meeting,
        occurred_at: app.app.now() + TimeDelta::days(3),
        archived_at: Some(app.app.now()),
        ..rows::new_activity(&app)
    };
    activity::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    app.advance(TimeDelta::days(4));
    run(&dpo).await;
    for (who, kept) in [
        (called, true),
        (met, true),
        (wrote, true),
        (planned, true),
        (noted, false),
        (mailed, false),
        (unanswered, false),
        (tasked, false),
        (called_off, false),
    ] {
        assert_eq!(is_there(&app, who).await, kept, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_customer_is_kept_from_the_end_of_the_relation() {
    let app = TestApp::new().await;
    let (dpo, sales) = (app.api_key(Role::Dpo).await, app.api_key(Role::Sales).await);
    update(&dpo, "former_customers", json!({ "warnDays": null })).await;
    let customer = contact_of(&app, Lifecycle::Customer, 100, 0).await;
    let named = "mutation($id: ID!) { updateContact(input: { contactId: $id, expectedVersion: 1, lifecycle: FORMER, familyName: \"L\" }) {
        userErrors { code field } } }";
    let ended = sales.gql(named, json!({ "id": customer.to_string() })).await;
    assert_eq!(ended["updateContact"]["userErrors"], json!([]));
    app.advance(TimeDelta::days(365 * 3 - 1));
    run(&dpo).await;
    assert!(is_there(&app, customer).await, "three years from the end of the relation");
    app.advance(TimeDelta::days(3));
    assert_eq!(did(&run(&dpo).await, "former_customers")["erased"], 1);
    let left = dpo.gql("{ contactsWithoutRetention }", json!({})).await;
    assert_eq!(left["contactsWithoutRetention"], 0);
    contact_of(&app, Lifecycle::Customer, 200, 0).await;
    run(&dpo).await;
    let left = dpo.gql("{ contactsWithoutRetention }", json!({})).await;
    assert_eq!(left["contactsWithoutRetention"], 1, "a relation that goes on has no end");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_rule_keeps_a_contact() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let other = contact_of(&app, Lifecycle::Prospect, 0, 0).await;
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "months": 12, "warnDays": null })).await;
    let text =
        "mutation($purpose: ID!) { createRetentionRule(input: { subject: CONTACTS, lifecycle: PROSPECT,
        purposeId: $purpose, clock: LAST_CONTACT, months: 20, justification: \"The letter runs on.\" }) {
        rule { id } userErrors { code field } } }";
    let made = dpo.gql(text, json!({ "purpose": form.newsletter.to_string() })).await;
    assert_eq!(made["createRetentionRule"]["userErrors"], json!([]));
    app.advance(TimeDelta::days(400));
    run(&dpo).await;
    assert_eq!((is_there(&app, other).await, app.count("contact").await), (false, 1), "the reader stays");
    app.advance(TimeDelta::days(220));
    run(&dpo).await;
    assert_eq!(app.count("contact").await, 0, "and goes by the longer rule");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_counts_by_rule_and_shows_whom_it_counts() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let due = contact_of(&app, Lifecycle::Prospect, 36, 1).await;
    let (held, restricted) = (
        contact_of(&app, Lifecycle::Prospect, 36, 2).await,
        contact_of(&app, Lifecycle::Prospect, 36, 3).await,
    );
    contact_of(&app, Lifecycle::Prospect, 36, -20).await;
    contact_of(&app, Lifecycle::Prospect, 36, -50).await;
    contact_of(&app, Lifecycle::Prospect, 36, -80).await;
    contact_of(&app, Lifecycle::Prospect, 0, 0).await;
    let until = (app.app.now() + TimeDelta::days(40)).to_rfc3339();
    let hold = "mutation($id: ID!, $until: DateTime!) { setHold(input: { contactId: $id, reason: DISPUTE, until: $until }) {
        hold { id } userErrors { code } } }";
    dpo.gql(hold, json!({ "id": held.to_string(), "until": until })).await;
    let text = "UPDATE contact SET restricted_at = created_at WHERE id = $1";
    app.app.ledger.db.touch(text, vec![restricted.into()]).await.unwrap();
    let now = app.app.now();
    let numbers = |one: &Value| -> Vec<i64> {
        ["due", "going", "held", "restricted"].map(|name| one[name].as_i64().unwrap()).to_vec()
    };
    assert_eq!(numbers(&preview(&dpo, "prospects", None).await), [3, 1, 1, 1]);
    let at = |days| Some(now + TimeDelta::days(days));
    assert_eq!(numbers(&preview(&dpo, "prospects", at(30)).await), [4, 2, 1, 1]);
    assert_eq!(numbers(&preview(&dpo, "prospects", at(60)).await), [5, 4, 0, 1], "the hold is over by then");
    assert_eq!(numbers(&preview(&dpo, "prospects", at(90)).await), [6, 5, 0, 1]);
    let who = "query($after: String) { retentionPreview { rule { preset }
        contacts(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { id } } } }";
    let mut found = BTreeSet::new();
    let mut after = Value::Null;
    loop {
        let page = dpo.gql(who, json!({ "after": after })).await["retentionPreview"][0]["contacts"].clone();
        assert_eq!(page["totalCount"], 3);
        found.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].to_string()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    let expected = [due, held, restricted].map(|id| format!("\"{id}\""));
    assert_eq!(found, BTreeSet::from(expected));
    let past = json!({ "on": (now - TimeDelta::days(2)).to_rfc3339() });
    let refused = dpo.gql_raw(PREVIEW, past).await;
    assert_eq!(refused["errors"][0]["extensions"]["problems"][0]["field"], "on", "{refused}");
    let simulate = "query($id: ID) { simulateRetention(input: { replacesId: $id, subject: CONTACTS,
        lifecycle: PROSPECT, clock: LAST_CONTACT, months: 24 }) {
        tried { due going held restricted } replaced { due going } } }";
    let id = rule(&dpo, "prospects").await["id"].clone();
    let head = app.journal().await.len();
    let tried = dpo.gql(simulate, json!({ "id": id })).await["simulateRetention"].clone();
    assert_eq!(
        tried,
        json!({ "tried": { "due": 6, "going": 4, "held": 1, "restricted": 1 }, "replaced": { "due": 3, "going": 1 } })
    );
    assert_eq!((app.journal().await.len(), app.count("contact").await), (head, 7), "nothing was written");
    let run = run(&dpo).await;
    assert_eq!(
        ["warned", "erased", "held", "restricted"].map(|name| did(&run, "prospects")[name].as_i64().unwrap()),
        [2, 1, 1, 1],
        "{run:#}"
    );
    assert!(!is_there(&app, due).await && is_there(&app, held).await && is_there(&app, restricted).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_half_way_goes_on_and_erases_everybody_once() {
    const MANY: usize = 120;
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "warnDays": null })).await;
    for _ in 0..MANY {
        contact_of(&app, Lifecycle::Prospect, 37, 0).await;
    }
    let kept = contact_of(&app, Lifecycle::Prospect, 35, 0).await;
    schedule_retention(&app.app).await.unwrap();
    let mut rounds = 0;
    while app.count("contact").await > 1 && rounds < 30 {
        rounds += 1;
        let (left, worker) = (app.count("contact").await, Worker::start(&app));
        for _ in 0..400 {
            if app.count("contact").await <= (left - 10).max(1) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        worker.kill().await;
        // What the dead worker held is free once its lease is over.
        app.advance(TimeDelta::minutes(3));
    }
    assert!(rounds > 1, "it was killed half-way");
    app.run_jobs().await;
    assert!(is_there(&app, kept).await);
    assert_eq!(app.count("contact").await, 1);
    assert_eq!(usize::try_from(app.count("erasure").await), Ok(MANY));
    let runs = dpo.gql(RUNS, json!({})).await["retentionRuns"].clone();
    assert_eq!(runs["totalCount"], 1, "one run, whoever did which part: {runs:#}");
    assert_eq!(did(&runs["nodes"][0], "prospects")["erased"], MANY, "counted with what was done: {runs:#}");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "contact.erased").count(), MANY);
    assert_eq!(kinds.iter().filter(|kind| *kind == "retention.ended").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_at_once_do_it_once() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "warnDays": null })).await;
    for _ in 0..20 {
        contact_of(&app, Lifecycle::Prospect, 37, 0).await;
    }
    let other = app.second_node().await;
    let job = RunRetention { workspace: app.workspace, cause: RetentionCause::Scheduled };
    let lost = || accord::platform::outbox::Run {
        id: entity::JobId::new(),
        workspace: Some(app.workspace),
        kind: "run_retention".to_owned(),
        payload: String::new(),
        attempt: 1,
        created_at: app.app.now(),
        lease: String::new(),
    };
    rules_of(&app.app, app.workspace).await.unwrap();
    let (one, two) = (lost(), lost());
    // As when a worker lost its lease, and another took over.
    let (first, second) = tokio::join!(
        accord::privacy::retention::run_retention(&app.app, &one, &job),
        accord::privacy::retention::run_retention(&other, &two, &job),
    );
    assert!(first.is_ok() || second.is_ok());
    run(&dpo).await;
    app.run_jobs().await;
    assert_eq!((app.count("contact").await, app.count("erasure").await), (0, 20));
    let erased: i64 = app
        .query("SELECT erased FROM retention_count WHERE erased > 0", vec![])
        .await
        .iter()
        .map(|row| row.try_get::<i64>("", "erased").unwrap())
        .sum();
    assert_eq!(erased, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_ends_nothing_once_it_is_set_back() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "warnDays": null })).await;
    let early = contact_of(&app, Lifecycle::Prospect, 30, 0).await;
    app.advance(TimeDelta::days(365));
    let text = "mutation { runRetention(input: { confirm: true }) { run { id } } }";
    let ahead = dpo.gql(text, json!({})).await["runRetention"]["run"]["id"].clone();
    app.advance(TimeDelta::days(-365));
    let now = run(&dpo).await;
    assert_ne!(now["id"], ahead, "the run that began in the future is closed");
    assert!(is_there(&app, early).await);
    let runs = dpo.gql(RUNS, json!({})).await["retentionRuns"]["nodes"].clone();
    assert!(runs.as_array().unwrap().iter().all(|run| run["endedAt"].is_string()), "{runs:#}");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_while_the_run_is_under_way_is_kept() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    app.advance(TimeDelta::days(365 * 3 - 10));
    run(&dpo).await;
    app.advance(TimeDelta::days(31));
    let text = "mutation { runRetention(input: { confirm: true }) { run { id } } }";
    dpo.gql(text, json!({})).await;
    // Begun, and not carried out yet: the person confirms another form.
    app.visitor().submit(&form, ADA).await;
    let text = "UPDATE contact SET last_contact_at = $1";
    app.app.ledger.db.touch(text, vec![app.app.now().into()]).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count("contact").await, 1);
    assert_eq!(app.count("erasure").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_that_cannot_be_erased_does_not_stop_the_others() {
    let app = TestApp::new().await.leaving_jobs();
    let dpo = app.api_key(Role::Dpo).await;
    update(&dpo, "prospects", json!({ "warnDays": null })).await;
    for _ in 0..3 {
        contact_of(&app, Lifecycle::Prospect, 37, 0).await;
    }
    let refusal = crate::support::Refusal::begin(&app, "INSERT", "erasure").await;
    let failed = run(&dpo).await;
    assert_eq!(did(&failed, "prospects")["failed"], 3, "{failed:#}");
    assert_eq!(app.count("contact").await, 3);
    refusal.end(&app).await;
    let done = run(&dpo).await;
    assert_eq!(did(&done, "prospects")["erased"], 3, "the next run tries again: {done:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_of_use_fingerprints_and_records_of_mails_end_by_their_rules() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let gone = "b@example.org";
    app.confirmed(&form, gone).await;
    for who in [ADA, gone] {
        let link = app.mails_to(who).last().unwrap().link("unsubscribe");
        app.visitor().post_form(&link, &[("scope", "all")]).await;
    }
    // Nobody ever confirms this one.
    app.visitor().submit(&form, "c@example.org").await;
    app.run_jobs().await;
    app.member(Role::Sales).await;
    let caught = entity::form_caught::Model {
        workspace_id: app.workspace,
        form_id: form.id,
        day: "2026-11-23".to_owned(),
        reason: entity::CaughtReason::ALL[0],
        posts: 3,
    };
    entity::form_caught::Entity::insert(caught.into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    app.run_jobs().await;
    let dpo = app.api_key(Role::Dpo).await;
    let rows = async |table: &str| app.count(table).await;
    let (mails, suppressed) = (rows("mail").await, rows("suppression").await);
    assert!(mails > 0 && suppressed >= 2 && rows("session").await == 1);
    app.advance(TimeDelta::days(7));
    accord::jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    app.advance(TimeDelta::days(400));
    // Erased long ago by a request: only the fingerprint is left.
    let text =
        "DELETE FROM contact WHERE id IN (SELECT contact_id FROM contact_address WHERE email_key = $1)";
    app.app.ledger.db.touch(text, vec![gone.into()]).await.unwrap();
    update(&dpo, "prospects", json!({ "months": 600 })).await;
    let logs = run(&dpo).await;
    assert!(did(&logs, "usage")["erased"].as_i64().unwrap() >= 1, "{logs:#}");
    assert_eq!((rows("session").await, rows("form_caught").await), (0, 0), "{logs:#}");
    assert_eq!(did(&logs, "submissions")["erased"], 1, "{logs:#}");
    assert!(did(&logs, "mails")["erased"].as_i64().unwrap() >= 1, "of who never confirmed: {logs:#}");
    let proof = "SELECT count(*) AS n FROM mail WHERE kind = 'confirm_opt_in' AND data_key_id IN (SELECT id FROM data_key)";
    let kept: i64 = app.query(proof, vec![]).await[0].try_get("", "n").unwrap();
    assert!(kept >= 1, "the mails that prove a consent stay");
    app.advance(TimeDelta::days(365 * 5 - 10 - 407));
    let years = run(&dpo).await;
    assert_eq!(did(&years, "evidence"), Value::Null, "five years");
    assert_eq!(rows("suppression").await, suppressed, "six years");
    app.advance(TimeDelta::days(20));
    assert!(did(&run(&dpo).await, "evidence")["erased"].as_i64().unwrap() >= 1);
    app.advance(TimeDelta::days(366));
    let years = run(&dpo).await;
    assert!(did(&years, "suppressions")["erased"].as_i64().unwrap() >= 1, "{years:#}");
    let left = "SELECT count(*) AS n FROM suppression s WHERE NOT EXISTS
        (SELECT 1 FROM contact_address a WHERE a.fingerprint = s.fingerprint)";
    let orphans: i64 = app.query(left, vec![]).await[0].try_get("", "n").unwrap();
    assert_eq!(orphans, 0, "nobody's fingerprint is left");
    assert!(rows("suppression").await > 0, "whoever is still a contact stays undisturbed");
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_hear_who_is_due_and_what_a_run_did() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let who = contact_of(&app, Lifecycle::Prospect, 36, -10).await;
    rules_of(&app.app, app.workspace).await.unwrap();
    let text = "subscription($after: Int) { retentionDue(after: $after) { position endsAt
        entry { kind } contact { id } rule { preset } run { cause endedAt } } }";
    let after = dpo.gql("{ journalHead }", json!({})).await["journalHead"].clone();
    let address = app.serve().await;
    let mut socket = Socket::subscribe(address, &dpo.key, text, json!({ "after": after })).await;
    run(&dpo).await;
    let began = socket.event("retentionDue").await;
    assert_eq!(
        (&began["entry"]["kind"], &began["run"]["cause"]),
        (&json!("retention.began"), &json!("ASKED"))
    );
    let due = socket.event("retentionDue").await;
    assert_eq!(due["entry"]["kind"], "retention.due", "{due:#}");
    assert_eq!(
        (&due["contact"]["id"], &due["rule"]["preset"]),
        (&json!(who.to_string()), &json!("prospects"))
    );
    let ends: Time = due["endsAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(ends, app.app.now() + TimeDelta::days(10));
    let ended = socket.event("retentionDue").await;
    assert_eq!(ended["entry"]["kind"], "retention.ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_due_is_found_by_an_index() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let rules = rules_of(&app.app, app.workspace).await.unwrap();
    let due = Due::on(app.workspace, &rules, app.app.now());
    for rule in rules.iter().filter(|rule| rule.subject == RetentionSubject::Contacts) {
        let mut query = Query::new("EXPLAIN QUERY PLAN SELECT count(*) AS n FROM contact c WHERE ");
        due.write(&mut query, rule);
        let plan: Vec<String> = query
            .rows(app.app.db())
            .await
            .unwrap()
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        let plan = plan.join("\n");
        assert!(plan.contains("contact_clock (workspace_id=? AND lifecycle=? AND <expr><?)"), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
