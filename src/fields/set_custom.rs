//! Sets custom values: validated and normalised by type, then stored by class. OPEN and INTERNAL values are
//! stored in the row's `custom` column and, typed, in `field_value` for filters and order; CONFIDENTIAL and
//! SECRET ones only encrypted in `sealed_value`.

use std::collections::{BTreeMap, HashMap};

use entity::{ContactId, EntityKind, FieldId, FieldType, field_value, workspace};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use super::{
    class_rules::{ClassRules, load_rules},
    load_fields::shapes,
    sealed,
    shape::Shape,
    value::{Canonical, LONGEST_TEXT, canonical},
    value_notice::{SendValueNotice, Told},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        vault::Vault,
        work::{Entry, Fact, Work},
    },
};

/// A value from an input.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CustomInput {
    /// The field's key.
    pub key: String,
    /// The value as text; `None` clears it.
    pub value: Option<String>,
}

/// The result of setting values of a row.
#[derive(Clone, Debug, Default)]
pub struct CustomChange {
    /// The row's new `custom` column.
    pub custom: String,
    /// Fields that changed, under their provenance names: `custom.key`.
    pub changed: Vec<String>,
}

/// Validates values, stores the sealed and indexed ones in their tables, and returns the new `custom` column
/// and the changed fields. The caller has locked the row, writes `custom`, and records the entry. `complete`:
/// the row is new, so required fields must be given.
///
/// # Errors
/// `Rejected` for inputs like `custom.N.value`, when a key is unknown or a value does not fit its field.
pub async fn set_custom(
    work: &mut Work,
    vault: &Vault,
    entity: EntityKind,
    row: Uuid,
    custom: &str,
    inputs: &[CustomInput],
    complete: bool,
) -> Result<CustomChange> {
    if inputs.is_empty() && !complete {
        return Ok(CustomChange { custom: custom.to_owned(), changed: Vec::new() });
    }
    let (values, changes) = read_custom(work, vault, entity, row, custom, inputs, complete).await?;
    values.store(work, vault, changes).await
}

/// The problems that `set_custom` would report, for an input that is rejected anyway: the caller gets all
/// problems at once.
///
/// # Errors
/// `Rejected`, as `set_custom`.
pub async fn check_custom(
    work: &Work,
    vault: &Vault,
    entity: EntityKind,
    row: Uuid,
    custom: &str,
    inputs: &[CustomInput],
    complete: bool,
) -> Result<()> {
    if inputs.is_empty() && !complete {
        return Ok(());
    }
    Box::pin(read_custom(work, vault, entity, row, custom, inputs, complete)).await.map(|_| ())
}

async fn read_custom(
    work: &Work,
    vault: &Vault,
    entity: EntityKind,
    row: Uuid,
    custom: &str,
    inputs: &[CustomInput],
    complete: bool,
) -> Result<(CustomValues, Vec<Change>)> {
    let values =
        CustomValues::load(work, vault, entity, row, custom, inputs.iter().map(|input| input.key.as_str()))
            .await?;
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    for (at, input) in inputs.iter().enumerate() {
        if inputs[..at].iter().any(|other| other.key == input.key) {
            problems.push(Problem::new(
                ProblemCode::Taken,
                format!("custom.{at}.key"),
                "This field is named twice: name it once.",
            ));
            continue;
        }
        match values.check(work, input) {
            Ok(change) => changes.push(change),
            Err((field, code, message)) => {
                problems.push(Problem::new(code, format!("custom.{at}.{field}"), message));
            }
        }
    }
    if complete {
        for shape in values.required(work) {
            if !inputs.iter().any(|input| input.key == shape.row.key) {
                problems.push(Problem::new(
                    ProblemCode::Required,
                    "custom",
                    format!("The field `{}` must be filled in.", shape.row.key),
                ));
            }
        }
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    Ok((values, changes))
}

/// A value to set or clear.
pub(crate) struct Change {
    pub(super) field: usize,
    pub(super) value: Option<Canonical>,
}

/// The custom fields of one row: their definitions and values.
pub(crate) struct CustomValues {
    pub(super) entity: EntityKind,
    pub(super) row: Uuid,
    pub(super) fields: Vec<Shape>,
    rules: ClassRules,
    country: String,
    custom: BTreeMap<String, String>,
    /// Decrypted values of the fields in the input.
    opened: HashMap<FieldId, String>,
}

type Refusal = (&'static str, ProblemCode, String);

impl CustomValues {
    /// Loads what is needed to set these fields.
    pub async fn load<'a>(
        work: &Work,
        vault: &Vault,
        entity: EntityKind,
        row: Uuid,
        custom: &str,
        keys: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        let fields = shapes(work.db(), work.workspace(), entity).await?;
        let rules = if fields.is_empty() {
            ClassRules::default()
        } else {
            load_rules(work.db(), work.workspace()).await?
        };
        let named: Vec<&Shape> =
            keys.filter_map(|key| fields.iter().find(|shape| shape.row.key == key)).collect();
        let country = if named.iter().any(|shape| shape.row.kind == FieldType::Phone) {
            country(work).await?
        } else {
            String::new()
        };
        let mut opened = HashMap::new();
        if named.iter().any(|shape| shape.is_sealed()) {
            let held = sealed::of_rows(work.db(), work.workspace(), vec![row]).await?;
            let wanted: Vec<_> = held
                .iter()
                .filter(|value| named.iter().any(|shape| shape.row.id == value.field_id))
                .collect();
            let texts = sealed::open(work.db(), vault, work.workspace(), &wanted).await?;
            opened = texts.into_iter().map(|((_, field), text)| (field, text)).collect();
        }
        Ok(Self { entity, row, fields, rules, country, custom: serde_json::from_str(custom)?, opened })
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&Shape> {
        self.fields.iter().find(|shape| shape.row.key == key)
    }

    /// The row's current value; only for fields named to `load`.
    pub fn held(&self, shape: &Shape) -> Option<&str> {
        if shape.is_sealed() { self.opened.get(&shape.row.id) } else { self.custom.get(&shape.row.key) }
            .map(String::as_str)
    }

    /// A value from a form: roles do not matter, since the visitor has none.
    pub fn fit(&self, key: &str, raw: &str) -> Option<(Change, String)> {
        let field =
            self.fields.iter().position(|shape| shape.row.key == key && shape.row.archived_at.is_none())?;
        let value =
            canonical(&self.fields[field], raw, &self.country, self.held(&self.fields[field])).ok()?;
        let text = value.text.clone();
        Some((Change { field, value: Some(value) }, text))
    }

    /// An answer that does not fit its field, stored as it was given if the field's values may not appear in
    /// activities: so it is not lost, and only those who may read the field read it.
    pub fn as_given(&self, key: &str, raw: &str) -> Option<Change> {
        let field =
            self.fields.iter().position(|shape| shape.row.key == key && shape.row.archived_at.is_none())?;
        let text: String = raw.chars().take(LONGEST_TEXT).collect();
        // Stored as all values of the field, so that it is deleted with it, but with neither text nor number
        // for filters.
        let indexed = vec![(None, None)];
        (!self.may_be_told(&self.fields[field]))
            .then_some(Change { field, value: Some(Canonical { text, indexed }) })
    }

    /// Whether values of this field may appear in the text of an activity.
    pub fn may_be_told(&self, shape: &Shape) -> bool {
        self.rules.may_be_told(shape.row.class)
    }

    fn required(&self, work: &Work) -> impl Iterator<Item = &Shape> {
        let actor = work.actor();
        self.fields.iter().filter(move |shape| {
            // Only staff and integrations must: a form may not know the field, and nobody can be made to set
            // what they may not set.
            actor.role().is_some()
                && shape.row.required
                && shape.row.archived_at.is_none()
                && self.rules.may_write(actor, shape.row.class)
        })
    }

    fn check(&self, work: &Work, input: &CustomInput) -> Result<Change, Refusal> {
        let Some(field) = self.fields.iter().position(|shape| shape.row.key == input.key) else {
            return Err((
                "key",
                ProblemCode::NotOffered,
                "No field with this key: the query `fields` lists them.".to_owned(),
            ));
        };
        let shape = &self.fields[field];
        if !self.rules.may_write(work.actor(), shape.row.class) {
            let message = format!("Your role may not set {} values: see `classRules`.", shape.row.class);
            return Err(("key", ProblemCode::NotAllowed, message));
        }
        let Some(raw) = input.value.as_deref().filter(|raw| !raw.trim().is_empty()) else {
            if shape.row.required && shape.row.archived_at.is_none() {
                return Err(("value", ProblemCode::Required, "This field must be filled in.".to_owned()));
            }
            return Ok(Change { field, value: None });
        };
        if shape.row.archived_at.is_some() {
            return Err((
                "key",
                ProblemCode::WrongState,
                "This field is archived: it takes no new values.".to_owned(),
            ));
        }
        let value = canonical(shape, raw, &self.country, self.held(shape))
            .map_err(|(code, message)| ("value", code, message))?;
        Ok(Change { field, value: Some(value) })
    }

    /// Stores the values that differ from the current ones; texts that tell of special categories of data are
    /// held back.
    pub async fn store(
        self,
        work: &mut Work,
        vault: &Vault,
        mut changes: Vec<Change>,
    ) -> Result<CustomChange> {
        let text = |change: &Change| change.value.as_ref().map(|value| value.text.clone());
        changes.retain(|change| self.held(&self.fields[change.field]).map(str::to_owned) != text(change));
        self.screen(work, vault, &mut changes).await?;
        changes.retain(|change| self.held(&self.fields[change.field]).map(str::to_owned) != text(change));
        self.put(work, vault, changes).await
    }

    /// Stores values as they are.
    pub(crate) async fn put(
        mut self,
        work: &mut Work,
        vault: &Vault,
        changes: Vec<Change>,
    ) -> Result<CustomChange> {
        let (mut to_seal, mut to_forget, mut indexed, mut unindexed) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut changed, mut ids, mut told) = (Vec::new(), Vec::new(), false);
        for Change { field, value } in changes {
            let shape = &self.fields[field];
            changed.push(format!("custom.{}", shape.row.key));
            ids.push(shape.row.id);
            told |= self.rules.of(shape.row.class).notify_on_change;
            if shape.is_sealed() {
                // The answer to a form's question may be stored under this key from before the field existed.
                self.custom.remove(&shape.row.key);
                match value {
                    Some(value) => to_seal.push((shape.row.id, value.text)),
                    None => to_forget.push(shape.row.id),
                }
                continue;
            }
            unindexed.push(shape.row.id);
            match value {
                Some(value) => {
                    indexed.extend(value.indexed.into_iter().enumerate().map(|(at, (text, number))| {
                        field_value::ActiveModel {
                            workspace_id: Set(work.workspace()),
                            field_id: Set(shape.row.id),
                            row_id: Set(self.row),
                            position: Set(i32::try_from(at).unwrap_or(i32::MAX)),
                            text: Set(text),
                            number: Set(number),
                        }
                    }));
                    self.custom.insert(shape.row.key.clone(), value.text);
                }
                None => {
                    self.custom.remove(&shape.row.key);
                }
            }
        }
        sealed::seal(work, vault, self.entity, self.row, &to_seal).await?;
        if !to_forget.is_empty() {
            sealed::forget(work, self.row, to_forget).await?;
        }
        reindex(work, self.row, unindexed, indexed).await?;
        if !ids.is_empty() {
            self.tell(work, ids, told)?;
        }
        Ok(CustomChange { custom: serde_json::to_string(&self.custom)?, changed })
    }

    /// Records the entry, with ids only, and e-mails the person, unless they changed it themselves.
    fn tell(&self, work: &mut Work, fields: Vec<FieldId>, told: bool) -> Result<()> {
        let mut entry = Entry::new("values.set").with("fields", fields.into_iter().collect::<Fact>());
        entry = match self.entity {
            EntityKind::Contact => entry.about(ContactId(self.row)).on(ContactId(self.row)),
            EntityKind::Company => entry.on(entity::CompanyId(self.row)),
            EntityKind::Deal => entry.on(entity::DealId(self.row)),
        };
        work.record(entry);
        if told && self.entity == EntityKind::Contact && work.actor().role().is_some() {
            work.enqueue(&SendValueNotice {
                workspace: work.workspace(),
                contact: ContactId(self.row),
                told: Told::Changed,
            })?;
        }
        Ok(())
    }
}

async fn reindex(
    work: &Work,
    row: Uuid,
    fields: Vec<FieldId>,
    values: Vec<field_value::ActiveModel>,
) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    field_value::Entity::delete_many()
        .filter(field_value::Column::WorkspaceId.eq(work.workspace()))
        .filter(field_value::Column::RowId.eq(row))
        .filter(field_value::Column::FieldId.is_in(fields))
        .exec(work.db())
        .await?;
    if !values.is_empty() {
        field_value::Entity::insert_many(values).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

/// The country for telephone numbers without a country code.
async fn country(work: &Work) -> Result<String> {
    let row = workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?;
    Ok(row.ok_or(Error::NotFound)?.jurisdiction)
}
