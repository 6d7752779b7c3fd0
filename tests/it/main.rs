//! One test binary: the real router, a real database, a mailbox. Run on SQLite and on PostgreSQL (`ACCORD_TEST_DATABASE`).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

mod access;
mod activities;
mod addresses;
mod art9;
mod commands;
mod companies;
mod consent_algebra;
mod contacts;
mod data_classes;
mod deals;
mod demo;
mod duplicates;
mod fields;
mod forms;
mod graphql;
mod hostile_input;
mod house;
mod journey;
mod keys;
mod lists;
mod live;
mod live_changes;
mod mail;
mod members;
mod merge;
mod moving_deals;
mod no_personal_data;
mod once;
mod operation;
mod opt_in;
mod pipeline;
mod public_door;
mod readme;
mod routing;
mod sales_day;
mod sales_lists;
mod search;
mod second_factor;
mod sign_in;
mod statements;
mod tags;
mod timeline;
mod withdrawal;
