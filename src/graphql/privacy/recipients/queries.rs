//! What can be asked about recipients.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{ContactId, DisclosureId, RecipientId, RecipientNoticeId};

use super::{Disclosure, Recipient, RecipientNotice, RecipientNoticeState};
use crate::{
    accounts::Right,
    error::Result,
    graphql::kit::{List, Read, allowed, cost, list, load, named, parse},
    platform::graphql::{Nullable, PageArgs, nullable, page::Total},
    privacy::recipients::{
        loads::{
            DisclosuresWanted, NoticesWanted, count_disclosures, count_recipient_notices, count_recipients,
            page_disclosures, page_recipient_notices, page_recipients,
        },
        transfer::countries,
    },
};

/// An adequacy decision of the Commission (GDPR Art. 45).
#[derive(SimpleObject)]
pub struct AdequacyDecision {
    /// The country by its two letters.
    pub country: String,
    /// The decision.
    pub decision: String,
    /// Whom it covers; null: everybody in the country.
    pub only: Option<String>,
    /// The last day on which it applies, `YYYY-MM-DD`; null: no end.
    pub until: Option<String>,
}

/// Countries to which data may go without more.
#[derive(SimpleObject)]
pub struct TransferCountries {
    /// The day of this list, `YYYY-MM-DD`.
    pub as_of: String,
    /// Where it comes from.
    pub source: String,
    /// Countries and territories in which the GDPR applies.
    pub eea: Vec<String>,
    /// Adequacy decisions.
    pub adequate: Vec<AdequacyDecision>,
}

/// Queries about recipients.
#[derive(Default)]
pub struct RecipientsQuery;

#[Object]
impl RecipientsQuery {
    /// Recipients, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn recipients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only archived ones, or only those in use; absent = all.")] archived: Option<bool>,
    ) -> Result<List<RecipientId, Recipient>> {
        let (app, caller) = allowed(ctx, Right::ManageRecipients)?;
        let request = PageArgs::new(first, after, last, before).check::<RecipientId>()?;
        let page = page_recipients(app.db(), caller.workspace, archived, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_recipients(app.db(), caller.workspace, archived).await }
        });
        Ok(list(page, |row| row.id, Recipient, total))
    }

    /// A recipient; null when there is none with this id.
    async fn recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The recipient.")] id: ID,
    ) -> Nullable<Recipient> {
        let outcome = async {
            allowed(ctx, Right::ManageRecipients)?;
            match parse::<RecipientId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Recipient)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// The countries to which data may go without more, with the date and source of the list.
    async fn transfer_countries(&self, ctx: &Context<'_>) -> Read<TransferCountries> {
        allowed(ctx, Right::ManageRecipients)?;
        let known = countries()?;
        let adequate = known.adequate.iter().map(|one| AdequacyDecision {
            country: one.country.clone(),
            decision: one.decision.clone(),
            only: one.only.clone(),
            until: one.until.map(|day| day.to_string()),
        });
        Ok(TransferCountries {
            as_of: known.as_of.to_string(),
            source: known.source.clone(),
            eea: known.eea.clone(),
            adequate: adequate.collect(),
        })
    }

    /// What was disclosed to recipients, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and two filters")]
    async fn disclosures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only data of this contact.")] contact_id: Option<ID>,
        #[graphql(desc = "Only data given to this recipient.")] recipient_id: Option<ID>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<DisclosureId, Disclosure>> {
        let (app, caller) = allowed(ctx, Right::ManageRecipients)?;
        let request = PageArgs::new(first, after, last, before).check::<DisclosureId>()?;
        let wanted = DisclosuresWanted {
            contact: contact_id.map(|id| named::<ContactId>(&id, "contactId")).transpose()?,
            recipient: recipient_id.map(|id| named::<RecipientId>(&id, "recipientId")).transpose()?,
        };
        let page = page_disclosures(app.db(), caller.workspace, wanted, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_disclosures(app.db(), caller.workspace, wanted).await }
        });
        Ok(list(page, |row| row.id, Disclosure, total))
    }

    /// What recipients are to be told, or were told, oldest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and three filters")]
    async fn recipient_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those about this contact.")] contact_id: Option<ID>,
        #[graphql(desc = "Only those to this recipient.")] recipient_id: Option<ID>,
        #[graphql(desc = "Only those in this state.")] state: Option<RecipientNoticeState>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<RecipientNoticeId, RecipientNotice>> {
        let (app, caller) = allowed(ctx, Right::ManageRecipients)?;
        let request = PageArgs::new(first, after, last, before).check::<RecipientNoticeId>()?;
        let wanted = NoticesWanted {
            contact: contact_id.map(|id| named::<ContactId>(&id, "contactId")).transpose()?,
            recipient: recipient_id.map(|id| named::<RecipientId>(&id, "recipientId")).transpose()?,
            state: state.map(Into::into),
        };
        let page = page_recipient_notices(app.db(), caller.workspace, wanted, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_recipient_notices(app.db(), caller.workspace, wanted).await }
        });
        Ok(list(page, |row| row.id, RecipientNotice, total))
    }
}
