//! The release program as a child process: `accord serve` on an existing database. It is killed when
//! the value is dropped.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use crate::{
    client::Client,
    world::{Backend, SECRET_KEY, World},
};

/// A running `accord serve`.
pub struct Program {
    /// The port that it listens on.
    pub port: u16,
    /// Time from the start of the process to the first successful `/readyz`.
    pub ready_after: Duration,
    child: Child,
}

/// Creates a database with a workspace and a form in a folder, and closes it.
pub async fn database() -> anyhow::Result<(tempfile::TempDir, entity::FormId)> {
    // The SMTP port is not used: no mail is sent.
    let world = World::new(&Backend::Sqlite, 25).await?;
    let form = world.form;
    world.app.ledger.db.close().await;
    Ok((world.folder, form))
}

/// The program that was built next to this one.
pub fn path() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("accord");
    if !path.exists() {
        bail!("{} is missing: `make bench` builds it", path.display());
    }
    Ok(path)
}

impl Program {
    /// Starts it on the SQLite database in a folder, and waits until it is ready.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        Self::start_on(&format!("sqlite://{}/accord.db", folder.display()), folder).await
    }

    /// Starts it on this database, in a folder where it may leave files, and waits until it is ready.
    pub async fn start_on(database_url: &str, folder: &Path) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(path()?);
        command
            .arg("serve")
            .env_clear()
            .env("ACCORD_DATABASE_URL", database_url)
            .current_dir(folder)
            .env("ACCORD_SECRET_KEY", SECRET_KEY)
            .env("ACCORD_LISTEN", format!("127.0.0.1:{port}"))
            .env("ACCORD_PREVIEW_LISTEN", "127.0.0.1:0")
            .env("ACCORD_TRUSTED_PROXIES", "127.0.0.1")
            .env("ACCORD_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let began = Instant::now();
        let mut child = command.spawn().context("the program does not start")?;
        loop {
            if let Ok(mut client) = Client::connect(port).await
                && let Ok((200, _)) = client.send("GET /readyz", "203.0.113.7", "").await
            {
                return Ok(Self { port, ready_after: began.elapsed(), child });
            }
            if let Some(status) = child.try_wait()? {
                bail!("the program ended: {status}");
            }
            if began.elapsed() > Duration::from_secs(20) {
                bail!("the program is not ready after 20 seconds");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// A line of `/proc/…/status` (`VmRSS`, `VmHWM`), in MB.
    pub fn memory(&self, line: &str) -> anyhow::Result<f64> {
        let id = self.child.id().context("the program has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let value = status
            .lines()
            .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))
            .context("no such line")?;
        let kilobytes: f64 = value.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }

    pub async fn end(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
