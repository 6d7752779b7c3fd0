//! Objections (GDPR Art. 21): direct marketing stops at once, whatever speaks for it; other processing on
//! legitimate interests is restricted until the balance is recorded.

use accord::{
    consent::{Usability, may_use},
    platform::actor::Actor,
    privacy::requests::{NewRequest, open_request},
};
use chrono::TimeDelta;
use entity::{
    Channel, ContactId, LegalBasis, PurposeId, RequestChannel, RequestKind, Role, SuppressionReason, basis,
    contact_address, suppression,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestForm, faults};

const ADA: &str = "ada@example.org";

/// A confirmed subscriber, who is also held on legitimate interests and under a contract.
struct Ada {
    form: TestForm,
    id: ContactId,
    interest: PurposeId,
    contract: PurposeId,
}

async fn ada(app: &TestApp) -> Ada {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    let id = rows[0].contact_id;
    let interest = app.purpose("prospecting", LegalBasis::LegitimateInterests).await;
    let contract = app.purpose("delivery", LegalBasis::Contract).await;
    for purpose in [interest, contract] {
        let text = "INSERT INTO basis (workspace_id, id, contact_id, purpose_id, since, entry_id) VALUES ($1, $2, $3, $4, $5, $6)";
        let values = vec![
            app.workspace.into(),
            entity::BasisId::new().into(),
            id.into(),
            purpose.into(),
            app.app.now().into(),
            entity::EntryId::new().into(),
        ];
        app.app.ledger.db.touch(text, values).await.unwrap();
    }
    Ada { form, id, interest, contract }
}

async fn usable(app: &TestApp, ada: &Ada) -> [Usability; 3] {
    let of = async |purpose| {
        may_use(&app.app, app.workspace, purpose, Channel::Email, &[ada.id]).await.unwrap()[&ada.id]
    };
    [of(ada.form.newsletter).await, of(ada.interest).await, of(ada.contract).await]
}

const REQUEST: &str = "id state version objectsTo hurdle balance refusalReason";

async fn mutate(client: &Client<'_>, name: &str, input: Value) -> Value {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let text = format!(
        "mutation($input: {upper}Input!) {{ {name}(input: $input) {{ request {{ {REQUEST} }} userErrors {{ code field }} }} }}"
    );
    client.gql(&text, json!({ "input": input })).await[name].clone()
}

async fn log(app: &TestApp, ada: &Ada, scope: Value) -> Value {
    let dpo = app.member(Role::Dpo).await;
    let input = json!({ "kind": "OBJECTION", "channel": "PHONE", "contactId": ada.id.to_string(), "objectsTo": scope });
    let payload = mutate(&dpo, "logRequest", input).await;
    assert_eq!(payload["userErrors"], json!([]));
    payload["request"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_to_marketing_stops_it_in_the_same_moment_and_leaves_the_contract() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    assert_eq!(usable(&app, &ada).await, [Usability::Usable; 3]);
    let request = log(&app, &ada, Value::Null).await;
    assert_eq!((&request["state"], &request["objectsTo"]), (&json!("FULFILLED"), &json!("MARKETING")));
    assert_eq!(usable(&app, &ada).await, [Usability::Withdrawn, Usability::Suppressed, Usability::Usable]);
    let ended = basis::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(
        ended.iter().filter(|row| row.until.is_some()).map(|row| row.purpose_id).collect::<Vec<_>>(),
        [ada.interest]
    );
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert!(rows.iter().all(|row| row.reason == SuppressionReason::Objected), "{rows:?}");
    assert!(rows.iter().any(|row| row.scope == "MARKETING") && rows.iter().all(|row| row.scope != "ALL"));
    app.run_jobs().await;
    let texts: Vec<String> = app.mails_to(ADA).into_iter().map(|mail| mail.text).collect();
    assert!(texts.iter().any(|text| text.contains("will not receive direct marketing")), "{texts:#?}");
    let kinds = app.journal_kinds().await;
    assert!(kinds.contains(&"basis.ended".to_owned()) && kinds.contains(&"consent.withdrawn".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_objection_covers_purposes_to_come_until_the_mailbox_itself_agrees_again() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    log(&app, &ada, json!("MARKETING")).await;
    app.run_jobs().await;
    let text = "INSERT INTO basis (workspace_id, id, contact_id, purpose_id, since, entry_id) VALUES ($1, $2, $3, $4, $5, $6)";
    let later = app.purpose("fairs", LegalBasis::LegitimateInterests).await;
    let values = vec![
        app.workspace.into(),
        entity::BasisId::new().into(),
        ada.id.into(),
        later.into(),
        app.app.now().into(),
        entity::EntryId::new().into(),
    ];
    app.app.ledger.db.touch(text, values).await.unwrap();
    let answers = may_use(&app.app, app.workspace, later, Channel::Email, &[ada.id]).await.unwrap();
    assert_eq!(answers[&ada.id], Usability::Suppressed);
    app.advance(TimeDelta::days(1));
    app.confirmed(&ada.form, ADA).await;
    let [newsletter, interest, _] = usable(&app, &ada).await;
    assert_eq!(
        (newsletter, interest),
        (Usability::Usable, Usability::Suppressed),
        "only what the mailbox confirmed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_on_our_pages_is_taken_as_one_to_marketing_and_twice_is_as_once() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    for _ in 0..2 {
        let mut work = app.app.begin(app.workspace, Actor::Contact(ada.id)).await.unwrap();
        let new = NewRequest {
            kind: RequestKind::Objection,
            channel: RequestChannel::SelfService,
            contact: Some(ada.id),
            email: None,
            name: String::new(),
            message: String::new(),
            language: "en".to_owned(),
            received_at: app.app.now(),
            proven: true,
        };
        let row = open_request(&mut work, &app.app.vault, new).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(row.state, entity::RequestState::Fulfilled);
    }
    app.run_jobs().await;
    assert_eq!(usable(&app, &ada).await, [Usability::Withdrawn, Usability::Suppressed, Usability::Usable]);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "consent.withdrawn").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| *kind == "basis.ended").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_to_legitimate_interests_restricts_until_the_balance_and_upheld_it_ends_them() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    let request = log(&app, &ada, json!("LEGITIMATE_INTERESTS")).await;
    assert_eq!(request["state"], "IN_PROGRESS");
    assert_eq!(usable(&app, &ada).await, [Usability::Restricted; 3]);
    app.run_jobs().await;
    let dpo = app.member(Role::Dpo).await;
    let input =
        json!({ "requestId": request["id"], "expectedVersion": request["version"], "outcome": "UPHELD" });
    let balanced = mutate(&dpo, "recordBalance", input.clone()).await;
    assert_eq!(
        (&balanced["request"]["state"], &balanced["request"]["balance"]),
        (&json!("FULFILLED"), &json!("UPHELD")),
        "{balanced:#}"
    );
    assert_eq!(usable(&app, &ada).await, [Usability::Restricted; 3], "they are told first");
    app.run_jobs().await;
    assert_eq!(usable(&app, &ada).await, [Usability::Usable, Usability::NoBasis, Usability::Usable]);
    assert!(app.mails_to(ADA).iter().any(|mail| mail.text.contains("Article 18(3)")));
    assert_eq!(faults(&mutate(&dpo, "recordBalance", input).await), ["STALE expectedVersion"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn compelling_grounds_are_argued_and_refuse_with_remedies() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    let request = log(&app, &ada, json!("LEGITIMATE_INTERESTS")).await;
    app.run_jobs().await;
    let dpo = app.member(Role::Dpo).await;
    let mut input = json!({ "requestId": request["id"], "expectedVersion": request["version"], "outcome": "COMPELLING_GROUNDS" });
    assert_eq!(faults(&mutate(&dpo, "recordBalance", input.clone()).await), ["REQUIRED reasons"]);
    input["reasons"] = "Fraud is being investigated.".into();
    let refused = mutate(&dpo, "recordBalance", input).await["request"].clone();
    assert_eq!(
        (&refused["state"], &refused["refusalReason"]),
        (&json!("REFUSED"), &json!("COMPELLING_GROUNDS"))
    );
    app.run_jobs().await;
    assert_eq!(
        usable(&app, &ada).await,
        [Usability::Usable; 3],
        "processing goes on, after the person was told"
    );
    let texts: Vec<String> = app.mails_to(ADA).into_iter().map(|mail| mail.text).collect();
    assert!(
        texts.iter().any(|text| text.contains("Fraud is being investigated.") && text.contains("CNIL")),
        "{texts:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_with_nothing_to_weigh_waits_for_staff_and_marketing_is_never_weighed() {
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    let marketing = log(&app, &ada, json!("MARKETING")).await;
    let dpo = app.member(Role::Dpo).await;
    let balance = |request: &Value| json!({ "requestId": request["id"], "expectedVersion": request["version"], "outcome": "UPHELD" });
    assert_eq!(faults(&mutate(&dpo, "recordBalance", balance(&marketing)).await), ["WRONG_STATE requestId"]);
    let other = log(&app, &ada, json!("LEGITIMATE_INTERESTS")).await;
    assert_eq!(
        (&other["state"], &other["hurdle"]),
        (&json!("RECEIVED"), &json!("RIGHT_MAY_NOT_APPLY")),
        "they ended already"
    );
    app.run_jobs().await;
    assert_eq!(app.count("restriction").await, 0);
}
