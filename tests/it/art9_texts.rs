//! Promise 12: what people and staff write in free text about health, beliefs and the like is held back until the
//! data protection officer decides.

use std::collections::BTreeMap;

use accord::{
    fields::art9::{Category, OwnWords, check_text},
    platform::actor::Actor,
};
use entity::{ContactId, LegalBasis, QuarantineState, Role, quarantine};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    fields::{create, field, made, person, set},
    support::{Client, TestApp},
};

const ADA: &str = "ada@example.org";
const HELD: &str = "[Held back: the data protection officer has to read this text first]";
const DIABETIC: &str = "She is diabetic, so plan a break at four.";

async fn log(client: &Client<'_>, input: Value) -> Value {
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) {
        activity { id version subject body } notices { field message } userErrors { code field } } }";
    client.gql(text, json!({ "input": input })).await["logActivity"].clone()
}

async fn note(client: &Client<'_>, contact: ContactId, body: &str) -> Value {
    let new = json!({ "kind": "NOTE", "subject": "Visit", "body": body, "contactId": contact.to_string() });
    log(client, new).await
}

async fn body_of(client: &Client<'_>, activity: &Value) -> String {
    let text = "query($id: ID!) { node(id: $id) { ... on Activity { body } } }";
    client.gql(text, json!({ "id": activity })).await["node"]["body"].as_str().unwrap().to_owned()
}

async fn waiting(app: &TestApp) -> Vec<quarantine::Model> {
    let mut rows = quarantine::Entity::find().all(app.app.db()).await.unwrap();
    rows.retain(|row| row.state == QuarantineState::Waiting);
    rows
}

/// Calls a mutation of the quarantine; returns its payload.
async fn act(client: &Client<'_>, name: &str, id: &str, more: &str, shown: &str) -> Value {
    let text = format!(
        "mutation($id: ID!) {{ {name}(input: {{ quarantineId: $id{more} }}) {{ {shown} userErrors {{ code field }} }} }}"
    );
    client.gql(&text, json!({ "id": id })).await[name].clone()
}

async fn release(client: &Client<'_>, id: &str) -> Value {
    let ground = ", specialCategoryGround: EXPLICIT_CONSENT";
    act(client, "releaseQuarantined", id, ground, "quarantined { state ground }").await
}

async fn destroy(client: &Client<'_>, id: &str) -> Value {
    act(client, "destroyQuarantined", id, "", "quarantined { state }").await
}

async fn read(client: &Client<'_>, id: &str) -> Value {
    act(client, "readQuarantined", id, "", "text categories quarantined { field contact { id } }").await
}

/// Everything that the database holds in the open, as one text.
async fn in_the_open(app: &TestApp) -> String {
    let db = app.app.db();
    let mut all = vec![format!("{:?}", entity::activity::Entity::find().all(db).await.unwrap())];
    all.push(format!("{:?}", entity::contact::Entity::find().all(db).await.unwrap()));
    all.push(format!("{:?}", entity::field_value::Entity::find().all(db).await.unwrap()));
    all.push(format!("{:?}", entity::job::Entity::find().all(db).await.unwrap()));
    all.extend(app.journal().await.into_iter().map(|entry| entry.bytes));
    all.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_note_that_tells_of_health_is_saved_but_its_text_waits_and_nothing_of_it_is_in_the_open()
{
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let sales = app.api_key(Role::Sales).await;
    let answer = note(&sales, contact, DIABETIC).await;
    assert_eq!(answer["userErrors"], json!([]), "it is no error");
    assert_eq!(
        (&answer["activity"]["subject"], &answer["activity"]["body"]),
        (&json!("Visit"), &json!(HELD))
    );
    assert_eq!(answer["notices"][0]["field"], "body");
    assert!(answer["notices"][0]["message"].as_str().unwrap().contains("Art. 9"));
    let rows = waiting(&app).await;
    assert_eq!((rows.len(), rows[0].contact_id, rows[0].field.as_str()), (1, Some(contact), "body"));
    assert!(app.journal_kinds().await.contains(&"text.held_back".to_owned()));
    let open = in_the_open(&app).await;
    for leak in ["iabetic", "HEALTH", "break at four"] {
        assert!(!open.contains(leak), "{leak} is in the open");
    }
    let listed = sales.gql_raw("{ quarantine(first: 10) { nodes { id } } }", json!({})).await;
    assert!(listed["errors"][0]["extensions"]["code"] == "FORBIDDEN", "{listed:#}");
    let fine = note(&sales, contact, "He works at the Cancer Research Institute, 12 Mosque Road.").await;
    assert_eq!((&fine["notices"], waiting(&app).await.len()), (&json!([]), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_the_dpo_reads_the_text_and_puts_it_back_on_a_ground_and_the_journal_keeps_both() {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let (sales, dpo) = (app.api_key(Role::Sales).await, app.api_key(Role::Dpo).await);
    let activity = note(&sales, contact, DIABETIC).await["activity"]["id"].clone();
    let listed = dpo.gql("{ quarantine(first: 10, state: WAITING) { totalCount nodes { id source field recordId author state } } }", json!({})).await;
    let one = &listed["quarantine"]["nodes"][0];
    assert_eq!(
        (&one["source"], &one["recordId"], &one["field"]),
        (&json!("ACTIVITY"), &activity, &json!("body"))
    );
    let id = one["id"].as_str().unwrap();
    let shown = read(&dpo, id).await;
    assert_eq!((&shown["text"], &shown["categories"]), (&json!(DIABETIC), &json!(["HEALTH"])));
    assert_eq!(shown["quarantined"]["contact"]["id"], contact.to_string());
    let admin = app.api_key(Role::Admin).await;
    let refused = release(&admin, id).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "NOT_ALLOWED", "field": "specialCategoryGround" }]));
    let released = release(&dpo, id).await;
    assert_eq!(
        released["quarantined"],
        json!({ "state": "RELEASED", "ground": "EXPLICIT_CONSENT" }),
        "{released:#}"
    );
    assert_eq!(body_of(&sales, &activity).await, DIABETIC);
    assert_eq!(release(&dpo, id).await["userErrors"][0]["code"], "WRONG_STATE", "once");
    assert_eq!(destroy(&dpo, id).await["userErrors"][0]["code"], "WRONG_STATE");
    assert_eq!(read(&dpo, id).await["userErrors"][0]["code"], "WRONG_STATE");
    let keys = app.query("SELECT 1 AS one FROM data_key WHERE owner_kind = 'QUARANTINE'", vec![]).await;
    assert_eq!((keys.len(), waiting(&app).await.len()), (0, 0), "its key is destroyed");
    let entries = app.journal().await;
    let entry = |kind: &str| entries.iter().find(|entry| entry.kind == kind).map(|entry| entry.bytes.clone());
    assert!(entry("text.read").is_some());
    assert!(entry("text.released").unwrap().contains("EXPLICIT_CONSENT"));
    assert!(!entries.iter().any(|entry| entry.bytes.contains("HEALTH")));
    // The released text is not held back again when something else of the activity changes.
    let text = "mutation($id: ID!) { updateActivity(input: { activityId: $id, expectedVersion: 2, subject: \"Second visit\" }) {
        activity { subject body } notices { field } userErrors { code field } } }";
    let changed = sales.gql(text, json!({ "id": activity })).await["updateActivity"].clone();
    assert_eq!(changed["activity"], json!({ "subject": "Second visit", "body": DIABETIC }), "{changed:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_destroyed_text_is_gone_and_one_that_is_written_anew_takes_the_place_of_the_one_that_waits()
 {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let (sales, dpo) = (app.api_key(Role::Sales).await, app.api_key(Role::Dpo).await);
    let activity = note(&sales, contact, DIABETIC).await["activity"]["id"].clone();
    let id = waiting(&app).await[0].id.to_string();
    for _ in 0..2 {
        assert_eq!(destroy(&dpo, &id).await["quarantined"]["state"], "DESTROYED", "twice is as once");
    }
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "text.destroyed").count(), 1);
    assert_eq!(release(&dpo, &id).await["userErrors"][0]["code"], "WRONG_STATE");
    assert_eq!(body_of(&sales, &activity).await, HELD);
    let second = note(&sales, contact, "He is a member of Unite.").await["activity"]["id"].clone();
    assert_eq!(waiting(&app).await.len(), 1);
    let text = "mutation($id: ID!) { updateActivity(input: { activityId: $id, expectedVersion: 1, body: \"Wants two lamps.\" }) {
        activity { body } notices { field } userErrors { code field } } }";
    let changed = sales.gql(text, json!({ "id": second })).await["updateActivity"].clone();
    assert_eq!((&changed["activity"]["body"], &changed["notices"]), (&json!("Wants two lamps."), &json!([])));
    assert_eq!(waiting(&app).await.len(), 0, "nobody has to read what was taken back");
    assert_eq!(
        app.query("SELECT 1 AS one FROM data_key WHERE owner_kind = 'QUARANTINE'", vec![]).await.len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_what_a_person_writes_into_a_form_is_held_back_when_they_confirm_and_the_answer_is_the_same()
 {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let mut answers = Vec::new();
    for (email, text) in
        [(ADA, "I am pregnant, please cancel."), ("bob@example.org", "I am in a hurry, please call.")]
    {
        let fields = [("email", email), ("note", text), ("consent", "newsletter:email")];
        let sent = app.visitor().submit_fields(&form, &fields).await;
        app.run_jobs().await;
        let link = app.only_mail_to(email).link("confirm");
        let pressed = app.visitor().post_form(&link, &[]).await;
        app.run_jobs().await;
        // The link to what one receives differs for each of them.
        let page: Vec<&str> = pressed.text.lines().filter(|line| !line.contains("/preferences/")).collect();
        answers.push((sent.status, sent.text, pressed.status, page.join("\n").replace(email, "…")));
    }
    assert_eq!(answers[0], answers[1], "nobody can tell from outside what was held back");
    let rows = waiting(&app).await;
    assert_eq!((rows.len(), rows[0].field.as_str()), (1, "custom.note"));
    let contact = rows[0].contact_id.unwrap();
    assert_eq!(rows[0].author, contact.to_string(), "the person wrote it");
    assert!(!in_the_open(&app).await.contains("regnant"));
    let custom = async || {
        let row = entity::contact::Entity::find_by_id((app.workspace, contact)).one(app.app.db()).await;
        serde_json::from_str::<BTreeMap<String, String>>(&row.unwrap().unwrap().custom).unwrap()
    };
    assert_eq!(custom().await["note"], HELD);
    let dpo = app.api_key(Role::Dpo).await;
    release(&dpo, &rows[0].id.to_string()).await;
    assert_eq!(custom().await["note"], "I am pregnant, please cancel.");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_texts_in_custom_fields_are_read_too_but_not_those_of_a_field_that_the_dpo_allowed() {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    made(&dpo, field("remark", "TEXT", "INTERNAL")).await;
    made(&dpo, field("secret_remark", "TEXT", "CONFIDENTIAL")).await;
    let mut allowed = field("allergies", "TEXT", "INTERNAL");
    allowed["specialCategoryGround"] = json!("EXPLICIT_CONSENT");
    made(&dpo, allowed).await;
    let said = "He is allergic to peanuts.";
    let values = [("remark", Some(said)), ("secret_remark", Some(said)), ("allergies", Some(said))];
    set(&app, Actor::Operator, contact, &values).await.unwrap();
    let mut rows = waiting(&app).await;
    rows.sort_by(|a, b| a.field.cmp(&b.field));
    let fields: Vec<&str> = rows.iter().map(|row| row.field.as_str()).collect();
    assert_eq!(fields, ["custom.remark", "custom.secret_remark"]);
    let custom = async || {
        let row = entity::contact::Entity::find_by_id((app.workspace, contact)).one(app.app.db()).await;
        serde_json::from_str::<BTreeMap<String, String>>(&row.unwrap().unwrap().custom).unwrap()
    };
    assert_eq!((custom().await["remark"].as_str(), custom().await["allergies"].as_str()), (HELD, said));
    for row in &rows {
        let released = release(&dpo, &row.id.to_string()).await;
        assert_eq!(released["userErrors"], json!([]), "{}: {released:#}", row.field);
    }
    assert_eq!(custom().await["remark"], said);
    let found = "{ contacts(first: 5, filter: { custom: [{ key: \"remark\", text: { contains: \"peanuts\" } }] }) { totalCount } }";
    let found = dpo.gql_raw(found, json!({})).await;
    assert!(
        found["errors"].is_null() || found["data"].is_null() || found["data"]["contacts"]["totalCount"] == 1,
        "{found:#}"
    );
    set(&app, Actor::Operator, contact, &[("remark", Some("She is Jewish"))]).await.unwrap();
    set(&app, Actor::Operator, contact, &[("remark", Some("Prefers mornings"))]).await.unwrap();
    assert_eq!(waiting(&app).await.len(), 0, "what was replaced is destroyed");
    assert_eq!(custom().await["remark"], "Prefers mornings");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_the_title_of_a_deal_is_held_back_and_found_again_once_it_is_released() {
    let app = TestApp::new().await;
    let (admin, dpo) = (app.api_key(Role::Admin).await, app.api_key(Role::Dpo).await);
    let stages = json!([{ "name": "New", "kind": "OPEN", "probability": 10 }, { "name": "Won", "kind": "WON" },
        { "name": "Lost", "kind": "LOST" }]);
    let text = "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { id } userErrors { code field message } } }";
    let input = json!({ "name": "Sales", "currency": "EUR", "stages": stages });
    let made = admin.gql(text, json!({ "input": input })).await["createPipeline"].clone();
    let pipeline = made["pipeline"]["id"].clone();
    assert_eq!(made["userErrors"], json!([]), "{made:#}");
    let said = "Bathroom for Mr Grant, who uses a wheelchair";
    let create = "mutation($title: String!, $pipeline: ID!) { createDeal(input: { title: $title, pipelineId: $pipeline }) {
        deal { id title version } notices { field } userErrors { code field } } }";
    let made = admin.gql(create, json!({ "title": said, "pipeline": pipeline })).await["createDeal"].clone();
    assert_eq!(
        (&made["deal"]["title"], &made["notices"]),
        (&json!(HELD), &json!([{ "field": "title" }])),
        "{made:#}"
    );
    // The same text again, as a synchronisation sends it, is not a second one.
    let update = "mutation($id: ID!, $title: String!) { updateDeal(input: { dealId: $id, expectedVersion: 1, title: $title }) {
        deal { title version } userErrors { code field } } }";
    let same =
        admin.gql(update, json!({ "id": made["deal"]["id"], "title": said })).await["updateDeal"].clone();
    assert_eq!(same["deal"], json!({ "title": HELD, "version": 1 }), "{same:#}");
    let rows = waiting(&app).await;
    assert_eq!((rows.len(), rows[0].field.as_str()), (1, "title"));
    assert_eq!(release(&dpo, &rows[0].id.to_string()).await["userErrors"], json!([]));
    let found = "{ searchHits(query: \"bathroom\") { hits { node { ... on Deal { title } } } } }";
    let found = admin.gql(found, json!({})).await;
    assert_eq!(found["searchHits"]["hits"], json!([{ "node": { "title": said } }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_workspaces_own_words_count_for_names_and_texts_until_they_are_removed() {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    let add = "mutation($word: String!) { addSpecialWord(input: { category: RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS, language: \"fr\", word: $word }) {
        specialWord { id word category language } userErrors { code field } } }";
    let added = dpo.gql(add, json!({ "word": "Zorblien" })).await["addSpecialWord"].clone();
    assert_eq!(
        dpo.gql(add, json!({ "word": "zorblien" })).await["addSpecialWord"]["specialWord"]["id"],
        added["specialWord"]["id"]
    );
    assert_eq!(
        dpo.gql(add, json!({ "word": " é" })).await["addSpecialWord"]["userErrors"][0]["field"],
        "word"
    );
    let refused = create(&dpo, field("zorbliens", "TEXT", "OPEN")).await;
    assert_eq!(refused["userErrors"][0]["code"], "SPECIAL_CATEGORY", "{refused:#}");
    let tag = "mutation($id: ID!) { tagContacts(input: { contactIds: [$id], add: [\"Zorblienne\"] }) { userErrors { code field } } }";
    let tagged = dpo.gql(tag, json!({ "id": contact.to_string() })).await["tagContacts"].clone();
    assert_eq!(tagged["userErrors"][0]["code"], "SPECIAL_CATEGORY", "{tagged:#}");
    assert_eq!(note(&dpo, contact, "Deux Zorbliennes au stand").await["activity"]["body"], HELD);
    let listed = dpo.gql("{ specialWords { word category } }", json!({})).await;
    assert_eq!(
        listed["specialWords"],
        json!([{ "word": "Zorblien", "category": "RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS" }])
    );
    let remove = "mutation($id: ID!) { removeSpecialWord(input: { specialWordId: $id }) { specialWordId userErrors { code field } } }";
    let id = json!({ "id": added["specialWord"]["id"] });
    assert_eq!(dpo.gql(remove, id.clone()).await["removeSpecialWord"]["userErrors"], json!([]));
    assert_eq!(dpo.gql(remove, id).await["removeSpecialWord"]["userErrors"][0]["code"], "NOT_FOUND");
    assert_eq!(note(&dpo, contact, "Deux Zorbliennes au stand").await["notices"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_purposes_are_refused_by_key_and_title_unless_the_dpo_states_a_ground() {
    let app = TestApp::new().await;
    let text = "mutation($input: CreatePurposeInput!) { createPurpose(input: $input) { purpose { id } userErrors { code field } } }";
    let input = |key: &str, title: &str, ground: Option<&str>| {
        let texts = [json!({ "language": "en", "title": title, "wording": "I agree." })];
        json!({ "input": { "key": key, "legalBasis": "CONSENT", "channels": ["EMAIL"], "texts": texts, "specialCategoryGround": ground } })
    };
    let (marketing, dpo) = (app.api_key(Role::Marketing).await, app.api_key(Role::Dpo).await);
    let ground = Some("EXPLICIT_CONSENT");
    for (client, given) in [(&marketing, None), (&marketing, ground), (&dpo, None)] {
        let refused = client.gql(text, input("diabetes_letter", "Letter on diabetes", given)).await;
        let fields: Vec<&Value> = refused["createPurpose"]["userErrors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| &error["field"])
            .collect();
        assert_eq!(fields, ["key", "texts.en.title"]);
    }
    let made =
        dpo.gql(text, input("diabetes_letter", "Letter on diabetes", ground)).await["createPurpose"].clone();
    assert_eq!(made["userErrors"], json!([]));
    let entry = app.journal().await.into_iter().rfind(|entry| entry.kind == "purpose.created").unwrap();
    assert!(entry.bytes.contains("EXPLICIT_CONSENT"), "{}", entry.bytes);
    let publish = "mutation($input: PublishPurposeVersionInput!) { publishPurposeVersion(input: $input) { version { id } userErrors { code field } } }";
    let purpose = app.purpose("letters", LegalBasis::Consent).await;
    let version = json!({ "input": { "purposeId": purpose.to_string(), "texts": [{ "language": "en", "title": "Religious letters", "wording": "I agree." }] } });
    let refused = marketing.gql(publish, version).await["publishPurposeVersion"].clone();
    assert_eq!(refused["userErrors"], json!([{ "code": "SPECIAL_CATEGORY", "field": "texts.en.title" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_loss_reason_cannot_say_what_may_not_be_held() {
    let app = TestApp::new().await;
    let admin = app.api_key(Role::Admin).await;
    let text = "mutation($label: String!) { createLossReason(input: { label: $label }) { userErrors { code field } } }";
    for label in ["Grossesse", "Too ill: cancer", "Syndicaliste"] {
        let refused = admin.gql(text, json!({ "label": label })).await["createLossReason"].clone();
        assert_eq!(
            refused["userErrors"],
            json!([{ "code": "SPECIAL_CATEGORY", "field": "label" }]),
            "{label}"
        );
    }
    let fine = admin.gql(text, json!({ "label": "Syndic not convinced" })).await["createLossReason"].clone();
    assert_eq!(fine["userErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_released_and_destroyed_at_once_ends_one_way() {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    for _ in 0..4 {
        let activity = note(&dpo, contact, DIABETIC).await["activity"]["id"].clone();
        let id = waiting(&app).await[0].id.to_string();
        let (released, destroyed) = tokio::join!(release(&dpo, &id), destroy(&dpo, &id));
        let won = [&released, &destroyed].iter().filter(|answer| answer["userErrors"] == json!([])).count();
        assert_eq!(won, 1, "{released:#} {destroyed:#}");
        let body = if released["userErrors"] == json!([]) { DIABETIC } else { HELD };
        assert_eq!(body_of(&dpo, &activity).await, body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_waits_follows_its_contact_through_a_merge_and_is_released_into_the_survivor() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let (ada, twin) = (person(&app, &form, ADA).await, person(&app, &form, "ada@work.example").await);
    let dpo = app.api_key(Role::Dpo).await;
    made(&dpo, field("remark", "TEXT", "INTERNAL")).await;
    set(&app, Actor::Operator, twin, &[("remark", Some("She is pregnant."))]).await.unwrap();
    let activity = note(&dpo, twin, DIABETIC).await["activity"]["id"].clone();
    let version = async |id: ContactId| {
        let row = entity::contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await;
        row.unwrap().unwrap().version
    };
    let input = json!({ "survivorId": ada.to_string(), "mergedId": twin.to_string(),
        "expectedSurvivorVersion": version(ada).await, "expectedMergedVersion": version(twin).await });
    let merge = "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) { userErrors { code field message } } }";
    let merged = dpo.gql(merge, json!({ "input": input })).await;
    assert_eq!(merged["mergeContacts"]["userErrors"], json!([]), "{merged:#}");
    app.run_jobs().await;
    let rows = waiting(&app).await;
    assert!(rows.len() == 2 && rows.iter().all(|row| row.contact_id == Some(ada)), "{rows:?}");
    for row in rows {
        assert_eq!(release(&dpo, &row.id.to_string()).await["userErrors"], json!([]), "{}", row.field);
    }
    assert_eq!(body_of(&dpo, &activity).await, DIABETIC);
    let row =
        entity::contact::Entity::find_by_id((app.workspace, ada)).one(app.app.db()).await.unwrap().unwrap();
    assert!(row.custom.contains("She is pregnant."), "{}", row.custom);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_destroys_the_texts_that_wait_with_their_keys() {
    let app = TestApp::new().await;
    let contact = person(&app, &app.newsletter_form().await, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    made(&dpo, field("remark", "TEXT", "INTERNAL")).await;
    set(&app, Actor::Operator, contact, &[("remark", Some("She is pregnant."))]).await.unwrap();
    note(&dpo, contact, DIABETIC).await;
    assert_eq!(waiting(&app).await.len(), 2);
    let erase = "mutation($id: ID!) { eraseContact(input: { contactId: $id, ground: NO_LONGER_NECESSARY }) { userErrors { code field message } } }";
    let erased = dpo.gql(erase, json!({ "id": contact.to_string() })).await;
    assert_eq!(erased["eraseContact"]["userErrors"], json!([]), "{erased:#}");
    app.run_jobs().await;
    let keys = app.query("SELECT 1 AS one FROM data_key WHERE owner_kind = 'QUARANTINE'", vec![]).await;
    assert_eq!((app.count("quarantine").await, keys.len()), (0, 0));
}

/// The labels of the sentences, and what they stand for.
fn label(category: Category) -> &'static str {
    match category {
        Category::RacialOrEthnicOrigin => "RACE",
        Category::PoliticalOpinions => "POL",
        Category::ReligiousOrPhilosophicalBeliefs => "REL",
        Category::TradeUnionMembership => "UNION",
        Category::GeneticData => "GEN",
        Category::BiometricData => "BIO",
        Category::Health => "HEALTH",
        Category::SexLifeOrOrientation => "SEX",
        Category::CriminalConvictions => "CRIM",
        Category::NationalIdentificationNumber => "NID",
    }
}

/// Precision and recall over the sentences of one part of a file: `part`, label and sentence, separated by tabs.
/// A sentence counts as found when anything in it is, whatever the category.
fn measure(sentences: &str, part: &str) -> (usize, f64, f64, f64) {
    let own = OwnWords::default();
    let (mut all, mut right, mut wrong, mut missed, mut named) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    for line in sentences.lines().filter(|line| !line.starts_with('#')) {
        let [of, meant, sentence] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else { panic!("{line:?}") };
        if of != part {
            continue;
        }
        all += 1;
        let found: Vec<&str> = check_text(&own, sentence).into_iter().map(label).collect();
        match (meant == "-", found.is_empty()) {
            (false, false) => {
                right += 1;
                named += u32::from(found.contains(&meant));
            }
            (true, false) => wrong += 1,
            (false, true) => missed += 1,
            (true, true) => {}
        }
    }
    let share = |part: u32, of: u32| f64::from(part) / f64::from(of);
    (all as usize, share(right, right + wrong), share(right, right + missed), share(named, right))
}

const FRENCH: &str = include_str!("../art9/fr.tsv");
const ENGLISH: &str = include_str!("../art9/en.tsv");

/// Measured on sentences that the rules were not made for: those held out while they were written, whose false
/// alarms were looked at since, and those written later, on which nothing was tuned. The floors stand a little
/// below what was measured; docs/privacy.md says the figures.
#[test]
fn promise_12_on_sentences_that_the_rules_were_not_made_for_precision_and_recall_stay_above_their_floors() {
    for (language, sentences, part, least_precision, least_recall) in [
        ("fr", FRENCH, "held-out", 0.95, 0.86),
        ("en", ENGLISH, "held-out", 0.95, 0.83),
        ("fr", FRENCH, "later", 0.95, 0.94),
    ] {
        let (all, precision, recall, named) = measure(sentences, part);
        println!(
            "{language}: {all} {part}, precision {precision:.3}, recall {recall:.3}, category {named:.3}"
        );
        assert!(all >= 100, "{language}: {all} sentences");
        assert!(precision >= least_precision, "{language}: precision {precision:.3}");
        assert!(recall >= least_recall, "{language}: recall {recall:.3}");
        assert!(named >= 0.95, "{language}: category {named:.3}");
        let (all, precision, recall, _) = measure(sentences, "development");
        println!("{language}: {all} development, precision {precision:.3}, recall {recall:.3}");
        assert!(all >= 300 && precision >= 0.97 && recall >= 0.93, "{language}: {precision:.3} {recall:.3}");
    }
}
