//! Contacts, companies, tags and activities in GraphQL: one file per wire type, what mutations take and give in `inputs`.

mod activity;
mod company;
mod contact;
mod fields;
pub mod filters;
pub mod list_companies;
pub mod list_contacts;
mod loaders;
mod provenance;
mod queries;
mod tag;

pub(crate) use self::loaders::*;
pub use self::{activity::*, company::*, contact::*, fields::*, provenance::*, queries::*, tag::*};
