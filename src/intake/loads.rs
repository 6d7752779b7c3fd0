//! What became of posts, as edges read it: submissions, and what was turned away.

use entity::{FormId, SubmissionId, SubmissionState, WorkspaceId, form_caught, submission};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select};

use crate::{
    error::Result,
    platform::{
        db::among,
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
    },
};

loads_by_id! {
    /// Submissions by id.
    submissions_by_id(SubmissionId) -> submission;
}

/// Which submissions: of a form, in a state; all where neither is named.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubmissionsWanted {
    /// Only of this form.
    pub form: Option<FormId>,
    /// Only in this state.
    pub state: Option<SubmissionState>,
}

/// A page of submissions, the newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_submissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: SubmissionsWanted,
    request: &PageRequest<SubmissionId>,
) -> Result<Page<submission::Model>> {
    page_by(db, submissions(workspace, wanted), submission::Column::Id, Run::Down, request).await
}

/// How many submissions there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_submissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: SubmissionsWanted,
) -> Result<i64> {
    count_of(db, submissions(workspace, wanted)).await
}

fn submissions(workspace: WorkspaceId, wanted: SubmissionsWanted) -> Select<submission::Entity> {
    let mut select = submission::Entity::find().filter(submission::Column::WorkspaceId.eq(workspace));
    if let Some(form) = wanted.form {
        select = select.filter(submission::Column::FormId.eq(form));
    }
    if let Some(state) = wanted.state {
        select = select.filter(submission::Column::State.eq(state));
    }
    select
}

/// How many submissions of a form are in one state.
#[derive(Clone, Debug, FromQueryResult)]
pub struct InState {
    /// Which form.
    pub form_id: FormId,
    /// Which state.
    pub state: SubmissionState,
    /// How many.
    pub submissions: i64,
}

/// How many submissions of forms are in each state; states that have none are left out.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_by_state(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    forms: &[FormId],
) -> Result<Vec<InState>> {
    let counts = submission::Entity::find()
        .select_only()
        .columns([submission::Column::FormId, submission::Column::State])
        .column_as(submission::Column::Id.count(), "submissions")
        .filter(submission::Column::WorkspaceId.eq(workspace))
        .filter(among(db, submission::Column::FormId, forms.iter().copied()))
        .group_by(submission::Column::FormId)
        .group_by(submission::Column::State);
    Ok(counts.into_model::<InState>().all(db).await?)
}

/// What forms have turned away since a day: at most three rows a day and form.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn caught_since(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    forms: &[FormId],
    day: &str,
) -> Result<Vec<form_caught::Model>> {
    let rows = form_caught::Entity::find()
        .filter(form_caught::Column::WorkspaceId.eq(workspace))
        .filter(among(db, form_caught::Column::FormId, forms.iter().copied()))
        .filter(form_caught::Column::Day.gte(day));
    Ok(rows.all(db).await?)
}
