//! Companies to which data are disclosed (GDPR Art. 4(9)), what was disclosed to them, and what they are to be told
//! (Art. 19).

mod define_recipient;
pub mod loads;
mod log_disclosure;
mod shared;
mod tell_recipients;
pub mod transfer;

pub use define_recipient::{RecipientValues, create_recipient, set_recipient_archived, update_recipient};
pub use loads::disclosures_of;
pub use log_disclosure::{NewDisclosure, log_disclosure, write_disclosure};
pub use shared::{SendShareNotice, notice_rules, send_share_notice, set_notice_rule};
pub use tell_recipients::{note_recipients, settle_recipient_notices};
