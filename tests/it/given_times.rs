//! Times, days, ids and currencies sent by programs: an invalid one is refused with its path, and never
//! stored or returned.

use entity::Role;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::{
    fields,
    support::{Client, Sales, TestApp, faults, on_postgres, rows},
};

/// Texts that are not RFC 3339, or not a time that every program can read.
const NO_TIMES: [&str; 10] = [
    "2026-12-24T23:59:60Z",
    "2026-12-24T10:00:60Z",
    "2026-12-24T10:00:00+0100",
    "2026-1-4T1:0:0Z",
    "2026-12-24 10:00:00Z",
    " 2026-12-24T10:00:00Z",
    "26-12-24T10:00:00Z",
    "+2026-12-24T10:00:00Z",
    "+12026-12-24T10:00:00Z",
    "0000-12-24T10:00:00Z",
];

/// A time that programs can give: where, and a request that gives it.
struct Given {
    place: String,
    operation: String,
    /// The request's variables, when the time is this text.
    variables: Box<dyn Fn(&str) -> Value>,
}

/// The types of the API.
struct Types(Vec<Value>);

impl Types {
    async fn read(client: &Client<'_>) -> Self {
        let deep = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let text = format!(
            "{{ __schema {{ types {{ kind name enumValues {{ name }} inputFields {{ name {deep} }}
            fields {{ name {deep} args {{ name {deep} }} }} }} }} }}"
        );
        let answer = client.gql(&text, json!({})).await;
        Self(answer["__schema"]["types"].as_array().unwrap().clone())
    }

    fn get(&self, name: &str) -> &Value {
        self.0.iter().find(|ty| ty["name"] == name).unwrap_or_else(|| panic!("no type {name}"))
    }

    /// What is required of an input object.
    fn required(&self, name: &str) -> Value {
        let fields = self.get(name)["inputFields"].as_array().unwrap().iter();
        let required = fields.filter(|field| field["type"]["kind"] == "NON_NULL");
        required
            .map(|field| (field["name"].as_str().unwrap().to_owned(), self.some(&field["type"]["ofType"])))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// Some value of a type.
    fn some(&self, ty: &Value) -> Value {
        let name = ty["name"].as_str().unwrap_or_default();
        match (ty["kind"].as_str().unwrap(), name) {
            ("LIST", _) => json!([]),
            ("ENUM", _) => self.get(name)["enumValues"][0]["name"].clone(),
            ("INPUT_OBJECT", _) => self.required(name),
            (_, "DateTime") => json!("2026-11-24T10:00:00Z"),
            (_, "Int") => json!(1),
            (_, "Boolean") => json!(false),
            _ => json!("x"),
        }
    }

    /// A request that gives this input to a mutation or query.
    fn root_that_takes(&self, input: &str) -> Option<String> {
        ["query", "mutation"].into_iter().find_map(|kind| {
            let root = if kind == "query" { "Query" } else { "Mutation" };
            self.get(root)["fields"].as_array().unwrap().iter().find_map(|field| {
                let mut args = field["args"].as_array().unwrap().iter();
                let arg = args.find(|arg| innermost(&arg["type"]) == input)?["name"].as_str().unwrap();
                let field = field["name"].as_str().unwrap();
                Some(format!("{kind}($i: {input}!) {{ {field}({arg}: $i) {{ __typename }} }}"))
            })
        })
    }

    /// Every time in an input of the API.
    fn given(&'static self) -> Vec<Given> {
        let is_time = |of: &Value| innermost(&of["type"]) == "DateTime";
        let mut found = Vec::new();
        for ty in self.0.iter().filter(|ty| ty["kind"] == "INPUT_OBJECT") {
            let name = ty["name"].as_str().unwrap();
            for field in ty["inputFields"].as_array().unwrap().iter().filter(|field| is_time(field)) {
                let (place, key) =
                    (format!("{name}.{}", field["name"].as_str().unwrap()), field["name"].as_str().unwrap());
                let operation = if name == "TimeFilter" {
                    "query($i: TimeFilter!) { contacts(first: 1, filter: { createdAt: $i }) { nodes { id } } }".to_owned()
                } else {
                    self.root_that_takes(name)
                        .unwrap_or_else(|| panic!("{place} is a time that is not tried"))
                };
                let variables = Box::new(move |text: &str| {
                    let mut input = self.required(name);
                    input[key] = json!(text);
                    json!({ "i": input })
                });
                found.push(Given { place, operation, variables });
            }
        }
        for ty in self.0.iter().filter(|ty| ty["kind"] == "OBJECT") {
            let name = ty["name"].as_str().unwrap();
            for field in ty["fields"].as_array().unwrap() {
                for arg in field["args"].as_array().unwrap().iter().filter(|arg| is_time(arg)) {
                    let (field, arg) = (field["name"].as_str().unwrap(), arg["name"].as_str().unwrap());
                    let place = format!("{name}.{field}({arg})");
                    assert_eq!(name, "Query", "{place} is a time that is not tried");
                    let operation = format!("query($t: DateTime) {{ {field}({arg}: $t) {{ __typename }} }}");
                    let variables = Box::new(|text: &str| json!({ "t": text }));
                    found.push(Given { place, operation, variables });
                }
            }
        }
        found
    }
}

/// The name of a type, without what says that it is required or a list.
fn innermost(ty: &Value) -> &str {
    ty["name"].as_str().unwrap_or_else(|| innermost(&ty["ofType"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_time_of_every_input_is_rfc_3339_or_refused() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let types: &'static Types = Box::leak(Box::new(Types::read(&client).await));
    let given = types.given();
    for Given { place, operation, variables } in &given {
        for text in NO_TIMES {
            let answer = client.gql_raw(operation, variables(text)).await;
            let error = &answer["errors"][0];
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{place} {text}: {answer:#}");
            assert!(error["message"].as_str().unwrap().contains("RFC 3339"), "{place} {text}: {answer:#}");
        }
    }
    let tried: Vec<&str> = given.iter().map(|given| given.place.as_str()).collect();
    for known in ["CreateApiKeyInput.expiresAt", "TimeFilter.gt", "Query.retentionPreview(on)"] {
        assert!(tried.contains(&known), "{tried:?}");
    }
    assert_eq!((app.count("activity").await, app.count("api_key").await), (0, 1));

    // Inline in a document, too.
    let inline =
        "{ contacts(first: 1, filter: { createdAt: { gt: \"2026-12-24T23:59:60Z\" } }) { nodes { id } } }";
    assert!(
        client.gql_raw(inline, json!({})).await["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("RFC 3339")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_kept_to_the_millisecond_so_that_the_answer_is_what_stands_in_the_database() {
    let app = TestApp::new().await;
    let client = app.member(Role::Owner).await;
    client.stepped_up().await;
    let create = "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey { id expiresAt } userErrors { code field } } }";
    for (given, answered) in [
        ("2027-01-31T10:00:00.123999999+01:00", "2027-01-31T09:00:00.123+00:00"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999+00:00"),
    ] {
        let made =
            client.gql(create, json!({ "i": { "name": "key", "role": "READER", "expiresAt": given } })).await;
        let key = &made["createApiKey"]["apiKey"];
        assert_eq!(key["expiresAt"], answered, "{made:#}");
        let read = client
            .gql(
                "query($id: ID!) { node(id: $id) { ... on ApiKey { expiresAt } } }",
                json!({ "id": key["id"] }),
            )
            .await;
        assert_eq!(read["node"]["expiresAt"], answered);
    }
}

async fn create_deal(client: &Client<'_>, sales: &Sales, extra: Value) -> Value {
    let text = "mutation($i: CreateDealInput!) { createDeal(input: $i) {
        deal { id version expectedCloseOn amount { currency amountMinor } } userErrors { code field message } } }";
    let mut input = json!({ "title": "Lamps", "pipelineId": sales.pipeline.to_string() });
    input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    client.gql(text, json!({ "i": input })).await["createDeal"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_read_alike_in_deals_custom_fields_and_filters() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Owner).await;
    let mut field = fields::field("signed_on", "DATE", "OPEN");
    field["entity"] = json!("DEAL");
    fields::made(&client, field).await;
    for day in [
        "+12026-11-24",
        "12026-11-24",
        "0000-01-01",
        "2026-1-4",
        "2026-02-30",
        "26-01-04",
        "2026-11-24T00:00:00Z",
        "-0001-01-01",
    ] {
        assert_eq!(
            faults(&create_deal(&client, &sales, json!({ "expectedCloseOn": day })).await),
            ["INVALID expectedCloseOn"],
            "{day}"
        );
        let custom = json!({ "custom": [{ "key": "signed_on", "value": day }] });
        assert_eq!(faults(&create_deal(&client, &sales, custom).await), ["INVALID custom.0.value"], "{day}");
        let filter = "query($d: String!) { deals(first: 1, filter: { expectedCloseOn: { gt: $d } }) { nodes { id } } }";
        let answer = client.gql_raw(filter, json!({ "d": day })).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["problems"][0]["field"], "filter.expectedCloseOn.gt",
            "{day}"
        );
    }
    for day in ["0001-01-01", "2024-02-29", "9999-12-31"] {
        let made = create_deal(
            &client,
            &sales,
            json!({ "expectedCloseOn": day, "custom": [{ "key": "signed_on", "value": day }] }),
        )
        .await;
        assert_eq!(made["deal"]["expectedCloseOn"], day, "{made:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_a_filter_that_can_be_no_id_is_a_mistake_and_no_empty_list() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let other = entity::StageId::new().to_string();
    for (list, filter, place) in [
        ("contacts", "{ ids: [\"ID\"] }", "filter.ids.0"),
        ("contacts", "{ company: { in: [\"ID\"] } }", "filter.company.in.0"),
        ("contacts", "{ owner: { in: [\"ID\"] } }", "filter.owner.in.0"),
        ("contacts", "{ tags: { any: [\"ID\"] } }", "filter.tags.any.0"),
        ("contacts", "{ tags: { all: [\"ID\"] } }", "filter.tags.all.0"),
        ("contacts", "{ not: { tags: { none: [\"ID\"] } } }", "filter.not.tags.none.0"),
        ("contacts", "{ deal: { pipelineIds: [\"ID\"] } }", "filter.deal.pipelineIds.0"),
        ("contacts", "{ deal: { stageIds: [\"nothing\"] } }", "filter.deal.stageIds.0"),
        (
            "contacts",
            "{ consent: { purposeId: \"ID\", channel: EMAIL, states: [GIVEN] } }",
            "filter.consent.purposeId",
        ),
        ("companies", "{ ids: [\"ID\"] }", "filter.ids.0"),
        ("deals", "{ ids: [\"ID\"] }", "filter.ids.0"),
        ("deals", "{ pipeline: { in: [\"ID\"] } }", "filter.pipeline.in.0"),
        ("deals", "{ contactIds: [\"ID\"] }", "filter.contactIds.0"),
        ("activities", "{ ids: [\"ID\"] }", "filter.ids.0"),
        ("activities", "{ contact: { in: [\"ID\"] } }", "filter.contact.in.0"),
        ("activities", "{ assignee: { in: [\"ID\"] } }", "filter.assignee.in.0"),
    ] {
        for id in ["nonsense", "", "contact_", "42", &other] {
            let filter = filter.replace("ID\"]", &format!("{id}\"]")).replace("\"ID\"", &format!("\"{id}\""));
            let answer = client
                .gql_raw(&format!("{{ {list}(first: 1, filter: {filter}) {{ nodes {{ id }} }} }}"), json!({}))
                .await;
            let error = &answer["errors"][0]["extensions"];
            assert_eq!(
                (&error["code"], &error["problems"][0]["field"]),
                (&json!("BAD_USER_INPUT"), &json!(place)),
                "{filter}: {answer:#}"
            );
        }
    }
    // An id of nothing or of another workspace is still a valid id.
    let nobody = entity::ContactId::new();
    let answer = client
        .gql(
            &format!("{{ contacts(first: 1, filter: {{ ids: [\"{nobody}\"] }}) {{ totalCount }} }}"),
            json!({}),
        )
        .await;
    assert_eq!(answer["contacts"]["totalCount"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_currency_that_has_ended_stays_where_it_is_and_begins_nothing_new() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Owner).await;
    let pipeline = "mutation($c: String!) { createPipeline(input: { name: \"Sales\", currency: $c, stages: [{ name: \"Open\", kind: OPEN },
        { name: \"Won\", kind: WON }, { name: \"Lost\", kind: LOST }] }) { userErrors { code field } } }";
    fields::made(&client, {
        let mut field = fields::field("budget", "MONEY", "OPEN");
        field["entity"] = json!("DEAL");
        field
    })
    .await;
    for code in ["HRK", "ZWL", "SLL", "BGN", "CUC"] {
        let amount = json!({ "amount": { "amountMinor": "100", "currency": code } });
        let refused = create_deal(&client, &sales, amount).await;
        assert_eq!(faults(&refused), ["NOT_OFFERED amount.currency"], "{code}");
        assert!(refused["userErrors"][0]["message"].as_str().unwrap().contains("no longer in use"));
        let refused = client.gql(pipeline, json!({ "c": code })).await;
        assert_eq!(faults(&refused["createPipeline"]), ["NOT_OFFERED currency"], "{code}");
        let custom = json!({ "custom": [{ "key": "budget", "value": format!("{code} 12.00") }] });
        assert_eq!(
            faults(&create_deal(&client, &sales, custom).await),
            ["NOT_OFFERED custom.0.value"],
            "{code}"
        );
    }
    // A deal and a pipeline stored by an older version.
    let made = create_deal(&client, &sales, json!({ "amount": { "amountMinor": "100" } })).await;
    app.app.ledger.db.touch("UPDATE deal SET currency = 'HRK'", vec![]).await.unwrap();
    app.app.ledger.db.touch("UPDATE pipeline SET currency = 'HRK'", vec![]).await.unwrap();
    let update = "mutation($i: UpdateDealInput!) { updateDeal(input: $i) { deal { version amount { currency amountMinor } } userErrors { code field } } }";
    let change = async |version: i32, amount: Value| {
        let input = json!({ "dealId": made["deal"]["id"], "expectedVersion": version, "amount": amount });
        client.gql(update, json!({ "i": input })).await["updateDeal"].clone()
    };
    assert_eq!(
        change(1, json!({ "amountMinor": "200" })).await["deal"]["amount"],
        json!({ "currency": "HRK", "amountMinor": "200" })
    );
    let named = change(2, json!({ "amountMinor": "300", "currency": "HRK" })).await;
    assert_eq!(named["deal"]["amount"]["amountMinor"], "300", "{named:#}");
    assert_eq!(
        faults(&change(3, json!({ "amountMinor": "300", "currency": "ZWL" })).await),
        ["NOT_OFFERED amount.currency"]
    );
    let refused = create_deal(&client, &sales, json!({ "amount": { "amountMinor": "5" } })).await;
    assert_eq!(
        faults(&refused),
        ["NOT_OFFERED amount.currency"],
        "an amount is of a currency; which, only the caller knows"
    );
    let made = create_deal(&client, &sales, json!({})).await;
    assert_eq!(
        made["deal"]["amount"],
        json!({ "currency": "EUR", "amountMinor": "0" }),
        "without an amount it begins in what came after"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_people_and_places_can_be_tags_and_what_people_are_cannot() {
    let app = TestApp::new().await;
    let contact = rows::contact(&app);
    let id = contact.id.to_string();
    entity::contact::Entity::insert(contact.into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    let client = app.api_key(Role::Sales).await;
    let text = "mutation($i: TagContactsInput!) { tagContacts(input: $i) { userErrors { code field } } }";
    let names = [
        "Tyson Gay",
        "Moody",
        "Black",
        "Christian Dior",
        "Islamabad",
        "Jean-Baptiste",
        "Gay-Lussac",
        "Jean Genet",
    ];
    let done = client.gql(text, json!({ "i": { "contactIds": [id], "add": names } })).await;
    assert_eq!(faults(&done["tagContacts"]), Vec::<String>::new());
    for name in ["gay", "Gay Pride", "Islam", "Église baptiste", "tyson gay"] {
        let refused = client.gql(text, json!({ "i": { "contactIds": [id], "add": [name] } })).await;
        assert_eq!(faults(&refused["tagContacts"]), ["SPECIAL_CATEGORY add.0"], "{name}");
    }
}

/// Values as an older version stored them. Tests start fully migrated, so the migrations from this one on are
/// run again.
#[tokio::test(flavor = "multi_thread")]
async fn times_and_days_from_before_that_no_program_reads_are_made_right() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    sales.deal(&app, "Lamps", "First").await;
    let client = app.api_key(Role::Owner).await;
    let row = entity::api_key::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.expires_at = Set(chrono::DateTime::from_timestamp(300_000_000_000, 0));
    entity::api_key::Entity::update(row).exec(app.app.db()).await.unwrap();
    let contact = rows::contact(&app);
    let log = "mutation($id: ID!) { logActivity(input: { kind: TASK, subject: \"Case\", contactId: $id, dueAt: \"2026-12-24T23:59:59Z\" }) {
        userErrors { code } } }";
    let id = contact.id.to_string();
    entity::contact::Entity::insert(contact.into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    client.gql(log, json!({ "id": id })).await;
    app.app.ledger.db.touch("UPDATE deal SET expected_close_on = '+12026-11-24'", vec![]).await.unwrap();
    if !on_postgres() {
        let leap = "UPDATE activity SET due_at = substr(due_at, 1, 17) || '60' || substr(due_at, 20)";
        app.app.ledger.db.touch(leap, vec![]).await.unwrap();
        let leap = "UPDATE contact SET last_contact_at = '2026-12-24T23:59:60.500+00:00'";
        app.app.ledger.db.touch(leap, vec![]).await.unwrap();
    }
    let all = Migrator::migrations();
    let from = all.iter().position(|step| step.name().contains("letters_times")).unwrap();
    let db = app.app.ledger.db.for_migrations();
    Migrator::down(db, Some(u32::try_from(all.len() - from).unwrap())).await.unwrap();
    Migrator::up(db, None).await.unwrap();
    let seen = "{ apiKeys(first: 1) { nodes { expiresAt } } deals(first: 1) { nodes { expectedCloseOn } } activities(first: 1) { nodes { dueAt } } }";
    let seen = client.gql(seen, json!({})).await;
    assert_eq!(seen["apiKeys"]["nodes"][0]["expiresAt"], "9999-12-31T23:59:59+00:00");
    assert_eq!(seen["deals"]["nodes"][0]["expectedCloseOn"], "9999-12-31");
    assert_eq!(seen["activities"]["nodes"][0]["dueAt"], "2026-12-24T23:59:59+00:00");
    if !on_postgres() {
        let seen =
            client.gql("query($id: ID!) { contact(id: $id) { lastContactAt } }", json!({ "id": id })).await;
        assert_eq!(seen["contact"]["lastContactAt"], "2026-12-24T23:59:59.500+00:00");
    }
}
