//! The timeline of a contact or deal in GraphQL: one interface, and one type per kind of line.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, Enum, ID, Interface, Object,
    connection::{Connection, Edge, EmptyFields, OpaqueCursor},
    dataloader::Loader,
};
use entity::{ConsentId, PurposeId, StageId, SubmissionId, Time, activity, journal};
use serde_json::Value;

use super::Activity;
use crate::{
    accounts::{Caller, Right},
    activities::{self, Around, Moment, Stretch, TimelinePlace, read_timelines},
    error::Result,
    graphql::{
        consent::{Channel, Consent, Purpose},
        forms::Submission,
        journal::JournalEntry,
        kit::{Load, LoadError, allowed, data_of, group, load},
        pipeline::{Deal, Stage},
    },
    platform::graphql::PageArgs,
};

/// What a line of a timeline is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "activities::TimelineKind")]
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

/// A page of a timeline.
pub(crate) type Timeline = Connection<OpaqueCursor<TimelinePlace>, TimelineItem>;

/// A line of a timeline.
#[derive(Interface)]
#[expect(clippy::duplicated_attributes, reason = "each is of a field of its own")]
#[graphql(
    field(name = "id", ty = "ID", desc = "The id of the activity or journal entry it tells of."),
    field(name = "at", ty = "Time", desc = "When it happened, or is planned."),
    field(name = "kind", ty = "TimelineKind", desc = "What it is about."),
    field(
        name = "event",
        ty = "String",
        desc = "What happened, as the journal calls it: `deal.moved`, `consent.given` …"
    ),
    field(
        name = "actor",
        ty = "String",
        desc = "Who did it: the id of a member, API key or contact, or one of `mailbox`, `visitor`, `system`, `operator`."
    )
)]
#[expect(
    clippy::large_enum_variant,
    reason = "a page holds at most a hundred of them, and most are activities"
)]
pub enum TimelineItem {
    /// An activity.
    Activity(TimelineActivity),
    /// A change to the contact.
    Contact(TimelineContactChange),
    /// A change to a consent.
    Consent(TimelineConsentChange),
    /// A change to a deal.
    Deal(TimelineDealChange),
    /// A submission.
    Submission(TimelineSubmission),
    /// A mail.
    Mail(TimelineMail),
    /// A sealed value was revealed.
    Reveal(TimelineReveal),
}

impl TimelineItem {
    fn of(moment: Moment) -> Result<Option<Self>> {
        let row = match moment {
            Moment::Activity(row) => return Ok(Some(Self::Activity(TimelineActivity(row)))),
            Moment::Entry(row) => Arc::new(row),
        };
        let Some(kind) = activities::TimelineKind::of(&row.kind).map(TimelineKind::from) else {
            return Ok(None);
        };
        let told = Told { data: data_of(&row)?, row, kind };
        Ok(match kind {
            TimelineKind::Activity => None,
            TimelineKind::Contact => Some(Self::Contact(TimelineContactChange(told))),
            TimelineKind::Consent => Some(Self::Consent(TimelineConsentChange(told))),
            TimelineKind::Deal => Some(Self::Deal(TimelineDealChange(told))),
            TimelineKind::Submission => Some(Self::Submission(TimelineSubmission(told))),
            TimelineKind::Mail => Some(Self::Mail(TimelineMail(told))),
            TimelineKind::Reveal => Some(Self::Reveal(TimelineReveal(told))),
        })
    }
}

/// GraphQL type of an activity's line.
pub struct TimelineActivity(activity::Model);

/// An activity on a timeline.
#[Object]
impl TimelineActivity {
    /// The activity's id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// When it happened, or is planned; for a task, when it was created.
    async fn at(&self) -> Time {
        self.0.occurred_at
    }

    /// `ACTIVITY`.
    async fn kind(&self) -> TimelineKind {
        TimelineKind::Activity
    }

    /// `activity.logged`.
    async fn event(&self) -> String {
        "activity.logged".to_owned()
    }

    /// Who logged it: the id of a member, API key or contact, or `system`.
    async fn actor(&self) -> String {
        self.0.author.clone()
    }

    /// The activity.
    async fn activity(&self) -> Activity {
        Activity(self.0.clone())
    }
}

/// A line that comes from the journal.
struct Told {
    row: Arc<journal::Model>,
    data: Value,
    kind: TimelineKind,
}

impl Told {
    fn word(&self, name: &str) -> Option<String> {
        self.data[name].as_str().map(str::to_owned)
    }

    fn read<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.data[name].as_str()?.parse().ok()
    }

    fn object<T: std::str::FromStr>(&self) -> Option<T> {
        self.row.object.as_deref()?.parse().ok()
    }
}

/// Defines the type of a line from the journal: the common fields, and those of its own.
macro_rules! told {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        pub struct $name(Told);

        $(#[$doc])*
        #[Object]
        impl $name {
            /// The journal entry's id.
            async fn id(&self) -> ID {
                self.0.row.id.into()
            }

            /// When it happened.
            async fn at(&self) -> Time {
                self.0.row.at
            }

            /// What it is about.
            async fn kind(&self) -> TimelineKind {
                self.0.kind
            }

            /// What happened, as a kind of journal entry.
            async fn event(&self) -> String {
                self.0.row.kind.clone()
            }

            /// Who did it: the id of a member, API key or contact, or one of `mailbox`, `visitor`, `system`,
            /// `operator`.
            async fn actor(&self) -> String {
                self.0.row.actor.clone()
            }

            /// The journal entry.
            async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
                allowed(ctx, Right::ReadJournal)?;
                Ok(JournalEntry(self.0.row.clone()))
            }

            $($own)*
        }
    };
}

told! {
    /// The contact was created, changed, tagged, merged or archived: `event` says which.
    TimelineContactChange {
        /// Names of the changed values; empty when no values changed.
        async fn fields(&self) -> Vec<String> {
            let names = self.0.data["fields"].as_array().cloned().unwrap_or_default();
            names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
    }
}

told! {
    /// A consent, or another legal basis, began or ended: `event` says which.
    TimelineConsentChange {
        /// The consent as it is now; null for another legal basis.
        async fn consent(&self, ctx: &Context<'_>) -> Result<Option<Consent>> {
            match self.0.object::<ConsentId>() {
                Some(id) => Ok(load(ctx, id).await?.map(Consent)),
                None => Ok(None),
            }
        }

        /// The purpose.
        async fn purpose(&self, ctx: &Context<'_>) -> Result<Option<Purpose>> {
            match self.0.read::<PurposeId>("purpose") {
                Some(id) => Ok(load(ctx, id).await?.map(Purpose)),
                None => Ok(None),
            }
        }

        /// The channel; null for another legal basis.
        async fn channel(&self) -> Option<Channel> {
            self.0.read::<entity::Channel>("channel").map(Channel::from)
        }

        /// Why it ended, if staff or the controller ended it: a word like `TOLD_BY_PHONE`.
        async fn reason(&self) -> Option<String> {
            self.0.word("reason")
        }
    }
}

told! {
    /// A deal was created, changed, moved, won or lost: `event` says which.
    TimelineDealChange {
        /// The deal as it is now.
        async fn deal(&self, ctx: &Context<'_>) -> Result<Option<Deal>> {
            allowed(ctx, Right::ReadDeals)?;
            match self.0.object::<entity::DealId>() {
                Some(id) => Ok(load(ctx, id).await?.map(Deal)),
                None => Ok(None),
            }
        }

        /// The stage it left; null when it did not move.
        #[graphql(name = "fromStage")]
        async fn left_stage(&self, ctx: &Context<'_>) -> Result<Option<Stage>> {
            match self.0.read::<StageId>("fromStage") {
                Some(id) => Ok(load(ctx, id).await?.map(Stage)),
                None => Ok(None),
            }
        }

        /// The stage it was in afterwards.
        async fn stage(&self, ctx: &Context<'_>) -> Result<Option<Stage>> {
            match self.0.read::<StageId>("stage") {
                Some(id) => Ok(load(ctx, id).await?.map(Stage)),
                None => Ok(None),
            }
        }
    }
}

told! {
    /// The person sent a form, or confirmed it: `event` says which.
    TimelineSubmission {
        /// The submission.
        async fn submission(&self, ctx: &Context<'_>) -> Result<Option<Submission>> {
            allowed(ctx, Right::ReadSubmissions)?;
            match self.0.object::<SubmissionId>().or_else(|| self.0.read("submission")) {
                Some(id) => Ok(load(ctx, id).await?.map(Submission)),
                None => Ok(None),
            }
        }
    }
}

told! {
    /// A mail to the person was sent, or bounced: `event` says which.
    TimelineMail {
        /// The kind of mail, for example `opt_in_receipt`.
        async fn mail(&self) -> Option<String> {
            self.0.word("mail")
        }
    }
}

told! {
    /// Somebody revealed a sealed value.
    TimelineReveal {
        /// The id of the value's field.
        async fn field(&self) -> Option<String> {
            self.0.word("field")
        }

        /// The reason they gave: a word like `PAYMENT`.
        async fn reason(&self) -> Option<String> {
            self.0.word("reason")
        }
    }
}

/// A page of one timeline.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct TimelineOf {
    around: Around,
    stretch: Stretch,
}

impl Loader<TimelineOf> for Load {
    type Value = Vec<Moment>;
    type Error = LoadError;

    async fn load(&self, keys: &[TimelineOf]) -> Result<HashMap<TimelineOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for ((_, stretch), keys) in group(keys.to_vec(), |key| (key.around.column(), key.stretch.clone())) {
            let around: Vec<Around> = keys.iter().map(|key| key.around).collect();
            let Caller { workspace, actor, .. } = self.caller;
            let mut lines = read_timelines(&self.app, workspace, actor, &around, &stretch).await?;
            for key in keys {
                let own = lines.remove(&key.around).unwrap_or_default();
                found.insert(key, own);
            }
        }
        Ok(found)
    }
}

/// A record's timeline, the newest first.
///
/// # Errors
/// `Rejected` when the page's arguments are wrong.
pub(crate) async fn timeline_around(
    ctx: &Context<'_>,
    around: Around,
    first: i32,
    after: Option<String>,
    kinds: Option<Vec<TimelineKind>>,
) -> Result<Timeline> {
    allowed(ctx, Right::ReadContacts)?;
    let request = PageArgs::new(Some(first), after, None, None).check::<TimelinePlace>()?;
    let mut kinds: Vec<activities::TimelineKind> =
        kinds.unwrap_or_default().into_iter().map(Into::into).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let stretch = Stretch { after: request.after, limit: request.limit, kinds };
    let lines = load(ctx, TimelineOf { around, stretch }).await?.unwrap_or_default();
    let page = request.page(lines);
    let mut timeline = Timeline::new(page.has_previous, page.has_next);
    for line in page.rows {
        let place = line.place();
        if let Some(item) = TimelineItem::of(line)? {
            timeline.edges.push(Edge::<_, _, EmptyFields>::new(OpaqueCursor(place), item));
        }
    }
    Ok(timeline)
}
