//! Apps on origins of their own (`ACCORD_APP_ORIGINS`): what browsers let them do, and that pages on other
//! origins cannot.

use accord::{
    config::Config,
    platform::{mailer::Mailer, web::AppOrigins},
};
use entity::Role;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{ClientRequestBuilder, Error as WsError},
};

use crate::support::{Answer, PASSWORD, TestApp};

const APP: &str = "https://app.example.org";

async fn with_an_app() -> TestApp {
    let origins = AppOrigins::parse(APP, true).unwrap();
    TestApp::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| Config {
        app_origins: origins,
        ..config
    })
    .await
}

/// A request as a page of this origin sends it, with additional headers.
async fn from_page(
    app: &TestApp,
    origin: &str,
    more: &[(&str, &str)],
    query: &str,
    variables: Value,
) -> Answer {
    let mut visitor = app.visitor().header("content-type", "application/json").header("origin", origin);
    for (name, value) in more {
        visitor = visitor.header(name, value);
    }
    visitor
        .send("POST", "/graphql", json!({ "query": query, "variables": variables }).to_string().into_bytes())
        .await
}

const SIGN_IN: &str = "mutation($i: SignInInput!) { signIn(input: $i) { outcome } }";

fn by_password() -> Value {
    json!({ "i": { "workspace": "lumen", "email": "ada@staff.example", "password": PASSWORD } })
}

fn vary(answer: &Answer) -> String {
    answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(", ")
}

fn assert_open(answer: &Answer) {
    let said =
        (answer.header("access-control-allow-origin"), answer.header("access-control-allow-credentials"));
    assert_eq!(said, (APP, "true"), "{} {}", answer.status, answer.text);
    assert!(vary(answer).contains("origin"), "{:?}", answer.headers);
}

fn assert_shut(answer: &Answer) {
    let open = answer.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
    assert!(open.is_none(), "{:?}", answer.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_app_may_ask_before_it_sends_and_nobody_else_may() {
    let app = with_an_app().await;
    let ask = async |origin: &str, path: &str| {
        let visitor = app.visitor().header("origin", origin).header("access-control-request-method", "POST");
        visitor
            .header("access-control-request-headers", "authorization,content-type,x-mine")
            .send("OPTIONS", path, Vec::new())
            .await
    };
    let answer = ask(APP, "/graphql").await;
    assert_eq!(answer.status, 204);
    assert_open(&answer);
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,content-type,x-mine");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, POST");
    for origin in [
        "https://evil.example",
        "https://app.example.org.evil.example",
        "http://app.example.org",
        "null",
        "http://localhost:8080",
    ] {
        let answer = ask(origin, "/graphql").await;
        assert_eq!(answer.status, 405, "{origin}");
        assert_shut(&answer);
        assert!(vary(&answer).contains("origin"), "no cache may keep it for the app");
    }
    for path in ["/join/x", "/healthz", "/graphiql", "/nowhere"] {
        assert_shut(&ask(APP, path).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_from_a_listed_app_and_uses_everything() {
    let app = with_an_app().await;
    app.joined("ada@staff.example", Role::Owner).await;
    for (site, attributes) in
        [("same-site", "SameSite=Strict; Max-Age="), ("cross-site", "SameSite=None; Partitioned; Max-Age=")]
    {
        let site = ("sec-fetch-site", site);
        let answer = from_page(&app, APP, &[site], SIGN_IN, by_password()).await;
        assert_open(&answer);
        assert_eq!(answer.json()["data"]["signIn"]["outcome"], "SIGNED_IN", "{}", answer.text);
        let cookies: Vec<&str> =
            answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 2, "the session and the device");
        for cookie in &cookies {
            assert!(
                cookie.starts_with("__Host-")
                    && cookie.contains("; Path=/; Secure; HttpOnly; ")
                    && cookie.contains(attributes),
                "{cookie}"
            );
        }
        let session = cookies
            .iter()
            .find(|cookie| cookie.starts_with("__Host-accord_session"))
            .unwrap()
            .split(';')
            .next()
            .unwrap();

        let answer =
            from_page(&app, APP, &[site, ("cookie", session)], "{ viewer { role } }", json!({})).await;
        assert_open(&answer);
        assert_eq!(answer.json()["data"]["viewer"]["role"], "OWNER");
        let shut = from_page(
            &app,
            "https://evil.example",
            &[site, ("cookie", session)],
            "{ viewer { role } }",
            json!({}),
        )
        .await;
        assert_eq!(shut.status, 403, "another site's page sends the same cookie along");
        assert_shut(&shut);
        let shut = from_page(&app, "https://evil.example", &[site], SIGN_IN, by_password()).await;
        assert_eq!(shut.status, 403);

        let out = from_page(
            &app,
            APP,
            &[site, ("cookie", session)],
            "mutation { signOut { signedOut } }",
            json!({}),
        )
        .await;
        let cookie = out.header("set-cookie");
        assert!(
            cookie.starts_with("__Host-accord_session=;")
                && cookie.contains(attributes)
                && cookie.ends_with("Max-Age=0"),
            "{cookie}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_can_read_why_it_is_refused() {
    let app = with_an_app().await;
    let unknown = from_page(&app, APP, &[], "{ viewer { role } }", json!({})).await;
    assert_eq!(
        (unknown.status, unknown.json()["errors"][0]["extensions"]["code"].as_str()),
        (401, Some("UNAUTHENTICATED"))
    );
    assert_open(&unknown);
    assert!(unknown.header("access-control-expose-headers").contains("www-authenticate"));
    let visitor = app.visitor().header("content-type", "text/plain").header("origin", APP);
    let wrong = visitor.send("POST", "/graphql", b"{}".to_vec()).await;
    assert_eq!(wrong.status, 415);
    assert_open(&wrong);
    // An API key is sent deliberately, so any page that holds one may use it wherever it can read the answer.
    let key = app.api_key(Role::Reader).await;
    let bearer = format!("Bearer {}", key.key);
    let answer = from_page(&app, APP, &[("authorization", &bearer)], "{ viewer { role } }", json!({})).await;
    assert_open(&answer);
    assert_eq!(answer.json()["data"]["viewer"]["role"], "READER");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_app_is_listed_nothing_is_open() {
    let app = TestApp::new().await;
    let ask = app.visitor().header("origin", APP).header("access-control-request-method", "POST");
    let answer = ask.send("OPTIONS", "/graphql", Vec::new()).await;
    assert_eq!(answer.status, 405);
    assert_shut(&answer);
    assert_eq!(from_page(&app, APP, &[], SIGN_IN, by_password()).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_app_opens_the_socket_with_its_members_session() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    let app = with_an_app().await;
    let address = app.serve().await;
    let member = app.member(Role::Reader).await;
    let cookie = format!("__Host-accord_session={}", member.key);
    let connect = async |origin: &str| {
        let request = ClientRequestBuilder::new(format!("ws://{address}/graphql").parse().unwrap());
        let request = request
            .with_sub_protocol("graphql-transport-ws")
            .with_header("origin", origin)
            .with_header("sec-fetch-site", "cross-site");
        connect_async(request.with_header("cookie", cookie.as_str())).await
    };
    let (mut socket, _) = connect(APP).await.unwrap();
    socket.send(Message::text(r#"{"type":"connection_init"}"#)).await.unwrap();
    let Some(Ok(Message::Text(answer))) = socket.next().await else { panic!("no answer") };
    assert!(answer.contains("connection_ack"), "{answer}");
    match connect("https://evil.example").await {
        Err(WsError::Http(response)) => assert_eq!(response.status(), 403),
        other => panic!("{other:?}"),
    }
}
