//! What staff do about GDPR Art. 14: inform somebody now, record that they informed them another way, or why they
//! need not; and the list of those who must still be informed.

use entity::{Art14How, ContactId, Time, WorkspaceId, art14_notice, contact};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::art14::{SendArt14Notice, note_informed};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::{every_id_of, find_contact, lock_contact},
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        keyset::{By, Cursor, Kind, Listing, Order, Rows, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
};

/// Queues the notice to a contact at once, before a first use. Idempotent while it is on its way.
///
/// # Errors
/// `NotFound`; `Rejected` when nothing is due, or the contact has no mailbox or is restricted.
pub async fn ask_art14_notice(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact(&work, id).await?.ok_or(Error::NotFound)?;
    let refuse = |text: &str| Err(Error::rejected(ProblemCode::WrongState, "contactId", text));
    if row.art14_due_at.is_none() {
        return refuse("Nothing is due: they were informed, or gave their data themselves.");
    }
    if row.restricted_at.is_some() {
        return refuse("Processing of this contact's data is restricted: tell them another way.");
    }
    if row.primary_address_id.is_none() {
        return refuse("They have no e-mail address: tell them another way, and record it.");
    }
    work.enqueue(&SendArt14Notice { workspace, contact: row.id })?;
    work.commit().await?;
    Ok(row)
}

/// Records that a person was informed without our mail, or why they need not be.
///
/// # Errors
/// `NotFound`; `Rejected` when nothing is due, or the time has not come yet.
pub async fn record_art14_notice(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
    how: Art14How,
    given_at: Option<Time>,
) -> Result<contact::Model> {
    // That somebody was told, whoever told them records. That nobody need be told, the privacy officer decides.
    allow(
        actor,
        match how {
            Art14How::Mail | Art14How::Letter | Art14How::Phone | Art14How::InPerson => Right::WriteContacts,
            Art14How::Known | Art14How::Impossible | Art14How::Law | Art14How::Secrecy => {
                Right::ManageRequests
            }
        },
    )?;
    if how == Art14How::Mail {
        let message = "Our own mail records itself: send it with sendArt14Notice.";
        return Err(Error::rejected(ProblemCode::NotOffered, "how", message));
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact(&work, id).await?.ok_or(Error::NotFound)?;
    let given_at = given_at.unwrap_or(work.now());
    if given_at > work.now() || given_at < row.created_at {
        let message = "Give a time since the contact was created that has come already.";
        return Err(Error::rejected(ProblemCode::Invalid, "givenAt", message));
    }
    if row.art14_due_at.is_none() {
        let message = "Nothing is due: they were informed, or gave their data themselves.";
        return Err(Error::rejected(ProblemCode::WrongState, "contactId", message));
    }
    note_informed(&mut work, &row, how, given_at, None).await?;
    work.commit().await?;
    Ok(contact::Model { art14_due_at: None, ..row })
}

/// How and when a contact was informed, oldest first.
///
/// # Errors
/// `NotFound` when there is no such contact; `Busy` when the database is unreachable.
pub async fn art14_notices_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<art14_notice::Model>> {
    if find_contact(db, workspace, contact).await?.is_none() {
        return Err(Error::NotFound);
    }
    let ids = every_id_of(db, workspace, contact).await?;
    let rows = art14_notice::Entity::find()
        .filter(art14_notice::Column::WorkspaceId.eq(workspace))
        .filter(art14_notice::Column::ContactId.is_in(ids))
        .order_by_asc(art14_notice::Column::EntryId);
    Ok(rows.all(db).await?)
}

/// A page of the contacts who must still be informed, the most urgent first; `overdue`: only those late already.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_to_inform(
    app: &App,
    workspace: WorkspaceId,
    overdue: bool,
    request: &PageRequest<Cursor>,
) -> Result<Page<(Cursor, contact::Model)>> {
    let rows = ToInform { workspace, overdue, now: app.now() };
    listing(&order(), &rows).page(app.db(), request).await
}

/// How many there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_to_inform(app: &App, workspace: WorkspaceId, overdue: bool) -> Result<i64> {
    let rows = ToInform { workspace, overdue, now: app.now() };
    listing(&order(), &rows).count(app.db()).await
}

/// Contacts who must still be informed.
struct ToInform {
    workspace: WorkspaceId,
    overdue: bool,
    now: Time,
}

impl Rows for ToInform {
    fn write_joins(&self, _: &mut Query) {}

    fn write_condition(&self, query: &mut Query) {
        query.push("c.workspace_id = ").bind(self.workspace).push(" AND c.art14_due_at IS NOT NULL");
        if self.overdue {
            query.push(" AND c.art14_due_at < ").bind(self.now);
        }
    }
}

fn order() -> Order {
    let by = By::Column { column: "c.art14_due_at", kind: Kind::Time, nullable: false };
    Order::new("to_inform", by, Run::Up)
}

fn listing<'a>(order: &'a Order, rows: &'a ToInform) -> Listing<'a> {
    Listing { table: "contact", alias: "c", order, rows }
}
