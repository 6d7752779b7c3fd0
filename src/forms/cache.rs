//! Published forms, ready to use. A version never changes and a form never moves to another workspace, so both are kept;
//! which version is current, and whether the form is closed, is read each time.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use entity::{FormId, FormVersionId, WorkspaceId, form, form_version};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::definition::Published;
use crate::{accounts::load_workspace, app::App, error::Result};

/// More than this many of either are forgotten at once; a workspace has dozens.
const MOST: usize = 10_000;

/// What is kept.
#[derive(Default)]
pub struct FormCache {
    workspaces: RwLock<HashMap<FormId, (WorkspaceId, Arc<str>)>>,
    versions: RwLock<HashMap<FormVersionId, (FormId, Arc<Published>)>>,
}

/// A form that visitors may see now.
#[derive(Clone)]
pub struct Open {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The workspace's country (ISO 3166), which never changes: telephone numbers without a country code are of there.
    pub country: Arc<str>,
    /// Which form.
    pub form: FormId,
    /// Its current version.
    pub version: FormVersionId,
    /// What stands in it.
    pub published: Arc<Published>,
}

/// What became of a form.
pub enum Found {
    /// Open.
    Open(Open),
    /// It was, and is closed.
    Closed,
    /// There is none, or it was never published.
    None,
}

#[derive(FromQueryResult)]
struct Current {
    published_version_id: Option<FormVersionId>,
    archived_at: Option<entity::Time>,
}

/// The form with this id, for whoever shows one form once.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn find_open(app: &App, id: FormId) -> Result<Found> {
    FormCache::default().find(app, id).await
}

impl FormCache {
    /// The form with this id, which stands alone in embeds and URLs.
    ///
    /// # Errors
    /// `Busy` when the database is away.
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

    /// What stood in this version of this form; none when it is another form's.
    ///
    /// # Errors
    /// `Busy` when the database is away.
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
