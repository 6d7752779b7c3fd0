//! Generates the year, once for each set of data.

use anyhow::{Context, bail};

use super::{
    members::SignIn,
    not_settled,
    settle::{fill, is_complete},
    workspace::SLUG,
};
use crate::{accounts::list_all, app::App, config::Config, serve::start};

const CREATING: &str = "Creating the sample data: 400 contacts, 60 companies, 80 deals and a year of activities. \
    This takes up to 30 seconds.";

/// Generates the year, unless this folder already has one. Returns the staff's sign-ins.
pub(super) async fn play(
    config: &Config,
    data: &std::path::Path,
    site_url: &str,
    tell: impl Fn(&str),
) -> anyhow::Result<Vec<SignIn>> {
    let (database, making) = (data.join("accord.db"), data.join("making.db"));
    if database.exists() {
        tell(&format!("Continuing with the data in {}.", data.display()));
        return Ok(Vec::new());
    }
    tell(CREATING);
    for ending in ["", "-wal", "-shm"] {
        // Left over when an earlier run was interrupted.
        let _ = std::fs::remove_file(data.join(format!("making.db{ending}")));
    }
    let config = Config { database_url: format!("sqlite://{}", making.display()), ..config.clone() };
    let app: App = start(config, true).await?;
    let settled = fill(&app, site_url).await.map_err(|error| not_settled(&error));
    app.ledger.db.close().await;
    let members = settled?;
    until_closed(data).await?;
    std::fs::rename(&making, &database).with_context(|| format!("cannot write {}", database.display()))?;
    Ok(members)
}

/// Generates the year on a server, unless the database holds a complete one. Returns the staff's sign-ins.
pub(super) async fn play_on_server(
    config: &Config,
    site_url: &str,
    tell: impl Fn(&str),
) -> anyhow::Result<Vec<SignIn>> {
    let app: App = start(config.clone(), true).await?;
    let played = match known(&app).await? {
        Known::Nothing => {
            tell(CREATING);
            fill(&app, site_url).await.map_err(|error| not_settled(&error))
        }
        Known::Demo => {
            tell("Continuing with the data in the database.");
            Ok(Vec::new())
        }
        Known::Other => Err(anyhow::anyhow!(
            "the database holds an Accord that is no demo, or one whose start was interrupted: name an empty one with --database"
        )),
    };
    app.ledger.db.close().await;
    played
}

/// What a database on a server holds.
enum Known {
    Nothing,
    /// A demo whose data is complete: a start that came so far made a key.
    Demo,
    Other,
}

async fn known(app: &App) -> anyhow::Result<Known> {
    let workspaces = list_all(app).await.map_err(|error| not_settled(&error))?;
    if workspaces.is_empty() {
        return Ok(Known::Nothing);
    }
    let complete = is_complete(app).await.map_err(|error| not_settled(&error))?;
    Ok(if complete && is_demo(app).await? { Known::Demo } else { Known::Other })
}

/// Waits until the generated database is a single file: on a busy machine a connection may end after `close`,
/// and what stands in the log beside the file would not be renamed with it.
async fn until_closed(data: &std::path::Path) -> anyhow::Result<()> {
    let log = data.join("making.db-wal");
    for _ in 0..600 {
        if !log.exists() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    bail!("{} is still in use: start the demo again", log.display())
}

/// Whether the database belongs to a demo: it holds the sample workspace and no other.
pub(super) async fn is_demo(app: &App) -> anyhow::Result<bool> {
    let all = list_all(app).await.map_err(|error| not_settled(&error))?;
    Ok(all.iter().all(|(slug, ..)| slug == SLUG))
}
