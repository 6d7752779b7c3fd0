//! Lists of contacts in GraphQL: filter, order, whose data may be used for a purpose, and how many were left
//! out.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, OpaqueCursor},
};
use entity::{EmailAddress, PurposeId};

use super::{
    Contact, Lifecycle,
    filters::{
        Archived, CodeFilter, CustomFilter, Direction, OwnerFilter, Parts, Reading, ReferenceFilter,
        TextFilter, TimeFilter, joined,
    },
    loaders::foresee_of_contacts,
};
use crate::{
    accounts::Right,
    app::App,
    consent::{Usability, UsableList, list_usable},
    contacts::{ContactCondition, ContactList, ContactOrder, ContactsWanted, list_contacts},
    error::{Error, ProblemCode, Result},
    graphql::{
        consent::{Channel, ConsentState},
        kit::{Asks, allowed, asked, cost, found, is_foreseen, keep_rows, named, ordered},
        pipeline::StageKind,
    },
    platform::{
        filter::Filter,
        graphql::{PageArgs, Row, page::Total},
        keyset::{Cursor, Run},
    },
    records::conditions::{Asked, OrderBy},
};

/// Which contacts to list. All conditions must hold; combine others with `and`, `or` and `not`.
#[derive(Default, InputObject)]
pub struct ContactFilter {
    /// All of these hold.
    pub and: Option<Vec<ContactFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<ContactFilter>>,
    /// This does not hold.
    pub not: Option<Box<ContactFilter>>,
    /// One of these contacts.
    pub ids: Option<Vec<ID>>,
    /// Family and given name, in any order. `startsWith` matches the beginning of the family name, or the
    /// whole given name.
    pub name: Option<TextFilter>,
    /// The contact with this mailbox; different spellings of one address find the same contact.
    pub email: Option<String>,
    /// Telephone number: complete, written in any way, or the beginning in E.164 (`+336`).
    pub phone: Option<CodeFilter>,
    /// Language we write to them in.
    pub language: Option<CodeFilter>,
    /// Their id in the external system they are synchronised with.
    pub external_id: Option<CodeFilter>,
    /// One of these relations to the workspace.
    pub lifecycle: Option<Vec<Lifecycle>>,
    /// The company they work for.
    pub company: Option<ReferenceFilter>,
    /// The member responsible for them.
    pub owner: Option<OwnerFilter>,
    /// Their tags.
    pub tags: Option<TagFilter>,
    /// The state of a consent. To list those who may be used now, ask with `usableFor`.
    pub consent: Option<ConsentFilter>,
    /// A deal they are part of.
    pub deal: Option<ContactDealFilter>,
    /// When they were added.
    pub created_at: Option<TimeFilter>,
    /// When they were last changed.
    pub updated_at: Option<TimeFilter>,
    /// The person's last own action.
    pub last_contact_at: Option<TimeFilter>,
    /// Custom fields; all conditions must hold.
    pub custom: Option<Vec<CustomFilter>>,
}

/// Tags of a contact.
#[derive(InputObject)]
pub struct TagFilter {
    /// At least one of these.
    pub any: Option<Vec<ID>>,
    /// Every one of these.
    pub all: Option<Vec<ID>>,
    /// None of these.
    pub none: Option<Vec<ID>>,
}

/// A purpose and channel, and the states the contact's consent may have.
#[derive(InputObject)]
pub struct ConsentFilter {
    /// The purpose.
    pub purpose_id: ID,
    /// The channel.
    pub channel: Channel,
    /// One of these states.
    pub states: Vec<AskedState>,
}

/// The state of a contact's consent to a purpose and channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AskedState {
    /// They were never asked. This is not a refusal.
    NeverAsked,
    /// We asked; no answer yet.
    Requested,
    /// The person agreed, and the mailbox proved it.
    Given,
    /// The person said no.
    Refused,
    /// The person withdrew it.
    Withdrawn,
    /// The controller ended it.
    Revoked,
    /// It expired.
    Expired,
    /// It was found to be invalid.
    Invalidated,
}

/// A deal that the contact is part of and that is not archived.
#[derive(InputObject)]
pub struct ContactDealFilter {
    /// On one of these pipelines.
    pub pipeline_ids: Option<Vec<ID>>,
    /// In one of these stages.
    pub stage_ids: Option<Vec<ID>>,
    /// Open, won or lost.
    pub kinds: Option<Vec<StageKind>>,
}

/// The order of a list of contacts: by `field` or `custom`, not both.
#[derive(InputObject)]
pub struct ContactOrderBy {
    /// A built-in field.
    pub field: Option<ContactOrderField>,
    /// The key of a custom field.
    pub custom: Option<String>,
    /// Ascending or descending.
    #[graphql(default_with = "Direction::Ascending")]
    pub direction: Direction,
}

/// A built-in field to order contacts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ContactOrder")]
pub enum ContactOrderField {
    /// In the order in which they were added.
    Entered,
    /// By family name, then given name, ignoring case and accents.
    Name,
    /// By `createdAt`.
    CreatedAt,
    /// By when they were last changed.
    UpdatedAt,
    /// The person's last own action.
    LastContactAt,
}

/// What the contacts' data would be used for.
#[derive(InputObject)]
pub struct UsableForInput {
    /// The purpose.
    pub purpose_id: ID,
    /// The channel.
    pub channel: Channel,
}

/// How many contacts were left out for one reason.
#[derive(SimpleObject)]
pub struct Withheld {
    /// Why.
    pub reason: Usability,
    /// How many.
    pub count: i64,
}

/// Counts beside a page of contacts; each is computed only when it is selected.
pub struct ContactTotals {
    total: Total,
    usable: Option<(App, UsableList)>,
}

impl ContactTotals {
    /// Totals of a list without `usableFor`.
    pub(crate) fn new(total: Total) -> Self {
        Self { total, usable: None }
    }
}

#[Object]
impl ContactTotals {
    /// Number of contacts on all pages, with the same filter. Counting is expensive: select it only to show
    /// it.
    async fn total_count(&self) -> Result<i64> {
        self.total.count().await
    }

    /// With `usableFor`: how many contacts match the filter but may not be used, by reason; reasons are
    /// mutually exclusive and come in a fixed order. Null without `usableFor`.
    #[graphql(complexity = "10 + child_complexity")]
    async fn withheld(&self) -> Result<Option<Vec<Withheld>>> {
        let Some((app, usable)) = &self.usable else { return Ok(None) };
        let counts = usable.withheld(app).await?;
        Ok(Some(counts.into_iter().map(|(reason, count)| Withheld { reason, count }).collect()))
    }
}

/// A page of contacts.
pub(crate) type ContactConnection = Connection<OpaqueCursor<Cursor>, Row<Contact>, ContactTotals>;

/// Queries for lists of contacts.
#[derive(Default)]
pub struct ContactListsQuery;

#[Object]
impl ContactListsQuery {
    /// Contacts, newest first by default.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which contacts; absent = all.")] filter: Option<ContactFilter>,
        #[graphql(desc = "What becomes of archived contacts.", default_with = "Archived::LeftOut")] archived: Archived,
        #[graphql(desc = "The order; absent = newest first.")] order_by: Option<ContactOrderBy>,
        #[graphql(
            desc = "Only those whom we may use for this now. A list that is to be used must say for what."
        )]
        usable_for: Option<UsableForInput>,
    ) -> Result<ContactConnection> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let order =
            order_by.map_or(Ok(OrderBy::Own(ContactOrder::Entered, Run::Down)), ContactOrderBy::read)?;
        let filter = filter.unwrap_or_default().read(&mut Reading::new(caller.actor), "filter", 0)?;
        let wanted = ContactsWanted { filter, archived: archived.into(), order };
        let list = list_contacts(app, caller.workspace, caller.actor, wanted).await?;
        let (list, usable) = match usable_for {
            Some(usable_for) => {
                let usable = usable_for.narrow(ctx, list).await?;
                (usable.usable.clone(), Some((app.clone(), usable)))
            }
            None => (list, None),
        };
        let asks = Asks::of_nodes(&ctx.look_ahead());
        let page = if is_foreseen(ctx, &asks, &["company"])? {
            let (page, companies) = list.page_with_companies(app, &request).await?;
            keep_rows(ctx, companies, |company| company.id)?;
            page
        } else {
            list.page(app, &request).await?
        };
        Box::pin(foresee_of_contacts(ctx, &asks, page.rows.iter().map(|(_, row)| row))).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Contact(row)), ContactTotals { total, usable }))
    }
}

impl UsableForInput {
    async fn narrow(self, ctx: &Context<'_>, list: ContactList) -> Result<UsableList> {
        let (app, caller) = asked(ctx)?;
        let purpose: PurposeId = named(&self.purpose_id, "usableFor.purposeId")?;
        let usable =
            list_usable(app, caller.workspace, caller.actor, list, purpose, self.channel.into()).await;
        found("usableFor.purposeId", usable)
    }
}

impl ContactOrderBy {
    fn read(self) -> Result<OrderBy<ContactOrder>> {
        let run = self.direction.into();
        match (self.field, self.custom) {
            (Some(field), None) => Ok(OrderBy::Own(field.into(), run)),
            (None, Some(key)) => Ok(OrderBy::Custom { key, run }),
            _ => Err(one_order()),
        }
    }
}

/// The error for an order by both a field and a custom field, or by neither.
pub(crate) fn one_order() -> Error {
    Error::rejected(ProblemCode::Invalid, "orderBy", "Give either field or custom.")
}

impl ContactFilter {
    pub(crate) fn read(
        self,
        reading: &mut Reading,
        path: &str,
        level: usize,
    ) -> Result<Filter<Asked<ContactCondition>>> {
        use ContactCondition as C;
        let level = Reading::enter(path, level)?;
        let mut parts: Parts<C> = Vec::new();
        let at = |name: &str| format!("{path}.{name}");
        macro_rules! put {
            ($($field:ident $name:literal => $make:expr;)*) => {$(
                if let Some(filter) = self.$field {
                    parts.extend(filter.tests(reading, &at($name))?.into_iter().map(|wanted| wanted.condition($make)));
                }
            )*};
        }
        let own = |condition| Filter::Is(Asked::Own(condition));
        if let Some(ids) = self.ids {
            parts.push(own(C::Id(reading.ids(ids, path, "ids")?)));
        }
        if let Some(email) = self.email {
            reading.take(path)?;
            let email = EmailAddress::parse(&email).map_err(|_| {
                Error::rejected(
                    ProblemCode::Invalid,
                    at("email"),
                    "Give a whole e-mail address, like ada@example.org.",
                )
            })?;
            parts.push(own(C::Mailbox(email.key())));
        }
        if let Some(name) = self.name {
            parts.extend(
                name.match_names(reading, &at("name"))?.into_iter().map(|wanted| wanted.condition(C::Name)),
            );
        }
        put! {
            phone "phone" => C::Phone;
            language "language" => C::Language;
            external_id "externalId" => C::ExternalId;
            company "company" => C::Company;
            created_at "createdAt" => C::CreatedAt;
            updated_at "updatedAt" => C::UpdatedAt;
            last_contact_at "lastContactAt" => C::LastContactAt;
        }
        if let Some(values) = self.lifecycle {
            parts.push(own(C::Lifecycle(reading.values(values, path, "lifecycle")?)));
        }
        if let Some(owner) = self.owner {
            owner.put(reading, &at("owner"), &mut parts, C::Owner)?;
        }
        if let Some(tags) = self.tags {
            tags.put(reading, &at("tags"), &mut parts)?;
        }
        if let Some(consent) = self.consent {
            parts.push(own(consent.read(reading, &at("consent"))?));
        }
        if let Some(deal) = self.deal {
            parts.push(own(deal.read(reading, &at("deal"))?));
        }
        if let Some(custom) = self.custom {
            CustomFilter::put(custom, reading, &at("custom"), &mut parts)?;
        }
        joined!(self, reading, path, level, parts);
        Ok(Filter::All(parts))
    }
}

impl TagFilter {
    fn put(self, reading: &mut Reading, path: &str, parts: &mut Parts<ContactCondition>) -> Result<()> {
        let tagged = |tags| Filter::Is(Asked::Own(ContactCondition::Tagged(tags)));
        if let Some(ids) = self.any {
            parts.push(tagged(reading.ids(ids, path, "any")?));
        }
        for id in self.all.map(|ids| reading.ids(ids, path, "all")).transpose()?.unwrap_or_default() {
            reading.take(path)?;
            parts.push(tagged(vec![id]));
        }
        if let Some(ids) = self.none {
            let none = tagged(reading.ids(ids, path, "none")?);
            parts.push(Filter::Not(Box::new(none)));
        }
        Ok(())
    }
}

impl ConsentFilter {
    fn read(self, reading: &mut Reading, path: &str) -> Result<ContactCondition> {
        reading.take(path)?;
        let purpose = named(&self.purpose_id, &format!("{path}.purposeId"))?;
        let never_asked = self.states.contains(&AskedState::NeverAsked);
        let states =
            self.states.into_iter().filter_map(AskedState::stored).map(entity::ConsentState::from).collect();
        Ok(ContactCondition::Consent { purpose, channel: self.channel.into(), states, never_asked })
    }
}

impl AskedState {
    fn stored(self) -> Option<ConsentState> {
        Some(match self {
            Self::NeverAsked => return None,
            Self::Requested => ConsentState::Requested,
            Self::Given => ConsentState::Given,
            Self::Refused => ConsentState::Refused,
            Self::Withdrawn => ConsentState::Withdrawn,
            Self::Revoked => ConsentState::Revoked,
            Self::Expired => ConsentState::Expired,
            Self::Invalidated => ConsentState::Invalidated,
        })
    }
}

impl ContactDealFilter {
    fn read(self, reading: &mut Reading, path: &str) -> Result<ContactCondition> {
        reading.take(path)?;
        let pipelines = self.pipeline_ids.map(|ids| reading.ids(ids, path, "pipelineIds")).transpose()?;
        let stages = self.stage_ids.map(|ids| reading.ids(ids, path, "stageIds")).transpose()?;
        let kinds = self.kinds.map(|kinds| reading.values(kinds, path, "kinds")).transpose()?;
        Ok(ContactCondition::Deal { pipelines, stages, kinds })
    }
}
