//! Small column values: enums as text, e-mail addresses; invisible characters.

mod email;
mod enums;
mod invisible;
mod rights;
mod text_enum;

pub use email::{EmailAddress, InvalidEmail};
pub use enums::*;
pub use invisible::{is_invisible, trim_unseen};
pub use rights::*;
pub use text_enum::UnknownValue;
