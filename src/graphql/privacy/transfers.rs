//! Transfers to a recipient in GraphQL: asking the person, what they answered, and passing data on.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::Loader};
use entity::{ContactId, Time, TransferAuthorisationId, transfer, transfer_authorisation as authorisation};

use crate::{
    accounts::Right,
    error::Result,
    graphql::kit::{
        List, Load, LoadError, Read, allowed, asked, cost, found, list, load, load_by_id, named, parse,
    },
    platform::graphql::{DateTime, PageArgs, UserError, page::Total, user_errors},
    privacy::packages::transfers::{
        AskTransfer, Question, ask_transfer,
        loads::{
            authorisations_by_id, count_authorisations, page_authorisations, questions_of,
            transfers_of_authorisations,
        },
        send_transfer,
    },
};

load_by_id! {
    authorisations_by_id(TransferAuthorisationId) -> transfer_authorisation;
}

/// What the person reads about an authorisation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct QuestionOf(pub TransferAuthorisationId);

/// What was passed on under an authorisation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TransfersOf(pub TransferAuthorisationId);

impl Loader<QuestionOf> for Load {
    type Value = Question;
    type Error = LoadError;

    async fn load(&self, keys: &[QuestionOf]) -> Result<HashMap<QuestionOf, Question>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = authorisations_by_id(self.app.db(), self.caller.workspace, &ids).await?;
        let rows: Vec<_> = rows.into_values().collect();
        let questions = questions_of(&self.app, &rows).await?;
        Ok(questions.into_iter().map(|(id, question)| (QuestionOf(id), question)).collect())
    }
}

impl Loader<TransfersOf> for Load {
    type Value = Vec<transfer::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[TransfersOf]) -> Result<HashMap<TransfersOf, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = transfers_of_authorisations(self.app.db(), self.caller.workspace, &ids).await?;
        Ok(found.into_iter().map(|(id, rows)| (TransfersOf(id), rows)).collect())
    }
}

/// A category of data that may be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::TransferCategory")]
pub enum TransferCategory {
    /// Names, job and company.
    Identity,
    /// E-mail addresses, telephone numbers and the postal address.
    ContactDetails,
    /// What the person answered in forms.
    Answers,
    /// What the person agreed to, and its proof.
    Consents,
}

/// The state of an authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::AuthorisationState")]
pub enum AuthorisationState {
    /// The person was asked, and has not answered.
    Asked,
    /// The person agreed.
    Granted,
    /// The person refused.
    Refused,
    /// The person took it back.
    Withdrawn,
    /// Nobody answered in time, or its period ended.
    Expired,
}

/// The state of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::TransferState")]
pub enum TransferState {
    /// Its file is being made.
    Building,
    /// The recipient has a link, and has not used it.
    Waiting,
    /// The recipient downloaded the file.
    Pulled,
    /// Its link expired, or the authorisation ended before it was used.
    Expired,
}

/// GraphQL type over a `transfer` row.
#[derive(Clone)]
pub struct Transfer(pub transfer::Model);

/// Data passed on to a recipient by a link that works once.
#[Object]
impl Transfer {
    /// Its id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its state.
    async fn state(&self) -> TransferState {
        self.0.state.into()
    }

    /// When it was ordered.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// Until when its link works.
    async fn expires_at(&self) -> Time {
        self.0.expires_at
    }

    /// When the recipient downloaded the file; null if they did not.
    async fn pulled_at(&self) -> Option<Time> {
        self.0.pulled_at
    }

    /// The size of what was downloaded, in bytes; 0 if nothing was.
    async fn bytes(&self) -> i64 {
        self.0.bytes
    }

    /// SHA-256 of what was downloaded, in hex; null if nothing was.
    async fn sha256(&self) -> Option<String> {
        self.0.sha256.as_ref().map(hex::encode)
    }
}

/// GraphQL type over a `transfer_authorisation` row.
#[derive(Clone)]
pub struct TransferAuthorisation(pub authorisation::Model);

/// What a person was asked to authorise for a named recipient (GDPR Art. 20(2)), and what they answered.
#[Object]
impl TransferAuthorisation {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the contact.
    async fn contact_id(&self) -> ID {
        self.0.contact_id.into()
    }

    /// The id of the recipient.
    async fn recipient_id(&self) -> ID {
        self.0.recipient_id.into()
    }

    /// The recipient's legal name, as the person read it; null once the person's keys were destroyed.
    async fn recipient_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(load(ctx, QuestionOf(self.0.id)).await?.map(|question| question.recipient))
    }

    /// What the recipient will use the data for, as the person read it; null once the person's keys were
    /// destroyed.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(load(ctx, QuestionOf(self.0.id)).await?.map(|question| question.purpose))
    }

    /// Which data.
    async fn scope(&self) -> Read<Vec<TransferCategory>> {
        let scope: Vec<entity::TransferCategory> = serde_json::from_str(&self.0.scope)?;
        Ok(scope.into_iter().map(Into::into).collect())
    }

    /// Its state.
    async fn state(&self) -> AuthorisationState {
        self.0.state.into()
    }

    /// When the person was asked.
    async fn asked_at(&self) -> Time {
        self.0.asked_at
    }

    /// Until when the person can answer.
    async fn answer_until(&self) -> Time {
        self.0.answer_until
    }

    /// From when it holds, if the person agrees.
    async fn valid_from(&self) -> Time {
        self.0.valid_from
    }

    /// Until when it holds, if the person agrees.
    async fn valid_until(&self) -> Time {
        self.0.valid_until
    }

    /// When the person answered; null if they have not.
    async fn decided_at(&self) -> Option<Time> {
        self.0.decided_at
    }

    /// When the person took it back; null if they did not.
    async fn withdrawn_at(&self) -> Option<Time> {
        self.0.withdrawn_at
    }

    /// The journal entry of the last answer, which commits to its sealed evidence; null without an answer.
    async fn proof_entry_id(&self) -> Option<ID> {
        self.0.proof_entry_id.map(Into::into)
    }

    /// What was passed on, the latest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn transfers(&self, ctx: &Context<'_>) -> Result<Vec<Transfer>> {
        let rows = load(ctx, TransfersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Transfer).collect())
    }
}

/// What to ask a person.
#[derive(InputObject)]
pub struct AskTransferInput {
    /// The contact.
    pub contact_id: ID,
    /// The recipient, from your register: its legal name and e-mail address are shown to the person.
    pub recipient_id: ID,
    /// Which data.
    pub scope: Vec<TransferCategory>,
    /// What the recipient will use the data for, in plain words, at most 1,000 characters: the person reads
    /// it.
    pub purpose: String,
    /// Until when the authorisation is to hold, at most a year from now.
    pub valid_until: DateTime,
}

/// Result of `askTransfer`.
#[derive(SimpleObject)]
pub struct AskTransferPayload {
    /// What the person is asked; null when the input was refused.
    pub authorisation: Option<TransferAuthorisation>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The authorisation to use.
#[derive(InputObject)]
pub struct SendTransferInput {
    /// The authorisation, which the person granted.
    pub authorisation_id: ID,
}

/// Result of `sendTransfer`.
#[derive(SimpleObject)]
pub struct SendTransferPayload {
    /// The transfer; null when the input was refused.
    pub transfer: Option<Transfer>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about transfers.
#[derive(Default)]
pub struct TransfersQuery;

#[Object]
impl TransfersQuery {
    /// What a contact was asked to authorise, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn transfer_authorisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] contact_id: ID,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<TransferAuthorisationId, TransferAuthorisation>> {
        let (app, caller) = allowed(ctx, Right::ExportContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<TransferAuthorisationId>()?;
        // An id of another type is an id of nobody.
        let contact = parse::<ContactId>(&contact_id).unwrap_or_else(ContactId::new);
        let page = Box::pin(page_authorisations(app, caller.workspace, contact, &request)).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { Box::pin(count_authorisations(&app, caller.workspace, contact)).await }
        });
        Ok(list(page, |row| row.id, TransferAuthorisation, total))
    }
}

/// Mutations about transfers.
#[derive(Default)]
pub struct TransfersMutation;

#[Object]
impl TransfersMutation {
    /// Ask a person whether their data may be passed on to a recipient. They get an e-mail with a link, and
    /// answer yes or no there; without an answer, nothing is passed on.
    async fn ask_transfer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to ask.")] input: AskTransferInput,
    ) -> Result<AskTransferPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let question = AskTransfer {
                contact: named(&input.contact_id, "contactId")?,
                recipient: named(&input.recipient_id, "recipientId")?,
                scope: input.scope.into_iter().map(Into::into).collect(),
                purpose: input.purpose,
                until: input.valid_until.0,
            };
            Box::pin(ask_transfer(app, caller.workspace, caller.actor, question)).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(AskTransferPayload { authorisation: row.map(TransferAuthorisation), user_errors })
    }

    /// Pass data on under an authorisation that holds: a job makes the file, and the recipient gets a link by
    /// e-mail that works once. The person is told when it was used.
    async fn send_transfer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The authorisation.")] input: SendTransferInput,
    ) -> Result<SendTransferPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.authorisation_id, "authorisationId")?;
            found("authorisationId", Box::pin(send_transfer(app, caller.workspace, caller.actor, id)).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(SendTransferPayload { transfer: row.map(Transfer), user_errors })
    }
}
