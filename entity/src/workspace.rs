//! `workspace`: a data controller and everything it holds.

use sea_orm::entity::prelude::*;

use crate::{Relation, Time, WorkspaceId};

/// A row of `workspace`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace")]
pub struct Model {
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkspaceId,
    /// Short name for commands and paths; unique.
    pub slug: String,
    /// The name that staff gave it.
    pub name: String,
    /// The controller's legal name (GDPR Art. 13(1)(a)), in every mail.
    pub legal_name: String,
    /// Its postal address, one line.
    pub postal_address: String,
    /// Its e-mail address for enquiries.
    pub contact_email: String,
    /// The address of its data protection officer (GDPR Art. 13(1)(b)).
    pub dpo_email: Option<String>,
    /// The URL of its privacy notice; empty if there is none yet.
    pub privacy_notice_url: String,
    /// `fr` or `en`.
    pub default_language: String,
    /// ISO 3166-1 alpha-2 country whose law applies.
    pub jurisdiction: String,
    /// Roles whose members must have a second factor, separated by spaces.
    pub second_factor_roles: String,
    /// When it was created.
    pub created_at: Time,
}

crate::from_row!(Model {
    id,
    slug,
    name,
    legal_name,
    postal_address,
    contact_email,
    dpo_email,
    privacy_notice_url,
    default_language,
    jurisdiction,
    second_factor_roles,
    created_at
});

impl ActiveModelBehavior for ActiveModel {}
