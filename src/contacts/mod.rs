//! People we hold data about. This room writes `contact`, `contact_address`, `provenance`, `basis` and `activity`.
//!
//! A person enters through `take_in` only: after their mailbox confirmed, or on another basis that a form declared.

mod absorb;
mod aliases;
pub mod conditions;
mod contacts_of_companies;
pub mod fields;
pub mod graphql;
mod list_activities;
mod list_companies;
mod list_contacts;
pub mod provenance;
mod put_tags;
pub mod search;
mod tags;
mod take_in;
mod tell_staff;

use entity::{ContactId, WorkspaceId, contact, contact_address};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

pub use absorb::{Absorbed, absorb};
pub use aliases::{every_id_of, find_contact, find_contacts, lock_contact};
pub use contacts_of_companies::{contacts_of_companies, count_contacts_of_companies};
pub use list_activities::newest_activities;
pub use list_companies::{CompaniesWanted, CompanyCondition, CompanyList, CompanyOrder, list_companies};
pub use list_contacts::{ContactCondition, ContactList, ContactOrder, ContactsWanted, Restriction, list_contacts};
pub use put_tags::put_tags;
pub use tags::{count_tagged, tags_of};
pub use take_in::{Person, PersonField, PersonValue, TakenIn, take_in};
pub use tell_staff::{Notice, tell_staff};

use crate::{
    app::App,
    error::{Error, Result},
};

/// One contact, living or merged away.
///
/// # Errors
/// `NotFound`.
pub async fn load_contact(app: &App, workspace: WorkspaceId, id: ContactId) -> Result<contact::Model> {
    find_contact(app.db(), workspace, id).await?.ok_or(Error::NotFound)
}

/// The address with this key, and so the contact whose mailbox it is.
pub async fn find_address(db: &impl sea_orm::ConnectionTrait, workspace: WorkspaceId, email_key: &str) -> Result<Option<contact_address::Model>> {
    let row = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::EmailKey.eq(email_key));
    Ok(row.one(db).await?)
}
