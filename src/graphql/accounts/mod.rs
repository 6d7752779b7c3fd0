//! The caller in GraphQL: the viewer, their workspace, and parked jobs. Members, sessions, the second factor
//! and API keys are in files of their own.

mod api_keys;
mod members;
mod second_factor;
mod sessions;

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{JobId, Time, workspace};

use super::kit::{Read, anyone, asked, cleared, cost, found, load, most, named};
use crate::{
    accounts::{
        Caller, WorkspaceChanges, list_parked, list_sessions, load_workspace, retry_job, second_factor_of,
        second_factor_roles, update_workspace,
    },
    error::{Error, Result},
    platform::{
        actor::Actor,
        graphql::{UserError, user_errors},
    },
};

pub use {api_keys::*, members::*, second_factor::*, sessions::*};

/// Mutations that need no credential; each must be the only field of its operation.
pub const PUBLIC: &[&str] = &["signIn", "requestPasswordReset", "resetPassword", "acceptInvitation"];
/// Other mutations that could be used for guessing, or that show a secret; each must be the only field of its
/// operation.
pub const ALONE: &[&str] = &[
    "changePassword",
    "beginSecondFactor",
    "confirmSecondFactor",
    "stepUp",
    "renewRecoveryCodes",
    "disableSecondFactor",
    "revealField",
];

/// Role of a member or an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::Role")]
pub enum Role {
    /// Everything, API keys included.
    Owner,
    /// Everything except ownership.
    Admin,
    /// Data protection officer (GDPR Art. 37): reads proofs, withdraws and revokes consents.
    Dpo,
    /// Works with contacts.
    Sales,
    /// Works with forms and purposes.
    Marketing,
    /// Reads only, changes nothing.
    Reader,
}

/// GraphQL type of the caller.
pub struct Viewer {
    caller: Caller,
    role: entity::Role,
}

/// The caller of this request.
#[Object]
impl Viewer {
    /// The API key used; null for a member.
    async fn api_key_id(&self) -> Option<ID> {
        match self.caller.actor {
            Actor::ApiKey(id, _) => Some(id.into()),
            _ => None,
        }
    }

    /// The caller's role.
    async fn role(&self) -> Role {
        self.role.into()
    }

    /// The signed-in member; null for a program.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        let Some(id) = self.caller.actor.member() else { return Ok(None) };
        Ok(load(ctx, id).await?.map(Member))
    }

    /// The session of this browser; null for a program. `sessions` lists all of them.
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Session>> {
        let (app, caller) = anyone(ctx)?;
        let Some(member) = caller.actor.member() else { return Ok(None) };
        let rows = list_sessions(app, caller, Some(member)).await?;
        Ok(rows.iter().find(|row| Some(row.id) == caller.session).map(|row| Session::of(row, caller.session)))
    }

    /// The member's second factor; null for a program.
    async fn second_factor(&self, ctx: &Context<'_>) -> Result<Option<SecondFactor>> {
        let (app, caller) = anyone(ctx)?;
        let Some(state) = second_factor_of(app, caller).await? else { return Ok(None) };
        Ok(Some(SecondFactor {
            enabled: state.enabled,
            required: state.required,
            recovery_codes_left: state.recovery_codes_left,
        }))
    }

    /// Whether they must enrol a second factor (`beginSecondFactor`) before they may do anything else.
    async fn must_enrol_second_factor(&self) -> bool {
        self.caller.must_enrol
    }

    /// The caller's workspace: every other field of this API is about it.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let (app, caller) = asked(ctx)?;
        Ok(Workspace(load_workspace(app, caller.workspace).await?))
    }
}

/// GraphQL type of a workspace.
pub struct Workspace(pub workspace::Model);

/// A workspace: one data controller and all of its data.
#[Object]
impl Workspace {
    /// Its global id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Short name for commands and paths.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Display name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Legal name of the controller (GDPR Art. 13(1)(a)); shown in every mail and on every form.
    async fn legal_name(&self) -> &str {
        &self.0.legal_name
    }

    /// Its postal address, on one line.
    async fn postal_address(&self) -> &str {
        &self.0.postal_address
    }

    /// The address where data subjects can reach it.
    async fn contact_email(&self) -> &str {
        &self.0.contact_email
    }

    /// URL of its privacy notice; null when there is none yet.
    async fn privacy_notice_url(&self) -> Option<&str> {
        Some(self.0.privacy_notice_url.as_str()).filter(|url| !url.is_empty())
    }

    /// `fr` or `en`.
    async fn default_language(&self) -> &str {
        &self.0.default_language
    }

    /// Roles whose members must have a second factor.
    async fn second_factor_roles(&self) -> Vec<Role> {
        second_factor_roles(&self.0).into_iter().map(Role::from).collect()
    }
}

/// A job that needs a person to succeed, for example because the mail server rejects the configured password.
#[derive(SimpleObject)]
pub struct ParkedJob {
    /// Its global id.
    pub id: ID,
    /// The job's kind, for example `send_confirm_opt_in`.
    pub kind: String,
    /// Why it was parked, in one word.
    pub reason: String,
    /// Number of attempts.
    pub attempts: i32,
    /// When it was parked.
    pub parked_at: Time,
}

impl From<crate::accounts::ParkedJob> for ParkedJob {
    fn from(job: crate::accounts::ParkedJob) -> Self {
        Self {
            id: job.id.into(),
            kind: job.kind,
            reason: job.reason,
            attempts: job.attempts,
            parked_at: job.parked_at,
        }
    }
}

/// Changes to the workspace's details. Absent = unchanged, null = cleared.
#[derive(InputObject)]
pub struct UpdateWorkspaceInput {
    /// Display name.
    pub name: MaybeUndefined<String>,
    /// Legal name of the controller.
    pub legal_name: MaybeUndefined<String>,
    /// Its postal address, on one line.
    pub postal_address: MaybeUndefined<String>,
    /// The address where data subjects can reach it.
    pub contact_email: MaybeUndefined<String>,
    /// URL of its privacy notice.
    pub privacy_notice_url: MaybeUndefined<String>,
    /// Roles whose members must have a second factor; members without one can then only enrol one. Null = no
    /// role. Only an OWNER can remove OWNER from the list, and only OWNER and ADMIN can remove ADMIN.
    pub second_factor_roles: MaybeUndefined<Vec<Role>>,
}

/// Result of `updateWorkspace`.
#[derive(SimpleObject)]
pub struct UpdateWorkspacePayload {
    /// The workspace as it is now; null when the input was refused.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The job to run again.
#[derive(InputObject)]
pub struct RetryJobInput {
    /// The job.
    pub job_id: ID,
}

/// Result of `retryJob`.
#[derive(SimpleObject)]
pub struct RetryJobPayload {
    /// The job as it was parked; null when the input was refused.
    pub job: Option<ParkedJob>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about the caller and the instance's jobs.
#[derive(Default)]
pub struct AccountsQuery;

#[Object]
impl AccountsQuery {
    /// The caller of this request, and their workspace.
    async fn viewer(&self, ctx: &Context<'_>) -> Read<Viewer> {
        let (_, caller) = anyone(ctx)?;
        let role = caller.actor.role().ok_or(Error::Unauthenticated)?;
        Ok(Viewer { caller, role })
    }

    /// Parked jobs, which need a person, the latest first.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn parked_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 1 to 100.")] first: i32,
    ) -> Result<Vec<ParkedJob>> {
        let (app, caller) = asked(ctx)?;
        let most = most("first", first)?;
        let jobs = list_parked(app, caller.workspace, caller.actor, most).await?;
        Ok(jobs.into_iter().map(ParkedJob::from).collect())
    }
}

/// Mutations of the workspace and its jobs.
#[derive(Default)]
pub struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Change the controller's details. Forms already published keep what they showed.
    async fn update_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace, and what to change.")] input: UpdateWorkspaceInput,
    ) -> Result<UpdateWorkspacePayload> {
        let (app, caller) = asked(ctx)?;
        let changes = WorkspaceChanges {
            name: cleared(input.name),
            legal_name: cleared(input.legal_name),
            postal_address: cleared(input.postal_address),
            contact_email: cleared(input.contact_email),
            privacy_notice_url: cleared(input.privacy_notice_url),
            second_factor_roles: match input.second_factor_roles {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(Vec::new()),
                MaybeUndefined::Value(roles) => Some(roles.into_iter().map(Into::into).collect()),
            },
        };
        let (workspace, user_errors) =
            user_errors(update_workspace(app, caller.actor, caller.workspace, changes).await)?;
        Ok(UpdateWorkspacePayload { workspace: workspace.map(Workspace), user_errors })
    }

    /// Run a parked job again now, once its cause is fixed.
    async fn retry_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job to run again.")] input: RetryJobInput,
    ) -> Result<RetryJobPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: JobId = named(&input.job_id, "jobId")?;
            found("jobId", retry_job(app, caller.workspace, caller.actor, id).await)
        };
        let (job, user_errors) = user_errors(outcome.await)?;
        Ok(RetryJobPayload { job: job.map(ParkedJob::from), user_errors })
    }
}
