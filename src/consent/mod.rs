//! Purposes and their wordings, the question to the mailbox (double opt-in), consent and its withdrawal, suppression.
//!
//! Words: asked (what a submission asks for, sealed), opt-in (a pending question to a mailbox), consent (a projection of
//! journal entries), suppression (a fingerprint not to be written to). `state` is the only writer of `consent`.

pub mod asked;
mod confirm_opt_in;
mod decline_opt_in;
mod end_waiting;
pub mod evidence;
mod expire;
mod form_title;
pub mod http;
pub mod jobs;
pub mod join;
mod list_usable;
mod lock_person;
pub mod mailbox;
mod mails;
mod may_use;
mod merge_contacts;
mod pace_mails;
mod prove_consent;
mod purposes;
mod remove_address;
mod request_opt_in;
pub mod state;
mod waiting;
mod withdraw_consent;

pub use confirm_opt_in::{Confirmation, Visit, confirm_opt_in};
pub use decline_opt_in::{Declined, allow_again, decline_opt_in};
pub use end_waiting::EndWaiting;
pub use expire::{expire_consents, expire_opt_ins, purge_opt_ins};
pub use join::{find_consent, find_consents};
pub use list_usable::{UsableList, list_usable};
pub use mails::{basis_in_words, channel_in_words};
pub use may_use::{Usability, may_use};
pub use merge_contacts::{Merge, merge_contacts};
pub use pace_mails::places_behind;
pub use prove_consent::{Proof, ProvenMail, prove_consent, prove_joined};
pub use purposes::{
    NewPurpose, PurposeText, archive_purpose, create_purpose, list_purposes, load_current_versions,
    load_purpose, publish_purpose_version, restore_purpose, texts_of, wording_hash,
};
pub use remove_address::remove_contact_address;
pub use request_opt_in::{RequestOptIn, request_opt_in};
pub use waiting::{LinkState, Waiting, WaitingOptIn, look_at_link};
pub use withdraw_consent::{
    Scope, Stopped, StoppedOne, Subscription, is_all_stopped, last_form_of, revoke_consent, subscriptions,
    unsubscribe, unsubscribe_link, withdraw_consent,
};
