//! Hostile input to a public form: malformed bodies, all scripts, odd addresses, and attempts at mail header
//! injection. Each gets a clear answer.

use accord::forms::definition::{ConsentOffer, Definition, Field, FieldKind, FieldOption, Texts};
use entity::{Channel, LegalBasis, contact, submission};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestForm, definition};

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(app: &TestApp, form: &TestForm, kind: &str, accept: &str, body: impl Into<Vec<u8>>) -> Answer {
    let visitor = app.visitor().header("accept", accept);
    let visitor = if kind.is_empty() { visitor } else { visitor.header("content-type", kind) };
    visitor.send("POST", &format!("/forms/{}", form.id), body.into()).await
}

async fn embed(app: &TestApp, form: &TestForm, values: Value) -> Answer {
    let ticket = app.visitor().ticket(form).await;
    let body =
        json!({"ticket": ticket, "language": "en", "values": values, "consents": ["newsletter:email"]});
    app.visitor().post_json(&format!("/forms/{}", form.id), &body).await
}

/// The only contact, after the confirmation button of the newest mail was clicked.
async fn confirmed(app: &TestApp, email: &str) -> contact::Model {
    app.run_jobs().await;
    let link = app.mails_to(email).last().unwrap().link("confirm");
    let page = app.visitor().get(&link).await;
    assert!(page.status == 200 && !page.text.contains("<script"), "{}", page.text);
    assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
    app.run_jobs().await;
    contact::Entity::find().all(app.app.db()).await.unwrap().into_iter().max_by_key(|row| row.id).unwrap()
}

/// A form with a field of every type.
async fn everything(app: &TestApp) -> TestForm {
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let both =
        |text: &str| Texts::from([("en".to_owned(), text.to_owned()), ("fr".to_owned(), text.to_owned())]);
    let options: Vec<FieldOption> =
        ["a", "b"].map(|value| FieldOption { value: value.to_owned(), label: both(value) }).to_vec();
    let field = |key: &str, kind| Field {
        key: key.to_owned(),
        kind,
        label: both(key),
        reason: both("because"),
        required: false,
        options: Vec::new(),
        value: String::new(),
    };
    let base = definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], None);
    let mut fields = vec![base.fields[0].clone()];
    for (key, kind) in [
        ("given_name", FieldKind::GivenName),
        ("family_name", FieldKind::FamilyName),
        ("phone", FieldKind::Phone),
        ("company", FieldKind::Company),
        ("job_title", FieldKind::JobTitle),
        ("line", FieldKind::Text),
        ("note", FieldKind::LongText),
        ("agree", FieldKind::Checkbox),
    ] {
        fields.push(field(key, kind));
    }
    fields.push(Field { options: options.clone(), ..field("size", FieldKind::Choice) });
    fields.push(Field { options, ..field("topics", FieldKind::Choices) });
    fields.push(Field { value: "spring".to_owned(), ..field("campaign", FieldKind::Hidden) });
    app.publish_in(app.workspace, Definition { fields, ..base }, newsletter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_form_get_a_clear_refusal_and_leave_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let large = |start: &str| start.to_owned() + &"x".repeat(5 << 20);
    let many = (0..10_000).map(|n| format!("f{n}=x")).collect::<Vec<_>>().join("&");
    let deep = "[".repeat(100_000);
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("text/plain", b"email=ada@example.org".to_vec(), 415),
        ("", b"email=ada@example.org".to_vec(), 415),
        ("application/xml", b"<a/>".to_vec(), 415),
        ("application/json; charset=utf-16", b"{}".to_vec(), 415),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", b"a=%E9".to_vec(), 415),
        (FORM, large("note=").into_bytes(), 413),
        ("application/json", large("{\"ticket\":\"").into_bytes(), 413),
        ("multipart/form-data; boundary=x", large("--x\r\n").into_bytes(), 413),
        (FORM, many.into_bytes(), 422),
        (FORM, b"given_name=%FF%FE".to_vec(), 422),
        (FORM, b"given_name=\xff".to_vec(), 422),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken".to_vec(), 422),
        ("application/json", b"{\"values\":{\"given_name\":\"\xff\"}}".to_vec(), 422),
        ("application/json", b"".to_vec(), 422),
        ("application/json", b"[1]".to_vec(), 422),
        ("application/json", b"{\"values\":".to_vec(), 422),
        ("application/json", b"{\"ticket\":{\"$ne\":\"\"}}".to_vec(), 422),
        ("application/json", deep.into_bytes(), 422),
    ];
    for (kind, body, status) in cases {
        let about = format!("{kind}: {}", String::from_utf8_lossy(&body[..body.len().min(40)]));
        let answer = send(&app, &form, kind, "application/json", body.clone()).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{about}"
        );
        assert_eq!(answer.json()["status"], status, "{about}");
        let page = send(&app, &form, kind, "text/html", body).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (status, "text/html; charset=utf-8"),
            "{about}"
        );
        assert!(page.words().contains("Nothing has been saved"), "{about}: {}", page.words());
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(
            app.visitor().send(method, &format!("/forms/{}", form.id), Vec::new()).await.status,
            405,
            "{method}"
        );
    }
    assert_eq!((app.count("submission").await, app.count("job").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_values_nobody_asked_for_are_not_kept() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let mut values: serde_json::Map<String, Value> =
        (0..10_000).map(|n| (format!("f{n}"), json!("x"))).collect();
    values.insert("email".to_owned(), json!("ada@example.org"));
    assert_eq!(embed(&app, &form, Value::Object(values)).await.status, 202);
    let row = submission::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert!(row.sealed.unwrap().len() < 4000, "only what the form asks is sealed");
    let contact = confirmed(&app, "ada@example.org").await;
    assert_eq!(contact.custom, "{}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_keep_every_script_and_emoji_and_lose_what_hides_or_turns_text() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for (n, (typed, kept)) in [
        ("A\0d\0a", "Ada"),
        ("\u{202e}adA\u{202c} \u{2066}x\u{2069}", "adA x"),
        ("Ada 👩\u{200d}💻 🏳️\u{200d}🌈", "Ada 👩\u{200d}💻 🏳️\u{200d}🌈"),
        ("  E\u{301}loïse\t\u{7}B  ", "Éloïse B"),
        ("عائشة 李 Ægir", "عائشة 李 Ægir"),
        (
            "\u{feff}<b>Ada</b> & \"co\" '; DROP TABLE contact; --",
            "<b>Ada</b> & \"co\" '; DROP TABLE contact; --",
        ),
        ("{{ 7*7 }} ${jndi:x} %s", "{{ 7*7 }} ${jndi:x} %s"),
    ]
    .into_iter()
    .enumerate()
    {
        for (how, email) in [("embed", format!("e{n}@example.org")), ("page", format!("p{n}@example.org"))] {
            let answer = if how == "embed" {
                embed(
                    &app,
                    &form,
                    json!({"email": email, "given_name": typed, "note": format!("one\r\n{typed}")}),
                )
                .await
            } else {
                app.visitor()
                    .submit_fields(
                        &form,
                        &[
                            ("email", &email),
                            ("given_name", typed),
                            ("note", &format!("one\r\n{typed}")),
                            ("consent", "newsletter:email"),
                        ],
                    )
                    .await
            };
            assert!(matches!(answer.status, 202 | 303), "{how} {typed:?}: {}", answer.text);
            let contact = confirmed(&app, &email).await;
            assert_eq!(contact.given_name, kept, "{how}");
            let note: Value = serde_json::from_str(&contact.custom).unwrap();
            assert!(note["note"].as_str().unwrap().starts_with("one\n"), "lines stay lines in a long text");
        }
    }
    // A NUL anywhere else gets an answer, too.
    let ticket = app.visitor().ticket(&form).await;
    let post =
        async |body: Value| app.visitor().post_json(&format!("/forms/{}", form.id), &body).await.status;
    assert_eq!(post(json!({"ticket": format!("{ticket}\0")})).await, 409);
    let values = json!({"email": "nul@example.org", "a\0b": "x"});
    assert_eq!(
        post(json!({"ticket": ticket, "values": values, "consents": ["newsletter:email\0"]})).await,
        422
    );
    let fine = json!({"ticket": ticket, "language": "en\0", "page": "https://site.example/\0?utm_source=\0", "values": values, "consents": ["newsletter:email"]});
    assert_eq!(post(fine).await, 202);
    app.run_jobs().await;
    app.only_mail_to("nul@example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_people_have_get_their_mail_and_others_are_explained() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for (typed, wire) in [
        ("ada+letters@example.org", "ada+letters@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("a.b-c_d!#$%&*/=?^`{|}~@example.org", "a.b-c_d!#$%&*/=?^`{|}~@example.org"),
        ("jean@société.example", "jean@xn--socit-esab.example"),
        ("δοκιμή@παράδειγμα.ελ", "δοκιμή@xn--hxajbheg2az3al.xn--qxam"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
    ] {
        let answer =
            app.visitor().submit_fields(&form, &[("email", typed), ("consent", "newsletter:email")]).await;
        assert_eq!(answer.status, 303, "{typed}");
        app.run_jobs().await;
        let mail = app.only_mail_to(typed);
        let head = mail.raw.split("\r\n\r\n").next().unwrap();
        assert!(
            head.lines().any(|line| line == format!("To: {wire}") || line == format!("To: <{wire}>")),
            "{typed}: {head}"
        );
        confirmed(&app, typed).await;
    }
    for typed in [
        "",
        "ada",
        "\"ada lovelace\"@example.org",
        "\"ada\"@example.org",
        "ada@example",
        "ada@localhost",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@@example.org",
        "ada b@example.org",
        "ada..b@example.org",
        "Ada <ada@example.org>",
        "ada@example.org, eve@example.org",
        "ada@example.org\r\nBcc: evil@example.org",
        "ada@example.org%0ABcc:evil@example.org",
        "ad\0a@example.org",
        "a\u{202e}da@example.org",
        "ada\u{200b}@example.org",
    ] {
        let mails = app.mails().len();
        let answer = embed(&app, &form, json!({"email": typed})).await;
        let problems = answer.json()["problems"].clone();
        assert_eq!(
            (answer.status, problems.as_array().unwrap().len(), &problems[0]["field"]),
            (422, 1, &json!("email")),
            "{typed:?}"
        );
        assert!(
            !answer.text.contains("evil") && !answer.text.contains("lovelace"),
            "no value is repeated: {}",
            answer.text
        );
        let page = app
            .visitor()
            .submit_fields(&form, &[("email", typed), ("given_name", "Ada"), ("consent", "newsletter:email")])
            .await;
        assert_eq!(page.status, 422, "{typed:?}");
        assert!(
            page.text.contains("href=\"#field-email\"")
                && page.text.contains("aria-invalid=\"true\"")
                && page.text.contains("value=\"Ada\""),
            "{}",
            page.text
        );
        app.run_jobs().await;
        assert_eq!(app.mails().len(), mails, "{typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_into_any_field_reaches_a_header_or_the_text_of_a_mail() {
    let app = TestApp::new().await;
    let form = everything(&app).await;
    let evil = "Eve\r\nBcc: evil@example.org\r\nSubject: Buy\r\n\r\nInjected https://evil.example\r\n.\r\nMAIL FROM:<evil@example.org>";
    let ticket = app.visitor().ticket(&form).await;
    let texts = ["given_name", "family_name", "company", "job_title", "line", "note"];
    let mut fields = vec![
        ("ticket", ticket.as_str()),
        ("email", "ada@example.org"),
        ("phone", "+33 1 23 45 67 89"),
        ("campaign", evil),
        ("consent", "newsletter:email"),
    ];
    fields.extend(texts.map(|key| (key, evil)));
    let page = format!("https://site.example/{evil}?utm_source={evil}");
    fields.extend([
        ("language", evil),
        ("page", &page),
        ("agree", "true"),
        ("size", "a"),
        ("topics", "b"),
        ("topics", "a"),
    ]);
    let answer = app
        .visitor()
        .header("user-agent", "Mozilla evil@example.org")
        .post_form(&format!("/forms/{}", form.id), &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert!(!answer.header("location").contains("evil"));
    let contact = confirmed(&app, "ada@example.org").await;
    assert!(
        contact.given_name.starts_with("Eve Bcc:") && !contact.given_name.contains('\n'),
        "one line stays one line"
    );
    let custom: Value = serde_json::from_str(&contact.custom).unwrap();
    assert_eq!(
        (&custom["campaign"], &custom["topics"], &custom["size"], &custom["agree"]),
        (&json!("spring"), &json!("a\nb"), &json!("a"), &json!("true"))
    );

    // Each field alone with a value of the wrong type: refused by name, or stored as plain text.
    for key in ["phone", "size", "topics", "agree", "email"] {
        let mut values = json!({"email": "bob@example.org"});
        values[key] = json!(evil);
        let answer = embed(&app, &form, values).await;
        assert_eq!((answer.status, &answer.json()["problems"][0]["field"]), (422, &json!(key)));
        assert!(!answer.text.contains("evil"), "{}", answer.text);
    }
    let mails = app.mails();
    assert_eq!(mails.len(), 2, "the question and the receipt");
    for mail in mails {
        assert_eq!(mail.to, "ada@example.org");
        for trace in ["evil", "Injected", "Eve", "Bcc", "spring", "+33"] {
            assert!(
                ![&mail.raw, &mail.text, &mail.html, &mail.subject].iter().any(|part| part.contains(trace)),
                "{trace} in {}",
                mail.raw
            );
        }
        assert!(
            mail.subject.contains("Our letter") && !mail.text.contains("site.example"),
            "{}",
            mail.subject
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_too_long_not_offered_or_twice_are_named_each_at_its_field() {
    let app = TestApp::new().await;
    let form = everything(&app).await;
    let values = json!({
        "email": format!("{}@example.org", "a".repeat(250)), "given_name": "x".repeat(301), "note": "x".repeat(4001), "phone": "call me", "size": "c",
        "topics": ["a", "z"], "agree": "no", "family_name": ["one", "two"], "line": {"nested": true}, "company": 7, "job_title": null,
    });
    let ticket = app.visitor().ticket(&form).await;
    let body = json!({"ticket": ticket, "language": "fr", "values": values, "consents": ["newsletter:phone", "nonsense"]});
    let answer = app.visitor().post_json(&format!("/forms/{}", form.id), &body).await;
    assert_eq!(answer.status, 422);
    let body = answer.json();
    let problems: Vec<(&str, &str)> = body["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["field"].as_str().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    let expected = [
        ("email", "too_long"),
        ("given_name", "too_long"),
        ("family_name", "invalid"),
        ("phone", "invalid"),
        ("note", "too_long"),
        ("agree", "invalid"),
        ("size", "not_offered"),
        ("topics", "not_offered"),
        ("consents", "not_offered"),
        ("consents", "not_offered"),
    ];
    assert_eq!(problems, expected);
    assert!(
        body["problems"][0]["message"].as_str().unwrap().contains("réponse"),
        "in the language of the form: {body}"
    );
    // No consent ticked and no other legal basis: nothing may be stored.
    let nothing =
        json!({"ticket": ticket, "language": "en", "values": {"email": "ada@example.org"}, "consents": []});
    let answer = app.visitor().post_json(&format!("/forms/{}", form.id), &nothing).await;
    assert_eq!(
        (answer.status, &answer.json()["problems"][0]["field"], &answer.json()["problems"][0]["code"]),
        (422, &json!("consents"), &json!("required"))
    );
    assert_eq!(app.count("submission").await, 0);
}
