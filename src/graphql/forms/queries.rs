//! What can be asked about forms and submissions.

use async_graphql::{Context, ID, Object};
use entity::{FormId, SubmissionId};

use super::{Form, FormFilter, Submission, SubmissionState};
use crate::{
    accounts::Right,
    error::Result,
    forms::loads::{count_forms, page_forms},
    graphql::kit::{List, allowed, cost, list, load, named, parse},
    intake::loads::{SubmissionsWanted, count_submissions, page_submissions},
    platform::graphql::{Nullable, PageArgs, nullable, page::Total},
};

/// Queries about forms and submissions.
#[derive(Default)]
pub struct FormsQuery;

#[Object]
impl FormsQuery {
    /// Forms, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn forms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which forms; absent = all.")] filter: Option<FormFilter>,
    ) -> Result<List<FormId, Form>> {
        let (app, caller) = allowed(ctx, Right::ReadForms)?;
        let request = PageArgs::new(first, after, last, before).check::<FormId>()?;
        let archived = filter.unwrap_or_default().archived;
        let page = page_forms(app.db(), caller.workspace, archived, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_forms(app.db(), caller.workspace, archived).await }
        });
        Ok(list(page, |row| row.id, Form, total))
    }

    /// A form; null when there is none with this id.
    async fn form(&self, ctx: &Context<'_>, #[graphql(desc = "The form.")] id: ID) -> Nullable<Form> {
        let outcome = async {
            allowed(ctx, Right::ReadForms)?;
            match parse::<FormId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Form)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// Submissions, newest first: states and times, never their content.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and two filters")]
    async fn submissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this form.")] form_id: Option<ID>,
        #[graphql(desc = "Only those in this state.")] state: Option<SubmissionState>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<SubmissionId, Submission>> {
        let (app, caller) = allowed(ctx, Right::ReadSubmissions)?;
        let request = PageArgs::new(first, after, last, before).check::<SubmissionId>()?;
        let form = form_id.map(|id| named::<FormId>(&id, "formId")).transpose()?;
        let wanted = SubmissionsWanted { form, state: state.map(Into::into) };
        let page = page_submissions(app.db(), caller.workspace, wanted, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_submissions(app.db(), caller.workspace, wanted).await }
        });
        Ok(list(page, |row| row.id, Submission, total))
    }
}
