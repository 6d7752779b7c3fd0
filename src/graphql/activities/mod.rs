//! Activities and timelines in GraphQL.

pub(crate) mod activity;
pub mod list_activities;
mod mutations;
pub(crate) mod timeline;

pub(crate) use activity::activities_around;
pub(crate) use timeline::{Timeline, timeline_around};

pub use activity::{Activity, ActivityKind};
pub use mutations::*;
pub use timeline::{TimelineItem, TimelineKind};
