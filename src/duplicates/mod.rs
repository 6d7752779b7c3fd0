//! Contacts that may be the same person: same telephone number, or similar names in one company or at one
//! e-mail domain.
//!
//! A job that follows the journal (`find_duplicates`) compares each changed contact with the few that share
//! something with it and stores the pairs in `duplicate_candidate`; lists only read that table. So no request
//! waits for a search, and the cost depends on the number of changes, not of contacts. Pairs that staff
//! dismissed stay hidden (`duplicate_dismissal`).

mod dismiss_duplicate;
mod find_duplicates;
mod list_duplicates;
mod near_names;

pub use dismiss_duplicate::dismiss_duplicate;
pub use find_duplicates::find_duplicates;
pub use list_duplicates::{DuplicateKey, count_duplicates, duplicates_of, list_duplicates};
