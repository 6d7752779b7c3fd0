//! Accord's tables as types: rows, ids and small values.
//!
//! Every row belongs to exactly one workspace; primary keys start with `workspace_id` (product.md §5).
//! This crate depends on sea-orm, serde, uuid and chrono, and knows nothing above it.

pub mod activity;
pub mod api_key;
pub mod basis;
pub mod consent;
pub mod contact;
pub mod contact_address;
pub mod data_key;
pub mod evidence;
pub mod form;
pub mod form_version;
pub mod ids;
pub mod instance_key;
pub mod instance_mailbox;
pub mod job;
pub mod journal;
pub mod journal_head;
pub mod mail;
pub mod mailbox;
pub mod opt_in;
pub mod provenance;
pub mod purpose;
pub mod purpose_version;
pub mod schedule;
pub mod submission;
pub mod suppression;
pub mod values;
pub mod wording;
pub mod workspace;

pub use ids::*;
pub use values::*;

/// A time in UTC. Accord keeps milliseconds; the clock truncates.
pub type Time = chrono::DateTime<chrono::Utc>;
