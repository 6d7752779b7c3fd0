//! The span of a unit of work, from before it waits for its turn to its commit or its end. The statements in it are heard by their
//! connection, which knows nothing of units; so a unit is found again by the span in which it was begun.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use opentelemetry::Context;
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Units that are open and exported, by the span in which they were begun.
static OPEN: LazyLock<Mutex<HashMap<u64, Context>>> = LazyLock::new(Mutex::default);

/// A unit of work, as a trace shows it.
#[derive(Debug)]
pub(in crate::platform) struct Unit {
    span: Span,
    within: Option<u64>,
    committed: bool,
}

impl Unit {
    pub(in crate::platform) fn begin() -> Self {
        let span = tracing::info_span!(
            target: super::TARGET, "unit of work",
            journal.kind = Empty, journal.entries = Empty, work.jobs = Empty, work.outcome = Empty
        );
        let within = if span.is_disabled() { None } else { Span::current().id().map(|id| id.into_u64()) };
        if let Some(within) = within {
            open().insert(within, span.context());
        }
        Self { span, within, committed: false }
    }

    /// What it does, as the journal calls it: the kind of its first entry.
    pub(in crate::platform) fn does(&self, kind: Option<&'static str>, entries: usize, jobs: usize) {
        if let Some(kind) = kind {
            self.span.record("journal.kind", kind);
        }
        self.span.record("journal.entries", entries).record("work.jobs", jobs);
    }

    pub(in crate::platform) fn committed(mut self) {
        self.committed = true;
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        self.span.record("work.outcome", if self.committed { "committed" } else { "rolled back" });
        if let Some(within) = self.within {
            open().remove(&within);
        }
    }
}

/// The unit that was begun in this span, if one is open.
pub(super) fn begun_in(span: &Span) -> Option<Context> {
    let id = span.id()?.into_u64();
    open().get(&id).cloned()
}

fn open() -> std::sync::MutexGuard<'static, HashMap<u64, Context>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
