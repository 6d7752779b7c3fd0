//! Small column values: enums as text, e-mail addresses; invisible characters.

mod email;
mod enums;
mod invisible;
mod quarantines;
mod registers;
mod retention;
mod rights;
mod text_enum;
mod transfers;

pub use email::{EmailAddress, InvalidEmail};
pub use enums::*;
pub use invisible::{is_invisible, trim_unseen};
pub use quarantines::*;
pub use registers::*;
pub use retention::*;
pub use rights::*;
pub use text_enum::UnknownValue;
pub use transfers::*;
