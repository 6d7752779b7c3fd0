//! Promise 11: runs a whole user journey with everything that can go wrong, then searches all logs, queued
//! jobs, journal entries, URLs and error messages for personal data.

use std::{
    fmt::Write as _,
    io,
    sync::{Arc, Mutex},
};

use accord::{
    config::{Budgets, Config},
    platform::mailer::SmtpSettings,
};
use chrono::TimeDelta;
use entity::Role;
use sea_orm::EntityTrait;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::support::{Answer, TestApp, TestForm, TestMail, Visitor};

const ADDRESS: &str = "zebulon.quagga@pangolin.example";
const PERSON: [(&str, &str); 3] =
    [("email", ADDRESS), ("given_name", "Zébulon"), ("note", "My cat is called Wolframite")];
const ADDRESSES: [&str; 4] = ["198.51.100.77", "192.0.2.55", "198.51.100.0/24", "192.0.2.0/24"];

/// Texts that must not appear; signed links, tickets and keys are added on the way.
struct Secrets(Vec<String>);

impl Secrets {
    fn new() -> Self {
        let words = ["quagga", "pangolin", "zébulon", "zebulon", "wolframite", "secretbrowser"];
        Self(words.into_iter().chain(ADDRESSES).map(ToOwned::to_owned).collect())
    }

    /// A link or ticket: its signature must not leak.
    fn token(&mut self, token: &str) {
        self.0.push(token.rsplit('.').next().unwrap().to_lowercase());
    }

    fn found_in(&self, text: &str) -> Vec<&str> {
        let text = text.to_lowercase();
        self.0.iter().map(String::as_str).filter(|secret| text.contains(secret)).collect()
    }

    /// Asserts that the headers of an answer, redirects included, contain no personal data; with `body`,
    /// neither does the body.
    fn quiet(&self, answer: &Answer, body: bool) {
        let text = format!("{:?} {}", answer.headers, if body { answer.text.as_str() } else { "" });
        assert_eq!(self.found_in(&text), [""; 0], "{} {text}", answer.status);
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A mail server that quotes addresses in every answer, and accepts, delays or refuses mail depending on the
/// address.
#[derive(Clone, Default)]
struct MailServer(Arc<Mutex<Vec<String>>>);

impl MailServer {
    async fn listen(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().talk(stream));
            }
        });
        port
    }

    async fn talk(self, stream: TcpStream) -> io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example\r\n").await?;
        let (mut to, mut mail, mut in_data) = (String::new(), String::new(), false);
        while let Some(line) = lines.next_line().await? {
            if in_data && line != "." {
                mail.extend([line.strip_prefix('.').unwrap_or(&line), "\r\n"]);
                continue;
            }
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match verb.as_str() {
                "." => {
                    in_data = false;
                    self.0.lock().unwrap().push(std::mem::take(&mut mail));
                    format!("250 2.0.0 queued for {to}")
                }
                "EHLO" => "250-mail.example\r\n250-SMTPUTF8\r\n250 8BITMIME".to_owned(),
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    match to
                        .split_once("quagga")
                        .map_or("", |(_, rest)| rest)
                        .split('@')
                        .next()
                        .unwrap_or_default()
                    {
                        "+gone" => format!("550 5.1.1 <{to}>: nobody of this name"),
                        "+later" => format!("451 4.2.0 <{to}>: come again"),
                        "+policy" => format!("550 5.7.1 <{to}>: we do not like you"),
                        _ => "250 2.1.5 ok".to_owned(),
                    }
                }
                "DATA" => {
                    in_data = true;
                    "354 go on".to_owned()
                }
                _ => "250 2.0.0 ok".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    fn newest(&self) -> TestMail {
        let mails = self.0.lock().unwrap();
        TestMail::read(ADDRESS, mails.last().expect("a mail"))
    }
}

fn person(app: &TestApp) -> Visitor<'_> {
    let agent = "SecretBrowser/1.0 (X11) Firefox/143.0";
    app.visitor()
        .from("198.51.100.77")
        .header("user-agent", agent)
        .header("x-forwarded-for", "192.0.2.55")
        .header("referer", "https://site.example/?of=quagga")
}

async fn submit(app: &TestApp, form: &TestForm, secrets: &mut Secrets, email: &str) -> Answer {
    let ticket = app.visitor().ticket(form).await;
    secrets.token(&ticket);
    let page = "https://site.example/landing?utm_source=x&email=quagga";
    let mut fields =
        vec![("ticket", ticket.as_str()), ("consent", "newsletter:email"), ("page", page), ("email", email)];
    fields.extend(&PERSON[1..]);
    let answer = person(app).post_form(&format!("/forms/{}", form.id), &fields).await;
    secrets.quiet(&answer, answer.status != 200 && answer.status != 422);
    answer
}

/// Every column of every table that does not belong to the contact: text as stored, sealed bytes as text
/// where they decode.
async fn outside_the_contact(app: &TestApp) -> String {
    let db = app.app.db();
    let mut text = String::new();
    macro_rules! tables {
        ($($table:ident),*) => {$( for row in entity::$table::Entity::find().all(db).await.unwrap() { writeln!(text, "{row:?}").unwrap(); } )*};
    }
    tables!(
        job,
        schedule,
        journal,
        submission,
        opt_in,
        mail,
        mailbox,
        instance_mailbox,
        suppression,
        consent,
        basis,
        provenance,
        data_key,
        evidence
    );
    for row in entity::submission::Entity::find().all(db).await.unwrap() {
        text += &String::from_utf8_lossy(&row.sealed.unwrap_or_default());
    }
    for row in entity::evidence::Entity::find().all(db).await.unwrap() {
        text += &String::from_utf8_lossy(&row.sealed);
    }
    for row in entity::mail::Entity::find().all(db).await.unwrap() {
        text += &String::from_utf8_lossy(&row.sealed.unwrap_or_default());
    }
    text
}

/// Makes the database refuse to insert contacts, with an error that quotes the row.
async fn refuse_contacts(app: &TestApp, refuse: bool) {
    let db = &app.app.ledger.db;
    let statement = match (db.is_embedded(), refuse) {
        (true, true) => {
            "CREATE TRIGGER refused BEFORE INSERT ON contact BEGIN SELECT RAISE(ABORT, 'refused'); END"
        }
        (true, false) => "DROP TRIGGER refused",
        (false, true) => "ALTER TABLE contact ADD CONSTRAINT refused CHECK (given_name NOT LIKE 'Z%')",
        (false, false) => "ALTER TABLE contact DROP CONSTRAINT refused",
    };
    db.touch(statement, vec![]).await.unwrap();
}

/// Malformed and hostile requests.
async fn do_wrong(app: &TestApp, form: &TestForm, secrets: &mut Secrets) {
    let path = format!("/forms/{}", form.id);
    let json_form = |body: &str| body.as_bytes().to_vec();
    let refused = [
        submit(app, form, secrets, "zebulon.quagga@pangolin").await,
        person(app).header("origin", "https://pangolin.example").post_form(&path, &PERSON).await,
        person(app).header("content-type", "text/quagga").send("POST", &path, json_form("Zébulon")).await,
        person(app)
            .header("content-type", "application/json")
            .send("POST", &path, json_form("{\"values\": \"Wolframite\"}"))
            .await,
        person(app)
            .header("content-type", "application/json")
            .send("POST", &path, json_form(&format!("{{\"ticket\": \"{}\"}}", "Wolframite".repeat(50_000))))
            .await,
        person(app).post_json(&path, &json!({"ticket": "", "values": {"email": ADDRESS}})).await,
        person(app).get("/zebulon.quagga@pangolin.example?name=Wolframite").await,
        person(app).get("/confirm/zebulon.quagga@pangolin.example").await,
        person(app).post_form("/unsubscribe/v1.quagga", &[("scope", "quagga")]).await,
        person(app).send("QUAGGA", &path, Vec::new()).await,
    ];
    for (n, answer) in refused.iter().enumerate() {
        assert!(answer.status >= 400, "{n}");
        secrets.quiet(answer, n > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, read from top to bottom")]
async fn promise_11_no_personal_data_in_logs_urls_queues_or_error_texts() {
    let log = Log::default();
    let lines = log.clone();
    let filter = "warn,accord=trace,entity=trace,migration=trace";
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).json().with_writer(move || lines.clone()).finish();
    // Global, because jobs and use cases run on other threads. Logs of tests that run meanwhile are checked,
    // too.
    tracing::subscriber::set_global_default(subscriber).expect("no other test listens to the whole process");

    let server = MailServer::default();
    let smtp = SmtpSettings::parse(&format!("smtp://127.0.0.1:{}", server.listen().await)).unwrap();
    let app =
        TestApp::with(None, |config| Config { smtp: Some(smtp), budgets: Budgets::unlimited(), ..config })
            .await
            .leaving_jobs();
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    let mut secrets = Secrets::new();

    // The journey, from start to end.
    person(&app).get(&format!("{path}?lang=zebulon&page=https://site.example/quagga")).await;
    assert_eq!(submit(&app, &form, &mut secrets, ADDRESS).await.status, 303);
    assert_eq!(secrets.found_in(&outside_the_contact(&app).await), [""; 0], "before the first job");
    app.run_jobs().await;
    let confirm = server.newest().link("confirm");
    secrets.token(&confirm);
    person(&app).get(&confirm).await;
    refuse_contacts(&app, true).await;
    let broken = person(&app).post_form(&confirm, &[]).await;
    assert_eq!(broken.status, 500);
    secrets.quiet(&broken, true);
    refuse_contacts(&app, false).await;
    assert!(person(&app).post_form(&confirm, &[]).await.words().contains("your request is confirmed"));
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(10));
    submit(&app, &form, &mut secrets, ADDRESS).await;
    app.run_jobs().await;
    assert!(server.newest().subject.starts_with("No change"));
    let unsubscribe = server.newest().link("unsubscribe");
    secrets.token(&unsubscribe);
    person(&app).get(&unsubscribe).await;
    secrets.quiet(&person(&app).post_form(&unsubscribe, &[("List-Unsubscribe", "One-Click")]).await, true);
    person(&app).post_form(&unsubscribe, &[("scope", "all")]).await;
    person(&app).post_form(&unsubscribe, &[("scope", "quagga")]).await;
    submit(&app, &form, &mut secrets, "zebulon.quagga+declines@pangolin.example").await;
    app.run_jobs().await;
    let decline = server.newest().link("confirm");
    secrets.token(&decline);
    person(&app).post_form(&format!("{decline}/decline"), &[]).await;
    person(&app).post_form(&format!("{decline}/allow"), &[]).await;

    // Mails that bounce, are delayed or get parked, and a submission that does not open.
    for fate in ["gone", "later", "policy"] {
        submit(&app, &form, &mut secrets, &format!("zebulon.quagga+{fate}@pangolin.example")).await;
    }
    app.run_jobs().await;
    submit(&app, &form, &mut secrets, "zebulon.quagga+broken@pangolin.example").await;
    app.app
        .ledger
        .db
        .touch(
            "UPDATE submission SET sealed = $1 WHERE state = 'RECEIVED'",
            vec![b"no longer sealed".to_vec().into()],
        )
        .await
        .unwrap();
    app.run_jobs().await;

    do_wrong(&app, &form, &mut secrets).await;

    // Programs with and without a key.
    let client = app.api_key(Role::Owner).await;
    secrets.0.push(client.key.to_lowercase());
    for query in [
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: Int!) { wolframite(id: $id) }",
        "{ contacts(first: 1, filter: \"quagga\") { nodes { id } } }",
        "{ Zébulon",
    ] {
        let answer = client.gql_raw(query, json!({"id": ADDRESS, "email": ADDRESS})).await;
        assert!(answer["errors"].is_array() || answer["data"].is_object(), "{answer}");
    }
    let stranger = person(&app)
        .header("authorization", "Bearer quagga")
        .post_json("/graphql", &json!({"query": "{ viewer { id } }", "variables": {"name": "Zébulon"}}))
        .await;
    assert!(stranger.status == 401 || stranger.status == 200, "{} {}", stranger.status, stranger.text);
    secrets.quiet(&stranger, true);

    let rows = outside_the_contact(&app).await;
    assert!(
        rows.contains("opt_in.bounced")
            && rows.contains("smtp")
            && rows.contains("basis") | rows.contains("consent.given"),
        "the journey was whole"
    );
    assert_eq!(secrets.found_in(&rows), [""; 0]);
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        "/confirm/{token}",
        "internal error in the database",
        "job will run again",
        "job parked",
        "\"http.status\":422",
        "\"http.status\":500",
    ] {
        assert!(said.contains(line), "the log lacks what this test is about: {line}");
    }
    let leaks: Vec<&str> = said.lines().filter(|line| !secrets.found_in(line).is_empty()).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    // Proof that the search works: the contact's own rows do contain the data.
    let own = format!("{:?}", entity::contact_address::Entity::find().all(app.app.db()).await.unwrap());
    assert_eq!(secrets.found_in(&own), ["quagga", "pangolin", "zebulon"]);
}
