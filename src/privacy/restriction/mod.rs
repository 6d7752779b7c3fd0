//! Restriction of processing (GDPR Art. 18): a contact's data are only stored. The person is told before it
//! is lifted (Art. 18(3)).
//!
//! `contact.restricted_at` says that at least one restriction lasts; `contacts::restricted` refuses what
//! would change such a contact, and `consent::may_use` every use of them.

mod lift_restriction;
mod loads;
mod mail;
mod mail_job;
mod restrict_contact;

pub(crate) use lift_restriction::announce;
pub use lift_restriction::lift_restriction;
pub use loads::{restrictions_by_id, restrictions_of_contacts};
pub use mail::send_restriction_lifting;
pub use mail_job::SendRestrictionLifting;
pub use restrict_contact::{restrict, restrict_contact};
