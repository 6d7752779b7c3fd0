//! The job that finds the contacts of a company by its new name. Who runs it knows contacts.

use entity::{CompanyId, ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// A company has another name, by which its contacts are found too.
#[derive(Debug, Serialize, Deserialize)]
pub struct IndexCompanyContacts {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which company.
    pub company: CompanyId,
    /// Up to whom it is done.
    pub after: Option<ContactId>,
}

impl Job for IndexCompanyContacts {
    const KIND: &'static str = "index_company_contacts";
}
