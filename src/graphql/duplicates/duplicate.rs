//! Possible duplicates in GraphQL: all pairs, those of one contact, and their dismissal.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::Loader};
use entity::{ContactId, Time, duplicate_candidate};

use crate::{
    accounts::Right,
    duplicates::{DuplicateKey, count_duplicates, dismiss_duplicate, duplicates_of, list_duplicates},
    error::{Error, Result},
    graphql::{
        contacts::Contact,
        kit::{List, Load, LoadError, Read, allowed, asked, cost, list, load, load_named, named},
    },
    platform::graphql::{PageArgs, UserError, page::Total, user_errors},
};

/// Why two contacts may be the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::DuplicateReason")]
pub enum DuplicateReason {
    /// They have the same telephone number.
    SamePhone,
    /// They work for the same company and have similar names.
    NearNameSameCompany,
    /// They have e-mail addresses at the same domain and similar names.
    NearNameSameDomain,
}

/// The duplicate pairs that a contact is part of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DuplicatesOf(pub ContactId);

impl Loader<DuplicatesOf> for Load {
    type Value = Vec<duplicate_candidate::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[DuplicatesOf]) -> Result<HashMap<DuplicatesOf, Self::Value>, LoadError> {
        let contacts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = duplicates_of(self.app.db(), self.caller.workspace, &contacts).await?;
        Ok(found.into_iter().map(|(contact, rows)| (DuplicatesOf(contact), rows)).collect())
    }
}

/// GraphQL type over a `duplicate_candidate` row.
pub struct DuplicatePair(duplicate_candidate::Model);

/// Two contacts who may be the same person. Merge them with `mergeContacts`, or dismiss the pair with
/// `dismissDuplicate`.
#[Object]
impl DuplicatePair {
    /// The one who was added first.
    async fn older(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.low_id).await?))
    }

    /// The other one.
    async fn newer(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.high_id).await?))
    }

    /// Why they may be the same person.
    async fn reasons(&self) -> Read<Vec<DuplicateReason>> {
        reasons(&self.0)
    }

    /// How likely it is that they are the same person, from 1 to 100.
    async fn score(&self) -> i32 {
        self.0.score
    }

    /// When the pair was found.
    async fn found_at(&self) -> Time {
        self.0.found_at
    }
}

fn reasons(row: &duplicate_candidate::Model) -> Read<Vec<DuplicateReason>> {
    let reasons: Vec<entity::DuplicateReason> = serde_json::from_str(&row.reasons).map_err(Error::from)?;
    Ok(reasons.into_iter().map(DuplicateReason::from).collect())
}

/// A `duplicate_candidate` row seen from one of its two contacts.
pub struct ContactDuplicate {
    other: ContactId,
    row: duplicate_candidate::Model,
}

impl ContactDuplicate {
    /// The pair as seen from `contact`.
    pub(super) fn of(contact: ContactId, row: duplicate_candidate::Model) -> Self {
        Self { other: if row.low_id == contact { row.high_id } else { row.low_id }, row }
    }
}

/// Another contact who may be the same person.
#[Object]
impl ContactDuplicate {
    /// The other contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.other).await?))
    }

    /// Why they may be the same person.
    async fn reasons(&self) -> Read<Vec<DuplicateReason>> {
        reasons(&self.row)
    }

    /// How likely it is that they are the same person, from 1 to 100.
    async fn score(&self) -> i32 {
        self.row.score
    }
}

/// Possible duplicates of a contact, most likely first, at most 20.
pub(crate) async fn duplicates(ctx: &Context<'_>, contact: ContactId) -> Result<Vec<ContactDuplicate>> {
    let rows = load(ctx, DuplicatesOf(contact)).await?.unwrap_or_default();
    Ok(rows.into_iter().take(20).map(|row| ContactDuplicate::of(contact, row)).collect())
}

/// Queries about duplicates.
#[derive(Default)]
pub struct DuplicatesQuery;

#[Object]
impl DuplicatesQuery {
    /// Pairs of contacts who may be the same person, most likely first. Changes of contacts are taken into
    /// account within about a minute.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn duplicate_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<DuplicateKey, DuplicatePair>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<DuplicateKey>()?;
        let rows = list_duplicates(app.db(), caller.workspace, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_duplicates(app.db(), caller.workspace).await }
        });
        Ok(list(
            request.page(rows),
            |row| DuplicateKey(row.score, row.low_id, row.high_id),
            DuplicatePair,
            total,
        ))
    }
}

/// Two contacts who are not the same person.
#[derive(InputObject)]
pub struct DismissDuplicateInput {
    /// One of them.
    pub contact_id: ID,
    /// The other one.
    pub other_contact_id: ID,
}

/// Result of `dismissDuplicate`.
#[derive(SimpleObject)]
pub struct DismissDuplicatePayload {
    /// The first contact; null when the input was refused.
    pub contact: Option<Contact>,
    /// The other contact; null when the input was refused.
    pub other_contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Mutations about duplicates.
#[derive(Default)]
pub struct DuplicatesMutation;

#[Object]
impl DuplicatesMutation {
    /// Record that two similar contacts are different people: the pair is not shown again, even after one of
    /// them is merged with a third.
    async fn dismiss_duplicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two contacts who are different people.")] input: DismissDuplicateInput,
    ) -> Result<DismissDuplicatePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (one, other) =
                (named(&input.contact_id, "contactId")?, named(&input.other_contact_id, "otherContactId")?);
            dismiss_duplicate(app, caller.workspace, caller.actor, one, other).await
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (contact, other_contact) = done.map(|(one, other)| (Contact(one), Contact(other))).unzip();
        Ok(DismissDuplicatePayload { contact, other_contact, user_errors })
    }
}
