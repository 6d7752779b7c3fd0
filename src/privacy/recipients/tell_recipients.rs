//! What recipients are to be told (GDPR Art. 19), and that they were.

use std::collections::BTreeMap;

use entity::{
    ContactId, NoticeImpossible, RecipientId, RecipientNoticeId, RecipientNoticeKind, RecipientNoticeState,
    WorkspaceId, disclosure, recipient_notice,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Fact, Work},
    },
};

/// Most notices that are settled at once.
const MOST: usize = 100;

/// Notes for every recipient of a contact's data that they are to be told. Returns how many there are. Called
/// before an erasure deletes the disclosures. Whoever is still to be told the same is not noted twice.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn note_recipients(work: &mut Work, contact: ContactId, kind: RecipientNoticeKind) -> Result<u64> {
    let recipients: Vec<RecipientId> = disclosure::Entity::find()
        .select_only()
        .column(disclosure::Column::RecipientId)
        .distinct()
        .filter(disclosure::Column::WorkspaceId.eq(work.workspace()))
        .filter(disclosure::Column::ContactId.eq(contact))
        .into_tuple()
        .all(work.db())
        .await?;
    if recipients.is_empty() {
        return Ok(0);
    }
    let waiting: Vec<RecipientId> = recipient_notice::Entity::find()
        .select_only()
        .column(recipient_notice::Column::RecipientId)
        .filter(recipient_notice::Column::WorkspaceId.eq(work.workspace()))
        .filter(recipient_notice::Column::ContactId.eq(contact))
        .filter(recipient_notice::Column::Kind.eq(kind))
        .filter(recipient_notice::Column::State.eq(RecipientNoticeState::Pending))
        .into_tuple()
        .all(work.db())
        .await?;
    let new: Vec<RecipientId> = recipients.iter().copied().filter(|id| !waiting.contains(id)).collect();
    if !new.is_empty() {
        let entry = Entry::new("recipients.to_be_told")
            .about(contact)
            .with("kind", kind)
            .with("recipients", new.iter().copied().collect::<Fact>());
        let entry = work.record(entry);
        let rows = new.into_iter().map(|id| recipient_notice::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(RecipientNoticeId::new()),
            recipient_id: Set(id),
            contact_id: Set(contact),
            kind: Set(kind),
            state: Set(RecipientNoticeState::Pending),
            created_at: Set(work.now()),
            decided_at: Set(None),
            entry_id: Set(entry),
            reason: Set(None),
        });
        recipient_notice::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(recipients.len() as u64)
}

/// Records that recipients were told, that they acknowledged it, or that telling them is impossible and why.
/// Idempotent.
///
/// # Errors
/// `NotFound` when one of the notices does not exist; `Rejected` when one was acknowledged already, or the
/// reason is missing.
pub async fn settle_recipient_notices(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    ids: &[RecipientNoticeId],
    state: RecipientNoticeState,
    reason: Option<NoticeImpossible>,
) -> Result<Vec<recipient_notice::Model>> {
    allow(actor, Right::ManageRecipients)?;
    let refuse = |code, field: &str, text: &str| Err(Error::rejected(code, field, text));
    if ids.is_empty() || ids.len() > MOST {
        return refuse(ProblemCode::Invalid, "noticeIds", "Name 1 to 100 notices.");
    }
    match (state, reason) {
        (RecipientNoticeState::Pending, _) => {
            return refuse(ProblemCode::NotOffered, "state", "A notice that was settled is not undone.");
        }
        (RecipientNoticeState::Impossible, None) => {
            return refuse(ProblemCode::Required, "reason", "Say why they cannot be told.");
        }
        (RecipientNoticeState::Told | RecipientNoticeState::Acknowledged, Some(_)) => {
            return refuse(ProblemCode::Invalid, "reason", "A reason goes only with IMPOSSIBLE.");
        }
        _ => {}
    }
    let mut work = app.begin(workspace, actor).await?;
    let rows = recipient_notice::Entity::find()
        .filter(recipient_notice::Column::WorkspaceId.eq(workspace))
        .filter(recipient_notice::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(recipient_notice::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let mut done: BTreeMap<RecipientNoticeId, recipient_notice::Model> = BTreeMap::new();
    for row in rows {
        if row.state == state && row.reason == reason {
            done.insert(row.id, row);
            continue;
        }
        if row.state == RecipientNoticeState::Acknowledged {
            let message = "The recipient acknowledged this notice already.";
            return refuse(ProblemCode::WrongState, "noticeIds", message);
        }
        let entry = Entry::new("recipient_notice.settled")
            .about(row.contact_id)
            .on(row.id)
            .with("recipient", row.recipient_id)
            .with("kind", row.kind)
            .with("state", state);
        work.record(match reason {
            Some(reason) => entry.with("reason", reason),
            None => entry,
        });
        let mut update = row.into_active_model();
        update.state = Set(state);
        update.reason = Set(reason);
        update.decided_at = Set(Some(work.now()));
        let row = update.update(work.db()).await?;
        done.insert(row.id, row);
    }
    let settled = |id: &RecipientNoticeId| done.get(id).cloned().ok_or_else(|| Error::no_such("noticeIds"));
    let rows: Vec<_> = ids.iter().map(settled).collect::<Result<_>>()?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(rows)
}
