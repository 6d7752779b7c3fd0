//! The person's rights (GDPR Chapter III), retention, and what proves both. It stands above every room, and no
//! room knows it.
//!
//! Words: mailbox proof (a fresh answer of a mailbox, before anything about its owner is shown), request (a
//! person exercising a right, with its clock), erasure, package (a copy of what is held), hold, recipient.

pub mod breaches;
pub(crate) mod document;
pub mod erasure;
pub mod holds;
pub mod http;
pub mod mailbox_proof;
pub mod my_data;
pub mod notices;
pub mod objection;
pub mod packages;
pub mod preferences;
pub mod proofs;
pub mod quarantine;
pub mod recipients;
pub mod record;
pub mod remind;
pub mod requests;
pub mod restriction;
pub mod retention;
