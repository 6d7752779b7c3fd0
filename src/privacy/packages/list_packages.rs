//! Packages as staff see them: whether they are ready, and a link for those who have no proven mailbox.

use chrono::TimeDelta;
use entity::{ContactId, PackageId, PackageKind, PackageState, WorkspaceId, package};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{mail::package_link, order_package::order_package};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::every_id_of,
    error::{Error, Result},
    platform::{
        actor::Actor,
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
        work::Entry,
    },
};

/// How long a link that staff made works.
const STAFF_LINK: TimeDelta = TimeDelta::minutes(10);

loads_by_id! {
    /// Packages by id.
    packages_by_id(PackageId) -> package;
}

/// Orders a copy for a person, on their behalf.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` when there is no such contact.
pub async fn order_for_person(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    contact: ContactId,
    kind: PackageKind,
) -> Result<package::Model> {
    allow(actor, Right::ExportContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = order_package(&mut work, &app.vault, contact, kind, None).await?;
    work.commit().await?;
    Ok(row)
}

/// A link that works for ten minutes, to hand a copy over to a person whose mailbox is not proven. Recorded
/// before anybody sees it; every download is, too.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` when there is none that can be downloaded.
pub async fn make_package_link(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PackageId,
) -> Result<(package::Model, String)> {
    allow(actor, Right::ExportContacts)?;
    let row = package::Entity::find_by_id((workspace, id)).one(app.db()).await?;
    let row = row.filter(|row| row.state == PackageState::Ready && row.expires_at > app.now());
    let row = row.ok_or(Error::NotFound)?;
    let until = (app.now() + STAFF_LINK).min(row.expires_at);
    let mut work = app.begin(workspace, actor).await?;
    work.record(Entry::new("package.link_made").about(row.contact_id).on(row.id).with("until", until));
    work.commit().await?;
    let link = package_link(app, &row, until);
    Ok((row, link))
}

/// A page of a contact's packages, newest first.
///
/// # Errors
/// `Forbidden` without the right; `Busy` when the database is unreachable.
pub async fn page_packages(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    contact: ContactId,
    request: &PageRequest<PackageId>,
) -> Result<Page<package::Model>> {
    allow(actor, Right::ExportContacts)?;
    let select = of_contact(app.db(), workspace, contact).await?;
    page_by(app.db(), select, package::Column::Id, Run::Down, request).await
}

/// How many there are.
///
/// # Errors
/// `Forbidden` without the right; `Busy` when the database is unreachable.
pub async fn count_packages(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    contact: ContactId,
) -> Result<i64> {
    allow(actor, Right::ExportContacts)?;
    count_of(app.db(), of_contact(app.db(), workspace, contact).await?).await
}

async fn of_contact(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<sea_orm::Select<package::Entity>> {
    let ids = every_id_of(db, workspace, contact).await?;
    Ok(package::Entity::find()
        .filter(package::Column::WorkspaceId.eq(workspace))
        .filter(package::Column::ContactId.is_in(ids)))
}
