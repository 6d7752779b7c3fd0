//! How long what is kept, and what ends it (GDPR Art. 5(1)(e)).
//!
//! `rules.rs` and `presets.rs` hold the rules, `due.rs` says in SQL who is due, `preview.rs` counts them,
//! `run.rs` goes from warning (`warn.rs`) to erasure (`erase.rs`) and to other rows (`rows.rs`), `answer.rs`
//! is what the person says to it. Calls, meetings and pressed buttons move the clock where they happen, in
//! the rooms below; `planned.rs` sees to meetings that lay ahead.

mod answer;
mod due;
mod erase;
pub mod loads;
mod mails;
mod period;
mod planned;
mod presets;
mod preview;
mod progress;
mod rows;
mod rules;
mod run;
mod step;
mod warn;

pub use answer::{Standing, answer_notice, find_standing};
pub use due::Due;
pub use mails::{SendStayInTouch, send_stay_in_touch};
pub use period::{cutoff, end_of};
pub use presets::{Ends, PRESETS, Preset, ends};
pub use preview::{RulePreview, Trial, count_without_rule, list_due, preview_retention, simulate_retention};
pub use progress::Tally;
pub use rows::tables_of;
pub use rules::{NewRule, RuleChanges, archive_rule, create_rule, rules_of, update_rule};
pub use run::{RunRetention, run_now, run_retention, schedule_retention};
