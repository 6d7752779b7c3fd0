//! The fictional company's workspace: a data controller on an example domain.

use entity::WorkspaceId;

use crate::{
    accounts::{NewWorkspace, create_workspace},
    app::App,
    error::Result,
    platform::actor::Actor,
};

/// The workspace's name in commands and at sign-in.
pub(super) const SLUG: &str = "atelier-lumen";

pub(super) async fn make_workspace(app: &App) -> Result<WorkspaceId> {
    let company = NewWorkspace {
        slug: SLUG.to_owned(),
        name: "Atelier Lumen".to_owned(),
        legal_name: "Atelier Lumen SAS".to_owned(),
        postal_address: "12 rue de l’Exemple, 69001 Lyon, France".to_owned(),
        contact_email: "privacy@atelier-lumen.example".to_owned(),
        privacy_notice_url: "https://www.atelier-lumen.example/privacy".to_owned(),
        default_language: "en".to_owned(),
        jurisdiction: "FR".to_owned(),
    };
    Ok(create_workspace(app, Actor::Operator, company).await?.id)
}
