//! Purposes and their wordings, consent with its proof and withdrawal, and suppression.
//!
//! Words: consent (a projection of journal entries), suppression (a fingerprint that must not be written to).
//! Only `state`, `join`, `follow_address` and `mark_end_told` write `consent`.

mod archive_purpose;
mod create_purpose;
pub mod evidence;
mod find_consents;
mod follow_address;
pub mod http;
pub mod join;
mod list_usable;
mod load_purposes;
pub mod loads;
pub(crate) mod lock_person;
pub mod mailbox;
mod mark_end_told;
mod may_use;
mod object;
mod offer_purpose;
mod pause;
mod prove_consent;
mod publish_purpose_version;
mod purpose_text;
mod remove_address;
mod revoke_consent;
mod say_no;
pub mod state;
mod stop;
mod subscriptions;
mod suppress;
mod unsubscribe;
mod warn_before_end;
mod withdraw_consent;
mod words;

pub use archive_purpose::{archive_purpose, restore_purpose};
pub use create_purpose::{NewPurpose, create_purpose, create_purpose_on_ground};
pub use find_consents::{find_consent, find_consents};
pub use follow_address::follow_address;
pub use list_usable::{UsableList, list_usable};
pub use load_purposes::{list_purposes, load_current_versions, load_purpose};
pub use mark_end_told::mark_end_told;
pub use may_use::{Usability, may_use};
pub use object::{end_legitimate_interests, object_to_marketing, on_legitimate_interests};
pub use offer_purpose::offer_purpose;
pub use pause::{pause_contact, paused_until};
pub use prove_consent::{Method, Proof, ProvenMail, prove_consent, prove_joined};
pub use publish_purpose_version::{publish_purpose_version, publish_purpose_version_on_ground};
pub use purpose_text::{PurposeText, texts_of, wording_hash};
pub use remove_address::remove_contact_address;
pub use revoke_consent::revoke_consent;
pub use say_no::{No, say_no};
pub use stop::{Scope, Stopped, StoppedOne};
pub(crate) use subscriptions::subscriptions_of;
pub use subscriptions::{
    Subscription, form_address, is_all_stopped, last_form_of, preferences_link, subscriptions,
    unsubscribe_link,
};
pub use unsubscribe::{unsubscribe, unsubscribe_contact};
pub use warn_before_end::warn_before_end;
pub use withdraw_consent::withdraw_consent;
pub use words::{basis_in_words, channel_in_words};
