//! Promise 12: which fields may ask for special categories of data, and on whose decision.

use accord::{
    error::{Error, ProblemCode},
    forms::{
        create_form,
        definition::{ConsentOffer, Field, FieldKind, FieldOption, Texts},
        publish_form, publish_form_on_ground,
    },
    platform::actor::Actor,
};
use entity::{ApiKeyId, Channel, LegalBasis, Role};
use serde_json::{Value, json};

use crate::{
    fields::{create, field},
    support::{TestApp, definition},
};

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_field_that_asks_for_a_special_category_needs_the_owners_or_dpos_ground_and_the_journal_keeps_it()
 {
    let app = TestApp::new().await;
    let mut input = field("religion", "TEXT", "SECRET");
    for (role, ground) in [(Role::Admin, Some("EXPLICIT_CONSENT")), (Role::Dpo, None), (Role::Owner, None)] {
        input["specialCategoryGround"] = json!(ground);
        let refused = create(&app.api_key(role).await, input.clone()).await;
        let error = &refused["userErrors"][0];
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!("SPECIAL_CATEGORY"), &json!("key")),
            "{role}: {refused:#}"
        );
        assert!(error["message"].as_str().unwrap().contains("RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS"));
    }
    assert_eq!(app.count("field").await, 0);
    input["specialCategoryGround"] = json!("NOT_FOR_PROFIT_BODY");
    let made = create(&app.api_key(Role::Dpo).await, input).await;
    assert_eq!(made["userErrors"], json!([]), "{made:#}");
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "field.created").unwrap();
    let bytes: Value = serde_json::from_str(&entry.bytes).unwrap();
    assert_eq!(bytes["data"]["specialCategories"], json!(["RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS"]));
    assert_eq!(bytes["data"]["specialCategoryGround"], "NOT_FOR_PROFIT_BODY");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_labels_and_choices_are_read_too_also_when_they_change_later() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Dpo).await;
    let option = |value: &str| json!({ "value": value, "label": [{ "language": "fr", "text": value }] });
    let mut hidden = field("group_a", "CHOICE", "OPEN");
    hidden["label"] = json!([{ "language": "fr", "text": "Opinions politiques" }]);
    hidden["options"] = json!([option("droite"), option("musulman")]);
    let refused = create(&client, hidden).await;
    let fields: Vec<&str> = refused["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["label.fr", "options.1.value", "options.1.label.fr"], "{refused:#}");
    let mut signs = field("sign", "CHOICE", "OPEN");
    signs["options"] = json!([option("Lion"), option("Cancer"), option("Bélier")]);
    let made = create(&client, signs).await;
    assert_eq!(made["userErrors"], json!([]), "the zodiac is no illness");
    let text = "mutation($input: UpdateFieldInput!) { updateField(input: $input) { field { version } userErrors { code field } } }";
    let input = json!({ "fieldId": made["field"]["id"], "expectedVersion": 1, "label": [{ "language": "en", "text": "Blood type" }] });
    let refused = client.gql(text, json!({ "input": input })).await;
    assert_eq!(
        refused["updateField"]["userErrors"],
        json!([{ "code": "SPECIAL_CATEGORY", "field": "label.en" }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_label_in_two_languages_is_refused_once_for_each_by_its_language() {
    let app = TestApp::new().await;
    let mut both = field("group_a", "TEXT", "OPEN");
    both["label"] =
        json!([{ "language": "fr", "text": "Groupe sanguin" }, { "language": "en", "text": "Blood type" }]);
    let refused = create(&app.api_key(Role::Dpo).await, both).await;
    let fields: Vec<&str> = refused["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["label.en", "label.fr"], "{refused:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_form_that_asks_for_a_special_category_is_not_published_without_the_owners_ground() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let both =
        |text: &str| Texts::from([("en".to_owned(), text.to_owned()), ("fr".to_owned(), text.to_owned())]);
    let mut asking = definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], None);
    asking.fields.push(Field {
        key: "needs".to_owned(),
        kind: FieldKind::Choice,
        label: both("Anything we should know?"),
        reason: both("To plan"),
        required: false,
        options: ["None", "Allergies", "Handicap"]
            .map(|text| FieldOption { value: text.to_lowercase(), label: both(text) })
            .into(),
        value: String::new(),
    });
    let form = create_form(&app.app, app.workspace, Actor::Operator, "Event", &asking).await.unwrap();
    let marketing = Actor::ApiKey(ApiKeyId::new(), Role::Marketing);
    let ground = Some(accord::fields::art9::SpecialCategoryGround::ExplicitConsent);
    for outcome in [
        publish_form(&app.app, app.workspace, Actor::Operator, form.id).await,
        publish_form_on_ground(&app.app, app.workspace, marketing, form.id, ground).await,
    ] {
        let Err(Error::Rejected(problems)) = outcome else { panic!("published") };
        assert!(problems.iter().all(|problem| problem.code == ProblemCode::SpecialCategory
            && problem.field.as_deref() == Some("fields.3.options")));
    }
    let owner = Actor::ApiKey(ApiKeyId::new(), Role::Owner);
    publish_form_on_ground(&app.app, app.workspace, owner, form.id, ground).await.unwrap();
    let entry = app.journal().await.into_iter().rfind(|entry| entry.kind == "form.published").unwrap();
    assert!(entry.bytes.contains("EXPLICIT_CONSENT") && entry.bytes.contains("HEALTH"), "{}", entry.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_12_a_tag_cannot_say_what_may_not_be_held() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = crate::fields::person(&app, &form, "ada@example.org").await;
    let text = "mutation($input: TagContactsInput!) { tagContacts(input: $input) { userErrors { code field message } } }";
    let client = app.api_key(Role::Owner).await;
    let refused = client
        .gql(text, json!({ "input": { "contactIds": [contact.to_string()], "add": ["VIP", "Syndiqué"] } }))
        .await;
    let error = &refused["tagContacts"]["userErrors"][0];
    assert!(
        error["code"] == "SPECIAL_CATEGORY"
            && error["message"].as_str().unwrap().contains("TRADE_UNION_MEMBERSHIP"),
        "{refused:#}"
    );
    assert_eq!(app.count("tag").await, 0);
}
