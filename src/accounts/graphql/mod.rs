//! The caller in GraphQL: the viewer, their workspace, and parked jobs. Also what every room's GraphQL code
//! needs: the authenticated caller, parsing of ids, and keyset pages with `nodes`.
//!
//! The wire types of members, sessions and keys, and the loaders, are in files of their own.

mod api_keys;
mod foresee;
mod loaders;
mod members;
mod second_factor;
mod sessions;

use std::str::FromStr;

use async_graphql::{
    Context, Enum, ID, InputObject, MaybeUndefined, Object, ObjectType, OutputType, SimpleObject,
    connection::{Connection, Edge, EmptyFields, OpaqueCursor},
};
use entity::{JobId, Time, workspace};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Caller, Right, WorkspaceChanges, allow, list_parked, list_sessions, load_workspace, retry_job,
    second_factor_of, second_factor_roles, update_workspace,
};
use crate::{
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        graphql::{
            Page, PageRequest, UserError,
            page::{MAX_PAGE, Total},
            user_errors,
        },
        keyset::Cursor,
    },
};

pub(crate) use crate::platform::keyset::Run;
pub(crate) use foresee::{Asks, fetch, foresee, is_foreseen, keep, keep_rows};
pub(crate) use loaders::*;
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

/// Result of a field that may fail but awaits nothing. Not named `Result`, so that the macro leaves the
/// function as it is.
pub(crate) type Read<T> = async_graphql::Result<T>;

/// A connection as our lists return it: edges, nodes, page info, and a total that is counted only when
/// selected.
pub(crate) type List<K, N> = Connection<OpaqueCursor<K>, N, Total>;

/// The application and the caller. Rejects members who must enrol a second factor first.
pub(crate) fn asked<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let (app, caller) = anyone(ctx)?;
    if caller.must_enrol { Err(Error::SecondFactorRequired { enrolled: false }) } else { Ok((app, caller)) }
}

/// The application and the caller, even one who must still enrol a second factor: for enrolling it, and for
/// listing and ending their own sessions.
fn anyone<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let app = ctx.data::<App>().map_err(|_| Error::internal("the schema was built without an App"))?;
    let caller = ctx.data::<Caller>().map_err(|_| Error::Unauthenticated)?;
    Ok((app, *caller))
}

/// The application and the caller, if they have the right: the first line of every resolver that reads.
pub(crate) fn allowed<'a>(ctx: &'a Context<'_>, right: Right) -> Result<(&'a App, Caller)> {
    let (app, caller) = asked(ctx)?;
    allow(caller.actor, right)?;
    Ok((app, caller))
}

/// Parses an id; none when it is of another type, which is treated like an id that does not exist.
pub(crate) fn parse<T: FromStr>(id: &ID) -> Option<T> {
    id.parse().ok()
}

/// Parses an id in a mutation's input, or returns a problem that names the field.
pub(crate) fn named<T: FromStr>(id: &ID, field: &str) -> Result<T> {
    parse(id).ok_or_else(|| missing(field))
}

/// Turns "not found" into a problem on the input field that named the row, like other input errors.
pub(crate) fn found<T>(field: &str, outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| if matches!(error, Error::NotFound) { missing(field) } else { error })
}

/// The problem of an id that does not exist.
pub(crate) fn missing(field: &str) -> Error {
    Error::no_such(field)
}

/// A text in an update: absent = unchanged, null = cleared.
pub(crate) fn cleared(value: MaybeUndefined<String>) -> Option<String> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(String::new()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// Estimated cost of a list: rows are loaded in batches, so four of them cost as much as one field loaded
/// alone.
pub(crate) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE).unsigned_abs() as usize;
    child.saturating_mul(rows.div_ceil(4)).saturating_add(1)
}

/// Selects one page of rows sorted by this one column.
pub(crate) fn keyset<E, C, K>(select: Select<E>, column: C, request: &PageRequest<K>, run: Run) -> Select<E>
where
    E: EntityTrait,
    C: ColumnTrait,
    K: Clone + Into<Value>,
{
    let mut select = select;
    if let Some(after) = request.after.clone() {
        select = select.filter(if run == Run::Up { column.gt(after) } else { column.lt(after) });
    }
    if let Some(before) = request.before.clone() {
        select = select.filter(if run == Run::Up { column.lt(before) } else { column.gt(before) });
    }
    let order = if (run == Run::Up) == request.backward { Order::Desc } else { Order::Asc };
    select.order_by(column, order).limit(request.limit)
}

/// The connection of a page's rows.
pub(crate) fn list<T, K, N>(
    page: Page<T>,
    key: impl Fn(&T) -> K,
    mut node: impl FnMut(T) -> N,
    total: Total,
) -> List<K, N>
where
    K: Serialize + DeserializeOwned + Send + Sync,
    N: OutputType,
{
    let mut list = List::with_additional_fields(page.has_previous, page.has_next, total);
    list.edges = page
        .rows
        .into_iter()
        .map(|row| Edge::<_, _, EmptyFields>::new(OpaqueCursor(key(&row)), node(row)))
        .collect();
    list
}

/// The connection of a page with a sort order of its own, and with more fields than a count.
pub(crate) fn ordered<T, N, F>(
    page: Page<(Cursor, T)>,
    mut node: impl FnMut(T) -> N,
    fields: F,
) -> Connection<OpaqueCursor<Cursor>, N, F>
where
    N: OutputType,
    F: ObjectType,
{
    let mut list = Connection::with_additional_fields(page.has_previous, page.has_next, fields);
    list.edges = page
        .rows
        .into_iter()
        .map(|(cursor, row)| Edge::<_, _, EmptyFields>::new(OpaqueCursor(cursor), node(row)))
        .collect();
    list
}

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

impl From<super::ParkedJob> for ParkedJob {
    fn from(job: super::ParkedJob) -> Self {
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

/// The number of rows to return, for lists without pages.
pub(crate) fn most(field: &str, asked: i32) -> Result<u64> {
    match u64::try_from(asked) {
        Ok(most) if (1..=MAX_PAGE).contains(&asked) => Ok(most),
        _ => Err(Error::rejected(ProblemCode::Invalid, field, "must be between 1 and 100")),
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
        #[graphql(desc = "Which workspace, and what changes.")] input: UpdateWorkspaceInput,
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
        #[graphql(desc = "Which job.")] input: RetryJobInput,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_costs_by_its_length() {
        assert_eq!(cost(Some(100), None, 10), 251);
        assert_eq!(cost(None, Some(1), 10), 11);
        assert_eq!(cost(Some(i32::MAX), None, usize::MAX), usize::MAX);
        assert_eq!(cost(Some(-5), None, 10), 11, "refused later, but must not wrap here");
    }

    #[test]
    fn an_id_of_another_type_is_an_id_of_nothing() {
        let job: ID = JobId::new().into();
        assert!(parse::<JobId>(&job).is_some());
        assert!(parse::<entity::ContactId>(&job).is_none());
    }
}
