//! The `accord` command.

use accord::{
    accounts::{self, NewWorkspace},
    config::Config,
    demo::{DemoOptions, demo},
    graphql::schema,
    jobs_command::{JobsCommand, jobs},
    logging,
    platform::{actor::Actor, pages::LANGUAGES, traces::Traces},
    serve::{self, Parts, bring_up_to_date, serve, start, take_back},
    tail_command::{TailOptions, tail},
};
use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use entity::{ApiKeyId, Role};

/// This allocator halves the latency of lists (measured, see docs/decisions/0051-mimalloc.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Accord, the CRM that can prove it. Settings are environment variables (see "Settings" in
/// docs/operating.md).
#[derive(Parser)]
#[command(name = "accord", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server: web requests and background jobs.
    Serve {
        /// Only web requests; run the background jobs in another process with `accord work`.
        #[arg(long)]
        no_workers: bool,
        /// Migrate the database first.
        #[arg(long)]
        migrate: bool,
    },
    /// Run background jobs only.
    Work,
    /// Migrate the database to this version.
    Migrate {
        /// Roll back this many migrations instead. Deletes the data in their tables; without `--yes` it only
        /// lists them.
        #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..))]
        down: Option<u32>,
        /// Really roll back, and delete the data.
        #[arg(long, requires = "down")]
        yes: bool,
    },
    /// Print the GraphQL schema.
    Schema,
    /// Start a demo: sample data, a form on a website of its own, and a mailbox to read the mails in.
    Demo(DemoOptions),
    /// Create and list workspaces.
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Create workspace owners.
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Create and revoke API keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// List parked jobs, which need a person, and run them again.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Re-encrypt all keys with the newest secret in `ACCORD_SECRET_KEY` (comma-separated, newest first).
    RotateKeys {
        /// Also create a new key for signing links. Old confirmation links keep working for 14 days,
        /// unsubscribe links for ever.
        #[arg(long)]
        links: bool,
    },
    /// After restoring a backup: erase again whom it brought back, by the deletion ledger.
    RestoreCheck,
    /// Print journal entries as they are written; resumes after a broken connection.
    Tail {
        /// URL of the GraphQL endpoint.
        #[arg(long, default_value = "http://localhost:8080/graphql")]
        url: String,
        /// API key. Better set `ACCORD_API_KEY`, which does not show in the process list.
        #[arg(long)]
        key: Option<String>,
        /// Start after the entry with this number. Default: only new entries.
        #[arg(long)]
        after: Option<i64>,
        /// Only entries of this kind; can be repeated.
        #[arg(long = "kind", value_name = "KIND")]
        kinds: Vec<String>,
        /// Print JSON lines.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum WorkspaceCommand {
    /// Create a workspace for one company (one data controller).
    Create {
        /// Short name, used in commands and at sign-in, like `acme`.
        slug: String,
        /// Name that your staff see.
        #[arg(long)]
        name: String,
        /// Legal name of the company; shown on every form and in every mail.
        #[arg(long)]
        legal_name: String,
        /// Postal address, on one line; shown on every form and in every mail.
        #[arg(long)]
        postal_address: String,
        /// E-mail address for questions about personal data.
        #[arg(long)]
        contact_email: String,
        /// URL of the privacy notice.
        #[arg(long, default_value = "")]
        privacy_notice_url: String,
        /// Default language: `fr` or `en`.
        #[arg(long, default_value = LANGUAGES[0], value_parser = LANGUAGES)]
        language: String,
        /// Country whose law applies, as an ISO 3166-1 code like FR.
        #[arg(long, default_value = "FR")]
        jurisdiction: String,
    },
    /// List workspaces.
    List,
}

#[derive(Subcommand)]
enum OwnerCommand {
    /// Create an owner and print the link with which they choose their password. It works for seven days;
    /// nothing is mailed. Run again for an owner who has not joined yet, it prints a new link and cancels the
    /// old one.
    Create {
        /// Short name of the workspace.
        workspace: String,
        /// E-mail address they sign in with.
        #[arg(long)]
        email: String,
        /// Their name, as colleagues see it.
        #[arg(long)]
        name: String,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Create a key and print it; it is shown only once.
    Create {
        /// Short name of the workspace.
        workspace: String,
        /// What it is for, like `erp`.
        #[arg(long)]
        name: String,
        /// Its rights: OWNER, ADMIN, DPO, SALES, MARKETING or READER.
        #[arg(long, default_value = "READER", value_parser = |text: &str| text.to_uppercase().parse::<Role>().map_err(|_| "use OWNER, ADMIN, DPO, SALES, MARKETING or READER"))]
        role: Role,
        /// Days until it expires, 1 to 36500. Default: never.
        #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(1..=36_500))]
        expires_in: Option<i64>,
    },
    /// Revoke a key; it stops working at once.
    Revoke {
        /// Short name of the workspace.
        workspace: String,
        /// Id of the key (`api_key_…`), as printed when it was created.
        key: ApiKeyId,
    },
}

/// Stack size of worker threads, in bytes. Unoptimised builds keep all steps of a use case on it at once;
/// only used pages cost memory.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> std::process::ExitCode {
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build() {
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
    let level = Config::setting("ACCORD_LOG")
        .unwrap_or_else(|| if matches!(command, Command::Demo { .. }) { "warn" } else { "info" }.to_owned());
    let json = !std::io::IsTerminal::is_terminal(&std::io::stderr());
    let parts = match &command {
        Command::Serve { no_workers, migrate } => {
            Some(Parts { http: true, workers: !no_workers, migrate: *migrate })
        }
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
                eprintln!("rolled back: {name}");
            }
            Ok(())
        }
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Demo(options) => Box::pin(demo(options)).await,
        Command::Workspace(command) => workspace(command).await,
        Command::Owner(command) => owner(command).await,
        Command::Key(command) => key(command).await,
        Command::Jobs(command) => jobs(&start(Config::from_env()?, false).await?, command).await,
        Command::RotateKeys { links } => rotate_keys(links).await,
        Command::RestoreCheck => {
            println!("{}", serve::restore_check(Config::from_env()?).await?);
            Ok(())
        }
        Command::Tail { url, key, after, kinds, json } => {
            let key = key
                .or_else(|| Config::setting("ACCORD_API_KEY"))
                .context("no API key: set ACCORD_API_KEY or use --key; `accord key create` creates one")?;
            tail(TailOptions { url, key, after, json, kinds }).await
        }
    }
}

/// Runs the server, with traces if they are configured.
async fn serve_traced(level: &str, json: bool, parts: Parts) -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let traces =
        config.otlp_endpoint.as_deref().map(|endpoint| Traces::start(endpoint, Traces::PAUSE)).transpose()?;
    log(level, json, traces.as_ref())?;
    let served = serve(config, parts).await;
    if let Some(traces) = traces {
        // All work has ended: remaining spans are sent before the process ends.
        tokio::task::spawn_blocking(move || traces.stop()).await?;
    }
    served
}

/// Starts logging, and warns of unknown settings.
fn log(level: &str, json: bool, traces: Option<&Traces>) -> anyhow::Result<()> {
    logging::init(level, json, traces)?;
    let unknown = Config::unknown_settings();
    if !unknown.is_empty() {
        tracing::warn!(settings = unknown.join(" "), "unknown settings were ignored: check their spelling");
    }
    Ok(())
}

async fn workspace(command: WorkspaceCommand) -> anyhow::Result<()> {
    let app = start(Config::from_env()?, false).await?;
    match command {
        WorkspaceCommand::Create {
            slug,
            name,
            legal_name,
            postal_address,
            contact_email,
            privacy_notice_url,
            language,
            jurisdiction,
        } => {
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
    eprintln!(
        "Send this link to the new owner, and to nobody else: whoever opens it first can choose the password."
    );
    println!("{link}");
    Ok(())
}

async fn key(command: KeyCommand) -> anyhow::Result<()> {
    let app = start(Config::from_env()?, false).await?;
    match command {
        KeyCommand::Create { workspace, name, role, expires_in } => {
            let row = find_workspace(&app, &workspace).await?;
            let expires_at = expires_in.map(|days| app.now() + chrono::TimeDelta::days(days));
            let key = accounts::create_api_key(&app, row, Actor::Operator, &name, role, expires_at)
                .await
                .map_err(in_words)?;
            eprintln!("{} ({role}), shown only this once:", key.id);
            println!("{}", key.text);
        }
        KeyCommand::Revoke { workspace, key } => {
            let row = find_workspace(&app, &workspace).await?;
            match accounts::revoke_api_key(&app, row, Actor::Operator, key).await {
                Err(accord::error::Error::NotFound) => {
                    bail!("workspace {workspace} has no key {key}; the query `apiKeys` lists the keys")
                }
                done => done.map_err(in_words)?,
            }
        }
    }
    Ok(())
}

async fn find_workspace(app: &accord::app::App, slug: &str) -> anyhow::Result<entity::WorkspaceId> {
    match accounts::find_by_slug(app, slug).await.map_err(in_words)? {
        Some(row) => Ok(row.id),
        None => bail!("there is no workspace {slug}; `accord workspace list` lists them"),
    }
}

async fn rotate_keys(links: bool) -> anyhow::Result<()> {
    let count = serve::rotate_keys(&Config::from_env()?, links).await?;
    println!(
        "Re-encrypted {count} keys with the newest secret. You can now remove the older ones from ACCORD_SECRET_KEY."
    );
    Ok(())
}

/// A use case's error as text for the terminal.
fn in_words(error: accord::error::Error) -> anyhow::Error {
    use accord::error::Error;
    match error {
        Error::Rejected(problems) => {
            let lines: Vec<String> = problems.iter().map(in_words_of_options).collect();
            anyhow::anyhow!("{}", lines.join("\n        "))
        }
        Error::NotFound => anyhow::anyhow!("not found: check the ids you gave"),
        Error::Busy(_) => anyhow::anyhow!("the database is busy; try again"),
        other => anyhow::anyhow!("it failed: {other:?}"),
    }
}

/// A problem as text, with the option or argument it concerns.
fn in_words_of_options(problem: &accord::error::Problem) -> String {
    let message = &problem.message;
    match problem.field.as_deref() {
        None => message.clone(),
        Some("slug") => format!("SLUG: {message}"),
        Some("expiresAt") => format!("--expires-in: {message}"),
        Some(field) => {
            let words = field.chars().flat_map(|c| {
                c.is_ascii_uppercase().then_some('-').into_iter().chain([c.to_ascii_lowercase()])
            });
            format!("--{}: {message}", words.collect::<String>())
        }
    }
}
