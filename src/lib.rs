//! Accord: the CRM that can prove it.
//!
//! The map: `main.rs` reads commands; `config`, `http.rs`, `graphql/schema.rs`, `jobs.rs` and `metrics.rs`
//! list all settings, routes, GraphQL roots, jobs and metrics; a room is one topic of the domain; `platform`
//! is the technical base and contains no domain words. See ARCHITECTURE.md.

pub mod activities;
pub mod app;
pub mod companies;
pub mod config;
pub mod demo;
pub mod desk;
pub mod duplicates;
pub mod examples;
pub mod fields;
pub mod graphql;
pub mod home;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod jobs_command;
pub mod link_uses;
pub mod logging;
pub mod metrics;
pub mod persons;
pub mod post;
pub mod privacy;
pub mod records;
pub mod search;
pub mod serve;
pub mod tail_command;
pub mod templates;

pub mod accounts;
pub mod consent;
pub mod contacts;
pub mod forms;
pub mod journal;
pub mod pipeline;

pub use platform::{self, error};
