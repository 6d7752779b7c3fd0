//! Erasing a person: everything about them goes, what the law keeps is apart with its reason and its end, and
//! nothing brings them back.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use accord::{
    app::App,
    persons::data_map::{Class, OnErasure, Subject, data_map, tables},
    platform::{actor::Actor, clock::Clock, db::Db},
    privacy::erasure::{
        Erase, EraseByStaff, Erased, certificate_of, check_ledger, destroy_expired_archive, erase_by_staff,
        erase_contact, erasure_of_contact, restore_check, write_ledger,
    },
};
use chrono::TimeDelta;
use entity::{
    ContactId, ErasureCause, ErasureGround, HoldReason, Role, activity, archive_item, contact, data_key,
    erasure, hold, mail, opt_in, residue_scan, submission, suppression,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    Value as SqlValue,
};
use serde_json::{Value, json};

use crate::{
    fields::{field, made, set},
    support::{Client, Script, SmtpServer, TestApp, TestForm, Verb, Worker, on_postgres, rows},
};

const ADA: &str = "ada.lovelace@example.org";

const ERASE: &str = "mutation($input: EraseContactInput!) { eraseContact(input: $input) {
    erasure { id contactId cause ground at erased { table rows } held { table rows reason until } scannedAt
        residues { column values } recipients { name state } } userErrors { code field message } } }";
const CERTIFICATE: &str = "query($id: ID!) { erasure(id: $id) { scannedAt residues { column values }
    held { table rows reason until } recipients { name state } } }";

/// Ada: confirmed through a form, with names, numbers, a second address, a note, a tag, a deal that was won and a
/// secret.
async fn ada(app: &TestApp) -> (TestForm, ContactId) {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let id = only_contact(app).await;
    let owner = app.api_key(Role::Owner).await;
    let version = contact::Entity::find().one(app.app.db()).await.unwrap().unwrap().version;
    let text = "mutation($id: ID!, $version: Int!) {
        updateContact(input: { contactId: $id, expectedVersion: $version, givenName: \"Ada\", familyName: \"Lovelace\",
            phone: \"+33612345678\", jobTitle: \"Countess\", externalId: \"crm-00042\",
            postalAddress: \"12 St James's Square\" }) { userErrors { code field message } }
        addContactAddress(input: { contactId: $id, email: \"ada@analytical.example\" }) { userErrors { message } }
        tagContacts(input: { contactIds: [$id], add: [\"fair\"] }) { userErrors { message } }
        logActivity(input: { kind: NOTE, subject: \"Met Ada Lovelace\", body: \"wrote to ada@analytical.example\",
            contactId: $id }) { userErrors { message } } }";
    let done = owner.gql(text, json!({ "id": id, "version": version })).await;
    for (name, payload) in done.as_object().unwrap() {
        assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    }
    made(&owner, field("account_no", "IBAN", "SECRET")).await;
    set(app, Actor::Operator, id, &[("account_no", Some("FR7630006000011234567890189"))]).await.unwrap();
    win_a_deal(app, &owner, id).await;
    (form, id)
}

async fn only_contact(app: &TestApp) -> ContactId {
    let rows = contact::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].id
}

async fn win_a_deal(app: &TestApp, owner: &Client<'_>, id: ContactId) -> entity::DealId {
    let text =
        "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { stages { id } }
        userErrors { message } } }";
    let stages = json!([{ "name": "New", "kind": "OPEN" }, { "name": "Won", "kind": "WON" },
        { "name": "Lost", "kind": "LOST" }]);
    let pipeline = json!({ "input": { "name": "Sales", "currency": "EUR", "stages": stages } });
    let pipeline = owner.gql(text, pipeline).await["createPipeline"]["pipeline"].clone();
    let text = "mutation($input: CreateDealInput!) { createDeal(input: $input) { deal { id } userErrors { message } } }";
    let deal = json!({ "input": { "title": "An engine", "stageId": pipeline["stages"][0]["id"],
        "contacts": [{ "contactId": id, "role": "DECISION_MAKER" }] } });
    let deal = owner.gql(text, deal).await["createDeal"]["deal"]["id"].clone();
    let text = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { userErrors { message } } }";
    let moved = json!({ "input": { "dealId": deal, "toStageId": pipeline["stages"][1]["id"] } });
    let moved = owner.gql(text, moved).await;
    assert_eq!(moved["moveDeal"]["userErrors"], json!([]), "{moved:#}");
    app.run_jobs().await;
    deal.as_str().unwrap().parse().unwrap()
}

async fn erase(client: &Client<'_>, id: ContactId, more: Value) -> Value {
    let mut input = json!({ "contactId": id, "ground": "CONSENT_WITHDRAWN" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.gql(ERASE, json!({ "input": input })).await["eraseContact"].clone()
}

/// Every text of the database in which one of these words stands, in lower case: by this test's own means.
async fn texts_with(app: &TestApp, words: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for column in data_map().iter().filter(|column| column.is_text) {
        for word in words {
            let text =
                format!("SELECT COUNT(*) AS n FROM {} WHERE LOWER({}) LIKE $1", column.table, column.name);
            let n: i64 =
                app.query(&text, vec![format!("%{word}%").into()]).await[0].try_get("", "n").unwrap();
            if n > 0 {
                found.insert(format!("{}.{}", column.table, column.name));
            }
        }
    }
    found
}

const OF_ADA: [&str; 8] =
    ["lovelace", "ada@analytical", "612345678", "crm-00042", "countess", "st james", "met ada", "wrote to"];

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_after_an_erasure_no_text_and_no_key_of_the_person_is_left() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    assert!(texts_with(&app, &OF_ADA).await.len() > 8, "she can be found while she is there");
    let dpo = app.api_key(Role::Dpo).await;
    let keep = json!({ "keep": { "claims": false, "accounting": false } });
    let done = erase(&dpo, id, keep).await;
    assert_eq!(done["userErrors"], json!([]), "{done:#}");
    assert_eq!(done["erasure"]["contactId"], id.to_string());
    let erased = done["erasure"]["erased"].as_array().unwrap();
    for table in
        ["contact", "contact_address", "activity", "consent", "evidence", "provenance", "search_word"]
    {
        assert!(erased.iter().any(|one| one["table"] == table), "{table} in {erased:#?}");
    }
    assert_eq!(done["erasure"]["held"], json!([]));
    assert_eq!(texts_with(&app, &OF_ADA).await, BTreeSet::new());
    for column in data_map().iter().filter(|column| column.name == "contact_id") {
        let text = format!("SELECT COUNT(*) AS n FROM {} WHERE contact_id = $1", column.table);
        let n: i64 = app.query(&text, vec![id.into()]).await[0].try_get("", "n").unwrap();
        let by_ids = ["erasure"].contains(&column.table);
        assert_eq!(n > 0, by_ids, "{} rows of her in {}", n, column.table);
    }
    app.run_jobs().await;
    assert_eq!(app.count("data_key").await, 0, "nothing sealed of hers opens, and the scan's key is gone");
    assert_eq!(residue_scan::Entity::find().count(app.app.db()).await.unwrap(), 0);
    let id = done["erasure"]["id"].clone();
    let shown = dpo.gql(CERTIFICATE, json!({ "id": id })).await["erasure"].clone();
    assert_eq!(shown["residues"], json!([]), "{shown:#}");
    assert!(shown["scannedAt"].is_string());
    // That a mail left stays known, and to whom not.
    let mails = mail::Entity::find().all(app.app.db()).await.unwrap();
    assert!(!mails.is_empty());
    assert!(mails.iter().all(|mail| mail.sealed.is_none() && mail.contact_id.is_none()));
    assert_eq!(app.count("deal").await, 1, "the deal stays, without her");
    let entries = app.journal().await;
    let entry = entries.iter().find(|entry| entry.kind == "contact.erased").unwrap();
    assert!(entry.bytes.contains("CONSENT_WITHDRAWN"), "{}", entry.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_every_personal_text_of_every_table_goes_whatever_stands_in_it() {
    const MARK: &str = "zzmark ada.lovelace@example.org";
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    let (recipient, _) = rows::recipient_to_tell(&app, app.workspace, id, form.newsletter).await;
    rows::breach(&app, app.workspace).await;
    fill_tables(&app, id).await;
    // Once more, for tables whose rows stand below rows of tables further down.
    let unfilled = fill_tables(&app, id).await;
    assert_eq!(unfilled, Vec::<String>::new(), "no row of the person could be made there: fill them by hand");
    // Every column that staff or the person fill with words of their own.
    let mut marked = BTreeSet::new();
    for column in data_map() {
        let theirs = column.subject == Subject::Contact && column.class == Class::Personal && column.is_text;
        let goes = !matches!(column.on_erasure, OnErasure::Keep(_) | OnErasure::Scan);
        if !(theirs && goes) || WORDS_OF_OURS.contains(&column.name) {
            continue;
        }
        let owner = ["contact_id", "row_id", "id"].into_iter().find(|name| {
            let known = data_map().iter().any(|one| one.table == column.table && one.name == *name);
            known && (*name != "id" || column.table == "contact")
        });
        let Some(owner) = owner else { continue };
        let text = format!("UPDATE {} SET {} = $1 WHERE {owner} = $2", column.table, column.name);
        let changed = app.app.ledger.db.touch(&text, vec![MARK.into(), id.into()]).await;
        if changed.is_ok_and(|rows| rows > 0) {
            marked.insert(format!("{}.{}", column.table, column.name));
        }
    }
    assert!(marked.len() > 12, "{marked:?}");
    let dpo = app.api_key(Role::Dpo).await;
    let done = erase(&dpo, id, json!({})).await;
    assert_eq!(done["userErrors"], json!([]), "{done:#}");
    assert_eq!(texts_with(&app, &["zzmark", "lovelace@example"]).await, BTreeSet::new());
    assert_eq!(done["erasure"]["recipients"][0]["name"], "Mailer", "{done:#}");
    let notices = "SELECT COUNT(*) AS n FROM recipient_notice WHERE recipient_id = $1 AND kind = 'ERASURE'";
    let n: i64 = app.query(notices, vec![recipient.into()]).await[0].try_get("", "n").unwrap();
    assert_eq!(n, 1, "whom her data were disclosed to is to be told");
    app.run_jobs().await;
}

/// Columns of text whose words are ours, so that nothing else can stand in them.
const WORDS_OF_OURS: [&str; 22] = [
    "kind",
    "state",
    "channel",
    "role",
    "reason",
    "lifecycle",
    "language",
    "means",
    "entity",
    "lead",
    "word",
    "fields",
    "reasons",
    "email_key",
    "due_on",
    "custom",
    "source",
    "cause",
    "scope",
    "ground",
    "how",
    "mechanism",
];

/// Inserts a row of the person into every table with a `contact_id` that has none. Returns those that took none.
async fn fill_tables(app: &TestApp, id: ContactId) -> Vec<String> {
    let mut unfilled = Vec::new();
    for table in tables() {
        let columns: Vec<_> = data_map().iter().filter(|column| column.table == table.name).collect();
        if !columns.iter().any(|column| column.name == "contact_id") || table.name == "erasure" {
            continue;
        }
        let there = format!("SELECT COUNT(*) AS n FROM {} WHERE contact_id = $1", table.name);
        let n: i64 = app.query(&there, vec![id.into()]).await[0].try_get("", "n").unwrap();
        if n > 0 {
            continue;
        }
        let types = types_of(app, table.name).await;
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let mut values: Vec<SqlValue> = Vec::new();
        for name in &names {
            values.push(match parent(app, name).await {
                Some(parent) => parent,
                None => some_value(app, id, name, &types[*name]),
            });
        }
        let places: Vec<String> = (1..=values.len()).map(|at| format!("${at}")).collect();
        let text =
            format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), places.join(", "));
        if let Err(error) = app.app.ledger.db.touch(&text, values).await {
            unfilled.push(format!("{}: {error}", table.name));
        }
    }
    unfilled
}

/// The id of a row that exists, for a column that refers to one.
async fn parent(app: &TestApp, column: &str) -> Option<SqlValue> {
    let table = match column {
        "purpose_id" => "purpose",
        "recipient_id" => "recipient",
        "breach_id" => "breach",
        "authorisation_id" => "transfer_authorisation",
        "package_id" => "package",
        _ => return None,
    };
    let text = format!("SELECT id FROM {table} WHERE workspace_id = $1 LIMIT 1");
    let rows = app.query(&text, vec![app.workspace.into()]).await;
    rows.first().map(|row| row.try_get::<sea_orm::prelude::Uuid>("", "id").unwrap().into())
}

async fn types_of(app: &TestApp, table: &str) -> std::collections::HashMap<String, String> {
    let text = if on_postgres() {
        format!(
            "SELECT column_name AS c, data_type AS k FROM information_schema.columns WHERE table_name = '{table}'"
        )
    } else {
        format!("SELECT name AS c, type AS k FROM pragma_table_info('{table}')")
    };
    let rows = app.query(&text, vec![]).await;
    let text = |row: &sea_orm::QueryResult, name| row.try_get::<String>("", name).unwrap().to_lowercase();
    rows.iter().map(|row| (text(row, "c"), text(row, "k"))).collect()
}

fn some_value(app: &TestApp, id: ContactId, name: &str, kind: &str) -> SqlValue {
    match (name, kind) {
        ("workspace_id", _) => app.workspace.into(),
        ("contact_id" | "row_id", _) => id.into(),
        (_, "uuid" | "uuid_text") => ContactId::new().0.into(),
        (_, kind) if kind.starts_with("timestamp") => app.app.now().into(),
        (_, "blob" | "bytea") => vec![7_u8; 32].into(),
        (_, "integer") => 1_i32.into(),
        (_, "bigint") => 1_i64.into(),
        (_, "boolean") => true.into(),
        ("kind", _) => "MY_DATA".into(),
        ("state", _) => "WAITING".into(),
        ("language", _) => "en".into(),
        _ => "filled".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_law_keeps_is_apart_with_a_reason_and_an_end_and_every_reading_is_recorded() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let dpo = app.api_key(Role::Dpo).await;
    let done = erase(&dpo, id, json!({})).await;
    let held = done["erasure"]["held"].as_array().unwrap();
    let reasons: Vec<_> = held.iter().map(|one| (one["table"].clone(), one["reason"].clone())).collect();
    let archive = json!("archive_item");
    assert_eq!(
        reasons,
        [(archive.clone(), json!("LEGAL_CLAIMS")), (archive, json!("ACCOUNTING"))],
        "{held:#?}"
    );
    assert!(held.iter().all(|one| one["until"].is_string()));
    assert_eq!(texts_with(&app, &OF_ADA).await, BTreeSet::new(), "what is kept is sealed");

    let ask =
        "query($id: ID!) { archive(contactId: $id, reason: LEGAL_CLAIM) { source content reason until } }";
    let refused = app.api_key(Role::Sales).await.gql_raw(ask, json!({ "id": id })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused:#}");
    let shown = dpo.gql(ask, json!({ "id": id })).await["archive"].clone();
    let of = |source: &str| {
        shown.as_array().unwrap().iter().find(|one| one["source"] == source).unwrap()["content"].clone()
    };
    assert_eq!(of("deal_contact")["familyName"], "Lovelace");
    assert_eq!(of("evidence")["evidence"]["mailbox"], ADA);
    assert_eq!(of("consent")["state"], "GIVEN");
    let read =
        app.journal().await.into_iter().filter(|entry| entry.kind == "archive.read").collect::<Vec<_>>();
    assert_eq!(read.len(), 1, "the refused one read nothing");
    assert!(read[0].bytes.contains("LEGAL_CLAIM"), "{}", read[0].bytes);
    let nobody = dpo.gql(ask, json!({ "id": ContactId::new() })).await;
    assert_eq!(nobody["archive"], Value::Null);

    app.run_jobs().await;
    app.advance(TimeDelta::days(365 * 5 + 3));
    assert!(!destroy_expired_archive(&app.app).await.unwrap());
    let left = archive_item::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(left.iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), ["deal_contact"]);
    let keys = data_key::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(keys.iter().map(|key| key.id).collect::<Vec<_>>(), [left[0].data_key_id], "each has its own");
    app.advance(TimeDelta::days(365 * 5 + 3));
    destroy_expired_archive(&app.app).await.unwrap();
    assert_eq!(app.count("archive_item").await + app.count("data_key").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn unlawful_processing_keeps_no_proofs_of_consent() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let done = erase(&app.api_key(Role::Dpo).await, id, json!({ "ground": "UNLAWFUL" })).await;
    let held = done["erasure"]["held"].as_array().unwrap();
    assert_eq!(held.iter().map(|one| one["reason"].clone()).collect::<Vec<_>>(), [json!("ACCOUNTING")]);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scan_says_where_the_person_is_still_named_without_the_text() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    app.confirmed(&form, "bob@example.org").await;
    let owner = app.api_key(Role::Owner).await;
    let bob = owner
        .gql("{ contacts(first: 1, filter: { email: \"bob@example.org\" }) { nodes { id } } }", json!({}))
        .await["contacts"]["nodes"][0]["id"]
        .clone();
    let note = "mutation($id: ID!, $body: String!) { logActivity(input: { kind: NOTE, subject: \"Lunch\", body: $body,
        contactId: $id }) { activity { id } userErrors { message } } }";
    let body = "knows ADA  Lovelace, her number is 06 12 34 56 78";
    let note =
        owner.gql(note, json!({ "id": bob, "body": body })).await["logActivity"]["activity"]["id"].clone();
    let company =
        "mutation { createCompany(input: { name: \"Lovelace & Daughters\" }) { userErrors { message } } }";
    owner.gql(company, json!({})).await;
    let deal = "UPDATE deal SET title = 'For ada@analytical.example'";
    app.app.ledger.db.touch(deal, vec![]).await.unwrap();
    let dpo = app.api_key(Role::Dpo).await;
    let done = erase(&dpo, id, json!({})).await;
    assert_eq!(done["erasure"]["residues"], Value::Null, "not known yet");
    app.run_jobs().await;
    let shown = dpo.gql(CERTIFICATE, json!({ "id": done["erasure"]["id"] })).await["erasure"].clone();
    assert_eq!(
        shown["residues"],
        json!([{ "column": "activity.body", "values": 1 }, { "column": "deal.title", "values": 1 }]),
        "her family's company is not she"
    );
    let told: Vec<_> =
        app.journal().await.into_iter().filter(|entry| entry.kind == "erasure.residue_found").collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|entry| entry.object.as_deref() == note.as_str()), "which row it is");
    assert!(told.iter().all(|entry| !entry.bytes.to_lowercase().contains("lovelace")));
    assert_eq!(app.count("residue_scan").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_interrupted_goes_on_and_its_job_names_nobody() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    app.app.ledger.db.touch("UPDATE deal SET title = 'For ada@analytical.example'", vec![]).await.unwrap();
    erase(&app.api_key(Role::Dpo).await, id, json!({})).await;
    let jobs = app.query("SELECT payload FROM job WHERE kind = 'scan_residues'", vec![]).await;
    let payload: String = jobs[0].try_get("", "payload").unwrap();
    assert_eq!(payload, format!("{{\"workspace\":\"{}\"}}", app.workspace));
    // As if a worker had died after the table `deal`.
    let text = "UPDATE residue_scan SET reached = 'deal', found = '{\"deal.title\":1}'";
    app.app.ledger.db.touch(text, vec![]).await.unwrap();
    app.app.ledger.db.touch("DELETE FROM job WHERE kind = 'scan_residues'", vec![]).await.unwrap();
    app.advance(TimeDelta::hours(2));
    accord::jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let row = erasure::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.residues.as_deref(), Some("{\"deal.title\":1}"), "found once");
    let shown = certificate_of(app.app.db(), app.workspace, row.id).await.unwrap().unwrap();
    assert_eq!(shown.residues.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_forbids_an_erasure_until_it_ends() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let now = app.app.now();
    let row = hold::Model {
        workspace_id: app.workspace,
        id: entity::HoldId::new(),
        contact_id: id,
        reason: HoldReason::Dispute,
        author: "system".to_owned(),
        since: now,
        until: now + TimeDelta::days(10),
        released_at: None,
        entry_id: entity::EntryId::new(),
        data_key_id: None,
        sealed: None,
    };
    hold::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    let dpo = app.api_key(Role::Dpo).await;
    let done = erase(&dpo, id, json!({})).await;
    assert_eq!(done["userErrors"][0]["code"], "WRONG_STATE", "{done:#}");
    assert!(done["userErrors"][0]["message"].as_str().unwrap().contains("2026-12-03"));
    assert_eq!(app.count("contact").await, 1);
    app.advance(TimeDelta::days(11));
    assert_eq!(erase(&dpo, id, json!({})).await["userErrors"], json!([]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_erasures_at_once_are_one_and_a_third_changes_nothing() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let wanted = EraseByStaff {
        contact: id,
        ground: ErasureGround::ConsentWithdrawn,
        request: None,
        remember: false,
        exceptions: None,
    };
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (app, workspace) = (app.app.clone(), app.workspace);
            tokio::spawn(async move {
                accord::platform::work::attempt::repeat(|| {
                    erase_by_staff(&app, workspace, Actor::Operator, wanted)
                })
                .await
            })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap().unwrap().id);
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(app.count("erasure").await, 1);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "contact.erased").count(), 1);
    let dpo = app.api_key(Role::Dpo).await;
    let again = erase(&dpo, id, json!({})).await;
    assert_eq!(again["erasure"]["id"], ids.first().unwrap().to_string());
    let nobody = erase(&dpo, ContactId::new(), json!({})).await;
    assert_eq!(nobody["userErrors"][0]["code"], "NOT_FOUND", "{nobody:#}");
    let other = app.other_workspace("other").await;
    let theirs = app.api_key_in(other, Role::Dpo).await;
    assert_eq!(erase(&theirs, id, json!({})).await["userErrors"][0]["code"], "NOT_FOUND");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_merged_into_the_erased_one_is_erased_with_them() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    app.confirmed(&form, "second@example.org").await;
    let owner = app.api_key(Role::Owner).await;
    let all = owner.gql("{ contacts(first: 9) { nodes { id version email } } }", json!({})).await;
    let find = |email: &str| {
        all["contacts"]["nodes"].as_array().unwrap().iter().find(|one| one["email"] == email).unwrap().clone()
    };
    let (survivor, other) = (find(ADA), find("second@example.org"));
    let text =
        "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) { userErrors { message } } }";
    let input = json!({ "survivorId": survivor["id"], "mergedId": other["id"],
        "expectedSurvivorVersion": survivor["version"], "expectedMergedVersion": other["version"] });
    let merged = owner.gql(text, json!({ "input": input })).await;
    assert_eq!(merged["mergeContacts"]["userErrors"], json!([]), "{merged:#}");
    let old: ContactId = other["id"].as_str().unwrap().parse().unwrap();
    // By the old id.
    let done = erase(&app.api_key(Role::Dpo).await, old, json!({})).await;
    assert_eq!(done["erasure"]["contactId"], id.to_string(), "{done:#}");
    assert_eq!(app.count("contact").await + app.count("contact_alias").await, 0);
    let known = erasure_of_contact(app.app.db(), app.workspace, old).await.unwrap();
    assert_eq!(known.unwrap().contact_id, id, "the old id leads to the erasure");
    let lost = owner.gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": old })).await;
    assert_eq!(lost["node"], Value::Null);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_on_its_way_leaves_no_trace_of_whom_it_went_to() {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    let taken = server.taken();
    let mail = taken.last().unwrap();
    let link = crate::support::TestMail::read(ADA, &String::from_utf8_lossy(&mail.bytes)).link("confirm");
    server.next(Script::Hold(Verb::End));
    app.visitor().post_form(&link, &[]).await;
    let id = only_contact(&app).await;
    // The receipt is handed over, and the server thinks about it.
    let worker = Worker::start(&app);
    server.reached().await;
    let mut work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    let wanted = Erase {
        contact: id,
        cause: ErasureCause::Staff,
        ground: ErasureGround::ConsentWithdrawn,
        request: None,
        remember: false,
    };
    let done = erase_contact(&mut work, &app.app.vault, wanted).await.unwrap();
    assert!(matches!(done, Erased::Done(_)), "{done:?}");
    work.commit().await.unwrap();
    server.release();
    for _ in 0..100 {
        if app.count("residue_scan").await == 0 && app.count("job").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    worker.ask_to_stop();
    worker.ended().await;
    assert_eq!(app.count("contact").await, 0);
    let mails = mail::Entity::find().all(app.app.db()).await.unwrap();
    assert!(mails.iter().all(|mail| mail.sealed.is_none() && mail.contact_id.is_none()), "{mails:?}");
    assert_eq!(texts_with(&app, &["lovelace"]).await, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_mailbox_ends_and_its_link_leads_nowhere() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    // Another submission that she did not answer yet.
    let events = app.purpose("events", entity::LegalBasis::Consent).await;
    let offer =
        accord::forms::definition::ConsentOffer { purpose_id: events, channel: entity::Channel::Email };
    let other = app.publish_in(app.workspace, crate::support::definition(vec![offer], None), events).await;
    let fields = [("email", ADA), ("consent", "events:email")];
    assert_eq!(app.visitor().submit_fields(&other, &fields).await.status, 303);
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("confirm");
    erase(&app.api_key(Role::Dpo).await, id, json!({})).await;
    let rows = submission::Entity::find().all(app.app.db()).await.unwrap();
    assert!(rows.iter().all(|row| row.sealed.is_none() && row.payload_hash.is_none()));
    let rows = opt_in::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.contact_id.is_none() && row.fingerprint.is_empty()));
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    assert_eq!(app.count("contact").await, 0, "an old link brings nobody back");
    // Who asks again is asked again, as anybody else.
    app.advance(TimeDelta::hours(1));
    app.confirmed(&form, ADA).await;
    let new = only_contact(&app).await;
    assert_ne!(new, id);
    assert_eq!(app.consent_of(ADA).await, Some(entity::ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_left_alone_stays_a_fingerprint_and_a_new_import_stays_suppressed() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    let purpose = app.purpose("orders", entity::LegalBasis::LegitimateInterests).await;
    let dpo = app.api_key(Role::Dpo).await;
    let done = erase(&dpo, id, json!({ "remember": true })).await;
    let held = done["erasure"]["held"].as_array().unwrap();
    assert!(held.iter().any(|one| one["table"] == "suppression" && one["rows"] == 2), "{held:#?}");
    let kept = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(kept.len(), 2, "both mailboxes");
    app.run_jobs().await;
    let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id }
        userErrors { message } } }";
    let input = json!({ "basisPurposeId": purpose, "source": "PHONE", "givenName": "Ada", "email": ADA });
    let made = dpo.gql(text, json!({ "input": input })).await["createContact"].clone();
    let new: ContactId =
        made["contact"]["id"].as_str().unwrap_or_else(|| panic!("{made:#}")).parse().unwrap();
    let email = entity::Channel::Email;
    let may = accord::consent::may_use(&app.app, app.workspace, purpose, email, &[new]).await.unwrap();
    assert_ne!(may[&new], accord::consent::Usability::Usable);
    // The mailbox itself may say otherwise.
    app.advance(TimeDelta::hours(1));
    app.confirmed(&form, ADA).await;
    assert_eq!(app.consent_of(ADA).await, Some(entity::ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_a_contact_hears_of_the_erasure_and_then_nothing_is_shown() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let client = app.api_key(Role::Dpo).await;
    let address = app.serve().await;
    let query = "subscription($id: ID) { contactChanged(contactId: $id) { entry { kind } contact { id } } }";
    let mut events =
        crate::support::Events::subscribe(address, &client.key, query, &json!({ "id": id })).await;
    let consent = client
        .gql("query($id: ID!) { contact(id: $id) { consents { id } } }", json!({ "id": id }))
        .await["contact"]["consents"][0]["id"]
        .clone();
    erase(&client, id, json!({})).await;
    loop {
        let event = events.event("contactChanged").await;
        if event["entry"]["kind"] == "contact.erased" {
            assert_eq!(event["contact"], Value::Null);
            break;
        }
    }
    let text = "query($id: ID!, $consent: ID!) { contact(id: $id) { id } node(id: $id) { id }
        nodes(ids: [$id, $consent]) { id } journal(first: 100, filter: { contactId: $id }) { nodes { kind } } }";
    let seen = client.gql(text, json!({ "id": id, "consent": consent })).await;
    assert_eq!((&seen["contact"], &seen["node"]), (&Value::Null, &Value::Null));
    assert_eq!(seen["nodes"], json!([null, null]));
    assert!(!seen["journal"]["nodes"].as_array().unwrap().is_empty(), "the acts stay, by ids");
    // From the beginning: every entry of hers, each without her.
    let query = "subscription { consentChanged(after: 0) { entry { kind } consent { id } contact { id } } }";
    let mut events = crate::support::Events::subscribe(address, &client.key, query, &json!({})).await;
    let event = events.event("consentChanged").await;
    assert_eq!((&event["consent"], &event["contact"]), (&Value::Null, &Value::Null));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_activities_are_erased_in_at_most_50_statements() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let row = activity::Model { contact_id: Some(id), ..rows::new_activity(&app) };
    for _ in 0..20 {
        let rows = (0..500)
            .map(|_| activity::Model { id: entity::ActivityId::new(), ..row.clone() }.into_active_model());
        activity::Entity::insert_many(rows.collect::<Vec<_>>())
            .exec_without_returning(app.app.db())
            .await
            .unwrap();
    }
    let count = Arc::new(AtomicUsize::new(0));
    let heard = count.clone();
    let db = Db::connect(&app.url, 2).await.unwrap().hearing_units(move |_| {
        heard.fetch_add(1, Ordering::SeqCst);
    });
    let clock = Clock::fixed(app.app.now());
    let (config, mailer, pages) = (app.app.config.clone(), app.app.mailer.clone(), app.app.pages.clone());
    let node = App::build(config, db, clock, Some(mailer), pages).await.unwrap();
    let wanted = EraseByStaff {
        contact: id,
        ground: ErasureGround::NoLongerNecessary,
        request: None,
        remember: true,
        exceptions: None,
    };
    count.store(0, Ordering::SeqCst);
    let began = std::time::Instant::now();
    let done = erase_by_staff(&node, app.workspace, Actor::Operator, wanted).await.unwrap();
    let (statements, took) = (count.load(Ordering::SeqCst), began.elapsed());
    eprintln!("erased {} in {statements} statements and {took:?}", done.counts);
    assert!(done.counts.contains("\"activity\":10001"), "{}", done.counts);
    assert!((20..=50).contains(&statements), "{statements} statements");
    node.ledger.db.close().await;
    app.run_jobs().await;
    assert_eq!(app.count("activity").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_a_backup_from_before_an_erasure_brings_nobody_back() {
    if on_postgres() {
        return; // A file is copied here. What decides is the same.
    }
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let path = accord::platform::db::sqlite_path(&app.url).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("accord.db");
    let copy = format!("VACUUM INTO '{}'", backup.display());
    app.app.ledger.db.for_migrations().execute_unprepared(&copy).await.unwrap();
    let done = erase(&app.api_key(Role::Dpo).await, id, json!({})).await;
    app.run_jobs().await;
    check_ledger(&app.app).await.unwrap();
    let ledger = path.parent().unwrap().join("deletions.ledger");
    let text = std::fs::read_to_string(&ledger).unwrap();
    assert!(text.contains(&id.to_string()) && !text.to_lowercase().contains("lovelace"), "{text}");
    write_ledger(&app.app).await.unwrap();
    assert_eq!(std::fs::read_to_string(&ledger).unwrap(), text, "written once");

    // The backup, and the ledger as it is now. Its last line was not written whole.
    std::fs::write(folder.path().join("deletions.ledger"), format!("{text}{{\"workspace\":")).unwrap();
    let url = format!("sqlite://{}", backup.display());
    let config = accord::config::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        preview_listen: "127.0.0.1:0".parse().unwrap(),
        database_url: url.clone(),
        data_dir: folder.path().to_owned(),
        deletion_ledger: Some(folder.path().join("deletions.ledger")),
        ..app.app.config.clone()
    };
    let parts = accord::serve::Parts { http: true, workers: true, migrate: false };
    let refused = accord::serve::serve(config.clone(), parts).await.unwrap_err().to_string();
    assert!(refused.contains("run `accord restore-check`") && !refused.contains('\n'), "{refused}");
    let restored = accord::serve::start(config.clone(), false).await.unwrap();
    assert_eq!(contact::Entity::find().count(restored.db()).await.unwrap(), 1, "she is back");
    assert_eq!(restore_check(&restored).await.unwrap(), (1, 1));
    assert_eq!(contact::Entity::find().count(restored.db()).await.unwrap(), 0);
    let row = erasure::Entity::find().one(restored.db()).await.unwrap().unwrap();
    assert_eq!((row.cause, row.contact_id), (ErasureCause::Restored, id));
    assert_eq!(row.id.to_string(), done["erasure"]["id"].as_str().unwrap(), "under the same id");
    assert_eq!(restore_check(&restored).await.unwrap(), (0, 0), "twice is as once");
    restored.ledger.db.close().await;
    let serving = tokio::spawn(accord::serve::serve(config, parts));
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert!(!serving.is_finished(), "now it starts: {:?}", serving.await);
    serving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_older_than_the_person_knows_of_the_erasure_afterwards() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let (workspace, erasure) = (app.workspace, entity::ErasureId::new());
    let line = |workspace: &str, erasure: &str| {
        format!(
            "{{\"workspace\":\"{workspace}\",\"erasure\":\"{erasure}\",\"contact\":\"{}\",\"at\":\"2026-11-20T00:00:00Z\"}}\n",
            ContactId::new()
        )
    };
    let text = line(&workspace.to_string(), &erasure.to_string())
        + &line(&entity::WorkspaceId::new().to_string(), &entity::ErasureId::new().to_string());
    std::fs::write(&path, text).unwrap();
    let config = accord::config::Config { deletion_ledger: Some(path.clone()), ..app.app.config.clone() };
    let db = Db::connect(&app.url, 2).await.unwrap();
    let node =
        App::build(config, db, Clock::fixed(app.app.now()), None, app.app.pages.clone()).await.unwrap();
    assert!(check_ledger(&node).await.unwrap_err().to_string().contains("1 erasure in"));
    assert_eq!(
        restore_check(&node).await.unwrap(),
        (1, 0),
        "nobody was there, and another database's do not count"
    );
    check_ledger(&node).await.unwrap();
    std::fs::write(&path, "not a line\n").unwrap();
    let broken = check_ledger(&node).await.unwrap_err().to_string();
    assert!(broken.contains("line 1"), "{broken}");
    node.ledger.db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_erasures_are_searched_for_in_one_pass() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for n in 0..5 {
        app.confirmed(&form, &format!("person{n}@example.org")).await;
    }
    let ids: Vec<ContactId> =
        contact::Entity::find().all(app.app.db()).await.unwrap().into_iter().map(|row| row.id).collect();
    let pipeline = "UPDATE form SET name = 'for person3@example.org'";
    app.app.ledger.db.touch(pipeline, vec![]).await.unwrap();
    let mut work = app.app.begin(app.workspace, Actor::System).await.unwrap();
    for id in ids {
        let wanted = Erase {
            contact: id,
            cause: ErasureCause::Retention,
            ground: ErasureGround::RetentionElapsed,
            request: None,
            remember: false,
        };
        assert!(matches!(erase_contact(&mut work, &app.app.vault, wanted).await.unwrap(), Erased::Done(_)));
    }
    work.commit().await.unwrap();
    let jobs = "SELECT COUNT(*) AS n FROM job WHERE kind = 'scan_residues'";
    let n: i64 = app.query(jobs, vec![]).await[0].try_get("", "n").unwrap();
    assert_eq!(n, 1);
    app.run_jobs().await;
    let rows = erasure::Entity::find()
        .filter(erasure::Column::ScannedAt.is_not_null())
        .all(app.app.db())
        .await
        .unwrap();
    assert_eq!(rows.len(), 5);
    let found: Vec<_> =
        rows.iter().filter_map(|row| row.residues.clone()).filter(|text| text != "{}").collect();
    assert_eq!(found, ["{\"form.name\":1}"]);
}
