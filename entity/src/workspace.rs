//! `workspace`: a data controller and everything it holds.

use sea_orm::entity::prelude::*;

use crate::{Time, WorkspaceId};

/// A data controller and everything it holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkspaceId,
    /// Short name for commands and paths; unique.
    pub slug: String,
    /// What staff call it.
    pub name: String,
    /// The controller as a legal person (GDPR Art. 13(1)(a)); named in every mail.
    pub legal_name: String,
    /// Its postal address, one line.
    pub postal_address: String,
    /// Where people reach it.
    pub contact_email: String,
    /// Its data protection officer (Art. 13(1)(b)).
    pub dpo_email: Option<String>,
    /// Its privacy notice; empty when there is none yet.
    pub privacy_notice_url: String,
    /// `fr` or `en`.
    pub default_language: String,
    /// ISO 3166-1 alpha-2 country whose law applies.
    pub jurisdiction: String,
    /// Roles whose members must have a second factor, as words between spaces.
    pub second_factor_roles: String,
    /// When it was made.
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
