//! The register of breaches (GDPR Art. 33 and 34): what happened, its clock, the people concerned as the journal
//! shows them, and what the authority and they were told. What was written is sealed with the breach's own key.

mod authority_notice;
mod content;
mod find_people;
mod handle_breach;
pub mod loads;
mod record_breach;
mod remind;
mod tell_people;

pub use authority_notice::{NoticeFiles, authority_notice};
pub use content::{BreachTexts, open_step, open_texts};
pub use find_people::{FindBreachPeople, Search, ask_breach_people, find_breach_people};
pub use handle_breach::{Told, close_breach, record_authority_told, reopen_breach, tell_breach_people};
pub use record_breach::{BreachValues, record_breach, update_breach};
pub use tell_people::{SendBreachNotice, TellBreachPeople, queue_breach_notices, send_breach_notice};
