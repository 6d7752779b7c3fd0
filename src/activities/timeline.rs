//! The timeline of a contact or deal: activities and journal entries in one order.
//!
//! An entry belongs to a contact when it is about them (under any id they had before a merge), when it is
//! about a deal they have a role in, or when it received a submission that they confirmed later. Each page
//! takes the same few statements, whatever its length and however many contacts are requested: each source
//! returns its newest rows, and the page is cut out of them.

use std::collections::HashMap;

use entity::{ActivityId, EntryId, Time, WorkspaceId, activity, contact_alias, deal_contact, journal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::activities_around::{Around, activities_around};
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, lists::PageRequest, query::Query},
};

/// Position on a timeline, the newest first.
pub type TimelinePlace = (Time, Uuid);

/// What a line of a timeline is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimelineKind {
    /// A logged call, meeting, demo, note, task or e-mail.
    Activity,
    /// The contact itself: created, changed, tagged, merged, archived.
    Contact,
    /// A consent or another legal basis: given, withdrawn, revoked, expired.
    Consent,
    /// A deal of the contact: created, moved, won, lost.
    Deal,
    /// A form submission, and its confirmation.
    Submission,
    /// A mail to the contact: sent, bounced.
    Mail,
    /// A sealed value that was revealed.
    Reveal,
}

impl TimelineKind {
    /// The kinds that come from the journal.
    const TOLD: [Self; 6] =
        [Self::Contact, Self::Consent, Self::Deal, Self::Submission, Self::Mail, Self::Reveal];

    /// Prefixes of the journal entries of this kind.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Activity => &[],
            Self::Contact => &["contact.", "address."],
            Self::Consent => &["consent.", "basis."],
            Self::Deal => &["deal."],
            Self::Submission => &["submission.", "opt_in."],
            Self::Mail => &["mail."],
            Self::Reveal => &["value.revealed"],
        }
    }

    /// The kind of line for a journal entry; none when no timeline shows it.
    #[must_use]
    pub fn of(entry: &str) -> Option<Self> {
        Self::TOLD.into_iter().find(|kind| kind.prefixes().iter().any(|prefix| entry.starts_with(prefix)))
    }
}

/// A line of a timeline.
#[derive(Clone, Debug)]
pub enum Moment {
    /// An activity.
    Activity(activity::Model),
    /// A journal entry.
    Entry(journal::Model),
}

impl Moment {
    /// Its position.
    #[must_use]
    pub fn place(&self) -> TimelinePlace {
        match self {
            Self::Activity(row) => (row.occurred_at, row.id.0),
            Self::Entry(row) => (row.at, row.id.0),
        }
    }
}

/// The lines of a timeline to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Only lines after this position: older ones.
    pub after: Option<TimelinePlace>,
    /// Maximum number of lines.
    pub limit: u64,
    /// Only these kinds, sorted; empty = all.
    pub kinds: Vec<TimelineKind>,
}

impl Stretch {
    fn wants(&self, kind: TimelineKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// The timelines of these records, which are all contacts or all deals.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn read_timelines(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    around: &[Around],
    stretch: &Stretch,
) -> Result<HashMap<Around, Vec<Moment>>> {
    let mut lines: HashMap<Around, Vec<Moment>> = around.iter().map(|one| (*one, Vec::new())).collect();
    let owners = owners(app, workspace, around).await?;
    let told: Vec<&str> = TimelineKind::TOLD
        .into_iter()
        .filter(|kind| stretch.wants(*kind))
        .flat_map(TimelineKind::prefixes)
        .copied()
        .collect();
    let mut add = |of: Option<&Vec<Around>>, row: &journal::Model| {
        for one in of.into_iter().flatten() {
            lines.entry(*one).or_default().push(Moment::Entry(row.clone()));
        }
    };
    if !told.is_empty() {
        for row in
            newest(app, workspace, "subject", &owners.subjects, &kinds_begin_with(&told), stretch).await?
        {
            add(row.subject.as_ref().and_then(|id| owners.subjects.get(id)), &row);
        }
    }
    if stretch.wants(TimelineKind::Deal) {
        // Written like the partial index on deals' entries, so that it is used.
        for row in
            newest(app, workspace, "object", &owners.deals, "substr(j.kind, 1, 5) = 'deal.'", stretch).await?
        {
            add(row.object.as_ref().and_then(|id| owners.deals.get(id)), &row);
        }
    }
    if stretch.wants(TimelineKind::Submission) {
        let received = received(app, workspace, &owners.subjects, stretch).await?;
        for (row, subject) in &received {
            add(owners.subjects.get(subject), row);
        }
    }
    if stretch.wants(TimelineKind::Activity) {
        let request = PageRequest {
            limit: stretch.limit,
            after: stretch.after.map(|(at, id)| (at, ActivityId(id))),
            before: None,
            backward: false,
        };
        for (row, _) in activities_around(app, workspace, actor, around, &request, false).await? {
            if let Some(one) = around.first().and_then(|first| first.of(&row)) {
                lines.entry(one).or_default().push(Moment::Activity(row));
            }
        }
    }
    for lines in lines.values_mut() {
        lines.sort_by_key(|line| std::cmp::Reverse(line.place()));
        // A deal's entry may also be about the contact, and then appears twice.
        lines.dedup_by_key(|line| line.place().1);
        lines.truncate(usize::try_from(stretch.limit).unwrap_or(usize::MAX));
    }
    Ok(lines)
}

/// The ids under which the journal refers to each record.
struct Owners {
    subjects: HashMap<String, Vec<Around>>,
    deals: HashMap<String, Vec<Around>>,
}

async fn owners(app: &App, workspace: WorkspaceId, around: &[Around]) -> Result<Owners> {
    let mut owners = Owners { subjects: HashMap::new(), deals: HashMap::new() };
    let mut contacts = Vec::new();
    for one in around {
        match one {
            Around::Contact(id) => {
                contacts.push(*id);
                owners.subjects.entry(id.to_string()).or_default().push(*one);
            }
            Around::Deal(id) => owners.deals.entry(id.to_string()).or_default().push(*one),
            Around::Company(_) => {}
        }
    }
    if contacts.is_empty() {
        return Ok(owners);
    }
    let aliases = contact_alias::Entity::find()
        .filter(contact_alias::Column::WorkspaceId.eq(workspace))
        .filter(contact_alias::Column::ContactId.is_in(contacts.iter().copied()));
    let parts = deal_contact::Entity::find()
        .filter(deal_contact::Column::WorkspaceId.eq(workspace))
        .filter(deal_contact::Column::ContactId.is_in(contacts));
    let (aliases, parts) = tokio::try_join!(aliases.all(app.db()), parts.all(app.db()))?;
    for alias in aliases {
        owners.subjects.entry(alias.old_id.to_string()).or_default().push(Around::Contact(alias.contact_id));
    }
    for part in parts {
        owners.deals.entry(part.deal_id.to_string()).or_default().push(Around::Contact(part.contact_id));
    }
    Ok(owners)
}

fn kinds_begin_with(prefixes: &[&str]) -> String {
    let begins: Vec<String> =
        prefixes.iter().map(|prefix| format!("substr(j.kind, 1, {}) = '{prefix}'", prefix.len())).collect();
    format!("({})", begins.join(" OR "))
}

/// The newest entries for each of these ids in a column.
async fn newest(
    app: &App,
    workspace: WorkspaceId,
    column: &'static str,
    ids: &HashMap<String, Vec<Around>>,
    kinds: &str,
    stretch: &Stretch,
) -> Result<Vec<journal::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::default();
    let own = query.place(workspace);
    let wanted = query.places(ids.keys().cloned());
    query.push(&format!(
        "SELECT * FROM (SELECT j.*, row_number() OVER (PARTITION BY j.{column} ORDER BY j.at DESC, j.id DESC) AS place
            FROM journal j WHERE j.workspace_id = {own} AND j.{column} IN ({wanted}) AND {kinds}"
    ));
    write_after(&mut query, stretch);
    query.push(") AS ranked WHERE place <= ").bind(i64::try_from(stretch.limit).unwrap_or(i64::MAX));
    query.all(app.db()).await
}

/// Entries that received submissions which these people confirmed later: at that time nobody knew whose they
/// were, so they have no subject.
async fn received(
    app: &App,
    workspace: WorkspaceId,
    subjects: &HashMap<String, Vec<Around>>,
    stretch: &Stretch,
) -> Result<Vec<(journal::Model, String)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let confirmed = journal::Entity::find()
        .filter(journal::Column::WorkspaceId.eq(workspace))
        .filter(journal::Column::Subject.is_in(subjects.keys().cloned()))
        .filter(journal::Column::Kind.eq("opt_in.confirmed"));
    let mut whose: HashMap<EntryId, String> = HashMap::new();
    for row in confirmed.all(app.db()).await? {
        let told: serde_json::Value = serde_json::from_str(&row.bytes)?;
        let entry = told["data"]["submissionEntry"].as_str().and_then(|id| id.parse().ok());
        if let (Some(entry), Some(subject)) = (entry, row.subject) {
            whose.insert(entry, subject);
        }
    }
    if whose.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new("SELECT j.* FROM journal j WHERE j.workspace_id = ");
    query.bind(workspace).push(" AND ").is_any("j.id", whose.keys().copied());
    write_after(&mut query, stretch);
    let rows = query.all::<journal::Model>(app.db()).await?;
    Ok(rows.into_iter().filter_map(|row| whose.get(&row.id).cloned().map(|subject| (row, subject))).collect())
}

fn write_after(query: &mut Query, stretch: &Stretch) {
    if let Some((at, id)) = stretch.after {
        query.push(" AND (j.at, j.id) < (").bind(at).push(", ").bind(EntryId(id)).push(")");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_belongs_to_one_kind_and_activities_are_not_told_twice() {
        assert_eq!(TimelineKind::of("consent.given"), Some(TimelineKind::Consent));
        assert_eq!(TimelineKind::of("deal.won"), Some(TimelineKind::Deal));
        assert_eq!(TimelineKind::of("activity.logged"), None);
        assert_eq!(TimelineKind::of("session.started"), None);
    }
}
