//! A form routes its leads into a stage, to an owner, with tags, in the unit of work that confirms them.

use std::collections::BTreeMap;

use accord::{
    forms::definition::{ConsentOffer, Definition},
    pipeline::{OwnerRule, Routing},
    platform::actor::Actor,
};
use entity::{Channel, LegalBasis, MemberId, Role, deal};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::support::{Sales, TestApp, TestForm, definition};

async fn routed_form(app: &TestApp, routing: Routing) -> TestForm {
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let offer = ConsentOffer { purpose_id: newsletter, channel: Channel::Email };
    app.publish_in(
        app.workspace,
        Definition { routing: Some(routing), ..definition(vec![offer], None) },
        newsletter,
    )
    .await
}

fn to(sales: &Sales, stage: &str) -> Routing {
    Routing {
        stage_id: sales.stage(stage),
        owner_rule: OwnerRule::None,
        member_ids: vec![],
        tags: vec![],
        deal_title: String::new(),
    }
}

async fn deals(app: &TestApp) -> Vec<deal::Model> {
    let mut rows = deal::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn notes(app: &TestApp) -> Vec<(String, String)> {
    let rows = app.query("SELECT kind, subject FROM activity ORDER BY id", vec![]).await;
    rows.iter().map(|row| (row.try_get("", "kind").unwrap(), row.try_get("", "subject").unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_lead_becomes_a_deal_with_owner_and_tags_and_no_personal_data_in_its_title() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let owner = app.member(Role::Sales).await.member_id();
    let routing = Routing {
        owner_rule: OwnerRule::Fixed,
        member_ids: vec![owner],
        tags: vec!["Web".to_owned(), "Été".to_owned()],
        deal_title: "Lead from {form}".to_owned(),
        ..to(&sales, "Second")
    };
    let form = routed_form(&app, routing).await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    assert_eq!(deals(&app).await.len(), 0, "no basis, no deal (promise 1)");
    let link = app.only_mail_to("ada@example.org").link("confirm");
    for _ in 0..2 {
        app.visitor().post_form(&link, &[]).await;
    }
    app.run_jobs().await;
    let rows = deals(&app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].title.as_str(), rows[0].stage_id, rows[0].owner_id),
        ("Lead from Test form", sales.stage("Second"), Some(owner))
    );
    assert_eq!(rows[0].source, form.version.to_string());
    let client = app.api_key(Role::Sales).await;
    let text = "query($id: ID!) { deal(id: $id) { contacts { contact { email tags { name } } } provenance { field source } } }";
    let read = client.gql(text, json!({ "id": rows[0].id.to_string() })).await["deal"].clone();
    assert_eq!(read["contacts"][0]["contact"]["email"], "ada@example.org");
    let mut tags: Vec<&str> = read["contacts"][0]["contact"]["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    tags.sort_unstable();
    assert_eq!(tags, ["Web", "Été"]);
    assert!(
        read["provenance"].as_array().unwrap().iter().all(|row| row["source"] == form.version.to_string())
    );
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "deal.created").unwrap();
    assert!(entry.subject.is_some() && entry.actor.starts_with("contact_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_confirmed_submission_makes_no_second_open_deal_but_a_note_on_it() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let form = routed_form(&app, to(&sales, "First")).await;
    app.confirmed(&form, "ada@example.org").await;
    // Confirmed consents hold, so another submission asks again only after a withdrawal.
    let contact: entity::ContactId =
        app.query("SELECT id FROM contact", vec![]).await[0].try_get("", "id").unwrap();
    let again = |app: &TestApp| {
        let (app, workspace) = (app.app.clone(), app.workspace);
        let (form_id, version) = (form.id, form.version);
        let route = accord::pipeline::Route {
            pipeline: sales.pipeline,
            stage: sales.stage("First"),
            owner_rule: OwnerRule::None,
            members: vec![],
            tags: vec![],
            title: "again".to_owned(),
        };
        async move {
            let mut work = app.begin(workspace, Actor::Contact(contact)).await.unwrap();
            let lead = accord::intake::Lead { contact, form: form_id, form_version: version, may_tag: true };
            accord::intake::route_lead(&mut work, &lead, &route).await.unwrap();
            work.commit().await.unwrap();
        }
    };
    again(&app).await;
    assert_eq!((deals(&app).await.len(), notes(&app).await.len()), (1, 1));
    assert_eq!(notes(&app).await[0].0, "NOTE");
    // The first deal was closed meanwhile: a new lead becomes a new deal.
    app.app.ledger.db.touch("UPDATE deal SET closed_at = created_at", vec![]).await.unwrap();
    again(&app).await;
    assert_eq!(deals(&app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_another_basis_makes_the_deal_at_once_and_the_confirmation_no_second() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let offer = ConsentOffer { purpose_id: newsletter, channel: Channel::Email };
    let routing = Routing { tags: vec!["quote".to_owned()], ..to(&sales, "First") };
    let form = app
        .publish_in(
            app.workspace,
            Definition { routing: Some(routing), ..definition(vec![offer], Some(quote)) },
            newsletter,
        )
        .await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    assert_eq!((deals(&app).await.len(), app.count("contact_tag").await), (1, 1));
    let link = app.mails_to("ada@example.org").last().unwrap().link("confirm");
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    assert_eq!((deals(&app).await.len(), notes(&app).await), (1, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_take_turns_fairly_even_when_leads_come_at_once_and_who_left_is_passed_over() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(app.member(Role::Sales).await.member_id());
    }
    let routing =
        Routing { owner_rule: OwnerRule::RoundRobin, member_ids: members.clone(), ..to(&sales, "First") };
    let form = routed_form(&app, routing).await;
    let mut links = Vec::new();
    for at in 0..9 {
        let email = format!("p{at}@example.org");
        app.visitor().from(&format!("198.51.100.{at}")).submit(&form, &email).await;
        app.run_jobs().await;
        links.push(app.only_mail_to(&email).link("confirm"));
    }
    let visitor = app.visitor();
    let answers = futures_util::future::join_all(links.iter().map(|link| visitor.post_form(link, &[]))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let shares = |rows: &[deal::Model]| {
        let mut shares: BTreeMap<Option<MemberId>, usize> = BTreeMap::new();
        for row in rows {
            *shares.entry(row.owner_id).or_default() += 1;
        }
        shares
    };
    let rows = deals(&app).await;
    assert_eq!(shares(&rows).into_values().collect::<Vec<_>>(), [3, 3, 3]);
    app.app
        .ledger
        .db
        .touch("UPDATE member SET deactivated_at = created_at WHERE id = $1", vec![members[0].into()])
        .await
        .unwrap();
    for at in 0..4 {
        app.confirmed(&form, &format!("q{at}@example.org")).await;
    }
    let later: Vec<deal::Model> = deals(&app).await.split_off(9);
    assert_eq!(shares(&later), BTreeMap::from([(Some(members[1]), 2), (Some(members[2]), 2)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_or_member_that_is_gone_never_breaks_a_confirmation() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let owner = app.member(Role::Sales).await.member_id();
    let routing = Routing { owner_rule: OwnerRule::Fixed, member_ids: vec![owner], ..to(&sales, "Second") };
    let form = routed_form(&app, routing).await;
    accord::pipeline::delete_stage(&app.app, app.workspace, Actor::Operator, sales.stage("Second"), None)
        .await
        .unwrap();
    app.app.ledger.db.touch("UPDATE member SET deactivated_at = created_at", vec![]).await.unwrap();
    app.confirmed(&form, "ada@example.org").await;
    let rows = deals(&app).await;
    assert_eq!((rows[0].stage_id, rows[0].owner_id), (sales.stage("First"), None));
    assert_eq!(notes(&app).await[0].0, "TASK", "somebody must give it an owner");
    // The whole pipeline is archived: the lead is still confirmed, and staff get a task.
    app.app.ledger.db.touch("UPDATE pipeline SET archived_at = created_at", vec![]).await.unwrap();
    app.confirmed(&form, "bob@example.org").await;
    assert_eq!((deals(&app).await.len(), notes(&app).await.len()), (1, 2));
    assert_eq!(app.consent_of("bob@example.org").await, Some(entity::ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_checks_where_leads_would_go_and_promise_10_holds_there_too() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let other = app.other_workspace("other").await;
    let foreign = Sales::in_workspace(&app, other).await;
    let client = app.api_key(Role::Owner).await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let both = |text: &str| json!([{ "language": "en", "text": text }]);
    let publish = async |routing: serde_json::Value| {
        let create = "mutation($input: CreateFormInput!) { createForm(input: $input) { form { id draft { routing { stageId ownerRule } } } userErrors { code field } } }";
        let definition = json!({ "languages": ["en"], "title": both("t"), "routing": routing,
            "fields": [{ "key": "email", "kind": "EMAIL", "label": both("E-mail"), "reason": both("To write"), "required": true }],
            "consents": [{ "purposeId": newsletter.to_string(), "channel": "EMAIL" }] });
        let made = client.gql(create, json!({ "input": { "name": "f", "definition": definition } })).await;
        let text = "mutation($id: ID!) { publishForm(input: { formId: $id }) { version { number } userErrors { code field message } } }";
        crate::support::faults(
            &client.gql(text, json!({ "id": made["createForm"]["form"]["id"] })).await["publishForm"],
        )
    };
    let stage = |id: entity::StageId| json!({ "stageId": id.to_string() });
    assert_eq!(publish(stage(foreign.stage("First"))).await, ["NOT_FOUND routing.stageId"]);
    assert_eq!(publish(stage(entity::StageId::new())).await, ["NOT_FOUND routing.stageId"]);
    assert_eq!(publish(stage(sales.stage("Won"))).await, ["WRONG_STATE routing.stageId"]);
    let first = sales.stage("First").to_string();
    for (rest, fault) in [
        (json!({ "ownerRule": "ROUND_ROBIN" }), "REQUIRED routing.memberIds"),
        (json!({ "ownerRule": "FIXED" }), "INVALID routing.memberIds"),
        (
            json!({ "ownerRule": "FIXED", "memberIds": [MemberId::new().to_string()] }),
            "NOT_FOUND routing.memberIds.0",
        ),
        (json!({ "dealTitle": "Lead {email}" }), "INVALID routing.dealTitle"),
        (json!({ "tags": [" "] }), "REQUIRED routing.tags.0"),
    ] {
        let mut routing = rest.clone();
        routing["stageId"] = json!(first);
        assert_eq!(publish(routing).await, [fault], "{rest}");
    }
    assert_eq!(publish(json!({ "stageId": first })).await, Vec::<String>::new());
}
