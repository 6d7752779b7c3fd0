//! Promise 10: workspaces do not meet. Every argument that takes an id is given the ids of another workspace.

use std::fmt::Write;

use accord::{
    persons::data_map::{data_map, tables},
    platform::actor::Actor,
};
use entity::{FormId, PurposeId, Role, WorkspaceId};
use futures_util::StreamExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    ids::Ids,
    introspected::{Introspected, Root, normal, normal_text},
};
use crate::support::{Client, TestApp, on_postgres};

/// Two workspaces with one of everything, and what is tried on them.
struct TwoWorkspaces {
    app: TestApp,
    other: WorkspaceId,
    ours: Ids,
    theirs: Ids,
    nothing: Ids,
    schema: Introspected,
}

impl TwoWorkspaces {
    async fn new() -> Self {
        let app = TestApp::new().await.leaving_jobs();
        let form = app.newsletter_form().await;
        app.confirmed(&form, "ada@example.org").await;
        let other = app.other_workspace("other").await;
        let other_form = app.newsletter_form_in(other).await;
        app.confirmed(&other_form, "bob@example.org").await;
        let ours = Box::pin(Ids::of(&app, app.workspace, &form)).await;
        let theirs = Box::pin(Ids::of(&app, other, &other_form)).await;
        ours.link(&app, app.workspace).await;
        let schema = Introspected::read(&app).await;
        Self { app, other, ours, theirs, nothing: Ids::of_nothing(), schema }
    }

    /// Root fields, each with the way to one of its arguments of type `ID`.
    fn places(&self) -> Vec<(&Root, Vec<String>)> {
        let roots = self.schema.roots.iter();
        let places: Vec<_> = roots
            .flat_map(|root| self.schema.id_places(root).into_iter().map(move |at| (root, at)))
            .collect();
        assert!(places.len() >= 20, "the generator finds too little: {places:?}");
        places
    }

    /// For each kind of id: the answer to one of these ids in this place, and the answer to an id of nothing.
    /// Mutations run one after another, because they change what the next one finds.
    async fn answers(
        &self,
        client: &Client<'_>,
        root: &Root,
        place: &[String],
        ids: &Ids,
    ) -> Vec<(&'static str, Option<String>, Option<String>)> {
        let both = ids.0.iter().map(async |(kind, id)| {
            let known = self.schema.try_id(client, root, place, id, &self.ours, &self.app).await;
            let unknown =
                self.schema.try_id(client, root, place, &self.nothing.0[kind], &self.ours, &self.app).await;
            (*kind, known, unknown)
        });
        let at_once = if root.kind == "mutation" { 1 } else { 16 };
        futures_util::stream::iter(both).buffered(at_once).collect().await
    }
}

/// Every argument of type `ID` of every root field, however deep in an input, is given the ids of everything
/// in another workspace, and then ids of nothing: the answers must be indistinguishable, and the other
/// workspace unchanged.
#[tokio::test(flavor = "multi_thread")]
async fn promise_10_workspaces_do_not_meet() {
    let two = TwoWorkspaces::new().await;
    let client = two.app.api_key(Role::Owner).await;
    let untouched = everything_of(&two.app, two.other).await;

    // The only id below the root, first, because mutations may erase our contact: may they be used for a purpose of theirs?
    let text =
        "query($id: ID!, $purpose: ID!) { contact(id: $id) { mayUse(purposeId: $purpose, channel: EMAIL) } }";
    let mut answers = Vec::new();
    for purpose in [&two.theirs, &two.nothing, &two.ours].map(|ids| ids.0["purpose"].clone()) {
        answers.push(normal(
            &client.gql_raw(text, json!({ "id": two.ours.0["contact"], "purpose": purpose })).await,
        ));
    }
    assert!(answers[0] == answers[1] && answers[2].contains("USABLE"), "{answers:?}");
    let mut faults = Vec::new();
    for (root, place) in two.places() {
        for (kind, foreign, unknown) in Box::pin(two.answers(&client, root, &place, &two.theirs)).await {
            if foreign != unknown {
                faults.push(format!("{} {place:?} {kind}:\n{foreign:#?}\n{unknown:#?}", root.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(
        everything_of(&two.app, two.other).await,
        untouched,
        "something happened in the other workspace"
    );
}

/// Without this the test above could compare refusals of its own making.
#[tokio::test(flavor = "multi_thread")]
async fn promise_10_with_ids_of_ours_the_same_operations_answer_differently() {
    let two = TwoWorkspaces::new().await;
    let client = two.app.api_key(Role::Owner).await;
    let mut unreached = Vec::new();
    // Ids in a draft are only echoed; `promise_10_a_draft_…` covers those.
    for (root, place) in
        two.places().into_iter().filter(|(_, place)| !place.contains(&"definition".to_owned()))
    {
        let answers = Box::pin(two.answers(&client, root, &place, &two.ours)).await;
        if answers.iter().all(|(_, known, unknown)| known == unknown) {
            unreached.push(format!("{} {place:?}", root.name));
        }
    }
    assert!(unreached.is_empty(), "no id of ours makes a difference to {unreached:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_a_draft_that_names_a_purpose_of_another_workspace_neither_shows_nor_publishes_it() {
    let app = TestApp::new().await;
    let other = app.other_workspace("other").await;
    let foreign = app.purpose_in(other, "secretproject", entity::LegalBasis::Consent).await;
    let client = app.api_key(Role::Owner).await;
    let contract = app.purpose_in(other, "secretcontract", entity::LegalBasis::Contract).await;
    let mut answers = Vec::new();
    for (id, basis) in [
        (foreign, None),
        (PurposeId::new(), None),
        (foreign, Some(contract)),
        (PurposeId::new(), Some(PurposeId::new())),
    ] {
        let text = "mutation($input: CreateFormInput!) { createForm(input: $input) {
            form { id draft { consents { purpose { id key } } } } userErrors { code field message } } }";
        let both = |text: &str| json!([{ "language": "en", "text": text }]);
        let definition = json!({ "languages": ["en"], "title": both("t"),
            "fields": [{ "key": "email", "kind": "EMAIL", "label": both("E-mail"), "reason": both("To write"), "required": true }],
            "consents": [{ "purposeId": id.to_string(), "channel": "EMAIL" }], "basisPurposeId": basis.map(|id| id.to_string()) });
        let created = client.gql(text, json!({ "input": { "name": "f", "definition": definition } })).await;
        let published = match created["createForm"]["form"]["id"].as_str() {
            Some(form) => {
                let text = "mutation($id: ID!) { publishForm(input: { formId: $id }) { version { number } userErrors { code field message } } }";
                client.gql(text, json!({ "id": form })).await
            }
            None => Value::Null,
        };
        assert!(published["publishForm"]["version"].is_null(), "{published:#}");
        answers.push(normal(&json!([created, published])));
    }
    assert_eq!((&answers[0], &answers[2]), (&answers[1], &answers[3]));
    assert!(answers.iter().all(|answer| !answer.contains("secret")));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_the_public_doors_do_not_meet_either() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let other = app.other_workspace("other").await;
    let hidden = app.purpose_in(other, "hidden", entity::LegalBasis::Consent).await;
    let offer =
        accord::forms::definition::ConsentOffer { purpose_id: hidden, channel: entity::Channel::Email };
    let other_form = app.publish_in(other, crate::support::definition(vec![offer], None), hidden).await;

    // An unpublished draft answers like a form that does not exist.
    let draft = accord::forms::create_form(
        &app.app,
        other,
        Actor::Operator,
        "draft",
        &crate::support::definition(vec![], None),
    )
    .await
    .unwrap();
    for path in ["", "/definition", "/received"] {
        let (unpublished, unknown) = (
            app.visitor().get(&format!("/forms/{}{path}", draft.id)).await,
            app.visitor().get(&format!("/forms/{}{path}", FormId::new())).await,
        );
        assert_eq!(
            (unpublished.status, normal_text(&unpublished.text)),
            (unknown.status, normal_text(&unknown.text)),
            "{path}"
        );
        assert_eq!(unknown.status, 404, "{path}");
    }

    // A consent offered only by another workspace answers like one that nobody offers.
    let mut refusals = Vec::new();
    for key in ["hidden:email", "nowhere:email"] {
        let refused =
            app.visitor().submit_fields(&form, &[("email", "ada@example.org"), ("consent", key)]).await;
        refusals.push((refused.status, refused.words()));
    }
    assert_eq!(refusals[0], refusals[1]);
    assert_eq!(app.run_jobs().await, 0, "nothing was accepted");

    // One mailbox is asked by two controllers: each link shows and confirms only its own request.
    app.visitor().submit(&form, "ada@example.org").await;
    app.visitor()
        .submit_fields(&other_form, &[("email", "ada@example.org"), ("consent", "hidden:email")])
        .await;
    app.run_jobs().await;
    let links: Vec<String> =
        app.mails_to("ada@example.org").iter().map(|mail| mail.link("confirm")).collect();
    assert_eq!(links.len(), 2);
    let opt_ins = entity::opt_in::Entity::find().all(app.app.db()).await.unwrap();
    let of = |workspace: WorkspaceId| {
        opt_ins.iter().find(|row| row.workspace_id == workspace).unwrap().id.to_string()
    };
    let page = app.visitor().get(&links[0]).await;
    assert!(
        page.text.contains(&of(app.workspace)) || page.words().contains("newsletter"),
        "{}",
        page.words()
    );
    assert!(!page.text.contains(&of(other)) && !page.words().contains("hidden"), "{}", page.words());
    let foreign = app.visitor().post_form(&links[0], &[("opt_in", &of(other))]).await;
    let unknown =
        app.visitor().post_form(&links[0], &[("opt_in", &entity::OptInId::new().to_string())]).await;
    assert_eq!((foreign.status, foreign.words()), (unknown.status, unknown.words()));
    assert_eq!(consents_in(&app, other).await, 0, "a link of one controller confirmed a question of another");

    // Unsubscribing by a purpose key of another workspace answers like by a key that nobody has.
    app.visitor().post_form(&links[0], &[]).await;
    app.visitor().post_form(&links[1], &[]).await;
    app.run_jobs().await;
    assert_eq!((consents_in(&app, app.workspace).await, consents_in(&app, other).await), (1, 1));
    let receipt = app
        .mails_to("ada@example.org")
        .into_iter()
        .find(|mail| mail.headers.contains_key("List-Unsubscribe"))
        .unwrap();
    let header = &receipt.headers["List-Unsubscribe"];
    let stop = header[header.find("/unsubscribe/").unwrap()..].trim_end_matches('>').to_owned();
    let (foreign, unknown) = (
        app.visitor().post_form(&stop, &[("scope", "hidden:email")]).await,
        app.visitor().post_form(&stop, &[("scope", "nowhere:email")]).await,
    );
    assert_eq!((foreign.status, normal_text(&foreign.text)), (unknown.status, normal_text(&unknown.text)));
    assert_eq!(given_in(&app, app.workspace).await + given_in(&app, other).await, 2);
    app.visitor().post_form(&stop, &[("scope", "all")]).await;
    assert_eq!(
        given_in(&app, app.workspace).await + given_in(&app, other).await,
        1,
        "\"all\" is everything of one controller"
    );
    app.run_jobs().await;
}

async fn consents_in(app: &TestApp, workspace: WorkspaceId) -> usize {
    entity::consent::Entity::find()
        .filter(entity::consent::Column::WorkspaceId.eq(workspace))
        .all(app.app.db())
        .await
        .unwrap()
        .len()
}

async fn given_in(app: &TestApp, workspace: WorkspaceId) -> usize {
    let rows = entity::consent::Entity::find()
        .filter(entity::consent::Column::WorkspaceId.eq(workspace))
        .all(app.app.db())
        .await
        .unwrap();
    rows.iter().filter(|row| row.state == entity::ConsentState::Given).count()
}

/// Every row of a workspace, in every table.
async fn everything_of(app: &TestApp, workspace: WorkspaceId) -> String {
    let mut text = String::new();
    for table in tables() {
        let columns: Vec<&str> =
            data_map().iter().filter(|column| column.table == table.name).map(|column| column.name).collect();
        if !columns.contains(&"workspace_id") {
            continue;
        }
        let row = if on_postgres() {
            "t::text".to_owned()
        } else {
            columns.iter().map(|name| format!("quote({name})")).collect::<Vec<_>>().join(" || ' ' || ")
        };
        let query = format!("SELECT {row} AS whole FROM {} t WHERE workspace_id = $1 ORDER BY 1", table.name);
        for row in app.query(&query, vec![workspace.into()]).await {
            let whole: String = row.try_get("", "whole").unwrap();
            writeln!(text, "{} {whole}", table.name).unwrap();
        }
    }
    text
}
