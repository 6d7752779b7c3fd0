//! A test instance of Accord with one workspace, and helpers for what staff do in it.

use std::collections::BTreeMap;

use accord::{
    accounts::{NewWorkspace, create_api_key, create_workspace},
    app::App,
    config::Config,
    consent::{NewPurpose, PurposeText, create_purpose},
    forms::{
        create_form,
        definition::{ConsentOffer, Definition, Field, FieldKind, Texts},
        publish_form,
    },
    graphql::schema::{self, Schema},
    http, jobs,
    platform::{actor::Actor, clock::Clock, db::Db, mailer::Mailer},
};
use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entity::{
    Channel, ConfirmationMode, ConsentState, FormId, FormVersionId, LegalBasis, MemberId, PurposeId, Role,
    SessionId, WorkspaceId,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, QueryResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::{Visitor, database, mailbox::TestMail};

/// An app with its own database, a clock that stands still, and an in-memory mailbox.
pub struct TestApp {
    pub app: App,
    pub schema: Schema,
    pub workspace: WorkspaceId,
    pub router: Router,
    _folder: tempfile::TempDir,
    pub url: String,
    stop: watch::Sender<bool>,
    may_leave_jobs: bool,
}

/// A published form and what it offers.
#[derive(Clone, Debug)]
pub struct TestForm {
    pub id: FormId,
    pub version: FormVersionId,
    pub newsletter: PurposeId,
}

/// A program with an API key, or a member who is signed in.
pub struct Client<'a> {
    pub app: &'a TestApp,
    /// The API key; for a member, the session cookie's token.
    pub key: String,
    /// The signed-in member; none for a program.
    pub member: Option<MemberId>,
}

impl TestApp {
    /// With mail in memory.
    pub async fn new() -> Self {
        Self::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| config).await
    }

    /// With another mailer (none: as configured) or other settings.
    pub async fn with(mailer: Option<Mailer>, change: impl FnOnce(Config) -> Config) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(folder.path()).await;
        let config = change(database::settings(&url, folder.path()));
        let clock = Clock::fixed("2026-11-23T12:00:00Z".parse().expect("a time"));
        let db = Db::connect(&config.database_url, config.connections).await.expect("database");
        let app =
            App::build(config, db, clock, mailer, accord::templates::pages().unwrap()).await.expect("app");
        let (stop, stopped) = watch::channel(false);
        let schema = schema::build(&app);
        let router = http::router(&app, schema.clone(), stopped);
        let workspace = new_workspace(&app, "lumen").await;
        Self { app, schema, workspace, router, _folder: folder, url, stop, may_leave_jobs: false }
    }

    /// A second node on the same database, with its own connections and hints.
    pub async fn second_node(&self) -> App {
        let db = Db::connect(&self.app.config.database_url, 4).await.expect("database");
        App::build(
            self.app.config.clone(),
            db,
            self.app.ledger.clock.clone(),
            Some(self.app.mailer.clone()),
            self.app.pages.clone(),
        )
        .await
        .expect("app")
    }

    /// This test leaves jobs undone on purpose.
    pub fn leaving_jobs(mut self) -> Self {
        self.may_leave_jobs = true;
        self
    }

    pub fn advance(&self, by: TimeDelta) {
        self.app.ledger.clock.advance(by);
    }

    /// A visitor with a browser.
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor::new(self)
    }

    /// Runs every job that is due. Returns their number.
    pub async fn run_jobs(&self) -> usize {
        jobs::runner(&self.app).drain().await.expect("jobs")
    }

    /// Serves the router on loopback for as long as the test runs. Returns the socket address.
    pub async fn serve(&self) -> std::net::SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = self.router.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }

    /// Tells sockets that the process is about to end.
    pub fn stop(&self) {
        let _ = self.stop.send(true);
    }

    /// A program with an API key of this role.
    pub async fn api_key(&self, role: Role) -> Client<'_> {
        self.api_key_in(self.workspace, role).await
    }

    pub async fn api_key_in(&self, workspace: WorkspaceId, role: Role) -> Client<'_> {
        let key =
            create_api_key(&self.app, workspace, Actor::Operator, "test", role, None).await.expect("a key");
        Client { app: self, key: key.text, member: None }
    }

    /// A member of this role, signed in with a browser.
    pub async fn member(&self, role: Role) -> Client<'_> {
        self.member_in(self.workspace, role).await
    }

    pub async fn member_in(&self, workspace: WorkspaceId, role: Role) -> Client<'_> {
        let (id, session, now) = (MemberId::new(), SessionId::new(), self.app.now());
        let row = entity::member::Model {
            workspace_id: workspace,
            id,
            email: format!("{id}@staff.example"),
            email_key: format!("{id}@staff.example"),
            name: format!("{role:?} of the staff"),
            role,
            language: "en".to_owned(),
            password_hash: None,
            totp_sealed: None,
            totp_pending_sealed: None,
            totp_last_step: None,
            credentials_changed_at: now,
            invited_at: now,
            joined_at: Some(now),
            deactivated_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        entity::member::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.db())
            .await
            .expect("a member");
        let secret = accord::platform::keys::random::<32>();
        let row = entity::session::Model {
            workspace_id: workspace,
            id: session,
            member_id: id,
            token_hash: Sha256::digest(secret).to_vec(),
            browser: "Firefox 143".to_owned(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + TimeDelta::days(7),
            stepped_up_at: None,
            ended_at: None,
        };
        entity::session::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.db())
            .await
            .expect("a session");
        let token = URL_SAFE_NO_PAD
            .encode([workspace.0.as_bytes().as_slice(), session.0.as_bytes(), &secret].concat());
        Client { app: self, key: format!("accord_session_{token}"), member: Some(id) }
    }

    /// Another controller on the same instance.
    pub async fn other_workspace(&self, slug: &str) -> WorkspaceId {
        new_workspace(&self.app, slug).await
    }

    /// A published newsletter form: e-mail, given name, one consent.
    pub async fn newsletter_form(&self) -> TestForm {
        self.newsletter_form_in(self.workspace).await
    }

    pub async fn newsletter_form_in(&self, workspace: WorkspaceId) -> TestForm {
        let newsletter = self.purpose_in(workspace, "newsletter", LegalBasis::Consent).await;
        self.publish_in(
            workspace,
            definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], None),
            newsletter,
        )
        .await
    }

    /// A published quote form: needed for steps before a contract; also offers the newsletter.
    pub async fn quote_form(&self) -> TestForm {
        let newsletter = self.purpose_in(self.workspace, "newsletter", LegalBasis::Consent).await;
        let quote = self.purpose_in(self.workspace, "quote", LegalBasis::Contract).await;
        self.publish_in(
            self.workspace,
            definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], Some(quote)),
            newsletter,
        )
        .await
    }

    pub async fn purpose(&self, key: &str, legal_basis: LegalBasis) -> PurposeId {
        self.purpose_in(self.workspace, key, legal_basis).await
    }

    pub async fn purpose_in(&self, workspace: WorkspaceId, key: &str, legal_basis: LegalBasis) -> PurposeId {
        let text = |title: &str, wording: &str| PurposeText {
            title: format!("{title} {key}"),
            description: String::new(),
            wording: format!("{wording} ({key})"),
            wording_sha256: String::new(),
        };
        let new = NewPurpose {
            key: key.to_owned(),
            legal_basis,
            channels: vec![Channel::Email, Channel::Phone],
            confirmation: ConfirmationMode::DoubleOptIn,
            validity_days: (legal_basis == LegalBasis::Consent).then_some(730),
            justification: if legal_basis == LegalBasis::Consent {
                String::new()
            } else {
                "The person asked for it.".to_owned()
            },
            offered: None,
            texts: BTreeMap::from([
                ("en".to_owned(), text("Purpose", "Yes, do this")),
                ("fr".to_owned(), text("Finalité", "Oui, faites-le")),
            ]),
        };
        create_purpose(&self.app, workspace, Actor::Operator, new).await.expect("a purpose").0.id
    }

    pub async fn publish_in(
        &self,
        workspace: WorkspaceId,
        definition: Definition,
        newsletter: PurposeId,
    ) -> TestForm {
        let form = create_form(&self.app, workspace, Actor::Operator, "Test form", &definition)
            .await
            .expect("a form");
        let (_, version) =
            publish_form(&self.app, workspace, Actor::Operator, form.id).await.expect("published");
        TestForm { id: form.id, version: version.id, newsletter }
    }

    /// Every mail sent so far, oldest first.
    pub fn mails(&self) -> Vec<TestMail> {
        let Mailer::Memory(mails) = &self.app.mailer else { panic!("mails are not in memory") };
        mails.lock().expect("mails").iter().map(|(to, raw)| TestMail::read(&to.to_string(), raw)).collect()
    }

    /// Every mail to this address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<TestMail> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The only mail to this address.
    pub fn only_mail_to(&self, address: &str) -> TestMail {
        let mut mails = self.mails_to(address);
        assert_eq!(mails.len(), 1, "mails to {address}");
        mails.remove(0)
    }

    /// Creates a confirmed contact: submits, runs jobs, clicks the button in the newest mail.
    pub async fn confirmed(&self, form: &TestForm, email: &str) {
        self.visitor().submit(form, email).await;
        self.run_jobs().await;
        let link = self.mails_to(email).last().expect("a mail").link("confirm");
        let answer = self.visitor().post_form(&link, &[]).await;
        assert_eq!(answer.status, 200);
        self.run_jobs().await;
    }

    /// The state of the only consent of the contact with this address; none when there is no contact or no
    /// consent.
    pub async fn consent_of(&self, email: &str) -> Option<ConsentState> {
        let text = "SELECT k.state AS state FROM consent k JOIN contact_address a ON a.workspace_id = k.workspace_id AND a.contact_id = k.contact_id WHERE a.email_key = $1";
        let rows = self.query(text, vec![email.to_lowercase().into()]).await;
        assert!(rows.len() <= 1, "one consent at most");
        rows.first().map(|row| row.try_get::<ConsentState>("", "state").expect("a state"))
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.query(&format!("SELECT count(*) AS n FROM {table}"), vec![]).await[0]
            .try_get("", "n")
            .expect("a count")
    }

    pub async fn query(&self, text: &str, values: Vec<sea_orm::Value>) -> Vec<QueryResult> {
        let db = self.app.db();
        db.query_all_raw(accord::platform::db::sql(db, text, values)).await.expect("a query")
    }

    /// The kinds of the workspace's journal entries, in order.
    pub async fn journal_kinds(&self) -> Vec<String> {
        self.journal().await.into_iter().map(|entry| entry.kind).collect()
    }

    pub async fn journal(&self) -> Vec<entity::journal::Model> {
        let mut rows = entity::journal::Entity::find().all(self.app.db()).await.expect("journal");
        rows.retain(|row| row.workspace_id == self.workspace);
        rows.sort_by_key(|row| row.seq);
        rows
    }
}

impl<'a> Client<'a> {
    pub fn member_id(&self) -> MemberId {
        self.member.expect("a member, not a program")
    }

    /// Records that the member used their second factor just now.
    pub async fn stepped_up(&self) {
        let rows = entity::session::Entity::find().all(self.app.app.db()).await.expect("sessions");
        for row in rows.into_iter().filter(|row| Some(row.member_id) == self.member) {
            let mut row = row.into_active_model();
            row.stepped_up_at = Set(Some(self.app.app.now()));
            entity::session::Entity::update(row).exec(self.app.app.db()).await.expect("a session");
        }
    }

    /// A visitor that sends the client's credential with every request: the key, or the cookie as our own
    /// pages send it.
    pub fn visitor(&self) -> Visitor<'a> {
        let visitor = self.app.visitor().header("content-type", "application/json");
        match self.member {
            None => visitor.header("authorization", &format!("Bearer {}", self.key)),
            Some(_) => visitor
                .header("cookie", &format!("__Host-accord_session={}", self.key))
                .header("origin", "http://localhost:8080"),
        }
    }

    /// The `data` of an operation that must succeed.
    pub async fn gql(&self, query: &str, variables: Value) -> Value {
        let answer = self.gql_raw(query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// The whole answer.
    pub async fn gql_raw(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.visitor().send("POST", "/graphql", body.into_bytes()).await;
        serde_json::from_str(&answer.text)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", answer.status, answer.text))
    }
}

/// A form definition in both languages: e-mail (required), given name, the telephone number where calls are
/// offered, and these consents.
pub fn definition(consents: Vec<ConsentOffer>, basis_purpose_id: Option<PurposeId>) -> Definition {
    let both = |text: &str| {
        Texts::from([("en".to_owned(), text.to_owned()), ("fr".to_owned(), format!("{text} (fr)"))])
    };
    let field = |key: &str, kind, required| Field {
        key: key.to_owned(),
        kind,
        label: both(key),
        reason: both("because"),
        required,
        options: Vec::new(),
        value: String::new(),
    };
    let mut fields = vec![
        field("email", FieldKind::Email, true),
        field("given_name", FieldKind::GivenName, false),
        field("note", FieldKind::LongText, false),
    ];
    if consents.iter().any(|offer| offer.channel == Channel::Phone) {
        fields.push(field("phone", FieldKind::Phone, false));
    }
    Definition {
        languages: vec!["en".to_owned(), "fr".to_owned()],
        title: both("Our letter"),
        fields,
        consents,
        basis_purpose_id,
        allowed_origins: vec!["https://site.example".to_owned()],
        ..Definition::default()
    }
}

async fn new_workspace(app: &App, slug: &str) -> WorkspaceId {
    let new = NewWorkspace {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        legal_name: "Atelier Lumen SAS".to_owned(),
        postal_address: "12 rue de l’Exemple, Lyon".to_owned(),
        contact_email: "privacy@lumen.example".to_owned(),
        privacy_notice_url: String::new(),
        default_language: "en".to_owned(),
        jurisdiction: "FR".to_owned(),
    };
    create_workspace(app, Actor::Operator, new).await.expect("a workspace").id
}

impl Drop for TestApp {
    /// A test that leaves due jobs undone has not checked what happens next.
    fn drop(&mut self) {
        if self.may_leave_jobs || std::thread::panicking() {
            return;
        }
        let (app, now) = (self.app.clone(), self.app.now());
        let due = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async move {
                let jobs = entity::job::Entity::find().all(app.db()).await.expect("jobs");
                jobs.into_iter()
                    .filter(|job| job.parked_at.is_none() && job.run_at <= now)
                    .map(|job| job.kind)
                    .collect::<Vec<_>>()
            })
        });
        assert!(due.is_empty(), "jobs left undone: {due:?}");
    }
}
