//! Forms, their versions and the states of submissions in GraphQL. The content of a submission is never shown
//! here: it is sealed until the mailbox confirms it, and is part of the contact afterwards.

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
