//! Starting and stopping. At start the schema version is checked, the keys are opened, listeners are bound
//! and workers started; on SIGTERM or Ctrl-C, requests and jobs in progress are finished, and sockets are
//! told to reconnect.

use std::{io::ErrorKind, net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, bail};
use axum::Router;
use migration::{Migrator, MigratorTrait};
use sea_orm::DbErr;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

use crate::{
    app::App,
    config::Config,
    graphql::schema,
    http, jobs, metrics,
    platform::{
        clock::Clock,
        db::{Db, Migrating},
        files, mail_preview,
        mailer::Mailer,
        reach::reach,
        statistics, vault,
    },
    privacy::erasure,
};

/// How long requests and jobs in progress may take to finish.
const GRACE: Duration = Duration::from_mins(1);

/// The parts of the server that a process runs.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// Serve HTTP.
    pub http: bool,
    /// Run jobs.
    pub workers: bool,
    /// Migrate the database first.
    pub migrate: bool,
}

/// Runs until it is told to stop.
///
/// # Errors
/// One clear line when it cannot start.
pub async fn serve(config: Config, parts: Parts) -> anyhow::Result<()> {
    let end = End::listen()?;
    let app = start(config, parts.migrate).await?;
    erasure::check_ledger(&app).await?;
    let listener = if parts.http { Some(bind(app.config.listen, "ACCORD_LISTEN").await?) } else { None };
    let (stopping, stop) = watch::channel(false);
    let running = run(&app, listener, None, parts.workers, stop).await?;
    end.come().await;
    tracing::info!("stopping");
    let _ = stopping.send(true);
    finish(running, &app).await;
    Ok(())
}

/// Connects, checks or migrates the schema, and unwraps the keys.
///
/// # Errors
/// One clear line when something is missing.
pub async fn start(config: Config, migrate: bool) -> anyhow::Result<App> {
    if migrate {
        bring_up_to_date(&config).await?;
    }
    let db = connect(&config, config.connections).await?;
    if !migrate {
        check_schema(&db).await?;
    }
    App::build(config, db, Clock::System, None, crate::templates::pages()?).await
}

/// Starts everything; the returned tasks end after `stop` turns true. `preview` is the mailbox preview's
/// listener if it is bound already; otherwise it is bound here, as configured.
///
/// # Errors
/// When the mailbox preview's address is taken, or another process works on the same embedded database.
pub async fn run(
    app: &App,
    listener: Option<TcpListener>,
    preview: Option<TcpListener>,
    workers: bool,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinSet<()>> {
    let mut running = JoinSet::new();
    if workers {
        let runner = jobs::runner(app);
        if app.ledger.db.is_embedded() {
            let lock = lock_workers(&app.config.data_dir)?;
            runner.release_all().await.map_err(|_| anyhow::anyhow!("the database does not answer"))?;
            running.spawn(hold(lock, stop.clone()));
            // The previous process may have ended before it did this.
            app.ledger.db.wipe_soon();
        }
        running.spawn(runner.run(stop.clone()));
        running.spawn(jobs::keep_schedules(app.clone(), stop.clone()));
        if let Mailer::Preview(folder) = &app.mailer {
            let preview = match preview {
                Some(preview) => preview,
                None => bind(app.config.preview_listen, "ACCORD_PREVIEW_LISTEN").await?,
            };
            tracing::info!(preview.listen = %preview.local_addr()?, "no SMTP server is set: mails go to the mailbox preview");
            let (folder, stop) = (folder.clone(), stop.clone());
            running.spawn(async move {
                if mail_preview::serve(preview, folder, stop).await.is_err() {
                    tracing::error!("the mailbox preview stopped unexpectedly");
                }
            });
        }
    }
    running.spawn(keep_keys(app.clone(), stop.clone()));
    running.spawn(erasure::keep_ledger(app.clone(), stop.clone()));
    if let Some(address) = app.config.metrics_listen {
        let listener = bind(address, "ACCORD_METRICS_LISTEN").await?;
        tracing::info!(metrics.listen = %listener.local_addr()?, "serving metrics");
        if !address.ip().is_loopback() {
            tracing::warn!(
                "ACCORD_METRICS_LISTEN is reachable from other machines and asks for no password: allow only Prometheus in your firewall"
            );
        }
        running.spawn(answer(listener, metrics::router(app), "metrics", stop.clone()));
    }
    if let Some(listener) = listener {
        tracing::info!(http.listen = %listener.local_addr()?, "serving");
        running.spawn(answer(listener, http::router(app, schema::build(app), stop.clone()), "http", stop));
    }
    Ok(running)
}

async fn answer(listener: TcpListener, router: Router, what: &'static str, mut stop: watch::Receiver<bool>) {
    let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        });
    if let Err(error) = served.await {
        tracing::error!(error.kind = ?error.kind(), server = what, "the HTTP server stopped unexpectedly");
    }
}

/// Waits for work in progress, up to the limit.
pub async fn finish(mut running: JoinSet<()>, app: &App) {
    let all = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!(
            "some requests or jobs did not finish within a minute; unfinished jobs run again at the next start"
        );
    }
    app.ledger.db.close().await;
}

/// Binds an address, or explains what to do about it. `setting` is where the address was set.
///
/// # Errors
/// When the address cannot be bound.
pub async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| not_bound(address, setting, error.kind()))
}

fn not_bound(address: SocketAddr, setting: &str, why: ErrorKind) -> anyhow::Error {
    let remedy = match why {
        ErrorKind::AddrInUse => format!("stop what runs there, or choose another address with {setting}"),
        ErrorKind::PermissionDenied => format!(
            "port {} needs rights that this user lacks: choose a port above 1023 with {setting} and put a reverse proxy before it, or grant CAP_NET_BIND_SERVICE",
            address.port()
        ),
        ErrorKind::AddrNotAvailable => {
            format!("this machine does not have that address: choose one of its own with {setting}")
        }
        other => format!("{other}; choose another address with {setting}"),
    };
    anyhow::anyhow!("cannot listen on {address}: {remedy}")
}

/// Ctrl-C and SIGTERM, caught from the moment this is created: before anything starts that must be stopped in
/// order.
pub struct End {
    interrupt: Signal,
    terminate: Signal,
}

impl End {
    /// Starts to catch the signals.
    ///
    /// # Errors
    /// When the signals cannot be caught.
    pub fn listen() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the first signal.
    pub async fn come(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Connects, or reports within seconds why it cannot.
async fn connect(config: &Config, connections: u32) -> anyhow::Result<Db> {
    reach(&config.database_url).await.map_err(anyhow::Error::msg)?;
    Db::connect(&config.database_url, connections).await.map_err(|error| unreachable_database(&error))
}

/// Connects for migrations, once no other process is migrating.
async fn migrate_alone(config: &Config) -> anyhow::Result<Migrating> {
    reach(&config.database_url).await.map_err(anyhow::Error::msg)?;
    Migrating::begin(&config.database_url).await.map_err(|error| unreachable_database(&error))
}

/// Runs all missing migrations. If several processes start together, one migrates, and the others wait and
/// find it done.
///
/// # Errors
/// When the database is unreachable or a migration fails.
pub async fn bring_up_to_date(config: &Config) -> anyhow::Result<()> {
    let migrating = migrate_alone(config).await?;
    let db = migrating.db();
    let mut done = Migrator::up(db.for_migrations(), None).await.context("a migration failed and was undone");
    if done.is_ok() {
        done = statistics::presume(db).await.context("could not write the planner statistics");
    }
    migrating.end().await;
    done
}

/// Rolls back the newest migrations, and returns their names, the newest first.
///
/// # Errors
/// When there are fewer migrations than `steps`, when `yes` does not confirm the loss of their data, when the
/// database is unreachable or a migration fails.
pub async fn take_back(config: &Config, steps: u32, yes: bool) -> anyhow::Result<Vec<String>> {
    let migrating = migrate_alone(config).await?;
    let taken = take_back_here(migrating.db(), steps, yes).await;
    migrating.end().await;
    taken
}

async fn take_back_here(db: &Db, steps: u32, yes: bool) -> anyhow::Result<Vec<String>> {
    let mut applied = applied_migrations(db).await?;
    let there = applied.len();
    if there == 0 {
        bail!("there is nothing to roll back: no migration has run on this database");
    }
    if usize::try_from(steps).is_ok_and(|steps| steps > there) {
        bail!("only {there} migrations have run on this database: roll back {there} at most");
    }
    let names = applied.split_off(there - usize::try_from(steps)?);
    let names: Vec<String> = names.into_iter().rev().collect();
    if !yes {
        bail!(
            "this would roll back {} of {there} migrations and delete all data in their tables: {}; add --yes to do it",
            names.len(),
            names.join(", ")
        );
    }
    Migrator::down(db.for_migrations(), Some(steps)).await.context("a migration could not be rolled back")?;
    Ok(names)
}

/// Re-encrypts all keys with the newest secret key (see `vault::rotate`). Returns how many.
///
/// # Errors
/// When the database is not at our version, or the keys do not open.
pub async fn rotate_keys(config: &Config, links: bool) -> anyhow::Result<usize> {
    let db = connect(config, 1).await?;
    check_schema(&db).await?;
    let count = vault::rotate(&db, &config.secret_keys, links, Clock::System.now()).await?;
    db.close().await;
    Ok(count)
}

/// After a backup was restored: erases again whom it brought back, by the deletion ledger. Returns what came
/// of it.
///
/// # Errors
/// When no ledger is set, or the ledger or the database does not answer.
pub async fn restore_check(config: Config) -> anyhow::Result<String> {
    let app = start(config, false).await?;
    let ledger = app.config.deletion_ledger.as_deref().context(
        "no deletion ledger is set: set ACCORD_DELETION_LEDGER to the file that this database's nodes write",
    )?;
    let (missing, erased) = erasure::restore_check(&app).await?;
    let ledger = ledger.display();
    Ok(format!(
        "{ledger} names {missing} erasures that this database did not know; {erased} people were there again and are erased."
    ))
}

async fn check_schema(db: &Db) -> anyhow::Result<()> {
    let applied = applied_migrations(db).await?;
    let what = if applied.is_empty() { "has no tables yet" } else { "is older than this program" };
    if applied.len() < Migrator::migrations().len() {
        bail!("the database {what}: run `accord migrate`, or `accord serve --migrate`");
    }
    Ok(())
}

/// The names of the migrations in the database, oldest first; all of them are known to this version.
async fn applied_migrations(db: &Db) -> anyhow::Result<Vec<String>> {
    const REMEDY: &str = "start that version or a newer one";
    match Migrator::get_applied_migrations_read_only(db.read()).await {
        Ok(applied) => Ok(applied.iter().map(|migration| migration.name().to_owned()).collect()),
        Err(DbErr::Custom(_)) => bail!("the database was made by a newer version of Accord: {REMEDY}"),
        Err(error) => Err(unreachable_database(&error)),
    }
}

fn unreachable_database(error: &DbErr) -> anyhow::Error {
    // Our own errors already name the remedy.
    if let DbErr::Custom(text) = error {
        return anyhow::anyhow!("{text}");
    }
    anyhow::anyhow!("cannot open the database ({}): check ACCORD_DATABASE_URL", crate::error::describe(error))
}

/// Only one process may run jobs on the embedded database: so all leases are those of dead processes, and
/// nobody has to wait for them.
fn lock_workers(folder: &Path) -> anyhow::Result<std::fs::File> {
    match free_workers(folder)? {
        Some(lock) => Ok(lock),
        None => bail!(
            "another Accord process already runs the jobs of this database: start this one with --no-workers"
        ),
    }
}

/// The lock for running jobs on the embedded database in this folder; none when another process holds it.
pub(crate) fn free_workers(folder: &Path) -> anyhow::Result<Option<std::fs::File>> {
    let path = folder.join("workers.lock");
    let not_writable = |error| anyhow::anyhow!(files::not_writable(&path, &error, "ACCORD_DATABASE_URL"));
    files::make_folder(folder).map_err(not_writable)?;
    let file = files::make_file(&path).map_err(not_writable)?;
    Ok(file.try_lock().is_ok().then_some(file))
}

async fn hold(lock: std::fs::File, mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
    // Held a little longer than the runner needs it: the file is released when the process ends in any case.
    std::mem::forget(lock);
}

/// Picks up key rotations made elsewhere within a minute.
async fn keep_keys(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(Duration::from_mins(1)) => {}
        }
        if let Err(error) = app.vault.reload(&app.ledger.db, &app.config.secret_keys, app.now()).await {
            tracing::error!(error.chain = %error, "could not reload the keys from the database; going on with the ones in memory");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_bound_is_told_with_why_and_what_to_do() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        for (why, says) in [
            (ErrorKind::PermissionDenied, "port 80 needs rights"),
            (ErrorKind::AddrInUse, "stop what runs there"),
            (ErrorKind::AddrNotAvailable, "does not have that address"),
        ] {
            let line = not_bound(address, "ACCORD_LISTEN", why).to_string();
            assert!(
                line.contains(says) && line.contains("ACCORD_LISTEN") && line.contains("127.0.0.1:80"),
                "{line}"
            );
        }
    }
}
