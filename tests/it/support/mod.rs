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

/// Whether a text says a word. The same letters inside a longer word do not count: links carry random letters.
pub fn says(text: &str, word: &str) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_.".contains(c));
    text.match_indices(word).any(|(at, _)| {
        !is_inside(text[..at].chars().next_back()) && !is_inside(text[at + word.len()..].chars().next())
    })
}
