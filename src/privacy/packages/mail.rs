//! The mail with the link of a package. It goes to the proven mailbox only: whoever opens the link reads all.

use entity::{EmailAddress, PackageKind, PackageState, Time, WorkspaceId, contact, contact_address, package};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::payloads::SendPackageReady;
use crate::{
    accounts::load_workspace,
    app::App,
    contacts::find_contact,
    error::Result,
    link_uses::Use,
    platform::{
        outbox::{JobResult, Run},
        pages::{Zone, format_time},
        tokens::Link,
    },
    post::{self, Mail, Recipient},
};

/// The context of its template.
#[derive(Serialize)]
struct PackageReady {
    portable: bool,
    requested_at: String,
    expires_at: String,
    package_url: String,
}

/// The address of a package, until this time.
#[must_use]
pub fn package_link(app: &App, row: &package::Model, until: Time) -> String {
    let extra = until.timestamp_millis().to_be_bytes().to_vec();
    let link = Link { workspace: row.workspace_id, row: row.id.0, extra };
    format!("{}/my-data/package/{}", app.config.public_url, app.vault.sign(Use::Package, &link))
}

/// Sends it, if the package is still there and its person has a proven mailbox.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn send_package_ready(app: &App, run: &Run, job: &SendPackageReady) -> JobResult {
    let row = package::Entity::find_by_id((job.workspace, job.package)).one(app.db()).await?;
    let row = row.filter(|row| row.state == PackageState::Ready && row.expires_at > app.now());
    let Some(row) = row else { return post::give_up(app, run, job.workspace).await };
    let Some((contact, to)) = proven_mailbox(app, job.workspace, row.contact_id).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let context = PackageReady {
        portable: row.kind == PackageKind::Portability,
        requested_at: format_time(row.created_at, zone, &contact.language),
        expires_at: format_time(row.expires_at, zone, &contact.language),
        package_url: package_link(app, &row, row.expires_at),
    };
    let mail = Mail {
        kind: "package_ready",
        language: &contact.language,
        to,
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &()).await
}

/// The contact and the mailbox in use, if its owner proved it.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(in crate::privacy) async fn proven_mailbox(
    app: &App,
    workspace: WorkspaceId,
    contact: entity::ContactId,
) -> Result<Option<(contact::Model, EmailAddress)>> {
    let Some(contact) = find_contact(app.db(), workspace, contact).await? else { return Ok(None) };
    let Some(primary) = contact.primary_address_id else { return Ok(None) };
    let address = contact_address::Entity::find_by_id((workspace, primary)).one(app.db()).await?;
    let proven = address.filter(|address| address.verified_at.is_some());
    Ok(proven.map(|address| (contact, EmailAddress::kept(&address.email))))
}
