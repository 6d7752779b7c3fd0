//! A contact whose processing is restricted (GDPR Art. 18) is a locked card: their data are stored, and
//! nothing else. Whoever changes a contact, or writes something about them, asks here, with the contact's row
//! at hand. What protects the person stays possible: withdrawing a consent, erasing, and what they themselves
//! send, which waits for staff.

use entity::contact;

use crate::error::{Error, Problem, ProblemCode, Result};

/// What staff read when they try.
const RESTRICTED: &str = "Processing of this contact's data is restricted (GDPR Art. 18): it is only stored. Lift the restriction first, which tells the person.";

/// The problem of a contact that may not be changed now, if they may not.
#[must_use]
pub fn locked_card(row: &contact::Model, field: &str) -> Option<Problem> {
    row.restricted_at.map(|_| Problem::new(ProblemCode::WrongState, field, RESTRICTED))
}

/// Refuses what would change or use a restricted contact.
///
/// # Errors
/// `Rejected` with `WRONG_STATE`.
pub fn must_not_be_restricted(row: &contact::Model, field: &str) -> Result<()> {
    locked_card(row, field).map_or(Ok(()), |problem| Err(Error::Rejected(vec![problem])))
}
