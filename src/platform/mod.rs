//! What all rooms build on: database, unit of work, keys, links, mail, jobs, pages, limits. No domain logic
//! here.

pub mod actor;
pub mod clock;
pub mod db;
pub mod files;
pub mod filter;
pub mod fold;
pub mod graphql;
pub mod inserts;
pub mod keyset;
pub mod links;
pub mod live;
pub mod mail_preview;
pub mod mailer;
pub mod metrics;
pub mod money;
pub mod once;
pub mod origin;
pub mod outbox;
pub mod pages;
pub mod patch;
pub mod query;
pub mod rate_limit;
pub mod reach;
pub mod refold;
pub mod statistics;
pub mod text;
pub mod times;
pub mod tokens;
pub mod traces;
pub mod vault;
pub mod web;
pub mod work;
