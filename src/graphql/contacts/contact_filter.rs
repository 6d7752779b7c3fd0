//! The filter of a list of contacts.

use async_graphql::{Enum, ID, InputObject};
use entity::EmailAddress;

use super::{
    Lifecycle,
    filters::{CodeFilter, CustomFilter, OwnerFilter, ReferenceFilter, TextFilter, TimeFilter},
    list_filter::{Combined, Level, ListFilter},
    reading::Reading,
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

impl ListFilter for ContactFilter {
    type Condition = ContactCondition;

    fn combined(&mut self) -> Combined<Self> {
        Combined { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn read(self, level: &mut Level<'_, ContactCondition>) -> Result<()> {
        use ContactCondition as C;
        level.ids("ids", self.ids, C::Id)?;
        if let Some(email) = self.email {
            level.reading.take(level.path)?;
            let email = EmailAddress::parse(&email).map_err(|_| {
                Error::rejected(
                    ProblemCode::Invalid,
                    level.at("email"),
                    "Give a whole e-mail address, like ada@example.org.",
                )
            })?;
            level.add(C::Mailbox(email.key()));
        }
        level.names("name", self.name, C::Name)?;
        level.tests("phone", self.phone, C::Phone)?;
        level.tests("language", self.language, C::Language)?;
        level.tests("externalId", self.external_id, C::ExternalId)?;
        level.tests("company", self.company, C::Company)?;
        level.tests("createdAt", self.created_at, C::CreatedAt)?;
        level.tests("updatedAt", self.updated_at, C::UpdatedAt)?;
        level.tests("lastContactAt", self.last_contact_at, C::LastContactAt)?;
        level.values("lifecycle", self.lifecycle, C::Lifecycle)?;
        level.owner("owner", self.owner, C::Owner)?;
        if let Some(tags) = self.tags {
            tags.put(level)?;
        }
        if let Some(consent) = self.consent {
            let path = level.at("consent");
            let condition = consent.read(level.reading, &path)?;
            level.add(condition);
        }
        if let Some(deal) = self.deal {
            let path = level.at("deal");
            let condition = deal.read(level.reading, &path)?;
            level.add(condition);
        }
        level.custom(self.custom)
    }
}

impl TagFilter {
    fn put(self, level: &mut Level<'_, ContactCondition>) -> Result<()> {
        let path = level.at("tags");
        if let Some(ids) = self.any {
            let ids = level.reading.ids(ids, &path, "any")?;
            level.add(ContactCondition::Tagged(ids));
        }
        let all = self.all.map(|ids| level.reading.ids(ids, &path, "all")).transpose()?;
        for id in all.unwrap_or_default() {
            level.reading.take(&path)?;
            level.add(ContactCondition::Tagged(vec![id]));
        }
        if let Some(ids) = self.none {
            let ids = level.reading.ids(ids, &path, "none")?;
            let tagged = Filter::Is(Asked::Own(ContactCondition::Tagged(ids)));
            level.parts.push(Filter::Not(Box::new(tagged)));
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
