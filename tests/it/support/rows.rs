//! Rows inserted directly, for tests that are not about how they come about.

use entity::{CompanyId, ContactId, Lifecycle, MemberId, Role, WorkspaceId, company, contact, member};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::TestApp;

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert($row.into_active_model())
            .exec_without_returning($app.app.db())
            .await
            .expect("a row")
    };
}

pub async fn company(app: &TestApp, workspace_id: WorkspaceId) -> CompanyId {
    let (id, now) = (CompanyId::new(), app.app.now());
    let row = company::Model {
        workspace_id,
        id,
        name: "Lumière".to_owned(),
        sort_name: "lumiere".to_owned(),
        domain: String::new(),
        phone: String::new(),
        website: String::new(),
        industry: String::new(),
        postal_address: String::new(),
        owner_id: None,
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    insert!(app, company, row);
    id
}

/// An empty contact, to be inserted.
pub fn contact(app: &TestApp) -> contact::Model {
    let now = app.app.now();
    contact::Model {
        workspace_id: app.workspace,
        id: ContactId::new(),
        given_name: String::new(),
        family_name: String::new(),
        sort_name: String::new(),
        phone: String::new(),
        job_title: String::new(),
        company_name: String::new(),
        company_id: None,
        owner_id: None,
        postal_address: String::new(),
        language: "en".to_owned(),
        lifecycle: Lifecycle::Prospect,
        custom: "{}".to_owned(),
        external_id: None,
        primary_address_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
        last_contact_at: None,
        restricted_at: None,
        art14_due_at: None,
    }
}

/// A member who was invited and has not joined.
pub async fn invited_member(app: &TestApp, workspace_id: WorkspaceId) -> MemberId {
    let (id, now) = (MemberId::new(), app.app.now());
    let email = format!("{id}@lumen.example");
    let row = member::Model {
        workspace_id,
        id,
        email_key: email.clone(),
        email,
        name: "Somebody".to_owned(),
        role: Role::Sales,
        language: "en".to_owned(),
        password_hash: None,
        totp_sealed: None,
        totp_pending_sealed: None,
        totp_last_step: None,
        credentials_changed_at: now,
        invited_at: now,
        joined_at: None,
        deactivated_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    insert!(app, member, row);
    id
}
