//! Members: who they are, how they join, and how their access ends everywhere at once.

use std::time::Duration;

use accord::{accounts::create_owner, platform::actor::Actor};
use chrono::TimeDelta;
use entity::{MemberId, Role};
use futures_util::{SinkExt, StreamExt};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use crate::support::{Browser, Client, PASSWORD, TestApp};

const INVITE: &str = "mutation($i: InviteMemberInput!) { inviteMember(input: $i) { member { id role joinedAt } userErrors { code field } } }";
const UPDATE: &str = "mutation($i: UpdateMemberInput!) { updateMember(input: $i) { member { role name version } userErrors { code field } } }";
const DEACTIVATE: &str = "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { member { deactivatedAt } userErrors { code field } } }";

async fn update(client: &Client<'_>, id: MemberId, version: i32, what: Value) -> Value {
    let mut input = json!({ "memberId": id.to_string(), "expectedVersion": version });
    input.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    client.gql_raw(UPDATE, json!({ "i": input })).await
}

async fn members(app: &TestApp) -> Vec<entity::member::Model> {
    entity::member::Entity::find().all(app.app.db()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_signed_in_is_known_by_their_cookie() {
    let app = TestApp::new().await;
    let sales = app.member(Role::Sales).await;
    let seen = sales
        .gql("{ viewer { role apiKeyId member { id } session { current } } members(first: 5) { totalCount nodes { id name role } } }", json!({}))
        .await;
    assert_eq!(
        (&seen["viewer"]["role"], &seen["viewer"]["member"]["id"]),
        (&json!("SALES"), &json!(sales.member_id().to_string()))
    );
    assert_eq!(seen["members"]["nodes"][0]["id"], sales.member_id().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_joins_on_the_page_behind_the_link_and_signs_in() {
    let app = TestApp::new().await;
    let admin = app.member(Role::Admin).await;
    let input = json!({ "email": "bob@lumen.example", "name": "Bob", "role": "SALES", "language": "fr", "idempotencyKey": "k1" });
    let invited = admin.gql(INVITE, json!({ "i": input })).await["inviteMember"].clone();
    assert_eq!(invited["member"]["joinedAt"], Value::Null, "{invited}");
    assert_eq!(
        admin.gql(INVITE, json!({ "i": input })).await["inviteMember"]["member"]["id"],
        invited["member"]["id"],
        "sent again, it is one"
    );
    let mut again = input.clone();
    again["idempotencyKey"] = Value::Null;
    assert_eq!(
        admin.gql(INVITE, json!({ "i": again })).await["inviteMember"]["userErrors"][0]["code"],
        "TAKEN"
    );
    app.run_jobs().await;
    let mail = app.only_mail_to("bob@lumen.example");
    assert!(mail.subject.contains("rejoindre"), "{}", mail.subject);
    let link = mail.link("join");
    for _ in 0..2 {
        let page = app.visitor().get(&link).await;
        assert!(page.status == 200 && page.words().contains("Rejoindre"), "{} {}", page.status, page.words());
    }
    let weak = app.visitor().post_form(&link, &[("name", "Bob B."), ("password", "password1234")]).await;
    assert!(
        weak.status == 422 && weak.text.contains("Bob B.") && !weak.text.contains("password1234"),
        "{} {}",
        weak.status,
        weak.text
    );
    assert_eq!(
        app.visitor().post_form(&link, &[("name", "Bob B."), ("password", PASSWORD)]).await.status,
        200
    );
    assert_eq!(
        app.visitor().post_form(&link, &[("name", "Bob B."), ("password", PASSWORD)]).await.status,
        404,
        "the link is used"
    );
    assert_eq!(app.visitor().get("/join/v1.a.forged.link").await.status, 404);
    let mut bob = Browser::new(&app);
    assert_eq!(bob.sign_in("bob@lumen.example", PASSWORD, None).await["outcome"], "SIGNED_IN");
    assert_eq!(bob.ask("{ viewer { member { name } } }", json!({})).await["member"]["name"], "Bob B.");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_the_workspace_they_sign_in_to_wherever_they_choose_a_password() {
    for (language, label, with) in [
        ("en", "Workspace: lumen", "Sign in with"),
        ("fr", "Espace de travail : lumen", "Connectez-vous avec"),
    ] {
        let app = TestApp::new().await;
        app.app.ledger.db.touch("UPDATE workspace SET name = 'The Workshop'", vec![]).await.unwrap();
        let input =
            json!({ "email": "bob@lumen.example", "name": "Bob", "role": "SALES", "language": language });
        app.api_key(Role::Owner).await.gql(INVITE, json!({ "i": input })).await;
        app.run_jobs().await;
        let mail = app.only_mail_to("bob@lumen.example");
        assert!(
            mail.text.replace('\u{a0}', " ").contains(label) && mail.html.contains("<strong>lumen</strong>"),
            "{}",
            mail.text
        );
        let link = mail.link("join");
        assert!(app.visitor().get(&link).await.words().contains(label));
        let welcome =
            app.visitor().post_form(&link, &[("name", "Bob"), ("password", PASSWORD)]).await.words();
        assert!(
            welcome.contains(label) && welcome.contains(with) && welcome.contains("bob@lumen.example"),
            "{welcome}"
        );
        let ask = "mutation { requestPasswordReset(input: { workspace: \"lumen\", email: \"bob@lumen.example\" }) { requested } }";
        Browser::new(&app).send(ask, json!({})).await;
        app.run_jobs().await;
        let mail = app.mails_to("bob@lumen.example").pop().unwrap();
        assert!(
            mail.text.replace('\u{a0}', " ").contains(label) && mail.html.contains("<strong>lumen</strong>"),
            "{}",
            mail.text
        );
        let link = mail.link("reset-password");
        assert!(app.visitor().get(&link).await.words().contains(label));
        let done = app.visitor().post_form(&link, &[("password", "the third password I have")]).await.words();
        assert!(done.contains(label) && done.contains(with), "{done}");
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_told_by_its_own_sentence_beside_the_field() {
    let app = TestApp::new().await;
    let link = create_owner(&app.app, Actor::Operator, app.workspace, "ada.lovelace@lumen.example", "Ada")
        .await
        .unwrap();
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    let fresh = app.visitor().get(path).await.text;
    assert!(!fresh.contains("aria-invalid") && fresh.contains("aria-describedby=\"rule\""), "{fresh}");
    for (password, says) in [
        ("short", "too short"),
        ("password1234", "too common"),
        ("abcabcabcabc", "repeats the same characters"),
        ("ada.lovelace@lumen", "too easy to guess"),
    ] {
        let page = app.visitor().post_form(path, &[("name", "Ada"), ("password", password)]).await;
        assert!(page.status == 422 && page.words().contains(says), "{password}: {}", page.words());
        assert!(page.text.contains("<p class=\"error\" id=\"error-password\">"), "{}", page.text);
        let field =
            page.text.split("<input id=\"field-password\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(field.contains("aria-invalid=\"true\" aria-describedby=\"error-password rule\""), "{field}");
        assert!(
            !page.text.contains("error-name") && !page.text.contains(&format!("value=\"{password}\"")),
            "{}",
            page.text
        );
    }
    let nameless = app.visitor().post_form(path, &[("name", " "), ("password", PASSWORD)]).await;
    assert!(
        nameless.text.contains("aria-describedby=\"error-name\"")
            && !nameless.text.contains("error-password"),
        "{}",
        nameless.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_owner_gets_a_new_link_from_the_operator_and_others_do_not() {
    let app = TestApp::new().await;
    let create =
        async |email: &str| create_owner(&app.app, Actor::Operator, app.workspace, email, "Ada").await;
    let first = create("ada@lumen.example").await.unwrap();
    let second = create("Ada@Lumen.example").await.unwrap();
    let path = |link: &str| link.strip_prefix("http://localhost:8080").unwrap().to_owned();
    assert_eq!(app.visitor().get(&path(&first)).await.status, 404, "the old one is void");
    assert_eq!(
        app.visitor().post_form(&path(&second), &[("name", "Ada"), ("password", PASSWORD)]).await.status,
        200
    );
    assert!(create("ada@lumen.example").await.is_err(), "who has joined needs no link");
    app.api_key(Role::Owner)
        .await
        .gql(INVITE, json!({ "i": { "email": "bob@lumen.example", "name": "Bob", "role": "SALES" } }))
        .await;
    assert!(create("bob@lumen.example").await.is_err(), "nobody becomes an owner by being invited again");
    assert_eq!(members(&app).await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_was_sent_again_is_old_or_withdrawn_is_void() {
    let app = TestApp::new().await;
    let owner = app.api_key(Role::Owner).await;
    let input = json!({ "email": "bob@lumen.example", "name": "Bob", "role": "SALES" });
    let id = owner.gql(INVITE, json!({ "i": input })).await["inviteMember"]["member"]["id"].clone();
    app.run_jobs().await;
    app.advance(TimeDelta::hours(1));
    owner
        .gql(
            "mutation($id: ID!) { resendInvitation(input: { memberId: $id }) { userErrors { code } } }",
            json!({ "id": id }),
        )
        .await;
    app.run_jobs().await;
    let links: Vec<String> = app.mails_to("bob@lumen.example").iter().map(|mail| mail.link("join")).collect();
    assert_eq!(app.visitor().get(&links[0]).await.status, 404);
    assert_eq!(app.visitor().get(&links[1]).await.status, 200);
    let accept = "mutation($i: AcceptInvitationInput!) { acceptInvitation(input: $i) { member { name } userErrors { code field } } }";
    let token = links[0].rsplit('/').next().unwrap();
    let refused =
        Browser::new(&app).ask(accept, json!({ "i": { "token": token, "password": PASSWORD } })).await;
    assert_eq!(refused["userErrors"][0]["field"], "token");
    app.advance(TimeDelta::days(7));
    assert_eq!(app.visitor().get(&links[1]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_the_first_owner_with_a_link_and_mails_nothing() {
    let app = TestApp::new().await;
    let link =
        create_owner(&app.app, Actor::Operator, app.workspace, "ada@lumen.example", "Ada").await.unwrap();
    assert!(app.run_jobs().await == 0 && app.mails().is_empty());
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    assert_eq!(app.visitor().post_form(path, &[("name", "Ada"), ("password", PASSWORD)]).await.status, 200);
    let mut ada = Browser::new(&app);
    ada.sign_in("ada@lumen.example", PASSWORD, None).await;
    assert_eq!(ada.ask("{ viewer { role } }", json!({})).await["role"], "OWNER");
    // The only member cannot leave.
    let left = ada.ask("mutation { leaveWorkspace { member { id } userErrors { code } } }", json!({})).await;
    assert_eq!(left["userErrors"][0]["code"], "WRONG_STATE");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_is_neither_demoted_nor_deactivated_nor_gone_also_not_two_at_once() {
    let app = TestApp::new().await;
    let key = app.api_key(Role::Owner).await;
    for _ in 0..4 {
        let (one, two) = (app.member(Role::Owner).await, app.member(Role::Owner).await);
        // Members of the previous rounds.
        let rows = members(&app).await;
        for row in rows.iter().filter(|row| {
            row.id != one.member_id() && row.id != two.member_id() && row.deactivated_at.is_none()
        }) {
            key.gql(DEACTIVATE, json!({ "id": row.id.to_string() })).await;
        }
        let id = two.member_id().to_string();
        let (demoted, deactivated) = tokio::join!(
            update(&two, one.member_id(), 1, json!({ "role": "READER" })),
            one.gql_raw(DEACTIVATE, json!({ "id": id }))
        );
        let rows = members(&app).await;
        let owners =
            rows.iter().filter(|row| row.role == Role::Owner && row.deactivated_at.is_none()).count();
        assert_eq!(owners, 1, "{demoted} {deactivated}");
        let last = rows.iter().find(|row| row.role == Role::Owner && row.deactivated_at.is_none()).unwrap();
        let demoted = update(&key, last.id, last.version, json!({ "role": "ADMIN" })).await;
        assert_eq!(demoted["data"]["updateMember"]["userErrors"][0]["code"], "WRONG_STATE", "{demoted}");
        let gone = key.gql(DEACTIVATE, json!({ "id": last.id.to_string() })).await;
        assert_eq!(gone["deactivateMember"]["userErrors"][0]["code"], "WRONG_STATE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_make_and_unmake_owners_and_nobody_raises_themself() {
    let app = TestApp::new().await;
    let (owner, admin, sales) =
        (app.member(Role::Owner).await, app.member(Role::Admin).await, app.member(Role::Sales).await);
    let code =
        |answer: &Value| answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(&update(&admin, sales.member_id(), 1, json!({ "role": "OWNER" })).await), "FORBIDDEN");
    assert_eq!(code(&update(&admin, owner.member_id(), 1, json!({ "role": "READER" })).await), "FORBIDDEN");
    assert_eq!(
        code(&admin.gql_raw(DEACTIVATE, json!({ "id": owner.member_id().to_string() })).await),
        "FORBIDDEN"
    );
    let invited = json!({ "i": { "email": "x@lumen.example", "name": "X", "role": "OWNER" } });
    assert_eq!(code(&admin.gql_raw(INVITE, invited).await), "FORBIDDEN");
    assert_eq!(code(&update(&sales, sales.member_id(), 1, json!({ "role": "ADMIN" })).await), "FORBIDDEN");
    let key = "mutation($r: Role!) { createApiKey(input: { name: \"k\", role: $r }) { text apiKey { id } userErrors { code } } }";
    assert_eq!(code(&admin.gql_raw(key, json!({ "r": "OWNER" })).await), "FORBIDDEN");
    // Everybody may change their own name.
    let renamed = update(&sales, sales.member_id(), 1, json!({ "name": "Grace" })).await;
    assert_eq!(
        renamed["data"]["updateMember"]["member"],
        json!({ "role": "SALES", "name": "Grace", "version": 2 })
    );
    assert_eq!(
        update(&admin, sales.member_id(), 1, json!({ "role": "READER" })).await["data"]["updateMember"]["userErrors"]
            [0]["code"],
        "STALE"
    );
    let raised = update(&owner, sales.member_id(), 2, json!({ "role": "OWNER" })).await;
    assert_eq!(raised["data"]["updateMember"]["member"]["role"], "OWNER");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_is_shown_once_says_when_it_was_used_and_ends_when_it_is_revoked() {
    let app = TestApp::new().await;
    let admin = app.member(Role::Admin).await;
    let make = "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { text apiKey { id role lastUsedAt } userErrors { code field } } }";
    admin.stepped_up().await;
    let input = json!({ "name": "sync", "role": "READER", "idempotencyKey": "once" });
    let made = admin.gql(make, json!({ "i": input })).await["createApiKey"].clone();
    let again = admin.gql(make, json!({ "i": input })).await["createApiKey"].clone();
    assert_eq!((&again["apiKey"]["id"], &again["text"]), (&made["apiKey"]["id"], &Value::Null), "shown once");
    let past = admin
        .gql(make, json!({ "i": { "name": "late", "role": "READER", "expiresAt": "2020-01-01T00:00:00Z" } }))
        .await;
    assert_eq!(past["createApiKey"]["userErrors"][0]["field"], "expiresAt");
    let program = Client { app: &app, key: made["text"].as_str().unwrap().to_owned(), member: None };
    program.gql("{ viewer { role } }", json!({})).await;
    let keys = admin
        .gql("{ apiKeys(first: 5) { totalCount nodes { id lastUsedAt revokedAt } } }", json!({}))
        .await["apiKeys"]
        .clone();
    assert!(keys["totalCount"] == 1 && keys["nodes"][0]["lastUsedAt"].is_string(), "{keys}");
    let revoke = "mutation($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { apiKey { revokedAt } userErrors { code } } }";
    assert!(
        admin.gql(revoke, json!({ "id": made["apiKey"]["id"] })).await["revokeApiKey"]["apiKey"]["revokedAt"]
            .is_string()
    );
    assert_eq!(
        program.gql_raw("{ viewer { role } }", json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_role_holds_at_once_in_a_session_that_is_open() {
    let app = TestApp::new().await;
    let (owner, sales) = (app.member(Role::Owner).await, app.member(Role::Admin).await);
    sales.gql("{ apiKeys(first: 1) { totalCount } }", json!({})).await;
    update(&owner, sales.member_id(), 1, json!({ "role": "READER" })).await;
    let answer = sales.gql_raw("{ apiKeys(first: 1) { totalCount } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(sales.gql("{ viewer { role } }", json!({})).await["viewer"]["role"], "READER");
    owner.gql(DEACTIVATE, json!({ "id": sales.member_id().to_string() })).await;
    assert_eq!(
        sales.gql_raw("{ viewer { role } }", json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}

type Raw = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// A client's socket, or the status or close code it was refused with.
async fn socket(app: &TestApp, client: &Client<'_>, origin: Option<&str>) -> Result<Raw, u16> {
    let address = app.serve().await;
    let mut request = ClientRequestBuilder::new(format!("ws://{address}/graphql").parse().unwrap())
        .with_sub_protocol("graphql-transport-ws");
    request = match client.member {
        Some(_) => request.with_header("cookie", format!("__Host-accord_session={}", client.key)),
        None => request.with_header("authorization", format!("Bearer {}", client.key)),
    };
    if let Some(origin) = origin {
        request = request.with_header("origin", origin);
    }
    let mut socket = match connect_async(request).await {
        Ok((socket, _)) => socket,
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => return Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    };
    say(&mut socket, json!({ "type": "connection_init" })).await;
    hear(&mut socket).await?;
    Ok(socket)
}

async fn say(socket: &mut Raw, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message, or the close code; within three seconds, long before the periodic check.
async fn hear(socket: &mut Raw) -> Result<Value, u16> {
    loop {
        match tokio::time::timeout(Duration::from_secs(3), socket.next())
            .await
            .expect("the server said nothing")
        {
            Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_sockets_close_when_access_ends_and_nothing_that_came_after_is_told() {
    let app = TestApp::new().await;
    let owner = app.member(Role::Owner).await;
    for end in ["session", "deactivated", "role", "key"] {
        let client =
            if end == "key" { app.api_key(Role::Sales).await } else { app.member(Role::Sales).await };
        let mut socket = socket(&app, &client, Some("http://localhost:8080")).await.unwrap();
        let head = owner.gql("{ journalHead }", json!({})).await["journalHead"].clone();
        let query = format!("subscription {{ journal(after: {head}) {{ position entry {{ kind }} }} }}");
        say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": query } })).await;
        owner.gql("mutation { updateWorkspace(input: { legalName: \"Atelier Lumen SAS\" }) { userErrors { code } } }", json!({})).await;
        let first = hear(&mut socket).await.expect("an entry");
        assert_eq!(first["payload"]["data"]["journal"]["entry"]["kind"], "workspace.updated", "{first}");
        match end {
            "session" => {
                let id = client.member_id().to_string();
                owner
                    .gql(
                        "mutation($id: ID!) { endMemberSessions(input: { memberId: $id }) { ended } }",
                        json!({ "id": id }),
                    )
                    .await;
            }
            "deactivated" => {
                owner.gql(DEACTIVATE, json!({ "id": client.member_id().to_string() })).await;
            }
            "role" => {
                update(&owner, client.member_id(), 1, json!({ "role": "READER" })).await;
            }
            _ => {
                let id = client.gql("{ viewer { apiKeyId } }", json!({})).await["viewer"]["apiKeyId"].clone();
                owner.gql("mutation($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { userErrors { code } } }", json!({ "id": id })).await;
            }
        }
        owner
            .gql(
                "mutation { updateWorkspace(input: { name: \"Secret\" }) { userErrors { code } } }",
                json!({}),
            )
            .await;
        let code = loop {
            match hear(&mut socket).await {
                Ok(message) => assert!(!message.to_string().contains("workspace.updated"), "{end} {message}"),
                Err(code) => break code,
            }
        };
        assert_eq!(code, 4403, "{end}");
        owner
            .gql(
                "mutation { updateWorkspace(input: { name: \"Lumen\" }) { userErrors { code } } }",
                json!({}),
            )
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_takes_the_cookie_from_our_own_pages_only_and_signs_nobody_in() {
    let app = TestApp::new().await;
    let ada = app.member(Role::Sales).await;
    assert_eq!(socket(&app, &ada, Some("https://evil.example")).await.err(), Some(403));
    assert_eq!(
        socket(&app, &ada, None).await.err(),
        Some(4403),
        "without the browser's word a cookie is none"
    );
    let mut socket = socket(&app, &ada, Some("http://localhost:8080")).await.unwrap();
    let query = "mutation { signIn(input: { workspace: \"lumen\", email: \"a@b.example\", password: \"x\" }) { outcome userErrors { code message } } }";
    say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": query } })).await;
    let answer = hear(&mut socket).await.unwrap();
    assert_eq!(answer["payload"]["data"]["signIn"]["userErrors"][0]["code"], "WRONG_STATE", "{answer}");
}
