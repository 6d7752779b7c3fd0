//! API keys and invitations that members create for others: none outlives or outranks its creator.

use accord::{
    accounts::{
        Caller, MemberChanges, Right, accept_invitation, allows, authenticate, create_api_key_once,
        deactivate_member, leave_workspace, look_at_invitation, reactivate_member, update_member,
    },
    platform::{actor::Actor, db::Db},
    serve::bring_up_to_date,
};
use chrono::TimeDelta;
use entity::{ApiKeyId, MemberId, Role, api_key};
use migration::{Migrator, MigratorTrait};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Socket, TestApp};

const ROLES: [Role; 6] = [Role::Owner, Role::Admin, Role::Dpo, Role::Sales, Role::Marketing, Role::Reader];
const MAKE: &str = "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { text apiKey { id role maker { id } } userErrors { code field message } } }";
const INVITE: &str = "mutation($i: InviteMemberInput!) { inviteMember(input: $i) { member { id } userErrors { code field } } }";
const VIEWER: &str = "{ viewer { role } }";

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// An API key that this member creates.
async fn key_of<'a>(app: &'a TestApp, maker: &Client<'_>, role: &str) -> Client<'a> {
    maker.stepped_up().await;
    let made = maker.gql(MAKE, json!({ "i": { "name": "k", "role": role } })).await["createApiKey"].clone();
    assert_eq!(made["apiKey"]["maker"]["id"], maker.member_id().to_string(), "{made}");
    Client { app, key: made["text"].as_str().expect("a key").to_owned(), member: None }
}

async fn deactivate(by: &Client<'_>, id: MemberId) {
    let document =
        "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { userErrors { code } } }";
    assert_eq!(
        by.gql(document, json!({ "id": id.to_string() })).await["deactivateMember"]["userErrors"],
        json!([])
    );
}

async fn set_role(by: &Client<'_>, id: MemberId, version: i32, role: &str) {
    let document = "mutation($i: UpdateMemberInput!) { updateMember(input: $i) { userErrors { code } } }";
    let input = json!({ "memberId": id.to_string(), "expectedVersion": version, "role": role });
    assert_eq!(by.gql(document, json!({ "i": input })).await["updateMember"]["userErrors"], json!([]));
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Role(Role),
    Deactivate,
    Leave,
    Reactivate,
}

async fn change(app: &TestApp, id: MemberId, what: Change) {
    let caller = |actor| Caller {
        actor,
        workspace: app.workspace,
        session: None,
        stepped_up_at: None,
        must_enrol: false,
        maker: None,
    };
    let operator = caller(Actor::Operator);
    let row = member(app, id).await;
    match what {
        Change::Role(role) => {
            let changes = MemberChanges { role: Some(role), ..MemberChanges::default() };
            update_member(&app.app, operator, id, row.version, changes).await.unwrap();
        }
        Change::Deactivate => drop(deactivate_member(&app.app, operator, id).await.unwrap()),
        Change::Leave => drop(leave_workspace(&app.app, caller(Actor::Member(id, row.role))).await.unwrap()),
        Change::Reactivate => drop(reactivate_member(&app.app, operator, id).await.unwrap()),
    }
}

async fn member(app: &TestApp, id: MemberId) -> entity::member::Model {
    entity::member::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap()
}

async fn key_row(app: &TestApp, id: ApiKeyId) -> api_key::Model {
    api_key::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap()
}

/// Every change of an owner, followed by every second change.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_two_changes_of_a_member_no_credential_outranks_its_active_maker() {
    let app = TestApp::new().await;
    app.member(Role::Owner).await;
    let changes: Vec<Change> = ROLES
        .into_iter()
        .map(Change::Role)
        .chain([Change::Deactivate, Change::Leave, Change::Reactivate])
        .collect();
    for first in changes.iter().copied() {
        for second in changes.iter().copied() {
            let maker = app.member(Role::Owner).await.member_id();
            let caller = Caller {
                actor: Actor::Member(maker, Role::Owner),
                workspace: app.workspace,
                session: None,
                stepped_up_at: Some(app.app.now()),
                must_enrol: false,
                maker: None,
            };
            let mut keys = Vec::new();
            for role in [Role::Owner, Role::Reader] {
                let (row, text) = create_api_key_once(&app.app, caller, "k", role, None, None).await.unwrap();
                keys.push((row.id, text.unwrap()));
            }
            for what in [first, second] {
                change(&app, maker, what).await;
                let row = member(&app, maker).await;
                for (id, text) in &keys {
                    let known = key_row(&app, *id).await;
                    let Ok(holder) = authenticate(&app.app, text).await else {
                        assert!(
                            known.revoked_at.is_some(),
                            "{first:?} {second:?}: the list says that it works"
                        );
                        continue;
                    };
                    let role = holder.actor.role().unwrap();
                    assert!(row.deactivated_at.is_none(), "{first:?} {second:?}: it outlived its maker");
                    assert!(role != Role::Owner || row.role == Role::Owner, "{first:?} {second:?}");
                    assert!(allows(row.role, Right::ManageApiKeys), "{first:?} {second:?}");
                    assert_eq!(known.role, role, "the list says what it may do");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_an_admin_who_is_let_go_ends_at_once_with_its_open_socket_and_does_not_come_back_with_her()
{
    let app = TestApp::new().await;
    let (owner, admin) = (app.member(Role::Owner).await, app.member(Role::Admin).await);
    let key = key_of(&app, &admin, "ADMIN").await;
    let mut socket = Socket::open(app.serve().await, &key.key).await;
    deactivate(&owner, admin.member_id()).await;
    let back = "mutation($id: ID!) { reactivateMember(input: { memberId: $id }) { userErrors { code } } }";
    let id = json!({ "id": admin.member_id().to_string() });
    assert_eq!(code(&key.gql_raw(back, id.clone()).await), "UNAUTHENTICATED");
    assert_eq!(socket.hear().await, Err(4403));
    owner.gql(back, id).await;
    assert_eq!(code(&key.gql_raw(VIEWER, json!({})).await), "UNAUTHENTICATED");
    let kinds = app.journal_kinds().await;
    assert!(kinds.contains(&"api_key.revoked".to_owned()), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_becomes_an_admin_has_keys_of_an_admin_and_one_who_sells_has_none() {
    let app = TestApp::new().await;
    let (keeper, owner) = (app.member(Role::Owner).await, app.member(Role::Owner).await);
    let (highest, reader) = (key_of(&app, &owner, "OWNER").await, key_of(&app, &owner, "READER").await);
    let mut socket = Socket::open(app.serve().await, &highest.key).await;
    set_role(&keeper, owner.member_id(), 1, "ADMIN").await;
    assert_eq!(socket.hear().await, Err(4403), "who connected as an owner connects anew");
    assert_eq!(highest.gql(VIEWER, json!({})).await["viewer"]["role"], "ADMIN");
    assert_eq!(reader.gql(VIEWER, json!({})).await["viewer"]["role"], "READER");
    set_role(&keeper, owner.member_id(), 2, "SALES").await;
    for key in [&highest, &reader] {
        assert_eq!(code(&key.gql_raw(VIEWER, json!({})).await), "UNAUTHENTICATED");
    }
    set_role(&keeper, owner.member_id(), 3, "OWNER").await;
    assert_eq!(code(&highest.gql_raw(VIEWER, json!({})).await), "UNAUTHENTICATED", "it does not come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_never_acts_on_the_member_who_made_it() {
    let app = TestApp::new().await;
    let (_, maker, other) =
        (app.member(Role::Owner).await, app.member(Role::Owner).await, app.member(Role::Sales).await);
    let key = key_of(&app, &maker, "OWNER").await;
    let session =
        maker.gql("{ viewer { session { id } } }", json!({})).await["viewer"]["session"]["id"].clone();
    for document in [
        "mutation($id: ID!) { updateMember(input: { memberId: $id, expectedVersion: 1, role: READER }) { userErrors { code } } }",
        "mutation($id: ID!) { deactivateMember(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { reactivateMember(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { resendInvitation(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { endMemberSessions(input: { memberId: $id }) { userErrors { code } } }",
        "mutation($id: ID!) { removeSecondFactor(input: { memberId: $id }) { userErrors { code } } }",
        "query($id: ID!) { sessions(memberId: $id) { id } }",
    ] {
        assert_eq!(
            code(&key.gql_raw(document, json!({ "id": maker.member_id().to_string() })).await),
            "FORBIDDEN",
            "{document}"
        );
        let on_another = key.gql_raw(document, json!({ "id": other.member_id().to_string() })).await;
        assert!(on_another.get("errors").is_none(), "{document} {on_another}");
    }
    let end = "mutation($id: ID!) { endSession(input: { sessionId: $id }) { userErrors { code } } }";
    assert_eq!(code(&key.gql_raw(end, json!({ "id": session })).await), "FORBIDDEN");
    maker.gql(VIEWER, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_with_a_second_factor_used_just_now_and_by_no_other_key() {
    let app = TestApp::new().await;
    let admin = app.member(Role::Admin).await;
    let input = json!({ "i": { "name": "k", "role": "READER" } });
    let refused = admin.gql_raw(MAKE, input.clone()).await;
    assert_eq!(code(&refused), "SECOND_FACTOR_REQUIRED", "{refused}");
    assert_eq!(app.count("api_key").await, 0);
    let old = key_of(&app, &admin, "ADMIN").await;
    app.advance(TimeDelta::minutes(6));
    assert_eq!(
        code(&admin.gql_raw(MAKE, input.clone()).await),
        "SECOND_FACTOR_REQUIRED",
        "six minutes ago is not just now"
    );
    let by_a_key = old.gql(MAKE, input).await["createApiKey"].clone();
    assert_eq!(
        (&by_a_key["userErrors"][0]["code"], &by_a_key["text"]),
        (&json!("NOT_ALLOWED"), &Value::Null)
    );
    assert_eq!(app.count("api_key").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_has_a_hundred_keys_at_most_and_all_end_together() {
    let app = TestApp::new().await;
    let admin = app.member(Role::Admin).await.member_id();
    let caller = Caller {
        actor: Actor::Member(admin, Role::Admin),
        workspace: app.workspace,
        session: None,
        stepped_up_at: Some(app.app.now()),
        must_enrol: false,
        maker: None,
    };
    let make = async || create_api_key_once(&app.app, caller, "k", Role::Reader, None, None).await;
    let mut texts = Vec::new();
    for _ in 0..100 {
        texts.push(make().await.unwrap().1.unwrap());
    }
    assert!(make().await.is_err());
    change(&app, admin, Change::Deactivate).await;
    for text in texts {
        assert!(authenticate(&app.app, &text).await.is_err());
    }
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "api_key.revoked").count(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_void_once_whoever_sent_it_may_not_invite_and_good_again_when_another_sends_it() {
    let app = TestApp::new().await;
    let owner = app.member(Role::Owner).await;
    let cases: [(&str, &str); 4] =
        [("let go", "ADMIN"), ("demoted", "ADMIN"), ("key", "ADMIN"), ("no owner any more", "OWNER")];
    for (at, (what, role)) in cases.into_iter().enumerate() {
        let admin = app.member(if role == "OWNER" { Role::Owner } else { Role::Admin }).await;
        let key = key_of(&app, &admin, "ADMIN").await;
        let email = format!("mallory{at}@lumen.example");
        let input = json!({ "i": { "email": email, "name": "M", "role": role } });
        let sender = if what == "key" { &key } else { &admin };
        let invited = sender.gql(INVITE, input).await["inviteMember"]["member"]["id"].clone();
        app.run_jobs().await;
        let token = |n: usize| app.mails_to(&email)[n].link("join").rsplit('/').next().unwrap().to_owned();
        assert!(look_at_invitation(&app.app, &token(0)).await.unwrap().is_some(), "{what}");
        match what {
            "demoted" => set_role(&owner, admin.member_id(), 1, "SALES").await,
            "no owner any more" => set_role(&owner, admin.member_id(), 1, "ADMIN").await,
            _ => deactivate(&owner, admin.member_id()).await,
        }
        assert!(look_at_invitation(&app.app, &token(0)).await.unwrap().is_none(), "{what}");
        assert!(accept_invitation(&app.app, &token(0), None, PASSWORD).await.is_err(), "{what}");
        app.advance(TimeDelta::minutes(1));
        owner
            .gql(
                "mutation($id: ID!) { resendInvitation(input: { memberId: $id }) { userErrors { code } } }",
                json!({ "id": invited }),
            )
            .await;
        app.run_jobs().await;
        assert!(
            accept_invitation(&app.app, &token(1), None, PASSWORD).await.is_ok(),
            "{what}: the owner vouches for them now"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_invitations_from_before_makers_were_noted_get_theirs_from_the_journal() {
    let app = TestApp::new().await;
    let (kept, gone) = (app.member(Role::Admin).await, app.member(Role::Admin).await);
    let (of_kept, of_gone) = (key_of(&app, &kept, "ADMIN").await, key_of(&app, &gone, "ADMIN").await);
    let operators = app.api_key(Role::Owner).await;
    gone.gql(INVITE, json!({ "i": { "email": "m@lumen.example", "name": "M", "role": "READER" } })).await;
    operators
        .gql(INVITE, json!({ "i": { "email": "n@lumen.example", "name": "N", "role": "READER" } }))
        .await;
    app.run_jobs().await;
    let db = Db::connect(&app.url, 1).await.unwrap();
    Migrator::down(db.for_migrations(), Some(steps_back())).await.unwrap();
    // As an older version deactivated members.
    let mut row = member(&app, gone.member_id()).await.into_active_model();
    row.deactivated_at = sea_orm::ActiveValue::Set(Some(app.app.now()));
    entity::member::Entity::update(row).exec(db.read()).await.unwrap();
    db.close().await;
    bring_up_to_date(&app.app.config).await.unwrap();
    assert_eq!(code(&of_gone.gql_raw(VIEWER, json!({})).await), "UNAUTHENTICATED");
    for key in [&of_kept, &operators] {
        key.gql(VIEWER, json!({})).await;
    }
    let rows = api_key::Entity::find().all(app.app.db()).await.unwrap();
    let made_by = |maker: Option<MemberId>| rows.iter().filter(|row| row.maker_id == maker).count();
    assert_eq!((made_by(Some(kept.member_id())), made_by(Some(gone.member_id())), made_by(None)), (1, 1, 1));
    assert!(rows.iter().all(|row| (row.maker_id == Some(gone.member_id())) == row.revoked_at.is_some()));
    for (address, good) in [("m@lumen.example", false), ("n@lumen.example", true)] {
        let token = app.only_mail_to(address).link("join").rsplit('/').next().unwrap().to_owned();
        assert_eq!(look_at_invitation(&app.app, &token).await.unwrap().is_some(), good, "{address}");
    }
}

/// Number of migrations from the one that added creators to the newest.
fn steps_back() -> u32 {
    let names: Vec<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let at = names.iter().position(|name| name.ends_with("access_makers")).expect("the migration");
    u32::try_from(names.len() - at).unwrap()
}
