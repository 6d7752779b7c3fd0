//! What every folder of the API uses: the caller, ids from the input, lists, loaders, and live following.

pub(crate) mod asked;
pub(crate) mod at_hand;
mod foresee;
pub(crate) mod lists;
pub(crate) mod live;
mod loaders;
mod notice;

pub(crate) use asked::{Read, allowed, anyone, asked, cleared, found, missing, named, parse};
pub(crate) use at_hand::at_hand;
pub(crate) use foresee::{Asks, fetch, foresee, is_foreseen, keep, keep_rows};
pub(crate) use lists::{cost, most};
pub(crate) use live::{Follower, Step, data_of, start};
pub(crate) use loaders::*;
pub use notice::Notice;
pub(crate) use notice::{held_back, held_back_custom};

pub(crate) use crate::platform::{
    graphql::page::{List, list, ordered},
    loads::{group, group_for},
};
