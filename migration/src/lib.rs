//! Accord's database migrations, one file per change. A released file is never edited, and none imports
//! `entity`, because entities change.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261123_000001_workspaces_and_journal;
mod m20261123_000002_jobs_and_keys;
mod m20261123_000003_purposes_and_forms;
mod m20261124_000004_members;
mod m20261124_000005_contacts_and_companies;
mod m20261124_000006_consent;
mod m20261124_000007_submissions_and_opt_ins;
mod m20261124_000008_pipelines;
mod m20261124_000009_journal_of_deals;
mod m20261124_000010_search;
mod m20261129_000011_access_makers;
mod m20261129_000012_jobs_that_stick;
mod m20261129_000013_phones_due_days;
mod m20261129_000014_letters_refold;
mod m20261129_000015_letters_times;
mod m20261129_000016_optin_ticket_places;
mod m20261129_000017_forms_caught;
mod m20261129_000018_rights;
mod m20261129_000019_erasure;
mod m20261129_000021_requests;
mod m20261129_000022_transfers;
mod m20261129_000023_retention;
mod m20261129_000024_quarantine;
mod m20261129_000025_recipients_breaches;
mod m20261129_000026_pause;
mod m20261129_000027_ends_of_consents;
mod m20261129_000028_breach_reminders;
mod m20261129_000029_journal_counted;
mod sql;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_workspaces_and_journal::Migration),
            Box::new(m20261123_000002_jobs_and_keys::Migration),
            Box::new(m20261123_000003_purposes_and_forms::Migration),
            Box::new(m20261124_000004_members::Migration),
            Box::new(m20261124_000005_contacts_and_companies::Migration),
            Box::new(m20261124_000006_consent::Migration),
            Box::new(m20261124_000007_submissions_and_opt_ins::Migration),
            Box::new(m20261124_000008_pipelines::Migration),
            Box::new(m20261124_000009_journal_of_deals::Migration),
            Box::new(m20261124_000010_search::Migration),
            Box::new(m20261129_000011_access_makers::Migration),
            Box::new(m20261129_000012_jobs_that_stick::Migration),
            Box::new(m20261129_000013_phones_due_days::Migration),
            Box::new(m20261129_000014_letters_refold::Migration),
            Box::new(m20261129_000015_letters_times::Migration),
            Box::new(m20261129_000016_optin_ticket_places::Migration),
            Box::new(m20261129_000017_forms_caught::Migration),
            Box::new(m20261129_000018_rights::Migration),
            Box::new(m20261129_000019_erasure::Migration),
            Box::new(m20261129_000021_requests::Migration),
            Box::new(m20261129_000022_transfers::Migration),
            Box::new(m20261129_000023_retention::Migration),
            Box::new(m20261129_000024_quarantine::Migration),
            Box::new(m20261129_000025_recipients_breaches::Migration),
            Box::new(m20261129_000026_pause::Migration),
            Box::new(m20261129_000027_ends_of_consents::Migration),
            Box::new(m20261129_000028_breach_reminders::Migration),
            Box::new(m20261129_000029_journal_counted::Migration),
        ]
    }
}
