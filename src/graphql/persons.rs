//! Merging two contacts in GraphQL.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    contacts::Contact,
    kit::{asked, named},
};
use crate::{
    error::Result,
    persons::{Merge, merge_contacts},
    platform::graphql::{UserError, user_errors},
};

/// Two contacts who are the same person.
#[derive(InputObject)]
pub struct MergeContactsInput {
    /// The contact to keep, with their proven values and their address in use.
    pub survivor_id: ID,
    /// The contact to merge into the survivor. Their id keeps finding the survivor everywhere.
    pub merged_id: ID,
    /// The survivor's `version` as you read it: if it has changed since, nothing is written and the error
    /// code is `STALE`.
    pub expected_survivor_version: i32,
    /// The other contact's `version` as you read it.
    pub expected_merged_version: i32,
    /// A key of your choice, for example a UUID: repeating the same request with the same key returns the
    /// first result.
    pub idempotency_key: Option<String>,
}

/// Result of `mergeContacts`.
#[derive(SimpleObject)]
pub struct MergeContactsPayload {
    /// The surviving contact; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The mutation that merges two contacts.
#[derive(Default)]
pub struct MergeMutation;

#[Object]
impl MergeMutation {
    /// Merge two contacts. Both contacts' addresses, consents with their proofs, deals, activities and tags
    /// are kept; a withdrawal of either wins; empty values are filled in, and values that had to be dropped
    /// become a task. This cannot be undone.
    async fn merge_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two contacts to merge, and which of them stays.")] input: MergeContactsInput,
    ) -> Result<MergeContactsPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let merge = Merge {
                survivor: named(&input.survivor_id, "survivorId")?,
                merged: named(&input.merged_id, "mergedId")?,
                expected_survivor_version: input.expected_survivor_version,
                expected_merged_version: input.expected_merged_version,
            };
            merge_contacts(app, caller.workspace, caller.actor, &merge, input.idempotency_key.as_deref())
                .await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(MergeContactsPayload { contact: row.map(Contact), user_errors })
    }
}
