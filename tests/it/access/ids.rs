//! One id of each kind of thing, in one workspace: what arguments are filled with.

use std::collections::BTreeMap;

use accord::{accounts::create_api_key, platform::actor::Actor};
use entity::{
    ConsentId, ContactId, FormId, FormVersionId, JobId, PurposeId, Role, SubmissionId, WorkspaceId,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use crate::support::{TestApp, TestForm, rows};

/// One id of each kind.
#[derive(Clone)]
pub struct Ids(pub BTreeMap<&'static str, String>);

impl Ids {
    #[expect(clippy::too_many_lines, reason = "one of each thing there is, a few lines each")]
    pub async fn of(app: &TestApp, workspace: WorkspaceId, form: &TestForm) -> Self {
        let db = app.app.db();
        macro_rules! one {
            ($table:ident) => {
                entity::$table::Entity::find()
                    .filter(entity::$table::Column::WorkspaceId.eq(workspace))
                    .one(db)
                    .await
                    .unwrap()
                    .unwrap()
            };
        }
        let job = entity::job::Model {
            workspace_id: Some(workspace),
            priority: 0,
            attempts: 1,
            parked_at: Some(app.app.now()),
            park_reason: Some("smtp_auth".to_owned()),
            ..rows::new_job(app, "send_confirm_opt_in")
        };
        entity::job::Entity::insert(job.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let contact = one!(contact);
        let activity = entity::activity::Model {
            workspace_id: workspace,
            kind: entity::ActivityKind::Task,
            contact_id: Some(contact.id),
            subject: "s".to_owned(),
            body: "b".to_owned(),
            ..rows::new_activity(app)
        };
        entity::activity::Entity::insert(activity.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let company = entity::company::Model {
            workspace_id: workspace,
            name: "Lumen".to_owned(),
            sort_name: "lumen".to_owned(),
            ..rows::new_company(app)
        };
        entity::company::Entity::insert(company.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        // Not the address in use, so that it can be put in use and removed.
        let address = entity::contact_address::Model {
            workspace_id: workspace,
            id: entity::ContactAddressId::new(),
            contact_id: contact.id,
            email: "second@example.org".to_owned(),
            email_key: "second@example.org".to_owned(),
            fingerprint: vec![2; 32],
            verified_at: None,
            created_at: app.app.now(),
        };
        entity::contact_address::Entity::insert(address.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let contract = app.purpose_in(workspace, "somecontract", entity::LegalBasis::Contract).await;
        let tag = entity::tag::Model {
            workspace_id: workspace,
            id: entity::TagId::new(),
            name: "VIP".to_owned(),
            name_key: "vip".to_owned(),
            created_at: app.app.now(),
        };
        entity::tag::Entity::insert(tag.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let member = app.member_in(workspace, Role::Sales).await.member_id();
        let tagged = entity::contact_tag::Model {
            workspace_id: workspace,
            contact_id: contact.id,
            tag_id: tag.id,
            tagged_at: app.app.now(),
        };
        entity::contact_tag::Entity::insert(tagged.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let mut employed = contact.clone().into_active_model();
        employed.company_id = sea_orm::ActiveValue::Set(Some(company.id));
        employed.owner_id = sea_orm::ActiveValue::Set(Some(member));
        entity::contact::Entity::update(employed).exec(db).await.unwrap();
        let spare =
            create_api_key(&app.app, workspace, Actor::Operator, "spare", Role::Reader, None).await.unwrap();
        let field = entity::field::Model {
            workspace_id: workspace,
            id: entity::FieldId::new(),
            entity: entity::EntityKind::Contact,
            key: "shoe_size".to_owned(),
            label: r#"{"en":"Shoe size"}"#.to_owned(),
            kind: entity::FieldType::Number,
            class: entity::DataClass::Open,
            reason: "To send shoes".to_owned(),
            required: false,
            options: "[]".to_owned(),
            validation: "{}".to_owned(),
            position: 0,
            version: 1,
            created_at: app.app.now(),
            archived_at: None,
        };
        entity::field::Entity::insert(field.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        // In use, so that deleting the field is refused and later operations still find it.
        let value = entity::field_value::Model {
            workspace_id: workspace,
            field_id: field.id,
            row_id: contact.id.0,
            position: 0,
            text: None,
            number: Some(42.0),
        };
        entity::field_value::Entity::insert(value.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        let (request, restriction) = rows::request_of(app, workspace, contact.id).await;
        let (recipient, recipient_notice) =
            rows::recipient_to_tell(app, workspace, contact.id, form.newsletter).await;
        let breach = rows::breach(app, workspace).await;
        let reachable = "UPDATE recipient SET contact_email = 'data@mailer.example' WHERE workspace_id = $1";
        app.app.ledger.db.touch(reachable, vec![workspace.into()]).await.unwrap();
        // Made as staff make them. The hold also keeps later operations from erasing the contact.
        let owner = app.api_key_in(workspace, Role::Owner).await;
        for act in [
            format!("mutation {{ setHold(input: {{ contactId: \"{}\", reason: AUDIT, until: \"2027-06-01T00:00:00Z\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ orderPackage(input: {{ contactId: \"{}\", kind: ACCESS }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ askTransfer(input: {{ contactId: \"{}\", recipientId: \"{recipient}\", scope: [IDENTITY], purpose: \"p\", validUntil: \"2026-12-01T00:00:00Z\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            format!("mutation {{ logActivity(input: {{ kind: NOTE, subject: \"Il est diabétique.\", contactId: \"{}\" }}) {{ userErrors {{ code }} }} }}", contact.id),
            "mutation { addSpecialWord(input: { category: HEALTH, language: \"en\", word: \"xylophobia\" }) { userErrors { code } } }".to_owned(),
            "{ retentionRules { id } }".to_owned(),
        ] {
            owner.gql(&act, json!({})).await;
        }
        let built = "UPDATE package SET state = 'READY' WHERE workspace_id = $1";
        app.app.ledger.db.touch(built, vec![workspace.into()]).await.unwrap();
        let erasure = rows::erasure(app, workspace).await;
        let sales = crate::support::Sales::in_workspace(app, workspace).await;
        let deal = sales.deal(app, "A deal", "First").await;
        Self(BTreeMap::from([
            ("member", member.to_string()),
            ("session", one!(session).id.to_string()),
            ("spare_api_key", spare.id.to_string()),
            ("api_key", spare.id.to_string()),
            ("pipeline", sales.pipeline.to_string()),
            ("stage", sales.stage("First").to_string()),
            ("deal", deal.to_string()),
            ("loss_reason", one!(loss_reason).id.to_string()),
            ("contact", contact.id.to_string()),
            ("field", field.id.to_string()),
            ("company", company.id.to_string()),
            ("tag", tag.id.to_string()),
            ("address", address.id.to_string()),
            ("basisPurpose", contract.to_string()),
            ("purpose", form.newsletter.to_string()),
            ("purpose_version", one!(purpose_version).id.to_string()),
            ("form", form.id.to_string()),
            ("form_version", form.version.to_string()),
            ("submission", one!(submission).id.to_string()),
            ("consent", one!(consent).id.to_string()),
            ("entry", one!(journal).id.to_string()),
            ("activity", activity.id.to_string()),
            ("job", job.id.to_string()),
            ("request", request.to_string()),
            ("restriction", restriction.to_string()),
            ("breach", breach.to_string()),
            ("recipient", recipient.to_string()),
            ("disclosure", one!(disclosure).id.to_string()),
            ("notice", recipient_notice.to_string()),
            ("hold", one!(hold).id.to_string()),
            ("package", one!(package).id.to_string()),
            ("authorisation", one!(transfer_authorisation).id.to_string()),
            ("quarantine", one!(quarantine).id.to_string()),
            ("special_word", one!(special_word).id.to_string()),
            ("rule", one!(retention_rule).id.to_string()),
            ("replaces", one!(retention_rule).id.to_string()),
            ("erasure", erasure.to_string()),
            ("erased_contact", one!(erasure).contact_id.to_string()),
            ("workspace", workspace.to_string()),
        ]))
    }

    pub fn of_nothing() -> Self {
        Self(BTreeMap::from([
            ("member", entity::MemberId::new().to_string()),
            ("session", entity::SessionId::new().to_string()),
            ("spare_api_key", entity::ApiKeyId::new().to_string()),
            ("api_key", entity::ApiKeyId::new().to_string()),
            ("pipeline", entity::PipelineId::new().to_string()),
            ("stage", entity::StageId::new().to_string()),
            ("deal", entity::DealId::new().to_string()),
            ("loss_reason", entity::LossReasonId::new().to_string()),
            ("contact", ContactId::new().to_string()),
            ("field", entity::FieldId::new().to_string()),
            ("company", entity::CompanyId::new().to_string()),
            ("tag", entity::TagId::new().to_string()),
            ("address", entity::ContactAddressId::new().to_string()),
            ("basisPurpose", PurposeId::new().to_string()),
            ("purpose", PurposeId::new().to_string()),
            ("purpose_version", entity::PurposeVersionId::new().to_string()),
            ("form", FormId::new().to_string()),
            ("form_version", FormVersionId::new().to_string()),
            ("submission", SubmissionId::new().to_string()),
            ("consent", ConsentId::new().to_string()),
            ("entry", entity::EntryId::new().to_string()),
            ("activity", entity::ActivityId::new().to_string()),
            ("job", JobId::new().to_string()),
            ("request", entity::RequestId::new().to_string()),
            ("restriction", entity::RestrictionId::new().to_string()),
            ("breach", entity::BreachId::new().to_string()),
            ("recipient", entity::RecipientId::new().to_string()),
            ("disclosure", entity::DisclosureId::new().to_string()),
            ("notice", entity::RecipientNoticeId::new().to_string()),
            ("hold", entity::HoldId::new().to_string()),
            ("package", entity::PackageId::new().to_string()),
            ("authorisation", entity::TransferAuthorisationId::new().to_string()),
            ("quarantine", entity::QuarantineId::new().to_string()),
            ("special_word", entity::SpecialWordId::new().to_string()),
            ("rule", entity::RetentionRuleId::new().to_string()),
            ("replaces", entity::RetentionRuleId::new().to_string()),
            ("erasure", entity::ErasureId::new().to_string()),
            ("erased_contact", ContactId::new().to_string()),
            ("workspace", WorkspaceId::new().to_string()),
        ]))
    }

    /// Links the rows to each other, so that filtering by a reference makes a difference.
    pub async fn link(&self, app: &TestApp, workspace: WorkspaceId) {
        let member: entity::MemberId = self.0["member"].parse().unwrap();
        let contact: ContactId = self.0["contact"].parse().unwrap();
        let company: entity::CompanyId = self.0["company"].parse().unwrap();
        let deal: Option<entity::DealId> = self.0.get("deal").map(|id| id.parse().unwrap());
        let values = |rest: Vec<sea_orm::Value>| [vec![workspace.into()], rest].concat();
        let db = &app.app.ledger.db;
        db.touch("UPDATE company SET owner_id = $2 WHERE workspace_id = $1", values(vec![member.into()]))
            .await
            .unwrap();
        db.touch("UPDATE request SET assignee_id = $2 WHERE workspace_id = $1", values(vec![member.into()]))
            .await
            .unwrap();
        // Without an end, so that a rule about the purpose still applies on a day far ahead.
        let basis = entity::basis::Model {
            workspace_id: workspace,
            id: entity::BasisId::new(),
            contact_id: contact,
            purpose_id: self.0["purpose"].parse().unwrap(),
            form_version_id: None,
            since: app.app.now(),
            until: None,
            entry_id: entity::EntryId::new(),
        };
        entity::basis::Entity::insert(basis.into_active_model())
            .exec_without_returning(app.app.db())
            .await
            .unwrap();
        let untold = "UPDATE contact SET art14_due_at = $2 WHERE workspace_id = $1";
        db.touch(untold, values(vec![app.app.now().into()])).await.unwrap();
        let activity = "UPDATE activity SET contact_id = $2, company_id = $3, deal_id = $4, assignee_id = $5 WHERE workspace_id = $1";
        db.touch(activity, values(vec![contact.into(), company.into(), deal.into(), member.into()]))
            .await
            .unwrap();
        if let Some(deal) = deal {
            let text = "UPDATE deal SET company_id = $2, owner_id = $3 WHERE workspace_id = $1 AND id = $4";
            db.touch(text, values(vec![company.into(), member.into(), deal.into()])).await.unwrap();
            let text = "INSERT INTO deal_contact (workspace_id, deal_id, contact_id, role, added_at) VALUES ($1, $2, $3, 'USER', $4) ON CONFLICT DO NOTHING";
            db.touch(text, values(vec![deal.into(), contact.into(), app.app.now().into()])).await.unwrap();
        }
    }

    /// The document with `$contact` and the like filled in.
    pub fn fill(&self, text: &str) -> String {
        let text = text.replace("$nobody_purpose", &format!("\"{}\"", PurposeId::new()));
        self.0.iter().fold(text, |text, (kind, id)| text.replace(&format!("${kind}"), &format!("\"{id}\"")))
    }

    /// The row version that this mutation expects.
    pub async fn version_for(&self, root: &str, app: &TestApp) -> i32 {
        macro_rules! version {
            ($table:ident, $kind:literal) => {{
                let rows = entity::$table::Entity::find().all(app.app.db()).await.unwrap();
                rows.iter().find(|row| row.id.to_string() == self.0[$kind]).map_or(1, |row| row.version)
            }};
        }
        match root {
            root if root.contains("Activity") => version!(activity, "activity"),
            root if root.contains("Contact") => version!(contact, "contact"),
            root if root.contains("Company") => version!(company, "company"),
            root if root.contains("Request") || root == "askForIdentity" => version!(request, "request"),
            root if root.contains("Recipient") => version!(recipient, "recipient"),
            root if root.contains("Breach") => version!(breach, "breach"),
            _ => version!(form, "form"),
        }
    }

    /// The id to pass for an argument of this name.
    pub fn named(&self, argument: &str) -> &str {
        let snake: String = argument
            .chars()
            .flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] })
            .collect();
        let mut kind = snake.trim_end_matches("_ids").trim_end_matches("_id");
        // `to_stage` takes a stage, `loss_reason` a loss reason.
        loop {
            match (self.0.get(kind), kind.split_once('_')) {
                (Some(id), _) => return id,
                (None, Some((_, rest))) => kind = rest,
                (None, None) => return &self.0["contact"],
            }
        }
    }
}
