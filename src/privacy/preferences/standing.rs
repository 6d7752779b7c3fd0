//! Where a person stands with a purpose on a channel, and how it came to that.

use entity::{ConsentState, Time, journal};
use serde::Deserialize;

use crate::error::Result;

/// Where a person stands. "Never asked" is the absence of a state, and not a no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: ConsentState,
    /// Since when.
    pub since: Time,
    /// Until when a yes holds, if it has an end.
    pub expires_at: Option<Time>,
    /// How it came to this state.
    pub source: Source,
    /// The exact text they agreed to; empty if they never did.
    pub wording: String,
}

/// How a state came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// With a form.
    Form,
    /// In the preference centre.
    PreferenceCentre,
    /// With the button of the mail program.
    OneClick,
    /// On the page to unsubscribe.
    Page,
    /// An objection.
    Objection,
    /// Staff wrote it down.
    Staff,
    /// By itself, with time.
    Time,
    /// Another way, such as a merge of two records.
    Other,
}

impl Source {
    /// Its name among the page's words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::PreferenceCentre => "preference_centre",
            Self::OneClick => "one_click",
            Self::Page => "page",
            Self::Objection => "objection",
            Self::Staff => "staff",
            Self::Time => "time",
            Self::Other => "other",
        }
    }
}

/// What an entry about a consent says.
pub(super) struct Said {
    /// How it came to be.
    pub source: Source,
    /// The hash of the text that was agreed to, in hex; empty if there is none.
    pub wording: String,
}

/// Reads an entry about a consent.
pub(super) fn said(entry: &journal::Model) -> Result<Said> {
    #[derive(Deserialize)]
    struct Bytes {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        #[serde(default)]
        method: String,
        #[serde(default)]
        wording: String,
    }
    let Bytes { data } = serde_json::from_str(&entry.bytes)?;
    let source = match (entry.kind.as_str(), data.method.as_str()) {
        (_, "double_opt_in") => Source::Form,
        (_, "preference_centre") => Source::PreferenceCentre,
        (_, "one_click") => Source::OneClick,
        (_, "page") => Source::Page,
        (_, "objection") => Source::Objection,
        ("consent.revoked", _) | (_, "staff") => Source::Staff,
        ("consent.expired", _) => Source::Time,
        _ => Source::Other,
    };
    Ok(Said { source, wording: data.wording })
}
