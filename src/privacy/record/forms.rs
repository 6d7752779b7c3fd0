//! Which data the published forms ask for, by purpose.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{FormVersionId, PurposeId, WorkspaceId, form, form_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    app::App,
    error::Result,
    forms::definition::{FieldKind, Published, Texts},
};

/// What forms ask for a purpose.
#[derive(Default)]
pub(super) struct AskedFor {
    /// Labels of questions.
    pub data: BTreeSet<String>,
    /// Names of forms.
    pub forms: BTreeSet<String>,
}

/// By purpose, over all forms that are open.
pub(super) async fn asked_by_forms(
    app: &App,
    workspace: WorkspaceId,
    language: &str,
) -> Result<BTreeMap<PurposeId, AskedFor>> {
    let forms = form::Entity::find()
        .filter(form::Column::WorkspaceId.eq(workspace))
        .filter(form::Column::ArchivedAt.is_null())
        .filter(form::Column::PublishedVersionId.is_not_null())
        .order_by_asc(form::Column::Id)
        .all(app.db())
        .await?;
    let ids: Vec<FormVersionId> = forms.iter().filter_map(|row| row.published_version_id).collect();
    let versions: HashMap<FormVersionId, form_version::Model> = form_version::Entity::find()
        .filter(form_version::Column::WorkspaceId.eq(workspace))
        .filter(form_version::Column::Id.is_in(ids))
        .all(app.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let mut asked: BTreeMap<PurposeId, AskedFor> = BTreeMap::new();
    for form in forms {
        let Some(version) = form.published_version_id.and_then(|id| versions.get(&id)) else { continue };
        let published: Published = serde_json::from_str(&version.definition)?;
        let definition = &published.definition;
        let purposes: BTreeSet<PurposeId> = definition
            .consents
            .iter()
            .map(|offer| offer.purpose_id)
            .chain(definition.basis_purpose_id)
            .collect();
        for purpose in purposes {
            let found = asked.entry(purpose).or_default();
            found.forms.insert(form.name.clone());
            let shown = definition.fields.iter().filter(|field| field.kind != FieldKind::Hidden);
            found.data.extend(shown.map(|field| in_language(&field.label, language)));
        }
    }
    Ok(asked)
}

/// The text in a language, or in another if it has none.
pub(super) fn in_language(texts: &Texts, language: &str) -> String {
    texts.get(language).or_else(|| texts.values().next()).cloned().unwrap_or_default()
}
