//! People and companies we hold data about. This room writes `contact`, `contact_address`, `company`, `tag`, `provenance`, `basis` and
//! `activity`.
//!
//! A person enters through `take_in` after their mailbox confirmed or on another basis that a form declared, or is entered by staff or
//! another system, who name such a basis.

mod absorb;
mod addresses;
mod aliases;
mod archive_contact;
mod company_values;
pub mod conditions;
mod contact_values;
mod contacts_of_companies;
mod create_company;
mod create_contact;
mod domains;
pub mod duplicates;
mod edit_tag;
pub mod fields;
mod filter_activities;
pub mod jobs;
mod list_companies;
mod list_contacts;
mod mailbox;
mod name_tests;
mod note_activity;
mod phones;
pub mod provenance;
mod refold;
mod report_differences;
pub mod search;
mod tag_contacts;
mod tags;
mod take_answers;
mod take_in;
mod tell_staff;
mod update_company;
mod update_contact;
mod upsert_contact;
mod values;
mod words;

use entity::{CompanyId, ContactId, WorkspaceId, company, contact, contact_address};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, SqlErr};

pub use absorb::{Absorbed, absorb};
pub use addresses::{add_contact_address, addresses_of, detach_address, set_primary_address};
pub use aliases::{every_id_of, find_contact, find_contacts, lock_contact};
pub use archive_contact::{archive_contact, restore_contact};
pub use company_values::CompanyChanges;
pub use contact_values::ContactChanges;
pub use contacts_of_companies::{contacts_of_companies, count_contacts_of_companies};
pub use create_company::{create_company, upsert_company};
pub use create_contact::{NewContact, create_contact};
pub use domains::company_at;
pub use edit_tag::{delete_tag, merge_tags, rename_tag};
pub use filter_activities::{
    ActivitiesWanted, ActivityCondition, ActivityList, ActivityOrder, list_activities,
};
pub use list_companies::{CompaniesWanted, CompanyCondition, CompanyList, CompanyOrder, list_companies};
pub use list_contacts::{
    ContactCondition, ContactList, ContactOrder, ContactsWanted, Restriction, list_contacts,
};
pub use mailbox::lock_mailbox;
pub use name_tests::{NameOf, write_name_test};
pub use note_activity::{Note, entry_about, note_activity};
pub use phones::read_phone;
pub use refold::refold;
pub use tag_contacts::{put_tags, tag_contacts};
pub use tags::{count_tagged, tags_of};
pub use take_in::{Person, PersonField, PersonValue, TakenIn, take_in};
pub use tell_staff::{Notice, tell_staff};
pub use update_company::{archive_company, restore_company, update_company};
pub use update_contact::update_contact;
pub use upsert_contact::{ContactUpsert, upsert_contact};
pub use words::{index_company, index_contact, sort_name};

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

/// One company.
///
/// # Errors
/// `NotFound`.
pub async fn load_company(app: &App, workspace: WorkspaceId, id: CompanyId) -> Result<company::Model> {
    company::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)
}

/// Two units looked whether a unique value was free, and both found it so: the second is told that somebody was faster.
fn raced(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
        _ => error.into(),
    }
}
