//! Retention rules and previews in GraphQL.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{RetentionRuleId, Time, retention_rule, retention_rule_version};

use crate::{
    accounts::Right,
    contacts::ContactList,
    error::Result,
    graphql::{
        consent::Purpose,
        contacts::{
            Contact, Lifecycle, foresee_of_contacts,
            list_contacts::{ContactConnection, ContactTotals},
        },
        kit::{Asks, allowed, cost, load, load_by_id, load_of, ordered},
    },
    platform::{
        graphql::{DateTime, PageArgs, Row, page::Total},
        keyset::Cursor,
    },
    privacy::retention::{
        RulePreview, count_without_rule, list_due,
        loads::{retention_rules_by_id, versions_of_retention_rules},
        preview_retention, rules_of, tables_of,
    },
};

load_by_id! {
    retention_rules_by_id(RetentionRuleId) -> retention_rule;
}

load_of! {
    /// Every version of a rule.
    VersionsOfRule(RetentionRuleId) = versions_of_retention_rules -> retention_rule_version;
}

/// What a retention rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RetentionSubject")]
pub enum RetentionSubject {
    /// Contacts of one lifecycle, with everything held about them.
    Contacts,
    /// What is left of submissions that were answered or expired.
    Submissions,
    /// Evidence of consents that ended.
    Evidence,
    /// Requests of persons that were answered.
    Requests,
    /// Fingerprints of mailboxes that are not to be written to and belong to no contact.
    Suppressions,
    /// Records of mails that belong to no contact and prove nothing any more.
    Mails,
    /// Logs of use: ended sessions, and counts of what forms rejected.
    Usage,
    /// Breaches that were closed.
    Breaches,
}

/// From when a retention period runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RetentionClock")]
pub enum RetentionClock {
    /// The last act of the person: a form, a pressed button, a reply, a call, a meeting. Without one, when
    /// they were added. Neither an opened mail nor anything staff do alone counts.
    LastContact,
    /// When the lifecycle last changed, or the last act of the person if that is later.
    RelationEnd,
    /// When it was made.
    Created,
    /// When what it records ended.
    Ended,
}

/// GraphQL type over a `retention_rule` row.
pub struct RetentionRule(pub retention_rule::Model);

/// How long what is kept, from which clock, and why. Of several rules that a contact falls under, the longest
/// keeps them.
#[Object]
impl RetentionRule {
    /// Its id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What it ends.
    async fn subject(&self) -> RetentionSubject {
        self.0.subject.into()
    }

    /// The tables whose rows it ends, besides contacts.
    async fn tables(&self) -> Vec<&'static str> {
        tables_of(self.0.subject).collect()
    }

    /// For contacts: of which lifecycle.
    async fn lifecycle(&self) -> Option<Lifecycle> {
        self.0.lifecycle.map(Into::into)
    }

    /// For contacts: only those with a consent or another basis for this purpose; null = all.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Option<Purpose>> {
        match self.0.purpose_id {
            Some(id) => Ok(load(ctx, id).await?.map(Purpose)),
            None => Ok(None),
        }
    }

    /// From when the period runs.
    async fn clock(&self) -> RetentionClock {
        self.0.clock.into()
    }

    /// The period, in calendar months.
    async fn months(&self) -> i32 {
        self.0.months
    }

    /// How many days before the end people are asked whether they wish to stay in touch; null = not at all.
    async fn warn_days(&self) -> Option<i32> {
        self.0.warn_days
    }

    /// Why this long.
    async fn justification(&self) -> &str {
        &self.0.justification
    }

    /// The preset it was made from; null for rules that staff created.
    async fn preset(&self) -> Option<&str> {
        self.0.preset.as_deref()
    }

    /// Its version: give it as `expectedVersion` when you change it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The rule as it was from one change to the next, newest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<RetentionRuleVersion>> {
        let rows = load(ctx, VersionsOfRule(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived: it ends nothing any more. Null while it applies.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// A retention rule as it was from one change to the next.
#[derive(SimpleObject)]
pub struct RetentionRuleVersion {
    /// Its number, from 1.
    pub number: i32,
    /// From when the period ran.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// How many days before the end people were asked.
    pub warn_days: Option<i32>,
    /// Why this long.
    pub justification: String,
    /// When it began to apply.
    pub at: Time,
}

impl From<retention_rule_version::Model> for RetentionRuleVersion {
    fn from(row: retention_rule_version::Model) -> Self {
        Self {
            number: row.number,
            clock: row.clock.into(),
            months: row.months,
            warn_days: row.warn_days,
            justification: row.justification,
            at: row.at,
        }
    }
}

/// What is due under one rule by a day.
pub struct RetentionPreview(pub RulePreview);

/// What is due under one rule by a day, if nobody acts until then. Those who stay are counted in `due`, and
/// again in `held` and `restricted`.
#[Object]
impl RetentionPreview {
    /// The rule.
    async fn rule(&self) -> RetentionRule {
        RetentionRule(self.0.rule.clone())
    }

    /// The day that was asked for.
    async fn on(&self) -> Time {
        self.0.on
    }

    /// How many periods are over by then.
    async fn due(&self) -> i64 {
        self.0.due
    }

    /// How many of them go: `due` without those who stay. Whoever is still to be asked goes `warnDays` after
    /// the mail at the earliest.
    async fn going(&self) -> i64 {
        self.0.due - self.0.kept
    }

    /// How many of them stay because a hold applies on that day.
    async fn held(&self) -> i64 {
        self.0.held
    }

    /// How many of them stay because their processing is restricted (GDPR Art. 18).
    async fn restricted(&self) -> i64 {
        self.0.restricted
    }

    /// How many of them were told already that their end is near.
    async fn told(&self) -> i64 {
        self.0.told
    }

    /// The contacts that are due, those who stay included; empty for other rules.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<ContactConnection> {
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let due: ContactList =
            list_due(app, caller.workspace, caller.actor, self.0.rule.id, self.0.on).await?;
        let page = due.page(app, &request).await?;
        let asks = Asks::of_nodes(&ctx.look_ahead());
        Box::pin(foresee_of_contacts(ctx, &asks, page.rows.iter().map(|(_, row)| row))).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, due) = (app.clone(), due.clone());
            async move { due.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Contact(row)), ContactTotals::new(total)))
    }
}

/// Queries about retention.
#[derive(Default)]
pub struct RetentionQuery;

#[Object]
impl RetentionQuery {
    /// The retention rules, in the order of their making. A workspace begins with presets from the CNIL's
    /// figures.
    async fn retention_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether archived rules are listed, too.", default)] archived: bool,
    ) -> Result<Vec<RetentionRule>> {
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        let mut rules = rules_of(app, caller.workspace).await?;
        rules.retain(|rule| archived || rule.archived_at.is_none());
        Ok(rules.into_iter().map(RetentionRule).collect())
    }

    /// What is due by a day, by rule, if nobody acts until then: ask for 30, 60 and 90 days ahead. Only
    /// counts; ask each for its `contacts` to see them.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn retention_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By when, at most ten years ahead; absent = now.")] on: Option<DateTime>,
    ) -> Result<Vec<RetentionPreview>> {
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        let on = on.map(|DateTime(on)| on);
        let previews = preview_retention(app, caller.workspace, caller.actor, on).await?;
        Ok(previews.into_iter().map(RetentionPreview).collect())
    }

    /// How many contacts no rule ends, because nobody wrote a rule for their lifecycle: customers, at the
    /// beginning.
    async fn contacts_without_retention(&self, ctx: &Context<'_>) -> Result<i64> {
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        count_without_rule(app, caller.workspace, caller.actor).await
    }
}
