//! Calls, meetings, notes and tasks around contacts, companies and deals, and the timeline that they form
//! with the journal.

mod activities_around;
mod activity_parts;
mod archive_activity;
mod filter_activities;
mod finish_task;
pub mod loads;
mod log_activity;
mod note_activity;
pub(crate) mod report_differences;
mod screen;
mod tell_staff;
mod timeline;
mod update_activity;

pub use activities_around::{ActivityPlace, Around, activities_around, count_activities};
pub use archive_activity::{archive_activity, restore_activity};
pub use filter_activities::{
    ActivitiesWanted, ActivityCondition, ActivityList, ActivityOrder, list_activities,
};
pub use finish_task::{finish_task, reopen_task};
pub use log_activity::{NewActivity, log_activity};
pub use note_activity::{Note, entry_about, note_activity};
pub use tell_staff::{Notice, tell_staff};
pub use timeline::{Moment, Stretch, TimelineKind, TimelinePlace, read_timelines};
pub use update_activity::{ActivityChanges, update_activity};
