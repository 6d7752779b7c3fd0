//! The API. It is one graph, so one folder above all rooms. Each subfolder holds the wire types of the room
//! with its name, and `kit` what all of them use. Fields only translate: the work is done by a use case of a
//! room.

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
pub mod privacy;
pub mod schema;
pub mod search;
