//! Recipients, disclosures, and what recipients are to be told: one file per kind of thing.

mod enums;
mod inputs;
mod mutations;
mod queries;
mod types;

pub use self::{enums::*, inputs::*, mutations::*, queries::*, types::*};
