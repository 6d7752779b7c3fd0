//! Where values came from, as other rooms and edges read it.

use sea_orm::prelude::Uuid;

use crate::platform::loads::loads_of;

loads_of! {
    /// Where each value of rows came from.
    provenance_of_rows(Uuid) -> provenance by row_id, in order of "field, at, id";
}
