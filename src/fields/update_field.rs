//! Changes, archives and restores fields. Type, key and class never change: a sealed class is stored
//! differently, so a new field takes over and the old one is archived.

use entity::{FieldId, Time, WorkspaceId, field};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{
    art9::{SpecialCategoryGround, guard, load_own_words, with_override},
    definition::{check_definition, names, with_retired},
    delete_field::is_being_deleted,
    shape::{Choice, Shape, Texts, Validation},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{
        actor::Actor,
        work::{Entry, Fact, Work},
    },
};

/// Changes to a field; `None` leaves a value.
#[derive(Clone, Debug, Default)]
pub struct FieldChanges {
    /// The label.
    pub label: Option<Texts>,
    /// Why it is collected.
    pub reason: Option<String>,
    /// Whether staff must fill it in.
    pub required: Option<bool>,
    /// The complete list of options. Values keep an option that is removed.
    pub options: Option<Vec<Choice>>,
    /// All constraints on values. Existing values stay.
    pub validation: Option<Validation>,
    /// Sort position: smaller first, on a tie the older first.
    pub position: Option<i32>,
    /// The exception of GDPR Art. 9(2), if a new name suggests a special category of data.
    pub ground: Option<SpecialCategoryGround>,
}

/// Changes a field's definition.
///
/// # Errors
/// `Rejected` with `STALE` when it was changed since, or with all problems of the definition.
pub async fn update_field(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FieldId,
    expected_version: i32,
    changes: FieldChanges,
) -> Result<field::Model> {
    allow(actor, Right::ManageFields)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = field::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    if row.version != expected_version {
        problems.push(Problem::new(
            ProblemCode::Stale,
            "expectedVersion",
            "Somebody changed this field since you read it: read it again.",
        ));
    }
    if changes.position.is_some_and(|position| !(0..=10_000).contains(&position)) {
        problems.push(Problem::new(ProblemCode::Invalid, "position", "Give a place from 0 to 10000."));
    }
    let ground = changes.ground;
    let new_label = changes.label.clone().unwrap_or_default();
    let new_options = changes.options.clone().unwrap_or_default();
    let own = load_own_words(work.db(), workspace).await?;
    let names = names(None, &new_label, &new_options);
    let overridden = gather(&mut problems, guard(actor, &own, ground, &names))?.unwrap_or_default();
    let known = Shape::read(row.clone())?;
    let label: Texts = serde_json::from_str(&row.label)?;
    let label = changes.label.unwrap_or(label);
    let options =
        changes.options.map_or(known.options.clone(), |options| with_retired(options, known.options));
    let (reason, validation) = (
        changes.reason.unwrap_or_else(|| row.reason.clone()),
        changes.validation.unwrap_or(known.validation),
    );
    problems.extend(check_definition(row.kind, &label, &reason, &options, &validation));
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let changed = field::Model {
        label: serde_json::to_string(&label)?,
        reason: reason.trim().to_owned(),
        required: changes.required.unwrap_or(row.required),
        options: serde_json::to_string(&options)?,
        validation: serde_json::to_string(&validation)?,
        position: changes.position.unwrap_or(row.position),
        ..row.clone()
    };
    let names = what_changed(&row, &changed);
    if names.is_empty() {
        return Ok(row);
    }
    let changed = field::Model { version: row.version + 1, ..changed };
    field::Entity::update(changed.clone().into_active_model().reset_all()).exec(work.db()).await?;
    let entry = Entry::new("field.updated").on(id).with("fields", names.into_iter().collect::<Fact>());
    work.record(with_override(entry, &overridden, ground));
    work.commit().await?;
    Ok(changed)
}

fn what_changed(before: &field::Model, after: &field::Model) -> Vec<&'static str> {
    [
        ("label", before.label != after.label),
        ("reason", before.reason != after.reason),
        ("required", before.required != after.required),
        ("options", before.options != after.options),
        ("validation", before.validation != after.validation),
        ("position", before.position != after.position),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect()
}

/// Archives a field: it takes no new values, existing ones stay readable. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such field; `Forbidden` without the right.
pub async fn archive_field(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FieldId,
) -> Result<field::Model> {
    allow(actor, Right::ManageFields)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = field::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let now = work.now();
    let row = set_archived(&mut work, row, Some(now)).await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived field: it takes values again. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such field; `Rejected` while its values are being deleted.
pub async fn restore_field(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FieldId,
) -> Result<field::Model> {
    allow(actor, Right::ManageFields)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = field::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    if is_being_deleted(&work, id).await? {
        let message = "The values of this field are being deleted, and it goes with the last of them: make a new field.";
        return Err(Error::rejected(ProblemCode::WrongState, "fieldId", message));
    }
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

async fn set_archived(work: &mut Work, row: field::Model, archived_at: Option<Time>) -> Result<field::Model> {
    let (id, version) = (row.id, row.version);
    let mut change = row.into_active_model();
    change.archived_at = Set(archived_at);
    change.version = Set(version + 1);
    let row = field::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new(if archived_at.is_some() { "field.archived" } else { "field.restored" }).on(id));
    Ok(row)
}
