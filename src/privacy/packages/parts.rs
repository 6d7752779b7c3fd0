//! A package's file in sealed parts: written one after the other while it is built, read one after the other
//! while it is downloaded.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use entity::{PackageId, PackageState, WorkspaceId, package, package_part};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, prelude::Uuid,
};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        vault::{DataKey, Place},
        work::Work,
    },
};

/// A row holds at most 256 KiB, with what the seal adds.
const PART: usize = 256 * 1024 - 64;

/// Where the zip file is written to; emptied after each page of records.
#[derive(Clone, Default)]
pub(super) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The parts of a package that is being built.
pub(super) struct Parts<'a> {
    app: &'a App,
    workspace: WorkspaceId,
    package: PackageId,
    key: DataKey,
    waiting: Vec<u8>,
    hash: Sha256,
    next: i32,
    /// Bytes so far.
    pub(super) bytes: i64,
    /// Whether the package went while it was built: its contact was erased.
    pub(super) gone: bool,
}

impl<'a> Parts<'a> {
    /// Begins anew: what an earlier attempt wrote is deleted.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub(super) async fn begin(app: &'a App, package: &package::Model, key: DataKey) -> Result<Self> {
        let work = app.begin(package.workspace_id, Actor::System).await?;
        delete_parts(&work, package.id).await?;
        work.commit().await?;
        Ok(Self {
            app,
            workspace: package.workspace_id,
            package: package.id,
            key,
            waiting: Vec::new(),
            hash: Sha256::new(),
            next: 0,
            bytes: 0,
            gone: false,
        })
    }

    /// Takes what was written, and stores every full part.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub(super) async fn absorb(&mut self, sink: &Sink) -> Result<()> {
        self.waiting.extend(sink.take());
        while self.waiting.len() >= PART && !self.gone {
            let rest = self.waiting.split_off(PART);
            let part = std::mem::replace(&mut self.waiting, rest);
            self.store(&part).await?;
        }
        Ok(())
    }

    /// Stores the rest. Returns the file's hash.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub(super) async fn finish(mut self, sink: &Sink) -> Result<Self> {
        self.absorb(sink).await?;
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() && !self.gone {
            self.store(&rest).await?;
        }
        Ok(self)
    }

    /// SHA-256 of everything stored.
    pub(super) fn sha256(&self) -> Vec<u8> {
        self.hash.clone().finalize().to_vec()
    }

    async fn store(&mut self, part: &[u8]) -> Result<()> {
        let sealed = self.key.seal(&place(self.workspace, self.package, self.next), part)?;
        let work = self.app.begin(self.workspace, Actor::System).await?;
        if lock_building(&work, self.package).await?.is_none() {
            self.gone = true;
            return Ok(());
        }
        let row = package_part::ActiveModel {
            workspace_id: Set(self.workspace),
            package_id: Set(self.package),
            position: Set(self.next),
            sealed: Set(sealed),
        };
        package_part::Entity::insert(row).exec_without_returning(work.db()).await?;
        work.commit().await?;
        self.hash.update(part);
        self.bytes += i64::try_from(part.len()).unwrap_or(i64::MAX);
        self.next += 1;
        Ok(())
    }
}

/// The package, locked, while it is being built.
pub(super) async fn lock_building(work: &Work, id: PackageId) -> Result<Option<package::Model>> {
    let row = package::Entity::find_by_id((work.workspace(), id)).lock_exclusive().one(work.db()).await?;
    Ok(row.filter(|row| row.state == PackageState::Building))
}

/// Deletes the file of a package.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(super) async fn delete_parts(work: &Work, package: PackageId) -> Result<()> {
    work.destroys();
    package_part::Entity::delete_many()
        .filter(package_part::Column::WorkspaceId.eq(work.workspace()))
        .filter(package_part::Column::PackageId.eq(package))
        .exec(work.db())
        .await?;
    Ok(())
}

/// One part of a package, opened; `None` after the last.
///
/// # Errors
/// `Internal` when it does not open.
pub(super) async fn part(
    db: &impl ConnectionTrait,
    key: &DataKey,
    package: &package::Model,
    position: i32,
) -> Result<Option<Vec<u8>>> {
    let id = (package.workspace_id, package.id, position);
    let Some(row) = package_part::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    Ok(Some(key.open(&place(package.workspace_id, package.id, position), &row.sealed)?))
}

/// Each part has a place of its own, so that none can stand for another.
fn place(workspace: WorkspaceId, package: PackageId, position: i32) -> Place {
    let row = Uuid::from_u128(package.0.as_u128() ^ u128::from(position.unsigned_abs()));
    Place { workspace, table: "package_part", column: "sealed", row }
}
