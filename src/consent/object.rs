//! The person objects (GDPR Art. 21): to direct marketing, which is absolute; or to something on legitimate
//! interests, which ends when the balance comes out in their favour.

use std::collections::HashMap;

use entity::{ContactId, LegalBasis, PurposeId, SuppressionReason, basis, contact_address, purpose};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::stop::{Scope, Stopped, stop};
use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// Stops direct marketing for a person, now and for purposes to come: consents end, bases on legitimate
/// interests end, and their mailboxes are suppressed for every purpose on consent or legitimate interests.
/// What rests on a contract or the law stays. Safe to repeat. The caller holds the locks of the contact and
/// these addresses.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn object_to_marketing(
    work: &mut Work,
    contact: ContactId,
    addresses: &[contact_address::Model],
) -> Result<Stopped> {
    let entry = || Entry::new("consent.withdrawn").with("method", "objection");
    let reason = SuppressionReason::Objected;
    let stopped = stop(work, contact, addresses, Scope::Marketing, reason, &entry).await?;
    end_legitimate_interests(work, contact).await?;
    Ok(stopped)
}

/// The bases on legitimate interests that hold for a contact now, oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn on_legitimate_interests(work: &Work, contact: ContactId) -> Result<Vec<basis::Model>> {
    let purposes = purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(work.workspace()))
        .filter(purpose::Column::LegalBasis.eq(LegalBasis::LegitimateInterests))
        .all(work.db())
        .await?;
    let purposes: HashMap<PurposeId, purpose::Model> =
        purposes.into_iter().map(|purpose| (purpose.id, purpose)).collect();
    let lasts = Condition::any().add(basis::Column::Until.is_null()).add(basis::Column::Until.gt(work.now()));
    let rows = basis::Entity::find()
        .filter(basis::Column::WorkspaceId.eq(work.workspace()))
        .filter(basis::Column::ContactId.eq(contact))
        .filter(lasts)
        .order_by_asc(basis::Column::Id)
        .all(work.db())
        .await?;
    Ok(rows.into_iter().filter(|row| purposes.contains_key(&row.purpose_id)).collect())
}

/// Ends every basis on legitimate interests of a contact. Returns how many ended.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn end_legitimate_interests(work: &mut Work, contact: ContactId) -> Result<usize> {
    let rows = on_legitimate_interests(work, contact).await?;
    for row in &rows {
        let mut update = row.clone().into_active_model();
        update.until = Set(Some(work.now()));
        basis::Entity::update(update).exec(work.db()).await?;
        work.record(
            Entry::new("basis.ended")
                .about(contact)
                .on(row.id)
                .with("purpose", row.purpose_id)
                .with("reason", "objection"),
        );
    }
    Ok(rows.len())
}
