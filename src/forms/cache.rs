//! Cache of published forms. A version never changes and a form never moves to another workspace, so both are
//! cached; the current version, and whether the form is archived, are read from the database each time.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use entity::{FormId, FormVersionId, WorkspaceId, form, form_version};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::definition::Published;
use crate::{accounts::load_workspace, app::App, error::Result};

/// Limit on the entries of each map, which is cleared when it is full; a workspace has dozens of forms.
const MOST: usize = 10_000;

/// The cached data.
#[derive(Default)]
pub struct FormCache {
    workspaces: RwLock<HashMap<FormId, (WorkspaceId, Arc<str>)>>,
    versions: RwLock<HashMap<FormVersionId, (FormId, Arc<Published>)>>,
}

/// A form that is open to visitors.
#[derive(Clone)]
pub struct Open {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The workspace's country (ISO 3166), which never changes; telephone numbers without a country code are
    /// read as its.
    pub country: Arc<str>,
    /// The form.
    pub form: FormId,
    /// Its current version.
    pub version: FormVersionId,
    /// Its definition.
    pub published: Arc<Published>,
}

/// The result of looking a form up.
pub enum Found {
    /// The form is open.
    Open(Open),
    /// It was published, but is archived.
    Closed,
    /// It does not exist, or was never published.
    None,
}

#[derive(FromQueryResult)]
struct Current {
    published_version_id: Option<FormVersionId>,
    archived_at: Option<entity::Time>,
}

/// Finds the form with this id, without a cache, for callers that show a form once.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn find_open(app: &App, id: FormId) -> Result<Found> {
    FormCache::default().find(app, id).await
}

impl FormCache {
    /// Finds the form with this id; embeds and URLs contain nothing else.
    ///
    /// # Errors
    /// `Busy` when the database is unavailable.
    pub async fn find(&self, app: &App, id: FormId) -> Result<Found> {
        let Some((workspace, country)) = self.workspace_of(app, id).await? else { return Ok(Found::None) };
        let current = form::Entity::find_by_id((workspace, id))
            .select_only()
            .columns([form::Column::PublishedVersionId, form::Column::ArchivedAt])
            .into_model::<Current>()
            .one(app.db())
            .await?;
        match current {
            Some(Current { published_version_id: Some(version), archived_at: None }) => {
                let Some(published) = self.version(app, workspace, id, version).await? else {
                    return Ok(Found::None);
                };
                Ok(Found::Open(Open { workspace, country, form: id, version, published }))
            }
            Some(Current { published_version_id: Some(_), .. }) => Ok(Found::Closed),
            _ => Ok(Found::None),
        }
    }

    /// The definition in this version of the form; `None` if the version belongs to another form.
    ///
    /// # Errors
    /// `Busy` when the database is unavailable.
    pub async fn version(
        &self,
        app: &App,
        workspace: WorkspaceId,
        form: FormId,
        id: FormVersionId,
    ) -> Result<Option<Arc<Published>>> {
        let known = self.versions.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let (owner, published) = if let Some(known) = known {
            known
        } else {
            let Some(row) = form_version::Entity::find_by_id((workspace, id)).one(app.db()).await? else {
                return Ok(None);
            };
            let read = (row.form_id, Arc::new(serde_json::from_str(&row.definition)?));
            keep(&self.versions, id, read.clone());
            read
        };
        Ok((owner == form).then_some(published))
    }

    async fn workspace_of(&self, app: &App, id: FormId) -> Result<Option<(WorkspaceId, Arc<str>)>> {
        if let Some(known) = self.workspaces.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Some(known.clone()));
        }
        let row = form::Entity::find()
            .select_only()
            .column(form::Column::WorkspaceId)
            .filter(form::Column::Id.eq(id));
        let Some(workspace) = row.into_tuple::<WorkspaceId>().one(app.db()).await? else { return Ok(None) };
        let known = (workspace, load_workspace(app, workspace).await?.jurisdiction.into());
        keep(&self.workspaces, id, known.clone());
        Ok(Some(known))
    }
}

fn keep<K: Eq + std::hash::Hash, V>(map: &RwLock<HashMap<K, V>>, key: K, value: V) {
    let mut map = map.write().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= MOST {
        map.clear();
    }
    map.insert(key, value);
}
