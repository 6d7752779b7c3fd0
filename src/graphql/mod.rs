//! The API: one graph, so one wing above all rooms. A folder holds the wire types of the room of its name, and `kit` what all of
//! them use. What a field does is a use case of a room; here it is only translated.

pub mod accounts;
pub mod activities;
pub mod companies;
pub mod consent;
pub mod contacts;
pub mod duplicates;
mod fields;
pub mod forms;
pub mod journal;
pub mod kit;
mod node;
mod persons;
pub mod pipeline;
pub mod schema;
pub mod search;
