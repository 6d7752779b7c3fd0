//! What the mutations of custom fields take and give back.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::{ClassRule, DataClass, EntityKind, Field, FieldType, RevealReason, SpecialCategoryGround, texts};
use crate::{
    contacts::Owner,
    error::{Error, ProblemCode, Result},
    fields::{self, ClassRuleChanges, FieldChanges, NewField},
    graphql::{accounts::Role, forms::LocalizedText, kit::named},
    platform::graphql::UserError,
};

/// One choice of a field.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FieldOptionInput")]
pub struct FieldOption {
    /// What is stored: one line of at most 100 characters.
    pub value: String,
    /// What is shown, by language.
    pub label: Vec<LocalizedText>,
}

/// What values of a field must keep to.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FieldValidationInput")]
pub struct FieldValidation {
    /// The smallest NUMBER, MONEY (a number, whatever the currency) or DATE.
    pub min: Option<String>,
    /// The greatest.
    pub max: Option<String>,
    /// The most characters of a TEXT, up to 4000.
    pub max_length: Option<i32>,
    /// What a whole TEXT must look like: a regular expression without look-around and back-references.
    pub pattern: Option<String>,
}

impl From<fields::Validation> for FieldValidation {
    fn from(validation: fields::Validation) -> Self {
        Self {
            min: validation.min,
            max: validation.max,
            max_length: validation.max_length.map(|most| i32::try_from(most).unwrap_or(i32::MAX)),
            pattern: validation.pattern,
        }
    }
}

impl FieldValidation {
    fn read(self) -> fields::Validation {
        // What is no length becomes one that is refused by name.
        let max_length = self.max_length.map(|most| u32::try_from(most).unwrap_or(0));
        fields::Validation { min: self.min, max: self.max, max_length, pattern: self.pattern }
    }
}

fn choices(options: Vec<FieldOption>) -> Result<Vec<fields::Choice>> {
    let read = |(at, option): (usize, FieldOption)| {
        Ok(fields::Choice {
            retired: false,
            value: option.value,
            label: texts(option.label, &format!("options.{at}.label"))?,
        })
    };
    options.into_iter().enumerate().map(read).collect()
}

/// A new custom field.
#[derive(InputObject)]
pub struct CreateFieldInput {
    /// What has it.
    pub entity: EntityKind,
    /// Its name in inputs and filters: lower-case letters, digits, `_`; not one of something built in.
    pub key: String,
    /// Label, in at least one language.
    pub label: Vec<LocalizedText>,
    /// What its values are.
    #[graphql(name = "type")]
    pub kind: FieldType,
    /// Who may read it, and how it is kept.
    pub data_class: DataClass,
    /// Why it is held: data without a reason may not be.
    pub reason: String,
    /// Whether staff must fill it in when they create something.
    #[graphql(default)]
    pub required: bool,
    /// The choices, for CHOICE and CHOICES.
    #[graphql(default)]
    pub options: Vec<FieldOption>,
    /// What values must keep to.
    pub validation: Option<FieldValidation>,
    /// The exception of GDPR Art. 9(2), from the owner or the data protection officer, when its name asks for a special category.
    pub special_category_ground: Option<SpecialCategoryGround>,
    /// A word of yours, like a UUID: the same input with the same key within 24 hours makes one field.
    pub idempotency_key: Option<String>,
}

impl CreateFieldInput {
    pub(super) fn read(self) -> Result<NewField> {
        Ok(NewField {
            entity: self.entity.into(),
            key: self.key,
            label: texts(self.label, "label")?,
            kind: self.kind.into(),
            class: self.data_class.into(),
            reason: self.reason,
            required: self.required,
            options: choices(self.options)?,
            validation: self.validation.map(FieldValidation::read).unwrap_or_default(),
            ground: self.special_category_ground.map(Into::into),
        })
    }
}

/// Result of `createField`.
#[derive(SimpleObject)]
pub struct CreateFieldPayload {
    /// The field; null when the input was refused.
    pub field: Option<Field>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What to change of a field. Absent = leave.
#[derive(InputObject)]
pub struct UpdateFieldInput {
    /// The field.
    pub field_id: ID,
    /// Its `version` as you read it: if somebody changed it since, nothing happens and you get STALE.
    pub expected_version: i32,
    /// The complete label.
    pub label: Option<Vec<LocalizedText>>,
    /// Why it is held.
    pub reason: Option<String>,
    /// Whether staff must fill it in when they create something.
    pub required: Option<bool>,
    /// The complete list of choices. Rows that hold one that is left out keep it; it cannot be chosen anew.
    pub options: Option<Vec<FieldOption>>,
    /// All rules that values must follow; null = none. Existing values stay.
    pub validation: MaybeUndefined<FieldValidation>,
    /// Its place: smaller comes first, of two alike the older.
    pub position: Option<i32>,
    /// The exception of GDPR Art. 9(2), when a new name asks for a special category.
    pub special_category_ground: Option<SpecialCategoryGround>,
}

impl UpdateFieldInput {
    pub(super) fn read(self) -> Result<FieldChanges> {
        Ok(FieldChanges {
            label: self.label.map(|label| texts(label, "label")).transpose()?,
            reason: self.reason,
            required: self.required,
            options: self.options.map(choices).transpose()?,
            validation: match self.validation {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(fields::Validation::default()),
                MaybeUndefined::Value(validation) => Some(validation.read()),
            },
            position: self.position,
            ground: self.special_category_ground.map(Into::into),
        })
    }
}

/// Result of `updateField`.
#[derive(SimpleObject)]
pub struct UpdateFieldPayload {
    /// The field as it is now; null when the input was refused.
    pub field: Option<Field>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which field to close.
#[derive(InputObject)]
pub struct ArchiveFieldInput {
    /// The field.
    pub field_id: ID,
}

/// Result of `archiveField`.
#[derive(SimpleObject)]
pub struct ArchiveFieldPayload {
    /// The field as it is now; null when the input was refused.
    pub field: Option<Field>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which archived field to open again.
#[derive(InputObject)]
pub struct RestoreFieldInput {
    /// The field.
    pub field_id: ID,
}

/// Result of `restoreField`.
#[derive(SimpleObject)]
pub struct RestoreFieldPayload {
    /// The field as it is now; null when the input was refused.
    pub field: Option<Field>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which field to delete.
#[derive(InputObject)]
pub struct DeleteFieldInput {
    /// The field.
    pub field_id: ID,
    /// Whether the values that rows hold of it are deleted too, for good.
    #[graphql(default)]
    pub delete_values: bool,
}

/// Result of `deleteField`.
#[derive(SimpleObject)]
pub struct DeleteFieldPayload {
    /// The field as it was, or as it is while its values go; null when the input was refused.
    pub field: Option<Field>,
    /// Whether it is gone already; otherwise it takes no new values, and goes when its last value has gone.
    pub done: bool,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What to change of a data class's rule. Absent = leave.
#[derive(InputObject)]
pub struct UpdateClassRuleInput {
    /// Which class.
    pub class: DataClass,
    /// All roles that may read its values.
    pub readers: Option<Vec<Role>>,
    /// All roles that may set its values.
    pub writers: Option<Vec<Role>>,
    /// Whether the person is told by mail when staff or a program change a value.
    pub notify_on_change: Option<bool>,
    /// Whether the person is told by mail when a sealed value is revealed.
    pub notify_on_reveal: Option<bool>,
}

impl From<UpdateClassRuleInput> for ClassRuleChanges {
    fn from(input: UpdateClassRuleInput) -> Self {
        let roles =
            |roles: Option<Vec<Role>>| roles.map(|roles| roles.into_iter().map(entity::Role::from).collect());
        Self {
            readers: roles(input.readers),
            writers: roles(input.writers),
            notify_on_change: input.notify_on_change,
            notify_on_reveal: input.notify_on_reveal,
        }
    }
}

/// Result of `updateClassRule`.
#[derive(SimpleObject)]
pub struct UpdateClassRulePayload {
    /// What holds now; null when the input was refused.
    pub class_rule: Option<ClassRule>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which sealed value to show: give exactly one of `contactId`, `companyId` and `dealId`.
#[derive(InputObject)]
pub struct RevealFieldInput {
    /// The contact whose value it is.
    pub contact_id: Option<ID>,
    /// The company whose value it is.
    pub company_id: Option<ID>,
    /// The deal whose value it is.
    pub deal_id: Option<ID>,
    /// The field.
    pub field_id: ID,
    /// Why; it stands in the journal.
    pub reason: RevealReason,
}

impl RevealFieldInput {
    pub(super) fn owner(&self) -> Result<Option<Owner>> {
        Ok(match (&self.contact_id, &self.company_id, &self.deal_id) {
            (Some(id), None, None) => Some(Owner::Contact(named(id, "contactId")?)),
            (None, Some(id), None) => Some(Owner::Company(named(id, "companyId")?)),
            (None, None, Some(id)) => Some(Owner::Deal(named(id, "dealId")?)),
            (None, None, None) => None,
            _ => {
                return Err(Error::rejected(
                    ProblemCode::Invalid,
                    "contactId",
                    "Give exactly one of contactId, companyId and dealId.",
                ));
            }
        })
    }
}

/// Result of `revealField`.
#[derive(SimpleObject)]
pub struct RevealFieldPayload {
    /// Its field; null when the input was refused.
    pub field: Option<Field>,
    /// The value, in plain text: show it, and do not keep it.
    pub value: Option<String>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
