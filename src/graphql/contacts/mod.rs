//! Contacts and tags in GraphQL, and the filters shared by all lists: one file per type; inputs and payloads
//! of mutations in `inputs.rs`.

pub(crate) mod contact;
pub mod contact_filter;
pub mod filters;
pub(crate) mod inputs;
pub mod list_contacts;
pub(crate) mod list_filter;
mod live;
mod loaders;
mod mutations;
mod provenance;
mod queries;
mod read_tests;
mod reading;
mod tag;

pub(crate) use self::loaders::*;
pub use self::{contact::*, inputs::*, live::*, mutations::*, provenance::*, queries::*, tag::*};
pub use super::activities::{Activity, ActivityKind};
