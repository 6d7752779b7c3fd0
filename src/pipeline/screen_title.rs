//! The title of a deal is read before it is stored: what tells of a special category of data is held back.

use entity::{ContactId, DealId, QuarantineSource};

use crate::{
    error::Result,
    fields::quarantine::{Screen, Written},
    platform::{vault::Vault, work::Work},
};

/// The title as it is stored, in place of the one before.
pub(super) async fn screen_title(
    work: &mut Work,
    vault: &Vault,
    (deal, contact): (DealId, Option<ContactId>),
    before: &str,
    title: String,
) -> Result<String> {
    let written = Written { source: QuarantineSource::Deal, row: deal.0, field: "title", contact };
    Ok(Screen::default().replace(work, vault, written, before, &title).await?.unwrap_or(title))
}
