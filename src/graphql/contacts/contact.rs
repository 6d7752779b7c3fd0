//! A contact in GraphQL: their data, its provenance, their consents, and whether they may be used.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{ContactId, EntityKind, PurposeId, Time, contact, contact_address};

use super::{AddressesOf, BasesOf, Basis, Provenance, ProvenanceOf, Tag, TagsOf};
use crate::{
    accounts::{Caller, Right, allow},
    activities::Around,
    error::{Error, ProblemCode, Result},
    graphql::{
        accounts::Member,
        activities::{
            Timeline, TimelineKind, activities_around, list_activities::ActivityConnection, timeline_around,
        },
        companies::Company,
        consent::{Channel, Consent, ConsentsOf, MayUse, PausesOf, Usability},
        duplicates::{ContactDuplicate, duplicate::duplicates},
        fields::{CustomFieldValue, custom_fields},
        kit::{Loaders, asked, at_hand, cost, load, named},
        privacy::restriction::{Restriction, RestrictionsOf},
    },
    platform::graphql::{PageArgs, Row, Rows, page::Total},
};

/// A contact's relation to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::Lifecycle")]
pub enum Lifecycle {
    /// Not yet a customer.
    Prospect,
    /// A customer.
    Customer,
    /// Was a customer.
    Former,
}

/// How staff got a contact's data (GDPR Art. 14(2)(f)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ContactSource")]
pub enum ContactSource {
    /// The person said so by telephone.
    Phone,
    /// The person wrote an e-mail.
    Email,
    /// The person said so face to face, at a fair or a meeting.
    InPerson,
    /// A business card.
    BusinessCard,
    /// Somebody else named them.
    Referral,
    /// A public register or web page.
    PublicSource,
    /// Another system, through an API key.
    Integration,
}

/// Loads contacts with their addresses and consents, for a subscription that caches what it loads.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(crate) async fn load_together(
    loaders: &Loaders,
    ids: Vec<ContactId>,
) -> Result<HashMap<ContactId, contact::Model>> {
    let contacts = loaders.load_many(ids).await?;
    loaders.load_many(contacts.keys().map(|id| AddressesOf(*id))).await?;
    loaders.load_many(contacts.keys().map(|id| ConsentsOf(*id))).await?;
    Ok(contacts)
}

/// GraphQL type over a `contact` row.
pub struct Contact(pub contact::Model);

impl Contact {
    /// Whether this is a locked card for the caller: processing is restricted (GDPR Art. 18), and their role
    /// may not restrict contacts. Then only the id, `restrictedAt`, the consents and bases, and what is no
    /// data about the person are shown.
    pub(crate) fn is_locked(&self, ctx: &Context<'_>) -> bool {
        self.0.restricted_at.is_some() && !may_open_cards(ctx)
    }

    /// A text of the card.
    fn text<'a>(&'a self, ctx: &Context<'_>, text: &'a str) -> Option<&'a str> {
        if self.is_locked(ctx) { None } else { known(text) }
    }

    async fn address_rows(&self, ctx: &Context<'_>) -> Result<Vec<contact_address::Model>> {
        if self.is_locked(ctx) {
            return Ok(Vec::new());
        }
        Ok(load(ctx, AddressesOf(self.0.id)).await?.unwrap_or_default())
    }
}

at_hand! {
    Contact:
        id, givenName, familyName, company, consents, email, addresses, owner, tags, phone, jobTitle,
        companyName, postalAddress, externalId, language, lifecycle, createdAt, updatedAt, lastContactAt,
        archivedAt, restrictedAt, art14DueAt, version;
}

/// A natural person we hold data about, with a basis for holding it.
#[Object]
impl Contact {
    /// Their id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Given name; null when unknown.
    async fn given_name(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.given_name)
    }

    /// Family name; null when unknown.
    async fn family_name(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.family_name)
    }

    /// Telephone number in E.164, with an extension as in `+33199001234;ext=12` (prefix it with `tel:` for a
    /// link); as it was typed if it could not be parsed; null when unknown.
    async fn phone(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.phone)
    }

    /// Job title; null when unknown.
    async fn job_title(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.job_title)
    }

    /// Company name as it was typed; null when unknown.
    async fn company_name(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.company_name)
    }

    /// The company record they are linked to; null when there is none.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Row<Company>>> {
        match self.0.company_id.filter(|_| !self.is_locked(ctx)) {
            Some(company) => Ok(load(ctx, company).await?.map(|row| Row(Company(row)))),
            None => Ok(None),
        }
    }

    /// The member responsible for them; null when nobody is.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Row<Member>>> {
        match self.0.owner_id {
            Some(owner) => Ok(load(ctx, owner).await?.map(|row| Row(Member(row)))),
            None => Ok(None),
        }
    }

    /// Their tags, by name.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn tags(&self, ctx: &Context<'_>) -> Result<Rows<Tag>> {
        if self.is_locked(ctx) {
            return Ok(Rows(Vec::new()));
        }
        Ok(Rows(load(ctx, TagsOf(self.0.id)).await?.unwrap_or_default().into_iter().map(Tag).collect()))
    }

    /// Postal address, several lines; null when unknown.
    async fn postal_address(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, &self.0.postal_address)
    }

    /// Their id in the external system they are synchronised with.
    async fn external_id(&self, ctx: &Context<'_>) -> Option<&str> {
        self.text(ctx, self.0.external_id.as_deref().unwrap_or_default())
    }

    /// Language we write to them in: `fr` or `en`.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// Relation to the workspace.
    async fn lifecycle(&self) -> Lifecycle {
        self.0.lifecycle.into()
    }

    /// Values of custom fields, and answers to the own questions of forms.
    async fn custom_fields(&self, ctx: &Context<'_>) -> Result<Vec<CustomFieldValue>> {
        if self.is_locked(ctx) {
            return Ok(Vec::new());
        }
        Box::pin(custom_fields(ctx, EntityKind::Contact, self.0.id.0, &self.0.custom)).await
    }

    /// All their e-mail addresses, oldest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Result<Vec<ContactAddress>> {
        let rows = self.address_rows(ctx).await?;
        let addresses = rows.into_iter().map(|row| ContactAddress {
            id: row.id.into(),
            primary: Some(row.id) == self.0.primary_address_id,
            email: row.email,
            verified_at: row.verified_at,
        });
        Ok(addresses.collect())
    }

    /// The e-mail address in use. Having one is not a permission to use it: ask `mayUse`.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let rows = self.address_rows(ctx).await?;
        Ok(rows.into_iter().find(|row| Some(row.id) == self.0.primary_address_id).map(|row| row.email))
    }

    /// When they were added.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When they were last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// The last time the person acted themselves; opening an e-mail does not count.
    async fn last_contact_at(&self, ctx: &Context<'_>) -> Option<Time> {
        self.0.last_contact_at.filter(|_| !self.is_locked(ctx))
    }

    /// When they were archived; null while they are not.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// Since when processing of their data is restricted (GDPR Art. 18); null while it is not. A restricted
    /// contact is a locked card: nobody changes or uses them, and for roles that may not restrict contacts,
    /// what is known of them reads as null or empty.
    async fn restricted_at(&self) -> Option<Time> {
        self.0.restricted_at
    }

    /// Every restriction of processing, oldest first, past ones included.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn restrictions(&self, ctx: &Context<'_>) -> Result<Vec<Restriction>> {
        let rows = load(ctx, RestrictionsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Restriction).collect())
    }

    /// Until when they must be told that we hold their data, if it did not come from them (GDPR Art.
    /// 14(3)(a)); null when nothing is due.
    async fn art14_due_at(&self) -> Option<Time> {
        self.0.art14_due_at
    }

    /// Incremented by every change: pass it as `expectedVersion` when you change the contact.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Their consents, most recently changed first. A purpose and channel that is not listed was never asked.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn consents(&self, ctx: &Context<'_>) -> Result<Rows<Consent>> {
        let rows = load(ctx, ConsentsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Rows(rows.into_iter().map(Consent).collect()))
    }

    /// Until when they want a pause from everything that they could refuse: meanwhile `mayUse` says `PAUSED` where it
    /// would say `USABLE`. Null when they want none, or it is over.
    async fn paused_until(&self, ctx: &Context<'_>) -> Result<Option<Time>> {
        if self.is_locked(ctx) {
            return Ok(None);
        }
        let (app, _) = asked(ctx)?;
        let rows = load(ctx, PausesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.first().map(|row| row.until).filter(|until| *until > app.now()))
    }

    /// Where each value came from, by field, oldest first: a field's last entry is about its current value.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        if self.is_locked(ctx) {
            return Ok(Vec::new());
        }
        let rows = load(ctx, ProvenanceOf(self.0.id.0)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Provenance).collect())
    }

    /// Everything that happened with them, newest first: activities, consents, deals, submissions and changes
    /// to their data.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 1 to 100.")] first: i32,
        #[graphql(desc = "The cursor to begin after: further back in time.")] after: Option<String>,
        #[graphql(desc = "Only these kinds; absent = all.")] kinds: Option<Vec<TimelineKind>>,
    ) -> Result<Timeline> {
        if self.is_locked(ctx) {
            return Ok(Timeline::new(false, false));
        }
        Box::pin(timeline_around(ctx, Around::Contact(self.0.id), first, after, kinds)).await
    }

    /// Activities with them, done or planned, newest first; archived ones are left out.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<ActivityConnection> {
        if self.is_locked(ctx) {
            return Ok(ActivityConnection::with_additional_fields(
                false,
                false,
                Total::new(|| async { Ok(0) }),
            ));
        }
        Box::pin(activities_around(
            ctx,
            Around::Contact(self.0.id),
            PageArgs::new(first, after, last, before),
        ))
        .await
    }

    /// Purposes on another legal basis than consent that apply to them.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn bases(&self, ctx: &Context<'_>) -> Result<Vec<Basis>> {
        let rows = load(ctx, BasesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Basis).collect())
    }

    /// Other contacts who may be the same person, most likely first, at most 20.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn duplicates(&self, ctx: &Context<'_>) -> Result<Vec<ContactDuplicate>> {
        if self.is_locked(ctx) {
            return Ok(Vec::new());
        }
        Box::pin(duplicates(ctx, self.0.id)).await
    }

    /// Whether their data may be used for this purpose on this channel now, and if not, why.
    async fn may_use(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose to use the data for.")] purpose_id: ID,
        #[graphql(desc = "The channel to use.")] channel: Channel,
    ) -> Result<Usability> {
        let purpose: PurposeId = named(&purpose_id, "purposeId")?;
        let answer = load(ctx, MayUse { contact: self.0.id, purpose, channel: channel.into() }).await?;
        answer.map(Usability::from).ok_or_else(|| {
            Error::rejected(
                ProblemCode::NotFound,
                "purposeId",
                "There is no such purpose in this workspace: check the id.",
            )
        })
    }
}

/// Whether the caller's role may restrict contacts, and so sees what is on a locked card.
pub(crate) fn may_open_cards(ctx: &Context<'_>) -> bool {
    ctx.data::<Caller>().is_ok_and(|caller| allow(caller.actor, Right::RestrictContacts).is_ok())
}

pub(crate) fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// One e-mail address of a contact.
#[derive(SimpleObject)]
pub struct ContactAddress {
    /// Its id.
    pub id: ID,
    /// The address as it was entered.
    pub email: String,
    /// When the mailbox last confirmed; null if it never did.
    pub verified_at: Option<Time>,
    /// Whether this is the address in use.
    pub primary: bool,
}
