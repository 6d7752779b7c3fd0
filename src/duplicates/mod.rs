//! Contacts that may be one person: same telephone number, near names in one company or at one mail domain.
//!
//! A reader of the journal (`find_duplicates`, a job) compares each changed contact with the few that share something with it and
//! keeps the pairs in `duplicate_candidate`; lists only read. So nobody waits for a search, and its cost follows what changes
//! and not how many contacts there are. Pairs that staff judged different stay away (`duplicate_dismissal`).

mod dismiss_duplicate;
mod find_duplicates;
mod list_duplicates;
mod near_names;

pub use dismiss_duplicate::dismiss_duplicate;
pub use find_duplicates::find_duplicates;
pub use list_duplicates::{DuplicateKey, count_duplicates, duplicates_of, list_duplicates};
