//! The proof of a consent as documents: the field table of ISO/IEC TS 27560 with the terms of the DPV 2.3,
//! and the page that people print.

use std::collections::BTreeSet;

use entity::{ConsentState, Role, consent};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Map, Value, json};

use crate::{
    fields::person,
    support::{TestApp, rows},
};

const ADA: &str = "ada@example.org";
const DOWNLOAD: &str = "mutation($input: DownloadProofInput!) { downloadProof(input: $input) {
    documents { consentId record receipt html } userErrors { code field } } }";

/// What the table demands of a record: where it stands, by JSON pointer. `*`: in each item.
const DEMANDED: &[&str] = &[
    // Header.
    "/dct:conformsTo/@id",
    "/dct:identifier",
    "/dpv:hasIdentifier",
    "/dpv:hasDataSubject/dpv:hasIdentifier",
    // Processing.
    "/dpv:hasProcess/*/dpv:hasNotice/*/dct:date",
    "/dpv:hasProcess/*/dpv:hasNotice/*/dct:language",
    "/dpv:hasProcess/*/dpv:hasNotice/*/dct:coverage",
    "/dct:language",
    "/dpv:hasProcess/*/dpv:hasPurpose/*/@type",
    "/dpv:hasProcess/*/dpv:hasLegalBasis/*/@id",
    "/dpv:hasProcess/*/dpv:hasPersonalData/*/@type",
    "/dpv:hasProcess/*/dpv:hasPersonalData/*/dpv:hasNecessity",
    "/dpv:hasProcess/*/dpv:hasDataController/*/@id",
    "/dpv:hasProcess/*/dpv:hasDataSource/*/@id",
    "/dpv:hasProcess/*/dpv:hasProcessing/*/@id",
    "/dpv:hasProcess/*/dpv:hasStorageCondition/0/dpv:hasLocation",
    "/dpv:hasProcess/*/dpv:hasStorageCondition/1/dpv:hasDuration",
    "/dpv:hasProcess/*/dpv:hasLocation/*/@id",
    "/dpv:hasProcess/*/dpv:hasJurisdiction/*/@id",
    "/dpv:hasProcess/*/dpv:hasApplicableLaw/*/@id",
    "/dpv:hasProcess/*/dpv:hasRecipient",
    "/dpv:hasProcess/*/dpv:hasConsentControl/*/dpv:isExercisedAt",
    "/dpv:hasProcess/*/dpv:hasRight/*/dpv:isExercisedAt",
    "/dpv:hasProcess/*/dpv:hasAuthority/*/dpv:hasName",
    // Party.
    "/dpv:hasDataController/*/dpv:hasIdentifier",
    "/dpv:hasDataController/*/dpv:hasName",
    "/dpv:hasDataController/*/dpv:hasAddress",
    "/dpv:hasDataController/*/dpv:hasContact",
    "/dpv:hasDataController/*/@type",
    // Event.
    "/dpv:hasConsentStatus/*/@type",
    "/dpv:hasConsentStatus/*/dct:type",
    "/dpv:hasConsentStatus/*/dpv:isIndicatedAtTime",
    "/dpv:hasConsentStatus/*/dpv:isIndicatedBy",
    "/dpv:hasConsentStatus/*/dpv:hasDuration",
];

/// The prefixes and what they stand for.
const PREFIXES: [(&str, &str); 5] = [
    ("dpv", "https://w3id.org/dpv#"),
    ("pd", "https://w3id.org/dpv/pd#"),
    ("loc", "https://w3id.org/dpv/loc#"),
    ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("dct", "http://purl.org/dc/terms/"),
];

/// The states of a consent in DPV 2.3.
const STATES: [&str; 10] = [
    "ConsentGiven",
    "RenewedConsentGiven",
    "ConsentUnknown",
    "ConsentRequested",
    "ConsentRequestDeferred",
    "ConsentRefused",
    "ConsentWithdrawn",
    "ConsentRevoked",
    "ConsentExpired",
    "ConsentInvalidated",
];

async fn download(app: &TestApp, consent: entity::ConsentId) -> Value {
    let dpo = app.member(Role::Dpo).await;
    let answer =
        dpo.gql(DOWNLOAD, json!({ "input": { "consentId": consent } })).await["downloadProof"].clone();
    assert_eq!(answer["userErrors"], json!([]));
    answer["documents"].clone()
}

async fn the_consent(app: &TestApp) -> consent::Model {
    consent::Entity::find().one(app.app.db()).await.unwrap().unwrap()
}

/// What stands at a pointer; each item of an array at `*`. An array that is demanded with items has some.
fn at<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for part in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match part {
                "*" => value.as_array().map(|items| items.iter().collect::<Vec<_>>()).unwrap_or_default(),
                index if value.is_array() => value.get(index.parse::<usize>().unwrap()).into_iter().collect(),
                key => value.get(key).into_iter().collect(),
            })
            .collect();
    }
    found
}

/// JSON in which no object has a key twice.
fn strict(text: &str) -> Value {
    struct Unique(Value);
    impl<'de> serde::Deserialize<'de> for Unique {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Unique;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("JSON")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
                    let mut object = Map::new();
                    while let Some((key, value)) = map.next_entry::<String, Unique>()? {
                        if object.insert(key.clone(), value.0).is_some() {
                            return Err(serde::de::Error::custom(format!("{key} stands there twice")));
                        }
                    }
                    Ok(Unique(object.into()))
                }
                fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Unique, A::Error> {
                    let mut items = Vec::new();
                    while let Some(item) = seq.next_element::<Unique>()? {
                        items.push(item.0);
                    }
                    Ok(Unique(items.into()))
                }
                fn visit_str<E>(self, text: &str) -> Result<Unique, E> {
                    Ok(Unique(text.into()))
                }
                fn visit_u64<E>(self, number: u64) -> Result<Unique, E> {
                    Ok(Unique(number.into()))
                }
                fn visit_i64<E>(self, number: i64) -> Result<Unique, E> {
                    Ok(Unique(number.into()))
                }
                fn visit_bool<E>(self, yes: bool) -> Result<Unique, E> {
                    Ok(Unique(yes.into()))
                }
                fn visit_unit<E>(self) -> Result<Unique, E> {
                    Ok(Unique(Value::Null))
                }
            }
            deserializer.deserialize_any(Visitor)
        }
    }
    serde_json::from_str::<Unique>(text).expect("valid JSON").0
}

/// Every key, type and id of ours, with the prefix resolved by the document's own context.
fn resolved(value: &Value, context: &Value, found: &mut BTreeSet<String>) {
    let resolve = |term: &str| match term.split_once(':') {
        Some(("urn" | "https" | "http" | "mailto", _)) => term.to_owned(),
        Some((prefix, name)) => {
            let base =
                context[prefix].as_str().unwrap_or_else(|| panic!("{term}: the context has no {prefix}"));
            format!("{base}{name}")
        }
        None => panic!("{term} has no prefix: JSON-LD would drop it"),
    };
    match value {
        Value::Array(items) => items.iter().for_each(|item| resolved(item, context, found)),
        Value::Object(map) => {
            for (key, inner) in map {
                match key.as_str() {
                    "@context" => {}
                    "@id" | "@type" => {
                        found.insert(resolve(inner.as_str().expect("one id or type")));
                    }
                    key => {
                        found.insert(resolve(key));
                        resolved(inner, context, found);
                    }
                }
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_has_every_field_that_the_standard_and_the_gdpr_demand_in_every_state() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    rows::recipient_to_tell(&app, app.workspace, contact, form.newsletter).await;
    for state in ConsentState::ALL {
        let row = the_consent(&app).await;
        let id = row.id;
        let mut row = row.into_active_model();
        row.state = Set(*state);
        consent::Entity::update(row).exec(app.app.db()).await.unwrap();
        let documents = download(&app, id).await;
        let record = strict(documents["record"].as_str().unwrap());
        for pointer in DEMANDED {
            let found = at(&record, pointer);
            assert!(!found.is_empty(), "{state}: {pointer} is not in {record:#}");
            assert!(
                found.iter().all(|value| !value.is_null() && **value != ""),
                "{state}: {pointer} is empty in {record:#}"
            );
        }
        assert_eq!(record["@type"], "dpv:ConsentRecord");
        assert_eq!(record["dct:conformsTo"]["@id"], "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr");
        let last = record["dpv:hasConsentStatus"].as_array().unwrap().last().unwrap().clone();
        let told = last["@type"].as_str().unwrap().strip_prefix("dpv:").unwrap();
        assert!(STATES.contains(&told), "{told} is none of the vocabulary's states");
        assert!(told.to_uppercase().ends_with(state.as_str()), "{state} is told as {told}");
        assert!(!documents["record"].as_str().unwrap().contains("ConsentTerminated"));
        let receipt = strict(documents["receipt"].as_str().unwrap());
        assert_eq!(receipt["@type"], "dpv:ConsentReceipt");
        assert_eq!(receipt["dct:conformsTo"]["@id"], "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr");
        assert_ne!(receipt["dpv:hasIdentifier"], record["dpv:hasIdentifier"]);
        assert!(receipt["dct:created"].as_str().unwrap().ends_with('Z'));
        let mut inner = record;
        inner.as_object_mut().unwrap().remove("@context");
        assert_eq!(receipt["dpv:hasRecordOfActivity"], json!([inner]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_term_resolves_to_the_vocabularies() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    person(&app, &form, ADA).await;
    let documents = download(&app, the_consent(&app).await.id).await;
    for name in ["record", "receipt"] {
        let document = strict(documents[name].as_str().unwrap());
        let context = &document["@context"];
        assert_eq!(context.as_object().unwrap().len(), PREFIXES.len());
        for (prefix, iri) in PREFIXES {
            assert_eq!(context[prefix], iri);
        }
        let mut terms = BTreeSet::new();
        resolved(&document, context, &mut terms);
        for iri in [
            "https://w3id.org/dpv#ConsentRecord",
            "https://w3id.org/dpv#ConsentGiven",
            "https://w3id.org/dpv#hasConsentStatus",
            "https://w3id.org/dpv/pd#EmailAddress",
            "https://w3id.org/dpv/pd#Name",
            "https://w3id.org/dpv/loc#FR",
            "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a",
            "https://w3id.org/dpv/legal/eu/gdpr#GDPR",
            "http://purl.org/dc/terms/conformsTo",
        ] {
            assert!(terms.contains(iri), "{iri} is not in {terms:#?}");
        }
        // The person is named by an id of ours only.
        let told = documents[name].as_str().unwrap();
        assert!(!told.contains(ADA) && !told.contains("\"Ada\""), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_the_wording_form_page_mails_and_confirmation_are_in_the_download() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    person(&app, &form, ADA).await;
    let row = the_consent(&app).await;
    let documents = download(&app, row.id).await;
    let record = strict(documents["record"].as_str().unwrap());
    let notice = &record["dpv:hasProcess"][0]["dpv:hasNotice"][0];
    assert_eq!(notice["dct:description"], "Yes, do this (newsletter)");
    let hash = <sha2::Sha256 as sha2::Digest>::digest("Yes, do this (newsletter)");
    assert_eq!(notice["dct:identifier"], hex::encode(hash), "the wording, by its hash");
    assert_eq!(notice["dct:isPartOf"]["dct:hasVersion"], 1, "the form's version");
    let events = record["dpv:hasConsentStatus"].as_array().unwrap();
    let told: Vec<&str> = events.iter().map(|event| event["@type"].as_str().unwrap()).collect();
    assert_eq!(told, ["dpv:ConsentRequested", "dpv:ConsentGiven"]);
    let statements = events[1]["dct:provenance"].as_array().unwrap();
    let question = statements.iter().find(|one| one["dct:type"] == "confirm_opt_in").expect("the mail");
    let message_id = question["dct:identifier"].as_str().unwrap();
    assert!(question["dct:description"].as_str().unwrap().starts_with("250"), "the mail server's answer");
    let page = documents["html"].as_str().unwrap();
    let page = page.replace("&lt;", "<").replace("&gt;", ">").replace("&#x2F;", "/");
    for text in [
        "Yes, do this (newsletter)",
        "Purpose newsletter",
        "Test form, 1",
        message_id,
        ADA,
        &row.id.to_string(),
    ] {
        assert!(page.contains(text), "no {text:?} in {page}");
    }
    assert!(!page.contains("<script") && page.contains("@media print"), "{page}");
    assert_eq!(page.matches("<h1>").count(), 1);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.last().unwrap(), "proof.read", "each access is recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_are_for_those_who_may_read_evidence() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    person(&app, &form, ADA).await;
    let id = the_consent(&app).await.id;
    let before = app.journal().await.len();
    let sales = app.member(Role::Sales).await;
    let refused = sales.gql_raw(DOWNLOAD, json!({ "input": { "consentId": id } })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let other = app.other_workspace("other").await;
    let stranger = app.member_in(other, Role::Owner).await;
    let answer =
        stranger.gql(DOWNLOAD, json!({ "input": { "consentId": id } })).await["downloadProof"].clone();
    assert_eq!(answer["userErrors"], json!([{ "code": "NOT_FOUND", "field": "consentId" }]));
    assert_eq!(app.journal().await.len(), before);
}
