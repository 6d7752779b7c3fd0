//! Purposes and their wordings, consent with its proof and withdrawal, and suppression.
//!
//! Words: consent (a projection of journal entries), suppression (a fingerprint that must not be written to).
//! Only `state` and `join` write `consent`.

mod archive_purpose;
mod create_purpose;
pub mod evidence;
mod find_consents;
pub mod http;
pub mod join;
mod list_usable;
mod load_purposes;
pub mod loads;
pub(crate) mod lock_person;
pub mod mailbox;
mod may_use;
mod prove_consent;
mod publish_purpose_version;
mod purpose_text;
mod remove_address;
mod revoke_consent;
pub mod state;
mod stop;
mod subscriptions;
mod suppress;
mod unsubscribe;
mod withdraw_consent;
mod words;

pub use archive_purpose::{archive_purpose, restore_purpose};
pub use create_purpose::{NewPurpose, create_purpose};
pub use find_consents::{find_consent, find_consents};
pub use list_usable::{UsableList, list_usable};
pub use load_purposes::{list_purposes, load_current_versions, load_purpose};
pub use may_use::{Usability, may_use};
pub use prove_consent::{Proof, ProvenMail, prove_consent, prove_joined};
pub use publish_purpose_version::publish_purpose_version;
pub use purpose_text::{PurposeText, texts_of, wording_hash};
pub use remove_address::remove_contact_address;
pub use revoke_consent::revoke_consent;
pub use stop::{Scope, Stopped, StoppedOne};
pub(crate) use subscriptions::subscriptions_of;
pub use subscriptions::{
    Subscription, form_address, is_all_stopped, last_form_of, subscriptions, unsubscribe_link,
};
pub use unsubscribe::unsubscribe;
pub use withdraw_consent::withdraw_consent;
pub use words::{basis_in_words, channel_in_words};
