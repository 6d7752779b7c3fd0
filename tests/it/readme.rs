//! The README's examples, run as they stand there.

use std::{collections::BTreeSet, fs, path::Path};

use accord::{
    accounts::{self, authenticate},
    graphql::schema,
};
use entity::Role;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::support::{Sales, TestApp};

/// Every block marked `graphql`.
fn examples() -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    text.split("```graphql\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The kind and name of an operation.
fn name_of(example: &str) -> (&str, &str) {
    let mut words = example.split(|c: char| c.is_whitespace() || c == '(');
    (words.next().unwrap(), words.next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_readme_works() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let sales = Sales::new(&app).await;
    let deal = sales.deal(&app, "Twelve lamps", "First").await;
    let key = app.api_key(Role::Owner).await;
    let mut run = BTreeSet::new();
    for example in examples() {
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
            other => panic!("the README has an example that is not run: {other}"),
        };
        let answer = if kind == "subscription" {
            let caller = authenticate(&app.app, &key.key).await.unwrap();
            let request = async_graphql::Request::new(&example)
                .variables(async_graphql::Variables::from_json(variables));
            let mut events =
                Box::pin(schema::build(&app.app).execute_stream(schema::prepare(request, &app.app, caller)));
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
                assert_eq!(data["searchHits"]["hits"][0]["node"]["title"], "Twelve lamps", "{answer:#}")
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
async fn the_form_of_the_readme_is_made_and_published_with_an_id_put_in() {
    let app = TestApp::new().await;
    let purpose = app.purpose("newsletter", entity::LegalBasis::Consent).await;
    let key = app.api_key(Role::Marketing).await;
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let body = text
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap()
        .replace("$purpose", &purpose.to_string());
    let body: Value = serde_json::from_str(&body).unwrap();
    let made =
        key.gql(body["query"].as_str().unwrap(), body["variables"].clone()).await["createForm"].clone();
    assert_eq!(made["userErrors"], json!([]));
    let publish = "mutation($id: ID!) { publishForm(input: { formId: $id }) { form { plainHtml } userErrors { message } } }";
    let published = key.gql(publish, json!({ "id": made["form"]["id"] })).await["publishForm"].clone();
    assert_eq!(published["userErrors"], json!([]));
    assert!(published["form"]["plainHtml"].as_str().unwrap().contains("inputmode=\"email\""));
}

/// The table says what `rights.rs` says.
#[test]
fn the_table_of_rights_is_the_one_in_force() {
    use accounts::Right;
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
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

/// The table of error codes says what `user_error.rs` says, in its words.
#[test]
fn every_error_code_is_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).unwrap();
    let table = text.split("### Errors").nth(1).unwrap().split("###").next().unwrap();
    let source = fs::read_to_string(root.join("src/platform/graphql/user_error.rs")).unwrap();
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
