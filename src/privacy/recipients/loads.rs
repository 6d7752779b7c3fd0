//! Recipients, disclosures and notices as edges read them.

use entity::{
    ContactId, DisclosureId, RecipientId, RecipientNoticeId, RecipientNoticeState, WorkspaceId, disclosure,
    recipient, recipient_notice,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::{
    error::{Error, Result},
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
        query::{Query, columns_of},
    },
};

loads_by_id! {
    /// Recipients by id.
    recipients_by_id(RecipientId) -> recipient;
    /// Disclosures by id.
    disclosures_by_id(DisclosureId) -> disclosure;
    /// Notices to recipients by id.
    recipient_notices_by_id(RecipientNoticeId) -> recipient_notice;
}

/// What was disclosed of a contact, and to whom, oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn disclosures_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<(recipient::Model, disclosure::Model)>> {
    let mut query = Query::new("SELECT d.*, ");
    query.push(&columns_of::<recipient::Model>("r"));
    query.push(
        " FROM disclosure d JOIN recipient r ON r.workspace_id = d.workspace_id AND r.id = d.recipient_id",
    );
    query.push(" WHERE d.workspace_id = ").bind(workspace).push(" AND d.contact_id = ").bind(contact);
    query.push(" ORDER BY d.id");
    let rows: Vec<(disclosure::Model, Option<recipient::Model>)> = query.all_with(db, "r").await?;
    let pair = |(row, recipient): (disclosure::Model, Option<recipient::Model>)| {
        Ok((recipient.ok_or_else(|| Error::internal("a disclosure has no recipient"))?, row))
    };
    rows.into_iter().map(pair).collect()
}

/// Every recipient of a workspace, oldest first. There are dozens, not thousands.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn all_recipients(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<recipient::Model>> {
    Ok(recipients(workspace, None).order_by_asc(recipient::Column::Id).all(db).await?)
}

/// A page of recipients, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_recipients(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    archived: Option<bool>,
    request: &PageRequest<RecipientId>,
) -> Result<Page<recipient::Model>> {
    page_by(db, recipients(workspace, archived), recipient::Column::Id, Run::Down, request).await
}

/// How many recipients there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_recipients(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    archived: Option<bool>,
) -> Result<i64> {
    count_of(db, recipients(workspace, archived)).await
}

fn recipients(workspace: WorkspaceId, archived: Option<bool>) -> Select<recipient::Entity> {
    let select = recipient::Entity::find().filter(recipient::Column::WorkspaceId.eq(workspace));
    match archived {
        None => select,
        Some(true) => select.filter(recipient::Column::ArchivedAt.is_not_null()),
        Some(false) => select.filter(recipient::Column::ArchivedAt.is_null()),
    }
}

/// Which disclosures a list keeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct DisclosuresWanted {
    /// Those of this contact.
    pub contact: Option<ContactId>,
    /// Those to this recipient.
    pub recipient: Option<RecipientId>,
}

/// A page of disclosures, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_disclosures(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: DisclosuresWanted,
    request: &PageRequest<DisclosureId>,
) -> Result<Page<disclosure::Model>> {
    page_by(db, disclosures(workspace, wanted), disclosure::Column::Id, Run::Down, request).await
}

/// How many disclosures there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_disclosures(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: DisclosuresWanted,
) -> Result<i64> {
    count_of(db, disclosures(workspace, wanted)).await
}

fn disclosures(workspace: WorkspaceId, wanted: DisclosuresWanted) -> Select<disclosure::Entity> {
    let mut select = disclosure::Entity::find().filter(disclosure::Column::WorkspaceId.eq(workspace));
    if let Some(contact) = wanted.contact {
        select = select.filter(disclosure::Column::ContactId.eq(contact));
    }
    if let Some(recipient) = wanted.recipient {
        select = select.filter(disclosure::Column::RecipientId.eq(recipient));
    }
    select
}

/// Which notices to recipients a list keeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticesWanted {
    /// Those about this contact.
    pub contact: Option<ContactId>,
    /// Those to this recipient.
    pub recipient: Option<RecipientId>,
    /// Those in this state.
    pub state: Option<RecipientNoticeState>,
}

/// A page of notices to recipients, oldest first: what has waited longest comes first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_recipient_notices(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: NoticesWanted,
    request: &PageRequest<RecipientNoticeId>,
) -> Result<Page<recipient_notice::Model>> {
    page_by(db, notices(workspace, wanted), recipient_notice::Column::Id, Run::Up, request).await
}

/// How many notices to recipients there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_recipient_notices(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: NoticesWanted,
) -> Result<i64> {
    count_of(db, notices(workspace, wanted)).await
}

fn notices(workspace: WorkspaceId, wanted: NoticesWanted) -> Select<recipient_notice::Entity> {
    let mut select =
        recipient_notice::Entity::find().filter(recipient_notice::Column::WorkspaceId.eq(workspace));
    if let Some(contact) = wanted.contact {
        select = select.filter(recipient_notice::Column::ContactId.eq(contact));
    }
    if let Some(recipient) = wanted.recipient {
        select = select.filter(recipient_notice::Column::RecipientId.eq(recipient));
    }
    if let Some(state) = wanted.state {
        select = select.filter(recipient_notice::Column::State.eq(state));
    }
    select
}
