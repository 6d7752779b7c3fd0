//! A submission: that it came, and what became of it.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{Time, submission};

use super::{Form, FormVersion};
use crate::{error::Result, graphql::kit::load_named};

/// State of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::SubmissionState")]
pub enum SubmissionState {
    /// Accepted and sealed, not processed yet.
    Received,
    /// Waiting for the mailbox to confirm.
    Waiting,
    /// The mailbox confirmed it, or it rests on another legal basis than consent.
    Accepted,
    /// It contained nothing new; the mailbox was told so.
    AlreadyKnown,
    /// The mailbox is protected from our confirmation e-mails; the data are deleted.
    Discarded,
    /// The mailbox answered "this was not me"; the data are deleted.
    Declined,
    /// Not confirmed in time; the data are deleted.
    Expired,
    /// The mailbox does not exist, or our mail server cannot write to its address; the data are deleted.
    Bounced,
}

/// Number of submissions in one state.
#[derive(SimpleObject)]
pub struct SubmissionCount {
    /// The state.
    pub state: SubmissionState,
    /// How many.
    pub count: i64,
}

/// GraphQL type over a `submission` row.
pub struct Submission(pub submission::Model);

/// A visitor's submission: that it came in and its state, never its content.
#[Object]
impl Submission {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The form.
    async fn form(&self, ctx: &Context<'_>) -> Result<Form> {
        Ok(Form(load_named(ctx, self.0.form_id).await?))
    }

    /// The version of the form that was shown.
    async fn form_version(&self, ctx: &Context<'_>) -> Result<FormVersion> {
        Ok(FormVersion(load_named(ctx, self.0.form_version_id).await?))
    }

    /// Its state.
    async fn state(&self) -> SubmissionState {
        self.0.state.into()
    }

    /// When it came in.
    async fn received_at(&self) -> Time {
        self.0.received_at
    }
}
