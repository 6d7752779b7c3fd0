//! The `accord` command.

use std::path::PathBuf;

use accord::{
    accounts::{self, NewWorkspace},
    config::Config,
    demo::{DemoOptions, demo},
    logging,
    platform::{actor::Actor, traces::Traces},
    schema,
    serve::{self, Parts, bring_up_to_date, serve, start, take_back},
    tail_command::{TailOptions, tail},
};
use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use entity::{ApiKeyId, Role};

/// The allocator that halves the latency of lists (measured, see ARCHITECTURE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Accord: the CRM that can prove it. Settings come from the environment (README, Settings).
#[derive(Parser)]
#[command(name = "accord", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer HTTP and run jobs.
    Serve {
        /// Leave the jobs to `accord work` elsewhere.
        #[arg(long)]
        no_workers: bool,
        /// Bring the database up to date first.
        #[arg(long)]
        migrate: bool,
    },
    /// Run jobs only.
    Work,
    /// Bring the database up to date.
    Migrate {
        /// Take this many migrations back instead. Data in them are lost: without `--yes` it only says what it would take back.
        #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..))]
        down: Option<u32>,
        /// Take them back, and lose their data.
        #[arg(long, requires = "down")]
        yes: bool,
    },
    /// Print the GraphQL schema.
    Schema,
    /// A throw-away workspace with a form, a landing page on another origin and a mailbox.
    Demo {
        /// Print one line of JSON with every address.
        #[arg(long)]
        json: bool,
        /// Where Accord listens.
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
        /// Where the landing page is served.
        #[arg(long, value_name = "ADDRESS")]
        site: Option<String>,
        /// Keep the data in this folder, and go on with what is there.
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
    },
    /// Make and list workspaces.
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Make owners of workspaces.
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Make and revoke API keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Wrap every key anew under the newest of `ACCORD_SECRET_KEY` (comma-separated, newest first).
    RotateKeys {
        /// Also make a new key for links. Old links to confirm work 14 days longer, links to unsubscribe for ever.
        #[arg(long)]
        links: bool,
    },
    /// Print journal entries as they come; resumes after a broken connection.
    Tail {
        /// Where GraphQL is served.
        #[arg(long, default_value = "http://localhost:8080/graphql")]
        url: String,
        /// An API key; also read from `ACCORD_API_KEY`, which keeps it out of the process list.
        #[arg(long)]
        key: Option<String>,
        /// Begin after this entry's number; without it, from now on.
        #[arg(long)]
        after: Option<i64>,
        /// Only entries of this kind; repeat for several.
        #[arg(long = "kind", value_name = "KIND")]
        kinds: Vec<String>,
        /// Print JSON lines.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum WorkspaceCommand {
    /// Make a workspace: one data controller.
    Create {
        /// Short name for commands.
        slug: String,
        /// What staff call it.
        #[arg(long)]
        name: String,
        /// The controller as a legal person; named in every mail.
        #[arg(long)]
        legal_name: String,
        /// Postal address, one line.
        #[arg(long)]
        postal_address: String,
        /// Where people reach it.
        #[arg(long)]
        contact_email: String,
        /// Its privacy notice.
        #[arg(long, default_value = "")]
        privacy_notice_url: String,
        /// `fr` or `en`.
        #[arg(long, default_value = "en", value_parser = ["fr", "en"])]
        language: String,
        /// Country whose law applies, ISO 3166-1 alpha-2.
        #[arg(long, default_value = "FR")]
        jurisdiction: String,
    },
    /// List workspaces.
    List,
}

#[derive(Subcommand)]
enum OwnerCommand {
    /// Make an owner, and print the link with which they join; it works for seven days. Nothing is mailed. For an owner who has not
    /// joined yet it prints a new link, and the old one is void.
    Create {
        /// The workspace's slug.
        workspace: String,
        /// Their address; they sign in with it.
        #[arg(long)]
        email: String,
        /// What colleagues call them.
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key; it is shown once.
    Create {
        /// The workspace's slug.
        workspace: String,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// OWNER, ADMIN, DPO, SALES, MARKETING or READER.
        #[arg(long, default_value = "READER", value_parser = |text: &str| text.to_uppercase().parse::<Role>().map_err(|_| "use OWNER, ADMIN, DPO, SALES, MARKETING or READER"))]
        role: Role,
        /// Let it expire after this many days: 1 to 36500.
        #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(1..=36_500))]
        expires_in: Option<i64>,
    },
    /// End a key at once.
    Revoke {
        /// The workspace's slug.
        workspace: String,
        /// The key's id (`api_key_…`), as printed when it was made.
        key: ApiKeyId,
    },
}

/// A worker's stack, in bytes. Unoptimised builds keep every step of a use case in it at once; only what is touched costs memory.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> std::process::ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("accord: no threads: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(Cli::parse().command)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("accord: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    let level = Config::setting("ACCORD_LOG").unwrap_or_else(|| if matches!(command, Command::Demo { .. }) { "warn" } else { "info" }.to_owned());
    let json = !std::io::IsTerminal::is_terminal(&std::io::stderr());
    let parts = match &command {
        Command::Serve { no_workers, migrate } => Some(Parts { http: true, workers: !no_workers, migrate: *migrate }),
        Command::Work => Some(Parts { http: false, workers: true, migrate: false }),
        _ => None,
    };
    if let Some(parts) = parts {
        return serve_traced(&level, json, parts).await;
    }
    if !matches!(command, Command::Schema | Command::Tail { .. }) {
        log(&level, json, None)?;
    }
    match command {
        Command::Serve { .. } | Command::Work => Ok(()),
        Command::Migrate { down: None, .. } => bring_up_to_date(&Config::from_env()?).await,
        Command::Migrate { down: Some(steps), yes } => {
            for name in take_back(&Config::from_env()?, steps, yes).await? {
                eprintln!("taken back: {name}");
            }
            Ok(())
        }
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Demo { json, listen, site, data } => demo(DemoOptions { json, listen, site, data }).await,
        Command::Workspace(command) => workspace(command).await,
        Command::Owner(command) => owner(command).await,
        Command::Key(command) => key(command).await,
        Command::RotateKeys { links } => rotate_keys(links).await,
        Command::Tail { url, key, after, kinds, json } => {
            let key = key
                .or_else(|| Config::setting("ACCORD_API_KEY"))
                .context("give a key with --key or ACCORD_API_KEY; `accord key create` makes one")?;
            tail(TailOptions { url, key, after, json, kinds }).await
        }
    }
}

/// Serves, with traces if the settings say where they go.
async fn serve_traced(level: &str, json: bool, parts: Parts) -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let traces = config.otlp_endpoint.as_deref().map(|endpoint| Traces::start(endpoint, Traces::PAUSE)).transpose()?;
    log(level, json, traces.as_ref())?;
    let served = serve(config, parts).await;
    if let Some(traces) = traces {
        // What was begun is over: the rest is sent before the process ends.
        tokio::task::spawn_blocking(move || traces.stop()).await?;
    }
    served
}

/// Switches logging on, and says which settings nobody reads.
fn log(level: &str, json: bool, traces: Option<&Traces>) -> anyhow::Result<()> {
    logging::init(level, json, traces)?;
    let unknown = Config::unknown_settings();
    if !unknown.is_empty() {
        tracing::warn!(settings = unknown.join(" "), "Accord does not know these settings and goes on without them: check their spelling");
    }
    Ok(())
}

async fn workspace(command: WorkspaceCommand) -> anyhow::Result<()> {
    let app = start(Config::from_env()?, false).await?;
    match command {
        WorkspaceCommand::Create { slug, name, legal_name, postal_address, contact_email, privacy_notice_url, language, jurisdiction } => {
            let new = NewWorkspace {
                slug,
                name,
                legal_name,
                postal_address,
                contact_email,
                privacy_notice_url,
                default_language: language,
                jurisdiction: jurisdiction.to_uppercase(),
            };
            let row = accounts::create_workspace(&app, Actor::Operator, new).await.map_err(in_words)?;
            println!("{}", row.id);
        }
        WorkspaceCommand::List => {
            for (slug, name, created_at) in accounts::list_all(&app).await.map_err(in_words)? {
                println!("{slug}\t{name}\t{}", created_at.format("%Y-%m-%d"));
            }
        }
    }
    Ok(())
}

async fn owner(command: OwnerCommand) -> anyhow::Result<()> {
    let app = start(Config::from_env()?, false).await?;
    let OwnerCommand::Create { workspace, email, name } = command;
    let row = find_workspace(&app, &workspace).await?;
    let link = accounts::create_owner(&app, Actor::Operator, row, &email, &name).await.map_err(in_words)?;
    eprintln!("Give them this link; whoever has it first becomes this owner:");
    println!("{link}");
    Ok(())
}

async fn key(command: KeyCommand) -> anyhow::Result<()> {
    let app = start(Config::from_env()?, false).await?;
    match command {
        KeyCommand::Create { workspace, name, role, expires_in } => {
            let row = find_workspace(&app, &workspace).await?;
            let expires_at = expires_in.map(|days| app.now() + chrono::TimeDelta::days(days));
            let key = accounts::create_api_key(&app, row, Actor::Operator, &name, role, expires_at).await.map_err(in_words)?;
            eprintln!("{} ({role}), shown once:", key.id);
            println!("{}", key.text);
        }
        KeyCommand::Revoke { workspace, key } => {
            let row = find_workspace(&app, &workspace).await?;
            match accounts::revoke_api_key(&app, row, Actor::Operator, key).await {
                Err(accord::error::Error::NotFound) => bail!("the workspace {workspace} has no key {key}: `apiKeys` of the API lists them"),
                done => done.map_err(in_words)?,
            }
        }
    }
    Ok(())
}

async fn find_workspace(app: &accord::app::App, slug: &str) -> anyhow::Result<entity::WorkspaceId> {
    match accounts::find_by_slug(app, slug).await.map_err(in_words)? {
        Some(row) => Ok(row.id),
        None => bail!("there is no workspace {slug}; `accord workspace list` shows them"),
    }
}

async fn rotate_keys(links: bool) -> anyhow::Result<()> {
    let count = serve::rotate_keys(&Config::from_env()?, links).await?;
    println!("{count} keys are wrapped under the newest secret key; the others may be removed from ACCORD_SECRET_KEY.");
    Ok(())
}

/// A use case's refusal, for the terminal.
fn in_words(error: accord::error::Error) -> anyhow::Error {
    use accord::error::Error;
    match error {
        Error::Rejected(problems) => {
            let lines: Vec<String> = problems.iter().map(in_words_of_options).collect();
            anyhow::anyhow!("{}", lines.join("\n        "))
        }
        Error::NotFound => anyhow::anyhow!("there is no such thing"),
        Error::Busy(_) => anyhow::anyhow!("the database is busy; try again"),
        other => anyhow::anyhow!("it failed: {other:?}"),
    }
}

/// One problem, beside the option or argument it is about.
fn in_words_of_options(problem: &accord::error::Problem) -> String {
    let message = &problem.message;
    match problem.field.as_deref() {
        None => message.clone(),
        Some("slug") => format!("SLUG: {message}"),
        Some("expiresAt") => format!("--expires-in: {message}"),
        Some(field) => {
            let words = field.chars().flat_map(|c| c.is_ascii_uppercase().then_some('-').into_iter().chain([c.to_ascii_lowercase()]));
            format!("--{}: {message}", words.collect::<String>())
        }
    }
}
