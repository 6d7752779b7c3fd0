//! Rows inserted directly, for tests that are not about how they come about.

use entity::{
    ActivityId, ActivityKind, CompanyId, ContactId, DealId, JobId, Lifecycle, MemberId, PipelineId, Role,
    StageId, WorkspaceId, activity, company, contact, deal, job, member,
};
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
    let row = company::Model {
        workspace_id,
        name: "Lumière".to_owned(),
        sort_name: "lumiere".to_owned(),
        ..new_company(app)
    };
    let id = row.id;
    insert!(app, company, row);
    id
}

/// A company of which nothing is known, to be inserted.
pub fn new_company(app: &TestApp) -> company::Model {
    let now = app.app.now();
    company::Model {
        workspace_id: app.workspace,
        id: CompanyId::new(),
        name: String::new(),
        sort_name: String::new(),
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
    }
}

/// A deal about nothing, to be inserted.
pub fn new_deal(app: &TestApp, pipeline_id: PipelineId, stage_id: StageId) -> deal::Model {
    let now = app.app.now();
    deal::Model {
        workspace_id: app.workspace,
        id: DealId::new(),
        title: String::new(),
        sort_name: String::new(),
        amount_minor: 0,
        currency: "EUR".to_owned(),
        pipeline_id,
        stage_id,
        rank: "a0".to_owned(),
        company_id: None,
        owner_id: None,
        expected_close_on: None,
        stage_since: now,
        closed_at: None,
        loss_reason_id: None,
        source: "staff".to_owned(),
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    }
}

/// A note about nothing, to be inserted.
pub fn new_activity(app: &TestApp) -> activity::Model {
    let now = app.app.now();
    activity::Model {
        workspace_id: app.workspace,
        id: ActivityId::new(),
        contact_id: None,
        company_id: None,
        deal_id: None,
        kind: ActivityKind::Note,
        subject: String::new(),
        body: String::new(),
        occurred_at: now,
        due_at: None,
        due_on: None,
        done_at: None,
        assignee_id: None,
        author: "system".to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    }
}

/// A job that nobody has run, to be inserted.
pub fn new_job(app: &TestApp, kind: &str) -> job::Model {
    let now = app.app.now();
    job::Model {
        id: JobId::new(),
        workspace_id: Some(app.workspace),
        kind: kind.to_owned(),
        payload: "{}".to_owned(),
        priority: 50,
        run_at: now,
        attempts: 0,
        lease: None,
        leased_until: None,
        parked_at: None,
        park_reason: None,
        dedupe_key: None,
        created_at: now,
        waits_since: Some(now),
        begun_at: None,
    }
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

/// A recipient who was given a contact's name, and is to be told of a correction.
pub async fn recipient_to_tell(
    app: &TestApp,
    workspace_id: WorkspaceId,
    contact_id: ContactId,
    purpose: entity::PurposeId,
) -> (entity::RecipientId, entity::RecipientNoticeId) {
    use entity::{disclosure, recipient, recipient_notice};
    let now = app.app.now();
    let row = recipient::Model {
        workspace_id,
        id: entity::RecipientId::new(),
        name: "Mailer".to_owned(),
        legal_name: "Mailer SAS".to_owned(),
        country: "FR".to_owned(),
        role: entity::RecipientRole::Processor,
        mechanism: entity::TransferMechanism::Eea,
        mechanism_reference: String::new(),
        contact_email: String::new(),
        purposes: format!("[\"{purpose}\"]"),
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
        access_countries: "[]".to_owned(),
        assessment: String::new(),
        checked_at: None,
    };
    let recipient_id = row.id;
    insert!(app, recipient, row);
    let row = disclosure::Model {
        workspace_id,
        id: entity::DisclosureId::new(),
        recipient_id,
        contact_id,
        purpose_id: None,
        means: entity::DisclosureMeans::Email,
        fields: "[\"givenName\"]".to_owned(),
        at: now,
        entry_id: entity::EntryId::new(),
    };
    insert!(app, disclosure, row);
    let row = recipient_notice::Model {
        workspace_id,
        id: entity::RecipientNoticeId::new(),
        recipient_id,
        contact_id,
        kind: entity::RecipientNoticeKind::Rectification,
        state: entity::RecipientNoticeState::Pending,
        created_at: now,
        decided_at: None,
        entry_id: entity::EntryId::new(),
        reason: None,
    };
    let id = row.id;
    insert!(app, recipient_notice, row);
    (recipient_id, id)
}

/// A request of a contact, which staff logged, and a restriction of theirs that was lifted.
pub async fn request_of(
    app: &TestApp,
    workspace_id: WorkspaceId,
    contact_id: ContactId,
) -> (entity::RequestId, entity::RestrictionId) {
    use accord::privacy::requests::{Logged, log_request};
    use entity::restriction;
    let logged = Logged {
        kind: entity::RequestKind::Rectification,
        objects_to: None,
        channel: entity::RequestChannel::Phone,
        contact: Some(contact_id),
        email: None,
        name: String::new(),
        message: "Wrong name".to_owned(),
        language: None,
        received_at: None,
    };
    let actor = accord::platform::actor::Actor::Operator;
    let request = log_request(&app.app, workspace_id, actor, logged, None).await.unwrap();
    let now = app.app.now();
    let row = restriction::Model {
        workspace_id,
        id: entity::RestrictionId::new(),
        contact_id,
        ground: entity::RestrictionGround::AccuracyContested,
        request_id: Some(request.id),
        since: now,
        announced_at: Some(now),
        means: Some(entity::NoticeMeans::Phone),
        failed_at: None,
        lifted_at: Some(now),
        entry_id: entity::EntryId::new(),
    };
    let id = row.id;
    insert!(app, restriction, row);
    (request.id, id)
}

/// An erased contact, of whom only the ledger knows.
pub async fn erasure(app: &TestApp, workspace_id: WorkspaceId) -> entity::ErasureId {
    use entity::erasure;
    let row = erasure::Model {
        workspace_id,
        id: entity::ErasureId::new(),
        contact_id: entity::ContactId::new(),
        cause: entity::ErasureCause::Staff,
        ground: entity::ErasureGround::NoLongerNecessary,
        request_id: None,
        at: app.app.now(),
        counts: "{}".to_owned(),
        held: "[]".to_owned(),
        scanned_at: Some(app.app.now()),
        residues: Some("{}".to_owned()),
        entry_id: entity::EntryId::new(),
    };
    let id = row.id;
    insert!(app, erasure, row);
    id
}

/// A breach whose risk is high and whose people may be told.
pub async fn breach(app: &TestApp, workspace: WorkspaceId) -> entity::BreachId {
    use accord::{
        platform::actor::Actor,
        privacy::breaches::{BreachTexts, BreachValues, record_breach},
    };
    let texts = BreachTexts {
        title: "A lost laptop".to_owned(),
        facts: "A laptop was lost.".to_owned(),
        effects: "Unwanted calls".to_owned(),
        remedies: "It was locked.".to_owned(),
        plain_words: "A laptop of ours was lost.".to_owned(),
        ..BreachTexts::default()
    };
    let values = BreachValues {
        texts,
        risk: entity::BreachRisk::High,
        aware_at: app.app.now(),
        clock_hours: 72,
        began_at: None,
        ended_at: None,
        people_approximate: None,
        records_approximate: None,
        exception: None,
    };
    record_breach(&app.app, workspace, Actor::Operator, values).await.expect("a breach").id
}
