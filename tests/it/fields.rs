//! Custom fields: how they are defined, which values they accept, and what happens when they change or are
//! deleted.

use accord::{
    contacts::{Person, PersonField, PersonValue, take_in},
    error::{Error, Problem},
    fields::{CustomInput, set_custom},
    platform::actor::Actor,
};
use entity::{ContactId, EntityKind, Role, contact};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestForm};

/// Creates a field through the API; returns the whole payload.
pub async fn create(client: &Client<'_>, input: Value) -> Value {
    let text = "mutation($input: CreateFieldInput!) { createField(input: $input) {
        field { id key type dataClass required position version archivedAt label { language text } options { value } validation { min max maxLength pattern } }
        userErrors { code field message } } }";
    client.gql(text, json!({ "input": input })).await["createField"].clone()
}

pub fn field(key: &str, kind: &str, class: &str) -> Value {
    let mut input = json!({ "entity": "CONTACT", "key": key, "label": [{ "language": "en", "text": format!("Label of {key}") }],
        "type": kind, "dataClass": class, "reason": "Needed for the order" });
    if kind.starts_with("CHOICE") {
        let option = |value: &str| json!({ "value": value, "label": [{ "language": "en", "text": value }] });
        input["options"] = json!([option("red"), option("green"), option("blue")]);
    }
    input
}

/// Creates a field, which must succeed; returns its id.
pub async fn made(client: &Client<'_>, input: Value) -> String {
    let payload = create(client, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["field"]["id"].as_str().unwrap().to_owned()
}

/// Sets values as the contact use cases do: under the row's lock, in one unit of work.
pub async fn set(
    app: &TestApp,
    actor: Actor,
    contact: ContactId,
    values: &[(&str, Option<&str>)],
) -> Result<Vec<String>, Vec<Problem>> {
    let inputs: Vec<CustomInput> = values
        .iter()
        .map(|(key, value)| CustomInput { key: (*key).to_owned(), value: value.map(str::to_owned) })
        .collect();
    let mut work = app.app.begin(app.workspace, actor).await.unwrap();
    let row = contact::Entity::find_by_id((app.workspace, contact))
        .lock_exclusive()
        .one(work.db())
        .await
        .unwrap()
        .unwrap();
    match set_custom(&mut work, &app.app.vault, EntityKind::Contact, contact.0, &row.custom, &inputs, false)
        .await
    {
        Ok(change) => {
            let mut row = row.into_active_model();
            row.custom = Set(change.custom);
            contact::Entity::update(row).exec(work.db()).await.unwrap();
            work.commit().await.unwrap();
            Ok(change.changed)
        }
        Err(Error::Rejected(problems)) => Err(problems),
        Err(other) => panic!("{other:?}"),
    }
}

/// A confirmed contact.
pub async fn person(app: &TestApp, form: &TestForm, email: &str) -> ContactId {
    app.confirmed(form, email).await;
    let rows = entity::contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).unwrap().contact_id
}

/// A contact's custom fields in the API, as key → [value, masked].
pub async fn shown(client: &Client<'_>, contact: ContactId) -> Value {
    let text = "query($id: ID!) { contact(id: $id) { customFields { key value masked field { key } } } }";
    let answer = client.gql(text, json!({ "id": contact.to_string() })).await;
    let list = answer["contact"]["customFields"].as_array().unwrap().clone();
    list.into_iter()
        .map(|value| (value["key"].as_str().unwrap().to_owned(), json!([value["value"], value["masked"]])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn codes(payload: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    payload["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (text(&error["code"]), text(&error["field"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_defined_once_and_its_name_is_taken_from_then_on() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Dpo).await;
    let mut input = field("shoe_size", "NUMBER", "OPEN");
    input["validation"] = json!({ "min": "15", "max": "52.5" });
    input["idempotencyKey"] = json!("once");
    let first = create(&client, input.clone()).await;
    assert_eq!(
        (&first["field"]["key"], &first["field"]["validation"]["max"]),
        (&json!("shoe_size"), &json!("52.5")),
        "{first:#}"
    );
    assert_eq!(
        create(&client, input.clone()).await["field"]["id"],
        first["field"]["id"],
        "the same key makes one field"
    );
    input["reason"] = json!("Another reason");
    assert_eq!(codes(&create(&client, input.clone()).await)[0].0, "KEY_REUSED");
    input["idempotencyKey"] = Value::Null;
    assert_eq!(codes(&create(&client, input.clone()).await), [("TAKEN".to_owned(), "key".to_owned())]);
    input["entity"] = json!("COMPANY");
    assert_eq!(create(&client, input).await["userErrors"], json!([]), "companies have keys of their own");
    let listed = client.gql("{ fields(entity: CONTACT) { key mayRead mayWrite } }", json!({})).await;
    assert_eq!(listed["fields"], json!([{ "key": "shoe_size", "mayRead": true, "mayWrite": true }]));
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "field.created").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_definition_is_said_all_at_once() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let mut input = field("Given Name", "CHOICE", "OPEN");
    input["options"] = json!([]);
    input["reason"] = json!(" ");
    input["label"] = json!([{ "language": "xx", "text": "Name" }]);
    input["validation"] = json!({ "min": "1", "maxLength": 0, "pattern": "(" });
    let fields: Vec<String> =
        codes(&create(&client, input).await).into_iter().map(|(_, field)| field).collect();
    for wanted in
        ["key", "label", "reason", "options", "validation.min", "validation.maxLength", "validation.pattern"]
    {
        assert!(fields.contains(&wanted.to_owned()), "{wanted}: {fields:?}");
    }
    for key in ["given_name", "email", "owner", "consents", "ticket"] {
        assert_eq!(
            codes(&create(&client, field(key, "TEXT", "OPEN")).await),
            [("TAKEN".to_owned(), "key".to_owned())],
            "{key}"
        );
    }
    let mut bounds = field("budget", "MONEY", "OPEN");
    bounds["validation"] = json!({ "min": "10", "max": "9.99" });
    assert_eq!(codes(&create(&client, bounds).await), [("INVALID".to_owned(), "validation.max".to_owned())]);
    assert_eq!(app.count("field").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_kept_in_one_canonical_text_and_typed_beside_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, "ada@example.org").await;
    for (key, kind) in [
        ("motto", "TEXT"),
        ("size", "NUMBER"),
        ("budget", "MONEY"),
        ("since", "DATE"),
        ("colour", "CHOICE"),
        ("colours", "CHOICES"),
        ("vip", "BOOLEAN"),
        ("site", "URL"),
        ("mobile", "PHONE"),
        ("account_no", "IBAN"),
        ("other_mail", "EMAIL"),
    ] {
        made(&client, field(key, kind, "OPEN")).await;
    }
    let values = [
        ("motto", Some(" Élan Vital ")),
        ("size", Some("042.50")),
        ("budget", Some("eur 1200.5")),
        ("since", Some("2024-02-29")),
        ("colour", Some("red")),
        ("colours", Some("blue\nred")),
        ("vip", Some("true")),
        ("site", Some("HTTPS://Example.org")),
        ("mobile", Some("06 12 34 56 78")),
        ("account_no", Some("fr76 3000 6000 0112 3456 7890 189")),
        ("other_mail", Some("Ada@Example.net")),
    ];
    let changed = set(&app, Actor::Operator, contact, &values).await.unwrap();
    assert_eq!(changed.len(), 11);
    assert!(
        set(&app, Actor::Operator, contact, &values).await.unwrap().is_empty(),
        "the same again changes nothing"
    );
    let shown = shown(&client, contact).await;
    for (key, value) in [
        ("motto", "Élan Vital"),
        ("size", "42.5"),
        ("budget", "EUR 1200.50"),
        ("colours", "red\nblue"),
        ("site", "https://example.org/"),
        ("mobile", "+33612345678"),
        ("account_no", "FR7630006000011234567890189"),
        ("other_mail", "Ada@example.net"),
    ] {
        assert_eq!(shown[key], json!([value, null]), "{key}");
    }
    let rows = app.query("SELECT f.key AS key, v.position AS position, v.text AS text, v.number AS number FROM field_value v JOIN field f ON f.workspace_id = v.workspace_id AND f.id = v.field_id", vec![]).await;
    let mut typed: Vec<(String, i32, Option<String>, Option<f64>)> = rows
        .iter()
        .map(|row| {
            (
                row.try_get("", "key").unwrap(),
                row.try_get("", "position").unwrap(),
                row.try_get("", "text").unwrap(),
                row.try_get("", "number").unwrap(),
            )
        })
        .collect();
    typed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let find = |key: &str, at| {
        typed.iter().find(|row| row.0 == key && row.1 == at).map(|row| (row.2.as_deref(), row.3))
    };
    assert_eq!(find("motto", 0), Some((Some("elan vital"), None)), "{typed:?}");
    assert_eq!(find("size", 0), Some((None, Some(42.5))));
    assert_eq!(find("budget", 0), Some((Some("EUR"), Some(120_050.0))));
    assert_eq!(
        (find("colours", 0), find("colours", 1)),
        (Some((Some("red"), None)), Some((Some("blue"), None)))
    );
    assert_eq!(find("since", 0), Some((Some("2024-02-29"), None)));
    // Cleared values leave no rows.
    set(&app, Actor::Operator, contact, &[("colours", None), ("motto", Some("  "))]).await.unwrap();
    assert_eq!(app.count("field_value").await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_fit_are_refused_by_name_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, "ada@example.org").await;
    for (key, kind) in [
        ("budget", "MONEY"),
        ("account_no", "IBAN"),
        ("size", "NUMBER"),
        ("colour", "CHOICE"),
        ("motto", "TEXT"),
    ] {
        made(&client, field(key, kind, "OPEN")).await;
    }
    let mut required = field("since", "DATE", "OPEN");
    required["required"] = json!(true);
    made(&client, required).await;
    let problems = set(
        &app,
        Actor::Operator,
        contact,
        &[
            ("budget", Some("EUR 12.345")),
            ("account_no", Some("FR7630006000011234567890188")),
            ("size", Some("many")),
            ("colour", Some("mauve")),
            ("unheard_of", Some("x")),
            ("since", None),
            ("motto", Some("fits")),
            ("motto", Some("twice")),
        ],
    )
    .await
    .unwrap_err();
    let found: Vec<(String, &str)> = problems
        .iter()
        .map(|problem| (format!("{:?}", problem.code), problem.field.as_deref().unwrap()))
        .collect();
    let expected = [
        ("TooLong", "custom.0.value"),
        ("Invalid", "custom.1.value"),
        ("Invalid", "custom.2.value"),
        ("NotOffered", "custom.3.value"),
        ("NotOffered", "custom.4.key"),
        ("Required", "custom.5.value"),
        ("Taken", "custom.7.key"),
    ];
    assert_eq!(found, expected.map(|(code, field)| (code.to_owned(), field)));
    assert!(problems.iter().all(|problem| !problem.message.contains("12.345")
        && !problem.message.contains("FR76")
        && !problem.message.contains("mauve")));
    let unknown = set(&app, Actor::Operator, contact, &[("budget", Some("XAX 1"))]).await.unwrap_err();
    assert!(unknown[0].message.contains("currency"), "{unknown:?}");
    assert_eq!(app.count("field_value").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_changes_under_its_version_and_old_choices_stay_where_they_are() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Admin).await;
    let contact = person(&app, &form, "ada@example.org").await;
    let id = made(&client, field("colours", "CHOICES", "OPEN")).await;
    set(&app, Actor::Operator, contact, &[("colours", Some("red\ngreen"))]).await.unwrap();
    let text = "mutation($input: UpdateFieldInput!) { updateField(input: $input) { field { version options { value } retiredOptions { value label { text } } position }
        userErrors { code field } } }";
    let option = |value: &str| json!({ "value": value, "label": [{ "language": "fr", "text": value }] });
    let input = json!({ "input": { "fieldId": id, "expectedVersion": 1, "options": [option("green"), option("black")], "position": 7 } });
    let updated = client.gql(text, input.clone()).await["updateField"].clone();
    assert_eq!(
        updated["field"],
        json!({ "version": 2, "options": [{ "value": "green" }, { "value": "black" }], "position": 7,
        "retiredOptions": [{ "value": "red", "label": [{ "text": "red" }] }, { "value": "blue", "label": [{ "text": "blue" }] }] }),
        "{updated:#}"
    );
    assert_eq!(client.gql(text, input).await["updateField"]["userErrors"][0]["code"], "STALE");
    assert_eq!(
        shown(&client, contact).await["colours"],
        json!(["red\ngreen", null]),
        "an option that is gone still shows"
    );
    assert_eq!(
        set(&app, Actor::Operator, contact, &[("colours", Some("red\nblack"))]).await.unwrap(),
        ["custom.colours"],
        "what is held may stay"
    );
    set(&app, Actor::Operator, contact, &[("colours", Some("black"))]).await.unwrap();
    assert!(
        set(&app, Actor::Operator, contact, &[("colours", Some("red"))]).await.is_err(),
        "but not be chosen anew"
    );
    let again = json!({ "input": { "fieldId": id, "expectedVersion": 2, "options": [option("red")] } });
    let again = client.gql(text, again).await["updateField"]["field"].clone();
    assert_eq!(again["options"], json!([{ "value": "red" }]));
    let retired: Vec<&str> = again["retiredOptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| option["value"].as_str().unwrap())
        .collect();
    assert_eq!(retired, ["green", "black", "blue"], "what was ever offered keeps its label");
    assert_eq!(
        set(&app, Actor::Operator, contact, &[("colours", Some("red\nblack"))]).await.unwrap(),
        ["custom.colours"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_field_takes_no_new_values_shows_those_it_has_and_comes_back() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, "ada@example.org").await;
    let id = made(&client, field("motto", "TEXT", "OPEN")).await;
    set(&app, Actor::Operator, contact, &[("motto", Some("before"))]).await.unwrap();
    let text = "mutation($id: ID!) { archiveField(input: { fieldId: $id }) { field { archivedAt } userErrors { code } } }";
    for _ in 0..2 {
        assert!(
            client.gql(text, json!({ "id": id })).await["archiveField"]["field"]["archivedAt"].is_string()
        );
    }
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "field.archived").count(), 1);
    let refused = set(&app, Actor::Operator, contact, &[("motto", Some("after"))]).await.unwrap_err();
    assert_eq!(format!("{:?}", refused[0].code), "WrongState");
    assert_eq!(shown(&client, contact).await["motto"], json!(["before", null]));
    assert_eq!(client.gql("{ fields(entity: CONTACT) { key } }", json!({})).await["fields"], json!([]));
    set(&app, Actor::Operator, contact, &[("motto", None)]).await.expect("clearing is allowed");
    let restore = "mutation($id: ID!) { restoreField(input: { fieldId: $id }) { field { archivedAt } userErrors { code field } } }";
    for _ in 0..2 {
        let back = client.gql(restore, json!({ "id": id })).await["restoreField"].clone();
        assert_eq!((&back["userErrors"], &back["field"]["archivedAt"]), (&json!([]), &Value::Null));
    }
    set(&app, Actor::Operator, contact, &[("motto", Some("after"))]).await.expect("it takes values again");
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "field.restored").count(), 1);
    // While its values are being deleted, the field cannot be restored.
    let delete = "mutation($id: ID!) { deleteField(input: { fieldId: $id, deleteValues: true }) { done userErrors { code field } } }";
    assert_eq!(client.gql(delete, json!({ "id": id })).await["deleteField"]["done"], false);
    let refused = client.gql(restore, json!({ "id": id })).await["restoreField"].clone();
    assert_eq!(refused["userErrors"], json!([{ "code": "WRONG_STATE", "field": "fieldId" }]));
    app.run_jobs().await;
    let gone = client.gql(restore, json!({ "id": id })).await["restoreField"].clone();
    assert_eq!(gone["userErrors"], json!([{ "code": "NOT_FOUND", "field": "fieldId" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_in_use_is_deleted_only_with_its_values_and_then_nothing_of_them_is_left() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "cyd"] {
        people.push(person(&app, &form, &format!("{name}@example.org")).await);
    }
    let (open, sealed) = (
        made(&client, field("motto", "TEXT", "OPEN")).await,
        made(&client, field("contract", "TEXT", "CONFIDENTIAL")).await,
    );
    let unused = made(&client, field("unused", "TEXT", "OPEN")).await;
    for contact in &people {
        set(&app, Actor::Operator, *contact, &[("motto", Some("Onwards")), ("contract", Some("C-12"))])
            .await
            .unwrap();
    }
    let text = "mutation($input: DeleteFieldInput!) { deleteField(input: $input) { done field { archivedAt } userErrors { code field } } }";
    let delete = async |id: &str, values: bool| {
        client.gql(text, json!({ "input": { "fieldId": id, "deleteValues": values } })).await["deleteField"]
            .clone()
    };
    assert_eq!(delete(&unused, false).await["done"], true);
    for id in [&open, &sealed] {
        assert_eq!(
            delete(id, false).await["userErrors"],
            json!([{ "code": "WRONG_STATE", "field": "fieldId" }])
        );
        let started = delete(id, true).await;
        assert!(started["done"] == false && started["field"]["archivedAt"].is_string(), "{started:#}");
        delete(id, true).await;
    }
    assert!(
        set(&app, Actor::Operator, people[0], &[("motto", Some("new"))]).await.is_err(),
        "no new values while the old ones go"
    );
    app.run_jobs().await;
    assert_eq!(
        (app.count("field").await, app.count("field_value").await, app.count("sealed_value").await),
        (0, 0, 0)
    );
    assert_eq!(shown(&client, people[1]).await, json!({}));
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "values.deleted").count(), 6);
    assert_eq!(kinds.iter().filter(|kind| *kind == "field.deleted").count(), 3);
    assert_eq!(delete(&open, true).await["userErrors"][0]["code"], "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_a_form_fill_the_field_of_their_key_and_what_does_not_fit_is_told_to_staff() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    let mut note = field("note", "NUMBER", "OPEN");
    note["label"] = json!([{ "language": "en", "text": "How many seats" }]);
    made(&client, note).await;
    let answer = async |email: &str, note: &str| {
        app.visitor()
            .submit_fields(&form, &[("email", email), ("note", note), ("consent", "newsletter:email")])
            .await;
        app.run_jobs().await;
        let link = app.mails_to(email).last().unwrap().link("confirm");
        app.visitor().post_form(&link, &[]).await;
        app.run_jobs().await;
        let rows = entity::contact_address::Entity::find().all(app.app.db()).await.unwrap();
        rows.into_iter().find(|row| row.email == email).unwrap().contact_id
    };
    let ada = answer("ada@example.org", "012.0").await;
    assert_eq!(shown(&client, ada).await["note"], json!(["12", null]));
    assert_eq!(app.count("field_value").await, 1);
    let bob = answer("bob@example.org", "a dozen").await;
    assert_eq!(shown(&client, bob).await, json!({}));
    let text = "query($id: ID!) { contact(id: $id) { activities(first: 5) { nodes { subject body } } provenance { field } } }";
    let told = client.gql(text, json!({ "id": bob.to_string() })).await;
    assert_eq!(told["contact"]["activities"]["nodes"][0]["body"], "note: a dozen");
    let traced = client.gql(text, json!({ "id": ada.to_string() })).await;
    assert!(traced["contact"]["provenance"].to_string().contains("custom.note"), "{traced:#}");
    // A key under which a form already stores answers cannot silently become a field.
    assert_eq!(app.count("contact").await, 2);
    entity::field::Entity::delete_many().exec(app.app.db()).await.unwrap();
    answer("cyd@example.org", "plain").await;
    assert_eq!(
        codes(&create(&client, field("note", "TEXT", "SECRET")).await),
        [("TAKEN".to_owned(), "key".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_masks_the_sealed_values_of_every_row() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    made(&client, field("motto", "TEXT", "OPEN")).await;
    made(&client, field("account_no", "IBAN", "SECRET")).await;
    for n in 0..6 {
        let contact = person(&app, &form, &format!("p{n}@example.org")).await;
        set(
            &app,
            Actor::Operator,
            contact,
            &[("motto", Some("m")), ("account_no", Some("FR7630006000011234567890189"))],
        )
        .await
        .unwrap();
    }
    let text = "query($n: Int!) { contacts(first: $n) { nodes { customFields { key value masked field { key label { text } } } } } }";
    let answer = client.gql(text, json!({ "n": 6 })).await;
    for node in answer["contacts"]["nodes"].as_array().unwrap() {
        assert_eq!(node["customFields"][1]["masked"], "•••• 0189", "{node:#}");
        assert_eq!(node["customFields"][1]["value"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_made_while_an_answer_under_its_key_is_being_kept_is_refused() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let email = entity::EmailAddress::parse("ada@example.org").unwrap();
    let values = [PersonValue {
        field: PersonField::Custom,
        key: "note".to_owned(),
        label: "Note".to_owned(),
        value: "plain".to_owned(),
    }];
    let fingerprint = app.app.vault.fingerprint(app.workspace, &email.key());
    let person = Person {
        email: &email,
        fingerprint,
        language: "en",
        values: &values,
        source: "a test".to_owned(),
        proven: true,
    };
    let mut work = app.app.begin(app.workspace, Actor::Mailbox).await.unwrap();
    take_in(&app.app.vault, &mut work, &person).await.unwrap();
    let kept = async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        work.commit().await.unwrap();
    };
    let (made, ()) = tokio::join!(create(&client, field("note", "TEXT", "SECRET")), kept);
    assert_eq!(codes(&made), [("TAKEN".to_owned(), "key".to_owned())]);
    assert_eq!(app.count("field").await, 0, "else the answer stood in plain under the key of a sealed field");
}
