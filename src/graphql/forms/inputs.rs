//! What the queries and mutations of this room take, and what mutations give back.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{Form, FormDefinition, FormVersion};
use crate::{graphql::fields::SpecialCategoryGround, platform::graphql::UserError};

/// Which forms to list.
#[derive(Default, InputObject)]
pub struct FormFilter {
    /// True: only archived forms; false: only open ones; absent: both.
    pub archived: Option<bool>,
}

/// A new form.
#[derive(InputObject)]
pub struct CreateFormInput {
    /// Its name, for staff.
    pub name: String,
    /// Its draft; it may be incomplete until it is published.
    pub definition: FormDefinition,
}

/// Result of `createForm`.
#[derive(SimpleObject)]
pub struct CreateFormPayload {
    /// The form; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Changes to a form. An absent field stays as it is.
#[derive(InputObject)]
pub struct UpdateFormInput {
    /// The form.
    pub form_id: ID,
    /// Its `version` as you read it: if it has changed since, nothing is written and the error code is
    /// `STALE`.
    pub expected_version: i32,
    /// Its name, for staff.
    pub name: Option<String>,
    /// The complete draft; replaces the old one.
    pub definition: Option<FormDefinition>,
}

/// Result of `updateForm`.
#[derive(SimpleObject)]
pub struct UpdateFormPayload {
    /// The form as it is now; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Which form to publish.
#[derive(InputObject)]
pub struct PublishFormInput {
    /// The form.
    pub form_id: ID,
    /// The exception of GDPR Art. 9(2) that applies, if a question asks for a special category of data; only
    /// the owner can give it.
    pub special_category_ground: Option<SpecialCategoryGround>,
}

/// Result of `publishForm`.
#[derive(SimpleObject)]
pub struct PublishFormPayload {
    /// The form as it is now; null when its draft was refused.
    pub form: Option<Form>,
    /// The new version; null when the draft was refused.
    pub version: Option<FormVersion>,
    /// Everything that is missing or wrong in the draft; empty when it was published.
    pub user_errors: Vec<UserError>,
}

/// The form to archive.
#[derive(InputObject)]
pub struct ArchiveFormInput {
    /// The form.
    pub form_id: ID,
}

/// The archived form to restore.
#[derive(InputObject)]
pub struct RestoreFormInput {
    /// The form.
    pub form_id: ID,
}

/// Result of `restoreForm`.
#[derive(SimpleObject)]
pub struct RestoreFormPayload {
    /// The form as it is now; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `archiveForm`.
#[derive(SimpleObject)]
pub struct ArchiveFormPayload {
    /// The form as it is now; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
