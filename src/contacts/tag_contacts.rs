//! Adds tags to contacts by name, and removes them. An unknown name creates a tag; names that differ only in
//! case or accents are the same tag.

use std::collections::{BTreeMap, BTreeSet};

use entity::{ContactId, TagId, WorkspaceId, contact, contact_tag, tag};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::{find_contacts, tags_of};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{ProblemCode, Result},
    platform::{
        actor::Actor,
        fold::fold,
        work::{Entry, Fact, Work},
    },
    records::{must_not_be_restricted, values::Check},
};

/// Limit on contacts per call: each has its own journal entry, and a unit of work holds 500.
const MOST_CONTACTS: usize = 100;
/// Limit on names per call.
const MOST_NAMES: usize = 20;

/// Adds and removes tags on all of the contacts, in one unit of work. Returns the contacts in the order of
/// the ids.
///
/// # Errors
/// `Rejected` when a contact does not exist or is archived, or a name cannot be a tag.
pub async fn tag_contacts(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    ids: &[Option<ContactId>],
    add: &[String],
    remove: &[String],
) -> Result<Vec<contact::Model>> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?.with_own_words(app, workspace).await?;
    let (add, remove) = (read_names(&mut check, "add", add), read_names(&mut check, "remove", remove));
    if ids.is_empty() || ids.len() > MOST_CONTACTS {
        check.problem(ProblemCode::TooLong, "contactIds", "Name 1 to 100 contacts at once.");
        check.done()?;
    }
    let removed: BTreeSet<String> = remove.iter().map(|name| fold(name)).collect();
    if add.iter().any(|name| removed.contains(&fold(name))) {
        check.problem(
            ProblemCode::Invalid,
            "remove",
            "A tag cannot be put on and taken off at once: leave it out of one.",
        );
    }
    let mut work = app.begin(workspace, actor).await?;
    // Ids of merged contacts stand for the survivor.
    let given: Vec<ContactId> = ids.iter().flatten().copied().collect();
    let living: BTreeMap<ContactId, ContactId> = find_contacts(work.db(), workspace, &given)
        .await?
        .into_iter()
        .map(|(id, row)| (id, row.id))
        .collect();
    let rows = contact::Entity::find()
        .filter(contact::Column::WorkspaceId.eq(workspace))
        .filter(contact::Column::Id.is_in(living.values().copied()))
        .order_by_asc(contact::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let known: BTreeMap<ContactId, contact::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let find = |id: &ContactId| living.get(id).and_then(|id| known.get(id));
    for (at, id) in ids.iter().enumerate() {
        let field = format!("contactIds.{at}");
        match id.as_ref().and_then(find) {
            None => check.no_such(&field),
            Some(row) if row.archived_at.is_some() => {
                check.problem(
                    ProblemCode::WrongState,
                    &field,
                    "This contact is archived: restore them first.",
                );
            }
            Some(row) => {
                check.gather(must_not_be_restricted(row, &field))?;
            }
        }
    }
    check.done()?;
    let contacts: Vec<ContactId> = known.keys().copied().collect();
    attach_and_detach(&mut work, &contacts, &add, &removed).await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(ids.iter().flatten().filter_map(|id| find(id).cloned()).collect())
}

/// Parses names of tags, without duplicates.
pub(crate) fn read_names(check: &mut Check, field: &str, names: &[String]) -> Vec<String> {
    if names.len() > MOST_NAMES {
        check.problem(ProblemCode::TooLong, field, "Give at most 20 tags at once.");
        return Vec::new();
    }
    let mut read: BTreeMap<String, String> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        let name = check.tag(&format!("{field}.{at}"), name);
        read.entry(fold(&name)).or_insert(name);
    }
    read.into_values().collect()
}

/// Adds tags to a contact by name; missing ones are created, and those the contact already has stay.
///
/// # Errors
/// Database errors only.
pub async fn put_tags(work: &mut Work, contact: ContactId, names: &[String]) -> Result<()> {
    attach_and_detach(work, &[contact], names, &BTreeSet::new()).await
}

async fn attach_and_detach(
    work: &mut Work,
    contacts: &[ContactId],
    add: &[String],
    remove: &BTreeSet<String>,
) -> Result<()> {
    if contacts.is_empty() || (add.is_empty() && remove.is_empty()) {
        return Ok(());
    }
    let added = find_or_make(work, add).await?;
    let mut had: BTreeMap<ContactId, BTreeMap<TagId, String>> = BTreeMap::new();
    for (contact, tag) in tags_of(work.db(), work.workspace(), contacts).await? {
        had.entry(contact).or_default().insert(tag.id, tag.name_key);
    }
    let (mut rows, mut gone) = (Vec::new(), BTreeSet::new());
    for contact in contacts {
        let own = had.remove(contact).unwrap_or_default();
        let new: Vec<TagId> = added.iter().copied().filter(|tag| !own.contains_key(tag)).collect();
        let old: Vec<TagId> =
            own.iter().filter(|(_, key)| remove.contains(*key)).map(|(tag, _)| *tag).collect();
        if new.is_empty() && old.is_empty() {
            continue;
        }
        rows.extend(new.iter().map(|tag| contact_tag::ActiveModel {
            workspace_id: Set(work.workspace()),
            contact_id: Set(*contact),
            tag_id: Set(*tag),
            tagged_at: Set(work.now()),
        }));
        gone.extend(old.iter().copied());
        let entry = Entry::new("contact.tagged").about(*contact).on(*contact);
        work.record(
            entry
                .with("added", new.into_iter().collect::<Fact>())
                .with("removed", old.into_iter().collect::<Fact>()),
        );
    }
    if !rows.is_empty() {
        let once = OnConflict::new().do_nothing().to_owned();
        contact_tag::Entity::insert_many(rows).on_conflict(once).exec_without_returning(work.db()).await?;
    }
    if !gone.is_empty() {
        contact_tag::Entity::delete_many()
            .filter(contact_tag::Column::WorkspaceId.eq(work.workspace()))
            .filter(contact_tag::Column::ContactId.is_in(contacts.iter().copied()))
            .filter(contact_tag::Column::TagId.is_in(gone))
            .exec(work.db())
            .await?;
    }
    Ok(())
}

/// The tags with these names, in the order of their keys, so that concurrent units create and lock them in
/// the same order.
async fn find_or_make(work: &mut Work, names: &[String]) -> Result<Vec<TagId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: BTreeMap<String, &String> = names.iter().map(|name| (fold(name), name)).collect();
    let find = || {
        tag::Entity::find()
            .filter(tag::Column::WorkspaceId.eq(work.workspace()))
            .filter(tag::Column::NameKey.is_in(wanted.keys().cloned()))
            .order_by_asc(tag::Column::NameKey)
    };
    let known: BTreeSet<String> = find().all(work.db()).await?.into_iter().map(|row| row.name_key).collect();
    let new: Vec<tag::ActiveModel> = wanted
        .iter()
        .filter(|(key, _)| !known.contains(*key))
        .map(|(key, name)| tag::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(TagId::new()),
            name: Set((*name).clone()),
            name_key: Set(key.clone()),
            created_at: Set(work.now()),
        })
        .collect();
    let made: Vec<TagId> = new.iter().filter_map(|row| row.id.try_as_ref().copied()).collect();
    if !new.is_empty() {
        // A concurrent unit may have created it just now: that one is used.
        let once = OnConflict::new().do_nothing().to_owned();
        tag::Entity::insert_many(new).on_conflict(once).exec_without_returning(work.db()).await?;
    }
    let rows = find().all(work.db()).await?;
    for row in rows.iter().filter(|row| made.contains(&row.id)) {
        work.record(Entry::new("tag.created").on(row.id));
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}
