//! Companies: values set by staff and other systems, their domains, and the contacts who work for them.

use entity::{LegalBasis, PurposeId, Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const CREATE: &str =
    "mutation($input: CreateCompanyInput!) { createCompany(input: $input) { company { id version name domain phone website owner { name }
    provenance { field source proven } } userErrors { code field message } } }";
const UPDATE: &str = "mutation($input: UpdateCompanyInput!) { updateCompany(input: $input) { company { id version name domain industry } userErrors { code field } } }";
const UPSERT: &str = "mutation($input: UpsertCompanyInput!) { upsertCompany(input: $input) { created company { id version name industry } userErrors { code field } } }";

async fn create(client: &Client<'_>, input: Value) -> Value {
    client.gql(CREATE, json!({ "input": input })).await["createCompany"].clone()
}

async fn update(client: &Client<'_>, company: &Value, input: Value) -> Value {
    let mut all = json!({ "companyId": company["id"], "expectedVersion": company["version"] });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(UPDATE, json!({ "input": all })).await["updateCompany"].clone()
}

async fn contact(client: &Client<'_>, basis: PurposeId, input: Value) -> Value {
    let mut all = json!({ "basisPurposeId": basis.to_string(), "source": "PHONE", "givenName": "Ada" });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id version company { name } } userErrors { code field } } }";
    client.gql(text, json!({ "input": all })).await["createContact"].clone()
}

fn fault(code: &str, field: &str) -> Value {
    json!([{ "code": code, "field": field }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_made_read_changed_and_put_away() {
    let app = TestApp::new().await;
    let client = app.member(Role::Sales).await;
    let made = create(
        &client,
        json!({ "name": " Société Lumen ", "domain": "https://www.Société.example/x", "phone": "01 99 00 12 34", "website": "https://lumen.example",
            "ownerId": client.member_id().to_string() }),
    )
    .await;
    let company = &made["company"];
    assert_eq!(
        json!([company["name"], company["domain"], company["phone"]]),
        json!(["Société Lumen", "xn--socit-esab.example", "+33199001234"])
    );
    let traced = company["provenance"].as_array().unwrap();
    assert!(
        traced.len() == 5 && traced.iter().all(|row| row["source"] == "staff" && row["proven"] == true),
        "{made:#}"
    );
    let changed =
        update(&client, company, json!({ "industry": "Light", "domain": null, "name": "Lumen" })).await;
    assert_eq!(
        json!([changed["company"]["industry"], changed["company"]["domain"], changed["company"]["version"]]),
        json!(["Light", null, 2])
    );
    assert_eq!(
        update(&client, company, json!({ "industry": "Dark" })).await["userErrors"],
        fault("STALE", "expectedVersion")
    );
    assert_eq!(
        update(&client, &changed["company"], json!({ "name": " " })).await["userErrors"],
        fault("REQUIRED", "name")
    );
    let id = &company["id"];
    let archive = "mutation($id: ID!) { archiveCompany(input: { companyId: $id }) { company { archivedAt } userErrors { code } } }";
    assert!(
        client.gql(archive, json!({ "id": id })).await["archiveCompany"]["company"]["archivedAt"].is_string()
    );
    assert_eq!(
        update(&client, &changed["company"], json!({ "industry": "Dark" })).await["userErrors"],
        fault("WRONG_STATE", "companyId")
    );
    let restore = "mutation($id: ID!) { restoreCompany(input: { companyId: $id }) { company { archivedAt } userErrors { code } } }";
    assert_eq!(
        client.gql(restore, json!({ "id": id })).await["restoreCompany"]["company"]["archivedAt"],
        Value::Null
    );
    let node = client
        .gql(
            "query($id: ID!) { node(id: $id) { ... on Company { name } } company(id: $id) { name } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(node, json!({ "node": { "name": "Lumen" }, "company": { "name": "Lumen" } }));
    let journal = app.journal().await;
    let kinds: Vec<&str> =
        journal.iter().map(|entry| entry.kind.as_str()).filter(|kind| kind.starts_with("company.")).collect();
    assert_eq!(kinds, ["company.created", "company.updated", "company.archived", "company.restored"]);
    assert!(journal.iter().all(|entry| !entry.bytes.contains("Lumen") && !entry.bytes.contains("Light")));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_belongs_to_one_company_and_never_to_a_mail_provider() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let (one, two) = tokio::join!(
        create(&client, json!({ "name": "One", "domain": "lumen.example" })),
        create(&client, json!({ "name": "Two", "domain": "LUMEN.example" }))
    );
    let taken = [&one, &two]
        .iter()
        .filter(|made| made["userErrors"][0]["code"] == "TAKEN" && made["userErrors"][0]["field"] == "domain")
        .count();
    assert_eq!((taken, app.count("company").await), (1, 1), "{one:#} {two:#}");
    for domain in ["gmail.com", "localhost", "lu men.example", "a@lumen.example"] {
        let refused = create(&client, json!({ "name": "X", "domain": domain })).await;
        assert_eq!(
            (&refused["userErrors"][0]["code"], &refused["userErrors"][0]["field"]),
            (&json!("INVALID"), &json!("domain")),
            "{domain}"
        );
    }
    let bad = create(&client, json!({ "name": "", "website": "javascript:alert(1)", "phone": "x" })).await;
    let fields: Vec<&str> =
        bad["userErrors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["phone", "website", "name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_with_an_address_at_a_companys_domain_are_linked_to_it_unless_staff_chose() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let lumen = create(&client, json!({ "name": "Lumen", "domain": "lumen.example" })).await;
    let other = create(&client, json!({ "name": "Other" })).await;
    assert_eq!(
        contact(&client, contract, json!({ "email": "a@lumen.example" })).await["contact"]["company"]["name"],
        "Lumen"
    );
    assert_eq!(
        contact(&client, contract, json!({ "email": "b@example.org" })).await["contact"]["company"],
        Value::Null
    );
    let chosen = contact(
        &client,
        contract,
        json!({ "email": "c@lumen.example", "companyId": other["company"]["id"] }),
    )
    .await;
    assert_eq!(chosen["contact"]["company"]["name"], "Other");
    // Staff removed the link to the company: a confirmation does not restore it.
    let cleared = contact(&client, contract, json!({ "email": "d@lumen.example" })).await;
    let clear = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { contact { company { name } } userErrors { code } } }";
    let input = json!({ "contactId": cleared["contact"]["id"], "expectedVersion": 1, "companyId": null });
    assert_eq!(
        client.gql(clear, json!({ "input": input })).await["updateContact"]["contact"]["company"],
        Value::Null
    );
    app.confirmed(&form, "d@lumen.example").await;
    app.confirmed(&form, "c@lumen.example").await;
    // Contacts who come in through a form are linked.
    app.confirmed(&form, "e@lumen.example").await;
    let text = "query($id: ID!) { company(id: $id) { contacts(first: 10) { totalCount nodes { email provenance { field source proven } } } } }";
    let seen = client.gql(text, json!({ "id": lumen["company"]["id"] })).await;
    let nodes = seen["company"]["contacts"]["nodes"].as_array().unwrap();
    let mut emails: Vec<&str> = nodes.iter().map(|node| node["email"].as_str().unwrap()).collect();
    emails.sort_unstable();
    assert_eq!(emails, ["a@lumen.example", "e@lumen.example"], "{seen:#}");
    assert_eq!(seen["company"]["contacts"]["totalCount"], 2);
    let link =
        nodes[0]["provenance"].as_array().unwrap().iter().find(|row| row["field"] == "company").unwrap();
    assert_eq!((&link["source"], &link["proven"]), (&json!("domain"), &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companys_contacts_are_paged() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let client = app.member(Role::Sales).await;
    let company = create(&client, json!({ "name": "Lumen" })).await["company"]["id"].clone();
    for at in 0..5 {
        contact(&client, contract, json!({ "givenName": format!("P{at}"), "companyId": company })).await;
    }
    let text = "query($id: ID!, $first: Int, $after: String, $last: Int) { company(id: $id) { contacts(first: $first, after: $after, last: $last) {
        nodes { givenName } pageInfo { endCursor hasNextPage hasPreviousPage } } } }";
    let one =
        client.gql(text, json!({ "id": company, "first": 3, "last": null })).await["company"]["contacts"]
            .clone();
    assert_eq!(one["nodes"], json!([{ "givenName": "P4" }, { "givenName": "P3" }, { "givenName": "P2" }]));
    let two = client
        .gql(text, json!({ "id": company, "first": 3, "last": null, "after": one["pageInfo"]["endCursor"] }))
        .await["company"]["contacts"]
        .clone();
    assert_eq!(
        (&two["nodes"], &two["pageInfo"]["hasNextPage"]),
        (&json!([{ "givenName": "P1" }, { "givenName": "P0" }]), &json!(false))
    );
    let last =
        client.gql(text, json!({ "id": company, "first": null, "last": 2 })).await["company"]["contacts"]
            .clone();
    assert_eq!(
        (&last["nodes"], &last["pageInfo"]["hasPreviousPage"]),
        (&json!([{ "givenName": "P1" }, { "givenName": "P0" }]), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronisation_makes_a_company_once_and_leaves_what_staff_vouch_for() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "input": { "externalId": "erp-1", "name": "Lumen", "industry": "Light" } });
    let (one, two) = tokio::join!(client.gql(UPSERT, input.clone()), client.gql(UPSERT, input.clone()));
    let (one, two) = (&one["upsertCompany"], &two["upsertCompany"]);
    assert_eq!(
        (app.count("company").await, &one["company"]["id"]),
        (1, &two["company"]["id"]),
        "{one:#} {two:#}"
    );
    update(&client, &one["company"], json!({ "name": "Lumen SAS" })).await;
    for _ in 0..2 {
        let done = client
            .gql(UPSERT, json!({ "input": { "externalId": "erp-1", "name": "Lumen", "industry": "Lamps" } }))
            .await;
        assert_eq!(
            json!([done["upsertCompany"]["company"]["name"], done["upsertCompany"]["company"]["industry"]]),
            json!(["Lumen SAS", "Lamps"])
        );
    }
    let told = app.query("SELECT body FROM activity", vec![]).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].try_get::<String>("", "body").unwrap(), "Name: Lumen");
    let nameless = client.gql(UPSERT, json!({ "input": { "externalId": "erp-2" } })).await;
    assert_eq!(nameless["upsertCompany"]["userErrors"], fault("REQUIRED", "name"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_kept_and_told_is_not_told_again_after_an_upgrade() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let input =
        json!({ "input": { "externalId": "erp-1", "name": "Lumen", "website": "https://lumen.example" } });
    let made = client.gql(UPSERT, input.clone()).await["upsertCompany"].clone();
    update(&client, &made["company"], json!({ "name": "Lumen SAS", "website": "https://www.lumen.example" }))
        .await;
    // An older version stored web addresses as they were typed.
    app.app.ledger.db.touch("UPDATE company SET website = 'https://lumen.example'", vec![]).await.unwrap();
    client.gql(UPSERT, input.clone()).await;
    let formerly = "UPDATE activity SET subject = 'Another system holds other values than those we keep.'";
    app.app.ledger.db.touch(formerly, vec![]).await.unwrap();
    client.gql(UPSERT, input).await;
    let told = app.query("SELECT body FROM activity", vec![]).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].try_get::<String>("", "body").unwrap(), "Name: Lumen");
    let rows = app.query("SELECT website FROM company", vec![]).await;
    assert_eq!(
        rows[0].try_get::<String>("", "website").unwrap(),
        "https://lumen.example",
        "staff vouch for it"
    );
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_makes_one_company() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "name": "Lumen", "idempotencyKey": "k1" });
    let (one, two) = tokio::join!(create(&client, input.clone()), create(&client, input.clone()));
    assert_eq!((app.count("company").await, &one["company"]["id"]), (1, &two["company"]["id"]));
    assert_eq!(
        create(&client, json!({ "name": "Other", "idempotencyKey": "k1" })).await["userErrors"][0]["code"],
        "KEY_REUSED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_synchronisation_null_clears_what_a_company_has_from_there_and_its_name_stays() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Sales).await;
    let given = json!({ "externalId": "erp-1", "name": "Lumen", "phone": "+33612345678", "industry": "Light", "website": "https://lumen.example" });
    let made = client.gql(UPSERT, json!({ "input": given })).await["upsertCompany"].clone();
    update(&client, &made["company"], json!({ "industry": "Lamps" })).await;
    let nulls = json!({ "externalId": "erp-1", "phone": null, "industry": null, "website": null });
    let cleared = client.gql(UPSERT, json!({ "input": nulls })).await["upsertCompany"].clone();
    assert_eq!(
        (&cleared["userErrors"], &cleared["company"]["industry"]),
        (&json!([]), &json!("Lamps")),
        "staff vouch for it"
    );
    let rows = app.query("SELECT name, phone, website FROM company", vec![]).await;
    let text = |column: &str| rows[0].try_get::<String>("", column).unwrap();
    assert_eq!([text("name"), text("phone"), text("website")], ["Lumen", "", ""]);
    let told = app.query("SELECT body FROM activity", vec![]).await;
    assert_eq!(told[0].try_get::<String>("", "body").unwrap(), "Industry: none any more");
    let nameless = client.gql(UPSERT, json!({ "input": { "externalId": "erp-1", "name": null } })).await;
    assert_eq!(nameless["upsertCompany"]["userErrors"], fault("REQUIRED", "name"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_links_and_accounts_are_read_alike_in_built_in_and_custom_fields() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    for (key, kind, class) in [
        ("hotline", "PHONE", "OPEN"),
        ("shop", "URL", "OPEN"),
        ("account", "IBAN", "INTERNAL"),
        ("desk", "EMAIL", "OPEN"),
    ] {
        let text = "mutation($input: CreateFieldInput!) { createField(input: $input) { userErrors { code field message } } }";
        let input = json!({ "entity": "COMPANY", "key": key, "label": [{ "language": "en", "text": key }], "type": kind, "dataClass": class,
            "reason": "to reach them" });
        assert_eq!(
            client.gql(text, json!({ "input": input })).await["createField"]["userErrors"],
            json!([]),
            "{key}"
        );
    }
    let text = "mutation($input: CreateCompanyInput!) { createCompany(input: $input) { company { phone website customFields { key value } }
        userErrors { code field } } }";
    let create =
        async |input: Value| client.gql(text, json!({ "input": input })).await["createCompany"].clone();
    let custom = |key: &str, value: &str| json!([{ "key": key, "value": value }]);
    for (typed, kept) in [
        ("+1 415 555 2671 ext. 12", Some("+14155552671;ext=12")),
        ("tel:+1-415-555-2671;ext=12", Some("+14155552671;ext=12")),
        ("+33 6 12 34 56 78 x9", Some("+33612345678;ext=9")),
        ("+39 02 1234 5678", Some("+390212345678")),
        ("٠٦١٢٣٤٥٦٧٨", Some("+33612345678")),
        ("01 99 00 12 34 ask for Ada", None),
    ] {
        let built_in = create(json!({ "name": "x", "phone": typed })).await;
        let own = create(json!({ "name": "x", "custom": custom("hotline", typed) })).await;
        if let Some(kept) = kept {
            assert_eq!(
                (&built_in["company"]["phone"], &own["company"]["customFields"][0]["value"]),
                (&json!(kept), &json!(kept))
            );
        } else {
            assert_eq!(built_in["userErrors"], fault("INVALID", "phone"));
            assert_eq!(own["userErrors"], fault("INVALID", "custom.0.value"));
        }
    }
    for (typed, kept) in [
        ("\u{200b}https://Lumen.example\u{a0}", Some("https://lumen.example/")),
        ("https://example.org/été", Some("https://example.org/%C3%A9t%C3%A9")),
        ("https://user:pw@example.org", None),
        ("javascript:alert(1)", None),
    ] {
        let built_in = create(json!({ "name": "x", "website": typed })).await;
        let own = create(json!({ "name": "x", "custom": custom("shop", typed) })).await;
        if let Some(kept) = kept {
            assert_eq!(
                (&built_in["company"]["website"], &own["company"]["customFields"][0]["value"]),
                (&json!(kept), &json!(kept))
            );
        } else {
            assert_eq!(built_in["userErrors"], fault("INVALID", "website"));
            assert_eq!(own["userErrors"], fault("INVALID", "custom.0.value"));
        }
    }
    for iban in [
        "PK36SCBL0000001123456702",
        "HN88CABF00000000000250005469",
        "SN08SN0100152000048500003035",
        "MA64011519000001205000534921",
    ] {
        let own = create(json!({ "name": "x", "custom": custom("account", iban) })).await;
        assert_eq!(own["company"]["customFields"][0]["value"], iban, "{own:#}");
    }
    let own =
        create(json!({ "name": "x", "custom": custom("desk", "\u{2060}Ada@Ｓociété.example\u{feff}") }))
            .await;
    assert_eq!(own["company"]["customFields"][0]["value"], "Ada@société.example");
    let found = "query($filter: CompanyFilter) { companies(first: 10, filter: $filter) { nodes { customFields { value } } } }";
    for (filter, count) in [
        (json!({ "custom": [{ "key": "hotline", "text": { "eq": "06 12 34 56 78" } }] }), 1),
        (json!({ "custom": [{ "key": "hotline", "text": { "eq": "+33 6 12 34 56 78 ext 9" } }] }), 1),
        (json!({ "custom": [{ "key": "hotline", "text": { "startsWith": "+1 415" } }] }), 2),
        (json!({ "phone": { "in": ["tel:+390212345678", "0612345678"] } }), 2),
    ] {
        let seen = client.gql(found, json!({ "filter": filter })).await;
        assert_eq!(seen["companies"]["nodes"].as_array().unwrap().len(), count, "{filter}");
    }
    app.run_jobs().await;
}
