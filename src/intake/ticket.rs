//! The form ticket: signed proof that we showed this form version at this time. It is also the idempotency key of the post.

use chrono::TimeDelta;
use entity::{FormVersionId, Time, WorkspaceId};

use crate::{
    app::App,
    link_uses::Use,
    platform::{keys::random, tokens::Link},
};

/// Nobody fills in a form faster; programs do.
pub const YOUNGEST: TimeDelta = TimeDelta::milliseconds(800);
/// A tab left open overnight still works.
pub const OLDEST: TimeDelta = TimeDelta::hours(24);

/// What a post's ticket is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticket {
    /// Genuine and of the right age; the version that was shown.
    Good(FormVersionId),
    /// Genuine, but so young that a program sent it.
    TooYoung,
    /// Missing, forged, for another form, or too old.
    Stale,
}

/// Makes a ticket for a form version shown now.
#[must_use]
pub fn issue(app: &App, workspace: WorkspaceId, version: FormVersionId) -> String {
    let extra = [app.now().timestamp_millis().to_be_bytes().as_slice(), &random::<12>()].concat();
    app.vault.sign(Use::FormTicket, &Link { workspace, row: version.0, extra })
}

/// Judges a ticket. Touches no database.
#[must_use]
pub fn judge(app: &App, workspace: WorkspaceId, text: &str) -> Ticket {
    let Some(link) = app.vault.verify(Use::FormTicket, text).filter(|link| link.workspace == workspace)
    else {
        return Ticket::Stale;
    };
    let Some(shown) = link.extra.first_chunk::<8>().and_then(|bytes| at(i64::from_be_bytes(*bytes))) else {
        return Ticket::Stale;
    };
    let age = app.now() - shown;
    if age > OLDEST {
        Ticket::Stale
    } else if age < YOUNGEST && age > -YOUNGEST {
        // Older than its own time by more: the clock was set back since it was shown, and nobody waits for the clock.
        Ticket::TooYoung
    } else {
        Ticket::Good(FormVersionId(link.row))
    }
}

fn at(millis: i64) -> Option<Time> {
    chrono::DateTime::from_timestamp_millis(millis)
}
