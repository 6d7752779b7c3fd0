//! Holds: what they stop and what they do not, their notes, and their ends.

use chrono::TimeDelta;
use entity::{ContactId, ErasureCause, ErasureGround, Lifecycle, Role, contact};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use accord::{
    platform::actor::Actor,
    privacy::erasure::{Erase, Erased, erase_contact},
};

use crate::support::{Client, TestApp, faults, rows};

const FIELDS: &str = "id reason state note since until releasedAt contact { id }";

async fn set(client: &Client<'_>, contact: ContactId, change: Value) -> Value {
    let until = (client.app.app.now() + TimeDelta::days(30)).to_rfc3339();
    let mut input = json!({ "contactId": contact.to_string(), "reason": "LEGAL_CLAIM", "until": until });
    for (name, value) in change.as_object().unwrap() {
        input[name] = value.clone();
    }
    let text = format!(
        "mutation($input: SetHoldInput!) {{ setHold(input: $input) {{ hold {{ {FIELDS} }} userErrors {{ code field }} }} }}"
    );
    client.gql(&text, json!({ "input": input })).await["setHold"].clone()
}

async fn release(client: &Client<'_>, hold: &Value) -> Value {
    let text = format!(
        "mutation($id: ID!) {{ releaseHold(input: {{ holdId: $id }}) {{ hold {{ {FIELDS} }} userErrors {{ code field }} }} }}"
    );
    client.gql(&text, json!({ "id": hold["id"] })).await["releaseHold"].clone()
}

async fn list(client: &Client<'_>, current: bool) -> Vec<Value> {
    let text = format!(
        "query($current: Boolean!) {{ holds(first: 10, current: $current) {{ totalCount nodes {{ {FIELDS} }} }} }}"
    );
    let holds = client.gql(&text, json!({ "current": current })).await["holds"].clone();
    let nodes = holds["nodes"].as_array().unwrap().clone();
    assert_eq!(holds["totalCount"], nodes.len());
    nodes
}

async fn named(app: &TestApp, lifecycle: Lifecycle) -> ContactId {
    let at = app.app.now() - TimeDelta::days(365 * 4);
    let row = contact::Model {
        family_name: "Lovelace".to_owned(),
        lifecycle,
        created_at: at,
        last_contact_at: Some(at),
        ..rows::contact(app)
    };
    let id = row.id;
    contact::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    id
}

async fn erase(app: &TestApp, contact: ContactId) -> Erased {
    let mut work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    let wanted = Erase {
        contact,
        cause: ErasureCause::Staff,
        ground: ErasureGround::NoLongerNecessary,
        request: None,
        remember: false,
    };
    let done = erase_contact(&mut work, &app.app.vault, wanted).await.unwrap();
    work.commit().await.unwrap();
    done
}

async fn run(client: &Client<'_>) {
    client.gql("mutation { runRetention(input: { confirm: true }) { run { id } } }", json!({})).await;
    client.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_every_erasure_until_it_is_released() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let contact = named(&app, Lifecycle::Prospect).await;
    let hold = set(&dpo, contact, json!({})).await["hold"].clone();
    assert_eq!((&hold["state"], &hold["contact"]["id"]), (&json!("CURRENT"), &json!(contact.to_string())));
    assert!(matches!(erase(&app, contact).await, Erased::Held(_)));
    run(&dpo).await;
    assert_eq!(app.count("contact").await, 1, "retention waits, too");
    for _ in 0..2 {
        let released = release(&dpo, &hold).await;
        assert_eq!(released["hold"]["state"], "RELEASED", "{released}");
    }
    let kinds = app.journal_kinds().await;
    for kind in ["hold.set", "hold.released"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}");
    }
    run(&dpo).await;
    assert_eq!(app.count("contact").await, 0);
    assert_eq!(app.count("hold").await, 0, "it goes with its contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_ends_by_itself_and_that_is_noted() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let contact = named(&app, Lifecycle::Customer).await;
    let hold = set(&dpo, contact, json!({})).await["hold"].clone();
    let until = hold["until"].clone();
    app.advance(TimeDelta::days(31));
    assert_eq!(list(&dpo, true).await, [Value::Null; 0]);
    assert_eq!(list(&dpo, false).await[0]["state"], "OVER", "from its end on, whether anything ran or not");
    run(&dpo).await;
    let over = list(&dpo, false).await.remove(0);
    assert_eq!((&over["state"], &over["releasedAt"]), (&json!("OVER"), &until));
    assert_eq!(release(&dpo, &hold).await["hold"]["state"], "OVER", "what is over cannot be released");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "hold.ended").count(), 1);
    assert!(matches!(erase(&app, contact).await, Erased::Done(_)));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_note_is_sealed_and_goes_with_the_contact() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let contact = named(&app, Lifecycle::Customer).await;
    let note = "Invoice 4711 is disputed.\nSee the letter of Maître Dupont.";
    let hold = set(&dpo, contact, json!({ "note": note })).await["hold"].clone();
    assert_eq!(hold["note"], note);
    assert_eq!(list(&dpo, true).await[0]["note"], note);
    let sealed: Vec<u8> =
        app.query("SELECT sealed FROM hold", vec![]).await[0].try_get("", "sealed").unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("Dupont"));
    let entries = app.journal().await;
    assert!(entries.iter().all(|entry| !entry.bytes.contains("4711")), "the journal holds no text");
    assert_eq!(
        set(&dpo, contact, json!({})).await["hold"]["note"],
        Value::Null,
        "a contact may have several"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_is_refused_with_its_field() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let contact = named(&app, Lifecycle::Customer).await;
    let at = |days: i64| json!((app.app.now() + TimeDelta::days(days)).to_rfc3339());
    for (change, expected) in [
        (json!({ "until": at(-1) }), "INVALID until"),
        (json!({ "until": at(0) }), "INVALID until"),
        (json!({ "until": at(3700) }), "INVALID until"),
        (json!({ "note": "x".repeat(4001) }), "TOO_LONG note"),
        (json!({ "contactId": "contact_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND contactId"),
        (json!({ "contactId": "nobody" }), "NOT_FOUND contactId"),
    ] {
        assert_eq!(faults(&set(&dpo, contact, change.clone()).await), [expected], "{change}");
    }
    let elsewhere = app.api_key_in(app.other_workspace("other").await, Role::Dpo).await;
    assert_eq!(faults(&set(&elsewhere, contact, json!({})).await), ["NOT_FOUND contactId"]);
    let hold = set(&dpo, contact, json!({})).await["hold"].clone();
    assert_eq!(faults(&release(&elsewhere, &hold).await), ["NOT_FOUND holdId"]);
    assert_eq!(list(&elsewhere, false).await, [Value::Null; 0]);
    assert_eq!(app.count("hold").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_keeps_the_hold() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let (survivor, other) = (named(&app, Lifecycle::Customer).await, named(&app, Lifecycle::Customer).await);
    set(&dpo, other, json!({ "note": "disputed" })).await;
    let text = "mutation($a: ID!, $b: ID!) { mergeContacts(input: { survivorId: $a, mergedId: $b,
        expectedSurvivorVersion: 1, expectedMergedVersion: 1 }) { userErrors { code field } } }";
    let merged = dpo.gql(text, json!({ "a": survivor.to_string(), "b": other.to_string() })).await;
    assert_eq!(merged["mergeContacts"]["userErrors"], json!([]));
    let holds = list(&dpo, true).await;
    assert_eq!(holds.len(), 1, "{holds:?}");
    assert_eq!(
        (&holds[0]["contact"]["id"], &holds[0]["note"]),
        (&json!(survivor.to_string()), &json!("disputed"))
    );
    assert!(matches!(erase(&app, survivor).await, Erased::Held(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_is_not_stopped() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let contact = named(&app, Lifecycle::Customer).await;
    set(&dpo, contact, json!({})).await;
    let text = "mutation($id: ID!) { restrictContact(input: { contactId: $id, ground: NEEDED_FOR_CLAIMS }) { userErrors { code field } } }";
    let done = dpo.gql(text, json!({ "id": contact.to_string() })).await;
    assert_eq!(done["restrictContact"]["userErrors"], json!([]));
    app.run_jobs().await;
}
