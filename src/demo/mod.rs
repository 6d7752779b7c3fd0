//! `accord demo`: a disposable workspace with a year of data (400 contacts, 60 companies, two pipelines, 80
//! deals), a published form, a landing page on another origin, the mailbox preview, a member's sign-in and an
//! API key, in one process on the embedded database, or on a PostgreSQL database that is given. It needs no
//! input. With `ACCORD_SMTP_URL` set, new mails
//! are really sent, but none of the generated year.
//!
//! `settle` fills the workspace; the other files hold the data. The data is generated in a database file with
//! a temporary name, which is renamed once it is complete: if the program is stopped before, the next run
//! starts over. A PostgreSQL database is not ours to empty: there, the next run asks for another one.

mod activities;
mod companies;
mod consents;
mod contacts;
mod deals;
mod dice;
mod fields;
mod forms;
mod members;
mod names;
mod pipelines;
mod play;
mod purposes;
mod rights;
mod settle;
mod site;
mod welcome;
mod workspace;
mod year;

pub use members::SignIn;
pub use settle::{Settled, settle};

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use serde::Serialize;
use tokio::{
    net::{TcpListener, lookup_host},
    sync::watch,
};

use play::{is_demo, play, play_on_server};
use welcome::show;
use workspace::SLUG;

use crate::{
    config::Config,
    platform::files,
    serve::{End, bind, bring_up_to_date, finish, free_workers, run, start},
};

/// Options of `accord demo`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DemoOptions {
    /// Print the addresses as one line of JSON.
    #[arg(long)]
    pub json: bool,
    /// Address to listen on. Default: `ACCORD_LISTEN`, else 127.0.0.1:8080, or any free port if taken.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Address of the sample website. Default: 127.0.0.1:8081, or any free port if that is taken.
    #[arg(long, value_name = "ADDRESS")]
    pub site: Option<String>,
    /// Keep the data in this folder; a later start continues with it.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Use this empty PostgreSQL database instead of an SQLite file. The folder of `--data` then keeps the key
    /// of the data: with both, a later start continues.
    #[arg(long, value_name = "URL", requires = "data")]
    pub database: Option<String>,
}

/// Addresses to open in the demo, and how to sign in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Addresses {
    /// Accord.
    pub app: String,
    /// The landing page, on another origin.
    pub site: String,
    /// The mailbox preview; empty when mails are sent by SMTP.
    pub mailbox: String,
    /// The GraphQL endpoint.
    pub graphql: String,
    /// An API key with role OWNER.
    pub api_key: String,
    /// The owner's sign-in; none when an earlier run on the same data has shown it.
    pub member: Option<Member>,
    /// The hosted page of the form.
    pub form: String,
}

/// A member's sign-in details.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The workspace's slug.
    pub workspace: String,
    /// E-mail address.
    pub email: String,
    /// Generated for this run, shown once.
    pub password: String,
}

impl Member {
    fn of(one: &SignIn) -> Self {
        Self { workspace: SLUG.to_owned(), email: one.email.clone(), password: one.password.clone() }
    }
}

/// Runs the demo until it is told to stop.
///
/// # Errors
/// One clear line when it cannot start.
pub async fn demo(options: DemoOptions) -> anyhow::Result<()> {
    for line in ignored(Config::setting) {
        tell(&options, &line);
    }
    if let Some(url) = options.database.as_ref().filter(|url| !is_postgres(url)) {
        bail!("--database must begin with postgres://, and {url} does not; SQLite needs no --database");
    }
    let chosen = |option: &Option<String>, name: &'static str| option.clone().map(|asked| (asked, name));
    let set = |name: &'static str| Config::setting(name).map(|asked| (asked, name));
    let listener = listen(chosen(&options.listen, "--listen").or_else(|| set("ACCORD_LISTEN")), 8080).await?;
    let landing = listen(chosen(&options.site, "--site"), 8081).await?;
    let preview = listen(set("ACCORD_PREVIEW_LISTEN"), 8025).await?;
    let (data, temporary) = match &options.data {
        Some(folder) => (folder.clone(), false),
        None => (
            std::env::temp_dir()
                .join(format!("accord-demo-{}", hex::encode(crate::platform::keys::random::<6>()))),
            true,
        ),
    };
    take_folder(&data)?;
    let addresses = run_demo(&options, &data, listener, landing, preview).await;
    if temporary {
        let _ = std::fs::remove_dir_all(&data);
    }
    addresses
}

/// Creates the data folder, or says why this path cannot be used.
fn take_folder(data: &std::path::Path) -> anyhow::Result<()> {
    if data.is_file() {
        bail!("{} is a file: name a folder with --data", data.display());
    }
    let not_writable = |error| anyhow::anyhow!(files::not_writable(data, &error, "--data"));
    files::make_folder(data).map_err(not_writable)?;
    let probe = data.join(format!(".probe.{}", std::process::id()));
    std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe)).map_err(not_writable)?;
    if free_workers(data)?.is_none() {
        bail!(
            "another Accord process uses {}: end it first, or name another folder with --data",
            data.display()
        );
    }
    Ok(())
}

async fn run_demo(
    options: &DemoOptions,
    data: &std::path::Path,
    listener: TcpListener,
    landing: TcpListener,
    preview: TcpListener,
) -> anyhow::Result<()> {
    let preview_address = preview.local_addr()?;
    // `localhost` for Accord and `127.0.0.1` for the site make two origins on one machine.
    let app_url = format!("http://localhost:{}", listener.local_addr()?.port());
    let site_url = format!("http://127.0.0.1:{}", landing.local_addr()?.port());
    // PostgreSQL has no folder for the key of the data.
    let key = options.database.as_ref().map(|_| Config::secret_key_in(data)).transpose()?;
    let settings = |name: &str| match name {
        "ACCORD_DATABASE_URL" => {
            options.database.clone().or_else(|| Some(format!("sqlite://{}/accord.db", data.display())))
        }
        "ACCORD_SECRET_KEY" => key.as_ref().map(|key| key.to_text().to_string()),
        "ACCORD_PUBLIC_URL" => Some(app_url.clone()),
        "ACCORD_PREVIEW_LISTEN" => Some(preview_address.to_string()),
        "ACCORD_GRAPHIQL" => Config::setting(name).or_else(|| Some("1".to_owned())),
        // Developers try the API from an app on a port of its own.
        "ACCORD_APP_ORIGINS" => Config::setting(name).or_else(|| Some("http://localhost:*".to_owned())),
        "ACCORD_LISTEN" => listener.local_addr().ok().map(|address| address.to_string()),
        "ACCORD_MAIL_FROM" => Config::setting(name).or_else(|| Some("demo@atelier-lumen.example".to_owned())),
        "ACCORD_REDIS_URL" => None,
        other => Config::setting(other),
    };
    let config = Config { data_dir: data.to_owned(), ..Config::read(settings)? };
    let tell = |line: &str| tell(options, line);
    let members = match &options.database {
        None => play(&config, data, &site_url, tell).await?,
        Some(_) => play_on_server(&config, &site_url, tell).await?,
    };
    bring_up_to_date(&config).await?;
    let app = start(config, false).await?;
    if !is_demo(&app).await? {
        bail!("{} holds an Accord database that is no demo: name another folder with --data", data.display());
    }
    let end = End::listen()?;
    let (stopping, stop) = watch::channel(false);
    let Settled { form, api_key, .. } = settle(&app, &site_url).await.map_err(|error| not_settled(&error))?;
    let mut running = run(&app, Some(listener), Some(preview), true, stop.clone()).await?;
    running.spawn(site::serve(landing, site::Site::new(app.clone(), form), stop));
    let mailbox =
        if app.config.smtp.is_none() { format!("http://{preview_address}/") } else { String::new() };
    let addresses = Addresses {
        form: format!("{app_url}/forms/{form}"),
        graphql: format!("{app_url}/graphql"),
        app: app_url.clone(),
        site: site_url.clone(),
        mailbox,
        api_key,
        member: members.first().map(Member::of),
    };
    show(&addresses, &members, options)?;
    end.come().await;
    let _ = stopping.send(true);
    finish(running, &app).await;
    Ok(())
}

fn not_settled(error: &crate::error::Error) -> anyhow::Error {
    anyhow::anyhow!("the demo could not be set up: {error:?}")
}

/// Settings that the demo ignores, each with a line that says so.
fn ignored(setting: impl Fn(&str) -> Option<String>) -> Vec<String> {
    const IGNORED: [(&str, &str); 4] = [
        (
            "ACCORD_DATABASE_URL",
            "the demo keeps its data in an SQLite database of its own (choose its folder with --data, or an empty PostgreSQL database with --database)",
        ),
        ("ACCORD_SECRET_KEY", "the demo creates a key of its own beside its data"),
        ("ACCORD_REDIS_URL", "the demo is one process and needs no Redis"),
        ("ACCORD_PUBLIC_URL", "the demo is reached at localhost (choose its port with --listen)"),
    ];
    let set = IGNORED.into_iter().filter(|(name, _)| setting(name).is_some());
    set.map(|(name, why)| format!("{name} is ignored: {why}.")).collect()
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Reports progress, except in JSON mode, where the caller waits for a single line.
#[expect(clippy::print_stderr, reason = "a command talks to its terminal")]
fn tell(options: &DemoOptions, line: &str) {
    if !options.json {
        eprintln!("{line}");
    }
}

/// Binds the address given by option or setting, else the usual port, else any free one.
async fn listen(asked: Option<(String, &str)>, usual: u16) -> anyhow::Result<TcpListener> {
    if let Some((asked, option)) = asked {
        let mut found = lookup_host(&asked)
            .await
            .with_context(|| format!("{option}: {asked} is not an address like 127.0.0.1:8080"))?;
        // `localhost` may resolve to an IPv6 address first; the demo uses IPv4.
        let address = found
            .find(SocketAddr::is_ipv4)
            .with_context(|| format!("{option}: {asked} is no IPv4 address"))?;
        return bind(address, option).await;
    }
    match TcpListener::bind(("127.0.0.1", usual)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.context("no free port on 127.0.0.1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_the_demo_does_not_use_is_said_to_be_ignored() {
        let said = ignored(|name| {
            (name == "ACCORD_DATABASE_URL" || name == "ACCORD_LISTEN").then(|| "x".to_owned())
        });
        assert_eq!(said.len(), 1);
        assert!(
            said[0].starts_with("ACCORD_DATABASE_URL is ignored: ") && said[0].contains("--data"),
            "{said:?}"
        );
    }
}
