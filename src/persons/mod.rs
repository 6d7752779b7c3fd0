//! What concerns one person in all stores: merging two contacts into one.

mod absorb;
mod hand_over_deals;
mod merge_contacts;

pub use absorb::{Absorbed, absorb};
pub use hand_over_deals::hand_over_deals;
pub use merge_contacts::{Merge, merge_contacts};
