//! Shared by contacts, companies and deals: validation of typed values, provenance, conditions and orders of
//! lists, and domains of companies.

pub(crate) mod changes;
pub mod conditions;
pub(crate) mod domains;
mod links;
mod list;
pub mod loads;
pub(crate) mod match_names;
pub mod provenance;
mod restricted;
pub(crate) mod values;

pub use domains::company_at;
pub(crate) use links::{check_links, line_of};
pub use list::{Condition, List, Restriction};
pub use match_names::{NameOf, write_name_test};
pub use restricted::{locked_card, must_not_be_restricted};
pub(crate) use values::{EXTERNAL_ID_TAKEN, raced};
