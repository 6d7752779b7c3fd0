//! Companies as other rooms and edges read them.

use entity::CompanyId;

use crate::platform::loads::loads_by_id;

loads_by_id! {
    /// Companies by id.
    companies_by_id(CompanyId) -> company;
}
