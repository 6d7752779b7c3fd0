//! What concerns one person in all rooms: merging two contacts.

mod absorb;
pub mod data_map;
mod hand_over_deals;
mod merge_contacts;
mod repoint;

pub use absorb::{Absorbed, absorb};
pub use hand_over_deals::hand_over_deals;
pub use merge_contacts::{Merge, merge_contacts};
