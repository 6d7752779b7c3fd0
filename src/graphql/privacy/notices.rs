//! Who must still be informed that we hold their data (GDPR Art. 14), and of what people are told.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::ContactId;

use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        contacts::{
            Contact,
            list_contacts::{ContactConnection, ContactTotals},
        },
        kit::{allowed, asked, cost, found, named, ordered},
    },
    platform::{
        graphql::{DateTime, PageArgs, Row, UserError, page::Total, user_errors},
        keyset::Cursor,
    },
    privacy::{
        notices::{art14_notices_of, ask_art14_notice, count_to_inform, page_to_inform, record_art14_notice},
        recipients::{notice_rules, set_notice_rule},
    },
};

/// How a person was informed that we hold their data, or why they need not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::Art14How")]
pub enum Art14How {
    /// By our e-mail, which records itself.
    Mail,
    /// By letter.
    Letter,
    /// By telephone.
    Phone,
    /// Face to face.
    InPerson,
    /// They had the information already (Art. 14(5)(a)).
    Known,
    /// It is impossible, or would take a disproportionate effort (Art. 14(5)(b)).
    Impossible,
    /// The law lays down that we obtain the data (Art. 14(5)(c)).
    Law,
    /// The data must remain confidential by professional secrecy (Art. 14(5)(d)).
    Secrecy,
}

/// An event of which people may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::NoticeEvent")]
pub enum NoticeEvent {
    /// Their data were disclosed to a recipient.
    Shared,
}

/// That a person was informed that we hold their data (GDPR Art. 14).
#[derive(SimpleObject)]
pub struct Art14Notice {
    /// How, or why they need not be.
    pub how: Art14How,
    /// When it was due.
    pub due_at: entity::Time,
    /// When they were informed.
    pub given_at: entity::Time,
    /// The mail that informed them; null when it was not one of ours.
    pub mail_id: Option<ID>,
    /// The journal entry that recorded it.
    pub entry_id: ID,
}

/// Whether people are told of an event.
#[derive(SimpleObject)]
pub struct NoticeRule {
    /// The event.
    pub event: NoticeEvent,
    /// Whether they are told, by e-mail to their proven mailbox.
    pub notifies: bool,
}

/// The contact to inform now.
#[derive(InputObject)]
pub struct SendArt14NoticeInput {
    /// The contact.
    pub contact_id: ID,
}

/// Result of `sendArt14Notice`.
#[derive(SimpleObject)]
pub struct SendArt14NoticePayload {
    /// The contact; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// How a contact was informed.
#[derive(InputObject)]
pub struct RecordArt14NoticeInput {
    /// The contact.
    pub contact_id: ID,
    /// How, or why they need not be. Everything but a letter, a call and a meeting is for the privacy officer.
    pub how: Art14How,
    /// When; absent = now.
    pub given_at: Option<DateTime>,
}

/// Result of `recordArt14Notice`.
#[derive(SimpleObject)]
pub struct RecordArt14NoticePayload {
    /// The contact; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Whether people are told of an event.
#[derive(InputObject)]
pub struct SetNoticeRuleInput {
    /// The event.
    pub event: NoticeEvent,
    /// Whether they are told.
    pub notifies: bool,
}

/// Result of `setNoticeRule`.
#[derive(SimpleObject)]
pub struct SetNoticeRulePayload {
    /// All rules; null when the input was refused.
    pub rules: Option<Vec<NoticeRule>>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about notices.
#[derive(Default)]
pub struct NoticesQuery;

#[Object]
impl NoticesQuery {
    /// Contacts whose data came from somebody else and who must still be informed (GDPR Art. 14), the most
    /// urgent first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn contacts_to_inform(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only those who should have been informed by now.", default)] overdue: bool,
    ) -> Result<ContactConnection> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let page = page_to_inform(app, caller.workspace, overdue, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_to_inform(&app, caller.workspace, overdue).await }
        });
        Ok(ordered(page, |row| Row(Contact(row)), ContactTotals::new(total)))
    }

    /// How and when a contact was informed that we hold their data, oldest first; empty when they gave their data
    /// themselves, or were not informed yet.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn art14_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] contact_id: ID,
    ) -> Result<Vec<Art14Notice>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let id = named::<ContactId>(&contact_id, "contactId")?;
        let rows = found("contactId", art14_notices_of(app.db(), caller.workspace, id).await)?;
        let notices = rows.into_iter().map(|row| Art14Notice {
            how: row.how.into(),
            due_at: row.due_at,
            given_at: row.given_at,
            mail_id: row.mail_id.map(Into::into),
            entry_id: row.entry_id.into(),
        });
        Ok(notices.collect())
    }

    /// Of which events people are told. Changed and revealed values have their rule in their data class.
    async fn notice_rules(&self, ctx: &Context<'_>) -> Result<Vec<NoticeRule>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        Ok(rules(notice_rules(app.db(), caller.workspace).await?))
    }
}

/// Mutations about notices.
#[derive(Default)]
pub struct NoticesMutation;

#[Object]
impl NoticesMutation {
    /// Inform a contact now that we hold their data, before a first use. The mail records itself.
    async fn send_art14_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact to inform.")] input: SendArt14NoticeInput,
    ) -> Result<SendArt14NoticePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            found("contactId", ask_art14_notice(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(SendArt14NoticePayload { contact: row.map(Contact), user_errors })
    }

    /// Record that a contact was informed by letter, by telephone or face to face, or why they need not be.
    async fn record_art14_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact, and how they were informed.")] input: RecordArt14NoticeInput,
    ) -> Result<RecordArt14NoticePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            let (how, at) = (input.how.into(), input.given_at.map(|at| at.0));
            found("contactId", record_art14_notice(app, caller.workspace, caller.actor, id, how, at).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RecordArt14NoticePayload { contact: row.map(Contact), user_errors })
    }

    /// Say whether people are told of an event. Idempotent.
    async fn set_notice_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event, and whether people are told.")] input: SetNoticeRuleInput,
    ) -> Result<SetNoticeRulePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            set_notice_rule(app, caller.workspace, caller.actor, input.event.into(), input.notifies).await?;
            Ok(rules(notice_rules(app.db(), caller.workspace).await?))
        };
        let (rules, user_errors) = user_errors(outcome.await)?;
        Ok(SetNoticeRulePayload { rules, user_errors })
    }
}

fn rules(rows: Vec<(entity::NoticeEvent, bool)>) -> Vec<NoticeRule> {
    rows.into_iter().map(|(event, notifies)| NoticeRule { event: event.into(), notifies }).collect()
}
