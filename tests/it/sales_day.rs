//! A day in sales, through the API alone: a lead comes in, is routed, called, moved and won; a withdrawal
//! arrives in the middle.

use chrono::TimeDelta;
use entity::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestForm};

const ADA: &str = "ada@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_comes_in_is_called_moved_and_won_and_a_withdrawal_in_the_middle_is_honoured_at_once() {
    let app = TestApp::new().await;
    let (admin, marketing, sales) =
        (app.member(Role::Admin).await, app.member(Role::Marketing).await, app.member(Role::Sales).await);

    // Before the day: a pipeline, a purpose, and a form whose leads go to the first stage and to the
    // salesperson.
    let stages = open_pipeline(&admin).await;
    let newsletter = ask_for_consent(&marketing).await;
    let form = publish_form(&marketing, &newsletter, &stages["Lead"], &sales).await;

    // 9:00. Ada fills in the form and confirms. The board shows her deal, owned by the routed salesperson.
    app.confirmed(&form, ADA).await;
    let board = board(&sales, &stages["pipeline"]).await;
    let lead = &column(&board, "Lead")["deals"]["nodes"][0];
    assert_eq!(lead["owner"]["id"], sales.member_id().to_string(), "{board:#}");
    assert_eq!(lead["contacts"][0]["contact"]["email"], ADA);
    let (deal, contact) = (lead["id"].clone(), lead["contacts"][0]["contact"]["id"].clone());
    assert_eq!(usable(&sales, &newsletter).await, (vec![ADA.to_owned()], vec![]));

    // 9:30. The salesperson calls, logs the call, sets a task, and now knows what the deal is worth.
    app.advance(TimeDelta::minutes(30));
    log(&sales, json!({ "kind": "CALL", "subject": "Wants twelve lamps", "contactId": contact, "dealId": deal, "fromThePerson": true })).await;
    let task = log(
        &sales,
        json!({ "kind": "TASK", "subject": "Send the offer", "dealId": deal, "dueAt": "2026-11-24T09:00:00Z",
        "assigneeId": sales.member_id().to_string() }),
    )
    .await;
    let update = "mutation($input: UpdateDealInput!) { updateDeal(input: $input) { deal { amount { decimal currency } } userErrors { field message } } }";
    let worth = json!({ "dealId": deal, "expectedVersion": lead["version"], "amount": { "amountMinor": "1440000", "currency": "EUR" } });
    let updated = done(&sales, update, worth, "updateDeal").await;
    assert_eq!(updated["deal"]["amount"], json!({ "decimal": "14400.00", "currency": "EUR" }));

    // 10:00. The offer is sent: the task is done, and the deal moves on.
    app.advance(TimeDelta::minutes(30));
    let finish = "mutation($input: FinishTaskInput!) { finishTask(input: $input) { activity { doneAt } userErrors { field message } } }";
    done(&sales, finish, json!({ "activityId": task }), "finishTask").await;
    move_to(&sales, &deal, &stages["Offer"]).await;

    // 11:00. Ada unsubscribes from the newsletter with one click in her mail. From now on nobody may write to
    // her for it; the deal continues.
    app.advance(TimeDelta::hours(1));
    let receipt =
        app.mails_to(ADA).into_iter().find(|mail| mail.text.contains("/unsubscribe/")).expect("a receipt");
    let stopped = app.visitor().post_form(&receipt.link("unsubscribe"), &[("scope", "all")]).await;
    assert_eq!(stopped.status, 200);
    assert_eq!(usable(&sales, &newsletter).await, (vec![], vec![("WITHDRAWN".to_owned(), 1)]));

    // 16:00. Won. The board's totals follow; the deal shows how long it was in each stage.
    app.advance(TimeDelta::hours(5));
    move_to(&sales, &deal, &stages["Won"]).await;
    let after = self::board(&sales, &stages["pipeline"]).await;
    assert_eq!(
        column(&after, "Won")["totals"],
        json!({ "count": 1, "sums": [{ "decimal": "14400.00", "currency": "EUR" }] })
    );
    assert_eq!(column(&after, "Lead")["totals"]["count"], 0);
    let history = sales
        .gql(
            "query($id: ID!) { deal(id: $id) { closedAt history { stage { name } seconds } } }",
            json!({ "id": deal }),
        )
        .await;
    let stays: Vec<(&str, i64)> = history["deal"]["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stay| (stay["stage"]["name"].as_str().unwrap(), stay["seconds"].as_i64().unwrap()))
        .collect();
    assert_eq!(stays, [("Lead", 3600), ("Offer", 6 * 3600), ("Won", 0)]);
    assert!(!history["deal"]["closedAt"].is_null());

    // Ada's page shows the day in order, the newest first.
    let text =
        "query($id: ID!) { contact(id: $id) { lastContactAt timeline(first: 50) { nodes { event } } } }";
    let page = sales.gql(text, json!({ "id": contact })).await;
    let told: Vec<&str> = page["contact"]["timeline"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["event"].as_str().unwrap())
        .collect();
    let order = [
        "deal.won",
        "consent.withdrawn",
        "deal.moved",
        "activity.logged",
        "deal.created",
        "consent.given",
        "contact.created",
    ];
    let places: Vec<Option<usize>> =
        order.iter().map(|event| told.iter().position(|told| told == event)).collect();
    assert!(places.iter().all(Option::is_some), "{order:?} are not all in {told:?}");
    let in_order = |a: usize, b: usize| places[a] < places[b];
    assert!(
        (0..3).all(|at| in_order(at, at + 1)) && in_order(3, 4) && in_order(3, 5) && in_order(3, 6),
        "{told:?}"
    );
    assert_eq!(
        page["contact"]["lastContactAt"], "2026-11-23T14:00:03+00:00",
        "the withdrawal was hers, what staff did was not"
    );
}

/// The result of a mutation that must succeed.
async fn done(client: &Client<'_>, text: &str, input: Value, field: &str) -> Value {
    let answer = client.gql(text, json!({ "input": input })).await;
    assert_eq!(answer[field]["userErrors"], json!([]), "{answer:#}");
    answer[field].clone()
}

async fn open_pipeline(admin: &Client<'_>) -> std::collections::BTreeMap<String, Value> {
    let text = "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { id stages { id name } } userErrors { field message } } }";
    let stage = |name: &str, kind: &str| json!({ "name": name, "kind": kind });
    let stages = [stage("Lead", "OPEN"), stage("Offer", "OPEN"), stage("Won", "WON"), stage("Lost", "LOST")];
    let made =
        done(admin, text, json!({ "name": "Sales", "currency": "EUR", "stages": stages }), "createPipeline")
            .await;
    let stages = made["pipeline"]["stages"].as_array().unwrap().iter();
    let named = stages.map(|stage| (stage["name"].as_str().unwrap().to_owned(), stage["id"].clone()));
    named.chain([("pipeline".to_owned(), made["pipeline"]["id"].clone())]).collect()
}

async fn ask_for_consent(marketing: &Client<'_>) -> Value {
    let text = "mutation($input: CreatePurposeInput!) { createPurpose(input: $input) { purpose { id } userErrors { field message } } }";
    let texts = ["en", "fr"].map(|language| json!({ "language": language, "title": "Our letter", "wording": "Yes, send me the letter." }));
    let purpose = json!({ "key": "newsletter", "legalBasis": "CONSENT", "channels": ["EMAIL"], "validityDays": 730, "texts": texts });
    done(marketing, text, purpose, "createPurpose").await["purpose"]["id"].clone()
}

async fn publish_form(
    marketing: &Client<'_>,
    newsletter: &Value,
    stage: &Value,
    owner: &Client<'_>,
) -> TestForm {
    let en = |text: &str| json!([{ "language": "en", "text": text }]);
    let question = |key: &str, kind: &str, required| json!({ "key": key, "kind": kind, "label": en(key), "reason": en("To answer you"), "required": required });
    let definition = json!({
        "languages": ["en"],
        "title": en("Talk to us"),
        "fields": [question("email", "EMAIL", true), question("given_name", "GIVEN_NAME", false)],
        "consents": [{ "purposeId": newsletter, "channel": "EMAIL" }],
        "routing": { "stageId": stage, "ownerRule": "FIXED", "memberIds": [owner.member_id().to_string()], "tags": ["web lead"], "dealTitle": "From {form}" },
    });
    let create = "mutation($input: CreateFormInput!) { createForm(input: $input) { form { id } userErrors { field message } } }";
    let form =
        done(marketing, create, json!({ "name": "Talk to us", "definition": definition }), "createForm")
            .await["form"]["id"]
            .clone();
    let publish = "mutation($input: PublishFormInput!) { publishForm(input: $input) { version { id } userErrors { field message } } }";
    let version =
        done(marketing, publish, json!({ "formId": form }), "publishForm").await["version"]["id"].clone();
    let read = |id: &Value| id.as_str().unwrap().to_owned();
    TestForm {
        id: read(&form).parse().unwrap(),
        version: read(&version).parse().unwrap(),
        newsletter: read(newsletter).parse().unwrap(),
    }
}

async fn board(client: &Client<'_>, pipeline: &Value) -> Value {
    let text = "query($id: ID!) { board(pipelineId: $id, perStage: 20) { columns { stage { name } totals { count sums { decimal currency } }
        deals { nodes { id version title owner { id } contacts { contact { id email } } } } } } }";
    client.gql(text, json!({ "id": pipeline })).await["board"].clone()
}

fn column<'a>(board: &'a Value, stage: &str) -> &'a Value {
    board["columns"].as_array().unwrap().iter().find(|column| column["stage"]["name"] == stage).unwrap()
}

/// Who may be written to for this purpose, and who may not and why.
async fn usable(client: &Client<'_>, purpose: &Value) -> (Vec<String>, Vec<(String, i64)>) {
    let text = "query($for: UsableForInput!) { contacts(first: 50, usableFor: $for) { nodes { email } withheld { reason count } } }";
    let answer = client.gql(text, json!({ "for": { "purposeId": purpose, "channel": "EMAIL" } })).await;
    let emails = answer["contacts"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["email"].as_str().unwrap().to_owned());
    let withheld = answer["contacts"]["withheld"].as_array().unwrap().iter();
    let withheld =
        withheld.map(|row| (row["reason"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap()));
    (emails.collect(), withheld.collect())
}

async fn log(client: &Client<'_>, input: Value) -> Value {
    let text = "mutation($input: LogActivityInput!) { logActivity(input: $input) { activity { id } userErrors { field message } } }";
    done(client, text, input, "logActivity").await["activity"]["id"].clone()
}

async fn move_to(client: &Client<'_>, deal: &Value, stage: &Value) {
    let text = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { deal { stage { id } } overtook { id } userErrors { field message } } }";
    let moved = done(client, text, json!({ "dealId": deal, "toStageId": stage }), "moveDeal").await;
    assert_eq!((&moved["deal"]["stage"]["id"], &moved["overtook"]), (stage, &Value::Null));
}
