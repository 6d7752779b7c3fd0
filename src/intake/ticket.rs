//! The form ticket: signed proof that a form version was shown at a time. It is also the submission's
//! idempotency key.

use chrono::TimeDelta;
use entity::{FormVersionId, Time, WorkspaceId};

use crate::{
    app::App,
    link_uses::Use,
    platform::{keys::random, tokens::Link},
};

/// Minimum age: nobody fills in a form faster, but bots do.
pub const YOUNGEST: TimeDelta = TimeDelta::milliseconds(800);
/// Maximum age: a tab left open overnight still works.
pub const OLDEST: TimeDelta = TimeDelta::hours(24);

/// The result of checking a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticket {
    /// Genuine, and neither too young nor too old; with the version that was shown.
    Good(FormVersionId),
    /// Genuine, but so young that a bot must have sent it.
    TooYoung,
    /// Missing, forged, for another form, or too old.
    Stale,
}

/// Issues a ticket for a form version that is shown now.
#[must_use]
pub fn issue(app: &App, workspace: WorkspaceId, version: FormVersionId) -> String {
    let extra = [app.now().timestamp_millis().to_be_bytes().as_slice(), &random::<12>()].concat();
    app.vault.sign(Use::FormTicket, &Link { workspace, row: version.0, extra })
}

/// Checks a ticket, without database access.
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
        // A ticket from further in the future means that the clock was set back, and nobody should have to
        // wait for it.
        Ticket::TooYoung
    } else {
        Ticket::Good(FormVersionId(link.row))
    }
}

fn at(millis: i64) -> Option<Time> {
    chrono::DateTime::from_timestamp_millis(millis)
}
