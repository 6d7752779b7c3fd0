//! People we hold data about, with their addresses and tags.
//!
//! People become contacts through `take_in`, after their mailbox confirmed or on another legal basis that a
//! form declared; or staff or another system enter them, naming such a basis.

mod addresses;
mod adopt_address;
mod aliases;
mod archive_contact;
mod blank;
pub(crate) mod contact_values;
pub(crate) mod contacts_of_companies;
mod correct_contact;
mod create_contact;
mod edit_tag;
pub mod jobs;
mod list_contacts;
pub mod loads;
mod mailbox;
mod person;
mod prove_address;
mod refold;
mod reveal_field;
mod screen_answers;
pub(crate) mod tag_contacts;
mod tags;
mod take_answers;
mod take_in;
mod tell_value;
mod update_contact;
mod upsert_contact;
pub(crate) mod words;

pub use addresses::{add_contact_address, addresses_of, detach_address, set_primary_address};
pub use adopt_address::{Adopted, adopt_address};
pub use aliases::{every_id_of, find_contact, find_contacts, lock_contact, lock_contact_to_edit};
pub use archive_contact::{archive_contact, restore_contact};
pub use blank::new_basis;
pub use contact_values::ContactChanges;
pub use contacts_of_companies::{contacts_of_companies, count_contacts_of_companies};
pub use correct_contact::{contested_fields, correct_contact, read_correction};
pub use create_contact::{NewContact, create_contact};
pub use edit_tag::{delete_tag, merge_tags, rename_tag};
pub use list_contacts::{ContactCondition, ContactList, ContactOrder, ContactsWanted, list_contacts};
pub use mailbox::lock_mailbox;
pub use person::{Person, PersonField, PersonValue, TakenIn};
pub use prove_address::prove_address;
pub use refold::refold;
pub use reveal_field::{Owner, Revealed, reveal_field};
pub use tag_contacts::{put_tags, tag_contacts};
pub use tags::{count_tagged, tags_of};
pub use take_in::take_in;
pub use tell_value::send_value_notice;
pub use update_contact::update_contact;
pub use upsert_contact::{ContactUpsert, upsert_contact};
pub use words::{index_contact, sort_name};

use entity::{ContactId, WorkspaceId, contact, contact_address};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    app::App,
    error::{Error, Result},
};

/// Loads a contact, following merges.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub async fn load_contact(app: &App, workspace: WorkspaceId, id: ContactId) -> Result<contact::Model> {
    find_contact(app.db(), workspace, id).await?.ok_or(Error::NotFound)
}

/// The address with this key, which tells the contact whose mailbox it is.
pub async fn find_address(
    db: &impl sea_orm::ConnectionTrait,
    workspace: WorkspaceId,
    email_key: &str,
) -> Result<Option<contact_address::Model>> {
    let row = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::EmailKey.eq(email_key));
    Ok(row.one(db).await?)
}
