//! The one way a mail leaves. A room says what a mail tells and whom, whether it is still wanted, and what is
//! written beside it (`Mailing`); this room renders it, sends it, and notes what happened.
//!
//! Words: recipient (a member, a contact, or a mailbox that has not answered yet), controller (who is
//! responsible for the data; every mail names them).

mod controller;
mod send;

pub use controller::Controller;
pub use send::{Mail, Recipient, give_up, render, send, withhold};
