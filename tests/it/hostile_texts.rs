//! API texts with hidden characters: refused before anything happens, wherever they appear in the request.

use accord::{
    accounts::{Credentials, Door, NewWorkspace, create_api_key, create_owner, create_workspace, sign_in},
    error::Error,
    platform::actor::Actor,
};
use entity::Role;
use serde_json::{Value, json};

use crate::support::{Browser, Socket, TestApp};

/// Path, operation, variables.
fn places(bad: &str) -> Vec<(&'static str, String, Value)> {
    let literal = serde_json::to_string(bad).unwrap();
    let purpose = json!({ "key": "k", "legalBasis": "CONSENT", "channels": ["EMAIL"], "texts": [{ "language": "en", "title": "t", "wording": bad }] });
    let form = |name: &str| {
        format!("{{ name: {name}, definition: {{ languages: [\"en\"], title: [], fields: [] }} }}")
    };
    vec![
        (
            "$i.texts.0.wording",
            "mutation($i: CreatePurposeInput!) { createPurpose(input: $i) { userErrors { code } } }"
                .to_owned(),
            json!({ "i": purpose }),
        ),
        (
            "$i.name",
            "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { userErrors { code } } }".to_owned(),
            json!({ "i": { "name": bad, "role": "READER" } }),
        ),
        ("$q", "query($q: String!) { search(query: $q) { __typename } }".to_owned(), json!({ "q": bad })),
        ("$q", format!("query($q: String! = {literal}) {{ search(query: $q) {{ __typename }} }}"), json!({})),
        (
            "createForm.input.name",
            format!("mutation {{ createForm(input: {}) {{ userErrors {{ code }} }} }}", form(&literal)),
            json!({}),
        ),
        (
            "search.query",
            format!("{{ ...F }} fragment F on Query {{ search(query: {literal}) {{ __typename }} }}"),
            json!({}),
        ),
        ("nodes.ids.0", format!("{{ ... on Query {{ nodes(ids: [{literal}]) {{ id }} }} }}"), json!({})),
        // In an unused variable, too: nobody needs to work out which ones are used.
        (
            "$unused.0",
            "mutation($i: CreateFormInput!) { createForm(input: $i) { userErrors { code } } }".to_owned(),
            json!({ "unused": [bad] }),
        ),
    ]
}

fn refusal(answer: &Value) -> (&str, &str, &str) {
    let extensions = &answer["errors"][0]["extensions"];
    (
        extensions["code"].as_str().unwrap_or_default(),
        extensions["problems"][0]["code"].as_str().unwrap_or_default(),
        extensions["problems"][0]["field"].as_str().unwrap_or_default(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_hides_or_turns_something_is_refused_by_its_place_before_anything_happens() {
    let app = TestApp::new().await;
    let owner = app.api_key(Role::Owner).await;
    let before = app.journal().await.len();
    let address = app.serve().await;
    for bad in
        ["a\0b", "a\rb", "a\u{1b}[2Jb", "pay\u{202e}lap", "a\u{2066}b", "a\u{2028}b", "a\u{feff}b", "a\u{7f}"]
    {
        for (place, query, variables) in places(bad) {
            let answer = owner.gql_raw(&query, variables.clone()).await;
            assert_eq!(refusal(&answer), ("BAD_USER_INPUT", "INVALID", place), "{bad:?} {query} {answer}");
            assert!(answer.get("data").is_none_or(Value::is_null), "nothing was asked: {answer}");
        }
    }
    let (place, query, variables) = places("a\0b").swap_remove(0);
    let mut socket = Socket::subscribe(address, &owner.key, &query, variables).await;
    let refused = socket.hear().await.expect("an answer");
    assert_eq!(refused["type"], "error");
    assert_eq!(refusal(&json!({ "errors": refused["payload"] })), ("BAD_USER_INPUT", "INVALID", place));
    assert_eq!(app.journal().await.len(), before);
    assert_eq!((app.count("purpose").await, app.count("form").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_told_so_too_and_no_budget_is_spent() {
    let app = TestApp::new().await;
    app.joined("ada@lumen.example", Role::Sales).await;
    let mut browser = Browser::new(&app);
    for _ in 0..40 {
        for input in [
            json!({ "workspace": "lumen\0", "email": "ada@lumen.example", "password": "p" }),
            json!({ "workspace": "lumen", "email": "ada\0@lumen.example", "password": "p" }),
            json!({ "workspace": "lumen", "email": "ada@lumen.example", "password": "p\0" }),
        ] {
            let query = "mutation($i: SignInInput!) { signIn(input: $i) { outcome userErrors { code } } }";
            let answer = browser.gql_raw(query, json!({ "i": input })).await;
            assert_eq!(refusal(&answer).0, "BAD_USER_INPUT", "{answer}");
        }
    }
    assert_eq!(
        browser.sign_in("ada@lumen.example", crate::support::PASSWORD, None).await["outcome"],
        "SIGNED_IN"
    );
}

/// Past the input checks: a text that the database cannot store is an input error, not an internal one.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_that_reaches_the_database_is_a_fault_of_the_input() {
    let app = TestApp::new().await;
    let given = Credentials {
        workspace: "lu\0men".to_owned(),
        email: "a\0@b".to_owned(),
        password: "p".to_owned(),
        code: None,
    };
    let Err(refused) = sign_in(&app.app, &Door::default(), given, None).await else { panic!("let in") };
    assert!(matches!(refused, Error::Rejected(_)), "{refused:?}");
}

/// Operator commands do not pass the API's input checks.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_names_is_one_line_too() {
    let app = TestApp::new().await;
    for bad in ["a\u{202e}b", "a\u{1b}[2Jb", "a\nb", "a\0b"] {
        let new = |what: &str| NewWorkspace {
            slug: "acme".to_owned(),
            name: if what == "name" { bad } else { "Acme" }.to_owned(),
            legal_name: if what == "legalName" { bad } else { "Acme SAS" }.to_owned(),
            postal_address: if what == "postalAddress" { bad } else { "1 rue X" }.to_owned(),
            contact_email: "privacy@acme.example".to_owned(),
            privacy_notice_url: String::new(),
            default_language: "en".to_owned(),
            jurisdiction: "FR".to_owned(),
        };
        for field in ["name", "legalName", "postalAddress"] {
            let Err(Error::Rejected(problems)) =
                create_workspace(&app.app, Actor::Operator, new(field)).await
            else {
                panic!("{field} {bad:?}")
            };
            assert_eq!(problems[0].field.as_deref(), Some(field), "{bad:?}");
        }
        assert!(
            create_api_key(&app.app, app.workspace, Actor::Operator, bad, Role::Reader, None).await.is_err()
        );
        assert!(create_owner(&app.app, Actor::Operator, app.workspace, "a@b.example", bad).await.is_err());
    }
    assert_eq!(
        (app.count("workspace").await, app.count("api_key").await, app.count("member").await),
        (1, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn line_ends_of_windows_become_ours_and_the_marks_around_a_copied_number_go() {
    let app = TestApp::new().await;
    let owner = app.api_key(Role::Owner).await;
    let basis = app.purpose("quote", entity::LegalBasis::Contract).await;
    let create = "mutation($i: CreateContactInput!) { createContact(input: $i) { contact { id phone } userErrors { code field } } }";
    let input = json!({ "basisPurposeId": basis.to_string(), "source": "PHONE", "givenName": "Ada", "phone": "\u{202a}+33 1 02 03 04 05\u{202c}" });
    let made = owner.gql(create, json!({ "i": input })).await["createContact"]["contact"].clone();
    assert_eq!(made["phone"], "+33102030405", "{made}");
    let id = made["id"].as_str().unwrap();
    let log = "mutation($i: LogActivityInput!) { logActivity(input: $i) { activity { body } userErrors { code } } }";
    let input = json!({ "kind": "NOTE", "subject": "s", "contactId": id, "body": "one\r\ntwo\tthree" });
    assert_eq!(
        owner.gql(log, json!({ "i": input })).await["logActivity"]["activity"]["body"],
        "one\ntwo\tthree"
    );
    let literal = format!(
        "mutation {{ logActivity(input: {{ kind: NOTE, subject: \"s\", contactId: \"{id}\", body: \"one\\r\\ntwo\" }}) {{ activity {{ body }} userErrors {{ code }} }} }}"
    );
    assert_eq!(owner.gql(&literal, json!({})).await["logActivity"]["activity"]["body"], "one\ntwo");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_titles_are_one_line() {
    let app = TestApp::new().await;
    let (owner, admin) = (app.api_key(Role::Owner).await, app.member(Role::Admin).await);
    admin.stepped_up().await;
    let text = |title: &str| json!([{ "language": "en", "title": title, "wording": "Yes,\nall of it" }]);
    for (client, field, input, query) in [
        (
            &owner,
            "name",
            json!({ "name": "a\nb" }),
            "mutation($i: UpdateWorkspaceInput!) { updateWorkspace(input: $i) { userErrors { code field } } }",
        ),
        (
            &owner,
            "name",
            json!({ "name": "a\nb", "definition": { "languages": ["en"], "title": [], "fields": [] } }),
            "mutation($i: CreateFormInput!) { createForm(input: $i) { userErrors { code field } } }",
        ),
        (
            &admin,
            "name",
            json!({ "name": "a\nb", "role": "READER" }),
            "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { userErrors { code field } } }",
        ),
        (
            &owner,
            "name",
            json!({ "email": "a@b.example", "name": "a\nb", "role": "READER" }),
            "mutation($i: InviteMemberInput!) { inviteMember(input: $i) { userErrors { code field } } }",
        ),
        (
            &owner,
            "texts.en.title",
            json!({ "key": "k", "legalBasis": "CONSENT", "channels": ["EMAIL"], "texts": text("a\nb") }),
            "mutation($i: CreatePurposeInput!) { createPurpose(input: $i) { userErrors { code field } } }",
        ),
    ] {
        let answer = client.gql(query, json!({ "i": input })).await;
        let errors = answer.as_object().unwrap().values().next().unwrap()["userErrors"].clone();
        assert_eq!(errors, json!([{ "code": "INVALID", "field": field }]), "{query}");
    }
    let several = json!({ "key": "k", "legalBasis": "CONSENT", "channels": ["EMAIL"], "texts": text("t") });
    let made = owner
        .gql(
            "mutation($i: CreatePurposeInput!) { createPurpose(input: $i) { userErrors { code } } }",
            json!({ "i": several }),
        )
        .await;
    assert_eq!(made["createPurpose"]["userErrors"], json!([]), "a wording may have several");
}
