//! Checks at start-up, within seconds, that a PostgreSQL server can be used. The pool would retry for as long
//! as a request may wait, and then only report that it got no connection.

use std::time::Duration;

use sea_orm::sqlx::{self, Connection, PgConnection};

use super::db::sqlite_path;

/// Timeout of the check.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens one connection and closes it again. SQLite has no server, so it always succeeds.
///
/// # Errors
/// One line for the operator: what is wrong and what to do. It never contains the password.
pub async fn reach(url: &str) -> Result<(), String> {
    reach_within(url, PATIENCE).await
}

async fn reach_within(url: &str, patience: Duration) -> Result<(), String> {
    if sqlite_path(url).is_some() {
        return Ok(());
    }
    let place = place(url);
    match tokio::time::timeout(patience, PgConnection::connect(url)).await {
        Ok(Ok(connection)) => {
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(explain(&error, &place)),
        Err(_) => Err(format!(
            "PostgreSQL at {place} does not answer: check host and port in ACCORD_DATABASE_URL, and that no firewall stands between"
        )),
    }
}

/// Host and port, for messages.
fn place(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return "the address in ACCORD_DATABASE_URL".to_owned() };
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("localhost");
    format!("{host}:{}", url.port().unwrap_or(5432))
}

fn explain(error: &sqlx::Error, place: &str) -> String {
    match error {
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            format!(
                "nothing listens at {place}: start PostgreSQL, or correct host and port in ACCORD_DATABASE_URL"
            )
        }
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::NotFound => {
            format!(
                "there is no PostgreSQL socket for {place}: start PostgreSQL, or correct ACCORD_DATABASE_URL"
            )
        }
        sqlx::Error::Io(io) => format!(
            "PostgreSQL at {place} cannot be reached ({}): check the host in ACCORD_DATABASE_URL",
            io.kind()
        ),
        sqlx::Error::Tls(_) => format!(
            "PostgreSQL at {place} and Accord do not agree on TLS: set `sslmode` in ACCORD_DATABASE_URL"
        ),
        sqlx::Error::Configuration(_) => {
            "ACCORD_DATABASE_URL is not an address like postgres://user:password@host:5432/database"
                .to_owned()
        }
        sqlx::Error::Database(refusal) => match refusal.code().as_deref() {
            Some("28P01" | "28000") => {
                format!(
                    "PostgreSQL at {place} refuses the user or the password: correct them in ACCORD_DATABASE_URL"
                )
            }
            Some("3D000") => format!(
                "PostgreSQL at {place} has no such database: create it (`createdb`), or correct ACCORD_DATABASE_URL"
            ),
            Some("53300") => format!(
                "PostgreSQL at {place} has no free connection: raise its `max_connections`, or end other programs"
            ),
            Some("57P03") => {
                format!("PostgreSQL at {place} is starting up or shutting down: try again in a moment")
            }
            code => format!(
                "PostgreSQL at {place} refuses the connection (SQLSTATE {}): see its log",
                code.unwrap_or("unknown")
            ),
        },
        _ => format!(
            "PostgreSQL at {place} cannot be used: check ACCORD_DATABASE_URL, and that it is PostgreSQL that listens there"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_where_nothing_listens_is_told_at_once_and_without_the_password() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let said = reach(&format!("postgres://accord:hunter2@{free}/accord")).await.unwrap_err();
        assert!(said.contains(&format!("nothing listens at {free}")) && !said.contains("hunter2"), "{said}");
    }

    #[tokio::test]
    async fn a_server_that_keeps_silent_is_given_up() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let said = reach_within(
            &format!("postgres://accord@{}/accord", silent.local_addr().unwrap()),
            Duration::from_millis(50),
        )
        .await
        .unwrap_err();
        assert!(said.contains("does not answer"), "{said}");
    }

    #[tokio::test]
    async fn what_is_no_address_is_told_by_example() {
        let said = reach("postgres://accord@localhost:port/accord").await.unwrap_err();
        assert!(said.contains("postgres://user:password@host:5432/database"), "{said}");
    }
}
