//! The table of all settings. Each entry says what the setting is, the field of `Config` that holds it, its
//! type, its name in the environment, its default if it has one, and how its text is read. The text is an
//! `Option` where there is no default.
//!
//! Settings are read in the order of the table, and a reader may use the fields before its own.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use lettre::message::Mailbox;

use super::{Budgets, read};
use crate::platform::{hasher::PasswordCost, mailer::SmtpSettings, vault::SecretKey, web::AppOrigins};

/// A setting that Accord knows.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// The text that stands in its place when it is not set.
    pub default: Option<&'static str>,
    /// Whether the service reads it. Commands and tests read the others.
    pub of_the_service: bool,
}

macro_rules! settings {
    (
        without_field { $($(#[$_about:meta])* $lone:literal, of the service: $of_the_service:literal;)* }
        read_along { $($(#[$_along_about:meta])* $along:ident = $along_name:literal;)* }
        fields {
            $(
                $(#[$about:meta])*
                $field:ident: $type:ty = $name:literal $(or $default:literal)? => |$text:ident| $read:expr;
            )*
        }
        not_set { $($(#[$more_about:meta])* $more:ident: $more_type:ty = $value:expr;)* }
    ) => {
        /// All settings.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: $lone, default: None, of_the_service: $of_the_service },)*
            $(Setting { name: $along_name, default: None, of_the_service: true },)*
            $(Setting {
                name: $name,
                default: {
                    const DEFAULT: &[&str] = &[$($default)?];
                    DEFAULT.first().copied()
                },
                of_the_service: true,
            },)*
        ];

        /// The settings as they are in force (docs/operating.md, "Settings").
        #[derive(Clone)]
        pub struct Config {
            $($(#[$about])* #[doc = concat!(" Set by `", $name, "`.")] pub $field: $type,)*
            $($(#[$more_about])* pub $more: $more_type,)*
        }

        impl Config {
            /// Reads the settings through `get`.
            ///
            /// # Errors
            /// One clear line naming the setting and the remedy.
            pub fn read(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
                $(let $along = get($along_name);)*
                $(
                    let $text = get($name)$(.unwrap_or_else(|| $default.to_owned()))?;
                    let value: anyhow::Result<$type> = $read;
                    let $field = value?;
                )*
                Ok(Self { $($more: $value,)* $($field,)* })
            }
        }
    };
}

settings! {
    without_field {
        /// What is logged.
        "ACCORD_LOG", of the service: true;
        /// The API key of `accord tail`.
        "ACCORD_API_KEY", of the service: false;
        /// The program that end-to-end tests run.
        "ACCORD_BIN", of the service: false;
    }
    read_along {
        /// `preview` says explicitly that no mail leaves this machine.
        mail = "ACCORD_MAIL";
    }
    fields {
        /// The database: `sqlite://` with the path of its file, or `postgres://…`.
        database_url: String = "ACCORD_DATABASE_URL" or "sqlite://accord-data/accord.db"
            => |text| read::database_url(text);

        /// Redis, for several nodes on one database; none = a node by itself.
        redis_url: Option<String> = "ACCORD_REDIS_URL" => |text| Ok(text);

        /// The address that Accord listens on.
        listen: SocketAddr = "ACCORD_LISTEN" or "127.0.0.1:8080"
            => |text| read::address(&text, "ACCORD_LISTEN is not an address like 127.0.0.1:8080");

        /// The origin used in mails and embeds, without a trailing slash.
        public_url: String = "ACCORD_PUBLIC_URL" => |text| read::public_url(text, listen.port());

        /// Origins of apps that may use the API with the session of the signed-in member.
        app_origins: AppOrigins = "ACCORD_APP_ORIGINS"
            => |text| AppOrigins::parse(&text.unwrap_or_default(), read::is_on_this_machine(&public_url));

        /// The mail server; none = mailbox preview.
        smtp: Option<SmtpSettings> = "ACCORD_SMTP_URL"
            => |text| read::smtp(text, mail.as_deref(), read::is_on_this_machine(&public_url));

        /// The sender of our mails.
        mail_from: Mailbox = "ACCORD_MAIL_FROM" => |text| read::mail_from(text, smtp.is_some());

        /// The mailbox preview's address; loopback only.
        preview_listen: SocketAddr = "ACCORD_PREVIEW_LISTEN" or "127.0.0.1:8025"
            => |text| read::preview_listen(&text);

        /// The proxies whose `X-Forwarded-For` is believed.
        trusted_proxies: Vec<IpNet> = "ACCORD_TRUSTED_PROXIES"
            => |text| read::networks(&text.unwrap_or_default());

        /// Connections to the database.
        connections: u32 = "ACCORD_DB_CONNECTIONS" or "16" => |text| read::connections(&text);

        /// Whether `/graphiql` is served and anonymous introspection answered.
        graphiql: bool = "ACCORD_GRAPHIQL"
            => |text| read::flag(text, "ACCORD_GRAPHIQL is neither on nor off: use `true` or `false`");

        /// Whether `/` serves the dashboard.
        dashboard: bool = "ACCORD_DASHBOARD" or "true"
            => |text| read::flag(Some(text), "ACCORD_DASHBOARD is neither on nor off: use `true` or `false`");

        /// The address that serves `/metrics`; none = not served.
        metrics_listen: Option<SocketAddr> = "ACCORD_METRICS_LISTEN"
            => |text| read::metrics_listen(text, [listen, preview_listen]);

        /// The file that keeps restored backups from bringing erased people back; none = no file.
        deletion_ledger: Option<PathBuf> = "ACCORD_DELETION_LEDGER"
            => |text| Ok(read::deletion_ledger(text, &database_url));

        /// Where traces are sent; none = no traces.
        otlp_endpoint: Option<String> = "ACCORD_OTLP_ENDPOINT"
            => |text| text.map(|text| read::collector(&text)).transpose();

        // Last, because reading it may write a file: if another setting is wrong, nothing is left behind.
        /// The keys that seal personal data, newest first.
        secret_keys: Vec<SecretKey> = "ACCORD_SECRET_KEY" => |text| read::secret_keys(text, &database_url);
    }
    not_set {
        /// Rate limits against floods; benches and tests raise them.
        budgets: Budgets = Budgets::default();
        /// Cost of a password hash; tests lower it.
        password_cost: PasswordCost = PasswordCost::default();
        /// Folder of our files: the SQLite database, the key, previewed mails.
        data_dir: PathBuf = read::data_dir(&database_url);
    }
}
