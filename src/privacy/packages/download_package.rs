//! Downloads a package behind its link. Looking changes nothing; the button counts and is journaled.

use std::sync::Arc;

use entity::{PackageId, PackageState, Time, package};
use futures_util::{Stream, stream};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::parts::part;
use crate::{
    app::App,
    consent::evidence::load_key,
    error::{Error, Result},
    link_uses::Use,
    platform::{actor::Actor, vault::DataKey, work::Entry},
};

/// A package that can be downloaded.
pub struct Download {
    /// Its row.
    pub package: package::Model,
    key: Arc<DataKey>,
}

/// The package behind a link, while the link is good. `None`: not one of ours, expired, or its contact was
/// erased.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_package(app: &App, token: &str) -> Result<Option<Download>> {
    let Some(link) = app.vault.verify(Use::Package, token) else { return Ok(None) };
    let until: Option<Time> = link
        .extra
        .try_into()
        .ok()
        .and_then(|bytes: [u8; 8]| chrono::DateTime::from_timestamp_millis(i64::from_be_bytes(bytes)));
    if until.is_none_or(|until| until <= app.now()) {
        return Ok(None);
    }
    let row = package::Entity::find_by_id((link.workspace, PackageId(link.row))).one(app.db()).await?;
    let row = row.filter(|row| row.state == PackageState::Ready && row.expires_at > app.now());
    let Some(row) = row else { return Ok(None) };
    let Some(key) = load_key(app.db(), &app.vault, row.workspace_id, row.data_key_id).await? else {
        return Ok(None);
    };
    Ok(Some(Download { package: row, key: Arc::new(key) }))
}

/// Counts a download and records it. `None` as for `find_package`.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn download_package(app: &App, token: &str) -> Result<Option<Download>> {
    let Some(found) = find_package(app, token).await? else { return Ok(None) };
    let row = &found.package;
    let mut work = app.begin(row.workspace_id, Actor::Contact(row.contact_id)).await?;
    let id = (row.workspace_id, row.id);
    let now = package::Entity::find_by_id(id).lock_exclusive().one(work.db()).await?;
    let Some(now) = now.filter(|now| now.state == PackageState::Ready) else { return Ok(None) };
    let (contact, downloads) = (now.contact_id, now.downloads + 1);
    let mut update = now.into_active_model();
    update.downloads = Set(downloads);
    package::Entity::update(update).exec(work.db()).await?;
    work.record(
        Entry::new("package.downloaded").about(contact).on(row.id).with("downloads", i64::from(downloads)),
    );
    work.commit().await?;
    Ok(Some(found))
}

impl Download {
    pub(in crate::privacy) fn new(package: package::Model, key: DataKey) -> Self {
        Self { package, key: Arc::new(key) }
    }

    /// The file, part by part. It breaks off with an error if the file goes meanwhile.
    pub fn stream(self, app: App) -> impl Stream<Item = Result<Vec<u8>>> + Send + 'static {
        let Self { package, key } = self;
        let begin = (app, package, key, 0_i32, 0_i64);
        stream::try_unfold(begin, |(app, package, key, position, sent)| async move {
            match part(app.db(), &key, &package, position).await? {
                Some(bytes) => {
                    let sent = sent + i64::try_from(bytes.len()).unwrap_or(i64::MAX);
                    Ok(Some((bytes, (app, package, key, position + 1, sent))))
                }
                None if sent == package.bytes => Ok(None),
                None => Err(Error::internal("a package went while it was downloaded")),
            }
        })
    }
}
