//! Restrictions as edges read them.

use entity::{ContactId, RestrictionId};

use crate::platform::loads::{loads_by_id, loads_of};

loads_by_id! {
    /// Restrictions by id.
    restrictions_by_id(RestrictionId) -> restriction;
}

loads_of! {
    /// Every restriction of contacts, past ones included.
    restrictions_of_contacts(ContactId) -> restriction by contact_id, in order of "since, id";
}
