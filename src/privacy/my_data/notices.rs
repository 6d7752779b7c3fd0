//! The mail that tells the old mailbox of a change of address. It does not name the new one: the old
//! mailbox may be lost to its owner.

use entity::{ContactAddressId, ContactId, EmailAddress, WorkspaceId, contact_address};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::mailbox,
    contacts::find_contact,
    platform::{
        outbox::{Job, JobResult, Run},
        pages::{Zone, format_time},
    },
    post::{self, Mail, Recipient},
};

/// Tells the old mailbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAddressNotice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
    /// The old address.
    pub address: ContactAddressId,
}

impl Job for SendAddressNotice {
    const KIND: &'static str = "send_address_notice";
    const PRIORITY: i32 = 10;
}

#[derive(Serialize)]
struct Context {
    requested_at: String,
}

/// Sends the notice, unless the contact has been erased or the mailbox does not exist.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_address_notice(app: &App, run: &Run, job: &SendAddressNotice) -> JobResult {
    let contact = find_contact(app.db(), job.workspace, job.contact).await?;
    let address = contact_address::Entity::find_by_id((job.workspace, job.address)).one(app.db()).await?;
    let (Some(contact), Some(address)) = (contact, address) else {
        return post::give_up(app, run, job.workspace).await;
    };
    if address.contact_id != contact.id {
        return post::give_up(app, run, job.workspace).await;
    }
    let known = mailbox::find(app.db(), job.workspace, &address.fingerprint).await?;
    if known.and_then(|row| row.bounced_until).is_some_and(|until| until > app.now()) {
        return post::give_up(app, run, job.workspace).await;
    }
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let mail = Mail {
        kind: "address_changing",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context: Context { requested_at: format_time(run.created_at, zone, &contact.language) },
    };
    post::send(app, run, &workspace, mail, &()).await
}
