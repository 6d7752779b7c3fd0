//! HTTP to the letter, through the router.

use axum::{body::Body, http::header::HeaderName};
use serde_json::Value as Json;
use tower::ServiceExt;

use super::{
    super::test_schema::{self, Stage},
    *,
};

struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap()
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn send(stage: &Stage, method: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut request = HttpRequest::builder().method(method).uri("/graphql");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = stage.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Reply { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

const JSON: (&str, &str) = ("content-type", "application/json");
const KEY: (&str, &str) = ("authorization", "Bearer good");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

async fn ask(stage: &Stage, query: &str) -> Reply {
    send(stage, "POST", &[JSON, KEY, NEW], json!({ "query": query }).to_string()).await
}

#[tokio::test]
async fn a_query_is_answered_in_the_type_that_was_asked_for() {
    let stage = Stage::new();
    let body = || {
        json!({ "query": "query Q($n: Int!) { twice(n: $n) me }", "variables": { "n": 21 }, "operationName": "Q", "extensions": null, "else": 1 })
            .to_string()
    };
    for (accept, expected) in [
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json; charset=utf-8"),
        ("application/graphql-response+json;q=0.1, application/json", "application/json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        ("text/html", "application/json; charset=utf-8"),
    ] {
        let reply = send(&stage, "POST", &[("content-type", "Application/JSON; charset=UTF-8"), KEY, ("accept", accept)], body()).await;
        assert_eq!((reply.status, reply.header(header::CONTENT_TYPE)), (200, expected), "{accept}");
        assert_eq!(reply.json(), json!({ "data": { "twice": 42, "me": "good" } }));
        assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    }
}

#[tokio::test]
async fn only_json_by_post_is_taken() {
    let stage = Stage::new();
    let body = json!({ "query": "{ me }" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/graphql",
        "application/json; q=1",
    ] {
        let reply = send(&stage, "POST", &[("content-type", kind), KEY], body.clone()).await;
        assert_eq!((reply.status, reply.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
        assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
    }
    assert_eq!(send(&stage, "POST", &[KEY], body.clone()).await.status, 415);
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
        let reply = send(&stage, method, &[JSON, KEY], "").await;
        assert_eq!((reply.status, reply.header(header::ALLOW)), (405, "POST"), "{method}");
    }
    assert_eq!(send(&stage, "GET", &[KEY, ("upgrade", "websocket")], "").await.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused() {
    let stage = Stage::new();
    for (body, code) in [
        (r"", "BAD_REQUEST"),
        ("{", "BAD_REQUEST"),
        ("7", "BAD_REQUEST"),
        ("{}", "BAD_REQUEST"),
        (r#"{"query":7}"#, "BAD_REQUEST"),
        (r#"{"query":"{ me }","variables":[]}"#, "BAD_REQUEST"),
        (r#"{"query":"{ me }","extensions":"x"}"#, "BAD_REQUEST"),
        (r#"{"query":"{ me }","operationName":{}}"#, "BAD_REQUEST"),
        (r#" [{"query":"{ me }"}]"#, "BATCH_REFUSED"),
    ] {
        let reply = send(&stage, "POST", &[JSON, KEY], body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
    }
    let reply = send(&stage, "POST", &[JSON, KEY], Body::from(&b"{\"query\":\"\xff\"}"[..])).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "BAD_REQUEST"));
    let reply = send(&stage, "POST", &[JSON, KEY], vec![b' '; limits::MAX_BODY + 1]).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"));
}

#[tokio::test]
async fn what_was_not_executed_has_no_data_and_a_status_by_type() {
    let stage = Stage::new();
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { twice(n: $n) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { me twice(n: 1) small(n: $n) }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ twice(n: \"x\") }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { count(to: 1) }", "SUBSCRIPTION_NEEDS_SOCKET"),
        ("{ expensive }", "TOO_COMPLEX"),
    ] {
        let reply = ask(&stage, query).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{query}: {}", reply.text);
        assert!(reply.json().get("data").is_none(), "{query}");
        assert!(!reply.text.contains("Did you mean"));
        let reply = send(&stage, "POST", &[JSON, KEY], json!({ "query": query }).to_string()).await;
        assert_eq!((reply.status, reply.code().as_str()), (200, code), "{query}");
    }
    for wrong in [json!("x"), json!(null), json!([1]), json!(1.5)] {
        let body = json!({ "query": "query($n: Int!) { twice(n: $n) }", "variables": { "n": wrong } }).to_string();
        let reply = send(&stage, "POST", &[JSON, KEY, NEW], body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"), "{wrong}: {}", reply.text);
    }
    let reply = send(&stage, "POST", &[JSON, KEY, NEW], json!({ "query": "{ me }", "operationName": "Other" }).to_string()).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"));
}

#[tokio::test]
async fn bombs_do_not_reach_the_schema() {
    let stage = Stage::new();
    let aliases = (0..101).map(|n| format!("a{n}:__typename")).collect::<Vec<_>>().join(" ");
    assert_eq!(ask(&stage, &format!("{{ x: me {aliases} }}")).await.status, 400);
    assert_eq!(ask(&stage, &format!("{{ nest {{ {aliases} }} }}")).await.code(), "TOO_MANY_ALIASES");
    assert_eq!(ask(&stage, &format!("{{ {} }}", "__typename ".repeat(2_500))).await.code(), "TOO_MANY_TOKENS");
    assert_eq!(ask(&stage, &format!("{{ {} }}", "__typename ".repeat(21))).await.code(), "TOO_MANY_ROOT_FIELDS");
    assert_eq!(ask(&stage, &format!("{{ {} me {} }}", "nest {".repeat(13), "}".repeat(13))).await.code(), "TOO_DEEP");
    assert_eq!(ask(&stage, &format!("{{ me(x: {}{}) }}", "[".repeat(900), "]".repeat(900))).await.code(), "TOO_DEEP");
    let directives = (0..10).map(|n| format!("@d{n}")).collect::<Vec<_>>().join(" ");
    let reply = ask(&stage, &format!("{{ me {directives} }}")).await;
    assert!(reply.json()["errors"].as_array().unwrap().len() < 10);
}

#[tokio::test]
async fn errors_in_fields_keep_the_rest_and_show_nothing_inside() {
    let stage = Stage::new();
    let reply = ask(&stage, "{ me busy leak }").await;
    assert_eq!(reply.status, 200);
    let answer = reply.json();
    assert_eq!(answer["data"], json!({ "me": "good", "busy": null, "leak": null }), "{answer}");
    let codes: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| error["extensions"]["code"].clone()).collect();
    assert!(codes.contains(&json!("BUSY")) && codes.contains(&json!("INTERNAL")), "{codes:?}");
    assert!(!reply.text.contains("secret"), "{}", reply.text);
    let reply = ask(&stage, "{ me small(n: 300) }").await;
    assert_eq!((reply.status, reply.code().as_str()), (200, "BAD_USER_INPUT"), "{}", reply.text);
    let reply = ask(&stage, "{ panics }").await;
    assert_eq!((reply.status, reply.code().as_str()), (500, "INTERNAL"));
}

#[tokio::test]
async fn a_credential_is_needed_for_everything() {
    let stage = Stage::new();
    let body = || json!({ "query": "{ __typename }" }).to_string();
    let reply = send(&stage, "POST", &[JSON], body()).await;
    assert_eq!((reply.status, reply.header(header::WWW_AUTHENTICATE), reply.code().as_str()), (401, "Bearer", "UNAUTHENTICATED"));
    for wrong in ["Bearer bad", "Bearer", "Basic good", "good"] {
        let reply = send(&stage, "POST", &[JSON, ("authorization", wrong)], body()).await;
        assert_eq!((reply.status, reply.header(header::WWW_AUTHENTICATE)), (401, "Bearer error=\"invalid_token\""), "{wrong}");
    }
    let reply = send(&stage, "POST", &[JSON, ("authorization", "bearer  busy")], body()).await;
    assert_eq!((reply.status, reply.header(header::RETRY_AFTER)), (503, "3"));
}

#[tokio::test]
async fn with_graphiql_anyone_may_read_the_schema_and_nothing_else() {
    let mut stage = Stage::new();
    stage.anonymous_introspection = true;
    let schema = "{ __schema { types { fields { args { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }";
    let reply = send(&stage, "POST", &[JSON, NEW], json!({ "query": schema }).to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.json()["data"]["__schema"]["types"].as_array().unwrap().len() > 5);
    for query in ["{ me }", "{ __typename me }", "mutation { slow }", "subscription { count(to: 1) }"] {
        assert_eq!(send(&stage, "POST", &[JSON, NEW], json!({ "query": query }).to_string()).await.status, 401, "{query}");
    }
    assert_eq!(send(&stage, "POST", &[JSON, ("authorization", "Bearer bad")], json!({ "query": schema }).to_string()).await.status, 401);
}

#[tokio::test]
async fn a_query_that_takes_too_long_stops_and_a_mutation_is_never_cut() {
    let mut stage = Stage::new();
    stage.patience.execution = Duration::from_millis(40);
    let reply = ask(&stage, "{ sleep }").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "TIMEOUT"));
    let reply = ask(&stage, "mutation { slow }").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "TIMEOUT"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.seen.finished(), ["slow"], "the query was stopped, the mutation ran to its end");
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_cut_a_mutation() {
    let stage = Stage::new();
    let gone = tokio::time::timeout(Duration::from_millis(40), ask(&stage, "mutation { slow }")).await;
    assert!(gone.is_err());
    let gone = tokio::time::timeout(Duration::from_millis(40), ask(&stage, "{ sleep }")).await;
    assert!(gone.is_err());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.seen.finished(), ["slow"]);
}

#[test]
fn request_ids_are_taken_over_only_when_they_look_like_one() {
    let id = |text: &'static str| request_id(&HeaderMap::from_iter([(HeaderName::from_static("x-request-id"), HeaderValue::from_static(text))]));
    assert_eq!(id("0193-ab").as_deref(), Some("0193-ab"));
    assert_eq!(id("ada@example.org"), None);
    let _ = test_schema::schema(&test_schema::Seen::default());
}
