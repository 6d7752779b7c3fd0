//! What can be done with recipients.

use async_graphql::{Context, Object};
use entity::RecipientNoticeId;

use super::{
    ArchiveRecipientInput, ArchiveRecipientPayload, CreateRecipientInput, CreateRecipientPayload, Disclosure,
    LogDisclosureInput, LogDisclosurePayload, Recipient, RecipientNotice, RestoreRecipientInput,
    RestoreRecipientPayload, SettleRecipientNoticesInput, SettleRecipientNoticesPayload,
    UpdateRecipientInput, UpdateRecipientPayload,
};
use crate::{
    error::Result,
    graphql::kit::{asked, found, named},
    platform::graphql::user_errors,
    privacy::recipients::{
        create_recipient, log_disclosure, set_recipient_archived, settle_recipient_notices, update_recipient,
    },
};

/// Mutations about recipients.
#[derive(Default)]
pub struct RecipientsMutation;

#[Object]
impl RecipientsMutation {
    /// Create a recipient. Outside the European Economic Area something must allow the transfer.
    async fn create_recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new recipient.")] input: CreateRecipientInput,
    ) -> Result<CreateRecipientPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (values, key) = input.read()?;
            create_recipient(app, caller.workspace, caller.actor, values, key.as_deref()).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CreateRecipientPayload { recipient: row.map(Recipient), user_errors })
    }

    /// Change a recipient: every value is replaced.
    async fn update_recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The recipient, and its new values.")] input: UpdateRecipientInput,
    ) -> Result<UpdateRecipientPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version, values) = input.read()?;
            let done = update_recipient(app, caller.workspace, caller.actor, id, version, values).await;
            found("recipientId", done)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateRecipientPayload { recipient: row.map(Recipient), user_errors })
    }

    /// Archive a recipient: it is given no more data. Idempotent.
    async fn archive_recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The recipient to archive.")] input: ArchiveRecipientInput,
    ) -> Result<ArchiveRecipientPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.recipient_id, "recipientId")?;
            let done = set_recipient_archived(app, caller.workspace, caller.actor, id, true).await;
            found("recipientId", done)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveRecipientPayload { recipient: row.map(Recipient), user_errors })
    }

    /// Restore an archived recipient. Idempotent.
    async fn restore_recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The recipient to restore.")] input: RestoreRecipientInput,
    ) -> Result<RestoreRecipientPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.recipient_id, "recipientId")?;
            let done = set_recipient_archived(app, caller.workspace, caller.actor, id, false).await;
            found("recipientId", done)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreRecipientPayload { recipient: row.map(Recipient), user_errors })
    }

    /// Log that data of a contact were disclosed to a recipient: which fields, never their values.
    async fn log_disclosure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was disclosed, of whom, to whom, and how.")] input: LogDisclosureInput,
    ) -> Result<LogDisclosurePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (new, key) = input.read()?;
            log_disclosure(app, caller.workspace, caller.actor, new, key.as_deref()).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(LogDisclosurePayload { disclosure: row.map(Disclosure), user_errors })
    }

    /// Record that recipients were told, that they acknowledged it, or that telling them is impossible.
    async fn settle_recipient_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The notices, and their new state.")] input: SettleRecipientNoticesInput,
    ) -> Result<SettleRecipientNoticesPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let ids: Vec<RecipientNoticeId> =
                input.notice_ids.iter().map(|id| named(id, "noticeIds")).collect::<Result<_>>()?;
            let (state, reason) = (input.state.into(), input.reason.map(Into::into));
            settle_recipient_notices(app, caller.workspace, caller.actor, &ids, state, reason).await
        };
        let (rows, user_errors) = user_errors(outcome.await)?;
        let notices = rows.map(|rows| rows.into_iter().map(RecipientNotice).collect());
        Ok(SettleRecipientNoticesPayload { notices, user_errors })
    }
}
