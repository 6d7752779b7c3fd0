//! What concerns one person in every store: two contacts become one.

mod absorb;
mod hand_over_deals;
mod merge_contacts;

pub use absorb::{Absorbed, absorb};
pub use hand_over_deals::hand_over_deals;
pub use merge_contacts::{Merge, merge_contacts};
