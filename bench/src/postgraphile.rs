//! PostGraphile (`bench/postgraphile`) as a child process on one of Accord's databases. It is killed when the
//! value is dropped.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde_json::json;
use tokio::process::{Child, Command};

use crate::{client::Client, world::CONNECTIONS};

pub struct Postgraphile {
    /// The port that it listens on.
    pub port: u16,
    _child: Child,
}

/// Its folder and the Node.js that comes with it; none if `scripts/bench` could not install them.
pub fn installed() -> Option<(PathBuf, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgraphile");
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let node = folder.join(format!("node_modules/node-linux-{machine}/bin/node"));
    node.exists().then_some((folder, node))
}

impl Postgraphile {
    /// Starts it and waits until it answers.
    pub async fn start((folder, node): (PathBuf, PathBuf), database: &str) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(node);
        command
            .arg("server.js")
            .current_dir(folder)
            .env_clear()
            .env("NODE_ENV", "production")
            .env("GRAPHILE_ENV", "production")
            .env("DATABASE_URL", database)
            .env("CONNECTIONS", CONNECTIONS.to_string())
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().context("PostGraphile does not start")?;
        let (began, body) = (Instant::now(), json!({ "query": "{ __typename }" }).to_string());
        loop {
            if let Ok(mut client) = Client::connect(port).await
                && let Ok((200, _)) = client.send("POST /graphql", "203.0.113.7", &body).await
            {
                return Ok(Self { port, _child: child });
            }
            if let Some(status) = child.try_wait()? {
                bail!("PostGraphile ended: {status}");
            }
            if began.elapsed() > Duration::from_mins(1) {
                bail!("PostGraphile does not answer after a minute");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
