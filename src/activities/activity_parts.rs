//! What logging and changing an activity have in common: texts, times, and the rows it may reference.
//!
//! All errors in the input are reported at once, each with its field.

use chrono::TimeDelta;
use entity::{
    ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Time, activity, company, contact,
    contact_alias, deal, member,
};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        text::{is_block, is_line},
        times::NO_DAY,
        work::Work,
    },
    records::{locked_card, must_not_be_restricted},
};

/// Maximum length of a subject, in characters.
const LONGEST_SUBJECT: usize = 300;
/// Maximum length of a body, in characters.
const LONGEST_BODY: usize = 10_000;
/// Tolerated clock difference between two machines.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// How far ahead an activity may be planned.
const FARTHEST: TimeDelta = TimeDelta::days(3_653);
/// The earliest time of an activity: 1970-01-01.
const OLDEST: Time = Time::UNIX_EPOCH;

/// The subject as stored: one line, trimmed.
pub(super) fn read_subject(subject: &str, problems: &mut Vec<Problem>) -> String {
    let subject = subject.trim();
    if subject.is_empty() {
        problems.push(Problem::new(ProblemCode::Required, "subject", "Give it a title, on one line."));
    } else if subject.chars().count() > LONGEST_SUBJECT {
        problems.push(Problem::new(
            ProblemCode::TooLong,
            "subject",
            "Use at most 300 characters; put the rest in the body.",
        ));
    } else if !is_line(subject) {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "subject",
            "Use one line without control characters; put the rest in the body.",
        ));
    }
    subject.to_owned()
}

/// The body as stored: line ends are `\n`.
pub(super) fn read_body(body: &str, problems: &mut Vec<Problem>) -> String {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    if body.chars().count() > LONGEST_BODY {
        problems.push(Problem::new(ProblemCode::TooLong, "body", "Use at most 10,000 characters."));
    } else if !is_block(&body) {
        problems.push(Problem::new(ProblemCode::Invalid, "body", "Remove the control characters."));
    }
    body.trim_end().to_owned()
}

/// When it happened, to the millisecond. Only meetings and demos may lie in the future.
pub(super) fn read_occurred_at(kind: ActivityKind, at: Time, now: Time, problems: &mut Vec<Problem>) -> Time {
    let planned = matches!(kind, ActivityKind::Meeting | ActivityKind::Demo);
    if at < OLDEST || at > now + FARTHEST {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "occurredAt",
            "Give a time since 1970, and at most ten years ahead.",
        ));
    } else if !planned && at > now + SKEW {
        let message = "Only meetings and demos can lie ahead: log the rest when it has happened, or set a task with dueAt.";
        problems.push(Problem::new(ProblemCode::Invalid, "occurredAt", message));
    }
    to_the_millisecond(at)
}

/// When a task is due: at a time or on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// The time; for a day, its end in UTC, set when it is read.
    pub at: Option<Time>,
    /// The day, when there is no time.
    pub on: Option<String>,
}

/// When it is due, to the millisecond or by day. Only tasks have a due date.
pub(super) fn read_due(kind: ActivityKind, given: Due, now: Time, problems: &mut Vec<Problem>) -> Due {
    let mut wrong = |field, message: &str| problems.push(Problem::new(ProblemCode::Invalid, field, message));
    let end = given.on.as_deref().map(end_of_day);
    let (field, due) = match (given.at, end) {
        (None, None) => return Due::default(),
        (Some(_), Some(_)) => {
            wrong("dueOn", "A task is due at a time or on a day: give one of them.");
            return Due::default();
        }
        (_, Some(None)) => {
            wrong("dueOn", NO_DAY);
            return Due::default();
        }
        (Some(at), None) => ("dueAt", at),
        (None, Some(Some(end))) => ("dueOn", end),
    };
    if kind != ActivityKind::Task {
        wrong(field, "Only tasks are due: leave it out, or set a task beside it.");
    } else if due < OLDEST || due > now + FARTHEST {
        let what = if given.on.is_some() { "a day" } else { "a time" };
        wrong(field, &format!("Give {what} since 1970, and at most ten years ahead."));
    }
    Due { at: Some(to_the_millisecond(due)), on: given.on }
}

/// The last millisecond of a day in UTC; none when the day does not exist or is not written as `YYYY-MM-DD`.
fn end_of_day(day: &str) -> Option<Time> {
    let read =
        chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|read| read.to_string() == day)?;
    Some(read.and_hms_milli_opt(23, 59, 59, 999)?.and_utc())
}

fn to_the_millisecond(at: Time) -> Time {
    use chrono::DurationRound;
    at.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(at)
}

/// The rows an activity references.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    pub contact: Option<ContactId>,
    pub company: Option<CompanyId>,
    pub deal: Option<DealId>,
    pub assignee: Option<MemberId>,
}

impl Links {
    pub(super) fn of(row: &activity::Model) -> Self {
        Self {
            contact: row.contact_id,
            company: row.company_id,
            deal: row.deal_id,
            assignee: row.assignee_id,
        }
    }
}

/// Loads the referenced rows and protects them from deletion until the commit. Ids of merged contacts are
/// replaced by the surviving contact's. A member who has lost access can stay the assignee (`known`) but not
/// become one.
pub(super) async fn hold_links(
    work: &Work,
    wanted: Links,
    known: Links,
    problems: &mut Vec<Problem>,
) -> Result<Links> {
    let mut links = wanted;
    let workspace = work.workspace();
    if links.contact.is_none() && links.company.is_none() && links.deal.is_none() {
        problems.push(Problem::new(
            ProblemCode::Required,
            "contactId",
            "Say with whom it was: give a contact, a company or a deal.",
        ));
    }
    // Protects against deletion only (FOR KEY SHARE), so other changes to the rows need not wait for us.
    if let Some(id) = wanted.contact {
        let row = find_contact(work, id).await?;
        match &row {
            None => problems.push(missing("contactId")),
            Some(row) => problems.extend(locked_card(row, "contactId")),
        }
        links.contact = row.map(|row| row.id);
    }
    // Nor is what was written about a locked card handed to somebody else.
    if let Some(before) = known.contact.filter(|before| wanted.contact != Some(*before))
        && let Some(row) = find_contact(work, before).await?
    {
        problems.extend(locked_card(&row, "contactId"));
    }
    if let Some(id) = wanted.company
        && company::Entity::find_by_id((workspace, id))
            .lock(LockType::KeyShare)
            .one(work.db())
            .await?
            .is_none()
    {
        problems.push(missing("companyId"));
    }
    if let Some(id) = wanted.deal
        && deal::Entity::find_by_id((workspace, id)).lock(LockType::KeyShare).one(work.db()).await?.is_none()
    {
        problems.push(missing("dealId"));
    }
    if let Some(id) = wanted.assignee
        && wanted.assignee != known.assignee
    {
        match member::Entity::find_by_id((workspace, id)).lock(LockType::KeyShare).one(work.db()).await? {
            None => problems.push(missing("assigneeId")),
            Some(row) if row.joined_at.is_none() || row.deactivated_at.is_some() => {
                problems.push(Problem::new(
                    ProblemCode::WrongState,
                    "assigneeId",
                    "They have not joined yet, or have left: choose somebody else.",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(links)
}

async fn find_contact(work: &Work, id: ContactId) -> Result<Option<contact::Model>> {
    let workspace = work.workspace();
    let living = |id| contact::Entity::find_by_id((workspace, id)).lock(LockType::KeyShare);
    if let Some(row) = living(id).one(work.db()).await? {
        return Ok(Some(row));
    }
    match contact_alias::Entity::find_by_id((workspace, id)).one(work.db()).await? {
        Some(alias) => Ok(living(alias.contact_id).one(work.db()).await?),
        None => Ok(None),
    }
}

fn missing(field: &str) -> Problem {
    Problem::no_such(field)
}

/// The activity, locked, if it may be changed.
pub(super) async fn lock_activity(work: &Work, id: ActivityId) -> Result<activity::Model> {
    activity::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}

/// Refuses to change what was written about a contact whose processing is restricted.
pub(super) async fn must_not_be_about_a_locked_card(work: &Work, row: &activity::Model) -> Result<()> {
    let Some(contact) = row.contact_id else { return Ok(()) };
    match find_contact(work, contact).await? {
        Some(contact) => must_not_be_restricted(&contact, "activityId"),
        None => Ok(()),
    }
}

/// Refuses to change an archived activity.
pub(super) fn must_not_be_archived(row: &activity::Model) -> Result<()> {
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "activityId",
            "It is archived: restore it first.",
        ));
    }
    Ok(())
}
