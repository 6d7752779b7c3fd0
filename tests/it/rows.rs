//! Rows of lists have the same values whichever way a query selects their columns.

use entity::{
    LegalBasis, Role, company, contact,
    from_row::{FromRow, Reader, read_all},
    journal, workspace,
};
use sea_orm::{EntityTrait, QueryResult};
use serde_json::json;

use accord::platform::query::columns_of;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn rows_answer_alike_whether_their_fields_stand_in_the_list_or_in_fragments() {
    let app = TestApp::new().await;
    let sales = app.member(Role::Sales).await;
    let contract = app.purpose("contract", LegalBasis::Contract).await;
    let made = sales.gql("mutation { createCompany(input: { name: \"Lumen\", domain: \"lumen.example\" }) { company { id } } }", json!({})).await;
    let company = made["createCompany"]["company"]["id"].clone();
    for name in ["Ada", "Grace"] {
        let input = json!({
            "basisPurposeId": contract.to_string(), "source": "PHONE", "givenName": name, "companyId": company, "tags": ["VIP", "Fair"],
            "email": format!("{name}@example.org"),
        });
        let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { field message } } }";
        let made = sales.gql(text, json!({ "input": input })).await;
        assert_eq!(made["createContact"]["userErrors"], json!([]));
    }
    let list = |nodes: &str, parts: &str| {
        let variables = if nodes.contains("$no") { "($no: Boolean = false)" } else { "" };
        format!("query Rows{variables} {{ contacts(first: 5) {{ nodes {{ {nodes} }} }} }} {parts}")
    };
    let plain = "__typename id given: givenName familyName company { name domain } tags { name } timeline(first: 1) { nodes { __typename } }";
    let expected = sales.gql(&list(plain, ""), json!({})).await;
    let rows = expected["contacts"]["nodes"].as_array().unwrap();
    assert_eq!(rows[0]["given"], "Grace");
    assert_eq!(rows[1]["company"], json!({ "name": "Lumen", "domain": "lumen.example" }));
    assert_eq!(rows[1]["tags"], json!([{ "name": "Fair" }, { "name": "VIP" }]));
    assert_eq!((&rows[0]["__typename"], &rows[0]["familyName"]), (&json!("Contact"), &json!(null)));
    assert_eq!(rows[0]["timeline"]["nodes"].as_array().unwrap().len(), 1, "what has to wait comes too");

    let rest = "familyName timeline(first: 1) { nodes { __typename } }";
    let firm =
        "fragment Firm on Contact { company { name } } fragment Web on Contact { id company { domain } }";
    for (how, nodes, parts) in [
        (
            "by name",
            "...Who company { name domain } tags { name }",
            "fragment Who on Contact { __typename id given: givenName }",
        ),
        (
            "in place",
            "... on Contact { __typename id given: givenName } ... { company { name domain } } tags { name } id",
            "",
        ),
        (
            "of an interface",
            "... on Node { __typename id } given: givenName company { name domain } tags { name }",
            "",
        ),
        ("joined", "__typename given: givenName ...Firm ...Web tags { name }", firm),
        (
            "left out",
            "__typename id @skip(if: $no) given: givenName phone @include(if: $no) company { name domain } tags { name }",
            "",
        ),
    ] {
        let seen = sales.gql(&list(&format!("{nodes} {rest}"), parts), json!({})).await;
        assert_eq!(seen, expected, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_row_may_not_tell_is_an_error_at_its_place_and_the_other_rows_are_told() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let sales = app.member(Role::Sales).await;
    let text =
        "query { contacts(first: 5) { nodes { email consents { state evidence { secondsAfterMail } } } } }";
    let answer = sales.gql_raw(text, json!({})).await;
    let shown = json!([{ "email": "ada@example.org", "consents": [{ "state": "GIVEN", "evidence": null }] }]);
    assert_eq!(answer["data"]["contacts"]["nodes"], shown, "{answer}");
    assert_eq!(
        answer["errors"][0]["path"],
        json!(["contacts", "nodes", 0, "consents", 0, "evidence"]),
        "{answer}"
    );
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

/// Compares rows read by column name (sea-orm) with rows read by position (ours).
async fn rows_of<E: EntityTrait>(app: &TestApp) -> Vec<E::Model>
where
    E::Model: FromRow + PartialEq + std::fmt::Debug,
{
    let by_name = E::find().all(app.app.db()).await.unwrap();
    assert!(!by_name.is_empty());
    // In another order, and with more columns than needed.
    let columns: Vec<String> = E::Model::COLUMNS.iter().rev().map(|column| format!("\"{column}\"")).collect();
    let text = format!(
        "SELECT 1 AS one, {}, 2 AS two FROM {}",
        columns.join(", "),
        sea_orm::EntityName::table_name(&E::default())
    );
    let by_place: Vec<E::Model> = read_all(&app.query(&text, Vec::new()).await).unwrap();
    assert_eq!(by_place.len(), by_name.len());
    for row in &by_name {
        assert!(by_place.contains(row), "{row:?}");
    }
    by_name
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_read_by_place_is_the_row_read_by_name() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let sales = app.member(Role::Sales).await;
    sales.gql("mutation { createCompany(input: { name: \"Lumen\" }) { company { id } } }", json!({})).await;
    let contacts = rows_of::<contact::Entity>(&app).await;
    assert!(
        contacts[0].archived_at.is_none() && contacts[0].last_contact_at.is_some(),
        "with and without a null"
    );
    rows_of::<company::Entity>(&app).await;
    rows_of::<workspace::Entity>(&app).await;
    rows_of::<entity::consent::Entity>(&app).await;
    rows_of::<entity::purpose::Entity>(&app).await;
    rows_of::<entity::member::Entity>(&app).await;
    rows_of::<journal::Entity>(&app).await;

    let read = |rows: Vec<QueryResult>| {
        read_all::<company::Model>(&rows).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(read(app.query("SELECT * FROM company WHERE 1 = 0", Vec::new()).await), Ok(()));
    let columns = |change: (&str, &str)| {
        let columns =
            company::Model::COLUMNS.iter().map(|column| if *column == change.0 { change.1 } else { column });
        format!("SELECT {} FROM company", columns.collect::<Vec<_>>().join(", "))
    };
    let refused = read(app.query(&columns(("name", "NULL AS name")), Vec::new()).await).unwrap_err();
    assert!(refused.contains("null"), "{refused}");
    let refused = read(app.query(&columns(("name", "domain")), Vec::new()).await).unwrap_err();
    assert!(refused.contains("name"), "{refused}");

    let text = format!(
        "SELECT c.*, {} FROM contact c LEFT JOIN company f ON f.id = c.company_id",
        columns_of::<company::Model>("f")
    );
    let rows = app.query(&text, Vec::new()).await;
    let firm = Reader::<company::Model>::new(&rows[0], "f_").unwrap();
    assert_eq!(firm.read_optional(&rows[0]).unwrap(), None, "nobody linked them");
}
