//! Search: accents and case do not matter, two letters are enough, typos are tolerated, the best match comes
//! first.

use accord::{
    platform::actor::Actor,
    search::{forget, index},
};
use entity::{ContactId, EntityKind, Role, WorkspaceId, contact};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, rows};

async fn person(
    app: &TestApp,
    workspace: WorkspaceId,
    given: &str,
    family: &str,
    email: &str,
    phone: &str,
) -> ContactId {
    let id = ContactId::new();
    let row = contact::Model {
        workspace_id: workspace,
        id,
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        sort_name: accord::platform::fold::fold(&format!("{family} {given}")),
        phone: phone.to_owned(),
        ..rows::contact(app)
    };
    contact::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    let work = app.app.begin(workspace, Actor::Operator).await.unwrap();
    index(&work, EntityKind::Contact, id.0, &[family, given, email, phone]).await.unwrap();
    work.commit().await.unwrap();
    id
}

async fn found(client: &Client<'_>, text: &str) -> Vec<String> {
    let query = "query($q: String!) { search(query: $q, first: 10) { score matched node { __typename ... on Contact { givenName familyName } } } }";
    let hits = client.gql(query, json!({ "q": text })).await["search"].as_array().unwrap().clone();
    let scores: Vec<f64> = hits.iter().map(|hit| hit["score"].as_f64().unwrap()).collect();
    assert!(
        scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)),
        "{hits:?}"
    );
    let name = |node: &Value| {
        format!(
            "{} {}",
            node["givenName"].as_str().unwrap_or("-"),
            node["familyName"].as_str().unwrap_or("-")
        )
    };
    hits.iter().map(|hit| name(&hit["node"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_as_one_types() {
    let app = TestApp::new().await;
    let ours = app.workspace;
    for (given, family, email, phone) in [
        ("Élodie", "Martin", "elodie@lumen.example", "+33612345678"),
        ("Jean", "Martinez", "jean@lumen.example", ""),
        ("Martin", "Dupont", "m.dupont@other.example", ""),
        ("Seán", "O’Brien", "sean@other.example", ""),
        ("太郎", "山田", "yamada@other.example", ""),
        ("Иван", "Петров", "petrov@other.example", ""),
    ] {
        person(&app, ours, given, family, email, phone).await;
    }
    let client = app.api_key(Role::Reader).await;
    for (text, expected) in [
        ("ELODIE", vec!["Élodie Martin"]),
        ("élo", vec!["Élodie Martin"]),
        ("el ma", vec![]),
        ("elodie ma", vec!["Élodie Martin"]),
        // Whole words rank above prefixes, family names above given names.
        ("martin", vec!["Élodie Martin", "Martin Dupont", "Jean Martinez"]),
        // Typos are tolerated when little else is found.
        ("dupomt", vec!["Martin Dupont"]),
        ("elodei martin", vec!["Élodie Martin"]),
        ("obrien", vec!["Seán O’Brien"]),
        ("o'brien", vec!["Seán O’Brien"]),
        ("06 12 34 56 78", vec!["Élodie Martin"]),
        ("+33 6 12 34", vec!["Élodie Martin"]),
        ("33 6", vec![]),
        ("+33612345", vec!["Élodie Martin"]),
        // The last digits of a number, at least four, as read off a note.
        ("5678", vec!["Élodie Martin"]),
        ("45 67 8", vec!["Élodie Martin"]),
        ("56 78", vec!["Élodie Martin"]),
        ("martin 345678", vec!["Élodie Martin"]),
        // A name and a number, as copied together.
        ("Martin 06 12 34 56 78", vec!["Élodie Martin"]),
        ("elodie +33 6 12 34 56 78", vec!["Élodie Martin"]),
        ("+33 (0)6.12.34.56.78 Martin", vec!["Élodie Martin"]),
        ("matrin 06 12 34 56 78", vec!["Élodie Martin"]),
        ("06 12 34 56 78 matrin", vec!["Élodie Martin"]),
        ("Dupont 06 12 34 56 78", vec![]),
        ("jean@lumen.example", vec!["Jean Martinez"]),
        ("山", vec!["太郎 山田"]),
        ("петорв", vec!["Иван Петров"]),
        ("nobody", vec![]),
        ("  …  ", vec![]),
        ("%", vec![]),
    ] {
        assert_eq!(found(&client, text).await, expected, "{text}");
    }
    let answer = client
        .gql_raw("query($q: String!) { search(query: $q) { score } }", json!({ "q": "x".repeat(201) }))
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "query");
    let marked = client.gql("{ search(query: \"elodie ma\") { matched } }", json!({})).await;
    assert_eq!(marked["search"][0]["matched"], json!(["elodie", "martin"]));
    let none = client.gql("{ search(query: \"martin\", kinds: [COMPANY, DEAL]) { score } }", json!({})).await;
    assert_eq!(none["search"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_stand_in_a_title_are_found_each_and_together() {
    let app = TestApp::new().await;
    let sales = crate::support::Sales::new(&app).await;
    for title in ["2026 / 2027", "2026-1234", "Lamps 2026 / 2028", "Call +33 6 12 34 56 78"] {
        sales.deal(&app, title, "First").await;
    }
    let client = app.api_key(Role::Reader).await;
    for (text, expected) in [
        ("2027", vec!["2026 / 2027"]),
        ("2027 2026", vec!["2026 / 2027"]),
        ("2026 / 2027", vec!["2026 / 2027"]),
        // Numbers that contain the digits are found, too, but after the exact match.
        ("1234", vec!["2026-1234", "Call +33 6 12 34 56 78"]),
        ("2026-1234", vec!["2026-1234"]),
        ("lamps 2026 / 2028", vec!["Lamps 2026 / 2028"]),
        ("2028 2026 lamps", vec!["Lamps 2026 / 2028"]),
        ("06 12 34 56 78", vec!["Call +33 6 12 34 56 78"]),
    ] {
        let found = client
            .gql(
                "query($q: String!) { search(query: $q) { node { ... on Deal { title } } } }",
                json!({ "q": text }),
            )
            .await;
        let titles: Vec<&str> = found["search"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["node"]["title"].as_str().unwrap())
            .collect();
        assert_eq!(titles, expected, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_more_answer_than_are_given_the_answer_says_so() {
    let app = TestApp::new().await;
    let words = (0..85).map(|n| format!("mar{n:02}")).collect::<Vec<_>>();
    for word in &words {
        person(&app, app.workspace, "Ada", word, "", "").await;
    }
    let client = app.api_key(Role::Reader).await;
    let ask = "query($q: String!, $first: Int!) { searchHits(query: $q, first: $first) { hasMore hits { score } } }";
    for (text, first, given, more) in [
        ("mar", 100, 85, false),
        ("mar", 85, 85, false),
        ("mar", 84, 84, true),
        ("mar", 20, 20, true),
        ("ada mar", 100, 85, false),
        ("ada mar", 50, 50, true),
        ("ada", 1, 1, true),
        ("mar07", 20, 1, false),
        ("nobody", 20, 0, false),
    ] {
        let answer = client.gql(ask, json!({ "q": text, "first": first })).await["searchHits"].clone();
        assert_eq!(
            (answer["hits"].as_array().unwrap().len(), &answer["hasMore"]),
            (given, &json!(more)),
            "{text}, first {first}"
        );
    }
    share(&app, "martin", 2_500).await;
    let answer = client.gql(ask, json!({ "q": "martin", "first": 100 })).await;
    assert_eq!(answer["searchHits"]["hasMore"], true, "however common the word is");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_search_stays_in_its_workspace_and_what_is_forgotten_is_not_found() {
    let app = TestApp::new().await;
    let other = app.other_workspace("other").await;
    person(&app, other, "Ada", "Lovelace", "ada@other.example", "").await;
    let client = app.api_key(Role::Owner).await;
    assert!(found(&client, "lovelace").await.is_empty() && found(&client, "lovelase").await.is_empty());
    let id = person(&app, app.workspace, "Ada", "Byron", "ada@example.org", "").await;
    assert_eq!(found(&client, "byron").await, ["Ada Byron"]);
    let work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    forget(&work, EntityKind::Contact, id.0).await.unwrap();
    work.commit().await.unwrap();
    assert!(found(&client, "byron").await.is_empty() && found(&client, "byrom").await.is_empty());
    let left = app.query("SELECT count(*) AS n FROM search_word WHERE row_id = $1", vec![id.into()]).await[0]
        .try_get::<i64>("", "n")
        .unwrap();
    assert_eq!(left, 0, "nothing of them stays behind");
}

/// Adds `rows` rows that have this word, with different weights.
async fn share(app: &TestApp, word: &str, rows: i32) {
    let words: Vec<_> = (0..rows)
        .map(|n| entity::search_word::Model {
            workspace_id: app.workspace,
            row_id: ContactId::new().0,
            word: word.to_owned(),
            entity: EntityKind::Contact,
            lead: word.chars().take(2).collect(),
            weight: 8 + n % 2,
        })
        .collect();
    for chunk in words.chunks(500) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        entity::search_word::Entity::insert_many(rows).exec_without_returning(app.app.db()).await.unwrap();
    }
}

/// For each of the two words, thousands of rows rank higher but lack the other word.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_alone_has_two_names_that_thousands_share_is_found() {
    let app = TestApp::new().await;
    // Her words get the lowest weight, so that she comes last among all who have them.
    let id = person(&app, app.workspace, "Jeanne", "Martin", "", "").await;
    let words = "UPDATE search_word SET weight = 1 WHERE row_id = $1";
    app.app.ledger.db.touch(words, vec![id.into()]).await.unwrap();
    share(&app, "martin", 2_500).await;
    share(&app, "jeanne", 2_400).await;
    let client = app.api_key(Role::Reader).await;
    for text in ["jeanne martin", "martin jeanne", "jeanne mart"] {
        assert_eq!(found(&client, text).await, ["Jeanne Martin"], "{text}");
    }
    share(&app, "mercier", 2_500).await;
    assert!(found(&client, "jeanne mercier").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_thousands_share_is_ranked_without_reading_them_all() {
    let app = TestApp::new().await;
    // More rows than the search counts, so that it starts from the two-letter index.
    share(&app, "martin", 2_500).await;
    person(&app, app.workspace, "Élodie", "Martin", "elodie@lumen.example", "").await;
    let client = app.api_key(Role::Reader).await;
    for text in ["ma", "mar", "mart", "martin", "elodie mar", "martin el"] {
        assert_eq!(
            found(&client, text).await,
            ["Élodie Martin"],
            "{text}: the weightiest first, and rows that are gone are not shown"
        );
    }
}
