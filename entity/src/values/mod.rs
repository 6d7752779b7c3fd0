//! Small column values: enums as text, e-mail addresses; invisible characters.

mod email;
mod enums;
mod invisible;

pub use email::{EmailAddress, InvalidEmail};
pub use enums::*;
pub use invisible::{is_invisible, trim_unseen};
