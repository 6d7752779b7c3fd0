//! Contacts, their addresses and tags as other rooms and edges read them.

use entity::{ContactAddressId, ContactId, TagId, WorkspaceId, company, contact, tag};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select, Value};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::{loads_by_id, loads_of},
        query::{Query, columns_of},
    },
};

loads_by_id! {
    /// Addresses by id.
    addresses_by_id(ContactAddressId) -> contact_address;
    /// Tags by id.
    tags_by_id(TagId) -> tag;
}

loads_of! {
    /// Every address of contacts.
    addresses_of_contacts(ContactId) -> contact_address by contact_id, in order of "created_at, id";
    /// Every other basis than consent that was shown to hold for contacts.
    bases_of_contacts(ContactId) -> basis by contact_id, in order of "since, id";
}

/// One contact and the company they work for, in one statement; none also for one who was merged into another.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn contact_with_company(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<(contact::Model, Option<company::Model>)>> {
    let mut query = Query::new("SELECT c.*, ");
    query.push(&columns_of::<company::Model>("f"));
    query.push(" FROM contact c LEFT JOIN company f ON f.workspace_id = c.workspace_id AND f.id = c.company_id WHERE c.workspace_id = ");
    query.bind(workspace).push(" AND c.id = ").bind(id);
    Ok(query.all_with::<contact::Model, company::Model>(db, "f").await?.pop())
}

/// Cursor position in the list of tags. The field is named so that a cursor of another list does not parse as
/// one.
#[derive(Clone, Serialize, Deserialize)]
pub struct TagPlace {
    tag: String,
}

impl TagPlace {
    /// The place of this tag.
    #[must_use]
    pub fn of(tag: &tag::Model) -> Self {
        Self { tag: tag.name_key.clone() }
    }
}

impl From<TagPlace> for Value {
    /// PostgreSQL does not accept NUL characters in text, and no tag has one.
    fn from(place: TagPlace) -> Self {
        place.tag.replace('\0', "").into()
    }
}

/// A page of tags, by name.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_tags(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    request: &PageRequest<TagPlace>,
) -> Result<Page<tag::Model>> {
    page_by(db, tags(workspace), tag::Column::NameKey, Run::Up, request).await
}

/// How many tags there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_tags(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    count_of(db, tags(workspace)).await
}

fn tags(workspace: WorkspaceId) -> Select<tag::Entity> {
    tag::Entity::find().filter(tag::Column::WorkspaceId.eq(workspace))
}
