//! Reminds staff of clocks of the law that are about to run out: requests of persons (GDPR Art. 12(3)) and
//! breaches (Art. 33(1)). Each reminder is an entry in the journal and a task; the clock's own row says that it
//! was given.

use entity::{ActivityId, ActivityKind, ContactId, MemberId, Time, WorkspaceId, breach, request};

use crate::{
    activities::{Note, note_activity},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Clocks per run.
pub(super) const BATCH: u64 = 100;

/// A row whose clock staff are reminded of.
pub(super) trait Clock: Sized + Send + Sync {
    /// Whose it is.
    fn workspace(&self) -> WorkspaceId;

    /// A batch of those to remind of, the most urgent first.
    fn find_due(app: &App) -> impl Future<Output = Result<Vec<Self>>> + Send;

    /// Locks it and marks it as reminded of. What to say; `None`: no longer.
    fn remind(&self, work: &mut Work) -> impl Future<Output = Result<Option<Reminder>>> + Send;
}

/// What staff are told.
pub(super) struct Reminder {
    /// The entry in the journal.
    pub entry: Entry,
    /// Whose tasks it becomes.
    pub tasks: Vec<Task>,
    /// The task in one line, without personal data.
    pub subject: &'static str,
    /// Below it: the id to look for.
    pub body: String,
    /// When the task is due.
    pub due_at: Option<Time>,
}

/// On whose card or list a task stands.
pub(super) enum Task {
    /// On a contact's card, for whoever works on it.
    Card(ContactId),
    /// On the list of a member.
    Of(MemberId),
}

/// Reminds of one batch of each kind. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn remind_of_clocks(app: &App) -> Result<bool> {
    Ok(remind_of::<request::Model>(app).await? | remind_of::<breach::Model>(app).await?)
}

async fn remind_of<C: Clock>(app: &App) -> Result<bool> {
    let due = C::find_due(app).await?;
    for clock in &due {
        let mut work = app.begin(clock.workspace(), Actor::System).await?;
        let Some(reminder) = clock.remind(&mut work).await? else { continue };
        let Reminder { entry, tasks, subject, body, due_at } = reminder;
        for task in tasks {
            let (contact, assignee) = match task {
                Task::Card(contact) => (Some(contact), None),
                Task::Of(member) => (None, Some(member)),
            };
            let note = Note {
                kind: ActivityKind::Task,
                subject: subject.to_owned(),
                body: body.clone(),
                occurred_at: work.now(),
                due_at,
                due_on: None,
                assignee,
                contact,
                company: None,
                deal: None,
                from_the_person: false,
            };
            note_activity(&mut work, ActivityId::new(), note).await?;
        }
        work.record(entry);
        work.commit().await?;
    }
    Ok(due.len() as u64 == BATCH)
}
