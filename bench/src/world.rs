//! An Accord in this process, with its own database and durable commits: one workspace, one purpose, one
//! published form.

use std::{collections::BTreeMap, net::SocketAddr};

use accord::{
    accounts::{NewWorkspace, create_workspace},
    app::App,
    config::{Budgets, Config},
    consent::{NewPurpose, PurposeText, create_purpose},
    forms::{
        create_form,
        definition::{ConsentOffer, Definition, Field, FieldKind, Texts},
        publish_form,
    },
    graphql::schema,
    http,
    platform::{actor::Actor, clock::Clock, db::Db, keys::random},
    serve::bring_up_to_date,
};
use anyhow::{Context, bail};
use axum::{Router, body::Body, extract::ConnectInfo};
use entity::{Channel, ConfirmationMode, FormId, FormVersionId, LegalBasis, WorkspaceId};
use http_body_util::BodyExt;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use tokio::sync::watch;
use tower::ServiceExt;

/// The size of the pool, and the number of concurrent workers.
pub const CONNECTIONS: usize = 16;
/// Any key: nothing here outlives the run.
pub const SECRET_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The database to use.
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A new database on the server with this URL.
    Postgres(String),
}

/// An app and its data.
pub struct World {
    /// The database's name in the table of results.
    pub name: &'static str,
    pub app: App,
    /// All of its HTTP routes.
    pub router: Router,
    /// The only workspace.
    pub workspace: WorkspaceId,
    /// The only form.
    pub form: FormId,
    /// The published version of the form.
    pub version: FormVersionId,
    /// Number of mailboxes used so far.
    pub people: usize,
    /// The folder of its files.
    pub folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
    drop_database: Option<(String, String)>,
}

impl World {
    /// Creates a world whose mails go to the sink at this port.
    pub async fn new(backend: &Backend, smtp_port: u16) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (name, url, drop_database) = match backend {
            Backend::Sqlite => ("SQLite", format!("sqlite://{}/accord.db", folder.path().display()), None),
            Backend::Postgres(server) => {
                let database = format!("accord_bench_{}", u64::from_be_bytes(random()));
                on_server(server, &format!("CREATE DATABASE {database}")).await?;
                let base = server.rsplit_once('/').context("ACCORD_TEST_POSTGRES_URL names no database")?.0;
                ("PostgreSQL", format!("{base}/{database}"), Some((server.clone(), database)))
            }
        };
        let config = Config::read(|name| match name {
            "ACCORD_DATABASE_URL" => Some(url.clone()),
            "ACCORD_SECRET_KEY" => Some(SECRET_KEY.to_owned()),
            "ACCORD_SMTP_URL" => Some(format!("smtp://127.0.0.1:{smtp_port}?tls=none")),
            "ACCORD_MAIL_FROM" => Some("crm@accord.example".to_owned()),
            "ACCORD_DB_CONNECTIONS" => Some(CONNECTIONS.to_string()),
            _ => None,
        })?;
        let config = Config { budgets: Budgets::unlimited(), data_dir: folder.path().to_owned(), ..config };
        bring_up_to_date(&config).await?;
        let db = Db::connect(&config.database_url, config.connections).await?;
        let app = App::build(config, db, Clock::System, None, accord::templates::pages()?).await?;
        let (stop, stopped) = watch::channel(false);
        let router = http::router(&app, schema::build(&app), stopped);
        let (workspace, form, version) =
            fill(&app).await.map_err(|error| anyhow::anyhow!("the world cannot be made: {error:?}"))?;
        Ok(Self {
            name,
            app,
            router,
            workspace,
            form,
            version,
            people: 0,
            folder,
            _stop: stop,
            drop_database,
        })
    }

    /// The address of the n-th person.
    pub fn email(n: usize) -> String {
        format!("someone.{n:08}@people.example")
    }

    /// Closes the app and drops its database; dropping the value removes the folder.
    pub async fn close(self) -> anyhow::Result<()> {
        self.app.ledger.db.close().await;
        match &self.drop_database {
            Some((server, database)) => {
                on_server(server, &format!("DROP DATABASE {database} WITH (FORCE)")).await
            }
            None => Ok(()),
        }
    }
}

/// Sends one request through the router, as the listener would. Returns the response body.
pub async fn send(
    router: Router,
    request: axum::http::request::Builder,
    body: String,
    expected: u16,
) -> anyhow::Result<Vec<u8>> {
    let mut request = request.body(Body::from(body))?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 40000))));
    let response = router.oneshot(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status != expected {
        bail!("{status} instead of {expected}: {}", String::from_utf8_lossy(&body));
    }
    Ok(body.to_vec())
}

async fn on_server(server: &str, statement: &str) -> anyhow::Result<()> {
    let admin =
        Database::connect(ConnectOptions::new(server).max_connections(1).sqlx_logging(false).to_owned())
            .await?;
    admin.execute_unprepared(statement).await?;
    admin.close().await?;
    Ok(())
}

async fn fill(app: &App) -> accord::error::Result<(WorkspaceId, FormId, FormVersionId)> {
    let new = NewWorkspace {
        slug: "lumen".to_owned(),
        name: "Lumen".to_owned(),
        legal_name: "Atelier Lumen SAS".to_owned(),
        postal_address: "12 rue de l’Exemple, 69001 Lyon".to_owned(),
        contact_email: "privacy@lumen.example".to_owned(),
        privacy_notice_url: "https://www.lumen.example/privacy".to_owned(),
        default_language: "en".to_owned(),
        jurisdiction: "FR".to_owned(),
    };
    let workspace = create_workspace(app, Actor::Operator, new).await?.id;
    let text = |title: &str, wording: &str| PurposeText {
        title: title.to_owned(),
        description: String::new(),
        wording: wording.to_owned(),
        wording_sha256: String::new(),
    };
    let english = text(
        "Monthly letter",
        "Yes, send me the monthly letter with news of the workshop. I can stop it at any time.",
    );
    let french = text(
        "Lettre mensuelle",
        "Oui, envoyez-moi la lettre mensuelle de l’atelier. Je peux l’arrêter à tout moment.",
    );
    let purpose = NewPurpose {
        key: "newsletter".to_owned(),
        legal_basis: LegalBasis::Consent,
        channels: vec![Channel::Email],
        confirmation: ConfirmationMode::DoubleOptIn,
        validity_days: Some(730),
        justification: String::new(),
        offered: None,
        texts: BTreeMap::from([("en".to_owned(), english), ("fr".to_owned(), french)]),
    };
    let purpose = create_purpose(app, workspace, Actor::Operator, purpose).await?.0.id;
    let form = create_form(
        app,
        workspace,
        Actor::Operator,
        "Our letter",
        &definition(ConsentOffer { purpose_id: purpose, channel: Channel::Email }),
    )
    .await?
    .id;
    let (_, version) = publish_form(app, workspace, Actor::Operator, form).await?;
    Ok((workspace, form, version.id))
}

fn definition(consent: ConsentOffer) -> Definition {
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
    Definition {
        languages: vec!["en".to_owned(), "fr".to_owned()],
        title: both("Our letter"),
        fields: vec![
            field("email", FieldKind::Email, true),
            field("given_name", FieldKind::GivenName, false),
        ],
        consents: vec![consent],
        allowed_origins: vec!["https://site.example".to_owned()],
        ..Definition::default()
    }
}
