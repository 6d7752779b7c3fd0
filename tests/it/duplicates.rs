//! Contacts who may be the same person: who is found and who is not, staff decisions, and the effect of
//! changes.

use accord::{
    contacts::{Person, take_in},
    jobs,
    platform::{actor::Actor, fold::fold, work::Entry},
};
use chrono::TimeDelta;
use entity::{CompanyId, ContactId, EmailAddress, Role, WorkspaceId, company, contact};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{TestApp, rows};

const LIST: &str = "query($first: Int!, $after: String) { duplicateContacts(first: $first, after: $after) {
    nodes { older { id givenName familyName } newer { id givenName familyName } reasons score }
    totalCount pageInfo { hasNextPage endCursor } } }";

/// A contact with this name and e-mail address.
async fn person_in(app: &TestApp, workspace: WorkspaceId, name: (&str, &str), email: &str) -> ContactId {
    let email = EmailAddress::parse(email).unwrap();
    let fingerprint = app.app.vault.fingerprint(workspace, &email.key());
    let person = Person {
        email: &email,
        fingerprint,
        language: "en",
        values: &[],
        source: "test".to_owned(),
        proven: true,
    };
    let mut work = app.app.begin(workspace, Actor::Mailbox).await.unwrap();
    let id = take_in(&app.app.vault, &mut work, &person).await.unwrap().contact;
    work.commit().await.unwrap();
    change_in(app, workspace, id, |row| {
        row.given_name = Set(name.0.to_owned());
        row.family_name = Set(name.1.to_owned());
        row.sort_name = Set(fold(&format!("{} {}", name.1, name.0)));
    })
    .await;
    id
}

async fn person(app: &TestApp, name: (&str, &str), email: &str) -> ContactId {
    person_in(app, app.workspace, name, email).await
}

/// Changes a contact as a use case does: the row and a journal entry.
async fn change_in(
    app: &TestApp,
    workspace: WorkspaceId,
    id: ContactId,
    change: impl FnOnce(&mut contact::ActiveModel),
) {
    let mut work = app.app.begin(workspace, Actor::System).await.unwrap();
    let mut row = contact::Entity::find_by_id((workspace, id))
        .one(work.db())
        .await
        .unwrap()
        .unwrap()
        .into_active_model();
    change(&mut row);
    row.updated_at = Set(work.now());
    contact::Entity::update(row).exec(work.db()).await.unwrap();
    work.record(Entry::new("contact.updated").about(id).on(id));
    work.commit().await.unwrap();
}

async fn change(app: &TestApp, id: ContactId, how: impl FnOnce(&mut contact::ActiveModel)) {
    change_in(app, app.workspace, id, how).await;
}

async fn company(app: &TestApp, name: &str) -> CompanyId {
    let id = CompanyId::new();
    let row = company::Model { id, name: name.to_owned(), sort_name: fold(name), ..rows::new_company(app) };
    company::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    id
}

/// Advances the clock by two minutes and runs scheduled jobs.
async fn look(app: &TestApp) {
    app.advance(TimeDelta::minutes(2));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
}

async fn listed(app: &TestApp) -> Vec<Value> {
    let answer = app.api_key(Role::Reader).await.gql(LIST, json!({ "first": 100 })).await;
    answer["duplicateContacts"]["nodes"].as_array().unwrap().clone()
}

fn is_pair(pair: &Value, one: ContactId, other: ContactId) -> bool {
    pair["older"]["id"] == one.min(other).to_string() && pair["newer"]["id"] == one.max(other).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_a_number_or_has_a_near_name_in_one_company_or_domain_is_found() {
    let app = TestApp::new().await;
    let works = company(&app, "Analytical Engines").await;
    let phone = (
        person(&app, ("Ada", "Lovelace"), "ada@one.example").await,
        person(&app, ("", ""), "x@two.example").await,
    );
    for id in [phone.0, phone.1] {
        change(&app, id, |row| row.phone = Set("+33123456789".to_owned())).await;
    }
    let mates = (
        person(&app, ("Jean", "Dupont"), "jd@three.example").await,
        person(&app, ("Jean", "Dupond"), "j@four.example").await,
    );
    for id in [mates.0, mates.1] {
        change(&app, id, |row| row.company_id = Set(Some(works))).await;
    }
    let domain = (
        person(&app, ("Zoé", "Lefèvre"), "zoe@five.example").await,
        person(&app, ("Z.", "LEFEVRE"), "z.lefevre@five.example").await,
    );
    // Not duplicates: a colleague, a namesake elsewhere, a brother at the same domain.
    let other = person(&app, ("Marc", "Dupont"), "marc@six.example").await;
    change(&app, other, |row| row.company_id = Set(Some(works))).await;
    person(&app, ("Jean", "Dupont"), "jean@seven.example").await;
    person(&app, ("Bob", "Lefèvre"), "bob@five.example").await;
    assert_eq!(listed(&app).await, Vec::<Value>::new(), "nobody waits for the search");
    look(&app).await;
    let found = listed(&app).await;
    let reasons = |pair: (ContactId, ContactId)| {
        found.iter().find(|found| is_pair(found, pair.0, pair.1)).map(|found| found["reasons"].clone())
    };
    assert_eq!(reasons(phone), Some(json!(["SAME_PHONE"])));
    assert_eq!(reasons(mates), Some(json!(["NEAR_NAME_SAME_COMPANY"])));
    assert_eq!(reasons(domain), Some(json!(["NEAR_NAME_SAME_DOMAIN"])));
    assert_eq!(found.len(), 3, "{found:#?}");
    let scores: Vec<i64> = found.iter().map(|pair| pair["score"].as_i64().unwrap()).collect();
    assert!(
        scores.is_sorted_by(|one, next| one >= next) && scores.iter().all(|score| (1..=100).contains(score)),
        "{scores:?}"
    );

    let text = "query($id: ID!) { contact(id: $id) { duplicates { contact { id } reasons score } } }";
    let answer = app.api_key(Role::Reader).await.gql(text, json!({ "id": mates.1 })).await;
    assert_eq!(answer["contact"]["duplicates"][0]["contact"]["id"], mates.0.to_string());
    assert_eq!(answer["contact"]["duplicates"].as_array().unwrap().len(), 1);
    look(&app).await;
    assert_eq!(listed(&app).await, found, "looking again changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = TestApp::new().await;
    for number in 0..7 {
        for side in ["a", "b"] {
            let id =
                person(&app, ("Ada", "Lovelace"), &format!("{side}{number}@d{number}{side}.example")).await;
            change(&app, id, |row| row.phone = Set(format!("+3312345678{number}"))).await;
        }
    }
    look(&app).await;
    let all = listed(&app).await;
    assert_eq!(all.len(), 7);
    let (mut paged, mut after) = (Vec::new(), Value::Null);
    let client = app.api_key(Role::Reader).await;
    loop {
        let page = client.gql(LIST, json!({ "first": 3, "after": after })).await["duplicateContacts"].clone();
        assert_eq!(page["totalCount"], 7);
        paged.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(paged, all);
    let last = client.gql("{ duplicateContacts(last: 2) { nodes { older { id } } } }", json!({})).await;
    assert_eq!(last["duplicateContacts"]["nodes"][1]["older"]["id"], all[6]["older"]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switchboard_and_a_mail_provider_are_no_reason() {
    let app = TestApp::new().await;
    for number in 0..13 {
        let id = person(&app, ("", ""), &format!("n{number}@d{number}.example")).await;
        change(&app, id, |row| row.phone = Set("+33100000000".to_owned())).await;
    }
    look(&app).await;
    assert_eq!(listed(&app).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_goes_when_what_they_shared_goes() {
    let app = TestApp::new().await;
    let (one, other) = (
        person(&app, ("Ada", "Lovelace"), "ada@one.example").await,
        person(&app, ("Ada", "Lovelace"), "a@two.example").await,
    );
    for id in [one, other] {
        change(&app, id, |row| row.phone = Set("+33123456789".to_owned())).await;
    }
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 1);
    change(&app, other, |row| row.phone = Set("+33987654321".to_owned())).await;
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 0);
    change(&app, other, |row| row.phone = Set("+33123456789".to_owned())).await;
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 1);
    let now = app.app.now();
    change(&app, one, |row| row.archived_at = Set(Some(now))).await;
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 0, "who is out of the lists is out of this one");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_staff_keep_apart_stays_apart_also_after_a_merge() {
    let app = TestApp::new().await;
    let names = [("a@one.example", "Ada"), ("b@two.example", "Ada"), ("c@three.example", "Ada")];
    let mut ids = Vec::new();
    for (email, given) in names {
        let id = person(&app, (given, "Lovelace"), email).await;
        change(&app, id, |row| row.phone = Set("+33123456789".to_owned())).await;
        ids.push(id);
    }
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 3);
    let text = "mutation($input: DismissDuplicateInput!) { dismissDuplicate(input: $input) {
        contact { id } otherContact { id } userErrors { code field } } }";
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "input": { "contactId": ids[1], "otherContactId": ids[0] } });
    let done = client.gql(text, input.clone()).await["dismissDuplicate"].clone();
    assert_eq!((&done["contact"]["id"], &done["otherContact"]["id"]), (&json!(ids[1]), &json!(ids[0])));
    assert_eq!(client.gql(text, input).await["dismissDuplicate"], done, "twice is as once");
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "duplicate.dismissed").count(), 1);
    assert_eq!(listed(&app).await.len(), 2);
    change(&app, ids[0], |row| row.job_title = Set("Countess".to_owned())).await;
    look(&app).await;
    assert_eq!(listed(&app).await.len(), 2);

    // The first turns out to be the third: the second is still somebody else.
    let version = async |id| {
        contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap().version
    };
    let merge = "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) { contact { id } userErrors { message } } }";
    let input = json!({ "survivorId": ids[2], "mergedId": ids[0],
        "expectedSurvivorVersion": version(ids[2]).await, "expectedMergedVersion": version(ids[0]).await });
    let merged = client.gql(merge, json!({ "input": input })).await;
    assert_eq!(merged["mergeContacts"]["contact"]["id"], ids[2].to_string(), "{merged:#}");
    look(&app).await;
    assert_eq!(listed(&app).await, Vec::<Value>::new());

    let nobody = json!({ "input": { "contactId": ids[2], "otherContactId": ContactId::new() } });
    let refused = client.gql(text, nobody).await["dismissDuplicate"]["userErrors"].clone();
    assert_eq!(refused, json!([{ "code": "NOT_FOUND", "field": "otherContactId" }]));
    let itself = json!({ "input": { "contactId": ids[2], "otherContactId": ids[0] } });
    let refused = client.gql(text, itself).await["dismissDuplicate"]["userErrors"].clone();
    assert_eq!(refused, json!([{ "code": "INVALID", "field": "otherContactId" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_duplicates_are_looked_for_within_one_workspace() {
    let app = TestApp::new().await;
    let other = app.other_workspace("other").await;
    let one = person(&app, ("Ada", "Lovelace"), "ada@one.example").await;
    let theirs = person_in(&app, other, ("Ada", "Lovelace"), "ada@one.example").await;
    change(&app, one, |row| row.phone = Set("+33123456789".to_owned())).await;
    change_in(&app, other, theirs, |row| row.phone = Set("+33123456789".to_owned())).await;
    look(&app).await;
    assert_eq!(app.count("duplicate_candidate").await, 0);
    assert_eq!(app.count("duplicate_scan").await, 2);
}
