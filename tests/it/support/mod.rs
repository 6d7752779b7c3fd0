//! The people and things tests speak of: an app of their own, visitors, API keys, the mailbox.

mod app;
mod database;
mod mailbox;
mod visitor;

pub use app::{Client, TestApp, TestForm, definition};
pub use database::on_postgres;
pub use mailbox::TestMail;
pub use visitor::{Answer, Visitor};
