//! `accord demo`: a throw-away workspace with a published form, a landing page on another origin, the mailbox preview and an
//! API key, in one process on the embedded database. Works unattended; with `ACCORD_SMTP_URL` mails go out for real.

mod people;
mod site;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context;
use serde::Serialize;
use tokio::{
    net::{TcpListener, lookup_host},
    sync::watch,
};

use crate::{
    config::Config,
    serve::{bring_up_to_date, finish, run, start, wait_for_the_end},
};

/// What `accord demo` was asked for.
#[derive(Clone, Debug, Default)]
pub struct DemoOptions {
    /// Print one line of JSON instead of the welcome.
    pub json: bool,
    /// Where Accord listens; none = 127.0.0.1:8080, or any free port.
    pub listen: Option<String>,
    /// Where the landing page is served; none = 127.0.0.1:8081, or any free port.
    pub site: Option<String>,
    /// Where the data go; none = a folder that is removed at the end.
    pub data: Option<PathBuf>,
}

/// What a visitor of the demo opens.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Addresses {
    /// Accord.
    pub app: String,
    /// The landing page, on another origin.
    pub site: String,
    /// The mailbox preview; empty when mails go out by SMTP.
    pub mailbox: String,
    /// The API.
    pub graphql: String,
    /// A key for it, role OWNER.
    pub api_key: String,
    /// The hosted form.
    pub form: String,
}

/// Runs the demo until it is told to end.
///
/// # Errors
/// One clear line when it cannot start.
pub async fn demo(options: DemoOptions) -> anyhow::Result<()> {
    let (data, temporary) = match &options.data {
        Some(folder) => (folder.clone(), false),
        None => (std::env::temp_dir().join(format!("accord-demo-{}", hex::encode(crate::platform::vault::random::<6>()))), true),
    };
    std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
    let listener = listen(options.listen.as_deref(), 8080).await?;
    let landing = listen(options.site.as_deref(), 8081).await?;
    // Taken and given back at once: the preview binds it again a moment later.
    let preview = listen(None, 8025).await?.local_addr()?;
    let addresses = run_demo(&options, &data, listener, landing, preview).await;
    if temporary {
        let _ = std::fs::remove_dir_all(&data);
    }
    addresses
}

async fn run_demo(
    options: &DemoOptions,
    data: &std::path::Path,
    listener: TcpListener,
    landing: TcpListener,
    preview: SocketAddr,
) -> anyhow::Result<()> {
    // One name for us and a number for the site make two origins on one machine.
    let app_url = format!("http://localhost:{}", listener.local_addr()?.port());
    let site_url = format!("http://127.0.0.1:{}", landing.local_addr()?.port());
    let settings = |name: &str| match name {
        "ACCORD_DATABASE_URL" => Some(format!("sqlite://{}/accord.db", data.display())),
        "ACCORD_PUBLIC_URL" => Some(app_url.clone()),
        "ACCORD_PREVIEW_LISTEN" => Some(preview.to_string()),
        "ACCORD_GRAPHIQL" => Some("1".to_owned()),
        "ACCORD_LISTEN" => listener.local_addr().ok().map(|address| address.to_string()),
        "ACCORD_MAIL_FROM" => Config::setting(name).or_else(|| Some("demo@atelier-lumen.example".to_owned())),
        "ACCORD_SECRET_KEY" | "ACCORD_REDIS_URL" => None,
        other => Config::setting(other),
    };
    let config = Config::read(settings)?;
    bring_up_to_date(&config).await?;
    let app = start(config, false).await?;
    let (stopping, stop) = watch::channel(false);
    let (form, api_key) = people::settle(&app, &site_url).await.map_err(|error| anyhow::anyhow!("the demo could not be set up: {error:?}"))?;
    let mut running = run(&app, Some(listener), true, stop.clone()).await?;
    running.spawn(site::serve(landing, site::Site::new(app.clone(), form), stop));
    let mailbox = if app.config.smtp.is_none() { format!("http://{preview}/") } else { String::new() };
    let addresses = Addresses {
        form: format!("{app_url}/forms/{form}"),
        graphql: format!("{app_url}/graphql"),
        app: app_url.clone(),
        site: site_url.clone(),
        mailbox,
        api_key,
    };
    show(&addresses, options.json)?;
    wait_for_the_end().await?;
    let _ = stopping.send(true);
    finish(running, &app).await;
    Ok(())
}

fn show(addresses: &Addresses, json: bool) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(addresses)?)?;
    } else {
        let Addresses { app, site, mailbox, graphql, api_key, form } = addresses;
        let mailbox = if mailbox.is_empty() { "mails go out by SMTP" } else { mailbox };
        writeln!(
            out,
            "\nAccord runs. Open these, in this order:\n\n  \
             1. the landing page, on another origin   {site}/\n  \
             2. the mailbox                           {mailbox}\n  \
             3. the API, to explore                   {app}/graphiql\n\n  \
             the form by itself                       {form}\n  \
             GraphQL                                  {graphql}\n  \
             an API key (role OWNER)                  {api_key}\n\n\
             To watch the journal live in another terminal:\n\n  \
             accord tail --url {graphql} --key {api_key}\n\n\
             Ctrl-C ends it; the data are thrown away unless --data names a folder.\n"
        )?;
    }
    Ok(out.flush()?)
}

/// Binds what was asked for, or the usual port, or any free one.
async fn listen(asked: Option<&str>, usual: u16) -> anyhow::Result<TcpListener> {
    if let Some(asked) = asked {
        let mut found = lookup_host(asked).await.with_context(|| format!("{asked} is not an address like 127.0.0.1:8080"))?;
        // `localhost` may name an IPv6 address first; the demo speaks IPv4.
        let address = found.find(SocketAddr::is_ipv4).with_context(|| format!("{asked} is no IPv4 address"))?;
        return TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}: choose another with --listen or --site"));
    }
    match TcpListener::bind(("127.0.0.1", usual)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.context("no free port on 127.0.0.1"),
    }
}
