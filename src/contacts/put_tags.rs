//! Tags are put on a contact by name, by the system: those that do not exist yet are made.

use entity::{ContactId, TagId, contact_tag, tag};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{
    error::Result,
    platform::{
        fold::fold,
        work::{Entry, Fact, Work},
    },
};

/// Puts tags on a contact. Those they have already change nothing.
///
/// # Errors
/// Database errors only.
pub async fn put_tags(work: &mut Work, contact: ContactId, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    // In one order, so that two who make the same tags at once do not wait for each other.
    let mut wanted: Vec<(String, &String)> = names.iter().map(|name| (fold(name), name)).collect();
    wanted.sort();
    wanted.dedup_by(|a, b| a.0 == b.0);
    for (key, name) in &wanted {
        let row = tag::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(TagId::new()),
            name: Set((*name).clone()),
            name_key: Set(key.clone()),
            created_at: Set(work.now()),
        };
        let once = OnConflict::columns([tag::Column::WorkspaceId, tag::Column::NameKey]).do_nothing().to_owned();
        tag::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await?;
    }
    let tags = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(work.workspace()))
        .filter(tag::Column::NameKey.is_in(wanted.into_iter().map(|(key, _)| key)))
        .all(work.db())
        .await?;
    let mut added = Vec::new();
    for tag in tags {
        let row = contact_tag::ActiveModel {
            workspace_id: Set(work.workspace()),
            contact_id: Set(contact),
            tag_id: Set(tag.id),
            tagged_at: Set(work.now()),
        };
        let once = OnConflict::columns([contact_tag::Column::WorkspaceId, contact_tag::Column::ContactId, contact_tag::Column::TagId])
            .do_nothing()
            .to_owned();
        if contact_tag::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await? == 1 {
            added.push(tag.id);
        }
    }
    if !added.is_empty() {
        work.record(Entry::new("contact.tagged").about(contact).on(contact).with("tags", added.into_iter().collect::<Fact>()));
    }
    Ok(())
}
