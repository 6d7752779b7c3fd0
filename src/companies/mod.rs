//! Companies: creating and changing them, their search words and their lists.

mod company_values;
mod create_company;
mod index_contacts;
mod list_companies;
mod load_company;
pub mod loads;
mod update_company;
mod words;

pub use company_values::CompanyChanges;
pub use create_company::{create_company, upsert_company};
pub use index_contacts::IndexCompanyContacts;
pub use list_companies::{CompaniesWanted, CompanyCondition, CompanyList, CompanyOrder, list_companies};
pub use update_company::{archive_company, restore_company, update_company};
pub use words::index_company;
pub(crate) use words::texts_of_company;
