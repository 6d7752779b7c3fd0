//! Operations that need a recently used second factor: an unattended or stolen session is not enough for
//! them.

use chrono::TimeDelta;

use super::{caller::Caller, second_factor_of};
use crate::{
    app::App,
    error::{Error, Result},
};

/// How long a use of the second factor counts as recent.
const FRESH: TimeDelta = TimeDelta::minutes(5);

/// Allows members who used their second factor in the last five minutes.
///
/// # Errors
/// `SecondFactorRequired`, which says whether they have one to use.
pub async fn require_fresh_factor(app: &App, caller: &Caller) -> Result<()> {
    if caller.stepped_up_at.is_some_and(|at| at <= app.now() && app.now() - at <= FRESH) {
        return Ok(());
    }
    let enrolled = second_factor_of(app, *caller).await?.is_some_and(|state| state.enabled);
    Err(Error::SecondFactorRequired { enrolled })
}
