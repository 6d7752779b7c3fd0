//! Inputs and payloads of the mutations about custom fields.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::{ClassRule, DataClass, EntityKind, Field, FieldType, RevealReason, SpecialCategoryGround, texts};
use crate::{
    contacts::Owner,
    error::{Error, ProblemCode, Result},
    fields::{self, ClassRuleChanges, FieldChanges, NewField},
    graphql::{accounts::Role, forms::LocalizedText, kit::named},
    platform::graphql::UserError,
};

/// An option of a CHOICE or CHOICES field.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FieldOptionInput")]
pub struct FieldOption {
    /// The stored value: one line, at most 100 characters.
    pub value: String,
    /// The label shown, by language.
    pub label: Vec<LocalizedText>,
}

/// Constraints on the values of a field.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "FieldValidationInput")]
pub struct FieldValidation {
    /// The smallest value, for NUMBER, MONEY (a number, in any currency) and DATE.
    pub min: Option<String>,
    /// The largest value, for the same types.
    pub max: Option<String>,
    /// The largest number of characters of a TEXT, up to 4000.
    pub max_length: Option<i32>,
    /// A regular expression that a whole TEXT must match, without look-around and back-references.
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
        // A length that does not fit becomes 0, which validation rejects with the field's name.
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
    /// The kind of record that has the field.
    pub entity: EntityKind,
    /// Its name in inputs and filters: lower-case letters, digits and `_`; must not be the name of a built-in
    /// field.
    pub key: String,
    /// Label, in at least one language.
    pub label: Vec<LocalizedText>,
    /// The type of its values.
    #[graphql(name = "type")]
    pub kind: FieldType,
    /// Who may read it, and how it is stored.
    pub data_class: DataClass,
    /// Why it is collected; required.
    pub reason: String,
    /// Whether staff must fill it in when they create something.
    #[graphql(default)]
    pub required: bool,
    /// The options, for CHOICE and CHOICES.
    #[graphql(default)]
    pub options: Vec<FieldOption>,
    /// Constraints on the values.
    pub validation: Option<FieldValidation>,
    /// The exception of GDPR Art. 9(2) that applies, if the field's name suggests a special category of data;
    /// only the owner or the data protection officer can give it.
    pub special_category_ground: Option<SpecialCategoryGround>,
    /// A key of your choice, for example a UUID: repeating the same input with the same key within 24 hours
    /// creates only one field.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Changes to a field. An absent field stays as it is.
#[derive(InputObject)]
pub struct UpdateFieldInput {
    /// The field.
    pub field_id: ID,
    /// Its `version` as you read it: if it has changed since, nothing is written and the error code is
    /// `STALE`.
    pub expected_version: i32,
    /// The label in every language; replaces the old one.
    pub label: Option<Vec<LocalizedText>>,
    /// Why it is collected.
    pub reason: Option<String>,
    /// Whether staff must fill it in when they create something.
    pub required: Option<bool>,
    /// The complete list of options. Records keep a value whose option is removed, but it can no longer be
    /// chosen.
    pub options: Option<Vec<FieldOption>>,
    /// All constraints on values; null removes them. Existing values stay.
    pub validation: MaybeUndefined<FieldValidation>,
    /// Sort position: smaller first, on a tie the older first.
    pub position: Option<i32>,
    /// The exception of GDPR Art. 9(2) that applies, if the new name suggests a special category of data.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The field to archive.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The archived field to restore.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The field to delete.
#[derive(InputObject)]
pub struct DeleteFieldInput {
    /// The field.
    pub field_id: ID,
    /// Whether to also delete the values that records hold, for good.
    #[graphql(default)]
    pub delete_values: bool,
}

/// Result of `deleteField`.
#[derive(SimpleObject)]
pub struct DeleteFieldPayload {
    /// The field as it was, or as it is while its values are being deleted; null when the input was refused.
    pub field: Option<Field>,
    /// Whether it is deleted already. If not, it takes no new values and is deleted after its last value.
    pub done: bool,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Changes to the rule of a data class. An absent field stays as it is.
#[derive(InputObject)]
pub struct UpdateClassRuleInput {
    /// The data class.
    pub class: DataClass,
    /// All roles that may read values of this class.
    pub readers: Option<Vec<Role>>,
    /// All roles that may set values of this class.
    pub writers: Option<Vec<Role>>,
    /// Whether the person is told by e-mail when staff or an integration change a value.
    pub notify_on_change: Option<bool>,
    /// Whether the person is told by e-mail when a sealed value is revealed.
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
    /// The rule as it is now; null when the input was refused.
    pub class_rule: Option<ClassRule>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A sealed value to reveal: give exactly one of `contactId`, `companyId` and `dealId`.
#[derive(InputObject)]
pub struct RevealFieldInput {
    /// The contact that has the value.
    pub contact_id: Option<ID>,
    /// The company that has the value.
    pub company_id: Option<ID>,
    /// The deal that has the value.
    pub deal_id: Option<ID>,
    /// The field.
    pub field_id: ID,
    /// Why; recorded in the journal.
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
    /// The field; null when the input was refused.
    pub field: Option<Field>,
    /// The value in plain text: show it, do not store it.
    pub value: Option<String>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
