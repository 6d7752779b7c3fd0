//! Activities in GraphQL.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, dataloader::Loader};
use entity::{ActivityId, ContactId, Time, activity};

use super::Contact;
use crate::{
    accounts::graphql::{Load, LoadError, group, load, load_by_id},
    contacts::newest_activities,
    error::Result,
};

load_by_id! {
    activity by ActivityId;
}

/// What kind of activity it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ActivityKind")]
pub enum ActivityKind {
    /// A telephone call.
    Call,
    /// A meeting.
    Meeting,
    /// A demonstration of what we sell.
    Demo,
    /// A note.
    Note,
    /// Something to do.
    Task,
    /// An e-mail, sent or received elsewhere and logged here.
    Email,
}

/// The newest activities of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ActivitiesOf {
    /// Whose.
    pub contact: ContactId,
    /// How many.
    pub most: u64,
}

impl Loader<ActivitiesOf> for Load {
    type Value = Vec<activity::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[ActivitiesOf]) -> Result<HashMap<ActivitiesOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (most, keys) in group(keys.to_vec(), |key| key.most) {
            let contacts: Vec<_> = keys.iter().map(|key| key.contact).collect();
            let rows = newest_activities(self.app.db(), self.caller.workspace, &contacts, most).await?;
            let of = |row: &activity::Model| row.contact_id;
            for (contact, rows) in group(rows, of) {
                found.extend(contact.map(|contact| (ActivitiesOf { contact, most }, rows)));
            }
        }
        Ok(found)
    }
}

/// Something that happened with a contact, or is to be done.
pub struct Activity(pub activity::Model);

/// Something that happened with a contact, or is to be done.
#[Object]
impl Activity {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// With whom; null when it is about a company or deal only.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(Contact)),
            None => Ok(None),
        }
    }

    /// What kind.
    async fn kind(&self) -> ActivityKind {
        self.0.kind.into()
    }

    /// One line.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The rest.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When.
    async fn occurred_at(&self) -> Time {
        self.0.occurred_at
    }

    /// When it was dealt with; null while it is open.
    async fn done_at(&self) -> Option<Time> {
        self.0.done_at
    }
}
