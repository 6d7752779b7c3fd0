//! What is held about a mailbox that is no contact's: requests that wait for its answer, and what it refused.

use entity::{OptInState, SuppressionReason, Time, mailbox_proof, opt_in, submission, suppression};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    app::App,
    error::Result,
    intake::asked::{self, Asked},
};

/// What is held without a contact.
pub struct Waiting {
    /// Requests that wait for the mailbox: when they came, until when they wait, what was sent.
    pub requests: Vec<(Time, Time, Asked)>,
    /// Since when the mailbox is not to be written to, and why; kept as a fingerprint.
    pub refusals: Vec<(Time, SuppressionReason)>,
}

/// Reads what waits for a mailbox, and what it refused.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn waiting_for(app: &App, proof: &mailbox_proof::Model) -> Result<Waiting> {
    let rows = opt_in::Entity::find()
        .filter(opt_in::Column::WorkspaceId.eq(proof.workspace_id))
        .filter(opt_in::Column::Fingerprint.eq(proof.fingerprint.clone()))
        .filter(opt_in::Column::State.eq(OptInState::Waiting))
        .order_by_desc(opt_in::Column::Id)
        .limit(20)
        .all(app.db())
        .await?;
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let sent =
            submission::Entity::find_by_id((row.workspace_id, row.submission_id)).one(app.db()).await?;
        let Some(sent) = sent else { continue };
        if let Some((asked, _)) = asked::open(app.db(), &app.vault, &sent).await? {
            requests.push((sent.received_at, row.expires_at, asked));
        }
    }
    let refusals = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(proof.workspace_id))
        .filter(suppression::Column::Fingerprint.eq(proof.fingerprint.clone()))
        .order_by_asc(suppression::Column::At)
        .limit(20)
        .all(app.db())
        .await?;
    Ok(Waiting { requests, refusals: refusals.into_iter().map(|row| (row.at, row.reason)).collect() })
}
