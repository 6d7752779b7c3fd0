//! Custom fields as other rooms and edges read them.

use entity::FieldId;

use crate::platform::loads::loads_by_id;

loads_by_id! {
    /// Fields by id.
    fields_by_id(FieldId) -> field;
}
