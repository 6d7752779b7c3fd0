//! Logging an activity with a contact, a company or in a deal, or creating a task.
//!
//! `last_contact_at`, from which the retention period runs, moves by acts of the person: a call, a meeting or a
//! demo counts, because they took part, and an e-mail only when staff say that it came from the person. Staff
//! say otherwise with `fromThePerson`. It moves forward, never back.

use entity::{
    ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Time, WorkspaceId, activity, contact,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    activity_parts::{Due, Links, hold_links, read_body, read_due, read_occurred_at, read_subject},
    note_activity::{Note, note_activity},
    screen::screen_new,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, once::once, vault::Vault, work::Work},
};

/// A new activity or task.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NewActivity {
    /// Its kind.
    pub kind: ActivityKind,
    /// The subject, on one line.
    pub subject: String,
    /// Further text.
    pub body: String,
    /// When it happened; none = now.
    pub occurred_at: Option<Time>,
    /// When a task is due.
    pub due_at: Option<Time>,
    /// The day a task is due, `YYYY-MM-DD`, instead of a time.
    // Skipped when absent, so that the call has the same idempotency hash as in versions that had no due
    // days, and a repeat across an upgrade is recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<String>,
    /// Who is to do it, or did it.
    pub assignee: Option<MemberId>,
    /// Its contact.
    pub contact: Option<ContactId>,
    /// Its company.
    pub company: Option<CompanyId>,
    /// Its deal.
    pub deal: Option<DealId>,
    /// Whether staff say that it came from the person: they called, wrote or came.
    pub from_the_person: bool,
    /// Whether staff say that the person took no part: nobody answered, or nobody came.
    // Skipped when false, as above.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
}

/// Logs an activity, or creates a task. With an idempotency key, a repeat returns the result of the first
/// call.
///
/// # Errors
/// `Rejected` when a text is missing or too long, a time does not fit the kind, or a referenced row does not
/// exist.
pub async fn log_activity(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewActivity,
    key: Option<&str>,
) -> Result<activity::Model> {
    allow(actor, Right::WriteActivities)?;
    let mut work = app.begin(workspace, actor).await?;
    let id = ActivityId::new();
    if let Some(made) = once(&work, &app.vault, "log_activity", key, &new, &id.to_string()).await? {
        let made: ActivityId =
            made.parse().map_err(|_| Error::internal("an idempotency key holds no activity"))?;
        return activity::Entity::find_by_id((workspace, made)).one(work.db()).await?.ok_or(Error::NotFound);
    }
    let row = write_activity(&mut work, &app.vault, id, &new).await?;
    work.commit().await?;
    Ok(row)
}

/// The same within an open unit of work, for actors whose right was checked.
///
/// # Errors
/// Like `log_activity`; the unit must then not be committed.
pub async fn write_activity(
    work: &mut Work,
    vault: &Vault,
    id: ActivityId,
    new: &NewActivity,
) -> Result<activity::Model> {
    let mut problems = Vec::new();
    let now = work.now();
    let mut subject = read_subject(&new.subject, &mut problems);
    let mut body = read_body(&new.body, &mut problems);
    let occurred_at = read_occurred_at(new.kind, new.occurred_at.unwrap_or(now), now, &mut problems);
    let due = read_due(new.kind, Due { at: new.due_at, on: new.due_on.clone() }, now, &mut problems);
    if new.from_the_person {
        problems.extend(check_act_of_the_person(new, occurred_at, now));
    }
    let wanted = Links { contact: new.contact, company: new.company, deal: new.deal, assignee: new.assignee };
    let links = hold_links(work, wanted, Links::default(), &mut problems).await?;
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let took_part = matches!(new.kind, ActivityKind::Call | ActivityKind::Meeting | ActivityKind::Demo);
    // One that is planned counts once it has happened: the retention run sees to it.
    let happened = occurred_at <= now || new.kind == ActivityKind::Call;
    let counts = (new.from_the_person || (took_part && !new.alone)) && links.contact.is_some() && happened;
    screen_new(work, vault, id, links.contact, [("subject", &mut subject), ("body", &mut body)]).await?;
    let note = Note {
        kind: new.kind,
        subject,
        body,
        occurred_at,
        due_at: due.at,
        due_on: due.on,
        assignee: links.assignee,
        contact: links.contact,
        company: links.company,
        deal: links.deal,
        from_the_person: counts,
    };
    let row = note_activity(work, id, note).await?;
    if let (true, Some(contact)) = (counts, links.contact) {
        use contact::Column;
        contact::Entity::update_many()
            .col_expr(Column::LastContactAt, Expr::value(occurred_at.min(now)))
            .filter(Column::WorkspaceId.eq(work.workspace()))
            .filter(Column::Id.eq(contact))
            .filter(
                Condition::any()
                    .add(Column::LastContactAt.is_null())
                    .add(Column::LastContactAt.lt(occurred_at.min(now))),
            )
            .exec(work.db())
            .await?;
    }
    Ok(row)
}

fn check_act_of_the_person(new: &NewActivity, occurred_at: Time, now: Time) -> Option<Problem> {
    let refuse = |code, message| Some(Problem::new(code, "fromThePerson", message));
    if matches!(new.kind, ActivityKind::Note | ActivityKind::Task) {
        return refuse(
            ProblemCode::Invalid,
            "Notes and tasks are yours: log the call, e-mail, meeting or demo itself.",
        );
    }
    if new.contact.is_none() {
        return refuse(ProblemCode::Invalid, "Say which person: give contactId.");
    }
    if occurred_at > now {
        return refuse(
            ProblemCode::Invalid,
            "A planned activity has not come from the person yet: set `fromThePerson` once it has happened.",
        );
    }
    None
}
