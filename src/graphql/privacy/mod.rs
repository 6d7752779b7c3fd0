//! The person's rights, retention and their registers in GraphQL: one file or folder per part of the room
//! `privacy`.

pub mod breaches;
pub mod erasure;
pub mod holds;
pub mod notices;
pub mod packages;
pub mod proofs;
pub mod quarantine;
pub mod recipients;
pub mod record;
pub mod requests;
pub mod restriction;
pub mod retention;
pub mod retention_live;
pub mod retention_mutations;
pub mod retention_runs;
pub mod transfers;
