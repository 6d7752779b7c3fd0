//! Access rights of every root field, and promise 10 (workspaces are isolated). The cases are read from the
//! schema: a new field or argument is tried automatically, or fails here until it has a row.

use std::collections::{BTreeMap, BTreeSet};

use accord::{
    accounts::{authenticate, authenticate_session, create_api_key, revoke_api_key},
    graphql::schema,
    platform::actor::Actor,
};
use chrono::TimeDelta;
use entity::{
    ConsentId, ContactId, FormId, FormVersionId, JobId, PurposeId, Role, SubmissionId, WorkspaceId,
};
use futures_util::StreamExt;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Map, Value, json};

use crate::support::{Client, TestApp, TestForm, rows};

mod rights;

use rights::rights;

const ROLES: [Role; 6] = [Role::Owner, Role::Admin, Role::Dpo, Role::Sales, Role::Marketing, Role::Reader];

fn letter(role: Role) -> char {
    match role {
        Role::Owner => 'O',
        Role::Admin => 'A',
        Role::Dpo => 'D',
        Role::Sales => 'S',
        Role::Marketing => 'M',
        Role::Reader => 'R',
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_root_field_lets_in_the_roles_of_the_table_and_no_other() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ids = Box::pin(Ids::of(&app, app.workspace, &form)).await;
    let fields = Introspected::read(&app).await.roots;
    let rights = rights();
    let known: BTreeSet<String> = rights.iter().map(|(field, _, _)| (*field).to_owned()).collect();
    let real: BTreeSet<String> = fields
        .iter()
        .map(|root| {
            if root.kind == "subscription" {
                format!("subscription {}", root.name)
            } else {
                root.name.clone()
            }
        })
        .collect();
    assert_eq!(known, real, "every root field has a row that says who may ask it");
    let mut faults = Vec::new();
    // Roles with the fewest rights come first: what they are refused must still be there for the roles that
    // may do it.
    for role in ROLES.into_iter().rev() {
        let client = app.api_key(role).await;
        for (name, arguments, who) in rights.iter().copied() {
            let bare = name.trim_start_matches("subscription ");
            let root = fields
                .iter()
                .find(|root| root.name == bare && (root.kind == "subscription") == (bare != name))
                .unwrap();
            let key = format!("key_{}", letter(role).to_lowercase());
            let arguments = ids.fill(arguments).replace("$key", &key);
            let document = format!(
                "{} {{ {bare}{arguments}{} }}",
                root.kind,
                if root.is_leaf { "" } else { " { __typename }" }
            );
            let before = app.journal().await.len();
            let answer = ask(&client, root.kind, &document, json!({})).await.expect("an answer");
            let codes = codes(&answer);
            let passed = !codes.iter().any(|code| code == "FORBIDDEN");
            if passed != who.contains(letter(role)) {
                faults.push(format!("{role:?} {name}: {}", if passed { "let in" } else { "kept out" }));
            }
            if passed && !codes.is_empty() {
                faults.push(format!("{role:?} {name}: {codes:?}"));
            }
            if !passed && app.journal().await.len() != before {
                faults.push(format!("{role:?} {name}: kept out, and it happened"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What a member may do before enrolling a required second factor: enrol one, manage their own sign-in, and
/// whatever is open to strangers.
const BEFORE_ENROLLING: [&str; 10] = [
    "viewer",
    "signIn",
    "requestPasswordReset",
    "resetPassword",
    "acceptInvitation",
    "signOut",
    "changePassword",
    "endOtherSessions",
    "beginSecondFactor",
    "confirmSecondFactor",
];

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_still_enrol_a_second_factor_is_kept_out_of_every_root_field_but_their_own_sign_in() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ids = Box::pin(Ids::of(&app, app.workspace, &form)).await;
    app.app.ledger.db.touch("UPDATE workspace SET second_factor_roles = 'OWNER'", vec![]).await.unwrap();
    let fields = Introspected::read(&app).await.roots;
    let mut faults = Vec::new();
    for (name, arguments, _) in rights() {
        let bare = name.trim_start_matches("subscription ");
        let root = fields
            .iter()
            .find(|root| root.name == bare && (root.kind == "subscription") == (bare != name))
            .unwrap();
        let owner = app.member(Role::Owner).await;
        let arguments = ids.fill(arguments).replace("$key", "key_e");
        let document = format!(
            "{} {{ {bare}{arguments}{} }}",
            root.kind,
            if root.is_leaf { "" } else { " { __typename }" }
        );
        let before = app.journal().await.len();
        let answer = ask(&owner, root.kind, &document, json!({})).await.expect("an answer");
        let kept_out = codes(&answer) == ["SECOND_FACTOR_REQUIRED"];
        if kept_out == BEFORE_ENROLLING.contains(&name) {
            faults.push(format!(
                "{name}: {}",
                if kept_out { "kept out".to_owned() } else { format!("let in: {answer}") }
            ));
        }
        if kept_out && app.journal().await.len() != before {
            faults.push(format!("{name}: kept out, and it happened"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let owner = app.member(Role::Owner).await;
    let own = owner
        .gql("{ sessions { current } viewer { member { id } secondFactor { required } } }", json!({}))
        .await;
    assert_eq!(
        (&own["sessions"], &own["viewer"]["secondFactor"]["required"]),
        (&json!([{ "current": true }]), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_the_business_of_owners_in_every_act_on_an_account() {
    let app = TestApp::new().await.leaving_jobs();
    let (owner, other, admin) =
        (app.member(Role::Owner).await, app.member(Role::Owner).await, app.member(Role::Admin).await);
    let session =
        owner.gql("{ viewer { session { id } } }", json!({})).await["viewer"]["session"]["id"].clone();
    let variables = json!({ "id": owner.member_id().to_string(), "session": session });
    for document in [
        "query($id: ID!) { sessions(memberId: $id) { id } }",
        "mutation($session: ID!) { endSession(input: { sessionId: $session }) { userErrors { code } } }",
        "mutation($id: ID!) { endMemberSessions(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { updateMember(input: { memberId: $id, expectedVersion: 1, name: \"x\" }) { userErrors { code } } }",
        "mutation($id: ID!) { resendInvitation(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { removeSecondFactor(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { reactivateMember(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { userErrors { code } } }",
    ] {
        let admin = ask(&admin, "mutation", document, variables.clone()).await.unwrap();
        assert_eq!(codes(&admin), ["FORBIDDEN"], "{document}");
    }
    assert!(
        owner.gql("{ viewer { role } }", json!({})).await["viewer"]["role"] == "OWNER",
        "nothing happened"
    );
    let end =
        "mutation($session: ID!) { endSession(input: { sessionId: $session }) { userErrors { code } } }";
    assert_eq!(other.gql(end, json!({ "session": session })).await["endSession"]["userErrors"], json!([]));
    assert_eq!(codes(&owner.gql_raw("{ viewer { role } }", json!({})).await), ["UNAUTHENTICATED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_opens_for_owner_admin_and_dpo_only_and_the_consent_stays_readable() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let text = "{ contacts(first: 1) { nodes { consents { state evidence { mailbox wording { text } mails { smtpReply } } } } } }";
    for role in ROLES {
        let answer = app.api_key(role).await.gql_raw(text, json!({})).await;
        let consent = &answer["data"]["contacts"]["nodes"][0]["consents"][0];
        assert_eq!(consent["state"], "GIVEN", "{role:?} {answer:#}");
        if matches!(role, Role::Owner | Role::Admin | Role::Dpo) {
            assert_eq!(consent["evidence"]["mailbox"], "ada@example.org", "{role:?}");
            assert!(answer.get("errors").is_none());
        } else {
            assert_eq!(consent["evidence"], Value::Null, "{role:?}");
            assert_eq!(codes(&answer), ["FORBIDDEN"], "{role:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_missing_unknown_expired_revoked_or_half_right_is_401_and_looks_alike() {
    let app = TestApp::new().await;
    let soon = app.app.now() + TimeDelta::hours(1);
    let expiring =
        create_api_key(&app.app, app.workspace, Actor::Operator, "soon over", Role::Owner, Some(soon))
            .await
            .unwrap();
    let revoked =
        create_api_key(&app.app, app.workspace, Actor::Operator, "revoked", Role::Owner, None).await.unwrap();
    let good = create_api_key(&app.app, app.workspace, Actor::Operator, "good", Role::Owner, None)
        .await
        .unwrap()
        .text;
    for key in [&expiring.text, &revoked.text, &good] {
        assert_eq!(post(&app, Some(&format!("Bearer {key}"))).await.0, 200);
    }
    app.advance(TimeDelta::hours(1));
    revoke_api_key(&app.app, app.workspace, Actor::Operator, revoked.id).await.unwrap();
    revoke_api_key(&app.app, app.workspace, Actor::Operator, revoked.id).await.unwrap();
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "api_key.revoked").count(), 1);

    let mut other_secret = good.clone().into_bytes();
    let last = other_secret.len() - 2;
    other_secret[last] = if other_secret[last] == b'A' { b'B' } else { b'A' };
    let other_secret = String::from_utf8(other_secret).unwrap();
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let cases = [
        ("missing", None),
        ("empty", bearer("")),
        ("garbage", bearer("garbage")),
        ("garbage of ours", bearer("accord_key_AAAA")),
        ("another secret", bearer(&other_secret)),
        ("cut", bearer(&good[..good.len() - 1])),
        ("longer", bearer(&format!("{good}A"))),
        ("expired", bearer(&expiring.text)),
        ("revoked", bearer(&revoked.text)),
        ("another scheme", Some(format!("Basic {good}"))),
    ];
    let (_, expected) = post(&app, None).await;
    for (what, authorization) in cases {
        let (status, body) = post(&app, authorization.as_deref()).await;
        assert_eq!((status, &body), (401, &expected), "{what}");
        assert!(!body.contains("data") && body.contains("UNAUTHENTICATED"), "{what}: {body}");
    }
    assert_eq!(post(&app, bearer(&good).as_deref()).await.0, 200);
}

async fn post(app: &TestApp, authorization: Option<&str>) -> (u16, String) {
    let visitor = app.visitor().header("content-type", "application/json");
    let visitor = match authorization {
        Some(authorization) => visitor.header("authorization", authorization),
        None => visitor,
    };
    let body = json!({ "query": "{ viewer { role } }" }).to_string();
    let answer = visitor.send("POST", "/graphql", body.into_bytes()).await;
    (answer.status, answer.text)
}

/// Where the generator's other values are refused before the id is looked up, so that ours makes no difference.
const ELSEWHERE: [(&str, &str); 5] = [
    // Tells of erased contacts only.
    ("archive", "contactId"),
    // The first subject takes no purpose.
    ("simulateRetention", "purposeId"),
    // PENDING, the first state, is nothing to settle.
    ("settleRecipientNotices", "noticeIds"),
    // Nothing is due to the contact.
    ("recordArt14Notice", "contactId"),
    // The window of time is missing.
    ("findBreachPeople", "breachId"),
];

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
        if ELSEWHERE.contains(&(root.name.as_str(), place.last().unwrap().as_str())) {
            continue;
        }
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

/// Everything in a workspace that could be changed from outside.
async fn everything_of(app: &TestApp, workspace: WorkspaceId) -> String {
    let db = app.app.db();
    let mut text = String::new();
    macro_rules! add {
        ($($table:ident),*) => {$(
            let mut rows = entity::$table::Entity::find().filter(entity::$table::Column::WorkspaceId.eq(workspace)).all(db).await.unwrap();
            rows.sort_by_key(|row| format!("{row:?}"));
            text.push_str(&format!("{rows:?}\n"));
        )*};
    }
    add!(
        pipeline,
        stage,
        loss_reason,
        deal,
        deal_contact,
        deal_stage,
        journal,
        contact,
        contact_address,
        contact_tag,
        company,
        tag,
        purpose,
        purpose_version,
        form,
        form_version,
        submission,
        consent,
        job,
        opt_in,
        member,
        session,
        api_key,
        activity
    );
    text
}

/// One id of each kind.
#[derive(Clone)]
struct Ids(BTreeMap<&'static str, String>);

impl Ids {
    #[expect(clippy::too_many_lines, reason = "one of each thing there is, a few lines each")]
    async fn of(app: &TestApp, workspace: WorkspaceId, form: &TestForm) -> Self {
        let db = app.app.db();
        macro_rules! one {
            ($table:ident) => {
                entity::$table::Entity::find()
                    .filter(entity::$table::Column::WorkspaceId.eq(workspace))
                    .one(db)
                    .await
                    .unwrap()
                    .unwrap()
            };
        }
        let job = entity::job::Model {
            workspace_id: Some(workspace),
            priority: 0,
            attempts: 1,
            parked_at: Some(app.app.now()),
            park_reason: Some("smtp_auth".to_owned()),
            ..rows::new_job(app, "send_confirm_opt_in")
        };
        entity::job::Entity::insert(job.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let contact = one!(contact);
        let activity = entity::activity::Model {
            workspace_id: workspace,
            kind: entity::ActivityKind::Task,
            contact_id: Some(contact.id),
            subject: "s".to_owned(),
            body: "b".to_owned(),
            ..rows::new_activity(app)
        };
        entity::activity::Entity::insert(activity.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let company = entity::company::Model {
            workspace_id: workspace,
            name: "Lumen".to_owned(),
            sort_name: "lumen".to_owned(),
            ..rows::new_company(app)
        };
        entity::company::Entity::insert(company.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        // Not the address in use, so that it can be put in use and removed.
        let address = entity::contact_address::Model {
            workspace_id: workspace,
            id: entity::ContactAddressId::new(),
            contact_id: contact.id,
            email: "second@example.org".to_owned(),
            email_key: "second@example.org".to_owned(),
            fingerprint: vec![2; 32],
            verified_at: None,
            created_at: app.app.now(),
        };
        entity::contact_address::Entity::insert(address.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let contract = app.purpose_in(workspace, "somecontract", entity::LegalBasis::Contract).await;
        let tag = entity::tag::Model {
            workspace_id: workspace,
            id: entity::TagId::new(),
            name: "VIP".to_owned(),
            name_key: "vip".to_owned(),
            created_at: app.app.now(),
        };
        entity::tag::Entity::insert(tag.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let member = app.member_in(workspace, Role::Sales).await.member_id();
        let tagged = entity::contact_tag::Model {
            workspace_id: workspace,
            contact_id: contact.id,
            tag_id: tag.id,
            tagged_at: app.app.now(),
        };
        entity::contact_tag::Entity::insert(tagged.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let mut employed = contact.clone().into_active_model();
        employed.company_id = sea_orm::ActiveValue::Set(Some(company.id));
        employed.owner_id = sea_orm::ActiveValue::Set(Some(member));
        entity::contact::Entity::update(employed).exec(db).await.unwrap();
        let spare =
            create_api_key(&app.app, workspace, Actor::Operator, "spare", Role::Reader, None).await.unwrap();
        let field = entity::field::Model {
            workspace_id: workspace,
            id: entity::FieldId::new(),
            entity: entity::EntityKind::Contact,
            key: "shoe_size".to_owned(),
            label: r#"{"en":"Shoe size"}"#.to_owned(),
            kind: entity::FieldType::Number,
            class: entity::DataClass::Open,
            reason: "To send shoes".to_owned(),
            required: false,
            options: "[]".to_owned(),
            validation: "{}".to_owned(),
            position: 0,
            version: 1,
            created_at: app.app.now(),
            archived_at: None,
        };
        entity::field::Entity::insert(field.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        // In use, so that deleting the field is refused and later operations still find it.
        let value = entity::field_value::Model {
            workspace_id: workspace,
            field_id: field.id,
            row_id: contact.id.0,
            position: 0,
            text: None,
            number: Some(42.0),
        };
        entity::field_value::Entity::insert(value.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let (request, restriction) = rows::request_of(app, workspace, contact.id).await;
        let (recipient, recipient_notice) =
            rows::recipient_to_tell(app, workspace, contact.id, form.newsletter).await;
        let breach = rows::breach(app, workspace).await;
        let reachable = "UPDATE recipient SET contact_email = 'data@mailer.example' WHERE workspace_id = $1";
        app.app.ledger.db.touch(reachable, vec![workspace.into()]).await.unwrap();
        // Made as staff make them. The hold also keeps later operations from erasing the contact.
        let owner = app.api_key_in(workspace, Role::Owner).await;
        for act in [
            format!("mutation {{ setHold(input: {{ contactId: \"{}\", reason: AUDIT, until: \"2027-06-01T00:00:00Z\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ orderPackage(input: {{ contactId: \"{}\", kind: ACCESS }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ askTransfer(input: {{ contactId: \"{}\", recipientId: \"{recipient}\", scope: [IDENTITY], purpose: \"p\", validUntil: \"2026-12-01T00:00:00Z\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ logActivity(input: {{ kind: NOTE, subject: \"Il est diabétique.\", contactId: \"{}\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            "mutation { addSpecialWord(input: { category: HEALTH, language: \"en\", word: \"xylophobia\" }) { userErrors { code } } }".to_owned(),
            "{ retentionRules { id } }".to_owned(),
        ] {
            owner.gql(&act, json!({})).await;
        }
        let built = "UPDATE package SET state = 'READY' WHERE workspace_id = $1";
        app.app.ledger.db.touch(built, vec![workspace.into()]).await.unwrap();
        let erasure = rows::erasure(app, workspace).await;
        let sales = crate::support::Sales::in_workspace(app, workspace).await;
        let deal = sales.deal(app, "A deal", "First").await;
        Self(BTreeMap::from([
            ("member", member.to_string()),
            ("session", one!(session).id.to_string()),
            ("spare_api_key", spare.id.to_string()),
            ("api_key", spare.id.to_string()),
            ("pipeline", sales.pipeline.to_string()),
            ("stage", sales.stage("First").to_string()),
            ("deal", deal.to_string()),
            ("loss_reason", one!(loss_reason).id.to_string()),
            ("contact", contact.id.to_string()),
            ("field", field.id.to_string()),
            ("company", company.id.to_string()),
            ("tag", tag.id.to_string()),
            ("address", address.id.to_string()),
            ("basisPurpose", contract.to_string()),
            ("purpose", form.newsletter.to_string()),
            ("purpose_version", one!(purpose_version).id.to_string()),
            ("form", form.id.to_string()),
            ("form_version", form.version.to_string()),
            ("submission", one!(submission).id.to_string()),
            ("consent", one!(consent).id.to_string()),
            ("entry", one!(journal).id.to_string()),
            ("activity", activity.id.to_string()),
            ("job", job.id.to_string()),
            ("request", request.to_string()),
            ("restriction", restriction.to_string()),
            ("breach", breach.to_string()),
            ("recipient", recipient.to_string()),
            ("disclosure", one!(disclosure).id.to_string()),
            ("notice", recipient_notice.to_string()),
            ("hold", one!(hold).id.to_string()),
            ("package", one!(package).id.to_string()),
            ("authorisation", one!(transfer_authorisation).id.to_string()),
            ("quarantine", one!(quarantine).id.to_string()),
            ("special_word", one!(special_word).id.to_string()),
            ("rule", one!(retention_rule).id.to_string()),
            ("replaces", one!(retention_rule).id.to_string()),
            ("erasure", erasure.to_string()),
            ("workspace", workspace.to_string()),
        ]))
    }

    fn of_nothing() -> Self {
        Self(BTreeMap::from([
            ("member", entity::MemberId::new().to_string()),
            ("session", entity::SessionId::new().to_string()),
            ("spare_api_key", entity::ApiKeyId::new().to_string()),
            ("api_key", entity::ApiKeyId::new().to_string()),
            ("pipeline", entity::PipelineId::new().to_string()),
            ("stage", entity::StageId::new().to_string()),
            ("deal", entity::DealId::new().to_string()),
            ("loss_reason", entity::LossReasonId::new().to_string()),
            ("contact", ContactId::new().to_string()),
            ("field", entity::FieldId::new().to_string()),
            ("company", entity::CompanyId::new().to_string()),
            ("tag", entity::TagId::new().to_string()),
            ("address", entity::ContactAddressId::new().to_string()),
            ("basisPurpose", PurposeId::new().to_string()),
            ("purpose", PurposeId::new().to_string()),
            ("purpose_version", entity::PurposeVersionId::new().to_string()),
            ("form", FormId::new().to_string()),
            ("form_version", FormVersionId::new().to_string()),
            ("submission", SubmissionId::new().to_string()),
            ("consent", ConsentId::new().to_string()),
            ("entry", entity::EntryId::new().to_string()),
            ("activity", entity::ActivityId::new().to_string()),
            ("job", JobId::new().to_string()),
            ("request", entity::RequestId::new().to_string()),
            ("restriction", entity::RestrictionId::new().to_string()),
            ("breach", entity::BreachId::new().to_string()),
            ("recipient", entity::RecipientId::new().to_string()),
            ("disclosure", entity::DisclosureId::new().to_string()),
            ("notice", entity::RecipientNoticeId::new().to_string()),
            ("hold", entity::HoldId::new().to_string()),
            ("package", entity::PackageId::new().to_string()),
            ("authorisation", entity::TransferAuthorisationId::new().to_string()),
            ("quarantine", entity::QuarantineId::new().to_string()),
            ("special_word", entity::SpecialWordId::new().to_string()),
            ("rule", entity::RetentionRuleId::new().to_string()),
            ("replaces", entity::RetentionRuleId::new().to_string()),
            ("erasure", entity::ErasureId::new().to_string()),
            ("workspace", WorkspaceId::new().to_string()),
        ]))
    }

    /// Links the rows to each other, so that filtering by a reference makes a difference.
    async fn link(&self, app: &TestApp, workspace: WorkspaceId) {
        let member: entity::MemberId = self.0["member"].parse().unwrap();
        let contact: ContactId = self.0["contact"].parse().unwrap();
        let company: entity::CompanyId = self.0["company"].parse().unwrap();
        let deal: Option<entity::DealId> = self.0.get("deal").map(|id| id.parse().unwrap());
        let values = |rest: Vec<sea_orm::Value>| [vec![workspace.into()], rest].concat();
        let db = &app.app.ledger.db;
        db.touch("UPDATE company SET owner_id = $2 WHERE workspace_id = $1", values(vec![member.into()]))
            .await
            .unwrap();
        db.touch("UPDATE request SET assignee_id = $2 WHERE workspace_id = $1", values(vec![member.into()]))
            .await
            .unwrap();
        let activity = "UPDATE activity SET contact_id = $2, company_id = $3, deal_id = $4, assignee_id = $5 WHERE workspace_id = $1";
        db.touch(activity, values(vec![contact.into(), company.into(), deal.into(), member.into()]))
            .await
            .unwrap();
        if let Some(deal) = deal {
            let text = "UPDATE deal SET company_id = $2, owner_id = $3 WHERE workspace_id = $1 AND id = $4";
            db.touch(text, values(vec![company.into(), member.into(), deal.into()])).await.unwrap();
            let text = "INSERT INTO deal_contact (workspace_id, deal_id, contact_id, role, added_at) VALUES ($1, $2, $3, 'USER', $4) ON CONFLICT DO NOTHING";
            db.touch(text, values(vec![deal.into(), contact.into(), app.app.now().into()])).await.unwrap();
        }
    }

    /// The document with `$contact` and the like filled in.
    fn fill(&self, text: &str) -> String {
        let text = text.replace("$nobody_purpose", &format!("\"{}\"", PurposeId::new()));
        self.0.iter().fold(text, |text, (kind, id)| text.replace(&format!("${kind}"), &format!("\"{id}\"")))
    }

    /// The row version that this mutation expects.
    async fn version_for(&self, root: &str, app: &TestApp) -> i32 {
        macro_rules! version {
            ($table:ident, $kind:literal) => {{
                let rows = entity::$table::Entity::find().all(app.app.db()).await.unwrap();
                rows.iter().find(|row| row.id.to_string() == self.0[$kind]).map_or(1, |row| row.version)
            }};
        }
        match root {
            root if root.contains("Activity") => version!(activity, "activity"),
            root if root.contains("Contact") => version!(contact, "contact"),
            root if root.contains("Company") => version!(company, "company"),
            root if root.contains("Request") || root == "askForIdentity" => version!(request, "request"),
            root if root.contains("Recipient") => version!(recipient, "recipient"),
            root if root.contains("Breach") => version!(breach, "breach"),
            _ => version!(form, "form"),
        }
    }

    /// The id to pass for an argument of this name.
    fn named(&self, argument: &str) -> &str {
        let snake: String = argument
            .chars()
            .flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] })
            .collect();
        let mut kind = snake.trim_end_matches("_ids").trim_end_matches("_id");
        // `to_stage` takes a stage, `loss_reason` a loss reason.
        loop {
            match (self.0.get(kind), kind.split_once('_')) {
                (Some(id), _) => return id,
                (None, Some((_, rest))) => kind = rest,
                (None, None) => return &self.0["contact"],
            }
        }
    }
}

/// Error codes of an answer.
fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned()).collect()
}

/// The answer to a query or mutation; for a subscription its first event, or none if nothing comes.
async fn ask(client: &Client<'_>, kind: &str, document: &str, variables: Value) -> Option<Value> {
    if kind != "subscription" {
        return Some(client.gql_raw(document, variables).await);
    }
    let app = &client.app.app;
    let caller = match client.member {
        Some(_) => authenticate_session(app, &client.key).await.unwrap(),
        None => authenticate(app, &client.key).await.unwrap(),
    };
    let request =
        async_graphql::Request::new(document).variables(async_graphql::Variables::from_json(variables));
    let mut events = Box::pin(client.app.schema.execute_stream(schema::prepare(request, app, caller)));
    let first = tokio::time::timeout(std::time::Duration::from_secs(1), events.next()).await.ok()??;
    Some(serde_json::to_value(first).unwrap())
}

/// A root field.
#[derive(Debug)]
struct Root {
    kind: &'static str,
    name: String,
    arguments: Vec<Value>,
    result: String,
    /// What is selected of its result.
    selection: String,
    is_leaf: bool,
}

/// The schema as introspection returns it.
struct Introspected {
    roots: Vec<Root>,
    types: BTreeMap<String, Value>,
}

const TYPE: &str = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Introspected {
    async fn read(app: &TestApp) -> Self {
        let text = format!(
            "{{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} types {{ kind name enumValues {{ name }}
                inputFields {{ name defaultValue {TYPE} }} fields(includeDeprecated: true) {{ name {TYPE} args {{ name defaultValue {TYPE} }} }} }} }} }}"
        );
        let answer = app.api_key(Role::Reader).await.gql(&text, json!({})).await;
        let list = answer["__schema"]["types"].as_array().unwrap();
        let types: BTreeMap<String, Value> =
            list.iter().map(|ty| (ty["name"].as_str().unwrap().to_owned(), ty.clone())).collect();
        let mut roots = Vec::new();
        for kind in ["query", "mutation", "subscription"] {
            let root = &types[answer["__schema"][format!("{kind}Type")]["name"].as_str().unwrap()];
            for field in root["fields"].as_array().unwrap() {
                let result = inner(&field["type"]);
                roots.push(Root {
                    kind,
                    name: field["name"].as_str().unwrap().to_owned(),
                    arguments: field["args"].as_array().unwrap().clone(),
                    is_leaf: matches!(types[&result]["kind"].as_str(), Some("SCALAR" | "ENUM")),
                    selection: String::new(),
                    result,
                });
            }
        }
        let mut schema = Self { roots: vec![], types };
        for root in &mut roots {
            root.selection = schema.selection(&root.result, 3);
        }
        schema.roots = roots;
        schema
    }

    /// Every path from a root field's arguments to an `ID`.
    fn id_places(&self, root: &Root) -> Vec<Vec<String>> {
        let mut places = Vec::new();
        for argument in &root.arguments {
            self.search(argument, &mut vec![], &mut vec![], &mut places);
        }
        places
    }

    /// A filter nested in itself is not entered again.
    fn search(
        &self,
        member: &Value,
        way: &mut Vec<String>,
        inside: &mut Vec<String>,
        places: &mut Vec<Vec<String>>,
    ) {
        way.push(member["name"].as_str().unwrap().to_owned());
        let ty = inner(&member["type"]);
        if ty == "ID" {
            places.push(way.clone());
        } else if let Some(members) = self.types[&ty]["inputFields"].as_array()
            && !inside.contains(&ty)
        {
            inside.push(ty.clone());
            for member in members {
                self.search(member, way, inside, places);
            }
            inside.pop();
        }
        way.pop();
    }

    /// Runs the operation with this id in this place and valid values of ours elsewhere. Returns the answer
    /// with everything that depends on the id removed.
    async fn try_id(
        &self,
        client: &Client<'_>,
        root: &Root,
        place: &[String],
        id: &str,
        ours: &Ids,
        app: &TestApp,
    ) -> Option<String> {
        let mut variables = Map::new();
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        let version = if root.kind == "mutation" { ours.version_for(&root.name, app).await } else { 1 };
        for argument in &root.arguments {
            let name = argument["name"].as_str().unwrap();
            let wanted = (place[0] == name).then_some(&place[1..]);
            let Some(value) = self.sample(argument, wanted, id, ours, version) else { continue };
            variables.insert(name.to_owned(), value);
            declared.push(format!("${name}: {}", written(&argument["type"])));
            passed.push(format!("{name}: ${name}"));
        }
        let document = format!(
            "{} ({}) {{ {}({}){} }}",
            root.kind,
            declared.join(", "),
            root.name,
            passed.join(", "),
            root.selection
        );
        let answer = ask(client, root.kind, &document, Value::Object(variables)).await?;
        let refused =
            codes(&answer).iter().any(|code| code.starts_with("GRAPHQL") || code.starts_with("TOO"));
        assert!(!refused, "the generator writes what the schema refuses: {document} {answer:#}");
        Some(normal(&answer))
    }

    /// A value for an argument or input field: the tried id at the end of `way`, valid values elsewhere,
    /// optional ones left out.
    fn sample(
        &self,
        member: &Value,
        way: Option<&[String]>,
        id: &str,
        ours: &Ids,
        version: i32,
    ) -> Option<Value> {
        let name = member["name"].as_str().unwrap();
        let ty = &member["type"];
        let needed = ty["kind"] == "NON_NULL" && member["defaultValue"].is_null();
        if name == "after" && inner(ty) == "Int" {
            return Some(json!(0));
        }
        if name == "first" {
            return Some(json!(5));
        }
        if way.is_none() && !needed {
            return None;
        }
        let is_list = written(ty).starts_with('[');
        let value = match inner(ty).as_str() {
            "ID" if way.is_some() => json!(id),
            "ID" => json!(ours.named(name)),
            "Int" if name == "expectedVersion" => json!(version),
            "Int" => json!(1),
            "Boolean" => json!(true),
            "String" if name == "languages" || name == "language" => json!("en"),
            "String" => json!("text"),
            "BigInt" => json!("1"),
            "DateTime" => json!("2027-01-01T00:00:00Z"),
            other => {
                let ty = &self.types[other];
                if let Some(values) = ty["enumValues"].as_array() {
                    values[0]["name"].clone()
                } else {
                    let members =
                        ty["inputFields"].as_array().unwrap_or_else(|| panic!("no sample of {other}"));
                    let filled = members.iter().filter_map(|member| {
                        let name = member["name"].as_str().unwrap();
                        let way = way.and_then(|way| {
                            (way.first().map(String::as_str) == Some(name)).then(|| &way[1..])
                        });
                        Some((name.to_owned(), self.sample(member, way, id, ours, version)?))
                    });
                    Value::Object(filled.collect())
                }
            }
        };
        Some(if is_list { json!([value]) } else { value })
    }

    /// A selection of this type: all fields that need no argument, down to `depth` levels.
    fn selection(&self, ty: &str, depth: usize) -> String {
        /// Fields that change with every mutation, whatever it was about.
        const MOVING: [&str; 9] = [
            "version",
            "cursor",
            "startCursor",
            "endCursor",
            "bytes",
            "leafHash",
            "sha256",
            "position",
            "totalCount",
        ];
        let Some(fields) = self.types[ty]["fields"].as_array() else {
            return if self.types[ty]["kind"] == "INTERFACE" {
                " { __typename id }".to_owned()
            } else {
                String::new()
            };
        };
        let mut parts = vec!["__typename".to_owned()];
        for field in fields {
            let name = field["name"].as_str().unwrap();
            // A list below the root is refused without its length.
            let needs = field["args"]
                .as_array()
                .unwrap()
                .iter()
                .any(|argument| argument["type"]["kind"] == "NON_NULL" || argument["name"] == "first");
            let inner = inner(&field["type"]);
            let is_leaf = matches!(self.types[&inner]["kind"].as_str(), Some("SCALAR" | "ENUM"));
            if needs || MOVING.contains(&name) || name == "edges" || (!is_leaf && depth <= 1) {
                continue;
            }
            parts.push(format!(
                "{name}{}",
                if is_leaf { String::new() } else { self.selection(&inner, depth - 1) }
            ));
        }
        format!(" {{ {} }}", parts.join(" "))
    }
}

/// The named type inside lists and non-null markers.
fn inner(ty: &Value) -> String {
    match ty["name"].as_str() {
        Some(name) => name.to_owned(),
        None => inner(&ty["ofType"]),
    }
}

/// The type as documents write it; a required list keeps its opening bracket first.
fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().unwrap().to_owned(),
    }
}

fn normal(answer: &Value) -> String {
    normal_text(&serde_json::to_string_pretty(answer).unwrap())
}

/// The text without ids and tickets, so that answers can be compared.
fn normal_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        match word.rsplit_once('_') {
            Some((_, tail)) if tail.len() == 26 => out.push('#'),
            _ => out.push_str(&word),
        }
        word.clear();
        out.push(c);
    }
    out
}
