//! The hosted page and the embed show and accept the same; refused submissions are counted.

use std::{io::Read, sync::Arc, time::Duration};

use accord::{
    config::{Budgets, Config},
    platform::{mailer::Mailer, rate_limit::Budget},
};
use chrono::TimeDelta;
use entity::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestForm};

const SITE: &str = "https://site.example";

async fn caught(client: &Client<'_>, form: &TestForm, days: i32) -> Value {
    let query = "query($id: ID!, $days: Int!) { form(id: $id) { caughtCounts(days: $days) { reason count } submissionCounts { state count } } }";
    client.gql(query, json!({ "id": form.id.to_string(), "days": days })).await["form"]["caughtCounts"]
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_turns_away_is_counted_by_reason_where_the_marketer_looks() {
    let few = Budget { name: "few", most: 4, window: Duration::from_mins(10) };
    let change = |config| Config {
        budgets: Budgets { submissions_per_network: few, ..Budgets::unlimited() },
        ..config
    };
    let app = TestApp::with(Some(Mailer::Memory(Arc::default())), change).await;
    let (form, other) =
        (app.newsletter_form().await, app.newsletter_form_in(app.other_workspace("other").await).await);
    let marketer = app.api_key(Role::Marketing).await;
    assert_eq!(caught(&marketer, &form, 30).await, json!([]));

    let trapped = [
        ("email", "ada@example.org"),
        ("consent", "newsletter:email"),
        ("leave_blank", "https://www.example.org"),
    ];
    let answer = app.visitor().submit_fields(&form, &trapped).await;
    assert_eq!(answer.status, 303, "told what everyone is told");
    app.advance(TimeDelta::days(2));
    let values = json!({ "ticket": app.visitor().ticket(&form).await, "values": { "email": "ada@example.org" }, "honeypot": "x" });
    assert_eq!(
        app.visitor().header("origin", SITE).post_json(&format!("/forms/{}", form.id), &values).await.status,
        202
    );
    assert_eq!(
        app.visitor()
            .header("origin", "https://evil.example")
            .post_json(&format!("/forms/{}", form.id), &values)
            .await
            .status,
        403
    );
    let network = app.visitor().from("198.51.100.7");
    for _ in 0..5 {
        network.post_form(&format!("/forms/{}", form.id), &[("email", "")]).await;
    }
    assert_eq!(
        (app.count("submission").await, app.count("job").await, app.mails().len()),
        (0, 0, 0),
        "nothing of it is kept"
    );

    let all = json!([{ "reason": "HONEYPOT", "count": 2 }, { "reason": "FOREIGN_SITE", "count": 1 }, { "reason": "TOO_MANY", "count": 1 }]);
    assert_eq!(caught(&marketer, &form, 30).await, all);
    assert_eq!(
        caught(&marketer, &form, 1).await[0],
        json!({ "reason": "HONEYPOT", "count": 1 }),
        "only today"
    );
    let elsewhere =
        marketer.gql("query($id: ID!) { form(id: $id) { id } }", json!({ "id": other.id.to_string() })).await;
    assert_eq!(elsewhere["form"], Value::Null);
    let refused = marketer
        .gql_raw(
            "query($id: ID!) { form(id: $id) { caughtCounts(days: 0) { count } } }",
            json!({ "id": form.id.to_string() }),
        )
        .await;
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("between 1 and 366"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_into_the_trap_is_counted_whole_in_one_row() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    let (visitor, fields) = (app.visitor(), [("email", "bot@example.org"), ("leave_blank", "x")]);
    let posts = (0..60).map(|_| visitor.post_form(&path, &fields));
    assert!(futures_util::future::join_all(posts).await.iter().all(|answer| answer.status == 303));
    // Requests that arrive while a count is being written leave theirs to the same writer.
    let mut counted = Value::Null;
    for _ in 0..100 {
        counted = caught(&app.member(Role::Marketing).await, &form, 1).await;
        if counted[0]["count"] == 60 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(counted, json!([{ "reason": "HONEYPOT", "count": 60 }]));
    assert_eq!(app.count("form_caught").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trap_asks_password_managers_to_leave_it_alone_and_its_name_means_nothing_to_them() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let page = app.visitor().get(&format!("/forms/{}", form.id)).await.text;
    let trap = page.lines().find(|line| line.contains("id=\"trap\"")).expect("a trap");
    for optout in [
        "data-1p-ignore",
        "data-lpignore=\"true\"",
        "data-bwignore",
        "data-form-type=\"other\"",
        "autocomplete=\"off\"",
    ] {
        assert!(trap.contains(optout), "{optout}: {trap}");
    }
    let name = app.visitor().get(&format!("/forms/{}/definition", form.id)).await.json()["honeypot"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(trap.contains(&format!("name=\"{name}\"")), "both doors have the same trap");
    for known in [
        "name", "url", "site", "page", "mail", "phone", "tel", "address", "company", "user", "login", "pass",
        "card", "city", "zip",
    ] {
        assert!(!name.contains(known), "{name} looks like {known}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosted_page_refuses_nothing_by_itself_and_names_all_problems_at_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    let page = app.visitor().get(&path).await.text;
    assert!(
        page.contains("novalidate")
            && page.contains("inputmode=\"email\"")
            && !page.contains("type=\"email\""),
        "{page}"
    );
    assert!(
        page.contains("All fields are required unless marked as optional.") && page.contains("(required)"),
        "a box that is needed says so"
    );
    let ticket = app.visitor().ticket(&form).await;
    let answer =
        app.visitor().post_form(&path, &[("ticket", &ticket), ("language", "en"), ("email", "nobody")]).await;
    assert_eq!(answer.status, 422);
    for place in ["href=\"#field-email\"", "href=\"#field-consents\""] {
        assert!(answer.text.contains(place), "{place}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_letters_beyond_ascii_is_taken_at_the_hosted_page() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for email in ["jürgen7@example.org", "δοκιμή@παράδειγμα.ελ", "用户@例え.example"] {
        app.visitor().submit(&form, email).await;
    }
    assert_eq!(app.count("submission").await, 3);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_a_frame_does_not_ask_for_the_focus_and_a_page_of_its_own_does() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    for (place, focused) in [("document", true), ("iframe", false)] {
        let answer = app
            .visitor()
            .header("sec-fetch-dest", place)
            .post_form(&path, &[("email", "ada@example.org")])
            .await;
        assert!(answer.words().contains("Nothing has been saved yet"), "{}", answer.words());
        assert_eq!(answer.text.contains("autofocus"), focused, "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_embed_sends_as_a_plain_form_is_answered_in_json_without_a_preflight() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let page = format!("{SITE}/landing");
    let fields = [
        ("ticket", ticket.as_str()),
        ("language", "fr"),
        ("page", &page),
        ("email", "ada@example.org"),
        ("consent", "newsletter:email"),
    ];
    let visitor = app.visitor().header("origin", SITE).header("accept", "application/json");
    let wrong = visitor.post_form(&format!("/forms/{}", form.id), &fields[..4]).await;
    assert_eq!((wrong.status, &wrong.json()["problems"][0]["field"]), (422, &json!("consents")));
    let answer = visitor.post_form(&format!("/forms/{}", form.id), &fields).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (202, SITE));
    assert!(answer.json()["message"].as_str().unwrap().contains("courriers indésirables"), "{}", answer.text);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embed_snippet_carries_the_link_that_is_shown_where_scripts_do_not_run() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let marketer = app.member(Role::Marketing).await;
    let query = "query($id: ID!) { form(id: $id) { embedSnippet hostedUrl } }";
    let shown = marketer.gql(query, json!({ "id": form.id.to_string() })).await["form"].clone();
    let (snippet, hosted) = (shown["embedSnippet"].as_str().unwrap(), shown["hostedUrl"].as_str().unwrap());
    assert!(snippet.contains(&format!("<a href=\"{hosted}\">Open the form</a></accord-form>")), "{snippet}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_is_served_compressed_to_whom_takes_it_with_an_entity_tag_of_its_own() {
    let app = TestApp::new().await;
    // Bytes rather than text, so the router is called directly.
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = axum::http::Request::builder().uri("/embed.js");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer =
            tower::ServiceExt::oneshot(app.router.clone(), request.body(axum::body::Body::empty()).unwrap())
                .await
                .unwrap();
        let (head, body) = answer.into_parts();
        (head, http_body_util::BodyExt::collect(body).await.unwrap().to_bytes())
    };
    let (plain, file) = ask(&[]).await;
    let (packed, bytes) = ask(&[("accept-encoding", "br, gzip;q=0.8")]).await;
    assert_eq!(
        (packed.headers["content-encoding"].as_bytes(), plain.headers.get("content-encoding")),
        (&b"gzip"[..], None)
    );
    assert!(bytes.len() * 2 < file.len(), "{} of {}", bytes.len(), file.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, include_str!("../../embed/embed.js"));
    for head in [&plain, &packed] {
        assert_eq!(
            (head.headers["vary"].as_bytes(), head.headers["access-control-allow-origin"].as_bytes()),
            (&b"accept-encoding"[..], &b"*"[..])
        );
    }
    let tag = |head: &axum::http::response::Parts| head.headers["etag"].to_str().unwrap().to_owned();
    assert_ne!(tag(&plain), tag(&packed), "other bytes, another tag");
    let (known, nothing) = ask(&[("accept-encoding", "gzip"), ("if-none-match", &tag(&packed))]).await;
    assert_eq!((known.status.as_u16(), nothing.len(), tag(&known)), (304, 0, tag(&packed)));
    assert_eq!(known.headers["vary"], "accept-encoding");
    assert_eq!(
        ask(&[("if-none-match", &tag(&packed))]).await.0.status,
        200,
        "who has it compressed and asks for it plain gets it plain"
    );
}
