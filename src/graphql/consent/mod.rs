//! Purposes, consents and their proofs in GraphQL, and the subscription to changes of consents.
//!
//! There are mutations to end a consent but none to create one: only the person's mailbox can give it.

mod enums;
mod evidence;
mod foresee;
mod inputs;
mod live;
mod loaders;
mod mutations;
mod purpose;

use async_graphql::{Context, ID, Object};
use entity::{ContactAddressId, PurposeId, Time, consent};

use super::{
    contacts::Contact,
    kit::{allowed, asked, at_hand, load, load_named, parse},
};
use crate::{
    accounts::Right,
    consent::{list_purposes, load_purpose, state},
    error::{Error, Result},
    platform::graphql::{Nullable, Row, nullable},
};

use self::loaders::{JoinedProofsOf, ProofOf};
pub use self::{
    enums::*,
    evidence::*,
    inputs::*,
    live::{ConsentEvent, ConsentSubscription},
    mutations::ConsentMutation,
    purpose::*,
};
pub(crate) use self::{
    foresee::foresee_consents,
    loaders::{ConsentsOf, MayUse, PausesOf},
};

/// GraphQL type over a `consent` row.
pub struct Consent(pub consent::Model);

at_hand! {
    Consent: id, state, channel, since, expiresAt, purpose, purposeVersion, contact;
}

/// One contact's consent to one purpose on one channel. It changes only by acts recorded in the journal.
#[Object]
impl Consent {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.contact_id).await?))
    }

    /// The purpose.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Row<Purpose>> {
        Ok(Row(Purpose(load_named(ctx, self.0.purpose_id).await?)))
    }

    /// The text that was agreed to.
    async fn purpose_version(&self, ctx: &Context<'_>) -> Result<PurposeVersion> {
        Ok(PurposeVersion(load_named(ctx, self.0.purpose_version_id).await?))
    }

    /// The channel.
    async fn channel(&self) -> Channel {
        self.0.channel.into()
    }

    /// Its state.
    async fn state(&self) -> ConsentState {
        self.0.state.into()
    }

    /// When it entered this state.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When it expires; null: not before it is withdrawn.
    async fn expires_at(&self) -> Option<Time> {
        self.0.expires_at
    }

    /// Whether it is given, not expired, and proven by the address in use now. Before using it, ask
    /// `Contact.mayUse`: a restriction or suppression may forbid it.
    async fn holds_now(&self, ctx: &Context<'_>) -> Result<bool> {
        let (app, _) = asked(ctx)?;
        let contact = load_named(ctx, self.0.contact_id).await?;
        Ok(contact
            .primary_address_id
            .is_some_and(|address: ContactAddressId| state::holds(&self.0, address, app.now())))
    }

    /// The proof that it was given, even if it has ended since; null if it never was. Requires the right to
    /// read evidence (OWNER, ADMIN, DPO).
    #[graphql(complexity = "5 + child_complexity")]
    async fn evidence(&self, ctx: &Context<'_>) -> Nullable<ConsentEvidence> {
        let outcome = async {
            allowed(ctx, Right::ReadEvidence)?;
            Ok(load(ctx, ProofOf(self.0.id)).await?.map(ConsentEvidence))
        };
        nullable(outcome.await)
    }

    /// The proofs of contacts who were merged into this one, in addition to `evidence`; empty without merges,
    /// null without the right to read evidence (OWNER, ADMIN, DPO).
    #[graphql(complexity = "5 + 2 * child_complexity")]
    async fn joined_evidence(&self, ctx: &Context<'_>) -> Nullable<Vec<ConsentEvidence>> {
        let outcome = async {
            allowed(ctx, Right::ReadEvidence)?;
            let proofs = load(ctx, JoinedProofsOf(self.0.id)).await?.unwrap_or_default();
            Ok(Some(proofs.into_iter().map(ConsentEvidence).collect()))
        };
        nullable(outcome.await)
    }
}

/// Queries about purposes.
#[derive(Default)]
pub struct ConsentQuery;

#[Object]
impl ConsentQuery {
    /// All purposes, oldest first, including archived ones. A workspace has dozens.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<Purpose>> {
        let (app, caller) = allowed(ctx, Right::ReadForms)?;
        Ok(list_purposes(app.db(), caller.workspace).await?.into_iter().map(Purpose).collect())
    }

    /// A purpose; null when there is none with this id.
    async fn purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose.")] id: ID,
    ) -> Nullable<Purpose> {
        let outcome = async {
            let (app, caller) = allowed(ctx, Right::ReadForms)?;
            let Some(id) = parse::<PurposeId>(&id) else { return Ok(None) };
            match load_purpose(app.db(), caller.workspace, id).await {
                Ok(row) => Ok(Some(Purpose(row))),
                Err(Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        };
        nullable(outcome.await)
    }
}
