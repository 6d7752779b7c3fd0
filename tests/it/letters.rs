//! Letters of all scripts: spellings that readers take for the same are the same in tags, filters, search and
//! sort order, and others are not.

use accord::jobs;
use entity::{LegalBasis, Role};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::{
    fields,
    support::{Client, TestApp},
};

/// A contact with this family name and given name.
async fn person(client: &Client<'_>, basis: &str, family: &str, given: &str) -> String {
    let text = "mutation($i: CreateContactInput!) { createContact(input: $i) { contact { id } userErrors { code field } } }";
    let input =
        json!({ "basisPurposeId": basis, "source": "PHONE", "givenName": given, "familyName": family });
    let made = client.gql(text, json!({ "i": input })).await;
    made["createContact"]["contact"]["id"].as_str().unwrap_or_else(|| panic!("{made:#}")).to_owned()
}

async fn company(client: &Client<'_>, name: &str) {
    let text = "mutation($i: CreateCompanyInput!) { createCompany(input: $i) { company { id } userErrors { code field } } }";
    let made = client.gql(text, json!({ "i": { "name": name } })).await;
    assert_eq!(made["createCompany"]["userErrors"], json!([]));
}

async fn tags(client: &Client<'_>, contact: &str, add: &[&str], remove: &[&str]) -> Vec<String> {
    let text = "mutation($i: TagContactsInput!) { tagContacts(input: $i) { contacts { tags { name } } userErrors { code field message } } }";
    let done =
        client.gql(text, json!({ "i": { "contactIds": [contact], "add": add, "remove": remove } })).await;
    assert_eq!(done["tagContacts"]["userErrors"], json!([]), "{done:#}");
    let tags = done["tagContacts"]["contacts"][0]["tags"].as_array().unwrap();
    tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

/// Contacts that match a name filter, as `family given`, ordered by name.
async fn named(client: &Client<'_>, filter: Value) -> Vec<String> {
    let text = "query($f: TextFilter!) { contacts(first: 20, filter: { name: $f }, orderBy: { field: NAME }) { nodes { familyName givenName } } }";
    let found = client.gql(text, json!({ "f": filter })).await;
    let name = |node: &Value| {
        format!(
            "{} {}",
            node["familyName"].as_str().unwrap_or_default(),
            node["givenName"].as_str().unwrap_or_default()
        )
        .trim()
        .to_owned()
    };
    found["contacts"]["nodes"].as_array().unwrap().iter().map(name).collect()
}

/// Search results with their scores.
async fn found(client: &Client<'_>, text: &str) -> Vec<(String, f64)> {
    let query = "query($q: String!) { searchHits(query: $q) { hits { score node {
        ... on Contact { familyName givenName } ... on Company { name } } } } }";
    let found = client.gql(query, json!({ "q": text })).await;
    let name = |node: &Value| {
        ["name", "familyName", "givenName"]
            .iter()
            .filter_map(|part| node[*part].as_str())
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned()
    };
    let hits = found["searchHits"]["hits"].as_array().unwrap().clone();
    hits.iter().map(|hit| (name(&hit["node"]), hit["score"].as_f64().unwrap())).collect()
}

async fn names_found(client: &Client<'_>, text: &str) -> Vec<String> {
    found(client, text).await.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn vowel_signs_voicing_marks_and_the_breve_make_other_tags_other_names_and_other_words() {
    let app = TestApp::new().await;
    let basis = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Sales).await;
    let ram = person(&client, &basis, "", "राम").await;
    person(&client, &basis, "", "रमा").await;
    for [one, other] in [["दिन", "दान"], ["ปี", "ปู"], ["バス", "パス"], ["май", "маи"]]
    {
        assert_eq!(tags(&client, &ram, &[one, other], &[]).await.len(), 2, "{one} and {other}");
        assert_eq!(tags(&client, &ram, &[], &[other]).await, [one], "the other one goes alone");
        tags(&client, &ram, &[], &[one]).await;
    }
    assert_eq!(named(&client, json!({ "eq": "राम" })).await, ["राम"]);
    assert_eq!(named(&client, json!({ "contains": "रमा" })).await, ["रमा"]);
    assert_eq!(names_found(&client, "राम").await, ["राम"]);
    assert_eq!(names_found(&client, "रमा").await, ["रमा"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn capitals_of_every_alphabet_and_accents_that_readers_drop_do_not_count() {
    let app = TestApp::new().await;
    let basis = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Sales).await;
    let giorgos = person(&client, &basis, "Σεφέρης", "Γιώργος").await;
    person(&client, &basis, "Алёшина", "Майя").await;
    person(&client, &basis, "Großmann", "Åsa").await;
    person(&client, &basis, "حسن", "أحمد").await;
    for (written, name) in [
        ("ΓΙΩΡΓΟΣ ΣΕΦΕΡΗΣ", "Σεφέρης Γιώργος"),
        ("ΓΙΏΡΓΟΣ", "Σεφέρης Γιώργος"),
        ("АЛЕШИНА майя", "Алёшина Майя"),
        ("GROSSMANN asa", "Großmann Åsa"),
        ("احمد", "حسن أحمد"),
        ("أَحْمَد", "حسن أحمد"),
    ] {
        assert_eq!(named(&client, json!({ "contains": written })).await, [name], "{written}");
        let hits = found(&client, written).await;
        assert!(hits.len() == 1 && hits[0].0 == name && hits[0].1 > 0.9, "{written}: {hits:?}");
    }
    assert_eq!(tags(&client, &giorgos, &["φίλος", "ΦΊΛΟΣ", "Φιλοσ"], &[]).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_without_spaces_are_searched_inside_and_a_whole_name_in_one_word_finds_the_person() {
    let app = TestApp::new().await;
    let basis = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Sales).await;
    person(&client, &basis, "山田", "太郎").await;
    person(&client, &basis, "김", "철수").await;
    for name in ["北京字节跳动科技有限公司", "株式会社山田商店", "삼성전자주식회사", "ธนาคารกรุงเทพ"]
    {
        company(&client, name).await;
    }
    for (text, expected) in [
        ("山田太郎", vec!["山田 太郎"]),
        ("太郎 山田", vec!["山田 太郎"]),
        ("김철수", vec!["김 철수"]),
        ("字节跳动", vec!["北京字节跳动科技有限公司"]),
        ("北京字节跳动科技有限公司", vec!["北京字节跳动科技有限公司"]),
        ("山田商店", vec!["株式会社山田商店"]),
        ("山田", vec!["山田 太郎", "株式会社山田商店"]),
        ("전자", vec!["삼성전자주식회사"]),
        ("กรุงเทพ", vec!["ธนาคารกรุงเทพ"]),
        ("田山", vec![]),
    ] {
        assert_eq!(names_found(&client, text).await, expected, "{text}");
    }
    for filter in [
        json!({ "eq": "山田太郎" }),
        json!({ "eq": "山田 太郎" }),
        json!({ "in": ["太郎 山田"] }),
        json!({ "contains": "田太" }),
        json!({ "contains": "山田太郎" }),
        json!({ "startsWith": "山田太" }),
    ] {
        assert_eq!(named(&client, filter.clone()).await, ["山田 太郎"], "{filter}");
    }
    let inside = client
        .gql(
            "{ companies(first: 5, filter: { name: { contains: \"商店 山田\" } }) { nodes { name } } }",
            json!({}),
        )
        .await;
    assert_eq!(inside["companies"]["nodes"], json!([{ "name": "株式会社山田商店" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_the_words_of_a_name_in_any_order_however_long_it_is() {
    let app = TestApp::new().await;
    let basis = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Sales).await;
    person(&client, &basis, "de la Tour", "Marie Anne").await;
    person(&client, &basis, "Anne", "Marie").await;
    let (family, given) = ("f".repeat(300), "g".repeat(300));
    person(&client, &basis, &family, &given).await;
    let (tour, anne) = ("de la Tour Marie Anne".to_owned(), "Anne Marie".to_owned());
    for (filter, expected) in [
        (json!({ "eq": "Marie Anne de la Tour" }), vec![&tour]),
        (json!({ "eq": "anne MARIE" }), vec![&anne]),
        (json!({ "eq": "Marie Anne" }), vec![&anne]),
        (json!({ "ne": "Marie Anne", "contains": "anne" }), vec![&tour]),
        (json!({ "in": ["Marie Anne", "nobody"] }), vec![&anne]),
        (json!({ "contains": "tour marie" }), vec![&tour]),
        (json!({ "contains": "anne tour" }), vec![&tour]),
        (json!({ "contains": "anne nobody" }), vec![]),
        (json!({ "startsWith": "de la" }), vec![&tour]),
        (json!({ "startsWith": "Marie Anne de la T" }), vec![&tour]),
        (json!({ "startsWith": "Marie An" }), vec![&anne]),
        (json!({ "eq": format!("{given} {family}") }), vec![&format!("{family} {given}")]),
        (json!({ "eq": format!("{family} {}", &given[1..]) }), vec![]),
    ] {
        assert_eq!(
            named(&client, filter.clone()).await,
            expected.into_iter().cloned().collect::<Vec<_>>(),
            "{filter}"
        );
    }
}

/// Rows as an older version folded them: without combining marks, and with different letters for σ and ς.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_older_rules_folded_are_folded_anew_once() {
    let app = TestApp::new().await;
    let basis = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Owner).await;
    fields::made(&client, fields::field("motto", "TEXT", "OPEN")).await;
    let sales = crate::support::Sales::new(&app).await;
    let deal = sales.deal(&app, "दिन", "First").await;
    company(&client, "北京字节跳动科技有限公司").await;
    let giorgos = person(&client, &basis, "Σεφέρης", "Γιώργος").await;
    let set = "mutation($i: UpdateContactInput!) { updateContact(input: $i) { userErrors { code field } } }";
    let input =
        json!({ "contactId": giorgos, "expectedVersion": 1, "custom": [{ "key": "motto", "value": "Φως" }] });
    assert_eq!(client.gql(set, json!({ "i": input })).await["updateContact"]["userErrors"], json!([]));
    tags(&client, &giorgos, &["φίλος", "दान"], &[]).await;
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;

    let db = &app.app.ledger.db;
    for (text, values) in [
        ("UPDATE contact SET sort_name = $1", vec!["σεφερης γιωργος".into()]),
        ("UPDATE company SET sort_name = $1", vec!["old".into()]),
        ("UPDATE deal SET sort_name = $1", vec!["दन".into()]),
        ("UPDATE field_value SET text = $1", vec!["φως".into()]),
        ("UPDATE tag SET name_key = $1 WHERE name_key LIKE $2", vec!["दन".into(), "द%".into()]),
        ("UPDATE tag SET name_key = $1 WHERE name_key LIKE $2", vec!["φιλος".into(), "φ%".into()]),
        ("UPDATE loss_reason SET label_key = $1 || label_key", vec!["old ".into()]),
        ("DELETE FROM search_word", vec![]),
        ("UPDATE refold SET version = 1", vec![]),
    ] {
        db.touch(text, values).await.unwrap();
    }
    // Two tags that used to be distinct and now fold to the same text.
    let row = entity::tag::Model {
        workspace_id: app.workspace,
        id: entity::TagId::new(),
        name: "ΦΊΛΟΣ".to_owned(),
        name_key: "φιλοσ".to_owned(),
        created_at: app.app.now(),
    };
    entity::tag::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    assert!(names_found(&client, "ΓΙΩΡΓΟΣ").await.is_empty());

    app.advance(chrono::TimeDelta::hours(2));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(names_found(&client, "ΓΙΩΡΓΟΣ").await, ["Σεφέρης Γιώργος"]);
    assert_eq!(names_found(&client, "字节跳动").await, ["北京字节跳动科技有限公司"]);
    assert_eq!(named(&client, json!({ "eq": "ΓΙΩΡΓΟΣ ΣΕΦΕΡΗΣ" })).await, ["Σεφέρης Γιώργος"]);
    let by_motto = "{ contacts(first: 5, filter: { custom: [{ key: \"motto\", text: { eq: \"ΦΩΣ\" } }] }) { totalCount } }";
    assert_eq!(client.gql(by_motto, json!({})).await["contacts"]["totalCount"], 1);
    let deals = client
        .gql("{ searchHits(query: \"दिन\") { hits { node { ... on Deal { id } } } } }", json!({}))
        .await;
    assert_eq!(deals["searchHits"]["hits"][0]["node"]["id"], deal.to_string());
    let by_title =
        client.gql("{ deals(first: 5, filter: { title: { eq: \"दिन\" } }) { totalCount } }", json!({})).await;
    assert_eq!(by_title["deals"]["totalCount"], 1);
    let mut names: Vec<(String, String)> = entity::tag::Entity::find()
        .all(app.app.db())
        .await
        .unwrap()
        .into_iter()
        .map(|tag| (tag.name, tag.name_key))
        .collect();
    names.sort();
    let expected = [("ΦΊΛΟΣ (2)", "φιλοσ (2)"), ("φίλος", "φιλοσ"), ("दान", "दान")];
    assert_eq!(
        names,
        expected.map(|(name, key)| (name.to_owned(), key.to_owned())),
        "the later of two that fold alike gets a number"
    );
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "tag.renamed").count(), 1);
    let old =
        entity::loss_reason::Entity::find().filter(entity::loss_reason::Column::LabelKey.starts_with("old "));
    assert!(old.all(app.app.db()).await.unwrap().is_empty());

    // Finished work is not repeated.
    db.touch("UPDATE contact SET sort_name = $1", vec!["untouched".into()]).await.unwrap();
    app.advance(chrono::TimeDelta::hours(2));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let kept: String =
        app.query("SELECT sort_name FROM contact", vec![]).await[0].try_get("", "sort_name").unwrap();
    assert_eq!(kept, "untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_contacts_than_one_batch_are_all_folded_anew() {
    let app = TestApp::new().await;
    let rows = (0..450).map(|n| {
        entity::contact::Model {
            sort_name: "old".to_owned(),
            family_name: format!("Σοφός {n}"),
            ..crate::support::rows::contact(&app)
        }
        .into_active_model()
    });
    entity::contact::Entity::insert_many(rows).exec_without_returning(app.app.db()).await.unwrap();
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let left = app.query("SELECT count(*) AS n FROM contact WHERE sort_name = 'old'", vec![]).await[0]
        .try_get::<i64>("", "n")
        .unwrap();
    let words = app.query("SELECT count(*) AS n FROM search_word WHERE word = 'σοφοσ'", vec![]).await[0]
        .try_get::<i64>("", "n")
        .unwrap();
    assert_eq!((left, words), (0, 450));
}
