//! Compares README.md and docs/ with the code: runs the examples as they are written, and reads the tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use accord::{
    accounts::{self, authenticate},
    config::{Budgets, SETTINGS, Setting},
    graphql::schema,
    platform::rate_limit::Budget,
};
use entity::Role;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::support::{Sales, TestApp};

/// A file of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What stands under a headline, up to the next of its level.
fn section(text: &str, headline: &str) -> String {
    let level = headline.split(' ').next().unwrap();
    let rest = text.split(&format!("\n{headline}\n")).nth(1).unwrap_or_else(|| panic!("no {headline}"));
    rest.split(&format!("\n{level} ")).next().unwrap().to_owned()
}

/// The cells of a table's rows, without its head.
fn rows(table: &str) -> Vec<Vec<String>> {
    let lines = table.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.skip(2).map(cells).collect()
}

/// Blocks of this kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let begins = format!("```{kind}\n");
    text.split(&begins).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The kind and name of an operation.
fn name_of(example: &str) -> (&str, &str) {
    let mut words = example.split(|c: char| c.is_whitespace() || c == '(');
    (words.next().unwrap(), words.next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_api_page_works() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let sales = Sales::new(&app).await;
    let deal = sales.deal(&app, "Twelve lamps", "First").await;
    let key = app.api_key(Role::Owner).await;
    let mut run = BTreeSet::new();
    for example in blocks(&read("docs/api.md"), "graphql") {
        let (kind, name) = name_of(&example);
        let variables = match name {
            "SignIn" => {
                json!({ "input": { "workspace": "lumen", "email": "nobody@example.org", "password": "correct horse battery" } })
            }
            "WhomMayWeWriteTo" => json!({ "purpose": form.newsletter.to_string() }),
            "Find" => json!({ "text": "lampz" }),
            "Board" => json!({ "pipeline": sales.pipeline.to_string() }),
            "Move" => {
                json!({ "input": { "dealId": deal.to_string(), "toStageId": sales.stage("Second").to_string() } })
            }
            "FollowBoard" => json!({ "pipeline": sales.pipeline.to_string(), "after": 0 }),
            other => panic!("the page has an example that is not run: {other}"),
        };
        let answer = if kind == "subscription" {
            let caller = authenticate(&app.app, &key.key).await.unwrap();
            let request = async_graphql::Request::new(&example)
                .variables(async_graphql::Variables::from_json(variables));
            let mut events = Box::pin(app.schema.execute_stream(schema::prepare(request, &app.app, caller)));
            serde_json::to_value(events.next().await.unwrap()).unwrap()
        } else if name == "SignIn" {
            let body = json!({ "query": example, "variables": variables }).to_string();
            app.visitor()
                .header("content-type", "application/json")
                .send("POST", "/graphql", body.into_bytes())
                .await
                .json()
        } else {
            key.gql_raw(&example, variables).await
        };
        assert!(answer.get("errors").is_none(), "{name}: {answer:#}");
        let data = &answer["data"];
        match name {
            "SignIn" => assert_eq!(data["signIn"]["outcome"], "REFUSED"),
            "WhomMayWeWriteTo" => assert_eq!(data["contacts"]["nodes"][0]["email"], "ada@example.org"),
            "Find" => {
                assert_eq!(data["searchHits"]["hits"][0]["node"]["title"], "Twelve lamps", "{answer:#}");
            }
            "Board" => assert_eq!(data["board"]["columns"][0]["deals"]["nodes"][0]["title"], "Twelve lamps"),
            "Move" => assert_eq!(
                (&data["moveDeal"]["deal"]["stage"]["name"], &data["moveDeal"]["userErrors"]),
                (&json!("Second"), &json!([]))
            ),
            "FollowBoard" => assert!(data["pipelineChanged"]["position"].as_i64().unwrap() > 0),
            _ => unreachable!(),
        }
        assert_ne!(data, &Value::Null);
        run.insert(name.to_owned());
    }
    assert_eq!(run.len(), 6, "the five things, one of them in two steps: {run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_the_api_page_is_made_and_published_with_an_id_put_in() {
    let app = TestApp::new().await;
    let purpose = app.purpose("newsletter", entity::LegalBasis::Consent).await;
    let key = app.api_key(Role::Marketing).await;
    let body = blocks(&read("docs/api.md"), "json").remove(0).replace("$purpose", &purpose.to_string());
    let body: Value = serde_json::from_str(&body).unwrap();
    let made =
        key.gql(body["query"].as_str().unwrap(), body["variables"].clone()).await["createForm"].clone();
    assert_eq!(made["userErrors"], json!([]));
    let publish = "mutation($id: ID!) { publishForm(input: { formId: $id }) { form { plainHtml } userErrors { message } } }";
    let published = key.gql(publish, json!({ "id": made["form"]["id"] })).await["publishForm"].clone();
    assert_eq!(published["userErrors"], json!([]));
    assert!(published["form"]["plainHtml"].as_str().unwrap().contains("inputmode=\"email\""));
}

/// Compares the README's table of rights with `rights.rs`.
#[test]
fn the_table_of_rights_is_the_one_in_force() {
    use accounts::Right;
    let text = section(&read("docs/api.md"), "## Permissions by role");
    let row = |begins: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("| {begins}")))
            .unwrap_or_else(|| panic!("no row {begins}"));
        line.split('|').skip(2).take(5).map(|cell| cell.trim() == "yes").collect::<Vec<_>>()
    };
    let rows: [(&str, &[Right]); 8] = [
        (
            "read contacts",
            &[
                Right::ReadContacts,
                Right::ReadDeals,
                Right::ReadForms,
                Right::ReadJournal,
                Right::ReadMembers,
                Right::ReadSubmissions,
            ],
        ),
        ("change contacts", &[Right::WriteContacts, Right::WriteActivities, Right::WithdrawConsent]),
        ("merge contacts", &[Right::MergeContacts]),
        ("change and move deals", &[Right::WriteDeals]),
        ("purposes", &[Right::ManagePurposes]),
        ("forms", &[Right::ManageForms]),
        (
            "custom fields",
            &[
                Right::ManageFields,
                Right::ManageClasses,
                Right::ReadEvidence,
                Right::RevokeConsent,
                Right::ManageWorkspace,
            ],
        ),
        (
            "pipelines",
            &[Right::ManagePipelines, Right::ManageMembers, Right::ManageApiKeys, Right::ManageJobs],
        ),
    ];
    for (begins, rights) in rows {
        let said = row(begins);
        for right in rights {
            for (role, said) in
                [Role::Admin, Role::Dpo, Role::Sales, Role::Marketing, Role::Reader].into_iter().zip(&said)
            {
                assert_eq!(accounts::allows(role, *right), *said, "{role:?} {right:?}");
            }
            assert!(accounts::allows(Role::Owner, *right));
        }
    }
}

/// Compares the README's table of error codes with `user_error.rs`, wording included.
#[test]
fn every_error_code_is_in_the_api_page() {
    let table = section(&read("docs/api.md"), "## Errors");
    let source = read("platform/src/graphql/user_error.rs");
    let list = source.split("pub enum GraphqlErrorCode {").nth(1).unwrap().split("\n}").next().unwrap();
    let lines: Vec<&str> = list.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for pair in lines.chunks(2) {
        let (meaning, name) =
            (pair[0].trim_start_matches("/// ").trim_end_matches('.'), pair[1].trim_end_matches(','));
        let code = source.split(&format!("Self::{name} => \"")).nth(1).unwrap().split('"').next().unwrap();
        assert!(table.contains(&format!("| `{code}` | {meaning} |")), "| `{code}` | {meaning} |");
    }
    assert_eq!(table.lines().filter(|line| line.starts_with("| `")).count(), lines.len() / 2);
}

/// README and pages show requests as people type them in a terminal.
#[tokio::test(flavor = "multi_thread")]
async fn every_request_that_is_shown_with_curl_is_answered() {
    let app = TestApp::new().await;
    app.newsletter_form().await;
    let key = app.api_key(Role::Owner).await;
    let mut asked = 0;
    for page in ["README.md", "docs/api.md", "docs/forms.md"] {
        for block in blocks(&read(page), "sh") {
            let Some(body) = block.split("-d '").nth(1) else { continue };
            let body: Value = serde_json::from_str(body.split('\'').next().unwrap()).unwrap();
            let answer = key.gql_raw(body["query"].as_str().unwrap(), json!({})).await;
            assert!(answer.get("errors").is_none(), "{page}: {answer:#}");
            asked += 1;
        }
    }
    assert!(asked >= 3, "{asked}");
}

/// Every setting of the service is in the table with its default, and nothing else is.
#[test]
fn the_table_of_settings_names_each_that_is_read() {
    let page = section(&read("docs/operating.md"), "## Settings");
    let unquoted = |cell: &str| cell.trim_matches('`').to_owned();
    let documented: BTreeMap<String, String> =
        rows(&page).into_iter().map(|row| (unquoted(&row[0]), unquoted(&row[1]))).collect();
    let of_the_service: Vec<&Setting> = SETTINGS.iter().filter(|setting| setting.of_the_service).collect();
    let names: BTreeSet<&str> = of_the_service.iter().map(|setting| setting.name).collect();
    assert_eq!(documented.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
    for setting in of_the_service {
        if let Some(default) = setting.default {
            assert_eq!(documented[setting.name], default, "{}", setting.name);
        }
    }
    // The key of `accord tail`, which the text below the table names.
    assert!(page.contains("`ACCORD_API_KEY`"));
}

/// The budgets that the page on security names are those in force.
#[test]
fn the_table_of_limits_is_the_one_in_force() {
    let said = rows(&section(&read("docs/security.md"), "## Limits"));
    let Budgets {
        submissions_per_network,
        views_per_network,
        presses_per_network,
        one_clicks_per_link,
        sign_ins_per_network,
        sign_ins_per_account_and_network,
        sign_ins_per_account,
        sign_ins_per_device,
        codes_per_member,
        resets_per_network,
        resets_per_member,
        reveals_per_member,
        ..
    } = Budgets::default();
    let in_words = |budget: Budget| {
        let most = match budget.most {
            most @ 1000.. => format!("{},{:03}", most / 1000, most % 1000),
            most => most.to_string(),
        };
        match budget.window.as_secs() {
            600 => format!("{most} in 10 minutes"),
            3600 => format!("{most} in an hour"),
            other => panic!("a window of {other} s"),
        }
    };
    let expected = [
        ("submissions of forms, per network", submissions_per_network),
        ("views of forms, per network", views_per_network),
        ("clicks on the pages behind links, per network", presses_per_network),
        ("one-click unsubscribing, per link", one_clicks_per_link),
        ("sign-ins per network", sign_ins_per_network),
        ("sign-ins to one account from one network", sign_ins_per_account_and_network),
        ("sign-ins to one account from everywhere", sign_ins_per_account),
        ("sign-ins to one account from a browser that signed in before", sign_ins_per_device),
        ("codes and passwords tried by one member", codes_per_member),
        ("requests for a new password, per network", resets_per_network),
        ("mails with a link for a new password, per member", resets_per_member),
        ("sealed values revealed by one member", reveals_per_member),
    ]
    .map(|(what, budget)| vec![what.to_owned(), in_words(budget)]);
    assert_eq!(said, expected);
}

/// The headers that the page on security names are those of an answer.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_headers_that_are_documented() {
    let app = TestApp::new().await;
    let answer = app.visitor().get("/healthz").await;
    let said = rows(&section(&read("docs/security.md"), "## Headers"));
    for row in &said {
        let (name, value) = (row[0].trim_matches('`'), row[1].split('`').nth(1).unwrap());
        // Only where people reach us over TLS, which a unit test of the layer looks at.
        if name != "Strict-Transport-Security" {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    let others = ["content-type", "content-length", "x-request-id"];
    let named = |name: &str| said.iter().any(|row| row[0].trim_matches('`').eq_ignore_ascii_case(name));
    for name in
        answer.headers.keys().map(axum::http::HeaderName::as_str).filter(|name| !others.contains(name))
    {
        assert!(named(name), "{name} is not in the table");
    }
}
