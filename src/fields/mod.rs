//! Custom fields: definitions, data classes, and the one way to set their values.
//!
//! Definitions belong to a workspace. OPEN and INTERNAL values are stored in the row and, typed, in
//! `field_value`; CONFIDENTIAL and SECRET ones are sealed in a table of their own and shown one at a time
//! (`reveal_field`). Names that suggest special categories of data are refused (`art9`). Answers to a form's
//! own question are stored in `contact.custom` under its key until a field with that key exists.

pub mod art9;
pub(crate) mod class_rules;
mod create_field;
mod definition;
mod delete_field;
mod edit_special_words;
pub(crate) mod load_fields;
pub mod loads;
mod masked;
pub mod quarantine;
mod refold_values;
mod screen_values;
pub(crate) mod sealed;
mod set_custom;
mod shape;
mod update_field;
pub mod value;
pub(crate) mod value_notice;

pub(crate) use class_rules::hold_fields;
pub use class_rules::{ClassRule, ClassRuleChanges, ClassRules, load_rules, update_class_rule};
pub use create_field::create_field;
pub use definition::NewField;
pub use delete_field::{DeleteFieldValues, FieldDeletion, delete_field, delete_field_values};
pub use edit_special_words::{add_special_word, list_special_words, remove_special_word};
pub(crate) use load_fields::keys_not_told;
pub use load_fields::{list_fields, load_field};
pub use masked::{Masked, masks_of};
pub use refold_values::refold_values;
pub use sealed::owner_kind;
pub(crate) use set_custom::{Change, CustomValues};
pub use set_custom::{CustomChange, CustomInput, check_custom, set_custom};
pub use shape::{Choice, Shape, Texts, Validation, is_sealed};
pub use update_field::{FieldChanges, archive_field, restore_field, update_field};
pub use value_notice::{SendValueNotice, Told};

/// The mask of a value that is not shown.
pub(crate) const HIDDEN: &str = "••••";
