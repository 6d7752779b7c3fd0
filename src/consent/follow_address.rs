//! A person changed their e-mail address, and both mailboxes have proved it: the old one by the link that
//! opened their data page, the new one by its confirmation.

use entity::{ConsentState, ContactAddressId, consent, contact, contact_address, suppression};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::suppress::{Suppressed, suppress};
use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// Lets what the old mailbox said follow the person to the new one: consents that it proved stay usable
/// there, and what it refused stays refused. What the new mailbox itself refused before stays refused, too:
/// only a new opt-in lifts that. The caller holds the locks of both mailboxes and of the contact.
///
/// # Errors
/// Database errors only.
pub async fn follow_address(
    work: &mut Work,
    contact: &contact::Model,
    from: &contact_address::Model,
    to: ContactAddressId,
    fingerprint: &[u8],
) -> Result<()> {
    let moved = consent::Entity::update_many()
        .col_expr(consent::Column::AddressId, Expr::value(to))
        .filter(consent::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent::Column::ContactId.eq(contact.id))
        .filter(consent::Column::AddressId.eq(from.id))
        .filter(consent::Column::State.eq(ConsentState::Given))
        .exec(work.db())
        .await?;
    if moved.rows_affected > 0 {
        let count = i64::try_from(moved.rows_affected).unwrap_or(i64::MAX);
        let entry = Entry::new("contact.consents_followed").about(contact.id).on(contact.id);
        work.record(entry.with("address", to).with("before", from.id).with("count", count));
    }
    let refusals = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(work.workspace()))
        .filter(suppression::Column::Fingerprint.eq(from.fingerprint.clone()))
        .all(work.db())
        .await?;
    let new = refusals.into_iter().map(|refusal| Suppressed {
        fingerprint: fingerprint.to_vec(),
        scope: refusal.scope,
        reason: refusal.reason,
        at: refusal.at,
    });
    let entry = Entry::new("suppression.added").about(contact.id).with("method", "address_changed");
    suppress(work, entry, new.collect()).await
}
