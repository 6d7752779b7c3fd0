//! Forms: drafts and published versions. Public pages and submissions are in the room `intake`.
//!
//! Words: draft (what a marketer edits), version (what was published, and all that visitors see).

pub mod cache;
pub mod definition;
mod edit_form;
pub mod loads;
mod plain_parts;
mod publish_form;
mod redirect;

pub use crate::forms::definition::{Definition, Published};
pub use edit_form::{archive_form, create_form, load_form, restore_form, update_form};
pub use publish_form::{publish_form, publish_form_on_ground};
pub use redirect::read_redirect;
