//! The register of requests: a person exercising a right (GDPR Art. 15 to 21), its clock and its exchange.
//!
//! Words: case (a request under its lock), step (of the exchange), hurdle (why staff must decide on what
//! would otherwise be carried out at once). No identity document is ever asked for.

mod ask_for_identity;
mod authorities;
mod carry_out;
mod case;
mod clock;
mod content;
mod decide_request;
mod exchange;
mod handle_request;
mod list_requests;
mod log_request;
mod mail;
mod mail_job;
mod open_request;
mod remind;
mod rights_of;
mod withdraw_request;
mod words;

pub use ask_for_identity::{ask_for_identity, identity_proven};
pub use authorities::{Authority, authority_of};
pub use carry_out::{CarryOutRequest, Serving, carry_out_request, serve_request};
pub use case::is_open;
pub use content::Content;
pub(crate) use decide_request::{fulfil_balanced, lock_objection, refuse_balanced};
pub use decide_request::{fulfil_request, refuse_request};
pub use exchange::{Exchange, Step, exchange, exchange_text, exchanges, requests_by_id};
pub use handle_request::{
    Closing, answer_request, assign_request, close_request, extend_request, start_request,
};
pub use list_requests::{
    RequestCounts, RequestList, RequestsWanted, count_requests, find_request, list_requests, requests_of,
};
pub use log_request::{Logged, log_request};
pub use mail::send_request_mail;
pub use mail_job::SendRequestMail;
pub use open_request::{NewRequest, open_request};
pub use rights_of::{Applies, applies, bases_of, rights_of};
pub use withdraw_request::withdraw_request;
pub use words::right_in_words;
