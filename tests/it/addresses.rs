//! Several e-mail addresses of one contact, and what each of them confirms or refuses.

use chrono::TimeDelta;
use entity::{LegalBasis, PurposeId, Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const SEEN: &str =
    "query($id: ID!, $purpose: ID!) { contact(id: $id) { id email mayUse(purposeId: $purpose, channel: EMAIL)
    addresses { id email primary verifiedAt } } }";

async fn seen(client: &Client<'_>, id: &str, purpose: PurposeId) -> Value {
    client.gql(SEEN, json!({ "id": id, "purpose": purpose.to_string() })).await["contact"].clone()
}

async fn add(client: &Client<'_>, id: &str, email: &str) -> Value {
    let text =
        "mutation($id: ID!, $email: String!) { addContactAddress(input: { contactId: $id, email: $email }) { contact { addresses { id email } }
        userErrors { code field } } }";
    client.gql(text, json!({ "id": id, "email": email })).await["addContactAddress"].clone()
}

async fn primary(client: &Client<'_>, address: &Value) -> Value {
    let text = "mutation($id: ID!) { setPrimaryAddress(input: { addressId: $id }) { contact { email } userErrors { code field } } }";
    client.gql(text, json!({ "id": address })).await["setPrimaryAddress"].clone()
}

async fn remove(client: &Client<'_>, address: &Value) -> Value {
    let text = "mutation($id: ID!) { removeContactAddress(input: { addressId: $id }) { contact { email addresses { email } } userErrors { code field } } }";
    client.gql(text, json!({ "id": address })).await["removeContactAddress"].clone()
}

async fn only_contact(client: &Client<'_>) -> String {
    let seen = client.gql("{ contacts(first: 1) { nodes { id } } }", json!({})).await;
    seen["contacts"]["nodes"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_change_the_address_in_use_carry_no_consent_over_and_the_new_mailbox_gives_it_again() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.member(Role::Sales).await;
    let id = only_contact(&client).await;
    assert_eq!(seen(&client, &id, form.newsletter).await["mayUse"], "USABLE");
    let added = add(&client, &id, "ada@new.example").await;
    assert_eq!(
        seen(&client, &id, form.newsletter).await["mayUse"],
        "USABLE",
        "one more address changes nothing"
    );
    let new = &added["contact"]["addresses"][1]["id"];
    assert_eq!(primary(&client, new).await["contact"]["email"], "ada@new.example");
    assert_eq!(seen(&client, &id, form.newsletter).await["mayUse"], "ADDRESS_NOT_PROVEN");
    app.advance(TimeDelta::minutes(10));
    app.confirmed(&form, "ada@new.example").await;
    let after = seen(&client, &id, form.newsletter).await;
    assert_eq!(after["mayUse"], "USABLE", "{after:#}");
    assert_eq!(app.count("contact").await, 1);
    let entry = app
        .journal()
        .await
        .into_iter()
        .find(|entry| entry.kind == "contact.primary_address_changed")
        .unwrap();
    assert!(entry.bytes.contains(new.as_str().unwrap()) && !entry.bytes.contains("example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_address_that_proved_a_consent_leaves_none_to_use_even_when_it_comes_back() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.member(Role::Sales).await;
    let id = only_contact(&client).await;
    let old = seen(&client, &id, form.newsletter).await["addresses"][0]["id"].clone();
    let added = add(&client, &id, "ada@new.example").await;
    let refused = remove(&client, &old).await;
    assert_eq!(
        refused["userErrors"],
        json!([{ "code": "WRONG_STATE", "field": "addressId" }]),
        "it is in use"
    );
    primary(&client, &added["contact"]["addresses"][1]["id"]).await;
    assert_eq!(remove(&client, &old).await["contact"]["addresses"], json!([{ "email": "ada@new.example" }]));
    assert_eq!(seen(&client, &id, form.newsletter).await["mayUse"], "ADDRESS_NOT_PROVEN");
    let again = add(&client, &id, "ada@example.org").await;
    primary(&client, &again["contact"]["addresses"][1]["id"]).await;
    assert_eq!(
        seen(&client, &id, form.newsletter).await["mayUse"],
        "ADDRESS_NOT_PROVEN",
        "who comes back proves anew"
    );
    assert_eq!(
        remove(&client, &old).await["userErrors"],
        json!([{ "code": "NOT_FOUND", "field": "addressId" }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_address_goes_and_the_contact_has_none() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.member(Role::Sales).await;
    let id = only_contact(&client).await;
    let address = seen(&client, &id, form.newsletter).await["addresses"][0]["id"].clone();
    let removed = remove(&client, &address).await;
    assert_eq!(removed["contact"], json!({ "email": null, "addresses": [] }));
    assert_eq!(seen(&client, &id, form.newsletter).await["mayUse"], "NO_ADDRESS");
    let added = add(&client, &id, "ada@new.example").await;
    assert_eq!(added["userErrors"], json!([]));
    assert_eq!(
        seen(&client, &id, form.newsletter).await["email"],
        "ada@new.example",
        "the only one is the one in use"
    );
}

/// A contact with a contract as legal basis who objected to all processing through their mailbox.
async fn refused(app: &TestApp) -> (PurposeId, String) {
    let form = app.newsletter_form().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.member(Role::Sales).await;
    let id = only_contact(&client).await;
    let receipt = app
        .mails_to("ada@example.org")
        .into_iter()
        .find(|mail| mail.headers.contains_key("List-Unsubscribe"))
        .unwrap();
    let header = &receipt.headers["List-Unsubscribe"];
    let stop = header[header.find("/unsubscribe/").unwrap()..].trim_end_matches('>').to_owned();
    app.visitor().post_form(&stop, &[("scope", "all")]).await;
    app.run_jobs().await;
    let text = "INSERT INTO basis (workspace_id, id, contact_id, purpose_id, since, entry_id) SELECT workspace_id, $1, id, $2, created_at, $3 FROM contact";
    let values = vec![entity::BasisId::new().into(), contract.into(), entity::EntryId::new().into()];
    app.app.ledger.db.touch(text, values).await.unwrap();
    assert_eq!(seen(&client, &id, contract).await["mayUse"], "SUPPRESSED");
    (contract, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_removing_the_address_that_refused_does_not_lose_the_refusal() {
    let app = TestApp::new().await;
    let (contract, id) = refused(&app).await;
    let client = app.member(Role::Sales).await;
    let old = seen(&client, &id, contract).await["addresses"][0]["id"].clone();
    let alone = remove(&client, &old).await;
    assert_eq!(
        alone["userErrors"],
        json!([{ "code": "WRONG_STATE", "field": "addressId" }]),
        "nothing would be left to remember it by"
    );
    let added = add(&client, &id, "ada@new.example").await;
    primary(&client, &added["contact"]["addresses"][1]["id"]).await;
    assert_eq!(seen(&client, &id, contract).await["mayUse"], "SUPPRESSED");
    assert_eq!(remove(&client, &old).await["userErrors"], json!([]));
    assert_eq!(
        seen(&client, &id, contract).await["mayUse"],
        "SUPPRESSED",
        "the person refused, not only the mailbox"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_whoever_is_made_with_a_suppressed_mailbox_cannot_be_used() {
    let app = TestApp::new().await;
    let (contract, id) = refused(&app).await;
    let client = app.member(Role::Sales).await;
    let added = add(&client, &id, "ada@new.example").await;
    let old = seen(&client, &id, contract).await["addresses"][0]["id"].clone();
    primary(&client, &added["contact"]["addresses"][1]["id"]).await;
    remove(&client, &old).await;
    let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code } } }";
    let input = json!({ "basisPurposeId": contract.to_string(), "source": "REFERRAL", "givenName": "Ada", "email": "ada@example.org" });
    let made = client.gql(text, json!({ "input": input })).await;
    let made = made["createContact"]["contact"]["id"].as_str().unwrap();
    assert_eq!(seen(&client, made, contract).await["mayUse"], "SUPPRESSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_contact_and_adding_it_twice_adds_it_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "eve@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let eve = only_contact(&client).await;
    app.confirmed(&form, "ada@example.org").await;
    let ada = only_contact(&client).await;
    assert_ne!(ada, eve);
    assert_eq!(
        add(&client, &ada, "EVE@example.org").await["userErrors"],
        json!([{ "code": "TAKEN", "field": "email" }])
    );
    assert_eq!(
        add(&client, &ada, "nonsense").await["userErrors"],
        json!([{ "code": "INVALID", "field": "email" }])
    );
    let (one, two) =
        tokio::join!(add(&client, &ada, "ada@new.example"), add(&client, &ada, "ada@new.example"));
    assert_eq!((&one["userErrors"], &two["userErrors"]), (&json!([]), &json!([])));
    assert_eq!(seen(&client, &ada, form.newsletter).await["addresses"].as_array().unwrap().len(), 2);
    let (one, two) =
        tokio::join!(add(&client, &ada, "shared@new.example"), add(&client, &eve, "shared@new.example"));
    assert_eq!(
        [one, two]
            .iter()
            .filter(|done| done["userErrors"] == json!([{ "code": "TAKEN", "field": "email" }]))
            .count(),
        1
    );
}
