//! What this room's types load together, one statement per question.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::{FormId, FormVersionId, SubmissionId, form_caught};

use crate::{
    error::Result,
    forms::loads::{form_versions_by_id, forms_by_id, versions_of_forms},
    graphql::kit::{Load, LoadError, group, load_by_id, load_of},
    intake::loads::{InState, caught_since, count_by_state, submissions_by_id},
};

load_by_id! {
    forms_by_id(FormId) -> form;
    form_versions_by_id(FormVersionId) -> form_version;
    submissions_by_id(SubmissionId) -> submission;
}

load_of! {
    /// All versions of a form.
    VersionsOf(FormId) = versions_of_forms -> form_version;
}

/// Number of a form's submissions by state.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CountsOf(pub FormId);

impl Loader<CountsOf> for Load {
    type Value = Vec<InState>;
    type Error = LoadError;

    async fn load(&self, keys: &[CountsOf]) -> Result<HashMap<CountsOf, Self::Value>, LoadError> {
        let forms: Vec<FormId> = keys.iter().map(|key| key.0).collect();
        let rows = count_by_state(self.app.db(), self.caller.workspace, &forms).await?;
        Ok(group(rows, |row| CountsOf(row.form_id)))
    }
}

/// Number of submissions that a form rejected since a day, by reason.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct CaughtOf(pub FormId, pub String);

impl Loader<CaughtOf> for Load {
    type Value = Vec<form_caught::Model>;
    type Error = LoadError;

    /// The days of each form are added up here.
    async fn load(&self, keys: &[CaughtOf]) -> Result<HashMap<CaughtOf, Self::Value>, LoadError> {
        let forms: Vec<FormId> = keys.iter().map(|key| key.0).collect();
        let first = keys.iter().map(|key| key.1.as_str()).min().unwrap_or_default();
        let rows = caught_since(self.app.db(), self.caller.workspace, &forms, first).await?;
        let mut counts: HashMap<CaughtOf, Self::Value> = HashMap::new();
        for key in keys {
            for row in rows.iter().filter(|row| row.form_id == key.0 && row.day >= key.1) {
                let sums = counts.entry(key.clone()).or_default();
                match sums.iter_mut().find(|sum| sum.reason == row.reason) {
                    Some(sum) => sum.posts += row.posts,
                    None => sums.push(row.clone()),
                }
            }
        }
        for sums in counts.values_mut() {
            sums.sort_by_key(|sum| sum.reason);
        }
        Ok(counts)
    }
}
