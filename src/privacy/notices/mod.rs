//! What people are told without asking: that we hold their data, which came from somebody else (GDPR Art. 14),
//! and that a consent of theirs is about to end.

mod art14;
mod art14_context;
mod art14_scan;
mod ending_consents;
mod ending_mail;
mod form_notice;
mod record_art14;

pub use art14::{SendArt14Notice, send_art14_notice};
pub use art14_scan::inform_people;
pub use ending_consents::tell_of_ends;
pub use ending_mail::{SendConsentEnding, send_consent_ending};
pub use form_notice::{FormNotice, Shown, find_form_notice, keep_form_notices, show_form_notice};
pub use record_art14::{
    art14_notices_of, ask_art14_notice, count_to_inform, page_to_inform, record_art14_notice,
};
