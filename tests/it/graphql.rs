//! The graph as its clients use it: proofs, pages, the main user journey through the API, and how many
//! statements a list costs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use accord::{
    accounts::authenticate,
    app::App,
    graphql::schema,
    platform::{clock::Clock, db::Db},
};
use entity::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Client, TestApp, TestForm};

#[test]
fn the_schema_file_is_what_the_program_says() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    assert!(file.trim() == schema::sdl().trim(), "schema.graphql is stale: run `make schema`");
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, read from top to bottom")]
async fn promise_7_everything_can_be_shown() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let sent_at = app.app.now();
    let body = json!({ "ticket": ticket, "language": "fr", "page": "https://site.example/landing?utm_source=fair&name=ada#top",
        "values": { "email": "Ada@Example.org", "given_name": "Ada" }, "consents": ["newsletter:email"], "honeypot": "" });
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let visitor = app.visitor().header("origin", "https://site.example").header("user-agent", firefox);
    let answer = visitor.post_json(&format!("/forms/{}", form.id), &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    app.run_jobs().await;
    app.advance(chrono::TimeDelta::minutes(7));
    let pressed_at = app.app.now();
    let mail = app.mails().remove(0);
    app.visitor().header("user-agent", firefox).post_form(&mail.link("confirm"), &[]).await;
    app.run_jobs().await;

    let dpo = app.api_key(Role::Dpo).await;
    let text = "{ contacts(first: 1) { nodes { id email
        provenance { field source proven actor at entry { seq kind id } }
        consents { id state channel since holdsNow purpose { key legalBasis } purposeVersion { id number texts { language wording wordingSha256 } }
          evidence { wording { language text sha256 } formVersion { id number sha256 formId formName publishedAt }
            page { origin path utm { name value } } language submittedAt submittedWith
            mails { kind messageId language state smtpCode smtpReply at templateSha256 }
            confirmedAt confirmedWith secondsAfterMail mailbox submittedEntryId confirmedEntryId givenEntryId } } } } }";
    let shown = dpo.gql(text, json!({})).await;
    let contact = &shown["contacts"]["nodes"][0];
    let consent = &contact["consents"][0];
    let proof = &consent["evidence"];
    assert_eq!((&consent["state"], &consent["holdsNow"]), (&json!("GIVEN"), &json!(true)));

    let wording = "Oui, faites-le (newsletter)";
    assert_eq!(
        proof["wording"],
        json!({ "language": "fr", "text": wording, "sha256": hex::encode(Sha256::digest(wording)) })
    );
    let texts = consent["purposeVersion"]["texts"].as_array().unwrap();
    assert!(
        texts
            .iter()
            .any(|text| text["wording"] == wording && text["wordingSha256"] == proof["wording"]["sha256"]),
        "{texts:?}"
    );
    assert_eq!(proof["formVersion"]["id"], form.version.to_string());
    assert_eq!(
        (&proof["formVersion"]["number"], &proof["formVersion"]["formId"]),
        (&json!(1), &json!(form.id.to_string()))
    );
    let stored = dpo
        .gql(
            "query($id: ID!) { node(id: $id) { ... on FormVersion { sha256 publishedAt form { name } } } }",
            json!({ "id": form.version.to_string() }),
        )
        .await;
    assert_eq!(proof["formVersion"]["sha256"], stored["node"]["sha256"]);
    assert_eq!(proof["formVersion"]["publishedAt"], stored["node"]["publishedAt"]);
    assert_eq!(proof["formVersion"]["formName"], stored["node"]["form"]["name"]);
    let page = json!({ "origin": "https://site.example", "path": "/landing", "utm": [{ "name": "utm_source", "value": "fair" }] });
    assert_eq!(proof["page"], page, "and never the whole query");
    assert_eq!(proof["language"], "fr");
    assert_eq!(time(&proof["submittedAt"]), sent_at);
    assert_eq!(time(&proof["confirmedAt"]), pressed_at);
    assert_eq!(proof["secondsAfterMail"], 420);
    assert!(
        proof["submittedWith"].as_str().unwrap().contains("Firefox")
            && proof["confirmedWith"].as_str().unwrap().contains("Firefox")
    );
    assert!(!proof["submittedWith"].as_str().unwrap().contains("140.0)"), "the family, not the whole string");
    assert_eq!(proof["mailbox"], "Ada@example.org", "as it was typed, its domain as everybody writes it");

    let mails = proof["mails"].as_array().unwrap();
    let sent = app.mails();
    assert_eq!(
        mails.iter().map(|mail| mail["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["confirm_opt_in", "opt_in_receipt"]
    );
    for (shown, sent) in mails.iter().zip(&sent) {
        let id = shown["messageId"].as_str().unwrap();
        assert!(
            !id.is_empty() && sent.headers["Message-ID"].contains(id.trim_matches(['<', '>'])),
            "{id} {:?}",
            sent.headers
        );
        assert_eq!((&shown["state"], &shown["language"]), (&json!("SENT"), &json!("fr")));
        assert_eq!(shown["smtpCode"], 250, "{shown}");
        assert!(!shown["smtpReply"].as_str().unwrap().is_empty());
        assert_eq!(shown["templateSha256"].as_str().unwrap().len(), 64);
    }

    // The entries it names exist, and the one of the button click commits to the sealed part.
    let ids = json!({ "ids": [proof["submittedEntryId"], proof["confirmedEntryId"], proof["givenEntryId"]] });
    let entries = dpo
        .gql("query($ids: [ID!]!) { nodes(ids: $ids) { ... on JournalEntry { kind actor subject object commitment at bytes leafHash data } } }", ids)
        .await;
    let kinds: Vec<&str> =
        entries["nodes"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[1..], ["opt_in.confirmed", "consent.given"]);
    assert!(kinds[0].starts_with("submission."), "{kinds:?}");
    assert!(entries["nodes"][1]["commitment"].is_string());
    assert_eq!(entries["nodes"][2]["object"], consent["id"]);
    assert_eq!(entries["nodes"][2]["data"]["wording"], proof["wording"]["sha256"]);
    for entry in entries["nodes"].as_array().unwrap() {
        let bytes = entry["bytes"].as_str().unwrap();
        assert_eq!(
            entry["leafHash"],
            hex::encode(Sha256::new().chain_update([0]).chain_update(bytes).finalize())
        );
        // As a whole word: hashes and ids contain any three letters sooner or later.
        let words = bytes.to_lowercase();
        assert!(words.split(|c: char| !c.is_alphanumeric() && c != '_').all(|word| word != "ada"), "{bytes}");
    }

    // Each value has a source, an actor and a time.
    let provenance = contact["provenance"].as_array().unwrap();
    for field in ["email", "given_name"] {
        let of = provenance
            .iter()
            .find(|value| value["field"] == field)
            .unwrap_or_else(|| panic!("no provenance of {field}: {provenance:?}"));
        assert_eq!((&of["source"], &of["proven"]), (&json!(form.version.to_string()), &json!(true)), "{of}");
        assert_eq!(of["actor"], contact["id"], "the person themself: {of}");
        assert_eq!(time(&of["at"]), pressed_at);
        assert!(of["entry"]["seq"].as_i64().unwrap() > 0);
    }

    // A withdrawal ends the consent and keeps its proof.
    let withdrawn = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { consent { state holdsNow evidence { mailbox wording { text } } } userErrors { message } } }";
    let after = dpo.gql(withdrawn, json!({ "id": consent["id"] })).await["withdrawConsent"].clone();
    assert_eq!(after["consent"]["state"], "WITHDRAWN");
    assert_eq!(
        (&after["consent"]["holdsNow"], &after["consent"]["evidence"]["wording"]["text"]),
        (&json!(false), &json!(wording))
    );
}

fn time(value: &Value) -> entity::Time {
    value.as_str().unwrap().parse().unwrap()
}

/// A list's sort keys. Paging forwards and backwards must give the same list.
async fn walk(client: &Client<'_>, list: &str, key: &str, size: usize) -> Vec<String> {
    let mut found = [Vec::new(), Vec::new()];
    for (way, found) in found.iter_mut().enumerate() {
        let (size_word, cursor_word, more, edge) = if way == 0 {
            ("first", "after", "hasNextPage", "endCursor")
        } else {
            ("last", "before", "hasPreviousPage", "startCursor")
        };
        let mut cursor = Value::Null;
        for round in 0.. {
            assert!(round < 100, "{list} never ends");
            let text = format!(
                "query($c: String) {{ {list}({size_word}: {size}, {cursor_word}: $c) {{ totalCount nodes {{ {key} }} edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            let page = client.gql(&text, json!({ "c": cursor })).await[list].clone();
            let mut nodes: Vec<String> =
                page["nodes"].as_array().unwrap().iter().map(|node| node[key].to_string()).collect();
            let (edges, info) = (page["edges"].as_array().unwrap(), &page["pageInfo"]);
            assert!(nodes.len() <= size && edges.len() == nodes.len());
            assert_eq!(edges.first().map(|edge| &edge["cursor"]), Some(&info["startCursor"]));
            assert_eq!(edges.last().map(|edge| &edge["cursor"]), Some(&info["endCursor"]));
            if way == 1 {
                nodes.reverse();
            }
            found.extend(nodes);
            if info[more] == json!(false) {
                assert_eq!(page["totalCount"], found.len(), "{list}");
                break;
            }
            cursor = info[edge].clone();
        }
    }
    let [forward, mut backward] = found;
    backward.reverse();
    assert_eq!(forward, backward, "{list}");
    forward
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_both_ways_and_bad_arguments_are_refused_by_name() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        app.confirmed(&form, &format!("{name}@example.org")).await;
        app.advance(chrono::TimeDelta::minutes(1));
    }
    let client = app.api_key(Role::Reader).await;
    let entries = app.journal().await.len();
    for size in [1, 2, 5, 100] {
        assert_eq!(walk(&client, "contacts", "id", size).await.len(), 5);
        assert_eq!(walk(&client, "submissions", "id", size).await.len(), 5);
        assert_eq!(walk(&client, "forms", "id", size).await.len(), 1);
        if size > 1 {
            let numbers = walk(&client, "journal", "seq", size).await;
            assert_eq!(numbers, (1..=entries).map(|seq| seq.to_string()).collect::<Vec<_>>());
        }
    }
    // A row inserted between two pages shifts nothing.
    let page = "query($after: String) { contacts(first: 2, after: $after) { nodes { email } pageInfo { endCursor } } }";
    let first = client.gql(page, json!({})).await;
    app.confirmed(&form, "fay@example.org").await;
    let second = client.gql(page, json!({ "after": first["contacts"]["pageInfo"]["endCursor"] })).await;
    let emails: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|page| page["contacts"]["nodes"].as_array().unwrap())
        .map(|node| node["email"].as_str().unwrap())
        .collect();
    assert_eq!(emails, ["eve@example.org", "dan@example.org", "cyd@example.org", "bob@example.org"]);

    let cursor = first["contacts"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    let foreign = client.gql("{ journal(first: 1) { pageInfo { endCursor } } }", json!({})).await["journal"]
        ["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for (arguments, field) in [
        (String::new(), "first"),
        ("(first: 0)".to_owned(), "first"),
        ("(first: -1)".to_owned(), "first"),
        ("(first: 101)".to_owned(), "first"),
        ("(last: 101)".to_owned(), "last"),
        ("(first: 1, last: 1)".to_owned(), "last"),
        ("(first: 1, after: \"x\")".to_owned(), "after"),
        ("(first: 1, after: \"\")".to_owned(), "after"),
        (format!("(first: 1, after: \"{foreign}\")"), "after"),
        (format!("(first: 1, after: \"{}\")", "A".repeat(5000)), "after"),
        (format!("(first: 1, before: \"{cursor}\")"), "before"),
        (format!("(last: 1, after: \"{cursor}\")"), "after"),
    ] {
        let answer =
            client.gql_raw(&format!("{{ contacts{arguments} {{ nodes {{ id }} }} }}"), json!({})).await;
        let error = &answer["errors"][0]["extensions"];
        assert_eq!(error["code"], "BAD_USER_INPUT", "{arguments}: {answer}");
        assert_eq!(error["problems"][0]["field"], field, "{arguments}: {answer}");
    }
    let answer = client
        .gql_raw("{ contacts(first: 1, filter: { email: \"no address\" }) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "filter.email", "{answer}");
    let found = client
        .gql(
            "{ contacts(first: 5, filter: { email: \"BOB@example.ORG\" }) { totalCount nodes { email } } }",
            json!({}),
        )
        .await;
    assert_eq!(found["contacts"], json!({ "totalCount": 1, "nodes": [{ "email": "bob@example.org" }] }));
    let nobody = client
        .gql(
            "{ contacts(first: 5, filter: { email: \"zoe@example.org\" }) { totalCount nodes { email } } }",
            json!({}),
        )
        .await;
    assert_eq!(nobody["contacts"], json!({ "totalCount": 0, "nodes": [] }));
    let filtered =
        client.gql("{ journal(last: 100, filter: { kinds: [\"consent.given\"] }) { totalCount nodes { kind } } journalHead }", json!({})).await;
    assert_eq!(filtered["journal"]["totalCount"], 6);
    assert!(
        filtered["journal"]["nodes"].as_array().unwrap().iter().all(|node| node["kind"] == "consent.given")
    );
    assert_eq!(filtered["journalHead"], app.journal().await.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn submissions_tell_states_and_never_content() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor()
        .submit_fields(
            &form,
            &[
                ("email", "ada@example.org"),
                ("given_name", "Adalovelace"),
                ("note", "my secret"),
                ("consent", "newsletter:email"),
            ],
        )
        .await;
    let client = app.api_key(Role::Owner).await;
    let text = "query($form: ID, $state: SubmissionState) { submissions(first: 5, formId: $form, state: $state) { totalCount nodes { id state receivedAt form { id submissionCounts { state count } } formVersion { number } } } }";
    let received = client.gql(text, json!({})).await;
    assert_eq!(received["submissions"]["nodes"][0]["state"], "RECEIVED");
    app.run_jobs().await;
    let waiting = client.gql(text, json!({ "form": form.id.to_string(), "state": "WAITING" })).await;
    let node = &waiting["submissions"]["nodes"][0];
    assert_eq!(
        node["form"],
        json!({ "id": form.id.to_string(), "submissionCounts": [{ "state": "WAITING", "count": 1 }] })
    );
    assert_eq!(client.gql(text, json!({ "state": "ACCEPTED" })).await["submissions"]["totalCount"], 0);
    app.visitor().post_form(&app.only_mail_to("ada@example.org").link("confirm"), &[]).await;
    app.run_jobs().await;
    assert_eq!(client.gql(text, json!({ "state": "ACCEPTED" })).await["submissions"]["totalCount"], 1);

    // No field of a submission, reached from any side, returns what the visitor typed.
    let fields = client.gql("{ __type(name: \"Submission\") { fields { name } } }", json!({})).await;
    let names: Vec<&str> = fields["__type"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["id", "form", "formVersion", "state", "receivedAt"],
        "a new field of Submission is looked at here first"
    );
    for answer in [received, waiting] {
        let text = answer.to_string().to_lowercase();
        assert!(!text.contains("ada") && !text.contains("secret"), "{text}");
    }
}

const CREATE_PURPOSE: &str = "mutation($input: CreatePurposeInput!) { createPurpose(input: $input) { purpose { id key channels currentVersion { number texts { language wording wordingSha256 } } } userErrors { code field message } } }";
const CREATE_FORM: &str = "mutation($input: CreateFormInput!) { createForm(input: $input) { form { id version publishedVersion { id } hostedUrl embedSnippet } userErrors { code field message } } }";
const UPDATE_FORM: &str = "mutation($input: UpdateFormInput!) { updateForm(input: $input) { form { id name version } userErrors { code field message } } }";
const PUBLISH_FORM: &str = "mutation($id: ID!) { publishForm(input: { formId: $id }) { form { publishedVersion { id number } } version { id number sha256 } userErrors { code field message } } }";

fn purpose_input(key: &str) -> Value {
    json!({ "key": key, "legalBasis": "CONSENT", "channels": ["EMAIL"], "validityDays": 730,
        "texts": [{ "language": "en", "title": "Letter", "description": "Once a month.", "wording": "Yes, write to me." }] })
}

fn form_input(purpose: &Value) -> Value {
    let en = |text: &str| json!([{ "language": "en", "text": text }]);
    json!({ "name": "Landing", "definition": { "languages": ["en"], "title": en("Our letter"),
        "fields": [
            { "key": "email", "kind": "EMAIL", "label": en("E-mail"), "reason": en("To write to you"), "required": true },
            { "key": "given_name", "kind": "GIVEN_NAME", "label": en("Name"), "reason": en("To greet you") },
        ],
        "consents": [{ "purposeId": purpose, "channel": "EMAIL" }], "allowedOrigins": ["https://site.example"] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_goes_through_the_api_alone_from_purpose_to_withdrawal() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let purpose =
        client.gql(CREATE_PURPOSE, json!({ "input": purpose_input("letter") })).await["createPurpose"]
            .clone();
    assert_eq!(purpose["userErrors"], json!([]));
    assert_eq!(
        purpose["purpose"]["currentVersion"]["texts"][0]["wordingSha256"],
        hex::encode(Sha256::digest("Yes, write to me."))
    );
    let form = client.gql(CREATE_FORM, json!({ "input": form_input(&purpose["purpose"]["id"]) })).await["createForm"].clone();
    assert_eq!(form["userErrors"], json!([]), "{form}");
    assert!(form["form"]["publishedVersion"].is_null());
    let id = form["form"]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.visitor().get(&format!("/forms/{id}")).await.status, 404, "not before it is published");
    let published = client.gql(PUBLISH_FORM, json!({ "id": id })).await["publishForm"].clone();
    assert_eq!((&published["userErrors"], &published["version"]["number"]), (&json!([]), &json!(1)));
    assert_eq!(published["form"]["publishedVersion"]["id"], published["version"]["id"]);
    assert!(form["form"]["hostedUrl"].as_str().unwrap().ends_with(&format!("/forms/{id}")));
    assert!(form["form"]["embedSnippet"].as_str().unwrap().contains(&id));

    let test_form = TestForm {
        id: id.parse().unwrap(),
        version: published["version"]["id"].as_str().unwrap().parse().unwrap(),
        newsletter: purpose["purpose"]["id"].as_str().unwrap().parse().unwrap(),
    };
    for name in ["ada", "bob"] {
        app.visitor()
            .submit_fields(
                &test_form,
                &[("email", &format!("{name}@example.org")), ("consent", "letter:email")],
            )
            .await;
        app.run_jobs().await;
        app.visitor().post_form(&app.only_mail_to(&format!("{name}@example.org")).link("confirm"), &[]).await;
        app.run_jobs().await;
    }
    let consents = "query($email: String!, $purpose: ID!) { contacts(first: 1, filter: { email: $email }) { nodes { mayUse(purposeId: $purpose, channel: EMAIL) consents { id state } } } }";
    let look = |email: &'static str| json!({ "email": email, "purpose": purpose["purpose"]["id"] });
    for (email, mutation, reason, state, kind) in [
        ("ada@example.org", "withdrawConsent", "TOLD_BY_EMAIL", "WITHDRAWN", "consent.withdrawn"),
        ("bob@example.org", "revokeConsent", "PROOF_INSUFFICIENT", "REVOKED", "consent.revoked"),
    ] {
        let before = client.gql(consents, look(email)).await["contacts"]["nodes"][0].clone();
        assert_eq!((&before["mayUse"], &before["consents"][0]["state"]), (&json!("USABLE"), &json!("GIVEN")));
        let input = format!("{}Input!", mutation[..1].to_uppercase() + &mutation[1..]);
        let text = format!(
            "mutation($input: {input}) {{ {mutation}(input: $input) {{ consent {{ id state }} userErrors {{ code field }} }} }}"
        );
        let input = json!({ "input": { "consentId": before["consents"][0]["id"], "reason": reason } });
        let ended = client.gql(&text, input.clone()).await[mutation].clone();
        assert_eq!(
            ended,
            json!({ "consent": { "id": before["consents"][0]["id"], "state": state }, "userErrors": [] })
        );
        let after = client.gql(consents, look(email)).await["contacts"]["nodes"][0].clone();
        assert_ne!(after["mayUse"], "USABLE");
        let again = client.gql(&text, input).await[mutation].clone();
        assert_eq!(again["consent"]["state"], state);
        let entry = client
            .gql("query($kinds: [String!]) { journal(last: 5, filter: { kinds: $kinds }) { nodes { actor data } } }", json!({ "kinds": [kind] }))
            .await;
        let entries = entry["journal"]["nodes"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "a second time changes nothing");
        assert_eq!(entries[0]["data"]["reason"], reason);
        assert!(entries[0]["actor"].as_str().unwrap().starts_with("api_key_"));
    }
    let kinds = app.journal_kinds().await;
    for kind in ["purpose.created", "form.created", "form.published"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_comes_back_as_user_errors_that_name_the_field_and_changes_nothing() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let purpose = client.gql(CREATE_PURPOSE, json!({ "input": purpose_input("letter") })).await["createPurpose"]["purpose"].clone();
    let form =
        client.gql(CREATE_FORM, json!({ "input": form_input(&purpose["id"]) })).await["createForm"]["form"]
            .clone();
    let before = app.journal().await.len();
    let with = |change: Value| {
        let mut input = purpose_input("other");
        for (name, value) in change.as_object().unwrap() {
            input[name] = value.clone();
        }
        json!({ "input": input })
    };
    let nobody = entity::ConsentId::new().to_string();
    let en = |wording: &str| json!([{ "language": "en", "title": "t", "wording": wording }]);
    let twice = json!([en("w")[0], en("w")[0]]);
    let missing = entity::FormId::new().to_string();
    for (mutation, text, variables, code, field) in [
        ("createPurpose", CREATE_PURPOSE, with(json!({ "key": "letter" })), "TAKEN", "key"),
        ("createPurpose", CREATE_PURPOSE, with(json!({ "key": "No Key!" })), "INVALID", "key"),
        ("createPurpose", CREATE_PURPOSE, with(json!({ "channels": [] })), "REQUIRED", "channels"),
        ("createPurpose", CREATE_PURPOSE, with(json!({ "texts": [] })), "REQUIRED", "texts"),
        ("createPurpose", CREATE_PURPOSE, with(json!({ "texts": twice })), "TAKEN", "texts"),
        ("createPurpose", CREATE_PURPOSE, with(json!({ "validityDays": -1 })), "INVALID", "validityDays"),
        (
            "createPurpose",
            CREATE_PURPOSE,
            with(json!({ "legalBasis": "CONTRACT" })),
            "REQUIRED",
            "justification",
        ),
        ("publishForm", PUBLISH_FORM, json!({ "id": missing }), "NOT_FOUND", "formId"),
        ("publishForm", PUBLISH_FORM, json!({ "id": "nonsense" }), "NOT_FOUND", "formId"),
        (
            "updateForm",
            UPDATE_FORM,
            json!({ "input": { "formId": missing, "expectedVersion": 1 } }),
            "NOT_FOUND",
            "formId",
        ),
        (
            "withdrawConsent",
            "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: OBJECTION }) { consent { id } userErrors { code field message } } }",
            json!({ "id": nobody }),
            "NOT_FOUND",
            "consentId",
        ),
        (
            "revokeConsent",
            "mutation($id: ID!) { revokeConsent(input: { consentId: $id, reason: MINOR }) { consent { id } userErrors { code field message } } }",
            json!({ "id": nobody }),
            "NOT_FOUND",
            "consentId",
        ),
    ] {
        let answer = client.gql(text, variables.clone()).await[mutation].clone();
        let errors = answer["userErrors"].as_array().unwrap();
        let named = errors.iter().any(|error| {
            error["code"] == code && error["field"].as_str().is_some_and(|named| named.starts_with(field))
        });
        assert!(named, "{mutation} {variables}: {answer}");
        assert!(errors.iter().all(|error| !error["message"].as_str().unwrap().is_empty()));
        for (name, value) in answer.as_object().unwrap() {
            assert!(name == "userErrors" || value.is_null(), "{mutation}: {answer}");
        }
    }

    // A draft may be incomplete; publishing reports everything that is missing at once.
    let incomplete = json!({ "input": { "name": "x", "definition": { "languages": ["en"], "title": [], "fields": [], "consents": [{ "purposeId": purpose["id"], "channel": "SMS" }] } } });
    let draft = client.gql(CREATE_FORM, incomplete).await["createForm"].clone();
    assert_eq!(draft["userErrors"], json!([]), "{draft}");
    let refused = client.gql(PUBLISH_FORM, json!({ "id": draft["form"]["id"] })).await["publishForm"].clone();
    assert!(
        refused["version"].is_null() && refused["userErrors"].as_array().unwrap().len() >= 3,
        "{refused}"
    );
    assert_eq!(app.journal().await.len(), before + 1, "only the draft was recorded");

    // Somebody else saved first.
    let edit = |version: i64, name: &str| json!({ "input": { "formId": form["id"], "expectedVersion": version, "name": name } });
    let version = form["version"].as_i64().unwrap();
    let first = client.gql(UPDATE_FORM, edit(version, "mine")).await["updateForm"].clone();
    assert_eq!((&first["form"]["name"], &first["form"]["version"]), (&json!("mine"), &json!(version + 1)));
    let stale = client.gql(UPDATE_FORM, edit(version, "theirs")).await["updateForm"].clone();
    assert!(stale["form"].is_null());
    assert_eq!(stale["userErrors"][0]["code"], "STALE", "{stale}");
    let now =
        client.gql("query($id: ID!) { form(id: $id) { name version } }", json!({ "id": form["id"] })).await;
    assert_eq!(now["form"], json!({ "name": "mine", "version": version + 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn node_and_nodes_find_everything_with_a_global_id_in_the_order_asked() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let client = app.api_key(Role::Dpo).await;
    let text = "{ contacts(first: 1) { nodes { id consents { id } } } submissions(first: 1) { nodes { id } } purposes { id } journal(first: 1) { nodes { id } } }";
    let known = client.gql(text, json!({})).await;
    let wanted = [
        ("Consent", known["contacts"]["nodes"][0]["consents"][0]["id"].clone()),
        ("Contact", known["contacts"]["nodes"][0]["id"].clone()),
        ("Purpose", known["purposes"][0]["id"].clone()),
        ("Form", json!(form.id.to_string())),
        ("FormVersion", json!(form.version.to_string())),
        ("Submission", known["submissions"]["nodes"][0]["id"].clone()),
        ("JournalEntry", known["journal"]["nodes"][0]["id"].clone()),
    ];
    let mut ids: Vec<Value> = wanted.iter().map(|(_, id)| id.clone()).collect();
    ids.insert(2, json!("contact_nonsense"));
    ids.insert(4, json!(entity::ContactId::new().to_string()));
    ids.push(ids[0].clone());
    let found =
        client.gql("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
    for (at, (node, id)) in found["nodes"].as_array().unwrap().iter().zip(&ids).enumerate() {
        if at == 2 || at == 4 {
            assert_eq!(node, &Value::Null);
        } else {
            let (kind, _) = wanted.iter().find(|(_, known)| known == id).unwrap();
            assert_eq!(node, &json!({ "__typename": kind, "id": id }));
        }
    }
    for (kind, id) in &wanted {
        let one =
            client.gql("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await;
        assert_eq!(one["node"], json!({ "__typename": kind, "id": id }));
    }
    let many = client
        .gql_raw("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": vec![&ids[0]; 101] }))
        .await;
    assert_eq!(many["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{many}");
}

/// One worker, so that the loaders' one-millisecond window starts after all fields have asked: this tests the
/// shape of the answer, not the speed of the machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn fifty_contacts_with_all_they_show_cost_as_many_statements_as_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Dpo).await;
    let text = "{ contacts(first: 50) { nodes { id givenName email addresses { email verifiedAt } consents { state purpose { key } purposeVersion { number } holdsNow } } } }";
    let proofs = "{ contacts(first: 10) { nodes { provenance { field entry { seq } } consents { evidence { mailbox mails { messageId } } } activities(first: 3) { nodes { subject } } } } }";
    app.confirmed(&form, "p0@example.org").await;
    let one = [statements(&app, &client, text, 1).await, statements(&app, &client, proofs, 1).await];
    for n in 1..50 {
        app.confirmed(&form, &format!("p{n}@example.org")).await;
        app.advance(chrono::TimeDelta::minutes(1));
    }
    let fifty = [statements(&app, &client, text, 50).await, statements(&app, &client, proofs, 10).await];
    assert_eq!(one, fifty, "the number of statements grows with the list");
    assert!(one[0] <= 6, "{one:?}");
}

/// Number of statements that the answer took, without authentication.
async fn statements(app: &TestApp, client: &Client<'_>, text: &str, length: usize) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let heard = count.clone();
    let db = Db::connect(&app.url, 4).await.unwrap().hearing(move |_| {
        heard.fetch_add(1, Ordering::SeqCst);
    });
    let node = App::build(
        app.app.config.clone(),
        db,
        Clock::fixed(app.app.now()),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let caller = authenticate(&node, &client.key).await.unwrap();
    let request = schema::prepare(async_graphql::Request::new(text), &node, caller);
    count.store(0, Ordering::SeqCst);
    let schema = schema::build(&node);
    let answer = tokio::spawn(async move { schema.execute(request).await }).await.unwrap();
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    assert_eq!(data["contacts"]["nodes"].as_array().unwrap().len(), length);
    let count = count.load(Ordering::SeqCst);
    assert!(count > 0, "nothing was heard");
    count
}
