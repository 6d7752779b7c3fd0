//! Activities are logged, changed, finished, archived over GraphQL.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{ActivityId, activity};

use super::activity::{Activity, ActivityKind};
use crate::{
    activities::{
        ActivityChanges, NewActivity, archive_activity, finish_task, log_activity, reopen_task,
        restore_activity, update_activity,
    },
    error::Result,
    graphql::kit::{asked, cleared, found, named},
    platform::{
        graphql::{DateTime, UserError, user_errors},
        patch::Patch,
    },
};

/// What happened, or is to be done, and with whom: a contact, a company or a deal, at least one of them.
#[derive(InputObject)]
pub struct LogActivityInput {
    /// What kind.
    pub kind: ActivityKind,
    /// One line of at most 300 characters. Nothing about health, opinions or beliefs (GDPR Art. 9).
    pub subject: String,
    /// The rest, at most 10,000 characters.
    #[graphql(default)]
    pub body: String,
    /// When it happened; absent = now. Only meetings and demos can lie ahead.
    pub occurred_at: Option<DateTime>,
    /// Until when a task is to be done.
    pub due_at: Option<DateTime>,
    /// The day a task is to be done on, `YYYY-MM-DD`, instead of a time.
    pub due_on: Option<String>,
    /// The member who is to do it, or did; they must have joined.
    pub assignee_id: Option<ID>,
    /// With whom.
    pub contact_id: Option<ID>,
    /// With which company.
    pub company_id: Option<ID>,
    /// In which deal.
    pub deal_id: Option<ID>,
    /// It was an act of the person: they called, wrote or came. Then it counts as their last contact, from which retention
    /// runs; what staff do on their own never does.
    #[graphql(default)]
    pub from_the_person: bool,
    /// A word of the caller's, a UUID for example: the same word with the same input, within 24 hours, is done once.
    pub idempotency_key: Option<String>,
}

/// What to change of an activity. Absent = leave, null = clear.
#[derive(InputObject)]
pub struct UpdateActivityInput {
    /// Which activity.
    pub activity_id: ID,
    /// The version that was read: if somebody changed it since, nothing happens and `STALE` is answered.
    pub expected_version: i32,
    /// One line of at most 300 characters.
    pub subject: MaybeUndefined<String>,
    /// The rest, at most 10,000 characters.
    pub body: MaybeUndefined<String>,
    /// When it happened. Only meetings and demos can lie ahead.
    pub occurred_at: Option<DateTime>,
    /// Until when a task is to be done; a time given takes the place of a day.
    pub due_at: MaybeUndefined<DateTime>,
    /// The day a task is to be done on, `YYYY-MM-DD`; a day given takes the place of a time.
    pub due_on: MaybeUndefined<String>,
    /// The member who is to do it, or did.
    pub assignee_id: MaybeUndefined<ID>,
    /// With whom.
    pub contact_id: MaybeUndefined<ID>,
    /// With which company.
    pub company_id: MaybeUndefined<ID>,
    /// In which deal.
    pub deal_id: MaybeUndefined<ID>,
}

/// Which task is done.
#[derive(InputObject)]
pub struct FinishTaskInput {
    /// The activity.
    pub activity_id: ID,
}

/// Which task is open again.
#[derive(InputObject)]
pub struct ReopenTaskInput {
    /// The activity.
    pub activity_id: ID,
}

/// Which activity to take out of lists and timelines.
#[derive(InputObject)]
pub struct ArchiveActivityInput {
    /// The activity.
    pub activity_id: ID,
}

/// Which activity to bring back.
#[derive(InputObject)]
pub struct RestoreActivityInput {
    /// The activity.
    pub activity_id: ID,
}

/// Result of `logActivity`.
#[derive(SimpleObject)]
pub struct LogActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `updateActivity`.
#[derive(SimpleObject)]
pub struct UpdateActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `finishTask`.
#[derive(SimpleObject)]
pub struct FinishTaskPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `reopenTask`.
#[derive(SimpleObject)]
pub struct ReopenTaskPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `archiveActivity`.
#[derive(SimpleObject)]
pub struct ArchiveActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `restoreActivity`.
#[derive(SimpleObject)]
pub struct RestoreActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Mutations of activities.
#[derive(Default)]
pub struct ActivityMutation;

#[Object]
impl ActivityMutation {
    /// Log a call, meeting, demo, note or e-mail, or set a task.
    async fn log_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What happened, or is to be done.")] input: LogActivityInput,
    ) -> Result<LogActivityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let new = NewActivity {
                kind: input.kind.into(),
                subject: input.subject,
                body: input.body,
                occurred_at: input.occurred_at.map(|DateTime(at)| at),
                due_at: input.due_at.map(|DateTime(at)| at),
                due_on: input.due_on,
                assignee: input.assignee_id.map(|id| named(&id, "assigneeId")).transpose()?,
                contact: input.contact_id.map(|id| named(&id, "contactId")).transpose()?,
                company: input.company_id.map(|id| named(&id, "companyId")).transpose()?,
                deal: input.deal_id.map(|id| named(&id, "dealId")).transpose()?,
                from_the_person: input.from_the_person,
            };
            log_activity(app, caller.workspace, caller.actor, new, input.idempotency_key.as_deref()).await
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(LogActivityPayload { activity, user_errors })
    }

    /// Correct an activity. Its kind and author stay.
    async fn update_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity, and what changes.")] input: UpdateActivityInput,
    ) -> Result<UpdateActivityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: ActivityId = named(&input.activity_id, "activityId")?;
            let changes = ActivityChanges {
                subject: cleared(input.subject),
                body: cleared(input.body),
                occurred_at: input.occurred_at.map(|DateTime(at)| at),
                due_at: input.due_at.map_value(|DateTime(at)| at).into(),
                due_on: input.due_on.into(),
                assignee: Patch::from(input.assignee_id).try_map(|id| named(&id, "assigneeId"))?,
                contact: Patch::from(input.contact_id).try_map(|id| named(&id, "contactId"))?,
                company: Patch::from(input.company_id).try_map(|id| named(&id, "companyId"))?,
                deal: Patch::from(input.deal_id).try_map(|id| named(&id, "dealId"))?,
            };
            found(
                "activityId",
                update_activity(app, caller.workspace, caller.actor, id, input.expected_version, changes)
                    .await,
            )
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(UpdateActivityPayload { activity, user_errors })
    }

    /// Mark a task as done. A second time changes nothing.
    async fn finish_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which task.")] input: FinishTaskInput,
    ) -> Result<FinishTaskPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", finish_task(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(FinishTaskPayload { activity, user_errors })
    }

    /// Mark a task as open again. A second time changes nothing.
    async fn reopen_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which task.")] input: ReopenTaskInput,
    ) -> Result<ReopenTaskPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", reopen_task(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(ReopenTaskPayload { activity, user_errors })
    }

    /// Take an activity out of lists and timelines. Nothing is deleted; `restoreActivity` undoes it.
    async fn archive_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity.")] input: ArchiveActivityInput,
    ) -> Result<ArchiveActivityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", archive_activity(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(ArchiveActivityPayload { activity, user_errors })
    }

    /// Bring an archived activity back.
    async fn restore_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity.")] input: RestoreActivityInput,
    ) -> Result<RestoreActivityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", restore_activity(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(RestoreActivityPayload { activity, user_errors })
    }
}

fn show(outcome: Result<activity::Model>) -> Result<(Option<Activity>, Vec<UserError>)> {
    let (row, user_errors) = user_errors(outcome)?;
    Ok((row.map(Activity), user_errors))
}
