//! Recipients, disclosures and notices to recipients in GraphQL.

use async_graphql::{Context, ID, Object};
use entity::{
    DisclosureId, PurposeId, RecipientId, RecipientNoticeId, Time, disclosure, recipient, recipient_notice,
};

use super::{
    DisclosureMeans, NoticeImpossible, RecipientNoticeKind, RecipientNoticeState, RecipientRole,
    TransferMechanism,
};
use crate::{
    error::{Error, Result},
    graphql::{
        consent::Purpose,
        contacts::Contact,
        kit::{Read, asked, load, load_by_id, load_named},
    },
    privacy::recipients::{
        loads::{disclosures_by_id, recipient_notices_by_id, recipients_by_id},
        transfer::{is_allowed, safeguard},
    },
};

load_by_id! {
    recipients_by_id(RecipientId) -> recipient;
    disclosures_by_id(DisclosureId) -> disclosure;
    recipient_notices_by_id(RecipientNoticeId) -> recipient_notice;
}

/// GraphQL type over a `recipient` row.
pub struct Recipient(pub recipient::Model);

/// A company to which personal data are disclosed (GDPR Art. 4(9)).
#[Object]
impl Recipient {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The name staff use.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The legal entity.
    async fn legal_name(&self) -> &str {
        &self.0.legal_name
    }

    /// Where the data are stored: a country by its two letters (ISO 3166-1).
    async fn country(&self) -> &str {
        &self.0.country
    }

    /// The other countries from which the data are read.
    async fn access_countries(&self) -> Read<Vec<String>> {
        Ok(serde_json::from_str(&self.0.access_countries).map_err(Error::from)?)
    }

    /// What they do with the data.
    async fn role(&self) -> RecipientRole {
        self.0.role.into()
    }

    /// What allows the transfer.
    async fn mechanism(&self) -> TransferMechanism {
        self.0.mechanism.into()
    }

    /// The clauses, approval or reason; null when none is needed.
    async fn mechanism_reference(&self) -> Option<&str> {
        Some(self.0.mechanism_reference.as_str()).filter(|text| !text.is_empty())
    }

    /// The reference of the transfer impact assessment; null when none is needed.
    async fn assessment(&self) -> Option<&str> {
        Some(self.0.assessment.as_str()).filter(|text| !text.is_empty())
    }

    /// When the mechanism was last checked; null: never.
    async fn checked_at(&self) -> Option<Time> {
        self.0.checked_at
    }

    /// The safeguard in one line, as records and notices name it; null in the European Economic Area.
    async fn safeguard(&self, ctx: &Context<'_>) -> Read<Option<String>> {
        let (app, _) = asked(ctx)?;
        Ok(safeguard(&self.0, app.now())?)
    }

    /// Whether data may still go there: a decision may have ended, or a check may be too old.
    async fn transfer_allowed(&self, ctx: &Context<'_>) -> Read<bool> {
        let (app, _) = asked(ctx)?;
        Ok(is_allowed(&self.0, app.now())?)
    }

    /// Whom to tell; null when unknown.
    async fn contact_email(&self) -> Option<&str> {
        Some(self.0.contact_email.as_str()).filter(|text| !text.is_empty())
    }

    /// What they are given data for.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<Purpose>> {
        let ids: Vec<PurposeId> = serde_json::from_str(&self.0.purposes)?;
        let mut purposes = Vec::with_capacity(ids.len());
        for row in futures_util::future::try_join_all(ids.into_iter().map(|id| load(ctx, id))).await? {
            purposes.extend(row.map(Purpose));
        }
        Ok(purposes)
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was archived; it is given no data since. Null while it is in use.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// GraphQL type over a `disclosure` row.
pub struct Disclosure(pub disclosure::Model);

/// Data of a contact that were disclosed to a recipient.
#[Object]
impl Disclosure {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The recipient.
    async fn recipient(&self, ctx: &Context<'_>) -> Result<Recipient> {
        Ok(Recipient(load_named(ctx, self.0.recipient_id).await?))
    }

    /// Whose data.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.contact_id).await?))
    }

    /// What for; null when that was not said.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Option<Purpose>> {
        match self.0.purpose_id {
            Some(purpose) => Ok(load(ctx, purpose).await?.map(Purpose)),
            None => Ok(None),
        }
    }

    /// How.
    async fn means(&self) -> DisclosureMeans {
        self.0.means.into()
    }

    /// The names of the fields.
    async fn fields(&self) -> Read<Vec<String>> {
        Ok(serde_json::from_str(&self.0.fields).map_err(Error::from)?)
    }

    /// When.
    async fn at(&self) -> Time {
        self.0.at
    }
}

/// GraphQL type over a `recipient_notice` row.
pub struct RecipientNotice(pub recipient_notice::Model);

/// What a recipient is to be told about a contact's data (GDPR Art. 19).
#[Object]
impl RecipientNotice {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The recipient.
    async fn recipient(&self, ctx: &Context<'_>) -> Result<Recipient> {
        Ok(Recipient(load_named(ctx, self.0.recipient_id).await?))
    }

    /// The id of the contact, which remains after an erasure.
    async fn contact_id(&self) -> ID {
        self.0.contact_id.into()
    }

    /// The contact; null once erased.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        Ok(load(ctx, self.0.contact_id).await?.map(Contact))
    }

    /// What they are told.
    async fn kind(&self) -> RecipientNoticeKind {
        self.0.kind.into()
    }

    /// Whether they were told.
    async fn state(&self) -> RecipientNoticeState {
        self.0.state.into()
    }

    /// Why they are not told; null unless that is impossible.
    async fn reason(&self) -> Option<NoticeImpossible> {
        self.0.reason.map(Into::into)
    }

    /// When it became due.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When its state last changed; null while they were not told.
    async fn decided_at(&self) -> Option<Time> {
        self.0.decided_at
    }
}
