//! Access rights of every root field. The cases are read from the schema (`introspected.rs`): a new field is
//! tried automatically, or fails here until it has a row in `rights.rs`. `workspaces.rs` has promise 10.

use std::collections::BTreeSet;

use accord::{
    accounts::{authenticate, authenticate_session, create_api_key, revoke_api_key},
    graphql::schema,
    platform::actor::Actor,
};
use chrono::TimeDelta;
use entity::Role;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

mod ids;
mod introspected;
mod rights;
mod workspaces;

use ids::Ids;
use introspected::Introspected;
use rights::rights;

const ROLES: [Role; 6] = [Role::Owner, Role::Admin, Role::Dpo, Role::Sales, Role::Marketing, Role::Reader];

fn letter(role: Role) -> char {
    match role {
        Role::Owner => 'O',
        Role::Admin => 'A',
        Role::Dpo => 'D',
        Role::Sales => 'S',
        Role::Marketing => 'M',
        Role::Reader => 'R',
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_root_field_lets_in_the_roles_of_the_table_and_no_other() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ids = Box::pin(Ids::of(&app, app.workspace, &form)).await;
    let fields = Introspected::read(&app).await.roots;
    let rights = rights();
    let known: BTreeSet<String> = rights.iter().map(|(field, _, _)| (*field).to_owned()).collect();
    let real: BTreeSet<String> = fields
        .iter()
        .map(|root| {
            if root.kind == "subscription" {
                format!("subscription {}", root.name)
            } else {
                root.name.clone()
            }
        })
        .collect();
    assert_eq!(known, real, "every root field has a row that says who may ask it");
    let mut faults = Vec::new();
    // Roles with the fewest rights come first: what they are refused must still be there for the roles that
    // may do it.
    for role in ROLES.into_iter().rev() {
        let client = app.api_key(role).await;
        for (name, arguments, who) in rights.iter().copied() {
            let bare = name.trim_start_matches("subscription ");
            let root = fields
                .iter()
                .find(|root| root.name == bare && (root.kind == "subscription") == (bare != name))
                .unwrap();
            let key = format!("key_{}", letter(role).to_lowercase());
            let arguments = ids.fill(arguments).replace("$key", &key);
            let document = format!(
                "{} {{ {bare}{arguments}{} }}",
                root.kind,
                if root.is_leaf { "" } else { " { __typename }" }
            );
            let before = app.journal().await.len();
            let answer = ask(&client, root.kind, &document, json!({})).await.expect("an answer");
            let codes = codes(&answer);
            let passed = !codes.iter().any(|code| code == "FORBIDDEN");
            if passed != who.contains(letter(role)) {
                faults.push(format!("{role:?} {name}: {}", if passed { "let in" } else { "kept out" }));
            }
            if passed && !codes.is_empty() {
                faults.push(format!("{role:?} {name}: {codes:?}"));
            }
            if !passed && app.journal().await.len() != before {
                faults.push(format!("{role:?} {name}: kept out, and it happened"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What a member may do before enrolling a required second factor: enrol one, manage their own sign-in, and
/// whatever is open to strangers.
const BEFORE_ENROLLING: [&str; 10] = [
    "viewer",
    "signIn",
    "requestPasswordReset",
    "resetPassword",
    "acceptInvitation",
    "signOut",
    "changePassword",
    "endOtherSessions",
    "beginSecondFactor",
    "confirmSecondFactor",
];

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_still_enrol_a_second_factor_is_kept_out_of_every_root_field_but_their_own_sign_in() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ids = Box::pin(Ids::of(&app, app.workspace, &form)).await;
    app.app.ledger.db.touch("UPDATE workspace SET second_factor_roles = 'OWNER'", vec![]).await.unwrap();
    let fields = Introspected::read(&app).await.roots;
    let mut faults = Vec::new();
    for (name, arguments, _) in rights() {
        let bare = name.trim_start_matches("subscription ");
        let root = fields
            .iter()
            .find(|root| root.name == bare && (root.kind == "subscription") == (bare != name))
            .unwrap();
        let owner = app.member(Role::Owner).await;
        let arguments = ids.fill(arguments).replace("$key", "key_e");
        let document = format!(
            "{} {{ {bare}{arguments}{} }}",
            root.kind,
            if root.is_leaf { "" } else { " { __typename }" }
        );
        let before = app.journal().await.len();
        let answer = ask(&owner, root.kind, &document, json!({})).await.expect("an answer");
        let kept_out = codes(&answer) == ["SECOND_FACTOR_REQUIRED"];
        if kept_out == BEFORE_ENROLLING.contains(&name) {
            faults.push(format!(
                "{name}: {}",
                if kept_out { "kept out".to_owned() } else { format!("let in: {answer}") }
            ));
        }
        if kept_out && app.journal().await.len() != before {
            faults.push(format!("{name}: kept out, and it happened"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let owner = app.member(Role::Owner).await;
    let own = owner
        .gql("{ sessions { current } viewer { member { id } secondFactor { required } } }", json!({}))
        .await;
    assert_eq!(
        (&own["sessions"], &own["viewer"]["secondFactor"]["required"]),
        (&json!([{ "current": true }]), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_the_business_of_owners_in_every_act_on_an_account() {
    let app = TestApp::new().await.leaving_jobs();
    let (owner, other, admin) =
        (app.member(Role::Owner).await, app.member(Role::Owner).await, app.member(Role::Admin).await);
    let session =
        owner.gql("{ viewer { session { id } } }", json!({})).await["viewer"]["session"]["id"].clone();
    let variables = json!({ "id": owner.member_id().to_string(), "session": session });
    for document in [
        "query($id: ID!) { sessions(memberId: $id) { id } }",
        "mutation($session: ID!) { endSession(input: { sessionId: $session }) { userErrors { code } } }",
        "mutation($id: ID!) { endMemberSessions(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { updateMember(input: { memberId: $id, expectedVersion: 1, name: \"x\" }) { userErrors { code } } }",
        "mutation($id: ID!) { resendInvitation(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { removeSecondFactor(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { reactivateMember(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { userErrors { code } } }",
    ] {
        let admin = ask(&admin, "mutation", document, variables.clone()).await.unwrap();
        assert_eq!(codes(&admin), ["FORBIDDEN"], "{document}");
    }
    assert!(
        owner.gql("{ viewer { role } }", json!({})).await["viewer"]["role"] == "OWNER",
        "nothing happened"
    );
    let end =
        "mutation($session: ID!) { endSession(input: { sessionId: $session }) { userErrors { code } } }";
    assert_eq!(other.gql(end, json!({ "session": session })).await["endSession"]["userErrors"], json!([]));
    assert_eq!(codes(&owner.gql_raw("{ viewer { role } }", json!({})).await), ["UNAUTHENTICATED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_opens_for_owner_admin_and_dpo_only_and_the_consent_stays_readable() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let text = "{ contacts(first: 1) { nodes { consents { state evidence { mailbox wording { text } mails { smtpReply } } } } } }";
    for role in ROLES {
        let answer = app.api_key(role).await.gql_raw(text, json!({})).await;
        let consent = &answer["data"]["contacts"]["nodes"][0]["consents"][0];
        assert_eq!(consent["state"], "GIVEN", "{role:?} {answer:#}");
        if matches!(role, Role::Owner | Role::Admin | Role::Dpo) {
            assert_eq!(consent["evidence"]["mailbox"], "ada@example.org", "{role:?}");
            assert!(answer.get("errors").is_none());
        } else {
            assert_eq!(consent["evidence"], Value::Null, "{role:?}");
            assert_eq!(codes(&answer), ["FORBIDDEN"], "{role:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_missing_unknown_expired_revoked_or_half_right_is_401_and_looks_alike() {
    let app = TestApp::new().await;
    let soon = app.app.now() + TimeDelta::hours(1);
    let expiring =
        create_api_key(&app.app, app.workspace, Actor::Operator, "soon over", Role::Owner, Some(soon))
            .await
            .unwrap();
    let revoked =
        create_api_key(&app.app, app.workspace, Actor::Operator, "revoked", Role::Owner, None).await.unwrap();
    let good = create_api_key(&app.app, app.workspace, Actor::Operator, "good", Role::Owner, None)
        .await
        .unwrap()
        .text;
    for key in [&expiring.text, &revoked.text, &good] {
        assert_eq!(post(&app, Some(&format!("Bearer {key}"))).await.0, 200);
    }
    app.advance(TimeDelta::hours(1));
    revoke_api_key(&app.app, app.workspace, Actor::Operator, revoked.id).await.unwrap();
    revoke_api_key(&app.app, app.workspace, Actor::Operator, revoked.id).await.unwrap();
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "api_key.revoked").count(), 1);

    let mut other_secret = good.clone().into_bytes();
    let last = other_secret.len() - 2;
    other_secret[last] = if other_secret[last] == b'A' { b'B' } else { b'A' };
    let other_secret = String::from_utf8(other_secret).unwrap();
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let cases = [
        ("missing", None),
        ("empty", bearer("")),
        ("garbage", bearer("garbage")),
        ("garbage of ours", bearer("accord_key_AAAA")),
        ("another secret", bearer(&other_secret)),
        ("cut", bearer(&good[..good.len() - 1])),
        ("longer", bearer(&format!("{good}A"))),
        ("expired", bearer(&expiring.text)),
        ("revoked", bearer(&revoked.text)),
        ("another scheme", Some(format!("Basic {good}"))),
    ];
    let (_, expected) = post(&app, None).await;
    for (what, authorization) in cases {
        let (status, body) = post(&app, authorization.as_deref()).await;
        assert_eq!((status, &body), (401, &expected), "{what}");
        assert!(!body.contains("data") && body.contains("UNAUTHENTICATED"), "{what}: {body}");
    }
    assert_eq!(post(&app, bearer(&good).as_deref()).await.0, 200);
}

async fn post(app: &TestApp, authorization: Option<&str>) -> (u16, String) {
    let visitor = app.visitor().header("content-type", "application/json");
    let visitor = match authorization {
        Some(authorization) => visitor.header("authorization", authorization),
        None => visitor,
    };
    let body = json!({ "query": "{ viewer { role } }" }).to_string();
    let answer = visitor.send("POST", "/graphql", body.into_bytes()).await;
    (answer.status, answer.text)
}

/// Error codes of an answer.
fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned()).collect()
}

/// The answer to a query or mutation; for a subscription its first event, or none if nothing comes.
async fn ask(client: &Client<'_>, kind: &str, document: &str, variables: Value) -> Option<Value> {
    if kind != "subscription" {
        return Some(client.gql_raw(document, variables).await);
    }
    let app = &client.app.app;
    let caller = match client.member {
        Some(_) => authenticate_session(app, &client.key).await.unwrap(),
        None => authenticate(app, &client.key).await.unwrap(),
    };
    let request =
        async_graphql::Request::new(document).variables(async_graphql::Variables::from_json(variables));
    let mut events = Box::pin(client.app.schema.execute_stream(schema::prepare(request, app, caller)));
    let first = tokio::time::timeout(std::time::Duration::from_secs(1), events.next()).await.ok()??;
    Some(serde_json::to_value(first).unwrap())
}
