//! The journal in GraphQL: paged queries, and the live subscription that never loses an entry.

use std::sync::Arc;

use async_graphql::{Context, ID, Json, Object, SimpleObject, Subscription};
use entity::{ContactId, EntryId, Time, journal};
use futures_util::Stream;

use super::{
    contacts::every_id_of,
    kit::{
        List, Read, allowed, cost, list,
        live::{Follower, Step, data_of, start},
        load_by_id, named,
    },
};
use crate::{
    accounts::{Caller, Right},
    app::App,
    error::{Error, ProblemCode, Result},
    journal::{
        Filter, Person, count_days, current_seq,
        loads::{count_entries, entries_by_id, page_entries},
    },
    platform::graphql::{PageArgs, page::Total},
};

/// Maximum number of kinds in a filter.
const MOST_KINDS: usize = 50;

load_by_id! {
    entries_by_id(EntryId) -> journal;
}

/// GraphQL type of a journal entry.
#[derive(Clone)]
pub struct JournalEntry(pub Arc<journal::Model>);

impl From<journal::Model> for JournalEntry {
    fn from(row: journal::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// A recorded action: who did what to what, and when. Never changed, never deleted, and without personal
/// data: only ids, enum values, numbers, times and hashes.
#[Object]
impl JournalEntry {
    /// Its global id; all references to an entry use it.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its number: 1, 2, 3 … in the order of commits, without gaps.
    async fn seq(&self) -> i64 {
        self.0.seq
    }

    /// When it happened.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// What happened, as `noun.verb`: `consent.given`, `form.published` …
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Who did it: the id of a member, API key or contact, or one of `mailbox`, `visitor`, `system`,
    /// `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// The contact it is about.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// The id of the object that changed.
    async fn object(&self) -> Option<&str> {
        self.0.object.as_deref()
    }

    /// The facts, as an object whose keys depend on the kind.
    async fn data(&self) -> Read<Json<serde_json::Value>> {
        Ok(Json(data_of(&self.0)?))
    }

    /// The exact bytes that were hashed: canonical JSON (RFC 8785).
    async fn bytes(&self) -> &str {
        &self.0.bytes
    }

    /// SHA-256 of a zero byte and the bytes, in hex.
    async fn leaf_hash(&self) -> String {
        hex::encode(&self.0.leaf_hash)
    }

    /// The commitment to sealed evidence, in hex; null when the entry has no personal data.
    async fn commitment(&self) -> Option<String> {
        self.0.commitment.as_ref().map(hex::encode)
    }
}

/// A step of the live journal.
#[derive(SimpleObject)]
pub struct JournalEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The entry; null when the position moved past entries that do not match the filter.
    pub entry: Option<JournalEntry>,
}

/// How often something happened on a day.
#[derive(SimpleObject)]
pub struct JournalDay {
    /// The day by the calendar of the controller's country, as YYYY-MM-DD.
    pub date: String,
    /// What happened, as in `JournalEntry.kind`.
    pub kind: String,
    /// How often.
    pub count: i64,
}

/// Filter for entries.
#[derive(Default, async_graphql::InputObject)]
pub struct JournalFilter {
    /// Only these kinds, such as `consent.given`.
    pub kinds: Option<Vec<String>>,
    /// Only entries about this contact, including those about contacts merged into it.
    pub contact_id: Option<ID>,
}

/// Reads a filter from the input. A contact matches under every id that was merged into theirs.
///
/// # Errors
/// `Rejected` when the contact's id is invalid, or there are too many kinds.
pub(crate) async fn read_filter(
    app: &App,
    caller: &Caller,
    kinds: Option<Vec<String>>,
    contact_id: Option<&ID>,
) -> Result<Filter> {
    let (kinds, contact) = check_filter(kinds, contact_id)?;
    let contact = match contact {
        Some(id) => Some(Person::new(&Box::pin(every_id_of(app, caller.workspace, id)).await?)),
        None => None,
    };
    Ok(Filter { kinds, contact })
}

fn check_filter(
    kinds: Option<Vec<String>>,
    contact_id: Option<&ID>,
) -> Result<(Vec<String>, Option<ContactId>)> {
    let kinds = kinds.unwrap_or_default();
    if kinds.len() > MOST_KINDS {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "kinds",
            "Name at most 50 kinds, or none for all.",
        ));
    }
    let contact = contact_id.map(|id| named::<ContactId>(id, "contactId")).transpose()?;
    Ok((kinds, contact))
}

/// Queries of the journal.
#[derive(Default)]
pub struct JournalQuery;

#[Object]
impl JournalQuery {
    /// Entries of the journal, oldest first; with `last`, the newest ones.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which entries; absent = all.")] filter: Option<JournalFilter>,
    ) -> Result<List<i64, JournalEntry>> {
        let (app, caller) = allowed(ctx, Right::ReadJournal)?;
        let request = PageArgs::new(first, after, last, before).check::<i64>()?;
        let JournalFilter { kinds, contact_id } = filter.unwrap_or_default();
        let filter = read_filter(app, &caller, kinds, contact_id.as_ref()).await?;
        let page = page_entries(app.db(), caller.workspace, &filter, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, filter) = (app.clone(), filter.clone());
            async move { count_entries(app.db(), caller.workspace, &filter).await }
        });
        Ok(list(page, |row| row.seq, JournalEntry::from, total))
    }

    /// How often it happened on each of the last days, oldest first, that a form was sent
    /// (`submission.received`), a mailbox confirmed (`opt_in.confirmed`), a contact was created, a consent was
    /// given, withdrawn or refused, a deal was created, won or lost, or a request was received. Days without
    /// any are left out.
    async fn journal_days(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many days, today included; from 1 to 92.", default = 30)] days: i32,
    ) -> Result<Vec<JournalDay>> {
        let (app, caller) = allowed(ctx, Right::ReadJournal)?;
        let days = u16::try_from(days)
            .ok()
            .filter(|days| (1..=92).contains(days))
            .ok_or_else(|| Error::rejected(ProblemCode::Invalid, "days", "Ask for 1 to 92 days."))?;
        let counts = Box::pin(count_days(app.db(), caller.workspace, app.now(), days)).await?;
        let day = |((date, kind), count): ((chrono::NaiveDate, String), i64)| JournalDay {
            date: date.to_string(),
            kind,
            count,
        };
        Ok(counts.into_iter().map(day).collect())
    }

    /// The number of the newest entry. Query it before the data you show, then subscribe after it: nothing is
    /// missed.
    async fn journal_head(&self, ctx: &Context<'_>) -> Result<i64> {
        let (app, caller) = allowed(ctx, Right::ReadJournal)?;
        current_seq(app.db(), caller.workspace).await
    }
}

/// Subscriptions to the journal.
#[derive(Default)]
pub struct JournalSubscription;

#[Subscription]
impl JournalSubscription {
    /// Entries as they are written, in order, each exactly once. Store `position`: a client that was offline
    /// subscribes with `after` set to the last one it handled, and misses nothing.
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Begin after this number; absent = from now on; 0 = from the beginning.")]
        after: Option<i64>,
        #[graphql(desc = "Only these kinds, like `consent.given`; absent = all.")] kinds: Option<Vec<String>>,
        #[graphql(
            desc = "Only entries about this contact, those under the ids that were merged into it included."
        )]
        contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = async_graphql::Result<JournalEvent>> + use<>> {
        let (app, caller) = allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter = read_filter(app, &caller, kinds, contact_id.as_ref()).await?;
        let follower =
            Follower::new(app, caller, &[Right::ReadJournal], after, move |entry| filter.wants(entry))
                .await?;
        Ok(follower.events(|step| async move {
            Ok(match step {
                Step::Entries(rows) => rows
                    .into_iter()
                    .map(|row| JournalEvent { position: row.seq, entry: Some(JournalEntry(row)) })
                    .collect(),
                Step::Position(position) => vec![JournalEvent { position, entry: None }],
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There are thousands of subscriptions per node, which mostly wait, so their futures must not reserve
    /// space for what they need briefly.
    #[test]
    fn a_subscription_that_waits_costs_little_memory() {
        fn sizes<'a, F, S>(_: impl Fn(&'a JournalSubscription, &'a Context<'a>) -> F) -> [usize; 2]
        where
            F: Future<Output = Result<S>>,
        {
            [size_of::<F>(), size_of::<S>()]
        }
        let sizes = sizes(|rooms, ctx| rooms.journal(ctx, None, None, None));
        assert!(sizes.iter().all(|size| *size <= 1024), "in bytes, to begin and to go on: {sizes:?}");
    }

    #[test]
    fn a_filter_names_a_contact_and_not_too_many_kinds() {
        let contact = ContactId::new();
        let (kinds, named) =
            check_filter(Some(vec!["consent.given".to_owned()]), Some(&contact.into())).unwrap();
        assert_eq!((named, kinds.len()), (Some(contact), 1));
        assert!(matches!(check_filter(None, Some(&ID::from("form_x"))), Err(Error::Rejected(_))));
        assert!(matches!(check_filter(Some(vec![String::new(); 51]), None), Err(Error::Rejected(_))));
    }
}
