//! What the queries and mutations of this room take, and what mutations give back.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{Form, FormDefinition, FormVersion};
use crate::{graphql::fields::SpecialCategoryGround, platform::graphql::UserError};

/// Which forms to show.
#[derive(Default, InputObject)]
pub struct FormFilter {
    /// Only closed ones, or only open ones; absent = both.
    pub archived: Option<bool>,
}

/// A new form.
#[derive(InputObject)]
pub struct CreateFormInput {
    /// What staff call it.
    pub name: String,
    /// Its draft; it may be incomplete until it is published.
    pub definition: FormDefinition,
}

/// Result of `createForm`.
#[derive(SimpleObject)]
pub struct CreateFormPayload {
    /// The form; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What to change of a form. Absent = leave.
#[derive(InputObject)]
pub struct UpdateFormInput {
    /// The form.
    pub form_id: ID,
    /// Its `version` as you read it: if somebody changed it since, nothing happens and you get STALE.
    pub expected_version: i32,
    /// What staff call it.
    pub name: Option<String>,
    /// The complete draft.
    pub definition: Option<FormDefinition>,
}

/// Result of `updateForm`.
#[derive(SimpleObject)]
pub struct UpdateFormPayload {
    /// The form as it is now; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which form to publish.
#[derive(InputObject)]
pub struct PublishFormInput {
    /// The form.
    pub form_id: ID,
    /// The exception of GDPR Art. 9(2), from the owner, when a question asks for a special category of data.
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

/// Which form to close.
#[derive(InputObject)]
pub struct ArchiveFormInput {
    /// The form.
    pub form_id: ID,
}

/// Which closed form to open again.
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
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Result of `archiveForm`.
#[derive(SimpleObject)]
pub struct ArchiveFormPayload {
    /// The form as it is now; null when the input was refused.
    pub form: Option<Form>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
