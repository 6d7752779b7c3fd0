//! Tags: labels that staff put on contacts, identified by name.

use chrono::TimeDelta;
use entity::{ContactId, LegalBasis, Role, TagId};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const TAG: &str = "mutation($input: TagContactsInput!) { tagContacts(input: $input) { contacts { id tags { name } } userErrors { code field } } }";

async fn people(app: &TestApp, client: &Client<'_>, count: usize) -> Vec<String> {
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }";
    let mut ids = Vec::new();
    for at in 0..count {
        let input = json!({ "basisPurposeId": contract.to_string(), "source": "PHONE", "givenName": format!("Person {at}") });
        let made = client.gql(text, json!({ "input": input })).await;
        ids.push(made["createContact"]["contact"]["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn tag(client: &Client<'_>, input: Value) -> Value {
    client.gql(TAG, json!({ "input": input })).await["tagContacts"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_in_case_and_accents_are_one_tag_and_its_uses_are_counted() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let ids = people(&app, &client, 3).await;
    tag(&client, json!({ "contactIds": [ids[0]], "add": ["Élève", "VIP"] })).await;
    let done = tag(
        &client,
        json!({ "contactIds": [ids[1], ids[0]], "add": ["eleve"], "remove": ["vip", "nobody has this"] }),
    )
    .await;
    assert_eq!(
        done["contacts"],
        json!([{ "id": ids[1], "tags": [{ "name": "Élève" }] }, { "id": ids[0], "tags": [{ "name": "Élève" }] }])
    );
    let list = "{ tags(first: 10) { totalCount nodes { name contactCount } } }";
    let seen = client.gql(list, json!({})).await;
    assert_eq!(
        seen["tags"],
        json!({ "totalCount": 2, "nodes": [{ "name": "Élève", "contactCount": 2 }, { "name": "VIP", "contactCount": 0 }] })
    );
    client
        .gql(
            "mutation($id: ID!) { archiveContact(input: { contactId: $id }) { userErrors { code } } }",
            json!({ "id": ids[0] }),
        )
        .await;
    assert_eq!(
        client.gql(list, json!({})).await["tags"]["nodes"][0]["contactCount"],
        1,
        "archived contacts are left out"
    );
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "tag.created").count(), 2);
    assert_eq!(kinds.iter().filter(|kind| *kind == "contact.tagged").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_contacts_are_tagged_or_none() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let ids = people(&app, &client, 2).await;
    let done =
        tag(&client, json!({ "contactIds": [ids[0], ContactId::new().to_string(), ids[1]], "add": ["VIP"] }))
            .await;
    assert_eq!(
        (&done["contacts"], &done["userErrors"]),
        (&Value::Null, &json!([{ "code": "NOT_FOUND", "field": "contactIds.1" }]))
    );
    let many: Vec<&String> = std::iter::repeat_n(&ids[0], 101).collect();
    assert_eq!(
        tag(&client, json!({ "contactIds": many, "add": ["VIP"] })).await["userErrors"][0]["field"],
        "contactIds"
    );
    let long =
        tag(&client, json!({ "contactIds": [ids[0]], "add": ["x".repeat(101), "\u{301}"], "remove": ["a"] }))
            .await;
    assert_eq!(
        long["userErrors"],
        json!([{ "code": "TOO_LONG", "field": "add.0" }, { "code": "REQUIRED", "field": "add.1" }])
    );
    let both = tag(&client, json!({ "contactIds": [ids[0]], "add": ["VIP"], "remove": ["vip"] })).await;
    assert_eq!(both["userErrors"], json!([{ "code": "INVALID", "field": "remove" }]));
    assert_eq!((app.count("tag").await, app.count("contact_tag").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_make_the_same_tags_at_once_make_each_once() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let ids = people(&app, &client, 6).await;
    let (forward, backward) = (json!(["a", "b", "c"]), json!(["c", "b", "a"]));
    let all = ids.iter().enumerate().map(|(at, id)| {
        tag(&client, json!({ "contactIds": [id], "add": if at % 2 == 0 { &forward } else { &backward } }))
    });
    for done in futures_util::future::join_all(all).await {
        assert_eq!(done["userErrors"], json!([]));
    }
    assert_eq!((app.count("tag").await, app.count("contact_tag").await), (3, 18));
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "tag.created").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_renamed_unless_the_name_is_taken_and_deleted_from_everybody() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let ids = people(&app, &client, 1).await;
    tag(&client, json!({ "contactIds": [ids[0]], "add": ["fair", "VIP"] })).await;
    let seen = client.gql("{ tags(first: 5) { nodes { id name } } }", json!({})).await;
    let id = &seen["tags"]["nodes"][0]["id"];
    let rename = "mutation($id: ID!, $name: String!) { renameTag(input: { tagId: $id, name: $name }) { tag { name } userErrors { code field } } }";
    let taken = client.gql(rename, json!({ "id": id, "name": "vip" })).await;
    assert_eq!(taken["renameTag"]["userErrors"], json!([{ "code": "TAKEN", "field": "name" }]));
    assert_eq!(
        client.gql(rename, json!({ "id": id, "name": "Foire" })).await["renameTag"]["tag"]["name"],
        "Foire"
    );
    let delete =
        "mutation($id: ID!) { deleteTag(input: { tagId: $id }) { deletedTagId userErrors { code field } } }";
    assert_eq!(client.gql(delete, json!({ "id": id })).await["deleteTag"]["deletedTagId"], *id);
    let again = client.gql(delete, json!({ "id": id })).await;
    assert_eq!(again["deleteTag"]["userErrors"], json!([{ "code": "NOT_FOUND", "field": "tagId" }]));
    let left =
        client.gql("query($id: ID!) { contact(id: $id) { tags { name } } }", json!({ "id": ids[0] })).await;
    assert_eq!(left["contact"]["tags"], json!([{ "name": "VIP" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_become_one_and_everybody_who_had_one_of_them_has_it() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let ids = people(&app, &client, 3).await;
    for (at, names) in [
        (0, json!(["VIP", "Very important"])),
        (1, json!(["Very important", "Important"])),
        (2, json!(["fair"])),
    ] {
        tag(&client, json!({ "contactIds": [ids[at]], "add": names })).await;
    }
    let seen = client.gql("{ tags(first: 9) { nodes { id name } } }", json!({})).await;
    let id = |name: &str| {
        seen["tags"]["nodes"].as_array().unwrap().iter().find(|tag| tag["name"] == name).unwrap()["id"]
            .clone()
    };
    let merge = "mutation($from: [ID!]!, $into: ID!) { mergeTags(input: { fromTagIds: $from, intoTagId: $into }) { tag { name } userErrors { code field } } }";
    let nothing = TagId::new().to_string();
    let refused =
        client.gql(merge, json!({ "from": [id("VIP"), nothing], "into": id("VIP") })).await["mergeTags"]
            .clone();
    let expected = json!([{ "code": "INVALID", "field": "fromTagIds.0" }, { "code": "NOT_FOUND", "field": "fromTagIds.1" }]);
    assert_eq!(
        (&refused["tag"], &refused["userErrors"]),
        (&Value::Null, &expected),
        "and nothing has happened"
    );
    let into_nothing = client.gql(merge, json!({ "from": [], "into": nothing })).await["mergeTags"].clone();
    let expected =
        json!([{ "code": "REQUIRED", "field": "fromTagIds" }, { "code": "NOT_FOUND", "field": "intoTagId" }]);
    assert_eq!(into_nothing["userErrors"], expected);
    // Two of them have had this tag for longer than the others.
    let (early, very) = (
        app.app.now() - TimeDelta::days(3),
        id("Very important").as_str().unwrap().parse::<TagId>().unwrap(),
    );
    let earlier = "UPDATE contact_tag SET tagged_at = $1 WHERE tag_id = $2";
    app.app.ledger.db.touch(earlier, vec![early.into(), very.into()]).await.unwrap();
    let done = client
        .gql(merge, json!({ "from": [id("Very important"), id("Important")], "into": id("VIP") }))
        .await["mergeTags"]
        .clone();
    assert_eq!((&done["userErrors"], &done["tag"]["name"]), (&json!([]), &json!("VIP")));
    let mut left = Vec::new();
    for id in &ids {
        let seen =
            client.gql("query($id: ID!) { contact(id: $id) { tags { name } } }", json!({ "id": id })).await;
        left.push(seen["contact"]["tags"].clone());
    }
    assert_eq!(left, [json!([{ "name": "VIP" }]), json!([{ "name": "VIP" }]), json!([{ "name": "fair" }])]);
    assert_eq!((app.count("tag").await, app.count("contact_tag").await), (2, 3));
    assert_eq!(
        app.query("SELECT tag_id FROM contact_tag WHERE tagged_at = $1", vec![early.into()]).await.len(),
        2,
        "since the first of them"
    );
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "tag.merged").unwrap();
    assert!(entry.bytes.contains(id("Important").as_str().unwrap()), "{}", entry.bytes);
}
