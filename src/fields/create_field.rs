//! Creates a custom field of contacts, companies or deals.

use entity::{EntityKind, FieldId, WorkspaceId, field};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    sea_query::OnConflict,
};

use super::{
    art9::{Category, OwnWords, guard, load_own_words, with_override},
    class_rules::lock_workspace,
    definition::{MOST_FIELDS, NewField, check_definition, check_key, names},
    load_fields::load_field,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{
        actor::Actor,
        db::sql,
        once::once,
        work::{Entry, Work},
    },
};

/// Creates a field. Its type and class never change, because sealed values are stored differently.
///
/// # Errors
/// `Rejected` with all problems of the definition.
pub async fn create_field(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: &NewField,
    idempotency_key: Option<&str>,
) -> Result<field::Model> {
    allow(actor, Right::ManageFields)?;
    let mut problems = Vec::new();
    let overridden = gather(&mut problems, check(actor, &load_own_words(app.db(), workspace).await?, new))?
        .unwrap_or_default();
    let mut work = app.begin(workspace, actor).await?;
    lock_workspace(&work).await?;
    let id = FieldId::new();
    if let Some(made) = once(&work, &app.vault, "createField", idempotency_key, new, &id.to_string()).await? {
        return load_field(
            work.db(),
            workspace,
            made.parse().map_err(|_| Error::internal("a remembered id does not read"))?,
        )
        .await;
    }
    if new.entity == EntityKind::Contact && is_answered(&work, &new.key).await? {
        let message = "Answers to a form's question are already kept under this key: take another, and give the question that key to fill the field from now on.";
        problems.push(Problem::new(ProblemCode::Taken, "key", message));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let fellows = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Entity.eq(new.entity));
    let count = fellows.count(work.db()).await?;
    if count >= MOST_FIELDS {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "entity",
            "There are 200 fields of this kind, which is the most: delete one first.",
        ));
    }
    let row = field::Model {
        workspace_id: workspace,
        id,
        entity: new.entity,
        key: new.key.clone(),
        label: serde_json::to_string(&new.label)?,
        kind: new.kind,
        class: new.class,
        reason: new.reason.trim().to_owned(),
        required: new.required,
        options: serde_json::to_string(&new.options)?,
        validation: serde_json::to_string(&new.validation)?,
        position: i32::try_from(count).unwrap_or(i32::MAX),
        version: 1,
        created_at: work.now(),
        archived_at: None,
    };
    let insert = field::Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned());
    if insert.exec_without_returning(work.db()).await? == 0 {
        return Err(Error::rejected(
            ProblemCode::Taken,
            "key",
            "There is a field with this key already, perhaps archived: take another key.",
        ));
    }
    let entry = Entry::new("field.created")
        .on(id)
        .with("entity", new.entity)
        .with("type", new.kind)
        .with("class", new.class);
    work.record(with_override(entry, &overridden, new.ground));
    work.commit().await?;
    Ok(row)
}

fn check(actor: Actor, own: &OwnWords, new: &NewField) -> Result<Vec<Category>> {
    let mut problems: Vec<Problem> = check_key(&new.key).into_iter().collect();
    problems.extend(check_definition(new.kind, &new.label, &new.reason, &new.options, &new.validation));
    match guard(actor, own, new.ground, &names(Some(&new.key), &new.label, &new.options)) {
        Ok(overridden) if problems.is_empty() => return Ok(overridden),
        Err(Error::Rejected(more)) => problems.extend(more),
        Err(other) => return Err(other),
        Ok(_) => {}
    }
    Err(Error::Rejected(problems))
}

/// Whether a form's own question with this key was answered. Runs under the lock that storing answers takes
/// too (`take_answers::split`): an answer being stored is waited for, and the next one finds the field.
async fn is_answered(work: &Work, key: &str) -> Result<bool> {
    let text = r"SELECT 1 AS one FROM contact WHERE workspace_id = $1 AND custom LIKE $2 ESCAPE '\' LIMIT 1";
    let pattern = format!("%\"{}\":%", key.replace(['\\', '%'], "").replace('_', r"\_"));
    Ok(work
        .db()
        .query_one_raw(sql(work.db(), text, [work.workspace().into(), pattern.into()]))
        .await?
        .is_some())
}
