//! Forms: definitions and their published versions, the public door (hosted page, JSON for the embed, plain HTML POST), and
//! what defends it. A submission is sealed and handed to `consent`; no contact is touched here.
//!
//! Words: draft (what a marketer edits), version (what was published and is all that visitors ever see), ticket (signed proof
//! that a form was shown, and its idempotency key).

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
