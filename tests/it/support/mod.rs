//! Support for tests: an app of their own, visitors, API keys, the mailbox.

mod app;
mod browser;
mod collector;
mod database;
mod mailbox;
mod outage;
pub mod rows;
mod sales;
mod smtp;
mod socket;
mod visitor;

pub use app::{Client, TestApp, TestForm, definition};
pub use browser::{Browser, PASSWORD};
pub use collector::{Collector, Exported};
pub use database::{on_one_connection, on_postgres};
pub use mailbox::TestMail;
pub use outage::{Outage, Refusal, Worker};
pub use sales::{Sales, faults};
pub use smtp::{Script, SmtpServer, Taken, Verb};
pub use socket::{Events, Socket};
pub use visitor::{Answer, Visitor};
