//! The record of processing (GDPR Art. 30(1)), generated from what the workspace has set up: purposes, forms,
//! fields, recipients and retention rules. Nothing of it is typed twice.

mod files;
mod forms;
mod gather;
mod words;

pub use files::{record_csv, record_html};
pub use gather::{Processing, ReceivedBy, Record, gather_record};
pub(crate) use words::{period_in_words, retention_in_words};
