//! The person says no, stops everything, or wants a pause. All of it takes effect at once.

use chrono::{Months, NaiveDate};
use entity::{Channel, PurposeId};

use super::whose::whose;
use crate::{
    accounts::load_workspace,
    app::App,
    consent::{No, Scope, Stopped, pause_contact, say_no, unsubscribe_contact},
    error::Result,
    platform::pages::Zone,
};

/// A pause lasts two years at most.
const LONGEST: Months = Months::new(24);

/// The person says no to a purpose on a channel. `None`: the link opens nothing (any more).
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn choose_no(app: &App, token: &str, purpose: PurposeId, channel: Channel) -> Result<Option<No>> {
    let Some(visit) = whose(app, token).await? else { return Ok(None) };
    say_no(app, visit.contact.workspace_id, visit.contact.id, purpose, channel).await
}

/// The person stops everything. `None`: the link opens nothing (any more).
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn stop_everything(app: &App, token: &str) -> Result<Option<Stopped>> {
    let Some(visit) = whose(app, token).await? else { return Ok(None) };
    let (workspace, contact) = (visit.contact.workspace_id, visit.contact.id);
    unsubscribe_contact(app, workspace, contact, Scope::All, "preference_centre").await
}

/// Until when somebody wants a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// For so many months from today.
    Months(u32),
    /// Up to and including this day.
    Until(NaiveDate),
    /// No longer.
    End,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paused {
    /// The pause has begun, or its end was changed.
    Began,
    /// It has ended.
    Ended,
    /// The day is past, or too far off.
    Invalid,
    /// The link opens nothing (any more).
    Unknown,
}

/// The person begins a pause, changes or ends it. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn choose_pause(app: &App, token: &str, pause: Pause) -> Result<Paused> {
    let Some(visit) = whose(app, token).await? else { return Ok(Paused::Unknown) };
    let workspace = load_workspace(app, visit.contact.workspace_id).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let today = zone.day_of(app.now());
    let day = match pause {
        Pause::Months(months) => today.checked_add_months(Months::new(months)),
        Pause::Until(day) => Some(day),
        Pause::End => None,
    };
    let in_time = day.is_some_and(|day| day > today && Some(day) <= today.checked_add_months(LONGEST));
    if pause != Pause::End && !in_time {
        return Ok(Paused::Invalid);
    }
    let until = day.map(|day| zone.end_of(day));
    if !pause_contact(app, workspace.id, visit.contact.id, until).await? {
        return Ok(Paused::Unknown);
    }
    Ok(if until.is_some() { Paused::Began } else { Paused::Ended })
}
