//! The time as an input, so that tests can set it; otherwise the system's clock. Milliseconds, UTC.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DurationRound, TimeDelta, Utc};
use entity::Time;

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that only moves when `advance` is called.
    Fixed(Arc<Mutex<Time>>),
}

impl Clock {
    /// A fixed clock that starts at `at`.
    #[must_use]
    pub fn fixed(at: Time) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The current time, truncated to milliseconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Time {
        let now = match self {
            Self::System => Utc::now(),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(now)
    }

    /// Moves a fixed clock forward; does nothing on the system's clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}
