//! Starting and ending: the database is there and of our version, the keys open, listeners are bound, workers run; on SIGTERM
//! or Ctrl-C requests and jobs in progress end, and sockets are told to come back.

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    app::App,
    config::Config,
    http, jobs,
    platform::{clock::Clock, db::Db, mail_preview, mailer::Mailer},
    schema,
};

/// How long requests and jobs in progress get to end.
const GRACE: Duration = Duration::from_mins(1);

/// What a process does.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// Answer HTTP.
    pub http: bool,
    /// Run jobs.
    pub workers: bool,
    /// Bring the database up to date first.
    pub migrate: bool,
}

/// Runs until it is told to end.
///
/// # Errors
/// One clear line when it cannot start.
pub async fn serve(config: Config, parts: Parts) -> anyhow::Result<()> {
    let app = start(config, parts.migrate).await?;
    let listener = if parts.http { Some(bind(app.config.listen).await?) } else { None };
    let (stopping, stop) = watch::channel(false);
    let running = run(&app, listener, parts.workers, stop).await?;
    wait_for_the_end().await?;
    tracing::info!("stopping");
    let _ = stopping.send(true);
    finish(running, &app).await;
    Ok(())
}

/// Connects, checks or brings up the schema, unwraps the keys.
///
/// # Errors
/// One clear line when something is missing.
pub async fn start(config: Config, migrate: bool) -> anyhow::Result<App> {
    if migrate {
        bring_up_to_date(&config).await?;
    }
    let db = Db::connect(&config.database_url, config.connections).await.map_err(|error| unreachable_database(&error))?;
    if !migrate {
        check_schema(&db).await?;
    }
    App::build(config, db, Clock::System, None).await
}

/// Starts everything; what is returned ends after `stop` turned true.
///
/// # Errors
/// When the mailbox preview's address is taken, or another process works on the same embedded database.
pub async fn run(app: &App, listener: Option<TcpListener>, workers: bool, stop: watch::Receiver<bool>) -> anyhow::Result<JoinSet<()>> {
    let mut running = JoinSet::new();
    if workers {
        let runner = jobs::runner(app);
        if app.ledger.db.is_embedded() {
            let lock = lock_workers(&app.config.data_dir)?;
            runner.release_all().await.map_err(|_| anyhow::anyhow!("the database does not answer"))?;
            running.spawn(hold(lock, stop.clone()));
        }
        running.spawn(runner.run(stop.clone()));
        running.spawn(jobs::keep_schedules(app.clone(), stop.clone()));
        if let Mailer::Preview(folder) = &app.mailer {
            let preview = bind(app.config.preview_listen).await?;
            tracing::info!(preview.listen = %preview.local_addr()?, "mails go to the mailbox preview");
            let (folder, stop) = (folder.clone(), stop.clone());
            running.spawn(async move {
                if mail_preview::serve(preview, folder, stop).await.is_err() {
                    tracing::error!("the mailbox preview ended");
                }
            });
        }
    }
    running.spawn(keep_keys(app.clone(), stop.clone()));
    if let Some(listener) = listener {
        tracing::info!(http.listen = %listener.local_addr()?, "serving");
        let router = http::router(app, schema::build(app), stop.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let mut stopped = stop;
        running.spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            });
            if let Err(error) = served.await {
                tracing::error!(error.kind = ?error.kind(), "the HTTP server ended");
            }
        });
    }
    Ok(running)
}

/// Waits for what is in progress, but not for ever.
pub async fn finish(mut running: JoinSet<()>, app: &App) {
    let all = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("some work did not end in time; it will be done by the next start");
    }
    app.ledger.db.close().await;
}

/// Binds an address, with a line that says what to do when it is taken.
///
/// # Errors
/// When the address cannot be bound.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}: stop what runs there, or choose another address"))
}

/// Ctrl-C or SIGTERM.
///
/// # Errors
/// When the signals cannot be listened for.
pub async fn wait_for_the_end() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Runs every migration that is missing. On PostgreSQL under an advisory lock, so that nodes that start together do it once.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn bring_up_to_date(config: &Config) -> anyhow::Result<()> {
    let db = Db::connect(&config.database_url, 1).await.map_err(|error| unreachable_database(&error))?;
    let connection = db.for_migrations();
    if !db.is_embedded() {
        connection.execute_unprepared("SELECT pg_advisory_lock(4707171401)").await.context("cannot take the migration lock")?;
    }
    let done = Migrator::up(connection, None).await.context("a migration failed; nothing of it was kept");
    // The lock belongs to the session, which ends here.
    db.close().await;
    done
}

/// Takes the newest migrations back.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn take_back(config: &Config, steps: u32) -> anyhow::Result<()> {
    let db = Db::connect(&config.database_url, 1).await.map_err(|error| unreachable_database(&error))?;
    Migrator::down(db.for_migrations(), Some(steps)).await.context("a migration could not be taken back")?;
    db.close().await;
    Ok(())
}

async fn check_schema(db: &Db) -> anyhow::Result<()> {
    let refused = |what: &str| anyhow::anyhow!("the database {what}: run `accord migrate`, or start with --migrate");
    match Migrator::get_pending_migrations_read_only(db.read()).await {
        Ok(pending) if pending.is_empty() => {}
        Ok(_) => return Err(refused("is older than this program")),
        Err(_) => bail!(
            "the database holds migrations this program does not know, or cannot be read: use the version of Accord that made it, or a newer one"
        ),
    }
    let applied = Migrator::get_migration_models(db.read()).await.map_err(|_| refused("has no tables yet"))?;
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if let Some(unknown) = applied.iter().find(|row| !known.contains(&row.version)) {
        bail!(
            "the database holds the migration {}, which this program does not know: use the version of Accord that made it, or a newer one",
            unknown.version
        );
    }
    Ok(())
}

fn unreachable_database(error: &sea_orm::DbErr) -> anyhow::Error {
    anyhow::anyhow!("cannot open the database ({}): check ACCORD_DATABASE_URL, and that it runs", crate::error::describe(error))
}

/// On the embedded database one process works: then whoever held leases before is dead, and nobody has to wait for them.
fn lock_workers(folder: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("workers.lock");
    let file = std::fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        bail!("another Accord process already runs the jobs of this database: start this one with --no-workers");
    }
    Ok(file)
}

async fn hold(lock: std::fs::File, mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
    // Kept a little longer than the runner needs: the file is released when the process ends in any case.
    std::mem::forget(lock);
}

/// Sees rotations made elsewhere within a minute.
async fn keep_keys(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(Duration::from_mins(1)) => {}
        }
        if let Err(error) = app.vault.reload(&app.ledger.db, &app.config.secret_keys, app.now()).await {
            tracing::error!(error.chain = %error, "the keys could not be read again; the old ones stay");
        }
    }
}
