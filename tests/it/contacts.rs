//! Staff and other systems create, change and archive contacts.

use accord::forms::definition::{ConsentOffer, Field, FieldKind};
use chrono::TimeDelta;
use entity::{Channel, LegalBasis, PurposeId, Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, definition};

const CREATE: &str = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id version givenName familyName phone email
    lifecycle language art14DueAt archivedAt company { name } owner { name } tags { name } bases { purpose { id } }
    provenance { field source proven actor } } userErrors { code field message } } }";
const UPDATE: &str = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { contact { id version givenName familyName phone jobTitle
    lastContactAt lifecycle owner { name } } userErrors { code field message } } }";
const UPSERT: &str = "mutation($input: UpsertContactInput!) { upsertContact(input: $input) { created contact { id version givenName phone email
    addresses { email primary } provenance { field source proven } activities(first: 10) { nodes { subject body } } } userErrors { code field message } } }";

/// Creates a contact: `input` on top of a default name and a legal basis.
async fn create(client: &Client<'_>, basis: PurposeId, input: Value) -> Value {
    let mut all = json!({ "basisPurposeId": basis.to_string(), "source": "PHONE", "givenName": "Ada" });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(CREATE, json!({ "input": all })).await["createContact"].clone()
}

async fn update(client: &Client<'_>, contact: &Value, input: Value) -> Value {
    let mut all = json!({ "contactId": contact["id"], "expectedVersion": contact["version"] });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(UPDATE, json!({ "input": all })).await["updateContact"].clone()
}

fn faults(payload: &Value) -> Vec<(String, String)> {
    let list = payload["userErrors"].as_array().unwrap();
    list.iter()
        .map(|error| {
            (error["code"].as_str().unwrap().to_owned(), error["field"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn fault(code: &str, field: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), field.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_1_a_contact_is_made_on_a_basis_that_its_entries_and_provenance_name() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let made =
        create(&client, contract, json!({ "familyName": "Lovelace", "email": "ada@example.org", "phone": "01 99 00 12 34", "tags": ["VIP", "vip"] }))
            .await;
    let contact = &made["contact"];
    assert_eq!(made["userErrors"], json!([]), "{made:#}");
    assert_eq!(
        (&contact["phone"], &contact["email"], &contact["lifecycle"]),
        (&json!("+33199001234"), &json!("ada@example.org"), &json!("PROSPECT"))
    );
    assert_eq!(contact["tags"], json!([{ "name": "VIP" }]));
    assert_eq!(contact["bases"][0]["purpose"]["id"], contract.to_string());
    assert_eq!(contact["art14DueAt"], Value::Null, "the person gave their data themself");
    let traced: Vec<&str> =
        contact["provenance"].as_array().unwrap().iter().map(|row| row["field"].as_str().unwrap()).collect();
    assert_eq!(traced, ["email", "family_name", "given_name", "phone"]);
    assert!(
        contact["provenance"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["source"] == "staff" && row["proven"] == true)
    );
    let journal = app.journal().await;
    let created = journal.iter().find(|entry| entry.kind == "contact.created").unwrap();
    assert!(created.bytes.contains("\"source\":\"PHONE\"") && created.bytes.contains(&contract.to_string()));
    assert!(journal.iter().any(|entry| entry.kind == "basis.recorded" && entry.bytes.contains("CONTRACT")));
    assert!(
        journal.iter().all(|entry| !entry.bytes.contains("Lovelace") && !entry.bytes.contains("example.org"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_on_consent_or_that_ended_or_is_anothers_is_no_basis() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let ended = app.purpose("ended", LegalBasis::Contract).await;
    accord::consent::archive_purpose(
        &app.app,
        app.workspace,
        accord::platform::actor::Actor::Operator,
        ended,
    )
    .await
    .unwrap();
    let other = app.other_workspace("other").await;
    let theirs = app.purpose_in(other, "theirs", LegalBasis::Contract).await;
    for (purpose, code) in [
        (newsletter, "INVALID"),
        (ended, "WRONG_STATE"),
        (theirs, "NOT_FOUND"),
        (PurposeId::new(), "NOT_FOUND"),
    ] {
        assert_eq!(faults(&create(&client, purpose, json!({})).await), fault(code, "basisPurposeId"));
    }
    assert_eq!(app.count("contact").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_did_not_give_their_data_themself_must_be_told_within_a_month() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    for (source, due) in [
        ("PHONE", false),
        ("EMAIL", false),
        ("IN_PERSON", false),
        ("BUSINESS_CARD", false),
        ("REFERRAL", true),
        ("PUBLIC_SOURCE", true),
        ("INTEGRATION", true),
    ] {
        let made = create(&client, contract, json!({ "source": source })).await;
        let expected = if due { json!("2026-12-23T12:00:00Z") } else { Value::Null };
        let at = made["contact"]["art14DueAt"].as_str().map(|at| at.parse::<entity::Time>().unwrap());
        assert_eq!(at, expected.as_str().map(|at| at.parse::<entity::Time>().unwrap()), "{source}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_named_at_once_with_its_field_and_without_the_value() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let made = create(
        &client,
        contract,
        json!({ "givenName": "x".repeat(301), "familyName": "a\nb", "email": "secret-nobody", "phone": "secret-phone", "language": "de",
            "companyId": entity::CompanyId::new().to_string(), "ownerId": entity::MemberId::new().to_string(), "tags": ["", "ok"] }),
    )
    .await;
    let mut fields: Vec<String> =
        faults(&made).into_iter().map(|(code, field)| format!("{field} {code}")).collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "companyId NOT_FOUND",
            "email INVALID",
            "familyName INVALID",
            "givenName TOO_LONG",
            "language NOT_OFFERED",
            "ownerId NOT_FOUND",
            "phone INVALID",
            "tags.0 REQUIRED"
        ]
    );
    assert!(!made.to_string().contains("secret"), "{made:#}");
    let nobody = create(&client, contract, json!({ "givenName": " \u{200b} " })).await;
    assert_eq!(faults(&nobody), fault("REQUIRED", "givenName"));
    assert_eq!((app.count("contact").await, app.count("tag").await), (0, 0));
    for input in [
        json!({ "givenName": "李" }),
        json!({ "givenName": null, "email": "x@example.org" }),
        json!({ "givenName": null, "phone": "+442079460958" }),
    ] {
        assert_eq!(create(&client, contract, input).await["userErrors"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_somebody_has_is_taken_and_nothing_of_them_is_said() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let first = create(&client, contract, json!({ "email": "ada@example.org" })).await;
    let second = create(&client, contract, json!({ "givenName": "Eve", "email": "ADA@Example.org" })).await;
    assert_eq!(faults(&second), fault("TAKEN", "email"));
    let said = second.to_string();
    assert!(!said.contains(first["contact"]["id"].as_str().unwrap()) && !said.contains("Ada"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_enter_one_address_at_once_make_one_contact() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let (one, two) = tokio::join!(
        create(&client, contract, json!({ "email": "ada@example.org" })),
        create(&client, contract, json!({ "email": "ada@example.org" }))
    );
    assert_eq!(app.count("contact").await, 1);
    assert_eq!([one, two].iter().filter(|made| faults(made) == fault("TAKEN", "email")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_one_contact_however_often_and_refuses_other_input() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "email": "ada@example.org", "idempotencyKey": "k1" });
    let (one, two) =
        tokio::join!(create(&client, contract, input.clone()), create(&client, contract, input.clone()));
    let again = create(&client, contract, input).await;
    assert_eq!(
        (&one["contact"]["id"], &two["contact"]["id"]),
        (&again["contact"]["id"], &again["contact"]["id"]),
        "{one:#} {two:#}"
    );
    assert_eq!(app.count("contact").await, 1);
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "contact.created").count(), 1);
    let other = create(&client, contract, json!({ "givenName": "Eve", "idempotencyKey": "k1" })).await;
    assert_eq!(faults(&other), fault("KEY_REUSED", "idempotencyKey"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_says_which_fields_and_leaves_the_rest_and_the_persons_last_act_alone() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let made = create(&client, contract, json!({ "familyName": "Lovelace", "phone": "+33199001234" })).await;
    let changed = update(
        &client,
        &made["contact"],
        json!({ "jobTitle": "Analyst", "phone": null, "lifecycle": "CUSTOMER" }),
    )
    .await;
    let contact = &changed["contact"];
    assert_eq!(
        json!([
            contact["familyName"],
            contact["phone"],
            contact["jobTitle"],
            contact["lifecycle"],
            contact["version"],
            contact["lastContactAt"]
        ]),
        json!(["Lovelace", null, "Analyst", "CUSTOMER", 2, null])
    );
    let journal = app.journal().await;
    let entry = journal.iter().find(|entry| entry.kind == "contact.updated").unwrap();
    assert!(entry.bytes.contains(r#""fields":["phone","job_title","lifecycle"]"#), "{}", entry.bytes);
    assert!(!entry.bytes.contains("Analyst"));
    let same = update(&client, contact, json!({ "jobTitle": "Analyst" })).await;
    assert_eq!(same["contact"]["version"], 2, "nothing differed");
    let nobody = update(&client, contact, json!({ "givenName": null, "familyName": null })).await;
    assert_eq!(faults(&nobody), fault("REQUIRED", "givenName"));
    let rows = app.query("SELECT sort_name FROM contact", vec![]).await;
    assert_eq!(rows[0].try_get::<String>("", "sort_name").unwrap(), "lovelace ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_read_the_same_version_one_learns_of_the_other() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let made = create(&client, contract, json!({})).await;
    let (one, two) = tokio::join!(
        update(&client, &made["contact"], json!({ "jobTitle": "One" })),
        update(&client, &made["contact"], json!({ "jobTitle": "Two" }))
    );
    assert_eq!(
        [&one, &two].iter().filter(|done| faults(done) == fault("STALE", "expectedVersion")).count(),
        1,
        "{one:#} {two:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_contacts_leave_the_lists_are_still_found_by_id_and_come_back_unchanged() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let made = create(&client, contract, json!({})).await;
    let id = &made["contact"]["id"];
    let archive = "mutation($id: ID!) { archiveContact(input: { contactId: $id }) { contact { archivedAt } userErrors { code } } }";
    let list = "query($id: ID!) { contacts(first: 5) { totalCount nodes { id } } contact(id: $id) { archivedAt } node(id: $id) { id } }";
    for _ in 0..2 {
        assert!(
            client.gql(archive, json!({ "id": id })).await["archiveContact"]["contact"]["archivedAt"]
                .is_string()
        );
    }
    let seen = client.gql(list, json!({ "id": id })).await;
    assert_eq!((&seen["contacts"]["totalCount"], &seen["node"]["id"]), (&json!(0), id));
    assert!(seen["contact"]["archivedAt"].is_string());
    assert_eq!(
        faults(&update(&client, &made["contact"], json!({ "givenName": "Eve" })).await),
        fault("WRONG_STATE", "contactId")
    );
    let restore = "mutation($id: ID!) { restoreContact(input: { contactId: $id }) { contact { archivedAt givenName } userErrors { code } } }";
    let back = client.gql(restore, json!({ "id": id })).await;
    assert_eq!(back["restoreContact"]["contact"], json!({ "archivedAt": null, "givenName": "Ada" }));
    assert_eq!(client.gql(list, json!({ "id": id })).await["contacts"]["totalCount"], 1);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "contact.archived").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_an_active_member_of_this_workspace() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let other = app.other_workspace("other").await;
    let stranger = app.member_in(other, Role::Sales).await.member_id();
    let gone = app.member(Role::Sales).await.member_id();
    app.app
        .ledger
        .db
        .touch("UPDATE member SET deactivated_at = $1 WHERE id = $2", vec![app.app.now().into(), gone.into()])
        .await
        .unwrap();
    assert_eq!(
        faults(&create(&client, contract, json!({ "ownerId": stranger.to_string() })).await),
        fault("NOT_FOUND", "ownerId")
    );
    assert_eq!(
        faults(&create(&client, contract, json!({ "ownerId": gone.to_string() })).await),
        fault("WRONG_STATE", "ownerId")
    );
    let made = create(&client, contract, json!({ "ownerId": client.member_id().to_string() })).await;
    assert!(made["contact"]["owner"]["name"].is_string(), "{made:#}");
    let changed = update(&client, &made["contact"], json!({ "ownerId": null })).await;
    assert_eq!(changed["contact"]["owner"], Value::Null);
}

async fn upsert(client: &Client<'_>, basis: PurposeId, input: Value) -> Value {
    let mut all = json!({ "basisPurposeId": basis.to_string(), "externalId": "erp-1" });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(UPSERT, json!({ "input": all })).await["upsertContact"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_synchronisations_at_once_make_one_contact_and_a_repeat_changes_nothing() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "givenName": "Ada", "email": "ada@example.org" });
    let (one, two) =
        tokio::join!(upsert(&client, contract, input.clone()), upsert(&client, contract, input.clone()));
    assert_eq!(app.count("contact").await, 1);
    assert_eq!(one["contact"]["id"], two["contact"]["id"], "{one:#} {two:#}");
    assert_eq!([&one, &two].iter().filter(|done| done["created"] == true).count(), 1);
    let entries = app.journal().await.len();
    let again = upsert(&client, contract, input).await;
    assert_eq!((&again["created"], &again["contact"]["version"]), (&json!(false), &json!(1)));
    assert_eq!(app.journal().await.len(), entries);
    assert!(
        again["contact"]["provenance"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["source"] == "integration" && row["proven"] == false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronisation_replaces_what_it_gave_and_leaves_what_staff_vouch_for_telling_them_once() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let made = upsert(
        &client,
        contract,
        json!({ "givenName": "Ada", "phone": "+33199001234", "email": "ada@example.org" }),
    )
    .await;
    update(&client, &made["contact"], json!({ "phone": "+442079460958" })).await;
    for _ in 0..2 {
        let done = upsert(
            &client,
            contract,
            json!({ "givenName": "Augusta", "phone": "+33199001234", "email": "other@example.org" }),
        )
        .await;
        let contact = &done["contact"];
        assert_eq!((&contact["givenName"], &contact["phone"]), (&json!("Augusta"), &json!("+442079460958")));
        assert_eq!(
            contact["addresses"],
            json!([{ "email": "ada@example.org", "primary": true }]),
            "the address in use is never touched"
        );
        let tasks = contact["activities"]["nodes"].as_array().unwrap();
        assert_eq!(tasks.len(), 1, "told once, not every night");
        assert_eq!(tasks[0]["body"], "Phone: +33199001234\nE-mail: other@example.org");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronisation_touches_neither_consent_nor_suppression() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.api_key(Role::Owner).await;
    let seen = client.gql("{ contacts(first: 1) { nodes { id version consents { id } } } }", json!({})).await;
    let contact = &seen["contacts"]["nodes"][0];
    let withdraw = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { userErrors { code } } }";
    client.gql(withdraw, json!({ "id": contact["consents"][0]["id"] })).await;
    let linked =
        client.gql(UPDATE, json!({ "input": { "contactId": contact["id"], "expectedVersion": contact["version"], "externalId": "erp-1" } })).await;
    assert_eq!(linked["updateContact"]["userErrors"], json!([]));
    let before = (app.count("suppression").await, app.consent_of("ada@example.org").await);
    let done = upsert(&client, contract, json!({ "givenName": "Eve", "email": "ada@example.org" })).await;
    assert_eq!(done["contact"]["givenName"], "Ada", "the person proved it");
    assert_eq!((app.count("suppression").await, app.consent_of("ada@example.org").await), before);
    assert_eq!(app.consent_of("ada@example.org").await, Some(entity::ConsentState::Withdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_writes_to_us_comes_back_into_the_lists_with_numbers_that_can_be_dialled() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.api_key(Role::Sales).await;
    let seen = client.gql("{ contacts(first: 1) { nodes { id } } }", json!({})).await;
    let id = &seen["contacts"]["nodes"][0]["id"];
    client
        .gql(
            "mutation($id: ID!) { archiveContact(input: { contactId: $id }) { userErrors { code } } }",
            json!({ "id": id }),
        )
        .await;
    let withdraw = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { userErrors { code } } }";
    let consent =
        client.gql("query($id: ID!) { contact(id: $id) { consents { id } } }", json!({ "id": id })).await;
    client.gql(withdraw, json!({ "id": consent["contact"]["consents"][0]["id"] })).await;
    app.advance(TimeDelta::hours(1));
    app.confirmed(&form, "ada@example.org").await;
    let rows = app.query("SELECT sort_name FROM contact WHERE archived_at IS NULL", vec![]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].try_get::<String>("", "sort_name").unwrap(), "ada");
    assert!(app.journal_kinds().await.contains(&"contact.restored".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_from_a_form_is_read_as_staffs_are_however_it_was_pasted() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let mut asked = definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], None);
    let phone = Field { key: "phone".to_owned(), kind: FieldKind::Phone, ..asked.fields[1].clone() };
    asked.fields.push(phone);
    let form = app.publish_in(app.workspace, asked, newsletter).await;
    let refused = [("email", "x@example.org"), ("phone", "00 999 1234567"), ("consent", "newsletter:email")];
    assert_eq!(app.visitor().submit_fields(&form, &refused).await.status, 422, "nobody can dial this");
    for (email, given, kept) in [
        ("a@example.org", "01 99 00 12 34", "+33199001234"),
        ("b@example.org", "06\u{a0}12\u{a0}34\u{a0}56\u{a0}78", "+33612345678"),
        (
            "c@example.org",
            "\u{200e}+1\u{fe0d}\u{2011}415\u{2011}555\u{2011}2671 ext. 12",
            "+14155552671;ext=12",
        ),
        ("d@example.org", "tel:+390212345678", "+390212345678"),
        ("e@example.org", "٠٦١٢٣٤٥٦٧٨", "+33612345678"),
    ] {
        let fields = [("email", email), ("phone", given), ("consent", "newsletter:email")];
        let answer = app.visitor().submit_fields(&form, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        app.run_jobs().await;
        let link = app.mails_to(email).last().unwrap().link("confirm");
        app.visitor().post_form(&link, &[]).await;
        app.run_jobs().await;
        let text = "SELECT c.phone AS phone FROM contact c JOIN contact_address a ON a.contact_id = c.id WHERE a.email_key = $1";
        let rows = app.query(text, vec![email.into()]).await;
        assert_eq!(rows[0].try_get::<String>("", "phone").unwrap(), kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_synchronisation_null_clears_what_it_may_change_absent_leaves_and_what_staff_vouch_for_becomes_a_task()
 {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.api_key(Role::Sales).await;
    let given = json!({ "givenName": "Ada", "familyName": "Lovelace", "jobTitle": "Buyer", "phone": "+33199001234", "postalAddress": "1 rue" });
    let made = upsert(&client, contract, given).await;
    update(&client, &made["contact"], json!({ "phone": "+442079460958" })).await;
    let left = upsert(&client, contract, json!({ "jobTitle": "Head buyer" })).await;
    assert_eq!(left["contact"]["phone"], "+442079460958");
    for _ in 0..2 {
        let cleared =
            upsert(&client, contract, json!({ "jobTitle": null, "postalAddress": null, "phone": null }))
                .await;
        assert_eq!((&cleared["userErrors"], &cleared["created"]), (&json!([]), &json!(false)));
        let seen =
            app.query("SELECT given_name, job_title, postal_address, phone FROM contact", vec![]).await;
        let text = |column: &str| seen[0].try_get::<String>("", column).unwrap();
        assert_eq!(
            [text("given_name"), text("job_title"), text("postal_address"), text("phone")],
            ["Ada", "", "", "+442079460958"]
        );
        let tasks = cleared["contact"]["activities"]["nodes"].as_array().unwrap();
        assert_eq!((tasks.len(), &tasks[0]["body"]), (1, &json!("Phone: none any more")), "told once");
    }
    let nobody = upsert(&client, contract, json!({ "givenName": null, "familyName": null })).await;
    assert_eq!(nobody["userErrors"], json!([]), "there is a number that staff gave");
    let new = upsert(
        &client,
        contract,
        json!({ "externalId": "erp-new", "givenName": null, "familyName": null, "phone": null }),
    )
    .await;
    assert_eq!(faults(&new), fault("REQUIRED", "givenName"));
}
