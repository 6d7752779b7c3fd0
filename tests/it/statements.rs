//! Longer lists run no more statements: every root connection, with every relation of its nodes, is queried
//! for one row and for fifty. The queries are generated from the schema, so a new list is tested
//! automatically.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use accord::{
    accounts::authenticate,
    app::App,
    graphql::schema,
    platform::{clock::Clock, db::Db},
};
use entity::{
    CompanyId, ContactAddressId, ContactId, DealId, PipelineId, Role, StageId, TagId, activity, company,
    contact, contact_address, contact_tag, deal, deal_contact, pipeline, stage, tag,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, rows};

const ROWS: usize = 50;

/// Fifty of everything, each with every relation, so that a single row causes the same statements as fifty.
async fn fill(app: &TestApp) {
    let (workspace, at, db) = (app.workspace, app.app.now(), app.app.db());
    let owner = Some(app.member(Role::Sales).await.member_id());
    macro_rules! insert {
        ($($table:ident $row:expr;)*) => {$(
            $table::Entity::insert($row.into_active_model()).exec_without_returning(db).await.unwrap();
        )*};
    }
    let (pipeline_id, stage_id) = (PipelineId::new(), StageId::new());
    insert! {
        pipeline pipeline::Model { workspace_id: workspace, id: pipeline_id, name: "Sales".to_owned(), currency: "EUR".to_owned(), position: 0, version: 1, created_at: at, archived_at: None };
        stage stage::Model { workspace_id: workspace, id: stage_id, pipeline_id, name: "New".to_owned(), position: 0, kind: entity::StageKind::Open, probability: 10, created_at: at, archived_at: None };
    }
    for n in 0..ROWS {
        let (company_id, contact_id, tag_id, deal_id, address) =
            (CompanyId::new(), ContactId::new(), TagId::new(), DealId::new(), ContactAddressId::new());
        let email = format!("someone.{n}@example.org");
        insert! {
            company company::Model {
                id: company_id,
                name: format!("Company {n}"),
                sort_name: format!("company {n}"),
                domain: format!("c{n}.example"),
                owner_id: owner,
                ..rows::new_company(app)
            };
            contact contact::Model {
                id: contact_id,
                given_name: "Ada".to_owned(),
                family_name: format!("Number{n}"),
                sort_name: format!("number{n} ada"),
                phone: "+33612345678".to_owned(),
                company_id: Some(company_id),
                owner_id: owner,
                primary_address_id: Some(address),
                ..rows::contact(app)
            };
            contact_address contact_address::Model {
                workspace_id: workspace, id: address, contact_id, email: email.clone(), email_key: email, fingerprint: vec![7; 32],
                verified_at: None, created_at: at,
            };
            tag tag::Model { workspace_id: workspace, id: tag_id, name: format!("tag {n}"), name_key: format!("tag {n}"), created_at: at };
            contact_tag contact_tag::Model { workspace_id: workspace, contact_id, tag_id, tagged_at: at };
            deal deal::Model {
                id: deal_id,
                title: format!("Deal {n}"),
                sort_name: format!("deal {n}"),
                amount_minor: 100,
                rank: format!("a{n:03}"),
                company_id: Some(company_id),
                owner_id: owner,
                ..rows::new_deal(app, pipeline_id, stage_id)
            };
            deal_contact deal_contact::Model { workspace_id: workspace, deal_id, contact_id, role: entity::DealRole::User, added_at: at };
            activity activity::Model {
                contact_id: Some(contact_id),
                company_id: Some(company_id),
                deal_id: Some(deal_id),
                kind: entity::ActivityKind::Task,
                subject: "s".to_owned(),
                body: "b".to_owned(),
                due_at: Some(at),
                assignee_id: owner,
                ..rows::new_activity(app)
            };
        }
    }
}

/// The named type inside lists and non-null markers.
fn inner(ty: &Value) -> String {
    ty["name"].as_str().map_or_else(|| inner(&ty["ofType"]), str::to_owned)
}

fn field<'a>(ty: &'a Value, name: &str) -> Option<&'a Value> {
    ty["fields"].as_array()?.iter().find(|field| field["name"] == name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_list_runs_more_statements_when_it_is_longer_whatever_is_asked_of_its_rows() {
    let app = TestApp::new().await;
    fill(&app).await;
    let client = app.api_key(Role::Owner).await;
    let shape = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let text = format!(
        "{{ __schema {{ types {{ kind name fields {{ name {shape} args {{ name defaultValue {shape} }} }} }} }} }}"
    );
    let answer = client.gql(&text, json!({})).await;
    let types: std::collections::BTreeMap<String, Value> = answer["__schema"]["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ty| (ty["name"].as_str().unwrap().to_owned(), ty.clone()))
        .collect();
    let leaf = |name: &str| matches!(types[name]["kind"].as_str(), Some("SCALAR" | "ENUM"));
    // Values for its arguments; none when a required argument is unknown to this test.
    let arguments = |field: &Value| -> Option<&'static str> {
        let args = field["args"].as_array().unwrap();
        let needs = |arg: &Value| {
            arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null() && arg["name"] != "first"
        };
        match (args.iter().any(needs), args.iter().any(|arg| arg["name"] == "first")) {
            (true, _) => None,
            (false, true) => Some("(first: 2)"),
            (false, false) => Some(""),
        }
    };
    let scalars = |ty: &str| -> String {
        let fields = types[ty]["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let of = fields.iter().filter(|field| leaf(&inner(&field["type"])) && arguments(field) == Some(""));
        let mut names: Vec<&str> = of.map(|field| field["name"].as_str().unwrap()).collect();
        names.push("__typename");
        names.join(" ")
    };
    let (mut tried, mut faults) = (0, Vec::new());
    for root in types["Query"]["fields"].as_array().unwrap() {
        let list = root["name"].as_str().unwrap();
        let Some(node) = field(&types[&inner(&root["type"])], "nodes").map(|nodes| inner(&nodes["type"]))
        else {
            continue;
        };
        if arguments(root).is_none() {
            continue;
        }
        let mut selections = vec![scalars(&node)];
        for relation in types[&node]["fields"].as_array().unwrap() {
            let (name, ty) = (relation["name"].as_str().unwrap(), inner(&relation["type"]));
            let Some(arguments) =
                arguments(relation).filter(|_| !leaf(&ty) && types[&ty]["fields"].is_array())
            else {
                continue;
            };
            let below = match field(&types[&ty], "nodes").map(|nodes| inner(&nodes["type"])) {
                Some(node) if field(&types[&ty], "totalCount").is_some() => {
                    format!("totalCount nodes {{ {} }}", scalars(&node))
                }
                Some(node) => format!("nodes {{ {} }}", scalars(&node)),
                None => scalars(&ty),
            };
            selections.push(format!("{name}{arguments} {{ {below} }}"));
        }
        for selection in selections {
            let ask = |first: usize| {
                format!("{{ {list}(first: {first}) {{ totalCount nodes {{ {selection} }} }} }}")
            };
            let (one, length) = statements(&app, &client, &ask(1), list).await;
            let (fifty, longer) = statements(&app, &client, &ask(ROWS), list).await;
            if longer > length {
                tried += 1;
                if one != fifty {
                    faults.push(format!("{list} {{ {selection} }}: {one} for one, {fifty} for {longer}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(tried >= 20, "only {tried} questions had more than one row");

    // Search results, too.
    let search = |first| {
        format!(
            "{{ searchHits(query: \"nu\", first: {first}) {{ hits {{ node {{ ... on Contact {{ company {{ name }} email }} }} }} }} }}"
        )
    };
    let (one, _) = statements(&app, &client, &search(1), "searchHits").await;
    let (many, _) = statements(&app, &client, &search(ROWS), "searchHits").await;
    assert_eq!(one, many);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_a_contact_consents_activities_and_deals_name_comes_with_them_in_the_same_statement() {
    let app = TestApp::new().await;
    fill(&app).await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.api_key(Role::Owner).await;
    let id_of = async |filter: &str| {
        let found = client
            .gql(&format!("{{ contacts(first: 1, filter: {{ {filter} }}) {{ nodes {{ id }} }} }}"), json!({}))
            .await;
        found["contacts"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    };
    let (ada, someone) =
        (id_of("email: \"ada@example.org\"").await, id_of("email: \"someone.7@example.org\"").await);
    for (before, rows, named, shown) in [
        (
            format!("contact(id: \"{ada}\")"),
            "consents { state",
            "purpose { key }",
            "/contact/consents/0/purpose/key",
        ),
        (format!("contact(id: \"{someone}\")"), "familyName", "company { name }", "/contact/company/name"),
        (
            format!("contact(id: \"{someone}\")"),
            "activities(first: 5) { nodes { subject",
            "deal { title }",
            "/contact/activities/nodes/0/deal/title",
        ),
        (
            "contacts(first: 5, filter: { email: \"someone.7@example.org\" }) { nodes".to_owned(),
            "familyName",
            "company { name }",
            "/contacts/nodes/0/company/name",
        ),
        ("deals(first: 5) { nodes".to_owned(), "title", "stage { name }", "/deals/nodes/0/stage/name"),
        (
            "deals(first: 5) { nodes".to_owned(),
            "contacts { role",
            "contact { familyName }",
            "/deals/nodes/0/contacts/0/contact/familyName",
        ),
    ] {
        let ask = |named: &str| {
            let text = format!("{before} {{ {rows} {named}");
            format!("{{ {text} {} }}", "}".repeat(text.matches('{').count() - text.matches('}').count()))
        };
        let answer = client.gql(&ask(named), json!({})).await;
        assert!(
            answer.pointer(shown).is_some_and(|name| name.as_str().is_some_and(|name| !name.is_empty())),
            "{answer}"
        );
        let (without, with) =
            (statements(&app, &client, &ask(""), "").await, statements(&app, &client, &ask(named), "").await);
        assert_eq!(without, with, "{}", ask(named));
    }
}

/// Number of statements that the answer took, without authentication, and number of rows it has.
async fn statements(app: &TestApp, client: &Client<'_>, text: &str, list: &str) -> (usize, usize) {
    let count = Arc::new(AtomicUsize::new(0));
    let heard = count.clone();
    let db = Db::connect(&app.url, 2).await.unwrap().hearing(move |_| {
        heard.fetch_add(1, Ordering::SeqCst);
    });
    let node = App::build(
        app.app.config.clone(),
        db,
        Clock::fixed(app.app.now()),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let caller = authenticate(&node, &client.key).await.unwrap();
    let request = schema::prepare(async_graphql::Request::new(text), &node, caller);
    count.store(0, Ordering::SeqCst);
    let schema = schema::build(&node);
    let answer = tokio::spawn(async move { schema.execute(request).await }).await.unwrap();
    assert!(answer.errors.is_empty(), "{text} {:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    let rows = data[list]["nodes"].as_array().map_or(0, Vec::len);
    let counted = count.load(Ordering::SeqCst);
    node.ledger.db.close().await;
    (counted, rows)
}

/// By default SQLite assumes that the workspace column is selective, and would read a whole workspace instead
/// of a hundred rows by id.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_knows_from_the_start_that_a_workspace_tells_no_rows_apart_and_counts_what_grows() {
    let app = TestApp::new().await;
    let db = &app.app.ledger.db;
    if !db.is_embedded() {
        return;
    }
    let ids = vec!["x'00'"; 200].join(", ");
    let plan = format!(
        "EXPLAIN QUERY PLAN SELECT row_id, word, weight FROM search_word WHERE workspace_id = x'01' AND row_id IN ({ids})"
    );
    let plan = app.query(&plan, vec![]).await[0].try_get::<String>("", "detail").unwrap();
    assert!(plan.contains("row_id=?"), "{plan}");

    let known = || async {
        let text = "SELECT stat FROM sqlite_stat1 WHERE idx = 'search_word_word'";
        app.query(text, vec![]).await[0].try_get::<String>("", "stat").unwrap()
    };
    let presumed = known().await;
    accord::platform::statistics::renew(db).await.unwrap();
    assert_eq!(known().await, presumed, "nothing has grown");
    let many = "INSERT INTO search_word (workspace_id, row_id, word, entity, lead, weight)
        WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 5000)
        SELECT $1, randomblob(16), 'martin', 'CONTACT', 'ma', 1 FROM series";
    db.touch(many, vec![app.workspace.into()]).await.unwrap();
    accord::platform::statistics::renew(db).await.unwrap();
    assert!(known().await.starts_with("5000 5000 5000 5000"), "{}", known().await);
}
