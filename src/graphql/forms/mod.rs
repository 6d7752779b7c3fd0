//! Forms, their versions and what became of submissions, in GraphQL. What visitors sent is never shown here: it is sealed
//! until their mailbox confirmed it, and lives in the contact then.

mod caught;
mod definition;
mod enums;
mod form;
mod inputs;
mod loaders;
mod mutations;
mod queries;
mod submission;
mod version;

pub use self::{
    caught::*, definition::*, enums::*, form::*, inputs::*, mutations::FormsMutation, queries::FormsQuery,
    submission::*, version::*,
};
