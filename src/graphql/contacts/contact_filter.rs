//! Which contacts a list shows, as it is asked for, and reading that.

use async_graphql::{Enum, ID, InputObject};
use entity::EmailAddress;

use super::{
    Lifecycle,
    filters::{CodeFilter, CustomFilter, OwnerFilter, ReferenceFilter, TextFilter, TimeFilter},
    reading::{Parts, Reading, joined},
};
use crate::{
    contacts::ContactCondition,
    error::{Error, ProblemCode, Result},
    graphql::{
        consent::{Channel, ConsentState},
        kit::named,
        pipeline::StageKind,
    },
    platform::filter::Filter,
    records::conditions::Asked,
};

/// Which contacts to show. What is given together must hold together; `and`, `or` and `not` join more.
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
    /// Family and given name, in any order. `startsWith` begins with the family name, or with the whole given name.
    pub name: Option<TextFilter>,
    /// Only the one with this mailbox; two spellings of one address find the same contact.
    pub email: Option<String>,
    /// Telephone number: a whole one in any spelling, or how it begins in E.164 (`+336`).
    pub phone: Option<CodeFilter>,
    /// The language we write to them in.
    pub language: Option<CodeFilter>,
    /// Their id in the system they are synchronised with.
    pub external_id: Option<CodeFilter>,
    /// One of these.
    pub lifecycle: Option<Vec<Lifecycle>>,
    /// The company they work for.
    pub company: Option<ReferenceFilter>,
    /// The member who looks after them.
    pub owner: Option<OwnerFilter>,
    /// Their tags.
    pub tags: Option<TagFilter>,
    /// What they said. For whom we may use now, `usableFor` is the question.
    pub consent: Option<ConsentFilter>,
    /// A deal they have a part in.
    pub deal: Option<ContactDealFilter>,
    /// When they entered.
    pub created_at: Option<TimeFilter>,
    /// When they last changed.
    pub updated_at: Option<TimeFilter>,
    /// The last act that came from the person.
    pub last_contact_at: Option<TimeFilter>,
    /// Custom fields; all of these hold.
    pub custom: Option<Vec<CustomFilter>>,
}

/// Tags of a contact.
#[derive(InputObject)]
pub struct TagFilter {
    /// At least one of these.
    pub any: Option<Vec<ID>>,
    /// Every one of these.
    pub all: Option<Vec<ID>>,
    /// Not one of these.
    pub none: Option<Vec<ID>>,
}

/// What a contact said to a purpose by a channel.
#[derive(InputObject)]
pub struct ConsentFilter {
    /// To which purpose.
    pub purpose_id: ID,
    /// By which channel.
    pub channel: Channel,
    /// One of these states.
    pub states: Vec<AskedState>,
}

/// Where a contact stands towards a purpose and channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AskedState {
    /// Nobody asked them. This is not a no.
    NeverAsked,
    /// We asked; no answer yet.
    Requested,
    /// The person agreed, and the mailbox proved it.
    Given,
    /// The person said no.
    Refused,
    /// The person took it back.
    Withdrawn,
    /// The controller ended it.
    Revoked,
    /// Its validity ran out.
    Expired,
    /// It turned out not to hold.
    Invalidated,
}

/// A deal that a contact has a part in and that is not archived.
#[derive(InputObject)]
pub struct ContactDealFilter {
    /// On one of these pipelines.
    pub pipeline_ids: Option<Vec<ID>>,
    /// In one of these stages.
    pub stage_ids: Option<Vec<ID>>,
    /// Open, won or lost.
    pub kinds: Option<Vec<StageKind>>,
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
