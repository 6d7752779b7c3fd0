//! Purposes, consents and their proofs in GraphQL, and the live subscription to changes of consent.
//!
//! A consent is never set here: only the person's mailbox gives one, so there are mutations to end it and none to make it.

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
    loaders::{ConsentsOf, MayUse},
};

/// Whether one contact agreed to one purpose by one channel. It changes only by acts recorded in the journal.
pub struct Consent(pub consent::Model);

at_hand! {
    Consent: id, state, channel, since, expiresAt, purpose, purposeVersion, contact;
}

/// Whether one contact agreed to one purpose by one channel. It changes only by acts recorded in the journal.
#[Object]
impl Consent {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Who.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.contact_id).await?))
    }

    /// For what.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Row<Purpose>> {
        Ok(Row(Purpose(load_named(ctx, self.0.purpose_id).await?)))
    }

    /// In which text.
    async fn purpose_version(&self, ctx: &Context<'_>) -> Result<PurposeVersion> {
        Ok(PurposeVersion(load_named(ctx, self.0.purpose_version_id).await?))
    }

    /// By which channel.
    async fn channel(&self) -> Channel {
        self.0.channel.into()
    }

    /// The state.
    async fn state(&self) -> ConsentState {
        self.0.state.into()
    }

    /// Since when.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When it expires; null = when it is withdrawn.
    async fn expires_at(&self) -> Option<Time> {
        self.0.expires_at
    }

    /// Whether it is given, unexpired, and proven by the address in use now. Ask `Contact.mayUse` before using it: a restriction
    /// or suppression may stand in the way.
    async fn holds_now(&self, ctx: &Context<'_>) -> Result<bool> {
        let (app, _) = asked(ctx)?;
        let contact = load_named(ctx, self.0.contact_id).await?;
        Ok(contact
            .primary_address_id
            .is_some_and(|address: ContactAddressId| state::holds(&self.0, address, app.now())))
    }

    /// The proof that it was given, even if it has ended since; null when it never was. Needs the right to read evidence
    /// (OWNER, ADMIN, DPO).
    #[graphql(complexity = "5 + child_complexity")]
    async fn evidence(&self, ctx: &Context<'_>) -> Nullable<ConsentEvidence> {
        let outcome = async {
            allowed(ctx, Right::ReadEvidence)?;
            Ok(load(ctx, ProofOf(self.0.id)).await?.map(ConsentEvidence))
        };
        nullable(outcome.await)
    }

    /// The proofs of contacts who were merged into this one, beside `evidence`; empty when nobody was, null for those
    /// without the right to read evidence (OWNER, ADMIN, DPO).
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

/// Queries of this room.
#[derive(Default)]
pub struct ConsentQuery;

#[Object]
impl ConsentQuery {
    /// Every purpose, oldest first, the ended ones included. A workspace has dozens.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<Purpose>> {
        let (app, caller) = allowed(ctx, Right::ReadForms)?;
        Ok(list_purposes(app.db(), caller.workspace).await?.into_iter().map(Purpose).collect())
    }

    /// One purpose; null when there is none with this id.
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
