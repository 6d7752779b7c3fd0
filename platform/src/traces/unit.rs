//! The span of a unit of work, from before it waits for the turn to write until it commits or is dropped. The
//! callback for statements knows the connection but not the unit, so a unit is found by the span in which it
//! was begun.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use opentelemetry::Context;
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Open units that are exported, by the span in which they were begun.
static OPEN: LazyLock<Mutex<HashMap<u64, Context>>> = LazyLock::new(Mutex::default);

/// The trace span of a unit of work.
#[derive(Debug)]
pub(crate) struct Unit {
    span: Span,
    within: Option<u64>,
    committed: bool,
}

impl Unit {
    pub(crate) fn begin() -> Self {
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

    /// Records what it does: the kind of its first journal entry, and the number of entries and jobs.
    pub(crate) fn does(&self, kind: Option<&'static str>, entries: usize, jobs: usize) {
        if let Some(kind) = kind {
            self.span.record("journal.kind", kind);
        }
        self.span.record("journal.entries", entries).record("work.jobs", jobs);
    }

    pub(crate) fn committed(mut self) {
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

/// The open unit that was begun in this span, if any.
pub(super) fn begun_in(span: &Span) -> Option<Context> {
    let id = span.id()?.into_u64();
    open().get(&id).cloned()
}

fn open() -> std::sync::MutexGuard<'static, HashMap<u64, Context>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
