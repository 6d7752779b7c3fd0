//! A request in GraphQL, with its exchange.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::Loader};
use entity::{LegalBasis as StoredBasis, RequestId, Time, request};

use super::{
    BalanceOutcome, ExtensionReason, ObjectionScope, RefusalReason, RequestChannel, RequestHurdle,
    RequestKind, RequestState, RequestStepKind, RightApplies,
};
use crate::{
    accounts::load_workspace,
    error::Result,
    graphql::{
        accounts::Member,
        consent::{LegalBasis, MailState},
        contacts::Contact,
        kit::{Load, LoadError, asked, load, load_by_id},
    },
    privacy::requests::{Exchange, Step, exchange_text, exchanges, is_open, requests_by_id, rights_of},
};

load_by_id! {
    requests_by_id(RequestId) -> request;
}

/// The opened exchange about a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ExchangeOf(pub RequestId);

impl Loader<ExchangeOf> for Load {
    type Value = Arc<Exchange>;
    type Error = LoadError;

    async fn load(&self, keys: &[ExchangeOf]) -> Result<HashMap<ExchangeOf, Self::Value>, LoadError> {
        let ids: Vec<RequestId> = keys.iter().map(|key| key.0).collect();
        let found = exchanges(self.app.db(), &self.app.vault, self.caller.workspace, &ids).await?;
        Ok(found.into_iter().map(|(id, exchange)| (ExchangeOf(id), Arc::new(exchange))).collect())
    }
}

/// GraphQL type over a `request` row.
#[derive(Clone)]
pub struct Request(pub request::Model);

impl Request {
    async fn exchange(&self, ctx: &Context<'_>) -> Result<Arc<Exchange>> {
        Ok(load(ctx, ExchangeOf(self.0.id)).await?.unwrap_or_default())
    }
}

/// A person exercising a right (GDPR Art. 15 to 21), with its legal clock. No identity document is ever asked
/// for.
#[Object]
impl Request {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Which right.
    async fn kind(&self) -> RequestKind {
        self.0.kind.into()
    }

    /// Its state.
    async fn state(&self) -> RequestState {
        self.0.state.into()
    }

    /// How it arrived.
    async fn channel(&self) -> RequestChannel {
        self.0.channel.into()
    }

    /// The contact; null while nobody could be identified, and once they were erased.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(Contact)),
            None => Ok(None),
        }
    }

    /// What an objection is about; null for other rights.
    async fn objects_to(&self) -> Option<ObjectionScope> {
        self.0.objects_to.map(Into::into)
    }

    /// Where the person is answered; null when they gave no mailbox, or the file was destroyed.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let exchange = self.exchange(ctx).await?;
        Ok(exchange.content.as_ref().map(|content| content.email.clone()).filter(|email| !email.is_empty()))
    }

    /// Who asks, as they wrote it; null when unknown.
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let exchange = self.exchange(ctx).await?;
        Ok(exchange.content.as_ref().map(|content| content.name.clone()).filter(|name| !name.is_empty()))
    }

    /// The language in which the person is answered: `fr` or `en`.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// When it was received, which starts the clock.
    async fn received_at(&self) -> Time {
        self.0.received_at
    }

    /// When the acknowledgement was sent.
    async fn acknowledged_at(&self) -> Option<Time> {
        self.0.acknowledged_at
    }

    /// When the mailbox proved who asks; null if it did not.
    async fn identity_proven_at(&self) -> Option<Time> {
        self.0.identity_proven_at
    }

    /// Since when the clock stands still, because the person was asked without delay to prove who they are.
    async fn suspended_at(&self) -> Option<Time> {
        self.0.suspended_at
    }

    /// Until when it must be answered: the last second of a working day, in the time zone of the workspace.
    async fn due_at(&self) -> Time {
        self.0.due_at
    }

    /// Whether it should have been answered by now.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        let (app, _) = asked(ctx)?;
        Ok(is_open(self.0.state) && self.0.suspended_at.is_none() && self.0.due_at < app.now())
    }

    /// When it was extended by two months.
    async fn extended_at(&self) -> Option<Time> {
        self.0.extended_at
    }

    /// Why it was extended.
    async fn extension_reason(&self) -> Option<ExtensionReason> {
        self.0.extension_reason.map(Into::into)
    }

    /// When it was fulfilled or refused.
    async fn answered_at(&self) -> Option<Time> {
        self.0.answered_at
    }

    /// Why it was refused.
    async fn refusal_reason(&self) -> Option<RefusalReason> {
        self.0.refusal_reason.map(Into::into)
    }

    /// How the balance came out, if an objection needed one.
    async fn balance(&self) -> Option<BalanceOutcome> {
        self.0.balance.map(Into::into)
    }

    /// Why staff must decide, if it was not carried out at once.
    async fn hurdle(&self) -> Option<RequestHurdle> {
        self.0.hurdle.map(Into::into)
    }

    /// The member who handles it.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.assignee_id {
            Some(member) => Ok(load(ctx, member).await?.map(Member)),
            None => Ok(None),
        }
    }

    /// Incremented by every change of staff: pass it as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The whole exchange, oldest first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<RequestStep>> {
        Ok(self.exchange(ctx).await?.steps.iter().map(RequestStep::from).collect())
    }

    /// The whole exchange as a text to keep, print or hand to the person, in the request's language. It names
    /// no member of the staff.
    async fn document(&self, ctx: &Context<'_>) -> Result<String> {
        let (app, caller) = asked(ctx)?;
        let exchange = self.exchange(ctx).await?;
        let controller = Box::pin(load_workspace(app, caller.workspace)).await?;
        Ok(exchange_text(&self.0, &exchange, &controller))
    }
}

/// A step of the exchange about a request.
#[derive(SimpleObject)]
pub struct RequestStep {
    /// Its id.
    pub id: ID,
    /// What happened.
    pub kind: RequestStepKind,
    /// When.
    pub at: Time,
    /// Who acted: the id of a member, API key or contact, `mailbox`, or `system`.
    pub actor: String,
    /// What was written; null when nothing was, or the file was destroyed.
    pub text: Option<String>,
    /// What became of the mail that told the person; null while there is none.
    pub mail: Option<MailState>,
}

impl From<&Step> for RequestStep {
    fn from(step: &Step) -> Self {
        Self {
            id: step.row.id.into(),
            kind: step.row.kind.into(),
            at: step.row.at,
            actor: step.row.actor.clone(),
            text: Some(step.text.clone()).filter(|text| !text.is_empty()),
            mail: step.mail.map(Into::into),
        }
    }
}

/// Whether a right applies to a person.
#[derive(SimpleObject)]
pub struct AppliedRight {
    /// The right.
    pub right: RequestKind,
    /// Whether it applies to any part of what is held.
    pub applies: RightApplies,
}

/// Which rights apply to a person, by the legal bases of the purposes for which their data are held: advice,
/// and never by itself a ground to refuse.
#[derive(SimpleObject)]
pub struct ContactRights {
    /// The legal bases.
    pub bases: Vec<LegalBasis>,
    /// Every right.
    pub rights: Vec<AppliedRight>,
}

impl ContactRights {
    pub(super) fn of(bases: Vec<StoredBasis>) -> Self {
        let rights = rights_of(&bases).into_iter();
        Self {
            rights: rights
                .map(|(right, applies)| AppliedRight { right: right.into(), applies: applies.into() })
                .collect(),
            bases: bases.into_iter().map(Into::into).collect(),
        }
    }
}
