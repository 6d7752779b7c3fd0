//! Activities as other rooms and edges read them.

use entity::ActivityId;

use crate::platform::loads::loads_by_id;

loads_by_id! {
    /// Activities by id.
    activities_by_id(ActivityId) -> activity;
}
