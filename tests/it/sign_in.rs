//! Signing in, sessions and passwords: what a stranger can learn, what a stolen cookie gives, and that nobody
//! is locked out.

use chrono::TimeDelta;
use entity::Role;
use serde_json::{Value, json};

use crate::support::{Browser, PASSWORD, TestApp};

const ADA: &str = "ada@lumen.example";
const VIEWER: &str = "{ viewer { role } }";

async fn refusals(app: &TestApp) -> usize {
    // Refusals are journaled in the background.
    for _ in 0..100 {
        let count = app.journal_kinds().await.iter().filter(|kind| *kind == "session.refused").count();
        if count > 0 {
            return count;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    0
}

fn is_in(answer: &Value) -> bool {
    answer["data"]["viewer"]["role"].is_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_and_out_and_the_cookie_is_out_of_reach_of_scripts_and_other_hosts() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let mut ada = Browser::new(&app);
    let query = "mutation($i: SignInInput!) { signIn(input: $i) { outcome } }";
    let answer = ada
        .send(
            query,
            json!({ "i": { "workspace": "lumen", "email": "ADA@lumen.example", "password": PASSWORD } }),
        )
        .await;
    assert_eq!(answer.json()["data"]["signIn"]["outcome"], "SIGNED_IN", "{}", answer.text);
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-accord_"), "{cookie}");
        for flag in ["; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Strict;"] {
            assert!(cookie.contains(flag) && !cookie.contains("Domain"), "{cookie} {flag}");
        }
    }
    assert!(!answer.text.contains(ada.session()), "the token is in the cookie and nowhere else");
    let sessions = ada.ask("{ sessions { browser current } }", json!({})).await;
    assert_eq!(sessions, json!([{ "browser": "Firefox 143", "current": true }]));
    let stolen = ada.session().to_owned();
    assert_eq!(ada.ask("mutation { signOut { signedOut } }", json!({})).await["signedOut"], true);
    assert!(!ada.cookies.contains_key("__Host-accord_session"));
    let mut thief = Browser::new(&app);
    thief.cookies.insert("__Host-accord_session".to_owned(), stolen);
    assert_eq!(thief.send(VIEWER, json!({})).await.status, 401, "signing out ends the session on the server");
    let kinds = app.journal_kinds().await;
    for kind in ["member.invited", "member.joined", "session.started", "session.ended"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind} {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_a_wrong_password_and_a_closed_account_get_one_answer() {
    let app = TestApp::new().await;
    let (owner, ada) = (app.api_key(Role::Owner).await, app.joined(ADA, Role::Sales).await);
    let query = "mutation($i: SignInInput!) { signIn(input: $i) { outcome member { id } session { id } userErrors { code field message } } }";
    let mut answers = Vec::new();
    for (workspace, email, password) in [
        ("lumen", ADA, "not my password at all"),
        ("lumen", "nobody@lumen.example", PASSWORD),
        ("lumen", "no address", PASSWORD),
        ("nowhere", ADA, PASSWORD),
    ] {
        let answer = Browser::new(&app)
            .send(query, json!({ "i": { "workspace": workspace, "email": email, "password": password } }))
            .await;
        answers.push((answer.status, answer.text));
    }
    assert_eq!(refusals(&app).await, 1, "only the known account's");
    owner
        .gql(
            "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { userErrors { code } } }",
            json!({ "id": ada.to_string() }),
        )
        .await;
    let answer = Browser::new(&app)
        .send(query, json!({ "i": { "workspace": "lumen", "email": ADA, "password": PASSWORD } }))
        .await;
    answers.push((answer.status, answer.text));
    assert!(
        answers.iter().all(|answer| *answer == answers[0]) && answers[0].1.contains("REFUSED"),
        "{answers:#?}"
    );
    refusals(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_from_many_addresses_ends_and_locks_nobody_out() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let mut at_work = Browser::from(&app, "192.0.2.1");
    assert_eq!(at_work.sign_in(ADA, PASSWORD, None).await["outcome"], "SIGNED_IN");
    // From one network against one account: ten attempts.
    let mut one = Browser::from(&app, "203.0.113.9");
    let mut answers = Vec::new();
    for n in 0..12 {
        answers.push(one.sign_in(ADA, &format!("guess number {n} of many"), None).await);
    }
    assert!(answers[9]["outcome"] == "REFUSED" && answers[10] == "BUSY", "{answers:?}");
    // From all networks: sixty an hour, and then not even the right password works in an unknown browser.
    let mut busy = 0;
    for n in 0..80 {
        let answer =
            Browser::from(&app, &format!("10.1.{n}.1")).sign_in(ADA, "one more guess of mine", None).await;
        busy += i32::from(answer == "BUSY");
    }
    assert!(busy >= 20, "{busy}");
    assert_eq!(Browser::from(&app, "10.2.2.2").sign_in(ADA, PASSWORD, None).await, "BUSY");
    // An account that does not exist is throttled the same way.
    let mut nobody = Vec::new();
    for _ in 0..12 {
        nobody.push(
            Browser::from(&app, "10.3.3.3")
                .sign_in("nobody@lumen.example", "a guess in the dark", None)
                .await,
        );
    }
    assert!(nobody[9]["outcome"] == "REFUSED" && nobody[10] == "BUSY");
    // A browser that signed in before is let in from any network.
    let device = at_work.cookies["__Host-accord_device"].clone();
    let mut travelling = Browser::from(&app, "10.4.4.4");
    travelling.cookies.insert("__Host-accord_device".to_owned(), device.clone());
    assert_eq!(travelling.sign_in(ADA, PASSWORD, None).await["outcome"], "SIGNED_IN");
    // Its device cookie does not help with other accounts.
    app.joined("bob@lumen.example", Role::Reader).await;
    for n in 0..70 {
        Browser::from(&app, &format!("10.5.{n}.1"))
            .sign_in("bob@lumen.example", "one more guess of mine", None)
            .await;
    }
    let mut stranger = Browser::from(&app, "10.6.6.6");
    stranger.cookies.insert("__Host-accord_device".to_owned(), device);
    assert_eq!(stranger.sign_in("bob@lumen.example", PASSWORD, None).await, "BUSY");
    // The owner of the mailbox can still get in from a new browser, with a new password.
    let mut new = Browser::from(&app, "10.7.7.7");
    new.ask("mutation { requestPasswordReset(input: { workspace: \"lumen\", email: \"bob@lumen.example\" }) { requested } }", json!({})).await;
    app.run_jobs().await;
    let token = app
        .mails_to("bob@lumen.example")
        .last()
        .unwrap()
        .link("reset-password")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let reset =
        "mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { done userErrors { message } } }";
    let done =
        new.ask(reset, json!({ "i": { "token": token, "password": "another horse in the rain" } })).await;
    assert_eq!(done["done"], true, "{done}");
    assert_eq!(
        new.sign_in("bob@lumen.example", "another horse in the rain", None).await["outcome"],
        "SIGNED_IN"
    );
    app.run_jobs().await;
    refusals(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_makes_every_other_browser_an_unknown_one() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let (mut here, mut stolen) = (Browser::from(&app, "192.0.2.1"), Browser::from(&app, "192.0.2.2"));
    here.sign_in(ADA, PASSWORD, None).await;
    stolen.sign_in(ADA, PASSWORD, None).await;
    app.advance(TimeDelta::minutes(1));
    let change = "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { session { id } userErrors { code field } } }";
    let new = "a much better password of mine";
    here.ask(change, json!({ "i": { "currentPassword": PASSWORD, "newPassword": new } })).await;
    app.run_jobs().await;
    // Strangers guess until unknown browsers are throttled.
    for n in 0..70 {
        Browser::from(&app, &format!("10.1.{n}.1")).sign_in(ADA, "one more guess of mine", None).await;
    }
    assert_eq!(stolen.sign_in(ADA, new, None).await, "BUSY");
    assert_eq!(here.sign_in(ADA, new, None).await["outcome"], "SIGNED_IN", "this one proved whose it is");
    refusals(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_week() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let mut ada = Browser::new(&app);
    ada.sign_in(ADA, PASSWORD, None).await;
    app.advance(TimeDelta::hours(7));
    assert!(is_in(&ada.gql_raw(VIEWER, json!({})).await));
    app.advance(TimeDelta::hours(8));
    assert_eq!(ada.send(VIEWER, json!({})).await.status, 401);
    ada.sign_in(ADA, PASSWORD, None).await;
    let first = ada.session().to_owned();
    for _ in 0..23 {
        app.advance(TimeDelta::hours(7));
        assert!(is_in(&ada.gql_raw(VIEWER, json!({})).await));
    }
    app.advance(TimeDelta::hours(7));
    assert_eq!(ada.send(VIEWER, json!({})).await.status, 401, "a week is over");
    // A browser that still sends the cookie of an ended session can sign in.
    assert_eq!(ada.sign_in(ADA, PASSWORD, None).await["outcome"], "SIGNED_IN");
    assert_ne!(ada.session(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_their_sessions_and_ends_the_others_and_managers_end_them_too() {
    let app = TestApp::new().await;
    let id = app.joined(ADA, Role::Sales).await;
    let (mut one, mut two, mut three) = (Browser::new(&app), Browser::new(&app), Browser::new(&app));
    for browser in [&mut one, &mut two, &mut three] {
        browser.sign_in(ADA, PASSWORD, None).await;
    }
    let sessions = one.ask("{ sessions { id current } }", json!({})).await;
    assert_eq!(sessions.as_array().unwrap().len(), 3);
    let other =
        sessions.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap()["id"]
            .clone();
    let end =
        "mutation($id: ID!) { endSession(input: { sessionId: $id }) { session { id } userErrors { code } } }";
    assert_eq!(one.ask(end, json!({ "id": other })).await["session"]["id"], other);
    assert_eq!(one.ask("mutation { endOtherSessions { ended } }", json!({})).await["ended"], 1);
    for browser in [&mut two, &mut three] {
        assert_eq!(browser.send(VIEWER, json!({})).await.status, 401);
    }
    // Another member's session looks nonexistent, except to those who manage members.
    let own = one.ask("{ sessions { id } }", json!({})).await[0]["id"].clone();
    let colleague = app.member(Role::Sales).await;
    assert_eq!(
        colleague.gql(end, json!({ "id": own })).await["endSession"]["userErrors"][0]["code"],
        "NOT_FOUND"
    );
    assert!(is_in(&one.gql_raw(VIEWER, json!({})).await));
    let admin = app.member(Role::Admin).await;
    let all =
        "mutation($id: ID!) { endMemberSessions(input: { memberId: $id }) { ended userErrors { code } } }";
    assert_eq!(admin.gql(all, json!({ "id": id.to_string() })).await["endMemberSessions"]["ended"], 1);
    assert_eq!(one.send(VIEWER, json!({})).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_can_use_the_cookie() {
    let app = TestApp::new().await;
    let ada = app.member(Role::Sales).await;
    let cookie = format!("__Host-accord_session={}", ada.key);
    let body = json!({ "query": VIEWER }).to_string().into_bytes();
    let ours = "http://localhost:8080";
    for (content_type, origin, site, status) in [
        ("application/json", Some(ours), None, 200),
        ("application/json", Some(ours), Some("same-origin"), 200),
        ("application/json", None, Some("same-origin"), 200),
        ("application/json", None, None, 403),
        ("application/json", Some("https://evil.example"), None, 403),
        ("application/json", Some("null"), None, 403),
        ("application/json", Some("http://localhost:8081"), Some("same-site"), 403),
        ("application/json", Some(ours), Some("cross-site"), 403),
        ("text/plain", Some(ours), Some("same-origin"), 415),
        ("application/x-www-form-urlencoded", Some(ours), Some("same-origin"), 415),
        ("multipart/form-data; boundary=x", Some(ours), Some("same-origin"), 415),
    ] {
        let mut visitor = app.visitor().header("cookie", &cookie).header("content-type", content_type);
        for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
            if let Some(value) = value {
                visitor = visitor.header(name, value);
            }
        }
        let answer = visitor.send("POST", "/graphql", body.clone()).await;
        assert_eq!(answer.status, status, "{content_type} {origin:?} {site:?}: {}", answer.text);
    }
    let get = app
        .visitor()
        .header("cookie", &cookie)
        .header("origin", ours)
        .get("/graphql?query={viewer{role}}")
        .await;
    assert_eq!(get.status, 405);
    // A page of another site cannot sign a browser in to an account of its choice either.
    let login = json!({ "query": "mutation { signIn(input: { workspace: \"lumen\", email: \"a@b.example\", password: \"x\" }) { outcome } }" });
    let visitor =
        app.visitor().header("content-type", "application/json").header("origin", "https://evil.example");
    assert_eq!(visitor.send("POST", "/graphql", login.to_string().into_bytes()).await.status, 403);
    // If both are sent, the bearer token counts, and the cookie adds no rights.
    let key = app.api_key(Role::Reader).await;
    let visitor = app.visitor().header("cookie", &cookie).header("content-type", "application/json");
    let answer =
        visitor.header("authorization", &format!("Bearer {}", key.key)).send("POST", "/graphql", body).await;
    assert_eq!(answer.json()["data"]["viewer"]["role"], "READER");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_can_do_four_things_one_at_a_time_and_nothing_else() {
    let app = TestApp::new().await;
    let one = "signIn(input: { workspace: \"lumen\", email: \"a@b.example\", password: \"x\" }) { outcome }";
    let code =
        |answer: &Value| answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    for (document, expected) in [
        (format!("mutation {{ {one} }}"), ""),
        (format!("mutation {{ a: {one} }}"), "MUST_BE_ALONE"),
        (format!("mutation {{ {one} b: {one} }}"), "MUST_BE_ALONE"),
        (
            format!(
                "mutation {{ ...F ...G }} fragment F on Mutation {{ {one} }} fragment G on Mutation {{ x: {one} }}"
            ),
            "MUST_BE_ALONE",
        ),
        (format!("mutation {{ {one} signOut {{ signedOut }} }}"), "MUST_BE_ALONE"),
        ("mutation { signOut { signedOut } }".to_owned(), "UNAUTHENTICATED"),
        ("{ viewer { role } }".to_owned(), "UNAUTHENTICATED"),
        ("{ __schema { queryType { name } } }".to_owned(), "UNAUTHENTICATED"),
        ("nonsense".to_owned(), "UNAUTHENTICATED"),
    ] {
        let answer = Browser::new(&app).gql_raw(&document, json!({})).await;
        assert_eq!(code(&answer), expected, "{document} {answer}");
    }
    // Long bodies of strangers are not read.
    let long = format!("mutation {{ {one} }} #{}", "x".repeat(20_000));
    assert_eq!(Browser::new(&app).send(&long, json!({})).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_mailbox_or_the_old_one_and_ends_other_sessions() {
    let app = TestApp::new().await;
    app.joined(ADA, Role::Sales).await;
    let (mut here, mut elsewhere) = (Browser::new(&app), Browser::new(&app));
    here.sign_in(ADA, PASSWORD, None).await;
    elsewhere.sign_in(ADA, PASSWORD, None).await;
    let change = "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { session { id } userErrors { code field } } }";
    for (present, new, field) in [
        ("not my password at all", "a much better password of mine", "currentPassword"),
        (PASSWORD, "short", "newPassword"),
        (PASSWORD, "password123456", "newPassword"),
        (PASSWORD, "Ada-Lovelace-Lumen", "newPassword"),
    ] {
        let refused =
            here.ask(change, json!({ "i": { "currentPassword": present, "newPassword": new } })).await;
        assert_eq!(refused["userErrors"][0]["field"], field, "{new}");
    }
    let before = here.session().to_owned();
    let done = here
        .ask(
            change,
            json!({ "i": { "currentPassword": PASSWORD, "newPassword": "a much better password of mine" } }),
        )
        .await;
    assert!(done["session"]["id"].is_string(), "{done}");
    assert_ne!(here.session(), before, "a new token");
    assert!(is_in(&here.gql_raw(VIEWER, json!({})).await));
    assert_eq!(elsewhere.send(VIEWER, json!({})).await.status, 401);
    app.run_jobs().await;
    assert!(app.mails_to(ADA).last().unwrap().text.contains("Your password was changed."));

    // By mail: the same answer for everybody, and a link that works once, within half an hour.
    let ask = "mutation($e: String!) { requestPasswordReset(input: { workspace: \"lumen\", email: $e }) { requested } }";
    let mails = app.mails().len();
    let answers = [
        Browser::new(&app).send(ask, json!({ "e": ADA })).await,
        Browser::new(&app).send(ask, json!({ "e": "nobody@lumen.example" })).await,
    ];
    assert_eq!((answers[0].status, &answers[0].text), (answers[1].status, &answers[1].text));
    app.run_jobs().await;
    assert_eq!(app.mails().len(), mails + 1);
    let link = app.mails_to(ADA).last().unwrap().link("reset-password");
    assert_eq!(app.visitor().get(&link).await.status, 200);
    assert_eq!(app.visitor().post_form(&link, &[("password", "short")]).await.status, 422);
    let done = app.visitor().post_form(&link, &[("password", "the third password I have")]).await;
    assert_eq!(done.status, 200, "{}", done.words());
    assert_eq!(
        app.visitor().post_form(&link, &[("password", "the fourth password I have")]).await.status,
        404
    );
    assert_eq!(here.send(VIEWER, json!({})).await.status, 401, "every session ends");
    assert_eq!(here.sign_in(ADA, "the third password I have", None).await["outcome"], "SIGNED_IN");
    app.run_jobs().await;
    Browser::new(&app).send(ask, json!({ "e": ADA })).await;
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("reset-password");
    app.advance(TimeDelta::minutes(31));
    assert_eq!(app.visitor().get(&link).await.status, 404);
}
