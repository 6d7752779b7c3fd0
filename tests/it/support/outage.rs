//! Failures in production: a killed process, and a database that is unavailable for a while.

use std::time::Duration;

use accord::{
    app::App,
    jobs,
    platform::db::{Db, Tx},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::{
    runtime::{Builder, Runtime},
    sync::watch,
};

use super::{TestApp, database};

/// A worker in a separate runtime with its own connections, which can be killed between any two steps.
pub struct Worker {
    runtime: Runtime,
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<()>,
}

impl Worker {
    /// A second process on the test's database, mailing as configured.
    pub fn start(app: &TestApp) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (config, clock) = (app.app.config.clone(), app.app.ledger.clock.clone());
        let (stop, stopped) = watch::channel(false);
        let running = runtime.spawn(async move {
            let db = Db::connect(&config.database_url, 4).await.expect("database");
            let node =
                App::build(config, db, clock, None, accord::templates::pages().unwrap()).await.expect("app");
            jobs::runner(&node).run(stopped).await;
        });
        Self { runtime, stop, running }
    }

    /// Like `kill -9`: nothing of it runs any further, and the machine releases what it held.
    pub async fn kill(self) {
        let runtime = self.runtime;
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(5)))
            .await
            .expect("ended");
    }

    /// Asks it to stop, as SIGTERM does.
    pub fn ask_to_stop(&self) {
        let _ = self.stop.send(true);
    }

    pub fn has_ended(&self) -> bool {
        self.running.is_finished()
    }

    /// Waits until it has stopped on its own.
    pub async fn ended(self) {
        let Self { runtime, running, .. } = self;
        tokio::time::timeout(Duration::from_secs(20), running)
            .await
            .expect("the worker ends")
            .expect("the worker ended well");
        runtime.shutdown_background();
    }
}

/// A database that accepts no writes, until `end`.
pub enum Outage {
    /// SQLite: another connection holds the write lock for longer than we wait for it.
    Locked(Box<Tx>),
    /// PostgreSQL: every connection is cut and none is accepted.
    Closed(DatabaseConnection, String),
    /// PostgreSQL: it answers but accepts no change, like a standby or a server with a full disk.
    ReadOnly(DatabaseConnection, String),
}

/// A database that answers but refuses one operation, with an error that does not look like an outage, until
/// `end`.
pub struct Refusal;

impl Refusal {
    /// `act` is INSERT, UPDATE or DELETE.
    pub async fn begin(app: &TestApp, act: &str, table: &str) -> Self {
        let text = if database::on_postgres() {
            let function = "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'";
            app.app.ledger.db.touch(function, vec![]).await.expect("a function");
            format!("CREATE TRIGGER refusal BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refusal()")
        } else {
            format!("CREATE TRIGGER refusal BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")
        };
        app.app.ledger.db.touch(&text, vec![]).await.expect("a trigger");
        Self
    }

    pub async fn end(self, app: &TestApp) {
        let text =
            if database::on_postgres() { "DROP FUNCTION refusal CASCADE" } else { "DROP TRIGGER refusal" };
        app.app.ledger.db.touch(text, vec![]).await.expect("gone");
    }
}

impl Outage {
    pub async fn begin(app: &TestApp) -> Self {
        if !database::on_postgres() {
            let other = Db::connect(&app.url, 1).await.expect("database");
            return Self::Locked(Box::new(other.begin().await.expect("the lock")));
        }
        let admin =
            Database::connect(database::setting("ACCORD_TEST_POSTGRES_URL").expect("the test server"))
                .await
                .expect("the test server");
        let name = app.url.rsplit('/').next().expect("a name").to_owned();
        admin
            .execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            .await
            .expect("closed");
        admin
            .execute_unprepared(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ))
            .await
            .expect("cut");
        Self::Closed(admin, name)
    }

    /// Only on PostgreSQL.
    pub async fn read_only(app: &TestApp) -> Self {
        let admin =
            Database::connect(database::setting("ACCORD_TEST_POSTGRES_URL").expect("the test server"))
                .await
                .expect("the test server");
        let name = app.url.rsplit('/').next().expect("a name").to_owned();
        set_read_only(&admin, &name, true).await;
        Self::ReadOnly(admin, name)
    }

    pub async fn end(self) {
        match self {
            Self::ReadOnly(admin, name) => set_read_only(&admin, &name, false).await,
            Self::Locked(lock) => drop(lock),
            Self::Closed(admin, name) => {
                admin
                    .execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
                    .await
                    .expect("open again");
            }
        }
    }
}

/// Applies to new connections; open ones are cut.
async fn set_read_only(admin: &DatabaseConnection, name: &str, on: bool) {
    admin
        .execute_unprepared(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}"))
        .await
        .expect("set");
    admin
        .execute_unprepared(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .await
        .expect("cut");
}
