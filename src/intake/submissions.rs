//! How long a submission waits, and how it is destroyed.

use chrono::TimeDelta;
use entity::{KeyOwner, SubmissionId, SubmissionState, data_key, submission};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{error::Result, platform::work::Work};

/// How long a mailbox has to confirm.
pub const LIFE: TimeDelta = TimeDelta::hours(72);

/// Destroys submissions: the sealed data and, with the key, everything else encrypted under it. The hash of
/// the submission stays: it includes a ticket that is stored nowhere, and without it, a repeat would be
/// answered differently for known mailboxes.
pub(super) async fn destroy(work: &Work, submissions: &[SubmissionId], state: SubmissionState) -> Result<()> {
    work.destroys();
    data_key::Entity::delete_many()
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::OwnerId.is_in(submissions.iter().map(|id| id.0)))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Submission))
        .exec(work.db())
        .await?;
    submission::Entity::update_many()
        .col_expr(submission::Column::State, sea_orm::sea_query::Expr::value(state))
        .col_expr(submission::Column::Sealed, sea_orm::sea_query::Expr::value(Option::<Vec<u8>>::None))
        .filter(submission::Column::WorkspaceId.eq(work.workspace()))
        .filter(submission::Column::Id.is_in(submissions.iter().copied()))
        .exec(work.db())
        .await?;
    Ok(())
}
