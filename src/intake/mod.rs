//! How data come in: public routes of forms, tickets, submissions, double opt-in and its answer, the receipt,
//! and where a lead goes.
//!
//! Words: asked (the sealed content of a submission), opt-in (a pending confirmation by a mailbox), ticket
//! (signed proof that a form was shown, and its idempotency key).

pub mod asked;
pub mod caught;
mod confirm_opt_in;
mod decline_opt_in;
pub mod door;
mod end_waiting;
mod expire;
mod form_title;
pub mod http;
pub mod jobs;
pub mod loads;
mod mail_jobs;
mod mails;
mod pace_mails;
pub(crate) mod read_values;
mod request_opt_in;
mod route_lead;
mod submissions;
mod submit;
pub mod ticket;
pub mod view;
mod waiting;

pub use confirm_opt_in::{Confirmation, Visit, confirm_opt_in};
pub use decline_opt_in::{Declined, allow_again, decline_opt_in};
pub use end_waiting::{EndWaiting, end_waiting};
pub use expire::{expire_consents, expire_opt_ins, purge_opt_ins};
pub use jobs::{send_already_subscribed, send_confirm_opt_in, send_opt_in_receipt, send_request_received};
pub use mail_jobs::{SendAlreadySubscribed, SendConfirmOptIn, SendOptInReceipt, SendRequestReceived};
pub use pace_mails::{Slot, places_behind, take_slot};
pub use read_values::{Typed, read_values};
pub use request_opt_in::{RequestOptIn, request_opt_in};
pub use route_lead::{Lead, route_lead};
pub use submit::{Submission, Submitted, submit};
pub use waiting::{LinkState, Waiting, WaitingOptIn, look_at_link};
