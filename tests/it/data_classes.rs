//! Data classes: who may read, set and reveal which values; sealed values are stored nowhere in plain text
//! and open only in the place where they were sealed.

use std::fmt::Write as _;

use accord::{
    forms::definition::ConsentOffer,
    persons::{Merge, merge_contacts},
    platform::actor::Actor,
};
use chrono::TimeDelta;
use entity::{ApiKeyId, Channel, LegalBasis, Role, activity, contact, contact_address};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::{
    fields::{field, made, person, set, shown},
    support::{Client, TestApp, TestForm, definition},
};

const IBAN: &str = "FR7630006000011234567890189";

const REVEAL: &str = "mutation($input: RevealFieldInput!) { revealField(input: $input) { value field { key } userErrors { code field message } } }";

async fn reveal(client: &Client<'_>, contact: &str, field: &str) -> Value {
    client
        .gql_raw(REVEAL, json!({ "input": { "contactId": contact, "fieldId": field, "reason": "PAYMENT" } }))
        .await
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_values_stand_nowhere_in_plain_and_lists_show_a_mask() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, "ada@example.org").await;
    made(&owner, field("account_no", "IBAN", "SECRET")).await;
    made(&owner, field("contract", "TEXT", "CONFIDENTIAL")).await;
    set(
        &app,
        Actor::Operator,
        contact,
        &[("account_no", Some(IBAN)), ("contract", Some("Wolframite clause"))],
    )
    .await
    .unwrap();
    assert_eq!(
        shown(&owner, contact).await,
        json!({ "account_no": [null, "•••• 0189"], "contract": [null, "••••"] })
    );
    let sales = app.api_key(Role::Sales).await;
    assert_eq!(
        shown(&sales, contact).await["account_no"],
        json!([null, "••••"]),
        "who may not read a class does not see its end either"
    );
    let db = app.app.db();
    let mut plain = format!("{:?}", app.journal().await);
    write!(plain, "{:?}", entity::contact::Entity::find().all(db).await.unwrap()).unwrap();
    write!(plain, "{:?}", entity::field_value::Entity::find().all(db).await.unwrap()).unwrap();
    write!(plain, "{:?}", entity::provenance::Entity::find().all(db).await.unwrap()).unwrap();
    write!(plain, "{:?}", entity::job::Entity::find().all(db).await.unwrap()).unwrap();
    write!(plain, "{:?}", entity::activity::Entity::find().all(db).await.unwrap()).unwrap();
    assert!(!plain.contains("Wolframite") && !plain.contains("123456789"), "{plain}");
    let sealed = entity::sealed_value::Entity::find().all(db).await.unwrap();
    assert_eq!(sealed.len(), 2);
    assert!(sealed.iter().all(|value| !String::from_utf8_lossy(&value.sealed).contains("Wolframite")));
    let keys = entity::data_key::Entity::find()
        .filter(entity::data_key::Column::OwnerId.eq(contact.0))
        .all(db)
        .await
        .unwrap();
    assert!(
        keys.iter().any(|key| key.id == sealed[0].data_key_id)
            && sealed[0].data_key_id == sealed[1].data_key_id,
        "one key per owner"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_class_lets_in_the_roles_of_its_rule_and_no_other() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, "ada@example.org").await;
    for class in ["OPEN", "INTERNAL", "CONFIDENTIAL", "SECRET"] {
        made(&owner, field(&format!("f_{}", class.to_lowercase()), "TEXT", class)).await;
    }
    // Class, roles that read, roles that set.
    let table = [
        ("OPEN", "OADSMR", "OADSM"),
        ("INTERNAL", "OADSM", "OADSM"),
        ("CONFIDENTIAL", "OADS", "OADS"),
        ("SECRET", "OAD", "OAD"),
    ];
    let letter = |role: Role| role.as_str().chars().next().unwrap();
    for role in Role::ALL.iter().copied() {
        let client = app.api_key(role).await;
        for (class, readers, writers) in table {
            let key = format!("f_{}", class.to_lowercase());
            let written = set(
                &app,
                Actor::ApiKey(ApiKeyId::new(), role),
                contact,
                &[(&key, Some(&format!("by {role}")))],
            )
            .await;
            assert_eq!(written.is_ok(), writers.contains(letter(role)), "{role} sets {class}");
            if let Err(problems) = written {
                assert_eq!(
                    (format!("{:?}", problems[0].code), problems[0].field.as_deref()),
                    ("NotAllowed".to_owned(), Some("custom.0.key"))
                );
            }
            if class == "OPEN" || class == "INTERNAL" {
                let value = shown(&client, contact).await[&key].clone();
                assert_eq!(
                    value[0].is_string(),
                    readers.contains(letter(role)),
                    "{role} reads {class}: {value}"
                );
            }
        }
    }
    let rules =
        owner.gql("{ classRules { class readers writers notifyOnChange notifyOnReveal } }", json!({})).await;
    assert_eq!(
        rules["classRules"][3],
        json!({ "class": "SECRET", "readers": ["OWNER", "ADMIN", "DPO"], "writers": ["OWNER", "ADMIN", "DPO"], "notifyOnChange": true, "notifyOnReveal": false })
    );
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_data_and_the_next_request_follows_them() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let (owner, reader) = (app.api_key(Role::Owner).await, app.api_key(Role::Reader).await);
    let contact = person(&app, &form, "ada@example.org").await;
    made(&owner, field("motto", "TEXT", "INTERNAL")).await;
    set(&app, Actor::Operator, contact, &[("motto", Some("Onwards"))]).await.unwrap();
    assert_eq!(shown(&reader, contact).await["motto"], json!([null, "••••"]));
    let text = "mutation($input: UpdateClassRuleInput!) { updateClassRule(input: $input) { classRule { readers writers } userErrors { code field } } }";
    let change =
        async |input: Value| owner.gql(text, json!({ "input": input })).await["updateClassRule"].clone();
    let done = change(json!({ "class": "INTERNAL", "readers": ["READER", "DPO", "DPO"] })).await;
    assert_eq!(done["classRule"]["readers"], json!(["DPO", "READER"]), "{done:#}");
    assert_eq!(shown(&reader, contact).await["motto"], json!(["Onwards", null]));
    assert_eq!(shown(&owner, contact).await["motto"], json!([null, "••••"]));
    assert_eq!(
        change(json!({ "class": "INTERNAL", "readers": [] })).await["userErrors"],
        json!([{ "code": "REQUIRED", "field": "readers" }])
    );
    assert_eq!(
        change(json!({ "class": "OPEN", "writers": ["READER"] })).await["userErrors"],
        json!([{ "code": "NOT_OFFERED", "field": "writers" }])
    );
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "class_rule.updated").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_needs_a_member_a_fresh_second_factor_and_a_rule_that_lets_them() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let id = person(&app, &form, "ada@example.org").await;
    let contact = id.to_string();
    let account = made(&owner, field("account_no", "IBAN", "SECRET")).await;
    let motto = made(&owner, field("motto", "TEXT", "OPEN")).await;
    set(&app, Actor::Operator, id, &[("account_no", Some(IBAN)), ("motto", Some("x"))]).await.unwrap();

    let by_key = reveal(&owner, &contact, &account).await;
    assert_eq!(by_key["data"]["revealField"]["userErrors"][0]["code"], "NOT_ALLOWED", "{by_key:#}");
    assert!(
        by_key["data"]["revealField"]["userErrors"][0]["message"].as_str().unwrap().contains("second factor")
    );
    let member = app.member(Role::Dpo).await;
    let refused = reveal(&member, &contact, &account).await;
    assert_eq!(code(&refused), "SECOND_FACTOR_REQUIRED");
    assert!(
        refused["errors"][0]["message"].as_str().unwrap().contains("beginSecondFactor"),
        "they have none yet: {refused}"
    );
    member.stepped_up().await;
    let revealed = reveal(&member, &contact, &account).await;
    assert_eq!(
        revealed["data"]["revealField"],
        json!({ "value": IBAN, "field": { "key": "account_no" }, "userErrors": [] }),
        "{revealed:#}"
    );
    app.advance(TimeDelta::minutes(5) + TimeDelta::seconds(1));
    assert_eq!(
        code(&reveal(&member, &contact, &account).await),
        "SECOND_FACTOR_REQUIRED",
        "five minutes are over"
    );
    for (role, expected) in [
        (Role::Sales, "FORBIDDEN"),
        (Role::Marketing, "FORBIDDEN"),
        (Role::Reader, "FORBIDDEN"),
        (Role::Admin, "none"),
    ] {
        let member = app.member(role).await;
        member.stepped_up().await;
        assert_eq!(code(&reveal(&member, &contact, &account).await), expected, "{role}");
    }
    member.stepped_up().await;
    let open = reveal(&member, &contact, &motto).await;
    assert_eq!(open["data"]["revealField"]["userErrors"][0]["code"], "WRONG_STATE");
    let none = reveal(&member, &entity::ContactId::new().to_string(), &account).await;
    assert_eq!(
        none["data"]["revealField"]["userErrors"][0],
        json!({ "code": "NOT_FOUND", "field": "contactId", "message": "No contact with this id." })
    );
    let entries: Vec<_> =
        app.journal().await.into_iter().filter(|entry| entry.kind == "value.revealed").collect();
    assert_eq!(entries.len(), 2, "only what was shown is recorded as shown");
    assert_eq!(entries[0].subject.as_deref(), Some(contact.as_str()));
    for part in [account.as_str(), "SECRET", "PAYMENT"] {
        assert!(entries[0].bytes.contains(part), "{part}: {}", entries[0].bytes);
    }
    assert!(entries.iter().all(|entry| !entry.bytes.contains("FR76")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_stands_alone_in_its_operation_and_is_budgeted() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let id = person(&app, &form, "ada@example.org").await;
    let account = made(&owner, field("account_no", "IBAN", "SECRET")).await;
    set(&app, Actor::Operator, id, &[("account_no", Some(IBAN))]).await.unwrap();
    let member = app.member(Role::Owner).await;
    member.stepped_up().await;
    let one = format!(
        "revealField(input: {{ contactId: \"{id}\", fieldId: \"{account}\", reason: PAYMENT }}) {{ value }}"
    );
    for document in [
        format!("mutation {{ a: {one} b: {one} }}"),
        format!("mutation {{ a: {one} }}"),
        format!(
            "mutation {{ ...f ...g }} fragment f on Mutation {{ a: {one} }} fragment g on Mutation {{ b: {one} }}"
        ),
    ] {
        let answer = member.gql_raw(&document, json!({})).await;
        assert!(answer["data"].is_null() && code(&answer) == "MUST_BE_ALONE", "{document}: {answer:#}");
    }
    assert!(app.journal_kinds().await.iter().all(|kind| kind != "value.revealed"));
    let mut shown = 0;
    while reveal(&member, &id.to_string(), &account).await["data"]["revealField"]["value"] == IBAN {
        shown += 1;
        assert!(shown <= 30, "no budget");
    }
    assert_eq!(shown, 30);
    assert_eq!(code(&reveal(&member, &id.to_string(), &account).await), "BUSY");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_value_opens_only_in_its_row_and_for_its_field() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let (ada, bob) =
        (person(&app, &form, "ada@example.org").await, person(&app, &form, "bob@example.org").await);
    let first = made(&owner, field("account_no", "IBAN", "SECRET")).await;
    let second = made(&owner, field("contract", "TEXT", "SECRET")).await;
    set(&app, Actor::Operator, ada, &[("account_no", Some(IBAN))]).await.unwrap();
    let member = app.member(Role::Owner).await;
    member.stepped_up().await;
    assert_eq!(reveal(&member, &ada.to_string(), &first).await["data"]["revealField"]["value"], IBAN);
    let row = entity::sealed_value::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let put = async |contact: entity::ContactId, field: &str| {
        let mut moved = row.clone().into_active_model();
        moved.row_id = Set(contact.0);
        moved.field_id = Set(field.parse().unwrap());
        entity::sealed_value::Entity::update(moved).exec(app.app.db()).await.unwrap();
    };
    put(bob, &first).await;
    assert_eq!(
        code(&reveal(&member, &bob.to_string(), &first).await),
        "INTERNAL",
        "another person's key does not open it"
    );
    put(ada, &second).await;
    assert_eq!(
        code(&reveal(&member, &ada.to_string(), &second).await),
        "INTERNAL",
        "nor does it pass for another field"
    );
    put(ada, &first).await;
    assert_eq!(reveal(&member, &ada.to_string(), &first).await["data"]["revealField"]["value"], IBAN);
    // Without its key the value is lost for good.
    entity::data_key::Entity::delete_many()
        .filter(entity::data_key::Column::Id.eq(row.data_key_id))
        .exec(app.app.db())
        .await
        .unwrap();
    assert_eq!(
        reveal(&member, &ada.to_string(), &first).await["data"]["revealField"]["userErrors"][0]["code"],
        "NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_told_of_changes_and_reveals_as_the_rule_says_and_never_what() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let id = person(&app, &form, "ada@example.org").await;
    let account = made(&owner, field("account_no", "IBAN", "SECRET")).await;
    made(&owner, field("motto", "TEXT", "OPEN")).await;
    let before = app.mails().len();
    let staff = Actor::ApiKey(ApiKeyId::new(), Role::Dpo);
    set(&app, staff, id, &[("account_no", Some(IBAN)), ("motto", Some("x"))]).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before + 1, "one mail for one act");
    let told = app.mails_to("ada@example.org").pop().unwrap();
    assert!(told.subject.contains("was changed"), "{}", told.subject);
    let all = format!("{} {} {}", told.subject, told.text, told.html);
    assert!(!all.contains("0189") && !all.contains("account_no") && !all.contains("Label of"), "{all}");
    set(&app, staff, id, &[("motto", Some("y"))]).await.unwrap();
    set(&app, Actor::Contact(id), id, &[("account_no", Some("GB82 WEST 1234 5698 7654 32"))]).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before + 1, "OPEN values are not told, nor what the person did themself");
    let text = "mutation { updateClassRule(input: { class: SECRET, notifyOnReveal: true, notifyOnChange: false }) { userErrors { code } } }";
    owner.gql(text, json!({})).await;
    let member = app.member(Role::Admin).await;
    member.stepped_up().await;
    reveal(&member, &id.to_string(), &account).await;
    set(&app, staff, id, &[("account_no", None)]).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before + 2);
    assert!(app.mails_to("ada@example.org").pop().unwrap().subject.contains("viewed"));
    let kinds = app.journal_kinds().await;
    assert!(
        kinds.iter().filter(|kind| *kind == "values.set").count() >= 4
            && kinds.contains(&"mail.sent".to_owned()),
        "{kinds:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_form_whose_key_is_a_sealed_field_is_sealed_and_never_told_in_plain() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let note = made(&owner, field("note", "IBAN", "SECRET")).await;
    let answer = async |email: &str, note: &str| {
        app.visitor()
            .submit_fields(&form, &[("email", email), ("note", note), ("consent", "newsletter:email")])
            .await;
        app.run_jobs().await;
        let link = app.mails_to(email).into_iter().rev().find(|mail| mail.text.contains("/confirm/"));
        if let Some(mail) = link {
            app.visitor().post_form(&mail.link("confirm"), &[]).await;
        }
        app.run_jobs().await;
        let rows = entity::contact_address::Entity::find().all(app.app.db()).await.unwrap();
        rows.into_iter().find(|row| row.email == email).unwrap().contact_id
    };
    let ada = answer("ada@example.org", IBAN).await;
    let bob = answer("bob@example.org", "Wolframite bank").await;
    assert_eq!(shown(&owner, ada).await["note"], json!([null, "•••• 0189"]));
    let member = app.member(Role::Owner).await;
    member.stepped_up().await;
    assert_eq!(
        reveal(&member, &bob.to_string(), &note).await["data"]["revealField"]["value"],
        "Wolframite bank",
        "what does not fit is not lost"
    );
    let tasks = format!("{:?}", entity::activity::Entity::find().all(app.app.db()).await.unwrap());
    assert!(tasks.contains("does not fit") && !tasks.contains("Wolframite"), "{tasks}");
    let rows = format!("{:?}", entity::contact::Entity::find().all(app.app.db()).await.unwrap());
    assert!(!rows.contains("Wolframite") && !rows.contains("FR76"), "{rows}");
}

/// All ways in which a rejected value becomes a task: each once, about a field of this class.
async fn every_writer_of_tasks(app: &TestApp, class: &str) {
    let owner = app.api_key(Role::Owner).await;
    let form = app.newsletter_form().await;
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offer = ConsentOffer { purpose_id: events, channel: Channel::Email };
    let second = app.publish_in(app.workspace, definition(vec![offer], None), form.newsletter).await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let quote = app.publish_in(app.workspace, definition(vec![], Some(contract)), form.newsletter).await;
    let short = |entity: &str| {
        let mut short = field("note", "TEXT", class);
        short["entity"] = json!(entity);
        short["validation"] = json!({ "maxLength": 20 });
        short
    };
    made(&owner, short("CONTACT")).await;
    made(&owner, short("COMPANY")).await;
    let send = async |form: &TestForm, email: &str, note: &str, consent: &str| {
        let mut fields = vec![("email", email), ("note", note)];
        fields.extend((!consent.is_empty()).then_some(("consent", consent)));
        assert_eq!(app.visitor().submit_fields(form, &fields).await.status, 303);
        app.run_jobs().await;
        if !consent.is_empty() {
            app.visitor().post_form(&app.mails_to(email).last().unwrap().link("confirm"), &[]).await;
            app.run_jobs().await;
        }
    };
    let person = async |email: &str| {
        let address = contact_address::Entity::find()
            .filter(contact_address::Column::Email.eq(email))
            .one(app.app.db())
            .await
            .unwrap()
            .unwrap();
        contact::Entity::find_by_id((app.workspace, address.contact_id))
            .one(app.app.db())
            .await
            .unwrap()
            .unwrap()
    };
    send(&form, "ada@example.org", "Held", "newsletter:email").await;
    send(&second, "ada@example.org", "Wolframite answer", "events:email").await;
    send(&quote, "ada@example.org", "Wolframite quote", "").await;
    send(&form, "bob@example.org", "Wolframite merged", "newsletter:email").await;
    send(&form, "cyd@example.org", "Wolframite that is far too long", "newsletter:email").await;
    let (ada, bob) = (person("ada@example.org").await, person("bob@example.org").await);
    let merge = Merge {
        survivor: ada.id,
        merged: bob.id,
        expected_survivor_version: ada.version,
        expected_merged_version: bob.version,
    };
    let merged = merge_contacts(&app.app, app.workspace, Actor::Operator, &merge, None).await;
    // If two values of one field differ and not everybody may read it, the merge is refused: neither value
    // may be dropped unseen.
    assert_eq!(merged.is_err(), class != "OPEN");

    let upsert_contact = "mutation($input: UpsertContactInput!) { upsertContact(input: $input) { contact { id version } userErrors { message } } }";
    let update_contact =
        "mutation($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }";
    let upsert_company = "mutation($input: UpsertCompanyInput!) { upsertCompany(input: $input) { company { id version } userErrors { message } } }";
    let update_company =
        "mutation($input: UpdateCompanyInput!) { updateCompany(input: $input) { userErrors { message } } }";
    let note = |value: &str| json!([{ "key": "note", "value": value }]);
    for (upsert, update, kind) in
        [(upsert_contact, update_contact, "contact"), (upsert_company, update_company, "company")]
    {
        let mut input = json!({ "externalId": "erp-1", "custom": note("Held") });
        if kind == "contact" {
            input["basisPurposeId"] = json!(contract.to_string());
            input["givenName"] = json!("Dora");
        } else {
            input["name"] = json!("Lumen");
        }
        let answer = owner.gql(upsert, json!({ "input": input })).await;
        let row = answer.as_object().unwrap().values().next().unwrap()[kind].clone();
        assert!(row["id"].is_string(), "{answer:#}");
        let change = json!({ format!("{kind}Id"): row["id"], "expectedVersion": row["version"], "custom": note("By staff") });
        let changed = owner.gql(update, json!({ "input": change })).await;
        assert_eq!(changed.as_object().unwrap().values().next().unwrap()["userErrors"], json!([]));
        input["custom"] = note("Wolframite synced");
        let answer = owner.gql(upsert, json!({ "input": input })).await;
        assert_eq!(answer.as_object().unwrap().values().next().unwrap()["userErrors"], json!([]));
    }
    app.run_jobs().await;
}

async fn tasks(app: &TestApp) -> Vec<String> {
    let rows = activity::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().map(|row| format!("{} {}", row.subject, row.body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_holds_a_value_only_of_a_class_that_everybody_who_reads_tasks_may_read() {
    for class in ["OPEN", "INTERNAL", "CONFIDENTIAL", "SECRET"] {
        let app = TestApp::new().await;
        every_writer_of_tasks(&app, class).await;
        let tasks = tasks(&app).await;
        assert!(tasks.iter().all(|task| task.contains("note")), "{class}: the field is named {tasks:?}");
        let told = |text: &str| tasks.iter().any(|task| task.contains(text));
        for value in ["Wolframite answer", "Wolframite quote", "Wolframite that is far too long"] {
            assert_eq!(told(value), class == "OPEN", "{class} {value}: {tasks:?}");
        }
        assert_eq!(told("Wolframite merged"), class == "OPEN", "{class}: {tasks:?}");
        assert!(!told("synced"), "{class}: another system's values are named and not repeated {tasks:?}");
        let merges = usize::from(class == "OPEN");
        assert_eq!(
            tasks.len(),
            5 + merges,
            "{class}: answer, quote, misfit, two synchronisations, and the merge {tasks:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_fit_a_field_which_not_all_may_read_is_kept_in_it_as_it_was_given() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let note = made(&owner, field("note", "NUMBER", "INTERNAL")).await;
    app.visitor()
        .submit_fields(
            &form,
            &[("email", "ada@example.org"), ("note", "a dozen"), ("consent", "newsletter:email")],
        )
        .await;
    app.run_jobs().await;
    app.visitor().post_form(&app.only_mail_to("ada@example.org").link("confirm"), &[]).await;
    app.run_jobs().await;
    let ada = contact::Entity::find().one(app.app.db()).await.unwrap().unwrap().id;
    assert_eq!(shown(&owner, ada).await["note"], json!(["a dozen", null]));
    let reader = app.api_key(Role::Reader).await;
    assert_eq!(shown(&reader, ada).await["note"], json!([null, "••••"]));
    assert!(tasks(&app).await.concat().contains("does not fit"));
    // No number filter mistakes it for a number, every sort order lists the contact once, and the value is
    // deleted with its field.
    for filter in [
        "{ custom: [{ key: \"note\", number: { gte: 0 } }] }",
        "{ custom: [{ key: \"note\", number: { lt: 0 } }] }",
    ] {
        let list = owner
            .gql(&format!("{{ contacts(first: 5, filter: {filter}) {{ totalCount }} }}"), json!({}))
            .await;
        assert_eq!(list["contacts"]["totalCount"], 0, "{filter}");
    }
    let list =
        owner.gql("{ contacts(first: 5, orderBy: { custom: \"note\" }) { nodes { id } } }", json!({})).await;
    assert_eq!(list["contacts"]["nodes"].as_array().unwrap().len(), 1);
    let text = "mutation($id: ID!) { deleteField(input: { fieldId: $id, deleteValues: true }) { userErrors { message } } }";
    assert_eq!(owner.gql(text, json!({ "id": note })).await["deleteField"]["userErrors"], json!([]));
    app.run_jobs().await;
    let rows =
        format!("{:?} {:?}", contact::Entity::find().all(app.app.db()).await.unwrap(), tasks(&app).await);
    assert!(!rows.contains("a dozen"), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_task_may_hold_follows_the_workspaces_own_rules() {
    for (rule, told) in [
        ("class: INTERNAL, readers: [OWNER, ADMIN, DPO, SALES, MARKETING, READER]", true),
        ("class: INTERNAL, readers: [OWNER, ADMIN, DPO, SALES, READER]", false),
        // Even if every role may reveal them: a sealed value is never written in plain text into a task.
        ("class: SECRET, readers: [OWNER, ADMIN, DPO, SALES, MARKETING, READER]", false),
    ] {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        let owner = app.api_key(Role::Owner).await;
        let answer = owner
            .gql(
                &format!(
                    "mutation {{ updateClassRule(input: {{ {rule} }}) {{ userErrors {{ message }} }} }}"
                ),
                json!({}),
            )
            .await;
        assert_eq!(answer["updateClassRule"]["userErrors"], json!([]));
        let class = if rule.contains("SECRET") { "SECRET" } else { "INTERNAL" };
        made(&owner, field("note", "NUMBER", class)).await;
        app.visitor()
            .submit_fields(
                &form,
                &[("email", "ada@example.org"), ("note", "a dozen"), ("consent", "newsletter:email")],
            )
            .await;
        app.run_jobs().await;
        app.visitor().post_form(&app.only_mail_to("ada@example.org").link("confirm"), &[]).await;
        app.run_jobs().await;
        assert_eq!(tasks(&app).await.concat().contains("a dozen"), told, "{rule}");
    }
}
