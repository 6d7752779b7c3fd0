//! Restriction of processing (GDPR Art. 18): a locked card that nobody changes, uses or reads on, what still
//! comes in, and that the person is told before it is lifted.

use accord::consent::{Usability, may_use};
use chrono::TimeDelta;
use entity::{Channel, ContactId, LegalBasis, Role, contact, contact_address};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, Sales, Script, SmtpServer, TestApp, TestForm, Verb, faults};

const ADA: &str = "ada@example.org";

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

async fn row_of(app: &TestApp, id: ContactId) -> contact::Model {
    contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap()
}

/// A confirmed contact with a name, a tag, a note and an external id.
async fn ada(app: &TestApp) -> (TestForm, ContactId) {
    let form = app.newsletter_form().await;
    app.visitor()
        .submit_fields(&form, &[("email", ADA), ("given_name", "Ada"), ("consent", "newsletter:email")])
        .await;
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("confirm");
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    let id = contact_of(app, ADA).await;
    let owner = app.member(Role::Owner).await;
    let version = row_of(app, id).await.version;
    let values = json!({ "contactId": id.to_string(), "expectedVersion": version, "familyName": "Lovelace", "phone": "+33199001234",
        "jobTitle": "Analyst", "companyName": "Engines", "postalAddress": "1 rue A", "externalId": "erp-1" });
    run(&owner, "updateContact", values).await;
    run(&owner, "tagContacts", json!({ "contactIds": [id.to_string()], "add": ["VIP"] })).await;
    run(
        &owner,
        "logActivity",
        json!({ "kind": "NOTE", "subject": "Likes engines", "contactId": id.to_string() }),
    )
    .await;
    (form, id)
}

/// The faults of a mutation.
async fn try_to(client: &Client<'_>, name: &str, input: Value) -> Vec<String> {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let text = format!(
        "mutation($input: {upper}Input!) {{ {name}(input: $input) {{ userErrors {{ code field message }} }} }}"
    );
    faults(&client.gql(&text, json!({ "input": input })).await[name])
}

async fn run(client: &Client<'_>, name: &str, input: Value) {
    let faults = try_to(client, name, input).await;
    assert!(faults.is_empty(), "{name}: {faults:?}");
}

async fn restrict(app: &TestApp, contact: ContactId, ground: &str) -> Value {
    let dpo = app.member(Role::Dpo).await;
    let text = "mutation($input: RestrictContactInput!) { restrictContact(input: $input) {
        restriction { id ground since } userErrors { code field } } }";
    let input = json!({ "contactId": contact.to_string(), "ground": ground });
    let payload = dpo.gql(text, json!({ "input": input })).await["restrictContact"].clone();
    assert_eq!(payload["userErrors"], json!([]));
    payload["restriction"].clone()
}

const RESTRICTION: &str = "id ground announcedAt means failedAt liftedAt";

async fn lift(app: &TestApp, id: &Value, means: &str) -> Value {
    let dpo = app.member(Role::Dpo).await;
    let text = format!(
        "mutation($input: LiftRestrictionInput!) {{ liftRestriction(input: $input) {{
            restriction {{ {RESTRICTION} }} userErrors {{ code field }} }} }}"
    );
    let input = json!({ "restrictionId": id, "means": means });
    dpo.gql(&text, json!({ "input": input })).await["liftRestriction"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_contact_is_changed_by_no_use_case_and_by_no_role() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    app.confirmed(&form, "bob@example.org").await;
    let bob = contact_of(&app, "bob@example.org").await;
    let owner = app.member(Role::Owner).await;
    run(&owner, "addContactAddress", json!({ "contactId": id.to_string(), "email": "second@example.org" }))
        .await;
    let sales = Sales::new(&app).await;
    let deal = sales.deal(&app, "A deal", "First").await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let field = "mutation { createField(input: { entity: CONTACT, key: \"iban\", label: [{ language: \"en\", text: \"IBAN\" }], type: TEXT, dataClass: SECRET, reason: \"To pay\" }) { field { id } userErrors { code field } } }";
    let field = owner.gql(field, json!({})).await["createField"]["field"]["id"].clone();
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    let second = rows.iter().find(|row| row.email == "second@example.org").unwrap().id.to_string();
    let notes = entity::activity::Entity::find().all(app.app.db()).await.unwrap();
    let note = notes.iter().find(|row| row.subject == "Likes engines").unwrap();
    restrict(&app, id, "ACCURACY_CONTESTED").await;
    let before = row_of(&app, id).await;
    owner.stepped_up().await;
    let (id, bob, version) = (id.to_string(), bob.to_string(), before.version);
    let bob_version = row_of(&app, contact_of(&app, "bob@example.org").await).await.version;
    let deal_version = entity::deal::Entity::find().all(app.app.db()).await.unwrap()[0].version;
    let cases = [
        (
            "updateContact",
            json!({ "contactId": id, "expectedVersion": version, "givenName": "Eve" }),
            "contactId",
        ),
        (
            "upsertContact",
            json!({ "externalId": "erp-1", "basisPurposeId": quote.to_string(), "givenName": "Eve" }),
            "externalId",
        ),
        ("archiveContact", json!({ "contactId": id }), "contactId"),
        ("restoreContact", json!({ "contactId": id }), "contactId"),
        ("addContactAddress", json!({ "contactId": id, "email": "third@example.org" }), "contactId"),
        ("setPrimaryAddress", json!({ "addressId": second }), "addressId"),
        ("removeContactAddress", json!({ "addressId": second }), "addressId"),
        ("tagContacts", json!({ "contactIds": [bob, id], "add": ["New"] }), "contactIds.1"),
        (
            "mergeContacts",
            json!({ "survivorId": id, "mergedId": bob, "expectedSurvivorVersion": version, "expectedMergedVersion": bob_version }),
            "survivorId",
        ),
        (
            "mergeContacts",
            json!({ "survivorId": bob, "mergedId": id, "expectedSurvivorVersion": bob_version, "expectedMergedVersion": version }),
            "mergedId",
        ),
        ("revealField", json!({ "contactId": id, "fieldId": field, "reason": "PAYMENT" }), "contactId"),
        ("logActivity", json!({ "kind": "CALL", "subject": "s", "contactId": id }), "contactId"),
        (
            "updateActivity",
            json!({ "activityId": note.id.to_string(), "expectedVersion": note.version, "body": "b" }),
            "contactId",
        ),
        (
            "updateActivity",
            json!({ "activityId": note.id.to_string(), "expectedVersion": note.version, "contactId": bob }),
            "contactId",
        ),
        ("archiveActivity", json!({ "activityId": note.id.to_string() }), "activityId"),
        (
            "setDealContacts",
            json!({ "dealId": deal.to_string(), "expectedVersion": deal_version, "contacts": [{ "contactId": id }] }),
            "contacts.0.contactId",
        ),
        (
            "createDeal",
            json!({ "title": "t", "pipelineId": sales.pipeline.to_string(), "contacts": [{ "contactId": id }] }),
            "contacts.0.contactId",
        ),
        (
            "upsertDeal",
            json!({ "externalId": "d-1", "title": "t", "pipelineId": sales.pipeline.to_string(), "contacts": [{ "contactId": id }] }),
            "contacts.0.contactId",
        ),
    ];
    for (name, input, at) in cases {
        assert_eq!(try_to(&owner, name, input).await, [format!("WRONG_STATE {at}")], "{name}");
    }
    let contact: ContactId = id.parse().unwrap();
    assert_eq!(row_of(&app, contact).await, before);
}

/// Every use case that takes the contact of an input is either refused in the test above or named here with a
/// reason. A new one fails this test until somebody decides.
#[tokio::test(flavor = "multi_thread")]
async fn every_mutation_that_names_a_contact_is_known_to_this_test() {
    let app = TestApp::new().await;
    let owner = app.api_key(Role::Owner).await;
    let text =
        "{ __schema { mutationType { fields { name args { type { ofType { inputFields { name } } } } } } } }";
    let schema = owner.gql(text, json!({})).await;
    let mut names: Vec<String> = Vec::new();
    for field in schema["__schema"]["mutationType"]["fields"].as_array().unwrap() {
        for input in field["args"][0]["type"]["ofType"]["inputFields"].as_array().into_iter().flatten() {
            let takes = ["contactId", "contactIds", "otherContactId", "contacts", "addressId", "survivorId"];
            if takes.contains(&input["name"].as_str().unwrap()) {
                names.push(field["name"].as_str().unwrap().to_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    let refused = [
        "addContactAddress",
        "archiveContact",
        "createDeal",
        "logActivity",
        "mergeContacts",
        "removeContactAddress",
        "restoreContact",
        "revealField",
        "setDealContacts",
        "setPrimaryAddress",
        "tagContacts",
        "updateActivity",
        "updateContact",
        "upsertDeal",
    ];
    // What protects or informs the person, what goes to them alone, and what records an act that happened.
    let allowed = [
        "askTransfer",
        "dismissDuplicate",
        "eraseContact",
        "fulfilRequest",
        "logDisclosure",
        "logRequest",
        "orderPackage",
        "recordArt14Notice",
        "restrictContact",
        "sendArt14Notice",
        "setHold",
    ];
    let mut known = [refused.as_slice(), allowed.as_slice()].concat();
    known.sort_unstable();
    assert_eq!(names, known, "decide whether a restricted contact allows it, and test it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_contact_may_not_be_used_and_is_left_out_of_lists_to_be_used() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    let usable = async || {
        let answers = may_use(&app.app, app.workspace, form.newsletter, Channel::Email, &[id]).await.unwrap();
        answers[&id]
    };
    assert_eq!(usable().await, Usability::Usable);
    let restriction = restrict(&app, id, "UNLAWFUL").await;
    assert_eq!(usable().await, Usability::Restricted);
    let sales = app.api_key(Role::Sales).await;
    let text = "query($purpose: ID!) { contacts(first: 5, usableFor: { purposeId: $purpose, channel: EMAIL }) { totalCount nodes { id } } }";
    let answer = sales.gql(text, json!({ "purpose": form.newsletter.to_string() })).await;
    assert_eq!(answer["contacts"], json!({ "totalCount": 0, "nodes": [] }));
    // The same restriction again changes nothing; another ground is another restriction.
    assert_eq!(restrict(&app, id, "UNLAWFUL").await["id"], restriction["id"]);
    let other = restrict(&app, id, "NEEDED_FOR_CLAIMS").await;
    assert_ne!(other["id"], restriction["id"]);
    lift(&app, &restriction["id"], "MAIL").await;
    app.run_jobs().await;
    assert_eq!(usable().await, Usability::Restricted, "the other one lasts");
    lift(&app, &other["id"], "MAIL").await;
    app.run_jobs().await;
    assert_eq!(usable().await, Usability::Usable);
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "contact.restricted").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_card_shows_its_id_and_consents_to_roles_that_may_not_restrict_and_nothing_else() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let text = "query($id: ID!) { contact(id: $id) { id restrictedAt restrictions { ground } consents { state }
        givenName familyName phone jobTitle companyName postalAddress externalId email lastContactAt company { id }
        addresses { email } tags { name } provenance { field } customFields { value } duplicates { score }
        timeline(first: 5) { edges { node { event } } } activities(first: 5) { totalCount nodes { subject } } } }";
    let owner = app.api_key(Role::Owner).await;
    let open = owner.gql(text, json!({ "id": id.to_string() })).await["contact"].clone();
    restrict(&app, id, "ACCURACY_CONTESTED").await;
    for role in [Role::Owner, Role::Admin, Role::Dpo, Role::Sales, Role::Marketing, Role::Reader] {
        let client = app.api_key(role).await;
        let card = client.gql(text, json!({ "id": id.to_string() })).await["contact"].clone();
        assert_eq!((&card["id"], &card["consents"]), (&open["id"], &open["consents"]), "{role:?}");
        assert!(
            card["restrictedAt"].is_string() && card["restrictions"][0]["ground"] == "ACCURACY_CONTESTED"
        );
        let may_open = matches!(role, Role::Owner | Role::Admin | Role::Dpo);
        for field in [
            "givenName",
            "familyName",
            "phone",
            "jobTitle",
            "companyName",
            "postalAddress",
            "externalId",
            "email",
            "lastContactAt",
        ] {
            assert!(open[field].is_string(), "{field}");
            assert_eq!(card[field] == open[field], may_open, "{role:?} {field}: {}", card[field]);
            assert!(may_open || card[field].is_null(), "{role:?} {field}");
        }
        for field in ["addresses", "tags", "provenance"] {
            assert_eq!(card[field].as_array().unwrap().is_empty(), !may_open, "{role:?} {field}");
        }
        assert_eq!(card["timeline"]["edges"].as_array().unwrap().is_empty(), !may_open, "{role:?}");
        assert_eq!(card["activities"]["totalCount"], i32::from(may_open), "{role:?}");
        // Nor by another door: lists, search, an activity's own id.
        let notes = client.gql("{ activities(first: 5) { nodes { id subject } } }", json!({})).await;
        assert_eq!(notes["activities"]["nodes"].as_array().unwrap().len(), usize::from(may_open), "{role:?}");
        let note = &entity::activity::Entity::find().all(app.app.db()).await.unwrap()[0];
        let node = client
            .gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": note.id.to_string() }))
            .await;
        assert_eq!(node["node"].is_null(), !may_open, "{role:?}");
        let found = client.gql("{ searchHits(query: \"lovelace\") { hits { matched node { ... on Contact { restrictedAt familyName } } } } }", json!({})).await;
        let hit = &found["searchHits"]["hits"][0];
        assert!(hit["node"]["restrictedAt"].is_string(), "{role:?} {found:#}");
        assert_eq!(
            (hit["matched"] == json!([]), hit["node"]["familyName"].is_null()),
            (!may_open, !may_open),
            "{role:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restricted_person_sends_is_taken_in_and_waits_for_staff() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    restrict(&app, id, "ACCURACY_CONTESTED").await;
    let before = row_of(&app, id).await;
    app.advance(TimeDelta::days(1));
    app.visitor()
        .submit_fields(
            &form,
            &[
                ("email", ADA),
                ("given_name", "Augusta"),
                ("note", "Call me"),
                ("consent", "newsletter:email"),
            ],
        )
        .await;
    app.run_jobs().await;
    if let Some(mail) = app.mails_to(ADA).into_iter().rfind(|mail| mail.text.contains("/confirm/")) {
        app.visitor().post_form(&mail.link("confirm"), &[]).await;
    }
    app.run_jobs().await;
    let after = row_of(&app, id).await;
    assert_eq!(
        contact::Model { last_contact_at: before.last_contact_at, ..after },
        before,
        "no value changed"
    );
    assert_eq!(app.count("contact").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_confirmed_while_restricted_are_in_a_task_for_whom_may_open_the_card() {
    let app = TestApp::new().await;
    let (form, id) = ada(&app).await;
    // Submitted before, confirmed after the restriction; another purpose, so that the mailbox is asked.
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offers = [(form.newsletter, Channel::Email), (events, Channel::Email)];
    let offers =
        offers.map(|(purpose_id, channel)| accord::forms::definition::ConsentOffer { purpose_id, channel });
    let both = app
        .publish_in(app.workspace, crate::support::definition(offers.to_vec(), None), form.newsletter)
        .await;
    app.advance(TimeDelta::days(1));
    app.visitor()
        .submit_fields(
            &both,
            &[("email", ADA), ("given_name", "Augusta"), ("note", "Call me"), ("consent", "events:email")],
        )
        .await;
    app.run_jobs().await;
    restrict(&app, id, "ACCURACY_CONTESTED").await;
    let before = row_of(&app, id).await;
    let link = app.mails_to(ADA).last().unwrap().link("confirm");
    assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
    app.run_jobs().await;
    let after = row_of(&app, id).await;
    assert_eq!(
        (&after.given_name, &after.custom, after.version),
        (&before.given_name, &before.custom, before.version)
    );
    assert_eq!(after.last_contact_at, Some(app.app.now()), "that they acted counts");
    let text = "{ activities(first: 9, filter: { kinds: [TASK] }) { nodes { subject body } } }";
    let dpo = app.api_key(Role::Dpo).await.gql(text, json!({})).await;
    let task = &dpo["activities"]["nodes"][0];
    assert!(
        task["subject"].as_str().unwrap().contains("while processing of their data is restricted"),
        "{dpo:#}"
    );
    for value in ["Augusta", "Call me"] {
        assert!(task["body"].as_str().unwrap().contains(value), "{dpo:#}");
    }
    let sales = app.api_key(Role::Sales).await.gql(text, json!({})).await;
    assert_eq!(sales["activities"]["nodes"], json!([]));
    let answers = may_use(&app.app, app.workspace, events, Channel::Email, &[id]).await.unwrap();
    assert_eq!(
        answers[&id],
        Usability::Restricted,
        "the consent is kept, and used when the restriction ends"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_told_before_the_restriction_ends() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let restriction = restrict(&app, id, "UNLAWFUL").await;
    let before = app.mails_to(ADA).len();
    for means in ["PHONE", "POST", "IN_PERSON"] {
        let refused = lift(&app, &restriction["id"], means).await;
        assert_eq!(faults(&refused), ["WRONG_STATE means"], "who has a mailbox is written to");
    }
    let announced = lift(&app, &restriction["id"], "MAIL").await["restriction"].clone();
    assert!(announced["announcedAt"].is_string() && announced["liftedAt"].is_null());
    assert!(row_of(&app, id).await.restricted_at.is_some(), "not before the mail has left");
    assert_eq!(
        lift(&app, &restriction["id"], "MAIL").await["restriction"]["announcedAt"],
        announced["announcedAt"]
    );
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), before + 1, "twice is as once");
    assert!(app.mails_to(ADA).last().unwrap().text.contains("Article 18(3)"));
    assert_eq!(row_of(&app, id).await.restricted_at, None);
    let kinds = app.journal_kinds().await;
    let place = |kind: &str| kinds.iter().position(|known| known == kind).unwrap();
    assert!(place("restriction.lifting_announced") < place("contact.restriction_lifted"));
    let lifted = lift(&app, &restriction["id"], "MAIL").await["restriction"].clone();
    assert!(lifted["liftedAt"].is_string());
    assert_eq!(app.run_jobs().await, 0);
    let owner = app.member(Role::Owner).await;
    let version = row_of(&app, id).await.version;
    run(
        &owner,
        "updateContact",
        json!({ "contactId": id.to_string(), "expectedVersion": version, "givenName": "A." }),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_whose_announcement_bounced_stays_until_staff_told_the_person() {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let owner = app.member(Role::Owner).await;
    run(
        &owner,
        "createContact",
        json!({ "basisPurposeId": quote.to_string(), "source": "PHONE", "email": ADA }),
    )
    .await;
    let id = contact_of(&app, ADA).await;
    let restriction = restrict(&app, id, "UNLAWFUL").await;
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user"));
    lift(&app, &restriction["id"], "MAIL").await;
    app.run_jobs().await;
    assert!(row_of(&app, id).await.restricted_at.is_some());
    assert!(app.journal_kinds().await.contains(&"restriction.announcement_failed".to_owned()));
    let lifted = lift(&app, &restriction["id"], "PHONE").await["restriction"].clone();
    assert_eq!(lifted["means"], "PHONE");
    assert_eq!(row_of(&app, id).await.restricted_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_mailbox_is_told_by_staff() {
    let app = TestApp::new().await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let owner = app.member(Role::Owner).await;
    run(
        &owner,
        "createContact",
        json!({ "basisPurposeId": quote.to_string(), "source": "PHONE", "givenName": "Ada" }),
    )
    .await;
    let id = contact::Entity::find().all(app.app.db()).await.unwrap()[0].id;
    let restriction = restrict(&app, id, "NEEDED_FOR_CLAIMS").await;
    assert_eq!(faults(&lift(&app, &restriction["id"], "MAIL").await), ["WRONG_STATE means"]);
    assert!(lift(&app, &restriction["id"], "POST").await["restriction"]["liftedAt"].is_string());
    assert_eq!(row_of(&app, id).await.restricted_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_protects_the_person_stays_possible_while_restricted() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    restrict(&app, id, "ACCURACY_CONTESTED").await;
    let owner = app.member(Role::Owner).await;
    let consent = entity::consent::Entity::find().all(app.app.db()).await.unwrap()[0].id;
    run(&owner, "withdrawConsent", json!({ "consentId": consent.to_string(), "reason": "TOLD_BY_PHONE" }))
        .await;
    let logged = json!({ "kind": "ERASURE", "channel": "PHONE", "contactId": id.to_string() });
    let text = "mutation($input: LogRequestInput!) { logRequest(input: $input) { request { id } } }";
    let request = owner.gql(text, json!({ "input": logged })).await["logRequest"]["request"]["id"].clone();
    app.run_jobs().await;
    run(&owner, "fulfilRequest", json!({ "requestId": request, "expectedVersion": 1 })).await;
    app.run_jobs().await;
    assert_eq!((app.count("contact").await, app.count("restriction").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_restriction_is_fulfilled_with_a_ground() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let owner = app.member(Role::Owner).await;
    let text = "mutation($input: LogRequestInput!) { logRequest(input: $input) { request { id } } }";
    let logged = json!({ "kind": "RESTRICTION", "channel": "POST", "contactId": id.to_string() });
    let request = owner.gql(text, json!({ "input": logged })).await["logRequest"]["request"]["id"].clone();
    app.run_jobs().await;
    let mut input = json!({ "requestId": request, "expectedVersion": 1 });
    assert_eq!(try_to(&owner, "fulfilRequest", input.clone()).await, ["REQUIRED restrictionGround"]);
    input["restrictionGround"] = "ACCURACY_CONTESTED".into();
    run(&owner, "fulfilRequest", input).await;
    app.run_jobs().await;
    assert!(row_of(&app, id).await.restricted_at.is_some());
    let mail = app.mails_to(ADA).pop().unwrap();
    assert!(mail.text.contains("only stored"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_restrict_at_once_leave_one_restriction() {
    let app = TestApp::new().await;
    let (_, id) = ada(&app).await;
    let (one, other) = tokio::join!(restrict(&app, id, "UNLAWFUL"), restrict(&app, id, "UNLAWFUL"));
    assert_eq!(one["id"], other["id"]);
    assert_eq!(app.count("restriction").await, 1);
}
