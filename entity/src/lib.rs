//! Accord's tables as types: rows, IDs and small values.
//!
//! Every row belongs to exactly one workspace, except jobs and the tables of the instance itself; primary
//! keys start with `workspace_id`. This crate depends on no other crate of Accord.

pub mod activity;
pub mod api_key;
pub mod archive_item;
pub mod art14_notice;
pub mod basis;
pub mod breach;
pub mod breach_person;
pub mod breach_step;
pub mod class_rule;
pub mod company;
pub mod consent;
pub mod consent_alias;
pub mod contact;
pub mod contact_address;
pub mod contact_alias;
pub mod contact_tag;
pub mod data_key;
pub mod deal;
pub mod deal_contact;
pub mod deal_stage;
pub mod disclosure;
pub mod duplicate_candidate;
pub mod duplicate_dismissal;
pub mod duplicate_scan;
pub mod erasure;
pub mod erasure_alias;
pub mod evidence;
mod fact;
pub mod field;
pub mod field_value;
pub mod form;
pub mod form_caught;
pub mod form_notice;
pub mod form_version;
pub mod from_row;
pub mod hold;
pub mod idempotency_key;
pub mod ids;
pub mod instance_key;
pub mod instance_mailbox;
pub mod invitation;
pub mod job;
pub mod journal;
pub mod journal_head;
pub mod lead_turn;
pub mod loss_reason;
pub mod mail;
pub mod mailbox;
pub mod mailbox_proof;
pub mod member;
pub mod notice_rule;
pub mod opt_in;
pub mod package;
pub mod package_part;
pub mod pause;
pub mod pipeline;
pub mod provenance;
pub mod purpose;
pub mod purpose_version;
pub mod quarantine;
pub mod recipient;
pub mod recipient_notice;
pub mod recovery_code;
pub mod refold;
pub mod request;
pub mod request_step;
pub mod residue_scan;
pub mod restriction;
pub mod retention_count;
pub mod retention_notice;
pub mod retention_rule;
pub mod retention_rule_version;
pub mod retention_run;
pub mod schedule;
pub mod sealed_value;
pub mod search_word;
pub mod session;
pub mod special_word;
pub mod stage;
pub mod submission;
pub mod suppression;
pub mod tag;
pub mod transfer;
pub mod transfer_authorisation;
pub mod values;
pub mod wording;
pub mod workspace;

pub use fact::Fact;
pub use ids::*;
pub use values::*;

/// A time in UTC. Accord stores milliseconds; the clock truncates.
pub type Time = chrono::DateTime<chrono::Utc>;

/// What sea-orm is told of a table's relations to others: nothing. Statements that join tables say how.
#[derive(Clone, Copy, Debug, sea_orm::EnumIter)]
pub enum Relation {}

impl sea_orm::RelationTrait for Relation {
    fn def(&self) -> sea_orm::RelationDef {
        match *self {}
    }
}
