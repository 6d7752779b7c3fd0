//! The register of breaches (GDPR Art. 33 and 34): one file per kind of thing.

mod enums;
mod inputs;
mod mutations;
mod queries;
mod types;

pub use self::{enums::*, inputs::*, mutations::*, queries::*, types::*};
