//! Keyset pagination of lists in any order: `WHERE (sort key, id) > (…) ORDER BY sort key, id LIMIT …` with
//! row values, which an index serves at any depth; an OR of two comparisons, or OFFSET, would not.
//!
//! A cursor holds a row's sort key, its ID and the name of the order. Rows without a sort key come last in
//! both directions, by ID. They are read by a second statement, only when the first leaves the page unfilled,
//! so no row is lost and both databases put them in the same place.

mod listing;
mod order;
mod page_by;

pub use self::{
    listing::{Listing, Named, Rows},
    order::{By, Cursor, Key, Kind, Order, Run, TIMES},
    page_by::{count_of, page_by},
};
