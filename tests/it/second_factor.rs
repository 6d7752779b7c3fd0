//! The second factor: enrolled only after proof of identity, each code valid once, never bypassed.

use accord::platform::mailer::Mailer;
use chrono::TimeDelta;
use entity::Role;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::{Browser, PASSWORD, TestApp};

const ADA: &str = "ada@lumen.example";

/// The code that an authenticator app shows now.
fn code(app: &TestApp, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(app.app.now().timestamp()).unwrap()).to_string()
}

/// Enrols, and returns the secret and the recovery codes. The clock advances, so that the next code differs.
async fn enrol(app: &TestApp, browser: &mut Browser<'_>) -> (String, Vec<String>) {
    let begin = "mutation($i: BeginSecondFactorInput!) { beginSecondFactor(input: $i) { secret uri qrSvg userErrors { code field } } }";
    assert_eq!(
        browser.ask(begin, json!({ "i": { "password": "not my password at all" } })).await["userErrors"][0]["field"],
        "password"
    );
    let begun = browser.ask(begin, json!({ "i": { "password": PASSWORD } })).await;
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(
        begun["uri"].as_str().unwrap().contains(&secret) && begun["qrSvg"].as_str().unwrap().contains("<svg")
    );
    let confirm = "mutation($c: String!) { confirmSecondFactor(input: { code: $c }) { recoveryCodes session { steppedUpAt } userErrors { code field } } }";
    assert_eq!(browser.ask(confirm, json!({ "c": "000000" })).await["userErrors"][0]["field"], "code");
    let done = browser.ask(confirm, json!({ "c": code(app, &secret) })).await;
    let codes: Vec<String> = serde_json::from_value(done["recoveryCodes"].clone()).unwrap();
    assert!(codes.len() == 10 && done["session"]["steppedUpAt"].is_string(), "{done}");
    app.run_jobs().await;
    app.advance(TimeDelta::seconds(30));
    (secret, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_second_factor_the_password_alone_opens_nothing_and_a_code_works_once() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let (mut ada, mut elsewhere) = (Browser::new(&app), Browser::new(&app));
    ada.sign_in(ADA, PASSWORD, None).await;
    elsewhere.sign_in(ADA, PASSWORD, None).await;
    let (secret, codes) = enrol(&app, &mut ada).await;
    assert_eq!(elsewhere.send("{ viewer { role } }", json!({})).await.status, 401, "other sessions ended");
    assert!(app.mails_to(ADA).last().unwrap().text.contains("A second factor was set up."));

    let mut new = Browser::new(&app);
    let asked = new.sign_in(ADA, PASSWORD, None).await;
    assert_eq!((&asked["outcome"], &asked["session"]), (&json!("SECOND_FACTOR_REQUIRED"), &Value::Null));
    assert!(new.cookies.is_empty());
    assert_eq!(
        new.sign_in(ADA, "not my password at all", Some(&code(&app, &secret))).await["outcome"],
        "REFUSED"
    );
    assert_eq!(new.sign_in(ADA, PASSWORD, Some("000000")).await["outcome"], "REFUSED");
    // The same code twice at once: only one sign-in succeeds.
    let now = code(&app, &secret);
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    let (first, second) =
        tokio::join!(one.sign_in(ADA, PASSWORD, Some(&now)), two.sign_in(ADA, PASSWORD, Some(&now)));
    let outcomes = [first["outcome"].as_str().unwrap(), second["outcome"].as_str().unwrap()];
    assert!(outcomes.contains(&"SIGNED_IN") && outcomes.contains(&"REFUSED"), "{outcomes:?}");
    // And again later, while the app still shows it.
    assert_eq!(Browser::new(&app).sign_in(ADA, PASSWORD, Some(&now)).await["outcome"], "REFUSED");
    app.advance(TimeDelta::minutes(10));
    // A recovery code works once, in whatever notation.
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(Browser::new(&app).sign_in(ADA, PASSWORD, Some(&typed)).await["outcome"], "SIGNED_IN");
    assert_eq!(Browser::new(&app).sign_in(ADA, PASSWORD, Some(&codes[3])).await["outcome"], "REFUSED");
    let mut in_again = Browser::new(&app);
    assert_eq!(in_again.sign_in(ADA, PASSWORD, Some(&code(&app, &secret))).await["outcome"], "SIGNED_IN");
    let left = in_again.ask("{ viewer { secondFactor { enabled recoveryCodesLeft } } }", json!({})).await;
    assert_eq!(left["secondFactor"], json!({ "enabled": true, "recoveryCodesLeft": 9 }));
    settle().await;
}

/// Waits for refusals to be journaled, which happens in the background.
async fn settle() {
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_tried_ten_times_and_a_new_password_does_not_go_round_them() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let mut ada = Browser::new(&app);
    ada.sign_in(ADA, PASSWORD, None).await;
    let (secret, _) = enrol(&app, &mut ada).await;
    app.advance(TimeDelta::minutes(10));
    let ask = "mutation { requestPasswordReset(input: { workspace: \"lumen\", email: \"ada@lumen.example\" }) { requested } }";
    Browser::new(&app).ask(ask, json!({})).await;
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("reset-password");
    assert_eq!(
        app.visitor().post_form(&link, &[("password", "the password after that one")]).await.status,
        200
    );
    app.run_jobs().await;
    let mut new = Browser::new(&app);
    assert_eq!(
        new.sign_in(ADA, "the password after that one", None).await["outcome"],
        "SECOND_FACTOR_REQUIRED"
    );
    let mut last = Value::Null;
    for n in 0..11 {
        // From a new network each time: the budget belongs to the member.
        last = Browser::from(&app, &format!("10.9.{n}.1"))
            .sign_in(ADA, "the password after that one", Some("123456"))
            .await;
    }
    assert_eq!(last, "BUSY");
    app.advance(TimeDelta::minutes(10));
    assert_eq!(
        new.sign_in(ADA, "the password after that one", Some(&code(&app, &secret))).await["outcome"],
        "SIGNED_IN"
    );
    settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stepping_up_gives_the_session_a_new_token_and_taking_the_factor_away_needs_both_proofs() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let mut ada = Browser::new(&app);
    ada.sign_in(ADA, PASSWORD, None).await;
    let (secret, _) = enrol(&app, &mut ada).await;
    let before = ada.session().to_owned();
    let step = "mutation($c: String!) { stepUp(input: { code: $c }) { session { steppedUpAt } userErrors { code field } } }";
    assert_eq!(ada.ask(step, json!({ "c": "000000" })).await["userErrors"][0]["field"], "code");
    let now = code(&app, &secret);
    assert!(ada.ask(step, json!({ "c": now })).await["session"]["steppedUpAt"].is_string());
    assert_ne!(ada.session(), before);
    assert_eq!(ada.ask(step, json!({ "c": now })).await["userErrors"][0]["field"], "code", "used");
    let mut thief = Browser::new(&app);
    thief.cookies.insert("__Host-accord_session".to_owned(), before);
    assert_eq!(
        thief.send("{ viewer { role } }", json!({})).await.status,
        401,
        "the old token is worth nothing"
    );

    app.advance(TimeDelta::minutes(10));
    let renew = "mutation($c: String!) { renewRecoveryCodes(input: { code: $c }) { recoveryCodes userErrors { code } } }";
    assert_eq!(
        ada.ask(renew, json!({ "c": code(&app, &secret) })).await["recoveryCodes"].as_array().unwrap().len(),
        10
    );
    app.advance(TimeDelta::seconds(60));
    let disable = "mutation($i: DisableSecondFactorInput!) { disableSecondFactor(input: $i) { session { id } userErrors { code field } } }";
    let wrong = ada
        .ask(disable, json!({ "i": { "password": "not my password at all", "code": code(&app, &secret) } }))
        .await;
    assert_eq!(wrong["userErrors"][0]["field"], "password");
    let wrong = ada.ask(disable, json!({ "i": { "password": PASSWORD, "code": "000000" } })).await;
    assert_eq!(wrong["userErrors"][0]["field"], "code");
    let done = ada.ask(disable, json!({ "i": { "password": PASSWORD, "code": code(&app, &secret) } })).await;
    assert!(done["session"]["id"].is_string(), "{done}");
    app.run_jobs().await;
    assert!(app.mails_to(ADA).last().unwrap().text.contains("The second factor was removed."));
    assert_eq!(Browser::new(&app).sign_in(ADA, PASSWORD, None).await["outcome"], "SIGNED_IN");
    assert_eq!(app.count("recovery_code").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_spares_those_the_second_factor_who_may_do_more_than_they() {
    let app = TestApp::new().await;
    let (owner, admin, dpo) =
        (app.api_key(Role::Owner).await, app.api_key(Role::Admin).await, app.api_key(Role::Dpo).await);
    let set = "mutation($r: [Role!]) { updateWorkspace(input: { secondFactorRoles: $r }) { workspace { secondFactorRoles } userErrors { code field } } }";
    let all = json!(["OWNER", "ADMIN", "DPO", "SALES"]);
    dpo.gql(set, json!({ "r": all })).await;
    for (client, roles, allowed) in [
        (&dpo, json!(null), false),
        (&dpo, json!([]), false),
        (&dpo, json!(["OWNER", "DPO"]), false),
        (&dpo, json!(["ADMIN"]), false),
        (&dpo, json!(["OWNER", "ADMIN"]), true),
        (&admin, json!(["ADMIN"]), false),
        (&admin, json!(["OWNER"]), true),
        (&admin, json!(null), false),
        (&owner, json!(null), true),
        (&dpo, json!(["SALES"]), true),
    ] {
        let answer = client.gql(set, json!({ "r": roles })).await["updateWorkspace"].clone();
        let refused = json!([{ "code": "NOT_ALLOWED", "field": "secondFactorRoles" }]);
        assert_eq!(answer["userErrors"], if allowed { json!([]) } else { refused }, "{roles}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_have_a_second_factor_and_has_none_can_only_enrol_one() {
    let app = TestApp::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| config).await;
    app.joined(ADA, Role::Sales).await;
    let owner = app.api_key(Role::Owner).await;
    let mut ada = Browser::new(&app);
    ada.sign_in(ADA, PASSWORD, None).await;
    let set = "mutation { updateWorkspace(input: { secondFactorRoles: [SALES, ADMIN] }) { workspace { secondFactorRoles } userErrors { code } } }";
    assert_eq!(
        owner.gql(set, json!({})).await["updateWorkspace"]["workspace"]["secondFactorRoles"],
        json!(["ADMIN", "SALES"])
    );
    for document in [
        "{ contacts(first: 1) { nodes { id } } }",
        "{ members(first: 1) { nodes { id } } }",
        "mutation { leaveWorkspace { userErrors { code } } }",
        "{ journalHead }",
    ] {
        let answer = ada.gql_raw(document, json!({})).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "SECOND_FACTOR_REQUIRED",
            "{document} {answer}"
        );
    }
    assert_eq!(
        ada.ask("{ viewer { mustEnrolSecondFactor } }", json!({})).await["mustEnrolSecondFactor"],
        true
    );
    // Programs and other roles are unaffected.
    assert!(owner.gql("{ journalHead }", json!({})).await["journalHead"].is_number());
    enrol(&app, &mut ada).await;
    assert!(ada.gql_raw("{ journalHead }", json!({})).await["data"]["journalHead"].is_number());
    // A colleague who manages members can remove it; the member must then enrol again.
    let id = ada.ask("{ viewer { member { id } } }", json!({})).await["member"]["id"].clone();
    let remove = "mutation($id: ID!) { removeSecondFactor(input: { memberId: $id }) { member { hasSecondFactor } userErrors { code } } }";
    assert_eq!(
        owner.gql(remove, json!({ "id": id })).await["removeSecondFactor"]["member"]["hasSecondFactor"],
        false
    );
    app.run_jobs().await;
    assert_eq!(ada.send("{ viewer { role } }", json!({})).await.status, 401);
}
