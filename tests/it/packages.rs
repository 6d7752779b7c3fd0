//! Copies of a person's data (GDPR Art. 15): what is in them, who gets them, and how they end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{Cursor, Read},
    net::SocketAddr,
};

use accord::{
    link_uses::Use,
    persons::data_map::{Class, Subject, data_map},
    platform::{actor::Actor, data_keys, tokens::Link, vault::Place},
    privacy::packages::{collect::SHAPES, order_package, schema},
};
use axum::{body::Body, extract::ConnectInfo, http::Request};
use chrono::TimeDelta;
use entity::{ContactId, KeyOwner, PackageKind, Role, activity, contact, package, package_part};
use http_body_util::BodyExt;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    fields::{field, made, person, set},
    support::{Client, TestApp, rows},
};

pub const ADA: &str = "ada@example.org";
const IBAN: &str = "FR7630006000011234567890189";
const ORDER: &str = "mutation($input: OrderPackageInput!) { orderPackage(input: $input) {
    package { id state kind bytes downloads } userErrors { code field } } }";

/// Presses the button at this path, and takes the file as it is.
pub async fn press(app: &TestApp, path: &str) -> (u16, axum::http::HeaderMap, Vec<u8>) {
    let peer: SocketAddr = "203.0.113.9:4711".parse().unwrap();
    let mut request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = app.router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = answer.into_body().collect().await.unwrap().to_bytes().to_vec();
    (status, headers, bytes)
}

/// The files in an archive.
pub fn unzip(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().to_owned(), text);
    }
    files
}

pub async fn order(client: &Client<'_>, contact: ContactId, kind: &str) -> Value {
    let input = json!({ "input": { "contactId": contact, "kind": kind } });
    client.gql(ORDER, input).await["orderPackage"].clone()
}

/// Orders a package, and takes the files behind the link of its mail.
pub async fn package_of(app: &TestApp, contact: ContactId, kind: &str) -> BTreeMap<String, String> {
    let dpo = app.member(Role::Dpo).await;
    assert_eq!(order(&dpo, contact, kind).await["userErrors"], json!([]));
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("my-data/package");
    let (status, _, bytes) = press(app, &link).await;
    assert_eq!(status, 200);
    unzip(&bytes)
}

pub fn data_of(files: &BTreeMap<String, String>) -> Value {
    serde_json::from_str(&files["data.json"]).expect("data.json is JSON")
}

/// Adds to what staff may see of somebody.
pub async fn change(app: &TestApp, id: ContactId, change: impl FnOnce(&mut contact::ActiveModel)) {
    let row = contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    change(&mut row);
    contact::Entity::update(row).exec(app.app.db()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_everything_behind_a_link_and_a_button() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let answer = order(&dpo, contact, "ACCESS").await;
    assert_eq!(answer["package"]["state"], "BUILDING");
    app.run_jobs().await;
    let mail = app.mails_to(ADA).last().unwrap().clone();
    assert_eq!(mail.subject, "Your copy is ready");
    assert!(!mail.text.contains(ADA), "{}", mail.text);
    let link = mail.link("my-data/package");
    for _ in 0..2 {
        let page = app.visitor().get(&link).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.words().contains("Your copy is ready") && !page.text.contains(ADA), "{}", page.text);
    }
    let row = package::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.downloads, 0, "looking counts nothing");
    let (status, headers, bytes) = press(&app, &link).await;
    assert_eq!(status, 200);
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-type"), "application/zip");
    assert_eq!(header("content-disposition"), "attachment; filename=\"my-data-2026-11-23.zip\"");
    assert_eq!(header("content-length"), bytes.len().to_string());
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes).to_vec();
    assert_eq!((row.bytes, row.sha256), (i64::try_from(bytes.len()).unwrap(), Some(hash)));
    let files = unzip(&bytes);
    for name in [
        "index.html",
        "data.json",
        "schema.json",
        "contact.vcf",
        "consent-receipts.jsonld",
        "csv/values.csv",
        "csv/addresses.csv",
        "csv/consents.csv",
        "csv/consent_proofs.csv",
        "csv/journal.csv",
        "csv/mails.csv",
        "csv/submissions.csv",
    ] {
        assert!(files.contains_key(name), "{name} is not in {:?}", files.keys());
    }
    press(&app, &link).await;
    let query = "query($id: ID!) { packages(contactId: $id, first: 10) { totalCount nodes { state kind downloads } } }";
    let listed = dpo.gql(query, json!({ "id": contact })).await;
    assert_eq!(
        listed["packages"],
        json!({ "totalCount": 1, "nodes": [{ "state": "READY", "kind": "ACCESS", "downloads": 2 }] })
    );
    let kinds = app.journal_kinds().await;
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    assert_eq!(
        (count("package.ordered"), count("package.built"), count("package.downloaded")),
        (1, 1, 2),
        "{kinds:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_eight_points_of_article_15_are_told_in_the_persons_language() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    rows::recipient_to_tell(&app, app.workspace, contact, form.newsletter).await;
    change(&app, contact, |row| row.language = Set("fr".to_owned())).await;
    let files = package_of(&app, contact, "ACCESS").await;
    let about = data_of(&files)["about"].clone();
    assert_eq!(about["purposes"][0]["title"], "Finalité newsletter");
    assert_eq!(about["purposes"][0]["legal_basis"], "CONSENT");
    assert_eq!(about["recipients"][0]["name"], "Mailer SAS", "the actual recipients (C-154/21)");
    for point in ["categories", "retention", "rights", "sources"] {
        assert!(!about[point].as_array().unwrap().is_empty(), "{point}: {about}");
    }
    for point in ["complaint", "automated_decisions"] {
        assert!(about[point].as_str().unwrap().len() > 40, "{point}: {about}");
    }
    assert!(about["complaint"].as_str().unwrap().contains("CNIL"), "{about}");
    let page = &files["index.html"];
    assert!(
        page.starts_with("<!doctype html>\n<html lang=\"fr\">") && page.trim_end().ends_with("</html>"),
        "{page}"
    );
    assert_eq!(page.matches("<h1>").count(), 1);
    for text in
        ["Vos consentements", "Mailer SAS", "CNIL", "ada@example.org", "Finalité newsletter", "@media print"]
    {
        assert!(page.contains(text), "no {text:?} in {page}");
    }
    for forbidden in ["<script", "src=", "<link", "url(", "http-equiv", "onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_json_is_what_its_schema_says() {
    let app = TestApp::new().await;
    let contact = somebody_with_everything(&app).await;
    let files = package_of(&app, contact, "ACCESS").await;
    let brought: Value = serde_json::from_str(&files["schema.json"]).unwrap();
    assert_eq!(brought, schema());
    assert!(jsonschema::draft202012::meta::is_valid(&brought), "the schema is one of draft 2020-12");
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&brought).unwrap();
    let data = data_of(&files);
    let faults: Vec<String> =
        validator.iter_errors(&data).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut wrong = data;
    wrong["records"]["values"][0]["source"] = "NOBODY".into();
    assert!(!validator.is_valid(&wrong));
}

/// Somebody about whom there is something in every column that is about people.
async fn somebody_with_everything(app: &TestApp) -> ContactId {
    let form = app.newsletter_form().await;
    let contact = person(app, &form, ADA).await;
    let owner = app.api_key(Role::Owner).await;
    made(&owner, field("account_no", "IBAN", "SECRET")).await;
    made(&owner, field("topic", "TEXT", "OPEN")).await;
    let values = [("account_no", Some(IBAN)), ("topic", Some("Looms & cards"))];
    set(app, Actor::Operator, contact, &values).await.unwrap();
    let now = app.app.now();
    change(app, contact, |row| {
        row.family_name = Set("Lovelace".to_owned());
        row.sort_name = Set("lovelace ada".to_owned());
        row.phone = Set("+33199001234".to_owned());
        row.job_title = Set("Countess".to_owned());
        row.company_name = Set("Analytical Engines".to_owned());
        row.postal_address = Set("12 St James's Square\nLondon".to_owned());
        row.external_id = Set(Some("erp-1815".to_owned()));
        row.last_contact_at = Set(Some(now));
        row.art14_due_at = Set(Some(now));
    })
    .await;
    rows::recipient_to_tell(app, app.workspace, contact, form.newsletter).await;
    contact
}

/// What cannot or need not be in a package, each with its reason.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("contact", "sort_name", "a folded copy of the name, which is there"),
    ("contact_address", "email_key", "a folded copy of the address, which is there"),
    ("field_value", "text", "folded copies of values, which are there"),
    ("field_value", "number", "copies of values, which are there"),
    ("search_word", "word", "folded copies of words of values, which are there"),
    ("search_word", "lead", "their first letters"),
    ("submission", "payload_hash", "a keyed hash"),
    ("package", "sha256", "a hash of the package itself, which it cannot hold"),
    ("package_part", "sealed", "the package itself"),
    ("residue_scan", "sealed", "only of erased contacts, who get no package"),
    ("archive_item", "sealed", "only of erased contacts, who get no package"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_personal_column_of_the_data_map_is_read_into_the_package() {
    // Sealed columns are opened: the values inside are listed instead.
    let read: BTreeSet<(&str, &str)> = SHAPES
        .iter()
        .flat_map(|shape| shape.columns.iter().map(move |column| (shape.table, *column)))
        .collect();
    let read_from: BTreeSet<&str> = SHAPES.iter().map(|shape| shape.table).collect();
    // Columns that are told under another name or inside another value.
    let told_as = |table: &str, column: &str| match (table, column) {
        (
            "contact",
            "given_name" | "family_name" | "phone" | "job_title" | "company_name" | "postal_address"
            | "custom",
        )
        | ("sealed_value", "sealed" | "set_at") => Some(("contact", "value")),
        ("mail" | "evidence", "sealed") => {
            Some((table_of(table), if table == "mail" { "subject" } else { "mailbox" }))
        }
        ("submission" | "request" | "request_step" | "mailbox_proof" | "hold" | "quarantine", "sealed") => {
            Some((table_of(table), "content"))
        }
        ("transfer_authorisation", "sealed") => Some(("transfer_authorisation", "purpose")),
        _ => None,
    };
    let mut missing = Vec::new();
    for column in data_map()
        .iter()
        .filter(|column| column.subject == Subject::Contact && column.class == Class::Personal)
    {
        let there = read.contains(&(column.table, column.name))
            || told_as(column.table, column.name).is_some_and(|told| read.contains(&told))
            || LEFT_OUT.iter().any(|(table, name, _)| (*table, *name) == (column.table, column.name));
        if !there {
            missing.push(format!("{}.{}", column.table, column.name));
        }
    }
    assert!(missing.is_empty(), "not in the package, and not left out with a reason: {missing:#?}");
    for (table, name, reason) in LEFT_OUT {
        let known = data_map().iter().any(|column| (column.table, column.name) == (*table, *name));
        assert!(known && !reason.is_empty(), "{table}.{name} is left out but not there");
    }
    let tables: BTreeSet<&str> = data_map().iter().map(|column| column.table).collect();
    assert!(read_from.is_subset(&tables), "{read_from:?}");
}

fn table_of(name: &str) -> &'static str {
    data_map().iter().map(|column| column.table).find(|table| *table == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_something_in_a_column_finds_it_in_their_package() {
    let app = TestApp::new().await;
    let contact = somebody_with_everything(&app).await;
    // The mail about the first package is in the second.
    package_of(&app, contact, "ACCESS").await;
    let files = package_of(&app, contact, "ACCESS").await;
    let data = files["data.json"].clone();
    let page = html_text(&files["index.html"]);
    assert!(!page.contains("{\"") && !page.contains("\":"), "something is shown as JSON: {page}");
    for value in [
        "Ada",
        "Lovelace",
        "+33199001234",
        "Countess",
        "Analytical Engines",
        "erp-1815",
        "Looms & cards",
        IBAN,
        ADA,
        "Mailer SAS",
        "Yes, do this (newsletter)",
    ] {
        assert!(data.contains(&value.replace('"', "\\\"")), "{value} is not in data.json: {data}");
        assert!(page.contains(value), "{value} is not in index.html: {page}");
    }
    // Each text that stands in a personal column of the database, as it stands there.
    let exempt: BTreeSet<(&str, &str)> = LEFT_OUT.iter().map(|(table, name, _)| (*table, *name)).collect();
    let columns = data_map().iter().filter(|column| {
        column.subject == Subject::Contact
            && column.class == Class::Personal
            && column.is_text
            && !exempt.contains(&(column.table, column.name))
    });
    let mut compared = 0;
    for column in columns {
        let text =
            format!("SELECT \"{0}\" AS v FROM {1} WHERE \"{0}\" IS NOT NULL", column.name, column.table);
        for row in app.query(&text, vec![]).await {
            let value: String = row.try_get("", "v").unwrap();
            if value.is_empty() {
                continue;
            }
            compared += 1;
            for leaf in leaves(&value) {
                let written = serde_json::to_string(&leaf).unwrap();
                let written = written.trim_matches('"');
                assert!(
                    data.contains(written),
                    "{}.{}: {leaf:?} is not in {data}",
                    column.table,
                    column.name
                );
            }
        }
    }
    assert!(compared > 25, "only {compared} values were compared");
}

/// The texts of a value; of JSON, each that it holds.
fn leaves(text: &str) -> Vec<String> {
    fn gather(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
            Value::Object(map) => map.values().for_each(|item| gather(item, found)),
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => found.push(number.to_string()),
        }
    }
    let Ok(value @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str::<Value>(text) else {
        return vec![text.to_owned()];
    };
    let mut found = Vec::new();
    gather(&value, &mut found);
    found
}

fn html_text(page: &str) -> String {
    page.replace("&amp;", "&").replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", "\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_left_out_and_acts_are_told_by_role() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let sales = app.member(Role::Sales).await;
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "kind": "CALL", "subject": "About looms", "contactId": contact } });
    assert_eq!(sales.gql(text, input).await["logActivity"]["userErrors"], json!([]));
    let files = package_of(&app, contact, "ACCESS").await;
    let data = data_of(&files);
    let activity = &data["records"]["activities"][0];
    assert_eq!(
        (activity["source"].as_str(), activity["values"]["subject"].as_str()),
        (Some("STAFF"), Some("About looms"))
    );
    let member = sales.member.unwrap().to_string();
    for text in files.values() {
        assert!(!text.contains(&member) && !text.contains("of the staff"), "{text}");
    }
    let acts = data["records"]["journal"].as_array().unwrap();
    let by: BTreeSet<&str> = acts.iter().map(|act| act["values"]["by"].as_str().unwrap()).collect();
    assert!(by.contains("STAFF") && by.contains("PERSON"), "{by:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_is_a_formula_and_the_card_escapes() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    change(&app, contact, |row| {
        row.job_title = Set("=HYPERLINK(\"https://evil.example\";\"x\")".to_owned());
        row.postal_address = Set("1, rue; Neuve\nLyon".to_owned());
    })
    .await;
    let files = package_of(&app, contact, "ACCESS").await;
    let mut cells = 0;
    for (name, text) in files.iter().filter(|(name, _)| name.starts_with("csv/")) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for row in reader.records() {
            for cell in &row.unwrap() {
                cells += 1;
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']), "{name}: {cell:?}");
            }
        }
        assert!(text.ends_with("\r\n") && !text.starts_with('\u{feff}'), "{name}");
    }
    assert!(cells > 50);
    assert!(files["csv/values.csv"].contains("'=HYPERLINK"), "{}", files["csv/values.csv"]);
    let card = files["contact.vcf"].replace("\r\n ", "");
    assert!(card.contains("ADR:;;1\\, rue\\; Neuve\\nLyon;;;;\r\n"), "{card}");
    assert!(card.contains("EMAIL;PREF=1:ada@example.org\r\n"), "{card}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_not_one_tells_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    order(&dpo, contact, "ACCESS").await;
    app.run_jobs().await;
    let good = app.mails_to(ADA).last().unwrap().link("my-data/package");
    let token = good.rsplit('/').next().unwrap();
    let row = package::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let extra = row.expires_at.timestamp_millis().to_be_bytes().to_vec();
    let sign =
        |usage, row| app.app.vault.sign(usage, &Link { workspace: app.workspace, row, extra: extra.clone() });
    let wrong = [
        token[..token.len() - 1].to_owned(),
        "v1.k1.x.y".to_owned(),
        sign(Use::Unsubscribe, row.id.0),
        sign(Use::PullTransfer, row.id.0),
        sign(Use::Package, entity::PackageId::new().0),
    ];
    let mut bodies = BTreeSet::new();
    for token in wrong {
        for answer in [
            app.visitor().get(&format!("/my-data/package/{token}")).await,
            app.visitor().post_form(&format!("/my-data/package/{token}"), &[]).await,
        ] {
            assert_eq!(answer.status, 404);
            bodies.insert(answer.text);
        }
    }
    assert_eq!(bodies.len(), 1, "one answer for all");
    // After 72 hours the link is over and the file gone; that there was a package remains.
    app.advance(TimeDelta::hours(73));
    assert_eq!(app.visitor().get(&good).await.status, 404);
    accord::privacy::packages::expire_packages(&app.app).await.unwrap();
    assert_eq!(app.count("package_part").await, 0);
    let row = package::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.state, entity::PackageState::Expired);
    assert!(app.journal_kinds().await.contains(&"package.expired".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_proven_mailbox_gets_it_from_staff_and_both_are_recorded() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let address = entity::contact_address::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let mut address = address.into_active_model();
    address.verified_at = Set(None);
    entity::contact_address::Entity::update(address).exec(app.app.db()).await.unwrap();
    let known = app.mails_to(ADA).len();
    let dpo = app.member(Role::Dpo).await;
    let package = order(&dpo, contact, "ACCESS").await["package"]["id"].clone();
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), known, "nothing is sent to a mailbox that nobody proved");
    let text = "mutation($input: MakePackageLinkInput!) {
        makePackageLink(input: $input) { url userErrors { code } } }";
    let made = dpo.gql(text, json!({ "input": { "packageId": package } })).await["makePackageLink"].clone();
    let url = made["url"].as_str().unwrap();
    let path = &url[url.find("/my-data").unwrap()..];
    assert_eq!(press(&app, path).await.0, 200);
    app.advance(TimeDelta::minutes(11));
    assert_eq!(press(&app, path).await.0, 404);
    let kinds = app.journal_kinds().await;
    assert!(kinds.ends_with(&["package.link_made".to_owned(), "package.downloaded".to_owned()]), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_contact_still_gets_a_copy() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let now = app.app.now();
    change(&app, contact, |row| row.restricted_at = Set(Some(now))).await;
    let files = package_of(&app, contact, "ACCESS").await;
    let data = data_of(&files);
    assert!(data["records"]["profile"][0]["values"]["restricted_at"].is_string(), "{data}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_before_or_during_the_job_ends_it_quietly() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let mut work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    order_package(&mut work, &app.app.vault, contact, PackageKind::Access, None).await.unwrap();
    work.commit().await.unwrap();
    let known = app.mails_to(ADA).len();
    let dpo = app.member(Role::Dpo).await;
    let text = "mutation($input: EraseContactInput!) { eraseContact(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "contactId": contact, "ground": "NO_LONGER_NECESSARY" } });
    assert_eq!(dpo.gql(text, input).await["eraseContact"]["userErrors"], json!([]));
    app.run_jobs().await;
    assert_eq!((app.count("package").await, app.count("package_part").await), (0, 0));
    assert_eq!(app.mails_to(ADA).len(), known);
    let parked = app.query("SELECT count(*) AS n FROM job WHERE parked_at IS NOT NULL", vec![]).await;
    assert_eq!(parked[0].try_get::<i64>("", "n").unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_activities_go_out_in_small_sealed_parts() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let mut seed: u64 = 7;
    let mut text = || {
        // Words that do not compress away.
        let mut words = String::new();
        for _ in 0..40 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            write!(words, "{:x} ", seed >> 24).unwrap();
        }
        words
    };
    for _ in 0..100 {
        let batch = (0..100).map(|_| {
            let mut row = rows::new_activity(&app);
            row.contact_id = Some(contact);
            row.body = text();
            row.into_active_model()
        });
        activity::Entity::insert_many(batch.collect::<Vec<_>>())
            .exec_without_returning(app.app.db())
            .await
            .unwrap();
    }
    let files = package_of(&app, contact, "ACCESS").await;
    let data = data_of(&files);
    assert_eq!(data["records"]["activities"].as_array().unwrap().len(), 10_000);
    let parts = package_part::Entity::find().all(app.app.db()).await.unwrap();
    assert!(parts.len() > 10, "{} parts", parts.len());
    assert!(parts.iter().all(|part| part.sealed.len() <= 256 * 1024), "no part over 256 KiB");
    // A part does not stand for another.
    let (first, second) = (&parts[0], &parts[1]);
    let mut swapped = first.clone().into_active_model();
    swapped.sealed = Set(second.sealed.clone());
    package_part::Entity::update(swapped).exec(app.app.db()).await.unwrap();
    let link = app.mails_to(ADA).last().unwrap().link("my-data/package");
    let peer: SocketAddr = "203.0.113.9:4711".parse().unwrap();
    let mut request = Request::builder().method("POST").uri(&link).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = app.router.clone().oneshot(request).await.unwrap();
    assert!(answer.into_body().collect().await.is_err(), "a part in another's place does not open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_of_the_job_begins_anew_and_sends_one_file() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let mut work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    let row = order_package(&mut work, &app.app.vault, contact, PackageKind::Access, None).await.unwrap();
    work.commit().await.unwrap();
    // What a killed worker left behind.
    let key = data_keys::find(app.app.db(), &app.app.vault, app.workspace, KeyOwner::Contact, contact.0)
        .await
        .unwrap();
    let place = Place { workspace: app.workspace, table: "package_part", column: "sealed", row: row.id.0 };
    let left = package_part::ActiveModel {
        workspace_id: Set(app.workspace),
        package_id: Set(row.id),
        position: Set(0),
        sealed: Set(key.unwrap().seal(&place, b"half a file").unwrap()),
    };
    package_part::Entity::insert(left).exec_without_returning(app.app.db()).await.unwrap();
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("my-data/package");
    let (_, _, bytes) = press(&app, &link).await;
    assert!(unzip(&bytes).contains_key("data.json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_of_another_workspace_is_not_there() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let other = app.other_workspace("other").await;
    let stranger = app.member_in(other, Role::Owner).await;
    let answer = order(&stranger, contact, "ACCESS").await;
    assert_eq!(answer["userErrors"], json!([{ "code": "NOT_FOUND", "field": "contactId" }]));
    let dpo = app.member(Role::Dpo).await;
    let package = order(&dpo, contact, "ACCESS").await["package"]["id"].clone();
    let text = "query($id: ID!, $contact: ID!) {
        package(id: $id) { id } packages(contactId: $contact, first: 1) { totalCount } }";
    let seen = stranger.gql(text, json!({ "id": package, "contact": contact })).await;
    assert_eq!(seen, json!({ "package": null, "packages": { "totalCount": 0 } }));
    app.run_jobs().await;
}
