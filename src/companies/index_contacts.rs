//! Payload of the job that reindexes a company's contacts after its name changed; the room `contacts` runs
//! it.

use entity::{CompanyId, ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Reindexes a company's contacts after its name changed, because they are also found by it.
#[derive(Debug, Serialize, Deserialize)]
pub struct IndexCompanyContacts {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The company.
    pub company: CompanyId,
    /// The last contact that was processed.
    pub after: Option<ContactId>,
}

impl Job for IndexCompanyContacts {
    const KIND: &'static str = "index_company_contacts";
}
