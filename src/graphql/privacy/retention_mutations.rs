//! What can be done with retention rules.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::RetentionRuleId;

use super::{
    retention::{RetentionClock, RetentionPreview, RetentionRule, RetentionSubject},
    retention_runs::RetentionRun,
};
use crate::{
    error::Result,
    graphql::{
        contacts::Lifecycle,
        kit::{asked, found, named},
    },
    platform::graphql::{DateTime, UserError, user_errors},
    privacy::retention::{
        NewRule, RuleChanges, Trial, archive_rule, create_rule, run_now, simulate_retention, update_rule,
    },
};

/// A new retention rule.
#[derive(InputObject)]
pub struct CreateRetentionRuleInput {
    /// What it ends.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// For contacts: only those with a consent or another basis for this purpose.
    pub purpose_id: Option<ID>,
    /// From when the period runs: for contacts `LAST_CONTACT` or `RELATION_END`; for the rest, the clock of
    /// its preset.
    pub clock: RetentionClock,
    /// The period, in calendar months, from 1 to 600; for suppressions at least 36.
    pub months: i32,
    /// For contacts: how many days before the end they are asked, from 1 to 180; absent = not at all.
    pub warn_days: Option<i32>,
    /// Why this long, in at most 2,000 characters.
    pub justification: String,
}

/// Changes to a retention rule. Absent = unchanged, null = cleared. What it ends cannot change.
#[derive(InputObject)]
pub struct UpdateRetentionRuleInput {
    /// The rule.
    pub rule_id: ID,
    /// The version you read: if it was changed since, nothing happens and you get `STALE`.
    pub expected_version: i32,
    /// From when the period runs.
    pub clock: Option<RetentionClock>,
    /// The period, in calendar months.
    pub months: Option<i32>,
    /// For contacts: how many days before the end they are asked; null = not at all.
    pub warn_days: MaybeUndefined<i32>,
    /// Why this long.
    pub justification: Option<String>,
}

/// The rule to archive.
#[derive(InputObject)]
pub struct ArchiveRetentionRuleInput {
    /// The rule.
    pub rule_id: ID,
}

/// A rule to try out. Nothing is written.
#[derive(InputObject)]
pub struct SimulateRetentionInput {
    /// The rule that it would replace; absent = beside the others.
    pub replaces_id: Option<ID>,
    /// What it would end.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// For contacts: only those with a consent or another basis for this purpose.
    pub purpose_id: Option<ID>,
    /// From when the period would run.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// By when; absent = now.
    pub on: Option<DateTime>,
}

/// Nothing to say: the rules run as they are.
#[derive(InputObject)]
pub struct RunRetentionInput {
    /// Must be true: people are erased, and nothing brings them back.
    pub confirm: bool,
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty })*) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            pub $field: Option<$type>,
            /// What is wrong with the input; empty when it was done.
            pub user_errors: Vec<UserError>,
        }
    )*};
}

payloads! {
    /// Result of `createRetentionRule`.
    CreateRetentionRulePayload {
        /// The new rule; null when the input was refused.
        rule: RetentionRule
    }
    /// Result of `updateRetentionRule`.
    UpdateRetentionRulePayload {
        /// The rule as it is now; null when the input was refused.
        rule: RetentionRule
    }
    /// Result of `archiveRetentionRule`.
    ArchiveRetentionRulePayload {
        /// The rule as it is now; null when the input was refused.
        rule: RetentionRule
    }
    /// Result of `runRetention`.
    RunRetentionPayload {
        /// The run: a new one, or the one that is under way; null when the input was refused.
        run: RetentionRun
    }
}

/// Result of `simulateRetention`.
#[derive(SimpleObject)]
pub struct RetentionSimulation {
    /// What the rule would end.
    pub tried: RetentionTrial,
    /// What the rule that it would replace ends by the same day; null without one.
    pub replaced: Option<RetentionPreview>,
}

/// What a rule that was tried out would end, as counts.
#[derive(SimpleObject)]
pub struct RetentionTrial {
    /// How many periods would be over by then.
    pub due: i64,
    /// How many of them would go.
    pub going: i64,
    /// How many of them would stay because of a hold.
    pub held: i64,
    /// How many of them would stay because their processing is restricted.
    pub restricted: i64,
}

/// Trying out a rule.
#[derive(Default)]
pub struct RetentionTrialQuery;

#[Object]
impl RetentionTrialQuery {
    /// Try out a rule before you write it: what it would end by a day, beside what the rule ends that it
    /// would replace. Only counts, and nothing is written.
    #[graphql(complexity = "20 + child_complexity")]
    async fn simulate_retention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to try out.")] input: SimulateRetentionInput,
    ) -> Result<RetentionSimulation> {
        let (app, caller) = asked(ctx)?;
        let replaces: Option<RetentionRuleId> =
            input.replaces_id.map(|id| named(&id, "replacesId")).transpose()?;
        let trial = Trial {
            replaces,
            subject: input.subject.into(),
            lifecycle: input.lifecycle.map(Into::into),
            purpose: input.purpose_id.map(|id| named(&id, "purposeId")).transpose()?,
            clock: input.clock.into(),
            months: input.months,
            on: input.on.map(|DateTime(on)| on),
        };
        let outcome = simulate_retention(app, caller.workspace, caller.actor, trial).await;
        let (tried, replaced) = found("replacesId", outcome)?;
        Ok(RetentionSimulation {
            tried: RetentionTrial {
                due: tried.due,
                going: tried.due - tried.kept,
                held: tried.held,
                restricted: tried.restricted,
            },
            replaced: replaced.map(RetentionPreview),
        })
    }
}

/// Mutations about retention.
#[derive(Default)]
pub struct RetentionMutation;

#[Object]
impl RetentionMutation {
    /// Create a retention rule. It applies from the next run on.
    async fn create_retention_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new rule.")] input: CreateRetentionRuleInput,
    ) -> Result<CreateRetentionRulePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let new = NewRule {
                subject: input.subject.into(),
                lifecycle: input.lifecycle.map(Into::into),
                purpose: input.purpose_id.map(|id| named(&id, "purposeId")).transpose()?,
                clock: input.clock.into(),
                months: input.months,
                warn_days: input.warn_days,
                justification: input.justification,
            };
            create_rule(app, caller.workspace, caller.actor, new).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CreateRetentionRulePayload { rule: row.map(RetentionRule), user_errors })
    }

    /// Change a retention rule. The version before is kept; try a change out with `simulateRetention`.
    async fn update_retention_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule, and what to change.")] input: UpdateRetentionRuleInput,
    ) -> Result<UpdateRetentionRulePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.rule_id, "ruleId")?;
            let changes = RuleChanges {
                clock: input.clock.map(Into::into),
                months: input.months,
                warn_days: input.warn_days.into(),
                justification: input.justification,
            };
            let (workspace, actor) = (caller.workspace, caller.actor);
            found("ruleId", update_rule(app, workspace, actor, id, input.expected_version, changes).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateRetentionRulePayload { rule: row.map(RetentionRule), user_errors })
    }

    /// Archive a retention rule: it ends nothing any more. Refused when nothing else would end what it ends.
    /// Idempotent.
    async fn archive_retention_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to archive.")] input: ArchiveRetentionRuleInput,
    ) -> Result<ArchiveRetentionRulePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.rule_id, "ruleId")?;
            found("ruleId", archive_rule(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveRetentionRulePayload { rule: row.map(RetentionRule), user_errors })
    }

    /// Run the retention rules now, instead of waiting for the schedule: whoever is due is asked or erased.
    /// Look at `retentionPreview` before. Idempotent while a run is under way.
    async fn run_retention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "That you mean it.")] input: RunRetentionInput,
    ) -> Result<RunRetentionPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async { run_now(app, caller.workspace, caller.actor, input.confirm).await };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RunRetentionPayload { run: row.map(RetentionRun), user_errors })
    }
}
