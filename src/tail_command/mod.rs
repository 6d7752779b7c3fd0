//! `accord tail`: prints a workspace's journal in a terminal as it grows, over the same subscription that
//! dashboards use.
//!
//! It remembers the position it has reached. When the connection breaks it connects again and asks from
//! there, so that no entry is missed and none is printed twice. It knows the server only through its GraphQL
//! schema.
//!
//! Our own client and not `graphql-ws-client` (looked at: 0.13): that one drops the code with which a server
//! closes a running subscription. By that code we tell a revoked key from a server that restarts.

mod connection;
mod messages;
mod output;
#[cfg(test)]
mod tests;

use std::{io, time::Duration};

use anyhow::{Context, bail};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::{Error as WsError, http::Uri};
use url::Url;

use self::{
    connection::{Socket, connect, hear, send},
    messages::{Data, Fault, Heard, KINDS, kinds_without_entries, pong, subscribe},
    output::print,
};
use crate::platform::web::is_local;

/// The first wait before connecting again. Each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What to follow.
pub struct TailOptions {
    /// Where GraphQL is served, like `https://crm.example/graphql`.
    pub url: String,
    /// An API key.
    pub key: String,
    /// Begin after the entry with this number; none: with the next entry that is written.
    pub after: Option<i64>,
    /// Print entries as JSON lines.
    pub json: bool,
    /// Print only entries of these kinds; empty: all.
    pub kinds: Vec<String>,
}

/// Prints journal entries as they come, until Ctrl-C or until nobody reads the output any more.
///
/// # Errors
/// When the key is refused, the first attempt to reach the server fails, or the server refuses the
/// subscription.
pub async fn tail(options: TailOptions) -> anyhow::Result<()> {
    let mut out = io::stdout();
    tokio::select! {
        outcome = follow(&options, &mut out) => outcome,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for Ctrl-C"),
    }
}

/// Why one connection ended.
enum End {
    /// Another attempt may succeed.
    Broken(String),
    /// No further attempt would succeed: say why and stop.
    Refused(anyhow::Error),
    /// Nobody reads what we print.
    Unread,
}

impl From<WsError> for End {
    fn from(error: WsError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Connects as often as it takes, each time from the position that was reached.
async fn follow(options: &TailOptions, out: &mut impl io::Write) -> anyhow::Result<()> {
    let address = socket_address(&options.url)?;
    if address.scheme_str() == Some("ws") && !is_local(address.host().unwrap_or_default()) {
        say("warning: the API key is sent unencrypted over http://; use https://");
    }
    let mut position = options.after;
    let (mut wait, mut connected_once) = (FIRST_WAIT, false);
    loop {
        let mut connected = false;
        let end = match connect(&address, &options.key).await {
            Ok(mut socket) => {
                let is_first = !connected_once;
                (connected, connected_once) = (true, true);
                let Err(end) = listen(&mut socket, options, is_first, &mut position, out).await;
                end
            }
            Err(end) => end,
        };
        match end {
            End::Unread => return Ok(()),
            End::Refused(error) => return Err(error),
            End::Broken(why) if !connected_once => bail!("cannot follow {}: {why}", options.url),
            End::Broken(why) => {
                if connected {
                    wait = FIRST_WAIT;
                }
                let from =
                    position.map_or_else(|| "from now on".to_owned(), |position| format!("after {position}"));
                say(&format!("the connection broke ({why}); resuming {from} in {:.1} s", wait.as_secs_f32()));
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

/// Subscribes and prints what comes, until the connection ends.
async fn listen(
    socket: &mut Socket,
    options: &TailOptions,
    is_first: bool,
    position: &mut Option<i64>,
    out: &mut impl io::Write,
) -> Result<std::convert::Infallible, End> {
    send(socket, &subscribe(*position, &options.kinds)).await?;
    if is_first && !options.kinds.is_empty() {
        send(socket, &messages::ask_for_kinds(&options.kinds)).await?;
    }
    loop {
        match hear(socket).await? {
            Heard::Ping => send(socket, &pong()).await?,
            Heard::Next { id, payload } if id == KINDS => {
                for kind in kinds_without_entries(&options.kinds, &payload.data) {
                    say(&format!(
                        "no entry of kind {kind} exists yet: check the spelling; the first one will be shown when it is written"
                    ));
                }
            }
            // That question only warns of misspelt kinds: without its answer we follow all the same.
            Heard::Error { id, .. } | Heard::Complete { id } if id == KINDS => {}
            Heard::Next { payload, .. } => {
                if let Some(fault) = payload.errors.first() {
                    return Err(fault.end());
                }
                let Ok(Data { journal: step }) = serde_json::from_value(payload.data) else { continue };
                // Positions only grow: one that we have reached already was sent twice.
                if position.is_none_or(|reached| step.position > reached) {
                    if let Some(entry) = &step.entry {
                        print(out, entry, options.json)?;
                    }
                    *position = Some(step.position);
                }
            }
            Heard::Error { payload, .. } => {
                let unexplained = || End::Broken("an error without words".to_owned());
                return Err(payload.first().map_or_else(unexplained, Fault::end));
            }
            Heard::Complete { .. } => {
                return Err(End::Broken("the server ended the subscription".to_owned()));
            }
            Heard::ConnectionAck | Heard::Other => {}
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command talks to its terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// `http(s)://…` as `ws(s)://…`.
fn socket_address(url: &str) -> anyhow::Result<Uri> {
    let mut url = Url::parse(url).context("the URL should look like https://crm.example/graphql")?;
    let scheme = match url.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => bail!("the URL must begin with https:// or http://"),
    };
    if url.set_scheme(scheme).is_err() {
        bail!("the URL should look like https://crm.example/graphql");
    }
    url.set_fragment(None);
    url.as_str().parse().context("the URL should look like https://crm.example/graphql")
}
