//! Lifts a restriction, after the person was told (GDPR Art. 18(3)): by our mail, and it ends when the mail
//! has left; or by staff in another way, when there is no mailbox to write to.

use entity::{ContactId, NoticeMeans, RestrictionId, WorkspaceId, contact, restriction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::{mail_job::SendRestrictionLifting, restrict_contact::set_restricted};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Staff decide to lift a restriction. By mail: the mail is queued, and the restriction ends after it has
/// left. In another way: the person was told already, and it ends now; only for who has no mailbox that
/// receives our mail. Twice is as once.
///
/// # Errors
/// `NotFound`; `Rejected` with `WRONG_STATE` when it does not fit the mailbox.
pub async fn lift_restriction(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RestrictionId,
    means: NoticeMeans,
) -> Result<restriction::Model> {
    allow(actor, Right::RestrictContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let seen =
        restriction::Entity::find_by_id((workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    let contact = lock_contact(&work, seen.contact_id).await?.ok_or(Error::NotFound)?;
    let row = lock_restriction(&work, id).await?.ok_or(Error::NotFound)?;
    if row.lifted_at.is_some() {
        return Ok(row);
    }
    let refuse = |message: &str| Err(Error::rejected(ProblemCode::WrongState, "means", message));
    let row = match (means, contact.primary_address_id) {
        (NoticeMeans::Mail, None) => {
            return refuse("This contact has no mailbox: tell them in another way, then say how you did.");
        }
        (NoticeMeans::Mail, Some(_)) => announce(&mut work, row).await?,
        (_, Some(_)) if row.failed_at.is_none() => {
            return refuse(
                "This contact has a mailbox, and we write to it before the restriction ends: choose MAIL.",
            );
        }
        (means, _) => {
            let row = restriction::Model { announced_at: Some(work.now()), means: Some(means), ..row };
            lift(&mut work, contact, row).await?
        }
    };
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(row)
}

/// Queues the mail after which a locked restriction ends, unless it is on its way.
pub(crate) async fn announce(work: &mut Work, row: restriction::Model) -> Result<restriction::Model> {
    if row.lifted_at.is_some() || (row.announced_at.is_some() && row.failed_at.is_none()) {
        return Ok(row);
    }
    let row = restriction::Model {
        announced_at: Some(work.now()),
        means: Some(NoticeMeans::Mail),
        failed_at: None,
        ..row
    };
    restriction::Entity::update(row.clone().into_active_model().reset_all()).exec(work.db()).await?;
    work.record(about("restriction.lifting_announced", &row));
    work.enqueue(&SendRestrictionLifting { workspace: work.workspace(), restriction: row.id })?;
    Ok(row)
}

/// Ends a locked restriction of a locked contact, who is free if it was the last one.
pub(super) async fn lift(
    work: &mut Work,
    contact: contact::Model,
    row: restriction::Model,
) -> Result<restriction::Model> {
    let row = restriction::Model { lifted_at: Some(work.now()), ..row };
    restriction::Entity::update(row.clone().into_active_model().reset_all()).exec(work.db()).await?;
    let mut entry = about("contact.restriction_lifted", &row).on(contact.id).with("restriction", row.id);
    if let Some(means) = row.means {
        entry = entry.with("means", means);
    }
    work.record(entry);
    let others = restriction::Entity::find()
        .filter(restriction::Column::WorkspaceId.eq(work.workspace()))
        .filter(restriction::Column::ContactId.eq(contact.id))
        .filter(restriction::Column::LiftedAt.is_null());
    if others.count(work.db()).await? == 0 {
        set_restricted(work, contact, false).await?;
    }
    Ok(row)
}

pub(super) async fn lock_restriction(work: &Work, id: RestrictionId) -> Result<Option<restriction::Model>> {
    Ok(restriction::Entity::find_by_id((work.workspace(), id)).lock_exclusive().one(work.db()).await?)
}

pub(super) fn about(kind: &'static str, row: &restriction::Model) -> Entry {
    let contact: ContactId = row.contact_id;
    Entry::new(kind).about(contact).on(row.id).with("ground", row.ground)
}
