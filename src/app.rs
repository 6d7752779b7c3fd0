//! The process-wide `App`: database, mail, keys, clock, limits, settings. Built once, cheap to clone, passed
//! explicitly.

use std::{ops::Deref, sync::Arc};

use entity::WorkspaceId;

use crate::{
    config::{Budgets, Config},
    error::Result,
    journal::tail::Tails,
    platform::{
        actor::Actor,
        clock::Clock,
        db::Db,
        files,
        hasher::Hasher,
        live::Live,
        mailer::{Mailer, Smtp},
        metrics::Metrics,
        pages::Pages,
        rate_limit::RateLimit,
        vault::Vault,
        work::{Ledger, Turns, Work},
    },
};

/// Everything a use case needs.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What `App` derefs to.
pub struct Inner {
    /// Database, clock and hints: what a unit of work needs.
    pub ledger: Ledger,
    /// Keys, sealing and signed links.
    pub vault: Vault,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Counters of the rate limits.
    pub rate_limit: RateLimit,
    /// Templates of pages and mails.
    pub pages: Pages,
    /// Computes password hashes.
    pub passwords: Hasher,
    /// Readers of the journal.
    pub tails: Tails,
    /// Settings.
    pub config: Config,
    /// Rate limits.
    pub budgets: Budgets,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Connects and unwraps the keys. The schema must exist.
    ///
    /// # Errors
    /// When the database is unreachable, or the keys do not open.
    pub async fn build(
        config: Config,
        db: Db,
        clock: Clock,
        mailer: Option<Mailer>,
        pages: Pages,
    ) -> anyhow::Result<Self> {
        let db = if config.otlp_endpoint.is_some() { db.traced() } else { db };
        let vault = Vault::open(&db, &config.secret_keys, clock.now()).await?;
        let redis = config
            .redis_url
            .as_deref()
            .map(redis::Client::open)
            .transpose()
            .map_err(|_| anyhow::anyhow!("ACCORD_REDIS_URL is not a URL like redis://localhost"))?;
        let mailer = match (mailer, &config.smtp) {
            (Some(mailer), _) => mailer,
            (None, Some(smtp)) => Mailer::Smtp(Arc::new(Smtp::new(smtp.clone(), &config.public_host()))),
            (None, None) => {
                let folder = config.data_dir.join("mailbox");
                files::make_own_folder(&folder).map_err(|error| {
                    anyhow::anyhow!(files::not_writable(&folder, &error, "ACCORD_DATABASE_URL"))
                })?;
                Mailer::Preview(folder)
            }
        };
        let live = Live::start(redis.clone());
        Ok(Self(Arc::new(Inner {
            ledger: Ledger {
                db,
                clock: clock.clone(),
                live: live.clone(),
                metrics: Metrics::default(),
                turns: Turns::default(),
            },
            vault,
            mailer,
            rate_limit: RateLimit::new(clock, redis),
            pages,
            passwords: Hasher::new(config.password_cost),
            tails: Tails::new(live),
            budgets: config.budgets,
            config,
        })))
    }

    /// Begins a unit of work.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn begin(&self, workspace: WorkspaceId, actor: Actor) -> Result<Work> {
        self.ledger.begin(workspace, actor).await
    }

    /// The database, for reading.
    #[must_use]
    pub fn db(&self) -> &sea_orm::DatabaseConnection {
        self.ledger.db.read()
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> entity::Time {
        self.ledger.clock.now()
    }
}
