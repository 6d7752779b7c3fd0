//! A submission: that it came, and what became of it.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{Time, submission};

use super::{Form, FormVersion};
use crate::{error::Result, graphql::kit::load_named};

/// Where a submission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::SubmissionState")]
pub enum SubmissionState {
    /// Accepted and sealed, not yet looked at.
    Received,
    /// Its mailbox is being asked.
    Waiting,
    /// The mailbox said yes, or another basis than consent held.
    Accepted,
    /// Nothing in it was new; the mailbox was told so.
    AlreadyKnown,
    /// The mailbox is protected from our confirmation mails; the data are gone.
    Discarded,
    /// The mailbox said "this was not me"; the data are gone.
    Declined,
    /// Nobody confirmed in time; the data are gone.
    Expired,
    /// The mailbox does not exist, or our mail server cannot write its address; the data are gone.
    Bounced,
}

/// How many submissions are in one state.
#[derive(SimpleObject)]
pub struct SubmissionCount {
    /// The state.
    pub state: SubmissionState,
    /// How many.
    pub count: i64,
}

/// Something a visitor sent: that it came and what became of it, never what it says.
pub struct Submission(pub submission::Model);

/// Something a visitor sent: that it came and what became of it, never what it says.
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

    /// The form as it was shown.
    async fn form_version(&self, ctx: &Context<'_>) -> Result<FormVersion> {
        Ok(FormVersion(load_named(ctx, self.0.form_version_id).await?))
    }

    /// Where it stands.
    async fn state(&self) -> SubmissionState {
        self.0.state.into()
    }

    /// When it came.
    async fn received_at(&self) -> Time {
        self.0.received_at
    }
}
