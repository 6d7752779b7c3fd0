//! Purposes and their wordings, consent with its proof and withdrawal, and suppression.
//!
//! Words: consent (a projection of journal entries), suppression (a fingerprint that must not be written to).
//! Only `state` and `join` write `consent`.

pub mod evidence;
pub mod http;
pub mod join;
mod list_usable;
pub(crate) mod lock_person;
pub mod mailbox;
mod may_use;
mod prove_consent;
mod purposes;
mod remove_address;
pub mod state;
mod subscriptions;
mod suppress;
mod withdraw_consent;
mod words;

pub use join::{find_consent, find_consents};
pub use list_usable::{UsableList, list_usable};
pub use may_use::{Usability, may_use};
pub use prove_consent::{Proof, ProvenMail, prove_consent, prove_joined};
pub use purposes::{
    NewPurpose, PurposeText, archive_purpose, create_purpose, list_purposes, load_current_versions,
    load_purpose, publish_purpose_version, restore_purpose, texts_of, wording_hash,
};
pub use remove_address::remove_contact_address;
pub(crate) use subscriptions::subscriptions_of;
pub use subscriptions::{
    Subscription, form_address, is_all_stopped, last_form_of, subscriptions, unsubscribe_link,
};
pub use withdraw_consent::{Scope, Stopped, StoppedOne, revoke_consent, unsubscribe, withdraw_consent};
pub use words::{basis_in_words, channel_in_words};
