//! Holds in GraphQL.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{ContactId, HoldId, Time, hold};

use crate::{
    accounts::Right,
    contacts::find_contact,
    error::Result,
    graphql::{
        contacts::Contact,
        kit::{List, allowed, asked, cost, found, list, load, load_by_id, named, parse},
    },
    platform::graphql::{DateTime, PageArgs, UserError, page::Total, user_errors},
    privacy::holds::{
        self, HoldsWanted, NewHold, count_holds, holds_by_id, notes_of, page_holds, release_hold, set_hold,
        state_of,
    },
};

load_by_id! {
    holds_by_id(HoldId) -> hold;
}

/// Why a contact is kept for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::HoldReason")]
pub enum HoldReason {
    /// A dispute is under way.
    Dispute,
    /// A claim is expected or pending.
    LegalClaim,
    /// An audit or investigation.
    Audit,
    /// A legal obligation.
    LegalObligation,
}

/// Whether a hold applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "holds::HoldState")]
pub enum HoldState {
    /// It applies: its contact is not erased.
    Current,
    /// Somebody released it before its end.
    Released,
    /// Its end came.
    Over,
}

/// GraphQL type over a `hold` row.
pub struct Hold(pub hold::Model);

/// A documented reason to keep a contact for now. It stops every erasure, and no restriction.
#[Object]
impl Hold {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        Ok(load(ctx, self.0.contact_id).await?.map(Contact))
    }

    /// Why.
    async fn reason(&self) -> HoldReason {
        self.0.reason.into()
    }

    /// Whether it applies now.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn state(&self, ctx: &Context<'_>) -> Result<HoldState> {
        let (app, _) = asked(ctx)?;
        Ok(state_of(&self.0, app.now()).into())
    }

    /// What staff noted about it; null without a note. It is sealed, and goes when the contact goes.
    #[graphql(complexity = "5")]
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (app, caller) = allowed(ctx, Right::ManageHolds)?;
        let mut notes = notes_of(app, caller.workspace, std::slice::from_ref(&self.0)).await?;
        Ok(notes.remove(&self.0.id))
    }

    /// Since when.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// Until when.
    async fn until(&self) -> Time {
        self.0.until
    }

    /// When it was released, or found to be over; null before.
    async fn released_at(&self) -> Option<Time> {
        self.0.released_at
    }
}

/// A new hold.
#[derive(InputObject)]
pub struct SetHoldInput {
    /// The contact to keep.
    pub contact_id: ID,
    /// Why.
    pub reason: HoldReason,
    /// Until when, at most ten years ahead.
    pub until: DateTime,
    /// What there is to know about it, in at most 4,000 characters. It is sealed.
    #[graphql(default)]
    pub note: String,
}

/// Result of `setHold`.
#[derive(SimpleObject)]
pub struct SetHoldPayload {
    /// The new hold; null when the input was refused.
    pub hold: Option<Hold>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The hold to release.
#[derive(InputObject)]
pub struct ReleaseHoldInput {
    /// The hold.
    pub hold_id: ID,
}

/// Result of `releaseHold`.
#[derive(SimpleObject)]
pub struct ReleaseHoldPayload {
    /// The hold as it is now; null when the input was refused.
    pub hold: Option<Hold>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Queries about holds.
#[derive(Default)]
pub struct HoldsQuery;

#[Object]
impl HoldsQuery {
    /// Holds, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn holds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only holds on this contact.")] contact_id: Option<ID>,
        #[graphql(desc = "Only holds that apply now.", default)] current: bool,
    ) -> Result<List<HoldId, Hold>> {
        let (app, caller) = allowed(ctx, Right::ManageHolds)?;
        let request = PageArgs::new(first, after, last, before).check::<HoldId>()?;
        let contact = match &contact_id {
            None => None,
            // An id of nobody lists nothing, as everywhere.
            Some(id) => {
                let id = parse::<ContactId>(id).unwrap_or_else(ContactId::new);
                Some(find_contact(app.db(), caller.workspace, id).await?.map_or(id, |row| row.id))
            }
        };
        let wanted = HoldsWanted { contact, current_at: current.then(|| app.now()) };
        let page = page_holds(app.db(), caller.workspace, &wanted, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, wanted) = (app.clone(), wanted.clone());
            async move { count_holds(app.db(), caller.workspace, &wanted).await }
        });
        Ok(list(page, |row| row.id, Hold, total))
    }
}

/// Mutations about holds.
#[derive(Default)]
pub struct HoldsMutation;

#[Object]
impl HoldsMutation {
    /// Keep a contact for now: neither a request, nor staff, nor a retention rule erases them until the end.
    /// A contact may have several holds.
    async fn set_hold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to keep, why and until when.")] input: SetHoldInput,
    ) -> Result<SetHoldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let new = NewHold {
                contact: named(&input.contact_id, "contactId")?,
                reason: input.reason.into(),
                until: input.until.0,
                note: input.note,
            };
            found("contactId", set_hold(app, caller.workspace, caller.actor, new).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(SetHoldPayload { hold: row.map(Hold), user_errors })
    }

    /// Release a hold before its end: what is due for its contact goes its way again. Idempotent.
    async fn release_hold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The hold to release.")] input: ReleaseHoldInput,
    ) -> Result<ReleaseHoldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.hold_id, "holdId")?;
            found("holdId", release_hold(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ReleaseHoldPayload { hold: row.map(Hold), user_errors })
    }
}
