//! Which contacts are due under a rule, as a condition of a statement whose contact is `c`. Nothing is read
//! row by row: counts, lists and runs use the same text, and the index `contact_clock` answers it.
//!
//! Of several rules that a contact falls under, the longest keeps them: a contact is due under that one only,
//! and only when every other has run out, too.

use entity::{PurposeId, RetentionClock, RetentionSubject, Time, WorkspaceId, retention_rule};

use super::period::cutoff;
use crate::platform::query::Query;

/// The last act of the person, or when they were added; written as in the index `contact_clock`.
pub const LAST_ACT: &str = "COALESCE(c.last_contact_at, c.created_at)";

/// When the lifecycle last changed; a merge changes nothing about the relation.
const RELATION: &str = "FROM provenance v WHERE v.workspace_id = c.workspace_id AND v.row_id = c.id \
    AND v.field = 'lifecycle' AND v.source <> 'merge'";

/// The columns that a rule's clock is read from: `last_act` and `relation`.
#[must_use]
pub fn clock_columns() -> String {
    format!("{LAST_ACT} AS last_act, (SELECT max(v.at) {RELATION}) AS relation")
}

/// The rules about contacts that apply, and a time to ask for.
#[derive(Clone, Debug)]
pub struct Due {
    workspace: WorkspaceId,
    rules: Vec<retention_rule::Model>,
    on: Time,
}

impl Due {
    /// What is due on a day under these rules; archived ones and those about other things are left out.
    #[must_use]
    pub fn on(workspace: WorkspaceId, rules: &[retention_rule::Model], on: Time) -> Self {
        let mut rules = rules.to_vec();
        rules.retain(|rule| rule.archived_at.is_none() && rule.subject == RetentionSubject::Contacts);
        Self { workspace, rules, on }
    }

    /// Writes the condition for one of the rules.
    pub fn write(&self, query: &mut Query, rule: &retention_rule::Model) {
        query.push("c.workspace_id = ").bind(self.workspace);
        let Some(lifecycle) = rule.lifecycle else {
            query.push(" AND 1 = 0");
            return;
        };
        query.push(" AND c.lifecycle = ").bind(lifecycle);
        query.push(" AND ").push(LAST_ACT).push(" <= ").bind(cutoff(self.on, rule.months));
        self.write_relation_over(query, rule);
        if let Some(purpose) = rule.purpose_id {
            query.push(" AND ");
            self.write_applies(query, purpose);
        }
        for other in &self.rules {
            if other.id == rule.id || other.lifecycle != rule.lifecycle {
                continue;
            }
            if (other.months, other.id) > (rule.months, rule.id) {
                query.push(" AND NOT ");
                match other.purpose_id {
                    Some(purpose) => self.write_applies(query, purpose),
                    None => {
                        query.push("(1 = 1)");
                    }
                }
            } else if other.clock == RetentionClock::RelationEnd && rule.clock != other.clock {
                query.push(" AND NOT (EXISTS (SELECT 1 ").push(RELATION).push(" AND v.at > ");
                query.bind(cutoff(self.on, other.months)).push(")");
                if let Some(purpose) = other.purpose_id {
                    query.push(" AND ");
                    self.write_applies(query, purpose);
                }
                query.push(")");
            }
        }
    }

    /// Writes that a hold keeps the contact on that day.
    pub fn write_held(&self, query: &mut Query) {
        query.push("c.id IN (SELECT h.contact_id FROM hold h WHERE h.workspace_id = ").bind(self.workspace);
        query.push(" AND h.released_at IS NULL AND h.until > ").bind(self.on).push(")");
    }

    /// Writes that the processing of the contact's data is restricted.
    pub fn write_restricted(&self, query: &mut Query) {
        query.push("c.id IN (SELECT x.id FROM contact x WHERE x.workspace_id = ").bind(self.workspace);
        query.push(" AND x.restricted_at IS NOT NULL)");
    }

    /// Writes that the contact was told of this very end: since then, the clock did not move.
    pub fn write_told(query: &mut Query, rule: &retention_rule::Model, ended_by: Option<Time>) {
        query.push(
            "EXISTS (SELECT 1 FROM retention_notice n WHERE n.workspace_id = c.workspace_id AND n.contact_id = c.id \
                AND n.rule_id = ",
        );
        query.bind(rule.id).push(" AND ");
        Self::write_current(query, rule);
        if let Some(by) = ended_by {
            query.push(" AND n.ends_at <= ").bind(by);
        }
        query.push(")");
    }

    /// Writes that the notice `n` is about the clock of the contact `c` as it stands.
    pub fn write_current(query: &mut Query, rule: &retention_rule::Model) {
        query.push("n.clock_at >= ").push(LAST_ACT);
        if rule.clock == RetentionClock::RelationEnd {
            query.push(" AND NOT EXISTS (SELECT 1 ").push(RELATION).push(" AND v.at > n.clock_at)");
        }
    }

    fn write_relation_over(&self, query: &mut Query, rule: &retention_rule::Model) {
        if rule.clock == RetentionClock::RelationEnd {
            query.push(" AND NOT EXISTS (SELECT 1 ").push(RELATION).push(" AND v.at > ");
            query.bind(cutoff(self.on, rule.months)).push(")");
        }
    }

    /// Whether the contact has a consent or another basis for the purpose.
    fn write_applies(&self, query: &mut Query, purpose: PurposeId) {
        let (purpose, on) = (query.place(purpose), query.place(self.on));
        query.push(&format!(
            "(EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id \
                AND k.purpose_id = {purpose} AND k.state = 'GIVEN' AND (k.expires_at IS NULL OR k.expires_at > {on})) \
            OR EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = c.workspace_id AND b.contact_id = c.id \
                AND b.purpose_id = {purpose} AND (b.until IS NULL OR b.until > {on})))"
        ));
    }
}
