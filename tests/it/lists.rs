//! Lists: every sort order, paged in both directions, shows every row once; filters keep what they should; a
//! list filtered by use omits contacts who may not be used, and says how many and why.

use chrono::TimeDelta;
use entity::{
    CompanyId, ContactId, DataClass, EntityKind, FieldId, FieldType, Lifecycle, Role, TagId, company,
    contact, contact_tag, field, field_value, tag,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, rows};

/// The text that an order sorts by.
type SortKey = fn(&contact::Model) -> String;

/// The `n`-th test contact, with the values that lists sort and filter by.
fn person(app: &TestApp, n: usize) -> contact::Model {
    let at = app.app.now() + TimeDelta::minutes(i64::try_from(n % 4).unwrap());
    contact::Model {
        given_name: format!("Given{}", n % 3),
        family_name: ["Martin", "Œuvré", "Dupont"][n % 3].to_owned(),
        sort_name: format!("{} given{}", ["martin", "oeuvre", "dupont"][n % 3], n % 3),
        phone: if n.is_multiple_of(2) { format!("+3361234567{}", n % 10) } else { String::new() },
        language: ["en", "fr"][n % 2].to_owned(),
        lifecycle: if n.is_multiple_of(5) { Lifecycle::Customer } else { Lifecycle::Prospect },
        external_id: n.is_multiple_of(2).then(|| format!("ERP-{n}")),
        created_at: at,
        updated_at: at,
        archived_at: (n == 11).then_some(at),
        last_contact_at: (!n.is_multiple_of(3)).then_some(at),
        ..rows::contact(app)
    }
}

async fn insert_people(app: &TestApp, count: usize) -> Vec<contact::Model> {
    let people: Vec<contact::Model> = (0..count).map(|n| person(app, n)).collect();
    contact::Entity::insert_many(people.iter().cloned().map(IntoActiveModel::into_active_model))
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    people
}

async fn insert_field(app: &TestApp, key: &str, kind: FieldType, class: DataClass) -> FieldId {
    let id = FieldId::new();
    let row = field::Model {
        workspace_id: app.workspace,
        id,
        entity: EntityKind::Contact,
        key: key.to_owned(),
        label: "{}".to_owned(),
        kind,
        class,
        reason: "because".to_owned(),
        required: false,
        options: "[]".to_owned(),
        validation: "{}".to_owned(),
        position: 0,
        version: 1,
        created_at: app.app.now(),
        archived_at: None,
    };
    field::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
    id
}

async fn insert_value(
    app: &TestApp,
    field: FieldId,
    contact: ContactId,
    text: Option<&str>,
    number: Option<f64>,
) {
    let text = text.map(str::to_owned);
    let row = field_value::Model {
        workspace_id: app.workspace,
        field_id: field,
        row_id: contact.0,
        position: 0,
        text,
        number,
    };
    field_value::Entity::insert(row.into_active_model()).exec_without_returning(app.app.db()).await.unwrap();
}

/// The ids of a list, paged from one end.
async fn walk(client: &Client<'_>, arguments: &str, size: usize, backward: bool) -> Vec<String> {
    let (size_word, cursor_word, more, edge) = if backward {
        ("last", "before", "hasPreviousPage", "startCursor")
    } else {
        ("first", "after", "hasNextPage", "endCursor")
    };
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    // Related fields come with the page and must not change it.
    let company = if size.is_multiple_of(2) { "company { name }" } else { "" };
    for _ in 0..100 {
        let text = format!(
            "query($c: String) {{ contacts({size_word}: {size}, {cursor_word}: $c, {arguments}) {{ totalCount nodes {{ id {company} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let page = client.gql(&text, json!({ "c": cursor })).await["contacts"].clone();
        let mut ids: Vec<String> = page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect();
        if backward {
            ids.reverse();
        }
        found.extend(ids);
        if page["pageInfo"][more] == json!(false) {
            assert_eq!(page["totalCount"], found.len(), "{arguments}");
            if backward {
                found.reverse();
            }
            return found;
        }
        cursor = page["pageInfo"][edge].clone();
    }
    panic!("{arguments} never ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_walked_both_ways_in_pages_of_any_size_shows_every_row_once_with_ties_and_without_values()
{
    let app = TestApp::new().await;
    let people = insert_people(&app, 17).await;
    let made = app
        .api_key(Role::Owner)
        .await
        .gql("mutation { createCompany(input: { name: \"Lumen\" }) { company { id } } }", json!({}))
        .await;
    let lumen: CompanyId = made["createCompany"]["company"]["id"].as_str().unwrap().parse().unwrap();
    for person in people.iter().step_by(3) {
        let linked =
            contact::ActiveModel { company_id: Set(Some(lumen)), ..person.clone().into_active_model() };
        contact::Entity::update(linked).exec(app.app.db()).await.unwrap();
    }
    let score = insert_field(&app, "score", FieldType::Number, DataClass::Open).await;
    let city = insert_field(&app, "city", FieldType::Text, DataClass::Internal).await;
    for (n, person) in people.iter().enumerate().filter(|(n, _)| n % 2 == 0) {
        insert_value(&app, score, person.id, None, Some(f64::from(u32::try_from(n % 6).unwrap()) / 2.0))
            .await;
        insert_value(&app, city, person.id, Some(["lyon", "paris"][n / 2 % 2]), None).await;
    }
    let client = app.api_key(Role::Owner).await;
    let living: Vec<&contact::Model> = people.iter().filter(|person| person.archived_at.is_none()).collect();
    let orders: [(&str, Option<SortKey>); 7] = [
        ("field: ENTERED", Some(|row| row.id.to_string())),
        ("field: NAME", Some(|row| row.sort_name.clone())),
        ("field: CREATED_AT", Some(|row| row.created_at.to_rfc3339())),
        ("field: UPDATED_AT", Some(|row| row.updated_at.to_rfc3339())),
        (
            "field: LAST_CONTACT_AT",
            Some(|row| row.last_contact_at.map_or_else(String::new, |at| at.to_rfc3339())),
        ),
        ("custom: \"score\"", None),
        ("custom: \"city\"", None),
    ];
    for (by, key) in orders {
        for direction in ["ASCENDING", "DESCENDING"] {
            let order = format!("orderBy: {{ {by}, direction: {direction} }}");
            let whole = walk(&client, &order, 100, false).await;
            let mut sorted = whole.clone();
            sorted.sort();
            let mut expected: Vec<String> = living.iter().map(|row| row.id.to_string()).collect();
            expected.sort();
            assert_eq!(sorted, expected, "{order}");
            if let Some(key) = key {
                // The expected order: by key, then id, in the given direction; rows without a key come last
                // either way.
                let mut rows = living.clone();
                rows.sort_by_key(|row| (key(row), row.id));
                if direction == "DESCENDING" {
                    rows.reverse();
                }
                let (with, without): (Vec<&contact::Model>, Vec<&contact::Model>) =
                    rows.into_iter().partition(|row| !key(row).is_empty());
                let ids: Vec<String> = with.iter().chain(&without).map(|row| row.id.to_string()).collect();
                assert_eq!(whole, ids, "{order}");
            }
            for size in [1, 2, 3, 7] {
                assert_eq!(walk(&client, &order, size, false).await, whole, "{order} by {size}");
                assert_eq!(walk(&client, &order, size, true).await, whole, "{order} backwards by {size}");
            }
        }
    }
    let linked = client
        .gql(
            "{ contacts(first: 100, orderBy: { field: LAST_CONTACT_AT }) { nodes { id company { name } } } }",
            json!({}),
        )
        .await;
    for node in linked["contacts"]["nodes"].as_array().unwrap() {
        let place = people.iter().position(|person| json!(person.id) == node["id"]).unwrap();
        assert_eq!(
            node["company"],
            if place % 3 == 0 { json!({ "name": "Lumen" }) } else { Value::Null },
            "{node}"
        );
    }
    let by_score = walk(&client, "orderBy: { custom: \"score\", direction: DESCENDING }", 4, false).await;
    assert_eq!(
        by_score[0],
        people[16].id.to_string(),
        "of equal values the newest comes first when the order runs down"
    );
    let archived = walk(&client, "archived: ONLY", 5, false).await;
    assert_eq!(archived, [people[11].id.to_string()]);
    assert_eq!(walk(&client, "archived: INCLUDED", 5, false).await.len(), 17);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_order_direction_or_list_is_refused() {
    let app = TestApp::new().await;
    insert_people(&app, 4).await;
    let client = app.api_key(Role::Reader).await;
    let cursor_of = async |list: &str| {
        let answer = client.gql(&format!("{{ {list} {{ pageInfo {{ endCursor }} }} }}"), json!({})).await;
        answer[list.split('(').next().unwrap()]["pageInfo"]["endCursor"].clone()
    };
    let by_name = cursor_of("contacts(first: 2, orderBy: { field: NAME })").await;
    for (what, list) in [
        ("another order", "contacts(first: 2, after: $c, orderBy: { field: UPDATED_AT })"),
        (
            "another direction",
            "contacts(first: 2, after: $c, orderBy: { field: NAME, direction: DESCENDING })",
        ),
        ("the order by id", "contacts(first: 2, after: $c)"),
        ("another list", "companies(first: 2, after: $c, orderBy: { field: NAME })"),
    ] {
        let answer = client
            .gql_raw(&format!("query($c: String) {{ {list} {{ nodes {{ id }} }} }}"), json!({ "c": by_name }))
            .await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{what}: {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "after", "{what}");
    }
    assert!(by_name.is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_what_they_say_and_not_is_the_complement() {
    let app = TestApp::new().await;
    let people = insert_people(&app, 10).await;
    let db = app.app.db();
    let company = company::Model {
        name: "Lumen".to_owned(),
        sort_name: "lumen".to_owned(),
        domain: "lumen.example".to_owned(),
        industry: "Light".to_owned(),
        external_id: Some("C-1".to_owned()),
        ..rows::new_company(&app)
    };
    company::Entity::insert(company.clone().into_active_model()).exec_without_returning(db).await.unwrap();
    let mut employed = people[0].clone().into_active_model();
    employed.company_id = sea_orm::ActiveValue::Set(Some(company.id));
    contact::Entity::update(employed).exec(db).await.unwrap();
    let vip = TagId::new();
    let row = tag::Model {
        workspace_id: app.workspace,
        id: vip,
        name: "VIP".to_owned(),
        name_key: "vip".to_owned(),
        created_at: app.app.now(),
    };
    tag::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
    for person in &people[..3] {
        let row = contact_tag::Model {
            workspace_id: app.workspace,
            contact_id: person.id,
            tag_id: vip,
            tagged_at: app.app.now(),
        };
        contact_tag::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
    }
    let size = insert_field(&app, "size", FieldType::Choice, DataClass::Open).await;
    insert_value(&app, size, people[4].id, Some("small"), None).await;
    let client = app.api_key(Role::Marketing).await;
    let count = async |filter: String| {
        let text = format!("{{ contacts(first: 100, filter: {filter}) {{ totalCount nodes {{ id }} }} }}");
        let list = client.gql(&text, json!({})).await["contacts"].clone();
        assert_eq!(list["totalCount"], list["nodes"].as_array().unwrap().len());
        list["totalCount"].as_i64().unwrap()
    };
    let purpose = app.purpose("newsletter", entity::LegalBasis::Consent).await;
    let later = (app.app.now() + TimeDelta::minutes(2)).to_rfc3339();
    for (filter, left) in [
        ("{}".to_owned(), 10),
        ("{ name: { eq: \"MARTIN Given0\" } }".to_owned(), 4),
        ("{ name: { startsWith: \"Œuv\" } }".to_owned(), 3),
        ("{ name: { contains: \"100%\" } }".to_owned(), 0),
        ("{ name: { contains: \"upon\", ne: \"dupont given9\" } }".to_owned(), 3),
        ("{ phone: { isEmpty: true } }".to_owned(), 5),
        ("{ phone: { startsWith: \"+336\" }, language: { eq: \"en\" } }".to_owned(), 5),
        ("{ phone: { startsWith: \"+33 6 12\" } }".to_owned(), 5),
        ("{ phone: { eq: \"06 12 34 56 72\" } }".to_owned(), 1),
        ("{ phone: { in: [\"06.12.34.56.72\", \"+33 6 12 34 56 74\", \"no number\"] } }".to_owned(), 2),
        ("{ phone: { ne: \"0612345672\" } }".to_owned(), 9),
        ("{ externalId: { in: [\"ERP-2\", \"ERP-4\", \"nothing\"] } }".to_owned(), 2),
        ("{ externalId: { ne: \"ERP-2\" } }".to_owned(), 9),
        ("{ externalId: { in: [] } }".to_owned(), 0),
        ("{ not: { externalId: { in: [] } } }".to_owned(), 10),
        ("{ lifecycle: [CUSTOMER] }".to_owned(), 2),
        (format!("{{ company: {{ in: [\"{}\"] }} }}", company.id), 1),
        (format!("{{ not: {{ company: {{ in: [\"{}\"] }} }} }}", company.id), 9),
        ("{ company: { isEmpty: true } }".to_owned(), 9),
        ("{ owner: { isEmpty: true } }".to_owned(), 10),
        ("{ owner: { me: true } }".to_owned(), 0),
        ("{ owner: { me: false } }".to_owned(), 10),
        (format!("{{ tags: {{ any: [\"{vip}\"] }} }}"), 3),
        (format!("{{ tags: {{ none: [\"{vip}\"] }} }}"), 7),
        (format!("{{ tags: {{ all: [\"{vip}\", \"{}\"] }} }}", TagId::new()), 0),
        (format!("{{ createdAt: {{ gte: \"{later}\" }} }}"), 4),
        ("{ lastContactAt: { isEmpty: true } }".to_owned(), 4),
        (format!("{{ not: {{ lastContactAt: {{ lt: \"{later}\" }} }} }}"), 6),
        ("{ custom: [{ key: \"size\", choice: { eq: \"small\" } }] }".to_owned(), 1),
        ("{ custom: [{ key: \"size\", choice: { ne: \"small\" } }] }".to_owned(), 9),
        ("{ custom: [{ key: \"size\", isEmpty: true }] }".to_owned(), 9),
        (format!("{{ consent: {{ purposeId: \"{purpose}\", channel: EMAIL, states: [NEVER_ASKED] }} }}"), 10),
        (format!("{{ consent: {{ purposeId: \"{purpose}\", channel: EMAIL, states: [GIVEN] }} }}"), 0),
        ("{ or: [{ lifecycle: [CUSTOMER] }, { name: { startsWith: \"dup\" } }], and: [{ language: { eq: \"en\" } }] }".to_owned(), 3),
        ("{ or: [] }".to_owned(), 0),
        ("{ deal: { kinds: [OPEN] } }".to_owned(), 0),
    ] {
        assert_eq!(count(filter.clone()).await, left, "{filter}");
    }

    // Companies have filters of their own.
    let companies = client
        .gql("{ companies(first: 5, filter: { domain: { eq: \"lumen.example\" }, hasContacts: true, hasOpenDeals: false }) { totalCount nodes { name } } }", json!({}))
        .await;
    assert_eq!(companies["companies"], json!({ "totalCount": 1, "nodes": [{ "name": "Lumen" }] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_filter_is_named_and_a_sealed_field_looks_like_none() {
    let app = TestApp::new().await;
    insert_field(&app, "size", FieldType::Choice, DataClass::Open).await;
    insert_field(&app, "iban", FieldType::Iban, DataClass::Secret).await;
    let client = app.api_key(Role::Marketing).await;
    let deep = (0..6).fold("{}".to_owned(), |inner, _| format!("{{ not: {inner} }}"));
    let many = format!("{{ or: [{}] }}", vec!["{ phone: { eq: \"x\" } }"; 70].join(","));
    let long = format!("{{ name: {{ eq: \"{}\" }} }}", "x".repeat(602));
    let mut refusals = Vec::new();
    for (filter, field) in [
        ("{ custom: [{ key: \"iban\", text: { eq: \"FR76\" } }] }", "filter.custom.0.key"),
        ("{ custom: [{ key: \"nothing\", text: { eq: \"FR76\" } }] }", "filter.custom.0.key"),
        ("{ or: [{}, { custom: [{ key: \"size\", number: { eq: 1 } }] }] }", "filter.or.1.custom.0.number"),
        ("{ custom: [{ key: \"size\" }] }", "filter.custom.0"),
        ("{ name: { eq: \"\\u0000\" } }", "contacts.filter.name.eq"),
        ("{ email: \"no address\" }", "filter.email"),
        (&deep, "filter.not.not.not.not.not"),
        (&many, "filter.or.59.phone"),
        (&long, "filter.name.eq"),
    ] {
        let answer = client
            .gql_raw(&format!("{{ contacts(first: 1, filter: {filter}) {{ nodes {{ id }} }} }}"), json!({}))
            .await;
        let error = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&error["code"], &error["problems"][0]["field"]),
            (&json!("BAD_USER_INPUT"), &json!(field)),
            "{filter}: {answer}"
        );
        refusals.push(error["problems"][0].clone());
    }
    assert_eq!(refusals[0], refusals[1], "a sealed field looks like none");
    let answer = client
        .gql_raw("{ contacts(first: 1, orderBy: { custom: \"iban\" }) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "orderBy.custom");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_6_a_list_to_be_used_leaves_out_whom_we_may_not_use_and_says_how_many_and_why() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for name in ["ada", "bob", "cyd"] {
        app.confirmed(&form, &format!("{name}@example.org")).await;
    }
    insert_people(&app, 10).await;
    let client = app.api_key(Role::Marketing).await;
    let bob = client
        .gql(
            "{ contacts(first: 1, filter: { email: \"bob@example.org\" }) { nodes { consents { id } } } }",
            json!({}),
        )
        .await;
    let consent = bob["contacts"]["nodes"][0]["consents"][0]["id"].clone();
    let withdraw = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { userErrors { message } } }";
    client.gql(withdraw, json!({ "id": consent })).await;
    app.run_jobs().await;

    let text = "query($purpose: ID!, $channel: Channel!, $filter: ContactFilter) {
        contacts(first: 2, usableFor: { purposeId: $purpose, channel: $channel }, filter: $filter) {
            totalCount nodes { email mayUse(purposeId: $purpose, channel: $channel) } withheld { reason count } pageInfo { hasNextPage endCursor } } }";
    let newsletter = form.newsletter.to_string();
    let list =
        client.gql(text, json!({ "purpose": newsletter, "channel": "EMAIL" })).await["contacts"].clone();
    let usable = json!([{ "email": "cyd@example.org", "mayUse": "USABLE" }, { "email": "ada@example.org", "mayUse": "USABLE" }]);
    assert_eq!((&list["nodes"], &list["totalCount"]), (&usable, &json!(2)));
    assert_eq!(
        list["withheld"],
        json!([{ "reason": "WITHDRAWN", "count": 1 }, { "reason": "NO_ADDRESS", "count": 10 }])
    );

    // The filter narrows both the listed and the withheld contacts.
    let filter = json!({ "not": { "email": "ada@example.org" }, "phone": { "isEmpty": true } });
    let narrowed = client
        .gql(text, json!({ "purpose": newsletter, "channel": "EMAIL", "filter": filter }))
        .await["contacts"]
        .clone();
    assert_eq!(narrowed["totalCount"], 1);
    assert_eq!(
        narrowed["withheld"],
        json!([{ "reason": "WITHDRAWN", "count": 1 }, { "reason": "NO_ADDRESS", "count": 5 }])
    );

    // A channel that the purpose does not use: nobody, for a single reason.
    let nobody =
        client.gql(text, json!({ "purpose": newsletter, "channel": "POST" })).await["contacts"].clone();
    assert_eq!(
        (&nobody["totalCount"], &nobody["withheld"]),
        (&json!(0), &json!([{ "reason": "CHANNEL_NOT_COVERED", "count": 13 }]))
    );

    // Without a use nothing is withheld, and another workspace's purpose does not exist.
    let plain = client.gql("{ contacts(first: 1) { withheld { count } } }", json!({})).await;
    assert_eq!(plain["contacts"]["withheld"], Value::Null);
    let other = app.other_workspace("other").await;
    let foreign = app.purpose_in(other, "foreign", entity::LegalBasis::Consent).await;
    for purpose in [foreign.to_string(), entity::PurposeId::new().to_string()] {
        let answer = client.gql_raw(text, json!({ "purpose": purpose, "channel": "EMAIL" })).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["problems"][0]["field"], "usableFor.purposeId",
            "{answer}"
        );
    }
}
