//! Contacts, companies, tags and activities in GraphQL: one file per type; inputs and payloads of mutations
//! in `*inputs.rs`.

mod company;
mod company_inputs;
mod contact;
mod duplicate;
mod fields;
pub mod filters;
mod inputs;
pub mod list_activities;
pub mod list_companies;
pub mod list_contacts;
mod live;
mod loaders;
mod mutations;
mod provenance;
mod queries;
pub mod search;
mod tag;

pub(crate) use self::loaders::*;
pub use self::{
    company::*, company_inputs::*, contact::*, duplicate::*, fields::*, inputs::*, live::*, mutations::*,
    provenance::*, queries::*, tag::*,
};
pub use crate::pipeline::graphql::{Activity, ActivityKind};
