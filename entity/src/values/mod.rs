//! Small values that columns hold: enums as text, e-mail addresses; characters that nobody sees.

mod email;
mod enums;
mod invisible;

pub use email::{EmailAddress, InvalidEmail};
pub use enums::*;
pub use invisible::{is_invisible, trim_unseen};
