//! Small values that columns hold: enums as text, e-mail addresses.

mod email;
mod enums;

pub use email::{EmailAddress, InvalidEmail};
pub use enums::*;
