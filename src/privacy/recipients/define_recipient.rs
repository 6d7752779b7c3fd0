//! Creating and changing recipients.

use std::collections::BTreeSet;

use entity::{
    PurposeId, RecipientId, RecipientRole, Time, TransferMechanism, WorkspaceId, purpose, recipient,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::transfer::{self, Transfer};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        once::once,
        work::{Entry, Work},
    },
    records::values::Check,
};

/// Most countries from which a recipient reads data, and most purposes.
const MOST: usize = 50;

/// A recipient as it is to be.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RecipientValues {
    /// The name staff use.
    pub name: String,
    /// The legal entity.
    pub legal_name: String,
    /// Where the data are stored.
    pub country: String,
    /// From where else they are read.
    pub access_countries: Vec<String>,
    /// What they do with the data.
    pub role: RecipientRole,
    /// What allows the transfer.
    pub mechanism: TransferMechanism,
    /// The clauses, approval or reason.
    pub mechanism_reference: String,
    /// The reference of the transfer impact assessment.
    pub assessment: String,
    /// When the mechanism was last checked.
    pub checked_at: Option<Time>,
    /// Whom to tell; empty when unknown.
    pub contact_email: String,
    /// What they are given data for.
    pub purposes: Vec<PurposeId>,
}

/// Creates a recipient. With an idempotency key, a repeat returns the result of the first call.
///
/// # Errors
/// `Rejected` with every invalid field, above all when nothing allows a transfer out of the European Economic
/// Area.
pub async fn create_recipient(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    values: RecipientValues,
    key: Option<&str>,
) -> Result<recipient::Model> {
    allow(actor, Right::ManageRecipients)?;
    let mut check = Check::of(app, workspace).await?;
    let mut work = app.begin(workspace, actor).await?;
    let id = RecipientId::new();
    if let Some(made) = once(&work, &app.vault, "create_recipient", key, &values, &id.to_string()).await? {
        let made: RecipientId =
            made.parse().map_err(|_| Error::internal("an idempotency key holds no recipient"))?;
        return recipient::Entity::find_by_id((workspace, made)).one(work.db()).await?.ok_or(Error::NotFound);
    }
    let values = read(&work, &mut check, values).await?;
    let row = recipient::Model {
        workspace_id: workspace,
        id,
        name: values.name,
        legal_name: values.legal_name,
        country: values.country,
        role: values.role,
        mechanism: values.mechanism,
        mechanism_reference: values.mechanism_reference,
        contact_email: values.contact_email,
        purposes: serde_json::to_string(&values.purposes)?,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
        access_countries: serde_json::to_string(&values.access_countries)?,
        assessment: values.assessment,
        checked_at: values.checked_at,
    };
    recipient::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(entry("recipient.created", &row));
    work.commit().await?;
    Ok(row)
}

/// Changes a recipient: every value is replaced.
///
/// # Errors
/// `NotFound`; `Rejected` with every invalid field, or when it was changed since it was read.
pub async fn update_recipient(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RecipientId,
    expected_version: i32,
    values: RecipientValues,
) -> Result<recipient::Model> {
    allow(actor, Right::ManageRecipients)?;
    let mut check = Check::of(app, workspace).await?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_recipient(&work, id).await?;
    if row.version != expected_version {
        let message = "The recipient was changed since you read it: read it again.";
        return Err(Error::rejected(ProblemCode::Stale, "expectedVersion", message));
    }
    let values = read(&work, &mut check, values).await?;
    let now = work.now();
    let mut update = row.into_active_model();
    update.name = Set(values.name);
    update.legal_name = Set(values.legal_name);
    update.country = Set(values.country);
    update.role = Set(values.role);
    update.mechanism = Set(values.mechanism);
    update.mechanism_reference = Set(values.mechanism_reference);
    update.contact_email = Set(values.contact_email);
    update.purposes = Set(serde_json::to_string(&values.purposes)?);
    update.access_countries = Set(serde_json::to_string(&values.access_countries)?);
    update.assessment = Set(values.assessment);
    update.checked_at = Set(values.checked_at);
    update.version = Set(expected_version + 1);
    update.updated_at = Set(now);
    let row = update.update(work.db()).await?;
    work.record(entry("recipient.updated", &row));
    work.commit().await?;
    Ok(row)
}

/// Archives a recipient, or restores it. An archived one is given no data. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such recipient.
pub async fn set_recipient_archived(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RecipientId,
    archived: bool,
) -> Result<recipient::Model> {
    allow(actor, Right::ManageRecipients)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_recipient(&work, id).await?;
    if row.archived_at.is_some() == archived {
        return Ok(row);
    }
    let (version, now) = (row.version + 1, work.now());
    let mut update = row.into_active_model();
    update.archived_at = Set(archived.then_some(now));
    update.version = Set(version);
    update.updated_at = Set(now);
    let row = update.update(work.db()).await?;
    work.record(entry(if archived { "recipient.archived" } else { "recipient.restored" }, &row));
    work.commit().await?;
    Ok(row)
}

pub(super) async fn lock_recipient(work: &Work, id: RecipientId) -> Result<recipient::Model> {
    recipient::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}

fn entry(kind: &'static str, row: &recipient::Model) -> Entry {
    Entry::new(kind).on(row.id).with("role", row.role).with("mechanism", row.mechanism)
}

async fn read(work: &Work, check: &mut Check, values: RecipientValues) -> Result<RecipientValues> {
    let mut access: Vec<String> = values.access_countries;
    access.sort_unstable();
    access.dedup();
    let purposes: BTreeSet<PurposeId> = values.purposes.into_iter().collect();
    let mut read = RecipientValues {
        name: check.line("name", &values.name),
        legal_name: check.line("legalName", &values.legal_name),
        country: values.country,
        access_countries: access,
        mechanism_reference: check.line("mechanismReference", &values.mechanism_reference),
        assessment: check.line("assessment", &values.assessment),
        contact_email: String::new(),
        purposes: purposes.into_iter().collect(),
        ..values
    };
    for (field, value) in [("name", &read.name), ("legalName", &read.legal_name)] {
        if value.is_empty() && !check.has_problem_with(field) {
            check.problem(ProblemCode::Required, field, "Give the name of the company.");
        }
    }
    if !values.contact_email.is_empty()
        && let Some(email) = check.email("contactEmail", &values.contact_email)
    {
        email.as_entered().clone_into(&mut read.contact_email);
    }
    if read.access_countries.len() > MOST {
        check.problem(ProblemCode::TooLong, "accessCountries", "Give at most 50 countries.");
    }
    if read.purposes.len() > MOST {
        check.problem(ProblemCode::TooLong, "purposeIds", "Give at most 50 purposes.");
    } else if !read.purposes.is_empty() {
        let known = purpose::Entity::find()
            .filter(purpose::Column::WorkspaceId.eq(work.workspace()))
            .filter(purpose::Column::Id.is_in(read.purposes.iter().copied()));
        if known.all(work.db()).await?.len() != read.purposes.len() {
            check.no_such("purposeIds");
        }
    }
    let transfer = Transfer {
        country: &read.country,
        access: &read.access_countries,
        mechanism: read.mechanism,
        reference: &read.mechanism_reference,
        assessment: &read.assessment,
        checked_at: read.checked_at,
    };
    let problems: Vec<Problem> = transfer::check(&transfer, work.now())?;
    check.gather::<()>(Err(Error::Rejected(problems)))?;
    check.done()?;
    Ok(read)
}
