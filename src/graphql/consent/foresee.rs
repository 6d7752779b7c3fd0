//! Prefetches contacts' consents and their purposes.

use std::collections::HashMap;

use async_graphql::Context;
use entity::ContactId;

use super::ConsentsOf;
use crate::{
    consent::loads::consents_with_purposes,
    error::Result,
    graphql::kit::{Asks, asked, fetch, foresee, is_foreseen, keep, keep_rows},
};

/// Prefetches the consents of these contacts if the query selects them.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(crate) async fn foresee_consents(
    ctx: &Context<'_>,
    asks: &Asks<'_>,
    mut contacts: impl Iterator<Item = ContactId>,
) -> Result<()> {
    if !is_foreseen(ctx, asks, &["consents"])? {
        return Ok(());
    }
    let purposes = asks.under("consents");
    if asks.one && is_foreseen(ctx, &purposes, &["purpose"])? {
        return match contacts.next() {
            Some(contact) => with_purposes(ctx, contact).await,
            None => Ok(()),
        };
    }
    let consents = fetch(ctx, asks, &["consents"], contacts.map(ConsentsOf)).await?;
    foresee(ctx, &purposes, &["purpose"], consents.values().flatten().map(|consent| consent.purpose_id))
        .await?;
    keep(ctx, consents)
}

/// Loads one contact's consents and their purposes in one statement. For a list, two are better: a join would
/// repeat the same few purposes with each consent.
async fn with_purposes(ctx: &Context<'_>, contact: ContactId) -> Result<()> {
    let (app, caller) = asked(ctx)?;
    let rows = consents_with_purposes(app.db(), caller.workspace, contact).await?;
    let (consents, purposes): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    keep(ctx, HashMap::from([(ConsentsOf(contact), consents)]))?;
    keep_rows(ctx, purposes.into_iter().flatten(), |purpose| purpose.id)
}
