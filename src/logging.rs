//! Logs: readable lines on a terminal, JSON otherwise, always on stderr (stdout is for the output of
//! commands).
//!
//! No personal data (promise 11): panics are logged with their place but without their message, and other
//! crates log only warnings unless `ACCORD_LOG` names them, because their debug lines may contain data.

use std::{io::IsTerminal, panic};

use anyhow::Context;
use tracing_subscriber::{
    Layer, Registry, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::platform::traces::{TARGET, Traces};

/// Starts logging, once per process. `filter` is `ACCORD_LOG`: a level, or levels per target such as
/// `accord=debug,sqlx=info`. `json` forces JSON on a terminal. With `traces`, spans are exported as well.
///
/// # Errors
/// When the filter cannot be parsed, or logging has started already.
pub fn init(filter: &str, json: bool, traces: Option<&Traces>) -> anyhow::Result<()> {
    let filter: Targets = directives(filter)
        .parse()
        .context("ACCORD_LOG is not a level like info, or directives like accord=debug")?;
    // The filter belongs to this layer; otherwise it would also filter the exported spans.
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if json || !std::io::stderr().is_terminal() {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_filter(filter)
            .boxed()
    } else {
        lines.with_target(false).with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed()
    };
    let layers: Vec<_> = std::iter::once(lines).chain(traces.map(|traces| traces.layer().boxed())).collect();
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|_| anyhow::anyhow!("logging has begun already"))?;
    panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or_else(|| "unknown".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(panic.location = %place, "panic");
    }));
    Ok(())
}

/// A bare level applies to us; other crates only warn. Export-only spans are never logged: lines would show
/// them instead of the request.
fn directives(filter: &str) -> String {
    match filter.trim() {
        level if level.eq_ignore_ascii_case("off") => level.to_owned(),
        level if level.contains(['=', ',']) => format!("{level},{TARGET}=off"),
        level => format!("warn,accord={level},entity={level},migration={level},{TARGET}=off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_level_does_not_open_the_mouths_of_other_crates() {
        assert_eq!(directives("debug"), "warn,accord=debug,entity=debug,migration=debug,otel=off");
        assert_eq!(directives("accord=debug,sqlx=info"), "accord=debug,sqlx=info,otel=off");
        assert_eq!(directives("off"), "off");
        let read = |filter: &str| directives(filter).parse::<Targets>();
        assert!(read("no such level").is_err() && read("accord=loud").is_err());
        assert!(["info", "OFF", "accord=debug,sqlx=info", "3"].iter().all(|filter| read(filter).is_ok()));
    }
}
