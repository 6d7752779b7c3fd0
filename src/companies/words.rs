//! The texts under which companies are indexed for search. Every use case that writes a company calls these.

use entity::{EntityKind, company};

use crate::{error::Result, platform::work::Work, search};

/// Indexes a company under name, domain, telephone number and industry. Call it after every write.
///
/// # Errors
/// Database errors only.
pub async fn index_company(work: &Work, row: &company::Model) -> Result<()> {
    search::index(work, EntityKind::Company, row.id.0, &texts_of_company(row)).await
}

pub(crate) fn texts_of_company(row: &company::Model) -> Vec<&str> {
    let mut texts = vec![row.name.as_str(), row.domain.as_str(), row.phone.as_str(), row.industry.as_str()];
    texts.retain(|text| !text.is_empty());
    texts
}
