//! Purposes and their wordings, the question to the mailbox (double opt-in), consent and its withdrawal, suppression.
//!
//! Words: asked (what a submission asks for, sealed), opt-in (a pending question to a mailbox), consent (a projection of
//! journal entries), suppression (a fingerprint not to be written to). `state` is the only writer of `consent`.

pub mod evidence;
pub mod join;
mod list_usable;
pub mod loads;
pub(crate) mod lock_person;
pub mod mailbox;
mod may_use;
mod prove_consent;
mod purposes;
mod remove_address;
pub mod state;
pub(crate) mod withdraw_consent;

pub use join::{find_consent, find_consents};
pub use list_usable::{UsableList, list_usable};
pub use may_use::{Usability, may_use};
pub use prove_consent::{Proof, ProvenMail, prove_consent, prove_joined};
pub use purposes::{
    NewPurpose, PurposeText, archive_purpose, create_purpose, list_purposes, load_current_versions,
    load_purpose, publish_purpose_version, restore_purpose, texts_of, wording_hash,
};
pub use purposes::{basis_in_words, channel_in_words};
pub use remove_address::remove_contact_address;
pub use withdraw_consent::{
    Scope, Stopped, StoppedOne, Subscription, is_all_stopped, last_form_of, revoke_consent, subscriptions,
    unsubscribe, unsubscribe_link, withdraw_consent,
};
