//! A company in GraphQL, with its contacts and the provenance of its values.

use async_graphql::{Context, ID, Object};
use entity::{CompanyId, ContactId, EntityKind, Time, company};

use crate::{
    activities::Around,
    error::{Error, Result},
    graphql::{
        accounts::Member,
        activities::{activities_around, list_activities::ActivityConnection},
        contacts::{
            Contact, ContactCountOf, ContactsOf, Provenance, ProvenanceOf,
            contact::known,
            list_contacts::{ContactConnection, ContactTotals},
        },
        fields::{CustomFieldValue, custom_fields},
        kit::{at_hand, cost, load, loaders_of, ordered},
    },
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{By, Key, Order, Run},
    },
};

/// GraphQL type over a `company` row.
pub struct Company(pub company::Model);

at_hand! {
    Company:
        id, name, domain, phone, website, industry, postalAddress, externalId, owner, createdAt, updatedAt,
        archivedAt, version;
}

/// An organisation that contacts work for and deals are made with.
#[Object]
impl Company {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its e-mail domain in lower-case A-labels, like `lumen.example`; contacts with an address there are
    /// linked to it. Null when unknown.
    async fn domain(&self) -> Option<&str> {
        known(&self.0.domain)
    }

    /// Telephone number in E.164, with an extension as in `+33199001234;ext=12` (prefix it with `tel:` for a
    /// link); null when unknown.
    async fn phone(&self) -> Option<&str> {
        known(&self.0.phone)
    }

    /// Website; null when unknown.
    async fn website(&self) -> Option<&str> {
        known(&self.0.website)
    }

    /// Industry; null when unknown.
    async fn industry(&self) -> Option<&str> {
        known(&self.0.industry)
    }

    /// Postal address, several lines; null when unknown.
    async fn postal_address(&self) -> Option<&str> {
        known(&self.0.postal_address)
    }

    /// Its id in the external system it is synchronised with.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The member responsible for it; null when nobody is.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.owner_id {
            Some(owner) => Ok(load(ctx, owner).await?.map(Member)),
            None => Ok(None),
        }
    }

    /// Values of custom fields.
    async fn custom_fields(&self, ctx: &Context<'_>) -> Result<Vec<CustomFieldValue>> {
        Box::pin(custom_fields(ctx, EntityKind::Company, self.0.id.0, &self.0.custom)).await
    }

    /// Contacts who work for it, newest first; archived ones are left out.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<ContactConnection> {
        Box::pin(contacts_of(ctx, self.0.id, PageArgs::new(first, after, last, before))).await
    }

    /// Activities with it, done or planned, newest first; archived ones are left out.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<ActivityConnection> {
        Box::pin(activities_around(
            ctx,
            Around::Company(self.0.id),
            PageArgs::new(first, after, last, before),
        ))
        .await
    }

    /// Where each value came from, by field, oldest first: a field's last entry is about its current value.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let rows = load(ctx, ProvenanceOf(self.0.id.0)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Provenance).collect())
    }

    /// When it was added.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was archived; null while it is not.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// Incremented by every change: pass it as `expectedVersion` when you change the company.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

async fn contacts_of(ctx: &Context<'_>, company: CompanyId, page: PageArgs) -> Result<ContactConnection> {
    let order = Order::new("contacts of a company", By::Id, Run::Down);
    let request = order.places(page.check()?, |_, id| ContactId(id))?;
    let rows = load(ctx, ContactsOf { company, page: (&request).into() }).await?.unwrap_or_default();
    let loaders = loaders_of(ctx)?;
    let total = Total::new(move || {
        let loaders = loaders.clone();
        async move {
            Ok(loaders.load_one(ContactCountOf(company)).await.map_err(Error::from)?.unwrap_or_default())
        }
    });
    let rows = rows.into_iter().map(|row| (order.at(Key::None, row.id.0), row)).collect();
    Ok(ordered(request.page(rows), |row| Row(Contact(row)), ContactTotals::new(total)))
}
