//! Tests of every detail of HTTP, through the router.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header, header::HeaderName},
};
use serde_json::{Value as Json, json};
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
    send_to(stage, method, "/graphql", headers, body).await
}

async fn send_to(
    stage: &Stage,
    method: &str,
    address: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Reply {
    send_through(stage.router(), method, address, headers, body).await
}

async fn send_through(
    router: Router,
    method: &str,
    address: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Reply {
    let mut request = HttpRequest::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.oneshot(request.body(body.into()).unwrap()).await.unwrap();
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
        (
            "application/graphql-response+json, application/json;q=0.9",
            "application/graphql-response+json; charset=utf-8",
        ),
        ("application/graphql-response+json;q=0.1, application/json", "application/json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        ("text/html", "application/json; charset=utf-8"),
    ] {
        let reply = send(
            &stage,
            "POST",
            &[("content-type", "Application/JSON; charset=UTF-8"), KEY, ("accept", accept)],
            body(),
        )
        .await;
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
    for method in ["HEAD", "PUT", "DELETE", "OPTIONS"] {
        let reply = send(&stage, method, &[JSON, KEY], "").await;
        assert_eq!((reply.status, reply.header(header::ALLOW)), (405, "POST"), "{method}");
    }
    assert_eq!(send(&stage, "GET", &[KEY, ("upgrade", "websocket")], "").await.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn one_document_pages_either_way_and_leaves_the_other_size_out() {
    let stage = Stage::new();
    let query = "query($first: Int, $last: Int) { ...page } fragment page on Query { rows(first: $first, last: $last) { twice(n: 1) } }";
    for (variables, rows) in [
        (json!({ "first": 2 }), 2),
        (json!({ "last": 1 }), 1),
        (json!({}), 3),
        (json!({ "first": null, "last": 2 }), 2),
    ] {
        let reply = send(
            &stage,
            "POST",
            &[JSON, KEY, NEW],
            json!({ "query": query, "variables": variables }).to_string(),
        )
        .await;
        assert_eq!(
            reply.json()["data"]["rows"].as_array().map(Vec::len),
            Some(rows),
            "{variables}: {}",
            reply.text
        );
    }
}

#[tokio::test]
async fn get_asks_with_a_key_and_changes_nothing() {
    let stage = Stage::new();
    let get = async |query: &str, headers: &[(&str, &str)]| {
        send_to(&stage, "GET", &format!("/graphql?{query}"), headers, "").await
    };
    let asked = "query=query(%24n%3AInt!)%7Btwice(n%3A%24n)%7D&variables=%7B%22n%22%3A21%7D&operationName=&extensions=%7B%7D&else=1";
    let reply = get(asked, &[KEY, NEW]).await;
    assert_eq!((reply.status, reply.json()), (200, json!({ "data": { "twice": 42 } })), "{}", reply.text);
    // Requests that a plain link, an image or a form of another site can send.
    for headers in [
        &[][..],
        &[("cookie", "session=good")],
        &[("sec-fetch-site", "same-origin"), ("cookie", "session=good")],
    ] {
        let reply = get("query=%7Bme%7D", headers).await;
        assert_eq!(
            (reply.status, reply.header(header::ALLOW), reply.code().as_str()),
            (405, "POST", "METHOD_NOT_ALLOWED"),
            "{headers:?}"
        );
    }
    for mutation in
        ["query=mutation%7Bslow%7D", "query=query%20A%7Bme%7D%20mutation%20B%7Bslow%7D&operationName=B"]
    {
        let reply = get(mutation, &[KEY, NEW]).await;
        assert_eq!((reply.status, reply.header(header::ALLOW)), (405, "POST"), "{mutation}");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(stage.seen.finished().is_empty());
    for wrong in [
        "",
        "query=%7Bme%7D&query=%7Bme%7D",
        "query=%7Bme%7D&variables=7",
        "query=%7Bme%7D&variables=%7B",
        "query=%7Bme%7D&extensions=%5B%5D",
    ] {
        let reply = get(wrong, &[KEY, NEW]).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "BAD_REQUEST"), "{wrong}");
    }
    assert_eq!(get("query=%7Bme%7D", &[("authorization", "Bearer bad")]).await.status, 401);
}

/// The extension as clients of automatic persisted queries send it.
fn named(hash: &str) -> Json {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn a_document_that_was_sent_with_its_hash_is_known_by_it() {
    let (router, query) = (Stage::new().router(), "query Q($n: Int!) { twice(n: $n) }");
    let hash = hex::encode(super::super::documents::hash(query));
    let post =
        |body: Json| send_through(router.clone(), "POST", "/graphql", &[JSON, KEY, NEW], body.to_string());
    let by_hash = || post(json!({ "extensions": named(&hash), "variables": { "n": 21 } }));
    let unknown = by_hash().await;
    assert_eq!((unknown.status, unknown.code().as_str()), (400, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound", "what clients look for");

    let first = post(json!({ "query": query, "extensions": named(&hash), "variables": { "n": 21 } })).await;
    assert_eq!(first.json(), json!({ "data": { "twice": 42 } }));
    assert_eq!(by_hash().await.json(), json!({ "data": { "twice": 42 } }));
    let extensions = named(&hash).to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
    let got = send_through(
        router.clone(),
        "GET",
        &format!("/graphql?extensions={extensions}&variables=%7B%22n%22:4%7D"),
        &[KEY],
        "",
    )
    .await;
    assert_eq!(got.json(), json!({ "data": { "twice": 8 } }));
    let body = json!({ "extensions": named(&hash), "variables": { "n": 3 } }).to_string();
    let streamed = send_through(router.clone(), "POST", "/graphql", &[JSON, KEY, EVENTS], body).await;
    assert_eq!(streamed.text, "event: next\ndata: {\"data\":{\"twice\":6}}\n\nevent: complete\ndata: \n\n");
    // A document named by its hash is checked like any other.
    let without = post(json!({ "extensions": named(&hash) })).await;
    assert_eq!(without.code(), "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn a_hash_that_is_not_the_documents_names_nothing() {
    let router = Stage::new().router();
    let post =
        |body: Json| send_through(router.clone(), "POST", "/graphql", &[JSON, KEY, NEW], body.to_string());
    let hash = hex::encode(super::super::documents::hash("{ me }"));
    let wrong = post(json!({ "query": "{ twice(n: 1) }", "extensions": named(&hash) })).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "BAD_REQUEST"));
    assert_eq!(post(json!({ "extensions": named(&hash) })).await.code(), "PERSISTED_QUERY_NOT_FOUND");
    let bomb = format!("{{ {} }}", "me ".repeat(5_000));
    let refused = post(
        json!({ "query": bomb, "extensions": named(&hex::encode(super::super::documents::hash(&bomb))) }),
    )
    .await;
    assert_eq!(refused.code(), "TOO_MANY_TOKENS");
    for extension in [
        json!({ "version": 2, "sha256Hash": hash }),
        json!({ "version": 1, "sha256Hash": "ada" }),
        json!({ "version": 1 }),
        json!(7),
    ] {
        let body = json!({ "query": "{ me }", "extensions": { "persistedQuery": extension } });
        assert_eq!(post(body.clone()).await.code(), "BAD_REQUEST", "{body}");
    }
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
        assert!(!reply.text.contains("line 0"), "{}", reply.text);
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
        let body =
            json!({ "query": "query($n: Int!) { twice(n: $n) }", "variables": { "n": wrong } }).to_string();
        let reply = send(&stage, "POST", &[JSON, KEY, NEW], body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "GRAPHQL_VALIDATION_FAILED"),
            "{wrong}: {}",
            reply.text
        );
    }
    let reply = send(
        &stage,
        "POST",
        &[JSON, KEY, NEW],
        json!({ "query": "{ me }", "operationName": "Other" }).to_string(),
    )
    .await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"));
}

#[tokio::test]
async fn bombs_do_not_reach_the_schema() {
    let stage = Stage::new();
    let aliases = (0..101).map(|n| format!("a{n}:__typename")).collect::<Vec<_>>().join(" ");
    assert_eq!(ask(&stage, &format!("{{ x: me {aliases} }}")).await.status, 400);
    assert_eq!(ask(&stage, &format!("{{ nest {{ {aliases} }} }}")).await.code(), "TOO_MANY_ALIASES");
    assert_eq!(
        ask(&stage, &format!("{{ {} }}", "__typename ".repeat(2_500))).await.code(),
        "TOO_MANY_TOKENS"
    );
    assert_eq!(
        ask(&stage, &format!("{{ {} }}", "__typename ".repeat(21))).await.code(),
        "TOO_MANY_ROOT_FIELDS"
    );
    assert_eq!(
        ask(&stage, &format!("{{ {} me {} }}", "nest {".repeat(13), "}".repeat(13))).await.code(),
        "TOO_DEEP"
    );
    assert_eq!(
        ask(&stage, &format!("{{ me(x: {}{}) }}", "[".repeat(900), "]".repeat(900))).await.code(),
        "TOO_DEEP"
    );
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
    let codes: Vec<_> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["extensions"]["code"].clone())
        .collect();
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
    assert_eq!(
        (reply.status, reply.header(header::WWW_AUTHENTICATE), reply.code().as_str()),
        (401, "Bearer", "UNAUTHENTICATED")
    );
    for wrong in ["Bearer bad", "Bearer", "Basic good", "good"] {
        let reply = send(&stage, "POST", &[JSON, ("authorization", wrong)], body()).await;
        assert_eq!(
            (reply.status, reply.header(header::WWW_AUTHENTICATE)),
            (401, "Bearer error=\"invalid_token\""),
            "{wrong}"
        );
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
        assert_eq!(
            send(&stage, "POST", &[JSON, NEW], json!({ "query": query }).to_string()).await.status,
            401,
            "{query}"
        );
    }
    assert_eq!(
        send(
            &stage,
            "POST",
            &[JSON, ("authorization", "Bearer bad")],
            json!({ "query": schema }).to_string()
        )
        .await
        .status,
        401
    );
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
    let id = |text: &'static str| {
        request_id(&HeaderMap::from_iter([(
            HeaderName::from_static("x-request-id"),
            HeaderValue::from_static(text),
        )]))
    };
    assert_eq!(id("0193-ab").as_deref(), Some("0193-ab"));
    assert_eq!(id("ada@example.org"), None);
    let _ = test_schema::schema(&test_schema::Seen::default());
}

const EVENTS: (&str, &str) = ("accept", "text/event-stream");

async fn events(stage: &Stage, query: &str) -> Reply {
    send(stage, "POST", &[JSON, KEY, EVENTS], json!({ "query": query }).to_string()).await
}

#[tokio::test]
async fn a_subscription_comes_as_an_event_stream_and_ends_with_complete() {
    let stage = Stage::new();
    let expected = "event: next\ndata: {\"data\":{\"count\":1}}\n\nevent: next\ndata: {\"data\":{\"count\":2}}\n\nevent: complete\ndata: \n\n";
    let reply = events(&stage, "subscription { count(to: 2) }").await;
    assert_eq!(
        (reply.status, reply.header(header::CONTENT_TYPE), reply.text.as_str()),
        (200, "text/event-stream", expected)
    );
    assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    let get =
        send_to(&stage, "GET", "/graphql?query=subscription%7Bcount(to%3A2)%7D", &[KEY, EVENTS], "").await;
    assert_eq!(get.text, expected);
    // A client that accepts both gets the type that fits the operation.
    let both = ("accept", "application/graphql-response+json, text/event-stream");
    let body = |query: &str| json!({ "query": query }).to_string();
    assert_eq!(
        send(&stage, "POST", &[JSON, KEY, both], body("subscription { count(to: 2) }")).await.text,
        expected
    );
    assert_eq!(
        send(&stage, "POST", &[JSON, KEY, both], body("{ me }")).await.json(),
        json!({ "data": { "me": "good" } })
    );
    let reply = ask(&stage, "subscription { count(to: 2) }").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "SUBSCRIPTION_NEEDS_SOCKET"));
}

#[tokio::test]
async fn an_event_stream_also_carries_queries_and_refusals() {
    let stage = Stage::new();
    assert_eq!(
        events(&stage, "{ me }").await.text,
        "event: next\ndata: {\"data\":{\"me\":\"good\"}}\n\nevent: complete\ndata: \n\n"
    );
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { forbidden }", "FORBIDDEN"),
    ] {
        let text = events(&stage, query).await.text;
        assert!(
            text.starts_with("event: next\ndata: {\"errors\":[") && text.contains(code),
            "{query}: {text}"
        );
        assert!(text.ends_with("event: complete\ndata: \n\n"), "{text}");
    }
    let reply =
        send(&stage, "POST", &[JSON, EVENTS], json!({ "query": "subscription { silent }" }).to_string())
            .await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn an_event_stream_ends_when_access_does_and_when_the_process_does() {
    let mut stage = Stage::new();
    stage.patience.recheck = Duration::from_millis(50);
    let revoke = async {
        eventually(|| stage.seen.streams() == 1).await;
        "other".clone_into(&mut stage.key.lock().unwrap());
    };
    let (reply, ()) = tokio::join!(events(&stage, "subscription { silent }"), revoke);
    assert!(
        reply.text.contains("FORBIDDEN") && reply.text.ends_with("event: complete\ndata: \n\n"),
        "{}",
        reply.text
    );
    "good".clone_into(&mut stage.key.lock().unwrap());
    let stop = async {
        eventually(|| stage.seen.streams() == 1).await;
        stage.stop.send_replace(true);
    };
    let (reply, ()) = tokio::join!(events(&stage, "subscription { silent }"), stop);
    assert_eq!(reply.text, "", "without `complete`, so that the client comes back");
    assert_eq!(stage.seen.streams(), 0);
}

#[tokio::test]
async fn a_reader_who_stops_reading_or_leaves_stops_the_stream() {
    let mut stage = Stage::new();
    stage.patience.slow = Duration::from_millis(100);
    for leaves in [false, true] {
        let request = HttpRequest::builder()
            .method("POST")
            .uri("/graphql")
            .header(JSON.0, JSON.1)
            .header(KEY.0, KEY.1)
            .header(EVENTS.0, EVENTS.1);
        let body = json!({ "query": "subscription { flood }" }).to_string();
        let response = stage.router().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        eventually(|| stage.seen.streams() == 1).await;
        let kept = (!leaves).then_some(response);
        eventually(|| stage.seen.streams() == 0).await;
        drop(kept);
    }
}

#[tokio::test]
async fn one_caller_holds_only_so_many_streams() {
    let stage = Stage::new();
    let router = stage.router();
    let open = async || {
        let request = HttpRequest::builder()
            .method("POST")
            .uri("/graphql")
            .header(JSON.0, JSON.1)
            .header(KEY.0, KEY.1)
            .header(EVENTS.0, EVENTS.1);
        let body = json!({ "query": "subscription { silent }" }).to_string();
        router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..MOST_STREAMS {
        let response = open().await;
        assert_eq!(response.status(), 200);
        streams.push(response);
    }
    let refused = open().await;
    assert_eq!(refused.status(), 429);
    drop(streams);
    eventually(|| stage.seen.streams() == 0).await;
    assert_eq!(open().await.status(), 200);
}

async fn eventually(is_so: impl Fn() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to be");
}

#[tokio::test]
async fn a_subscription_is_read_through_fragments_and_has_one_field() {
    let stage = Stage::new();
    let expected = "event: next\ndata: {\"data\":{\"count\":1}}\n\nevent: complete\ndata: \n\n";
    let by_default = "subscription($y: Boolean = true) { ... @include(if: $y) { count(to: 1) } }";
    for query in [
        "subscription { ...F } fragment F on Subscription { count(to: 1) }",
        "subscription { ... { count(to: 1) } }",
        by_default,
    ] {
        assert_eq!(events(&stage, query).await.text, expected, "{query}");
    }
    let get = "/graphql?query=subscription%7B...%7Bcount(to%3A1)%7D%7D&operationName=";
    assert_eq!(send_to(&stage, "GET", get, &[KEY, EVENTS], "").await.text, expected);
    for query in [
        "subscription { count(to: 1) silent }",
        "subscription { ... { count(to: 1) silent } }",
        "subscription { silent __typename }",
        "subscription($y: Boolean = false) { silent @include(if: $y) }",
    ] {
        assert_eq!(ask(&stage, query).await.code(), "GRAPHQL_VALIDATION_FAILED", "{query}");
        let text = events(&stage, query).await.text;
        assert!(
            text.starts_with("event: next\ndata: {\"errors\":[")
                && text.contains("GRAPHQL_VALIDATION_FAILED"),
            "{query}: {text}"
        );
    }
}

#[tokio::test]
async fn what_a_variable_is_by_default_decides_what_is_included() {
    let stage = Stage::new();
    let query = "query($y: Boolean! = true, $n: Boolean! = false) { me @include(if: $y) nest { a: me @skip(if: $n) b: me @include(if: $n) } ...F }
        fragment F on Query { twice(n: 2) @include(if: $y) }";
    for (variables, expected) in [
        (json!({}), json!({ "me": "good", "nest": { "a": "good" }, "twice": 4 })),
        (json!({ "y": false, "n": true }), json!({ "nest": { "b": "good" } })),
    ] {
        let reply = send(
            &stage,
            "POST",
            &[JSON, KEY, NEW],
            json!({ "query": query, "variables": variables }).to_string(),
        )
        .await;
        assert_eq!(reply.json(), json!({ "data": expected }), "{variables}");
    }
}

#[tokio::test]
async fn an_empty_name_empty_variables_and_empty_extensions_say_nothing() {
    let stage = Stage::new();
    for accept in [NEW, EVENTS] {
        for query in ["{ me }", "query A { me }"] {
            let body =
                json!({ "query": query, "operationName": "", "variables": "", "extensions": "" }).to_string();
            let reply = send(&stage, "POST", &[JSON, KEY, accept], body).await;
            assert!(reply.text.contains("{\"data\":{\"me\":\"good\"}}"), "{query}: {}", reply.text);
        }
    }
    let two = json!({ "query": "query A { me } query B { me }", "operationName": "" }).to_string();
    assert_eq!(
        send(&stage, "POST", &[JSON, KEY, NEW], two).await.code(),
        "GRAPHQL_VALIDATION_FAILED",
        "which of the two is not said"
    );
}

#[tokio::test]
async fn characters_may_be_escaped_as_json_and_as_the_specification_write_them() {
    let stage = Stage::new();
    for text in [r"\ud83d\ude00", r"\u{1F600}", r"\u{01f600}", "😀"] {
        let reply = ask(&stage, &format!("{{ same(text: \"{text}\") }}")).await;
        assert_eq!(reply.json(), json!({ "data": { "same": "😀" } }), "{text}");
    }
    for text in [r"\ud83d", r"\ude00\ud83d", r"\u{D83D}", r"\u{110000}", r"\u{}"] {
        let reply = ask(&stage, &format!("{{ same(text: \"a {text}\") }}")).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_PARSE_FAILED"), "{text}");
        assert_eq!(reply.json()["errors"][0]["locations"], json!([{ "line": 1, "column": 17 }]), "{text}");
    }
}

#[tokio::test]
async fn a_mutation_that_stands_there_twice_under_one_name_happens_once() {
    for (query, times) in [
        ("mutation { slow slow }", 1),
        ("mutation { slow ...F ...F } fragment F on Mutation { slow ... { slow } }", 1),
        ("mutation { a: slow b: slow }", 2),
        ("mutation($no: Boolean = false) { slow @include(if: $no) slow @include(if: $no) }", 0),
    ] {
        let stage = Stage::new();
        let reply = ask(&stage, query).await;
        assert!(reply.status == 200 && reply.json().get("errors").is_none(), "{query}: {}", reply.text);
        assert_eq!(stage.seen.finished().len(), times, "{query}");
        assert_eq!(
            reply.json()["data"].as_object().map(serde_json::Map::len),
            Some(times),
            "{query}: {}",
            reply.text
        );
    }
    let stage = Stage::new();
    for query in [
        "mutation { slow slow ...F } fragment F on Mutation { nothing }",
        "mutation { slow slow } fragment F on Mutation { slow }",
    ] {
        assert_eq!(ask(&stage, query).await.code(), "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
    assert!(stage.seen.finished().is_empty());
}
