//! The record of processing (GDPR Art. 30) and the data map.

use async_graphql::{ComplexObject, Context, Enum, ID, Object, SimpleObject};

use super::recipients::RecipientRole;
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        consent::LegalBasis,
        kit::{Read, allowed, asked},
    },
    persons::data_map::{Class, OnErasure, Subject, data_map, tables},
    privacy::record::{Processing, Record, gather_record, record_csv, record_html},
};

/// Whether a column says something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Class")]
pub enum DataMapClass {
    /// It identifies a person, or says something about one.
    Personal,
    /// It leads to a person by an id, a fingerprint or another row only.
    Pseudonymous,
    /// Neither.
    Technical,
}

/// Whom a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Subject")]
pub enum DataMapSubject {
    /// A contact, or somebody who may become one.
    Contact,
    /// A member of the staff.
    Staff,
    /// A company, a deal or a recipient: its texts may name people.
    Business,
    /// Nobody.
    Nobody,
}

/// What the erasure of a contact makes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DataMapErasure {
    /// Its row is deleted.
    DeleteRow,
    /// The value is emptied; its row stays, without the person.
    Empty,
    /// The key that sealed it is destroyed, and the value with it.
    DestroyKey,
    /// It is not the person's; it is searched for them afterwards.
    Scan,
    /// It stays, for the reason given.
    Keep,
}

/// A column of the database.
#[derive(SimpleObject)]
pub struct DataMapColumn {
    /// Its name.
    pub name: String,
    /// Whether it says something about a person.
    pub class: DataMapClass,
    /// What the erasure of a contact makes of it.
    pub on_erasure: DataMapErasure,
    /// Why it stays; null unless it does.
    pub kept_because: Option<String>,
}

/// A table of the database.
#[derive(SimpleObject)]
pub struct DataMapTable {
    /// Its name.
    pub name: String,
    /// Whom it is about.
    pub subject: DataMapSubject,
    /// Why it is held.
    pub why: String,
    /// Its columns.
    pub columns: Vec<DataMapColumn>,
}

/// The controller of a workspace, as the record names it.
#[derive(SimpleObject)]
pub struct RecordController {
    /// Legal name.
    pub legal_name: String,
    /// Postal address.
    pub postal_address: String,
    /// E-mail address for enquiries.
    pub contact_email: String,
    /// The data protection officer's address; null when none is named.
    pub dpo_email: Option<String>,
    /// The country whose law applies, by its two letters.
    pub jurisdiction: String,
}

/// Who receives data in a processing.
#[derive(SimpleObject)]
pub struct RecordRecipient {
    /// The legal entity.
    pub name: String,
    /// What they do with the data.
    pub role: RecipientRole,
    /// Where the data are stored and read.
    pub countries: Vec<String>,
    /// What allows the transfer; null in the European Economic Area.
    pub safeguard: Option<String>,
}

/// A processing, as GDPR Art. 30(1) wants it recorded.
#[derive(SimpleObject)]
pub struct RecordedProcessing {
    /// The purpose; null for what Accord does for every workspace.
    pub purpose_id: Option<ID>,
    /// Its name.
    pub title: String,
    /// What the data are used for.
    pub description: String,
    /// The legal basis.
    pub legal_basis: LegalBasis,
    /// Why it applies; empty for consent.
    pub justification: String,
    /// Categories of people.
    pub people: Vec<String>,
    /// Categories of data.
    pub data: Vec<String>,
    /// The forms that collect them.
    pub forms: Vec<String>,
    /// Who receives them.
    pub recipients: Vec<RecordRecipient>,
    /// When they are erased.
    pub retention: Vec<String>,
}

/// The record of processing (GDPR Art. 30(1)), generated from what is set up.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecordOfProcessing {
    /// Its language: `fr` or `en`.
    pub language: String,
    /// When it was generated: now.
    pub generated_at: entity::Time,
    /// The controller.
    pub controller: RecordController,
    /// Every processing: purposes in use, then what Accord does for every workspace.
    pub processings: Vec<RecordedProcessing>,
    /// The security measures, in general terms.
    pub security: Vec<String>,
    #[graphql(skip)]
    record: Record,
}

#[ComplexObject]
impl RecordOfProcessing {
    /// The same as CSV (RFC 4180); no cell begins like a formula.
    async fn csv(&self) -> Read<String> {
        Ok(record_csv(&self.record)?)
    }

    /// The same as an HTML page to print, which loads nothing.
    async fn html(&self) -> String {
        record_html(&self.record)
    }
}

/// Queries about the record of processing.
#[derive(Default)]
pub struct RecordQuery;

#[Object]
impl RecordQuery {
    /// The record of processing (GDPR Art. 30(1)), generated from purposes, forms, fields, recipients and retention
    /// rules.
    #[graphql(complexity = "20 + 5 * child_complexity")]
    async fn record_of_processing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "`fr` or `en`; absent = the workspace's.")] language: Option<String>,
    ) -> Result<RecordOfProcessing> {
        let (app, caller) = asked(ctx)?;
        let record = gather_record(app, caller.workspace, caller.actor, language.as_deref()).await?;
        let row = &record.controller;
        Ok(RecordOfProcessing {
            language: record.language.clone(),
            generated_at: record.at,
            controller: RecordController {
                legal_name: row.legal_name.clone(),
                postal_address: row.postal_address.clone(),
                contact_email: row.contact_email.clone(),
                dpo_email: row.dpo_email.clone(),
                jurisdiction: row.jurisdiction.clone(),
            },
            processings: record.processings.iter().map(shown).collect(),
            security: record.security.iter().map(|line| (*line).to_owned()).collect(),
            record,
        })
    }

    /// Every table and column of the database: whom it is about, why it is held, and what an erasure makes of it.
    #[graphql(complexity = "20 + 5 * child_complexity")]
    async fn data_map(&self, ctx: &Context<'_>) -> Read<Vec<DataMapTable>> {
        allowed(ctx, Right::ReadRecord)?;
        let table = |table: &crate::persons::data_map::Table| DataMapTable {
            name: table.name.to_owned(),
            subject: table.subject.into(),
            why: table.why.to_owned(),
            columns: data_map()
                .iter()
                .filter(|column| column.table == table.name)
                .map(|column| {
                    let (on_erasure, kept_because) = match column.on_erasure {
                        OnErasure::DeleteRow => (DataMapErasure::DeleteRow, None),
                        OnErasure::Empty => (DataMapErasure::Empty, None),
                        OnErasure::DestroyKey => (DataMapErasure::DestroyKey, None),
                        OnErasure::Scan => (DataMapErasure::Scan, None),
                        OnErasure::Keep(why) => (DataMapErasure::Keep, Some(why.to_owned())),
                    };
                    let class = column.class.into();
                    DataMapColumn { name: column.name.to_owned(), class, on_erasure, kept_because }
                })
                .collect(),
        };
        Ok(tables().map(table).collect())
    }
}

fn shown(one: &Processing) -> RecordedProcessing {
    RecordedProcessing {
        purpose_id: one.purpose.map(Into::into),
        title: one.title.clone(),
        description: one.description.clone(),
        legal_basis: one.legal_basis.into(),
        justification: one.justification.clone(),
        people: one.people.clone(),
        data: one.data.clone(),
        forms: one.forms.clone(),
        recipients: one
            .recipients
            .iter()
            .map(|one| RecordRecipient {
                name: one.name.clone(),
                role: one.role.into(),
                countries: one.countries.clone(),
                safeguard: one.safeguard.clone(),
            })
            .collect(),
        retention: one.retention.clone(),
    }
}
