//! Merging two contacts in GraphQL. The mutation stands in this room because the join of their consents decides it.

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

/// Which two contacts are one person.
#[derive(InputObject)]
pub struct MergeContactsInput {
    /// Who lives on: their proven values and address in use stay.
    pub survivor_id: ID,
    /// Who is merged into the survivor. This id goes on finding the survivor everywhere.
    pub merged_id: ID,
    /// The survivor's `version` as you read it: refused with STALE when somebody changed them since.
    pub expected_survivor_version: i32,
    /// The other contact's `version` as you read it.
    pub expected_merged_version: i32,
    /// A key of your own that makes a repeat of this request return its first result; a UUID for example.
    pub idempotency_key: Option<String>,
}

/// Result of `mergeContacts`.
#[derive(SimpleObject)]
pub struct MergeContactsPayload {
    /// The contact who lives on; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The mutation that makes one contact of two.
#[derive(Default)]
pub struct MergeMutation;

#[Object]
impl MergeMutation {
    /// Make one contact of two. Addresses, consents with their proofs, deals, activities and tags of both stay; any withdrawal
    /// of either wins; blanks are filled, and values that were not kept become a task. It cannot be undone.
    async fn merge_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which two contacts, and which of them lives on.")] input: MergeContactsInput,
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
