//! The register of requests: logging, the clock, the exchange, refusals with remedies, what is carried out at
//! once and what waits for staff, and who may see it.

use accord::{
    jobs,
    platform::actor::Actor,
    privacy::requests::{
        NewRequest, exchange, exchange_text, find_request, identity_proven, open_request, requests_of,
    },
};
use chrono::TimeDelta;
use entity::{
    ContactId, HoldReason, LegalBasis, RequestChannel, RequestId, RequestKind, RequestState, Role,
    contact_address, request,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, Script, SmtpServer, Socket, TestApp, Verb, faults};

const ADA: &str = "ada@example.org";

const ALL: &str =
    "id kind state channel version receivedAt dueAt overdue suspendedAt acknowledgedAt extendedAt answeredAt
    refusalReason hurdle balance email name document contact { id } steps { kind text mail actor }";

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

/// Runs a mutation about a request, which must not be refused.
async fn act(client: &Client<'_>, name: &str, input: Value) -> Value {
    let payload = try_to(client, name, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload["request"].clone()
}

async fn try_to(client: &Client<'_>, name: &str, input: Value) -> Value {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let text = format!(
        "mutation($input: {upper}Input!) {{ {name}(input: $input) {{ request {{ {ALL} }} userErrors {{ code field message }} }} }}"
    );
    client.gql(&text, json!({ "input": input })).await[name].clone()
}

async fn read(client: &Client<'_>, id: &Value) -> Value {
    let text = format!("query($id: ID!) {{ request(id: $id) {{ {ALL} }} }}");
    client.gql(&text, json!({ "id": id })).await["request"].clone()
}

/// Staff log a request that came by letter, from an address that is no contact's.
async fn log(client: &Client<'_>, kind: &str) -> Value {
    let input = json!({ "kind": kind, "channel": "POST", "email": ADA, "name": "Ada Lovelace", "message": "Please.", "language": "en" });
    let logged = act(client, "logRequest", input).await;
    client.app.run_jobs().await;
    read(client, &logged["id"]).await
}

fn kinds(request: &Value) -> Vec<&str> {
    request["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect()
}

/// The person asks on our pages, after their mailbox proved who they are.
async fn ask_proven(app: &TestApp, contact: ContactId, kind: RequestKind) -> RequestId {
    let mut work = app.app.begin(app.workspace, Actor::Contact(contact)).await.unwrap();
    let new = NewRequest {
        kind,
        channel: RequestChannel::SelfService,
        contact: Some(contact),
        email: None,
        name: String::new(),
        message: String::new(),
        language: "fr".to_owned(),
        received_at: app.app.now(),
        proven: true,
    };
    let row = open_request(&mut work, &app.app.vault, new).await.unwrap();
    work.commit().await.unwrap();
    row.id
}

async fn row_of(app: &TestApp, id: RequestId) -> request::Model {
    find_request(app.app.db(), app.workspace, id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logged_request_is_acknowledged_and_due_in_a_month_on_a_working_day() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let logged = act(&dpo, "logRequest", json!({ "kind": "ACCESS", "channel": "POST", "email": ADA, "message": "What do you know?", "receivedAt": "2026-11-20T09:00:00Z" })).await;
    assert_eq!((&logged["state"], &logged["version"]), (&json!("RECEIVED"), &json!(1)));
    // 20 December 2026 is a Sunday.
    assert_eq!(logged["dueAt"], "2026-12-21T22:59:59+00:00");
    app.run_jobs().await;
    let request = read(&dpo, &logged["id"]).await;
    assert_eq!(request["state"], "ACKNOWLEDGED");
    assert_eq!(request["version"], 1, "whoever read it before the mail left can still act on it");
    assert_eq!(kinds(&request), ["RECEIVED", "ACKNOWLEDGED"]);
    assert_eq!(request["steps"][0]["text"], "What do you know?");
    assert_eq!(request["steps"][1]["mail"], "SENT");
    let mail = app.only_mail_to(ADA);
    assert!(
        mail.text.contains("21 December 2026") && mail.text.contains(logged["id"].as_str().unwrap()),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("never ask for an identity document"), "{}", mail.text);
    assert!(app.journal_kinds().await.contains(&"request.acknowledged".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_logged_is_refused_with_its_field_and_a_repeat_logs_nothing_new() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let wrong = json!({ "kind": "ACCESS", "channel": "EMAIL", "email": "nonsense", "objectsTo": "MARKETING",
        "contactId": ContactId::new().to_string(), "receivedAt": "2026-11-24T12:00:00Z", "language": "xx", "message": "x".repeat(10_001) });
    let mut found = faults(&try_to(&dpo, "logRequest", wrong).await);
    found.sort();
    let expected = [
        "INVALID email",
        "INVALID objectsTo",
        "INVALID receivedAt",
        "NOT_FOUND contactId",
        "TOO_LONG message",
    ];
    assert!(expected.iter().all(|fault| found.contains(&(*fault).to_owned())), "{found:?}");
    assert!(found.iter().any(|fault| fault.ends_with(" language")), "{found:?}");
    assert_eq!(app.count("request").await, 0);
    let input = json!({ "kind": "RECTIFICATION", "channel": "PHONE", "name": "Ada", "idempotencyKey": "k1" });
    let one = act(&dpo, "logRequest", input.clone()).await;
    assert_eq!(act(&dpo, "logRequest", input).await["id"], one["id"]);
    let other = json!({ "kind": "ACCESS", "channel": "PHONE", "idempotencyKey": "k1" });
    assert_eq!(faults(&try_to(&dpo, "logRequest", other).await), ["KEY_REUSED idempotencyKey"]);
    assert_eq!(app.count("request").await, 1);
    assert_eq!(app.run_jobs().await, 0, "there is no mailbox to acknowledge to");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_written_is_readable_in_the_database_or_the_journal() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "ERASURE").await;
    act(
        &dpo,
        "answerRequest",
        json!({ "requestId": request["id"], "expectedVersion": 1, "message": "Quinquereme" }),
    )
    .await;
    app.run_jobs().await;
    let db = app.app.db();
    let requests = request::Entity::find().all(db).await.unwrap();
    let steps = entity::request_step::Entity::find().all(db).await.unwrap();
    assert!(requests.len() == 1 && steps.len() == 3);
    let sealed = requests.iter().map(|row| &row.sealed).chain(steps.iter().map(|row| &row.sealed));
    let mut stored: Vec<String> =
        sealed.flatten().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert_eq!(stored.len(), 2, "what came in, and what went out");
    stored.extend(app.journal().await.into_iter().map(|entry| entry.bytes));
    for text in stored {
        assert!(!text.contains("Lovelace") && !text.contains("Quinquereme") && !text.contains(ADA), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_told_with_its_reason_once_and_only_in_the_first_month() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let request = log(&dpo, "ACCESS").await;
    let extend = |version: i32| json!({ "requestId": request["id"], "expectedVersion": version, "reason": "COMPLEXITY", "message": "Three archives." });
    let extended = act(&dpo, "extendRequest", extend(1)).await;
    assert_eq!(
        (&extended["state"], &extended["dueAt"]),
        (&json!("EXTENDED"), &json!("2027-02-23T22:59:59+00:00"))
    );
    app.run_jobs().await;
    let mail = app.mails_to(ADA).pop().unwrap();
    for words in ["23 February 2027", "Your request is complex.", "Three archives."] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    assert_eq!(faults(&try_to(&dpo, "extendRequest", extend(2)).await), ["WRONG_STATE requestId"]);
    let late = log(&dpo, "ACCESS").await;
    app.advance(TimeDelta::days(31));
    let input = json!({ "requestId": late["id"], "expectedVersion": 1, "reason": "NUMBER" });
    assert_eq!(faults(&try_to(&dpo, "extendRequest", input).await), ["WRONG_STATE requestId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_its_reason_and_the_remedies_and_ends_the_request() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "ERASURE").await;
    let refuse = |message: &str, reason: &str| json!({ "requestId": request["id"], "expectedVersion": 1, "reason": reason, "message": message });
    assert_eq!(
        faults(&try_to(&dpo, "refuseRequest", refuse(" ", "LEGAL_OBLIGATION")).await),
        ["REQUIRED message"]
    );
    assert_eq!(
        faults(&try_to(&dpo, "refuseRequest", refuse("x", "COMPELLING_GROUNDS")).await),
        ["WRONG_STATE requestId"]
    );
    let refused = act(&dpo, "refuseRequest", refuse("Invoices of 2025.", "LEGAL_OBLIGATION")).await;
    assert_eq!(
        (&refused["state"], &refused["refusalReason"]),
        (&json!("REFUSED"), &json!("LEGAL_OBLIGATION"))
    );
    app.run_jobs().await;
    let mail = app.mails_to(ADA).pop().unwrap();
    for words in ["Article 17(3)(b)", "Invoices of 2025.", "CNIL", "https://www.cnil.fr", "Article 79"] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    for (name, rest) in [
        ("startRequest", json!({})),
        ("answerRequest", json!({ "message": "m" })),
        ("closeRequest", json!({ "reason": "WITHDRAWN" })),
        ("fulfilRequest", json!({})),
        ("askForIdentity", json!({})),
    ] {
        let mut input = json!({ "requestId": request["id"], "expectedVersion": 2 });
        input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        assert_eq!(faults(&try_to(&dpo, name, input).await), ["WRONG_STATE requestId"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_act_at_once_the_second_is_told() {
    let app = TestApp::new().await.leaving_jobs();
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "RECTIFICATION").await;
    let (start, close) = (
        json!({ "requestId": request["id"], "expectedVersion": 1 }),
        json!({ "requestId": request["id"], "expectedVersion": 1, "reason": "WITHDRAWN" }),
    );
    let (one, other) = tokio::join!(try_to(&dpo, "startRequest", start), try_to(&dpo, "closeRequest", close));
    let mut outcomes = [faults(&one), faults(&other)];
    outcomes.sort();
    assert_eq!(outcomes, [vec![], vec!["STALE expectedVersion".to_owned()]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_stands_still_while_identity_is_asked_and_moves_the_due_date() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    let request = log(&dpo, "RECTIFICATION").await;
    let due = request["dueAt"].as_str().unwrap().to_owned();
    let asked =
        act(&dpo, "askForIdentity", json!({ "requestId": request["id"], "expectedVersion": 1 })).await;
    assert_eq!(asked["state"], "IDENTITY_PENDING");
    assert!(asked["suspendedAt"].is_string());
    app.run_jobs().await;
    let counts = dpo.gql("{ requestCounts { open overdue dueSoon suspended } }", json!({})).await;
    assert_eq!(counts["requestCounts"], json!({ "open": 1, "overdue": 0, "dueSoon": 0, "suspended": 1 }));
    for (name, input) in [
        ("startRequest", json!({ "requestId": request["id"], "expectedVersion": 2 })),
        ("extendRequest", json!({ "requestId": request["id"], "expectedVersion": 2, "reason": "NUMBER" })),
    ] {
        assert_eq!(faults(&try_to(&dpo, name, input).await), ["WRONG_STATE requestId"], "{name}");
    }
    app.advance(TimeDelta::days(40));
    assert_eq!(read(&dpo, &request["id"]).await["overdue"], false, "it stands still");
    // The mailbox answers: the page behind the link does this.
    let mut work = app.app.begin(app.workspace, Actor::Contact(contact)).await.unwrap();
    for stranger in [json!({}), json!({ "request": RequestId::new().to_string() }), json!({ "request": 1 })] {
        assert!(
            identity_proven(&mut work, &app.app.vault, &stranger, Some(contact)).await.unwrap().is_none()
        );
    }
    let extra = json!({ "request": request["id"] });
    assert!(identity_proven(&mut work, &app.app.vault, &extra, Some(contact)).await.unwrap().is_some());
    assert!(
        identity_proven(&mut work, &app.app.vault, &extra, Some(contact)).await.unwrap().is_none(),
        "twice"
    );
    work.commit().await.unwrap();
    app.run_jobs().await;
    let proven = read(&dpo, &request["id"]).await;
    assert_eq!((&proven["state"], &proven["suspendedAt"]), (&json!("IN_PROGRESS"), &Value::Null));
    assert_eq!(proven["contact"]["id"], contact.to_string());
    // 23 December and forty days: Monday, 1 February 2027.
    assert_eq!(
        (due.as_str(), proven["dueAt"].as_str().unwrap()),
        ("2026-12-23T22:59:59+00:00", "2027-02-01T22:59:59+00:00")
    );
    assert_eq!(kinds(&proven), ["RECEIVED", "ACKNOWLEDGED", "IDENTITY_ASKED", "IDENTITY_PROVEN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_comes_late_does_not_stop_the_clock() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let request = log(&dpo, "ACCESS").await;
    app.advance(TimeDelta::days(8));
    let asked =
        act(&dpo, "askForIdentity", json!({ "requestId": request["id"], "expectedVersion": 1 })).await;
    assert_eq!((&asked["state"], &asked["suspendedAt"]), (&json!("IDENTITY_PENDING"), &Value::Null));
    app.run_jobs().await;
    app.advance(TimeDelta::days(30));
    assert_eq!(read(&dpo, &request["id"]).await["overdue"], true);
    let nowhere =
        act(&dpo, "logRequest", json!({ "kind": "ACCESS", "channel": "PHONE", "name": "Ada" })).await;
    let input = json!({ "requestId": nowhere["id"], "expectedVersion": 1 });
    assert_eq!(
        faults(&try_to(&dpo, "askForIdentity", input).await),
        ["WRONG_STATE requestId"],
        "no mailbox to ask"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_lists_by_due_date_and_counts_what_is_late() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let old = act(
        &dpo,
        "logRequest",
        json!({ "kind": "ACCESS", "channel": "POST", "receivedAt": "2026-10-01T09:00:00Z" }),
    )
    .await;
    let soon = act(
        &dpo,
        "logRequest",
        json!({ "kind": "ERASURE", "channel": "POST", "receivedAt": "2026-10-27T09:00:00Z" }),
    )
    .await;
    let new = act(&dpo, "logRequest", json!({ "kind": "ACCESS", "channel": "POST" })).await;
    let list = async |arguments: &str| -> Vec<Value> {
        let text = format!(
            "{{ requests({arguments}) {{ totalCount nodes {{ id }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let answer = dpo.gql(&text, json!({})).await["requests"].clone();
        let nodes: Vec<Value> =
            answer["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        if !arguments.contains("after") && !arguments.contains("first: 1,") {
            assert_eq!(answer["totalCount"], nodes.len());
        }
        nodes
    };
    let ids = |wanted: &[&Value]| wanted.iter().map(|request| request["id"].clone()).collect::<Vec<_>>();
    assert_eq!(list("first: 9").await, ids(&[&old, &soon, &new]));
    assert_eq!(list("first: 9, orderBy: NEWEST").await, ids(&[&new, &soon, &old]));
    assert_eq!(list("first: 9, filter: { overdue: true }").await, ids(&[&old]));
    assert_eq!(list("first: 9, filter: { overdue: false }").await, ids(&[&soon, &new]));
    assert_eq!(list("first: 9, filter: { kinds: [ERASURE], states: [RECEIVED] }").await, ids(&[&soon]));
    assert_eq!(list("first: 9, filter: { states: [REFUSED] }").await, ids(&[]));
    let page = dpo.gql("{ requests(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let cursor = page["requests"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    assert_eq!(list(&format!("first: 1, after: \"{cursor}\"")).await, ids(&[&soon]));
    let counts = dpo.gql("{ requestCounts { open overdue dueSoon suspended } }", json!({})).await;
    assert_eq!(counts["requestCounts"], json!({ "open": 3, "overdue": 1, "dueSoon": 1, "suspended": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_reminded_once_of_what_is_due_within_a_week() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let dpo = app.api_key(Role::Dpo).await;
    act(
        &dpo,
        "logRequest",
        json!({ "kind": "RECTIFICATION", "channel": "PHONE", "contactId": contact.to_string() }),
    )
    .await;
    app.run_jobs().await;
    let reminders =
        async || app.journal_kinds().await.iter().filter(|kind| *kind == "request.due_soon").count();
    for (days, expected) in [(0, 0), (22, 0), (2, 1), (1, 1)] {
        app.advance(TimeDelta::days(days));
        jobs::queue_due(&app.app).await.unwrap();
        app.run_jobs().await;
        assert_eq!(reminders().await, expected, "after {days} more days");
    }
    let text = "query($id: ID!) { contact(id: $id) { activities(first: 5) { nodes { kind subject } } } }";
    let tasks = dpo.gql(text, json!({ "id": contact.to_string() })).await;
    assert_eq!(tasks["contact"]["activities"]["nodes"][0]["kind"], "TASK", "{tasks:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proven_erasure_is_carried_out_at_once_and_the_person_is_told() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let id = ask_proven(&app, contact, RequestKind::Erasure).await;
    app.run_jobs().await;
    let row = row_of(&app, id).await;
    assert_eq!((row.state, row.hurdle), (RequestState::Fulfilled, None));
    assert_eq!(app.count("contact").await, 0, "erased");
    let mails = app.mails_to(ADA);
    let last = mails.last().unwrap();
    assert!(last.text.contains("Vos données ont été effacées."), "{}", last.text);
    let dpo = app.member(Role::Dpo).await;
    let request = read(&dpo, &json!(id.to_string())).await;
    assert_eq!(
        (&request["contact"], &request["email"]),
        (&Value::Null, &json!(ADA)),
        "the file outlives the contact"
    );
    assert_eq!(kinds(&request).last(), Some(&"FULFILLED"));
    assert_eq!(request["steps"].as_array().unwrap().last().unwrap()["mail"], "SENT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proven_request_for_a_copy_is_fulfilled_when_the_copy_is_built() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    for kind in [RequestKind::Access, RequestKind::Portability] {
        let id = ask_proven(&app, contact, kind).await;
        app.run_jobs().await;
        assert_eq!(row_of(&app, id).await.state, RequestState::Fulfilled, "{kind}");
    }
    assert_eq!(app.count("package").await, 2, "one for each");
    let dpo = app.member(Role::Dpo).await;
    let logged = act(
        &dpo,
        "logRequest",
        json!({ "kind": "ACCESS", "channel": "POST", "contactId": contact.to_string() }),
    )
    .await;
    let input = json!({ "requestId": logged["id"], "expectedVersion": 1 });
    assert_eq!(act(&dpo, "fulfilRequest", input).await["state"], "IN_PROGRESS", "until it is built");
    app.run_jobs().await;
    let request = read(&dpo, &logged["id"]).await;
    assert_eq!(request["state"], "FULFILLED");
    assert!(kinds(&request).contains(&"STARTED") && kinds(&request).last() == Some(&"FULFILLED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_a_hold_or_the_law_may_forbid_waits_for_staff_who_see_why() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let now = app.app.now();
    let hold = entity::hold::Model {
        workspace_id: app.workspace,
        id: entity::HoldId::new(),
        contact_id: contact,
        reason: HoldReason::Dispute,
        author: "system".to_owned(),
        since: now,
        until: now + TimeDelta::days(90),
        released_at: None,
        entry_id: entity::EntryId::new(),
        data_key_id: None,
        sealed: None,
    };
    entity::hold::Entity::insert(hold.clone().into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    let id = ask_proven(&app, contact, RequestKind::Erasure).await;
    app.run_jobs().await;
    let dpo = app.member(Role::Dpo).await;
    let waiting = read(&dpo, &json!(id.to_string())).await;
    assert_eq!((&waiting["hurdle"], &waiting["state"]), (&json!("HELD"), &json!("ACKNOWLEDGED")));
    assert_eq!(app.count("contact").await, 1);
    let input = json!({ "requestId": id.to_string(), "expectedVersion": waiting["version"] });
    let refused = try_to(&dpo, "fulfilRequest", input.clone()).await;
    assert_eq!(faults(&refused), ["WRONG_STATE requestId"]);
    assert!(refused["userErrors"][0]["message"].as_str().unwrap().contains("hold"));
    let mut released = hold.into_active_model();
    released.released_at = Set(Some(now));
    entity::hold::Entity::update(released).exec(app.app.db()).await.unwrap();
    let done = act(&dpo, "fulfilRequest", input).await;
    assert_eq!((&done["state"], &done["hurdle"]), (&json!("FULFILLED"), &Value::Null));
    app.run_jobs().await;
    assert_eq!(app.count("contact").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_may_not_apply_is_advice_and_never_a_silent_refusal() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let law = app.purpose("accounts", LegalBasis::LegalObligation).await;
    let text = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code field } } }";
    let input = json!({ "basisPurposeId": law.to_string(), "source": "PHONE", "email": ADA });
    let made = dpo.gql(text, json!({ "input": input })).await;
    let contact: ContactId = made["createContact"]["contact"]["id"].as_str().unwrap().parse().unwrap();
    let text = "query($id: ID!) { contactRights(contactId: $id) { bases rights { right applies } } }";
    let rights = dpo.gql(text, json!({ "id": contact.to_string() })).await["contactRights"].clone();
    assert_eq!(rights["bases"], json!(["LEGAL_OBLIGATION"]));
    let of = |right: &str| {
        rights["rights"].as_array().unwrap().iter().find(|one| one["right"] == right).unwrap()["applies"]
            .clone()
    };
    assert_eq!(
        [of("ACCESS"), of("ERASURE"), of("PORTABILITY"), of("OBJECTION")],
        ["YES", "CONDITIONALLY", "NO", "NO"]
    );
    for kind in [RequestKind::Erasure, RequestKind::Portability] {
        let id = ask_proven(&app, contact, kind).await;
        app.run_jobs().await;
        let request = read(&dpo, &json!(id.to_string())).await;
        assert_eq!(
            (&request["hurdle"], &request["state"]),
            (&json!("RIGHT_MAY_NOT_APPLY"), &json!("ACKNOWLEDGED"))
        );
    }
    assert_eq!(app.count("contact").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_made_by_staff_and_then_fulfilled_with_words() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "RECTIFICATION").await;
    let started =
        act(&dpo, "startRequest", json!({ "requestId": request["id"], "expectedVersion": 1 })).await;
    assert_eq!(started["state"], "IN_PROGRESS");
    let noted = act(&dpo, "answerRequest", json!({ "requestId": request["id"], "expectedVersion": 2, "message": "It is Ada.", "fromThePerson": true })).await;
    let written = act(
        &dpo,
        "answerRequest",
        json!({ "requestId": request["id"], "expectedVersion": 3, "message": "Thank you." }),
    )
    .await;
    assert_eq!((&noted["version"], &written["version"]), (&json!(3), &json!(4)));
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 2, "what the person wrote is not sent to them");
    let done = act(
        &dpo,
        "fulfilRequest",
        json!({ "requestId": request["id"], "expectedVersion": 4, "message": "Ada it is." }),
    )
    .await;
    assert_eq!(done["state"], "FULFILLED");
    assert!(done["answeredAt"].is_string());
    app.run_jobs().await;
    let mail = app.mails_to(ADA).pop().unwrap();
    assert!(
        mail.text.contains("Your data has been corrected.") && mail.text.contains("Ada it is."),
        "{}",
        mail.text
    );
    let request = read(&dpo, &request["id"]).await;
    assert_eq!(
        kinds(&request),
        ["RECEIVED", "ACKNOWLEDGED", "STARTED", "MESSAGE_IN", "MESSAGE_OUT", "FULFILLED"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_nobody_known_is_not_carried_out_before_staff_name_the_contact() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "a.lovelace@example.net").await;
    let contact = contact_of(&app, "a.lovelace@example.net").await;
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "ERASURE").await;
    let mut input = json!({ "requestId": request["id"], "expectedVersion": 1 });
    assert_eq!(faults(&try_to(&dpo, "fulfilRequest", input.clone()).await), ["REQUIRED contactId"]);
    input["contactId"] = ContactId::new().to_string().into();
    assert_eq!(faults(&try_to(&dpo, "fulfilRequest", input.clone()).await), ["NOT_FOUND contactId"]);
    input["contactId"] = contact.to_string().into();
    assert_eq!(act(&dpo, "fulfilRequest", input).await["state"], "FULFILLED");
    assert_eq!(app.count("contact").await, 0);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_exchange_can_be_kept_by_staff_and_by_the_person() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let logged = act(&dpo, "logRequest", json!({ "kind": "RECTIFICATION", "channel": "EMAIL", "contactId": contact.to_string(), "message": "Mon nom est faux.", "language": "fr" })).await;
    app.run_jobs().await;
    act(&dpo, "refuseRequest", json!({ "requestId": logged["id"], "expectedVersion": 1, "reason": "ACCURATE_ALREADY", "message": "Il est juste." })).await;
    app.run_jobs().await;
    let request = read(&dpo, &logged["id"]).await;
    let document = request["document"].as_str().unwrap();
    for words in [
        "Atelier Lumen SAS",
        "article 16 du RGPD",
        "Mon nom est faux.",
        "Accusé de réception envoyé",
        "Demande refusée",
        "Il est juste.",
        "elles sont exactes",
    ] {
        assert!(document.contains(words), "{words}: {document}");
    }
    assert!(!document.contains(&dpo.member_id().to_string()), "staff are not named");
    let rows = requests_of(app.app.db(), app.workspace, contact).await.unwrap();
    assert_eq!(rows.len(), 1);
    let told = exchange(app.app.db(), &app.app.vault, &rows[0]).await.unwrap();
    let workspace =
        entity::workspace::Entity::find_by_id(app.workspace).one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(exchange_text(&rows[0], &told, &workspace), document, "the person gets the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_leaves_the_request_unacknowledged_and_says_so() {
    let server = SmtpServer::start().await;
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user"));
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let dpo = app.member(Role::Dpo).await;
    let request = log(&dpo, "ACCESS").await;
    assert_eq!((&request["state"], &request["steps"][0]["mail"]), (&json!("RECEIVED"), &json!("BOUNCED")));
    assert!(app.journal_kinds().await.contains(&"request.mail_bounced".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_followed_live_by_those_who_may_read_the_register() {
    let app = TestApp::new().await.leaving_jobs();
    let address = app.serve().await;
    let dpo = app.api_key(Role::Dpo).await;
    let query = "subscription($after: Int) { requestChanged(after: $after) { position entry { kind } request { state kind } } }";
    let mut socket = Socket::subscribe(address, &dpo.key, query, json!({ "after": 0 })).await;
    let request = log(&dpo, "ACCESS").await;
    act(
        &dpo,
        "closeRequest",
        json!({ "requestId": request["id"], "expectedVersion": 1, "reason": "WITHDRAWN" }),
    )
    .await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let event = socket.event("requestChanged").await;
        if let Some(kind) = event["entry"]["kind"].as_str() {
            seen.push(kind.to_owned());
            assert_eq!(event["request"]["kind"], "ACCESS");
        }
    }
    assert_eq!(seen, ["request.received", "request.acknowledged", "request.closed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_who_may_handle_requests_are_assigned_to_them() {
    let app = TestApp::new().await;
    let dpo = app.member(Role::Dpo).await;
    let sales = app.member(Role::Sales).await;
    let request = log(&dpo, "ACCESS").await;
    let assign = |member: Value, version: i32| json!({ "requestId": request["id"], "expectedVersion": version, "assigneeId": member });
    let to = |client: &Client<'_>| json!(client.member_id().to_string());
    assert_eq!(
        faults(&try_to(&dpo, "assignRequest", assign(to(&sales), 1)).await),
        ["WRONG_STATE assigneeId"]
    );
    let unknown = json!(entity::MemberId::new().to_string());
    assert_eq!(faults(&try_to(&dpo, "assignRequest", assign(unknown, 1)).await), ["NOT_FOUND assigneeId"]);
    assert_eq!(act(&dpo, "assignRequest", assign(to(&dpo), 1)).await["version"], 2);
    assert_eq!(act(&dpo, "assignRequest", assign(to(&dpo), 2)).await["version"], 2, "twice is as once");
    assert_eq!(act(&dpo, "assignRequest", assign(Value::Null, 2)).await["version"], 3);
}
