//! Mutations that log, change, finish and archive activities.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{ActivityId, activity};

use super::activity::{Activity, ActivityKind};
use crate::{
    activities::{
        ActivityChanges, NewActivity, archive_activity, finish_task, log_activity, reopen_task,
        restore_activity, update_activity,
    },
    error::Result,
    graphql::kit::{Notice, asked, cleared, found, held_back, named},
    platform::{
        graphql::{DateTime, UserError, user_errors},
        patch::Patch,
    },
};

/// A new activity or task, with at least one of contact, company and deal.
#[derive(InputObject)]
pub struct LogActivityInput {
    /// Its kind.
    pub kind: ActivityKind,
    /// One line of at most 300 characters. Nothing about health, opinions or beliefs (GDPR Art. 9).
    pub subject: String,
    /// Further text, at most 10,000 characters.
    #[graphql(default)]
    pub body: String,
    /// When it happened; absent = now. Only meetings and demos may be in the future.
    pub occurred_at: Option<DateTime>,
    /// When a task is due.
    pub due_at: Option<DateTime>,
    /// The day a task is due, `YYYY-MM-DD`, instead of a time.
    pub due_on: Option<String>,
    /// The member who is to do it, or did it; they must have joined.
    pub assignee_id: Option<ID>,
    /// Its contact.
    pub contact_id: Option<ID>,
    /// Its company.
    pub company_id: Option<ID>,
    /// Its deal.
    pub deal_id: Option<ID>,
    /// Whether the person took part: they called, wrote, came or answered. Then it counts as their last
    /// contact, from which the retention period runs. Absent: calls, meetings and demos count, e-mails do not.
    /// Say `false` for a call that nobody answered or a meeting that nobody came to, and `true` for an e-mail
    /// that they wrote. A planned meeting counts once it has happened; notes and tasks never do.
    pub from_the_person: Option<bool>,
    /// An idempotency key of your choice, such as a UUID: the same request sent again within 24 hours is
    /// executed once.
    pub idempotency_key: Option<String>,
}

/// Changes to an activity. Absent = unchanged, null = cleared.
#[derive(InputObject)]
pub struct UpdateActivityInput {
    /// The activity.
    pub activity_id: ID,
    /// The version you read: if it was changed since, nothing happens and you get `STALE`.
    pub expected_version: i32,
    /// One line of at most 300 characters.
    pub subject: MaybeUndefined<String>,
    /// Further text, at most 10,000 characters.
    pub body: MaybeUndefined<String>,
    /// When it happened. Only meetings and demos may be in the future.
    pub occurred_at: Option<DateTime>,
    /// When a task is due; replaces its due day.
    pub due_at: MaybeUndefined<DateTime>,
    /// The day a task is due, `YYYY-MM-DD`; replaces its due time.
    pub due_on: MaybeUndefined<String>,
    /// The member who is to do it, or did it.
    pub assignee_id: MaybeUndefined<ID>,
    /// Its contact.
    pub contact_id: MaybeUndefined<ID>,
    /// Its company.
    pub company_id: MaybeUndefined<ID>,
    /// Its deal.
    pub deal_id: MaybeUndefined<ID>,
}

/// The task to mark as done.
#[derive(InputObject)]
pub struct FinishTaskInput {
    /// The activity.
    pub activity_id: ID,
}

/// The task to reopen.
#[derive(InputObject)]
pub struct ReopenTaskInput {
    /// The activity.
    pub activity_id: ID,
}

/// The activity to archive.
#[derive(InputObject)]
pub struct ArchiveActivityInput {
    /// The activity.
    pub activity_id: ID,
}

/// The activity to restore.
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
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `updateActivity`.
#[derive(SimpleObject)]
pub struct UpdateActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `finishTask`.
#[derive(SimpleObject)]
pub struct FinishTaskPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `reopenTask`.
#[derive(SimpleObject)]
pub struct ReopenTaskPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `archiveActivity`.
#[derive(SimpleObject)]
pub struct ArchiveActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `restoreActivity`.
#[derive(SimpleObject)]
pub struct RestoreActivityPayload {
    /// The activity as it is now; null when the input was refused.
    pub activity: Option<Activity>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Mutations on activities.
#[derive(Default)]
pub struct ActivityMutation;

#[Object]
impl ActivityMutation {
    /// Log a call, meeting, demo, note or e-mail, or create a task.
    async fn log_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity to log, or the task to create.")] input: LogActivityInput,
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
                from_the_person: input.from_the_person == Some(true),
                alone: input.from_the_person == Some(false),
            };
            log_activity(app, caller.workspace, caller.actor, new, input.idempotency_key.as_deref()).await
        };
        let (activity, user_errors) = show(outcome.await)?;
        let notices = notices(activity.as_ref());
        Ok(LogActivityPayload { activity, notices, user_errors })
    }

    /// Correct an activity. Its kind and author cannot change.
    async fn update_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity, and what to change.")] input: UpdateActivityInput,
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
        let notices = notices(activity.as_ref());
        Ok(UpdateActivityPayload { activity, notices, user_errors })
    }

    /// Mark a task as done. Repeating it changes nothing.
    async fn finish_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task to finish.")] input: FinishTaskInput,
    ) -> Result<FinishTaskPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", finish_task(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(FinishTaskPayload { activity, user_errors })
    }

    /// Reopen a task. Repeating it changes nothing.
    async fn reopen_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task to reopen.")] input: ReopenTaskInput,
    ) -> Result<ReopenTaskPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", reopen_task(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(ReopenTaskPayload { activity, user_errors })
    }

    /// Remove an activity from lists and timelines. Nothing is deleted; `restoreActivity` undoes it.
    async fn archive_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity to archive.")] input: ArchiveActivityInput,
    ) -> Result<ArchiveActivityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.activity_id, "activityId")?;
            found("activityId", archive_activity(app, caller.workspace, caller.actor, id).await)
        };
        let (activity, user_errors) = show(outcome.await)?;
        Ok(ArchiveActivityPayload { activity, user_errors })
    }

    /// Restore an archived activity.
    async fn restore_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity to restore.")] input: RestoreActivityInput,
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

/// What to know of an activity that was written.
fn notices(activity: Option<&Activity>) -> Vec<Notice> {
    let texts =
        activity.map(|Activity(row)| [("subject", row.subject.as_str()), ("body", row.body.as_str())]);
    held_back(texts.into_iter().flatten())
}
