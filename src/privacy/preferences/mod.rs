//! The preference centre: a person sees what they receive and chooses it, per purpose and channel, without an
//! account.
//!
//! Its link is in every mail, and mails are forwarded: it may withdraw and choose, never read or erase. So it
//! shows nothing of the person but a masked address, and a "yes" only counts once their own mailbox has
//! confirmed it.

mod choices;
mod confirm;
mod language;
mod standing;
mod stop;
mod subscribe;
mod waiting;
mod whose;

pub use choices::{Choice, Choices, Objectable, choices, find_choice};
pub use confirm::{Confirmed, Pending, confirm_subscription, to_confirm};
pub use language::{LanguageChosen, choose_language};
pub use standing::{Source, Standing};
pub use stop::{Pause, Paused, choose_no, choose_pause, stop_everything};
pub use subscribe::{Yes, choose_yes};
pub use whose::{Visit, mailbox_of, masked, whose};
