//! The timeline of a contact: a day in sales, page by page, and the number of statements it takes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use accord::{
    forms::definition::{ConsentOffer, Definition},
    pipeline::{OwnerRule, Routing},
};
use chrono::TimeDelta;
use entity::{Channel, LegalBasis, Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, definition};

const ADA: &str = "ada@example.org";

/// Lines of a timeline, the newest first, as `event what`.
async fn timeline(client: &Client<'_>, contact: &str, arguments: &str) -> (Vec<String>, Value) {
    let text = format!(
        "query($id: ID!) {{ contact(id: $id) {{ timeline({arguments}) {{ pageInfo {{ endCursor hasNextPage }} nodes {{ id at kind event actor
            ... on TimelineActivity {{ activity {{ subject }} }}
            ... on TimelineDealChange {{ deal {{ id owner {{ id }} }} fromStage {{ name }} stage {{ name }} }}
            ... on TimelineConsentChange {{ consent {{ state }} purpose {{ key }} channel }}
            ... on TimelineSubmission {{ submission {{ state }} }}
            ... on TimelineContactChange {{ fields entry {{ seq }} }} }} }} }} }}"
    );
    let answer = client.gql(&text, json!({ "id": contact })).await["contact"]["timeline"].clone();
    let lines = answer["nodes"].as_array().unwrap().iter().map(|node| {
        let what = [&node["activity"]["subject"], &node["stage"]["name"], &node["purpose"]["key"]]
            .into_iter()
            .find_map(Value::as_str);
        format!("{} {}", node["event"].as_str().unwrap(), what.unwrap_or_default()).trim_end().to_owned()
    });
    (lines.collect(), answer.clone())
}

async fn usable(client: &Client<'_>, newsletter: &str) -> (usize, Value) {
    let text = "query($purpose: ID!) { contacts(first: 10, usableFor: { purposeId: $purpose, channel: EMAIL }) { nodes { id } withheld { reason count } } }";
    let list = client.gql(text, json!({ "purpose": newsletter })).await["contacts"].clone();
    (list["nodes"].as_array().unwrap().len(), list["withheld"].clone())
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, read from top to bottom")]
async fn a_lead_comes_in_is_called_moved_and_won_and_a_withdrawal_in_the_middle_stops_the_letters_but_not_the_sale()
 {
    let app = TestApp::new().await;
    let hour = TimeDelta::hours(1);
    let (owner, sales, reader) =
        (app.member(Role::Owner).await, app.member(Role::Sales).await, app.member(Role::Reader).await);

    // The owner sets up a pipeline, and a form that routes its leads to the salesperson.
    let text = "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { stages { id name } } userErrors { code field } } }";
    let stages = json!([{ "name": "New", "kind": "OPEN", "probability": 10 }, { "name": "Quoted", "kind": "OPEN", "probability": 50 },
        { "name": "Won", "kind": "WON" }, { "name": "Lost", "kind": "LOST" }]);
    let made = owner
        .gql(text, json!({ "input": { "name": "Lamps", "currency": "EUR", "stages": stages } }))
        .await["createPipeline"]
        .clone();
    assert_eq!(made["userErrors"], json!([]));
    let stage = |name: &str| {
        let stages = made["pipeline"]["stages"].as_array().unwrap();
        stages.iter().find(|stage| stage["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let routing = Routing {
        stage_id: stage("New").parse().unwrap(),
        owner_rule: OwnerRule::Fixed,
        member_ids: vec![sales.member_id()],
        tags: vec!["lamps".to_owned()],
        deal_title: String::new(),
    };
    let offer = ConsentOffer { purpose_id: newsletter, channel: Channel::Email };
    let form = app
        .publish_in(
            app.workspace,
            Definition { routing: Some(routing), ..definition(vec![offer], None) },
            newsletter,
        )
        .await;

    // The lead comes in and confirms: now there are a contact, a consent, and a deal owned by the
    // salesperson.
    app.confirmed(&form, ADA).await;
    let found = sales.gql("{ contacts(first: 10) { nodes { id email tags { name } } } }", json!({})).await["contacts"]["nodes"].clone();
    assert_eq!(
        (&found[0]["email"], &found[0]["tags"][0]["name"]),
        (&json!(ADA), &json!("lamps")),
        "{found:#}"
    );
    let contact = found[0]["id"].as_str().unwrap();
    let (_, deals) = timeline(&sales, contact, "first: 10, kinds: [DEAL]").await;
    let deal = deals["nodes"][0]["deal"].clone();
    assert_eq!(deal["owner"]["id"], sales.member_id().to_string(), "{deals:#}");
    assert_eq!(usable(&sales, &newsletter.to_string()).await, (1, json!([])));

    // She is called, and the deal moves on.
    app.advance(hour);
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) { activity { id } userErrors { code field } } }";
    let call = json!({ "kind": "CALL", "subject": "Two lamps for the office", "contactId": contact, "dealId": deal["id"] });
    assert_eq!(sales.gql(text, json!({ "input": call })).await["logActivity"]["userErrors"], json!([]));
    let text = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { deal { stage { kind } } userErrors { code field } } }";
    let to = async |name: &str| {
        app.advance(hour);
        let moved = sales
            .gql(text, json!({ "input": { "dealId": deal["id"], "toStageId": stage(name) } }))
            .await["moveDeal"]
            .clone();
        assert_eq!(moved["userErrors"], json!([]));
        moved["deal"]["stage"]["kind"].clone()
    };
    to("Quoted").await;

    // Then she unsubscribes from the newsletter: from now on no mailing list shows her.
    app.advance(hour);
    let unsubscribe = app.mails_to(ADA).last().unwrap().link("unsubscribe");
    assert_eq!(app.visitor().post_form(&unsubscribe, &[("scope", "all")]).await.status, 200);
    app.run_jobs().await;
    let (count, withheld) = usable(&sales, &newsletter.to_string()).await;
    assert_eq!((count, &withheld[0]["count"]), (0, &json!(1)), "{withheld:#}");

    // The deal is not affected.
    assert_eq!(to("Won").await, "WON");

    // The timeline shows it all in order, to everybody who may read.
    let (mut lines, answer) = timeline(&reader, contact, "first: 50").await;
    lines.reverse();
    let told = [
        "submission.received",
        "contact.created",
        "opt_in.confirmed",
        "consent.given newsletter",
        "deal.created New",
        "activity.logged Two lamps for the office",
        "deal.moved Quoted",
        "consent.withdrawn newsletter",
        "deal.won Won",
    ];
    let ours: Vec<&String> = lines.iter().filter(|line| told.contains(&line.as_str())).collect();
    assert_eq!(ours, told, "{lines:#?}");
    let ids: std::collections::BTreeSet<&str> =
        answer["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), lines.len(), "nothing is told twice");
    assert!(!answer.to_string().contains(ADA), "no address on the timeline");

    // Pages of three give the same lines.
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let (page, answer) = timeline(&reader, contact, &format!("first: 3{after}")).await;
        paged.extend(page);
        if answer["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", answer["pageInfo"]["endCursor"]);
    }
    paged.reverse();
    assert_eq!(paged, lines);

    // The deal has its own timeline.
    let text = "query($id: ID!) { deal(id: $id) { timeline(first: 10) { nodes { event } } activities(first: 1) { totalCount } } }";
    let of_deal = sales.gql(text, json!({ "id": deal["id"] })).await["deal"].clone();
    let events: Vec<&str> = of_deal["timeline"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["event"].as_str().unwrap())
        .collect();
    assert_eq!(events[0], "deal.won");
    assert!(
        events.contains(&"activity.logged")
            && events.contains(&"deal.created")
            && !events.contains(&"consent.given"),
        "{events:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn timelines_below_many_contacts_take_as_many_statements_as_below_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for at in 0..6 {
        app.confirmed(&form, &format!("person{at}@example.org")).await;
    }
    let client = app.api_key(Role::Sales).await;
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = statements.clone();
    let db = accord::platform::db::Db::connect(&app.url, 4).await.unwrap().hearing(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let heard = accord::app::App::build(
        app.app.config.clone(),
        db,
        app.app.ledger.clock.clone(),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let caller = accord::accounts::authenticate(&heard, &client.key).await.unwrap();
    let schema = accord::graphql::schema::build(&heard);
    let mut counts = Vec::new();
    for first in [1, 6] {
        statements.store(0, Ordering::Relaxed);
        let text = format!(
            "{{ contacts(first: {first}) {{ nodes {{ timeline(first: 3) {{ nodes {{ event ... on TimelineConsentChange {{ purpose {{ key }} }} }} }} }} }} }}"
        );
        let answer = schema
            .execute(accord::graphql::schema::prepare(async_graphql::Request::new(text), &heard, caller))
            .await;
        let answer = serde_json::to_value(answer).unwrap();
        let nodes = answer["data"]["contacts"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first, "{answer:#}");
        assert!(
            nodes.iter().all(|node| node["timeline"]["nodes"].as_array().unwrap().len() == 3),
            "{answer:#}"
        );
        counts.push(statements.load(Ordering::Relaxed));
    }
    assert_eq!(counts[0], counts[1], "the number of statements does not depend on the number of contacts");
}
