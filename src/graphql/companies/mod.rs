//! Companies in GraphQL.

mod company;
mod inputs;
pub mod list_companies;

pub use company::*;
pub use inputs::*;
