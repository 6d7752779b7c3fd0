//! Mutations about requests.

use async_graphql::{Context, ID, Object};
use entity::{RequestId, request};

use super::{
    AnswerRequestInput, AnswerRequestPayload, AskForIdentityInput, AskForIdentityPayload, AssignRequestInput,
    AssignRequestPayload, CloseRequestInput, CloseRequestPayload, ExtendRequestInput, ExtendRequestPayload,
    FulfilRequestInput, FulfilRequestPayload, LogRequestInput, LogRequestPayload, RecordBalanceInput,
    RecordBalancePayload, RefuseRequestInput, RefuseRequestPayload, Request, StartRequestInput,
    StartRequestPayload,
};
use crate::{
    error::Result,
    graphql::kit::{asked, found, named},
    platform::graphql::{UserError, user_errors},
    privacy::{
        objection::record_balance,
        requests::{
            Logged, Serving, answer_request, ask_for_identity, assign_request, close_request, extend_request,
            log_request, refuse_request, serve_request, start_request,
        },
    },
};

/// Mutations about requests.
#[derive(Default)]
pub struct RequestsMutation;

fn id_of(id: &ID) -> Result<RequestId> {
    named(id, "requestId")
}

fn show(outcome: Result<request::Model>) -> Result<(Option<Request>, Vec<UserError>)> {
    let (row, user_errors) = user_errors(found("requestId", outcome))?;
    Ok((row.map(Request), user_errors))
}

#[Object]
impl RequestsMutation {
    /// Log a request of a person, by whatever channel it reached you. The clock starts when you received it,
    /// and the acknowledgement is sent if there is a mailbox. An objection to direct marketing takes effect
    /// at once.
    async fn log_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: LogRequestInput,
    ) -> Result<LogRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let logged = Logged {
                kind: input.kind.into(),
                objects_to: input.objects_to.map(Into::into),
                channel: input.channel.into(),
                contact: input.contact_id.map(|id| named(&id, "contactId")).transpose()?,
                email: input.email,
                name: input.name.unwrap_or_default(),
                message: input.message.unwrap_or_default(),
                language: input.language,
                received_at: input.received_at.map(|at| at.0),
            };
            let key = input.idempotency_key;
            Box::pin(log_request(app, caller.workspace, caller.actor, logged, key.as_deref())).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(LogRequestPayload { request, user_errors })
    }

    /// Ask the person to prove who they are, by a link to the mailbox that the request names; only on
    /// reasonable doubt. The clock stands still until they do, if you ask within seven days. No identity
    /// document is ever asked for.
    async fn ask_for_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: AskForIdentityInput,
    ) -> Result<AskForIdentityPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            Box::pin(ask_for_identity(app, caller.workspace, caller.actor, id, version)).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(AskForIdentityPayload { request, user_errors })
    }

    /// Begin the work on a request.
    async fn start_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: StartRequestInput,
    ) -> Result<StartRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            start_request(app, caller.workspace, caller.actor, id, version).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(StartRequestPayload { request, user_errors })
    }

    /// Extend a request by two months, once, while its first month lasts. The person is told why.
    async fn extend_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, and the reason.")] input: ExtendRequestInput,
    ) -> Result<ExtendRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let (reason, message) = (input.reason.into(), input.message.unwrap_or_default());
            extend_request(app, caller.workspace, caller.actor, id, version, reason, &message).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(ExtendRequestPayload { request, user_errors })
    }

    /// Write to the person about their request, or note what they wrote to you. It stays open.
    async fn answer_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, and the text.")] input: AnswerRequestInput,
    ) -> Result<AnswerRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let theirs = input.from_the_person.unwrap_or_default();
            answer_request(app, caller.workspace, caller.actor, id, version, &input.message, theirs).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(AnswerRequestPayload { request, user_errors })
    }

    /// Refuse a request. The person is told the reason, your words, and their remedies: the authority, and
    /// the courts.
    async fn refuse_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, and the reason.")] input: RefuseRequestInput,
    ) -> Result<RefuseRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            refuse_request(
                app,
                caller.workspace,
                caller.actor,
                id,
                version,
                input.reason.into(),
                &input.message,
            )
            .await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(RefuseRequestPayload { request, user_errors })
    }

    /// Carry a request out, and tell the person: an erasure or restriction at once; a copy of the data is
    /// built by a job, and the request is fulfilled when it is ready; a correction is made by you before.
    async fn fulfil_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: FulfilRequestInput,
    ) -> Result<FulfilRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let serving = Serving {
                contact: input.contact_id.map(|id| named(&id, "contactId")).transpose()?,
                erasure_ground: input.erasure_ground.map(Into::into),
                restriction_ground: input.restriction_ground.map(Into::into),
                message: input.message.unwrap_or_default(),
            };
            Box::pin(serve_request(app, caller.workspace, caller.actor, id, version, serving)).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(FulfilRequestPayload { request, user_errors })
    }

    /// Close a request without an answer. Who could not be identified is refused instead, so that they are
    /// told.
    async fn close_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, and the reason.")] input: CloseRequestInput,
    ) -> Result<CloseRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let (reason, note) = (input.reason.into(), input.note.unwrap_or_default());
            close_request(app, caller.workspace, caller.actor, id, version, reason, &note).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(CloseRequestPayload { request, user_errors })
    }

    /// Hand a request to a member whose role may handle it, or to nobody.
    async fn assign_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request, and the member.")] input: AssignRequestInput,
    ) -> Result<AssignRequestPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let assignee = input.assignee_id.map(|id| named(&id, "assigneeId")).transpose()?;
            assign_request(app, caller.workspace, caller.actor, id, version, assignee).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(AssignRequestPayload { request, user_errors })
    }

    /// Record how an objection to processing on legitimate interests was weighed. The person is told, and the
    /// restriction ends after that.
    async fn record_balance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objection, and the outcome.")] input: RecordBalanceInput,
    ) -> Result<RecordBalancePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (id_of(&input.request_id)?, input.expected_version);
            let (outcome, reasons) = (input.outcome.into(), input.reasons.unwrap_or_default());
            record_balance(app, caller.workspace, caller.actor, id, version, outcome, &reasons).await
        };
        let (request, user_errors) = show(outcome.await)?;
        Ok(RecordBalancePayload { request, user_errors })
    }
}
