//! Who is responsible for a pending invitation: a colleague, a program with an API key, or the operator. An
//! invitation is valid only while its inviter could still send it; otherwise somebody who is dismissed could
//! come back through a second address of their own.

use entity::{ApiKeyId, MemberId, Role, Time, api_key, invitation, member};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use super::{
    Right, allows,
    caller::{Caller, role_now},
};
use crate::{
    error::Result,
    platform::{actor::Actor, work::Work},
};

/// Who sent an invitation; neither = the operator.
#[derive(Clone, Copy, Default)]
pub(super) struct Inviter {
    member: Option<MemberId>,
    key: Option<ApiKeyId>,
}

impl Inviter {
    pub(super) fn of(caller: Caller) -> Self {
        let key = if let Actor::ApiKey(id, _) = caller.actor { Some(id) } else { None };
        Self { member: caller.actor.member(), key }
    }
}

/// Records who sent this member's current invitation.
pub(super) async fn note_inviter(work: &Work, member: MemberId, inviter: Inviter) -> Result<()> {
    let row = invitation::Model {
        workspace_id: work.workspace(),
        member_id: member,
        inviter_id: inviter.member,
        api_key_id: inviter.key,
    };
    let again = OnConflict::columns([invitation::Column::WorkspaceId, invitation::Column::MemberId])
        .update_columns([invitation::Column::InviterId, invitation::Column::ApiKeyId])
        .to_owned();
    invitation::Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(work.db())
        .await?;
    Ok(())
}

/// Whether the invitation's sender may still grant this role.
pub(super) async fn is_vouched_for(
    db: &impl ConnectionTrait,
    row: &member::Model,
    now: Time,
) -> Result<bool> {
    let Some(known) = invitation::Entity::find_by_id((row.workspace_id, row.id)).one(db).await? else {
        return Ok(false);
    };
    let role = match (known.api_key_id, known.inviter_id) {
        (None, None) => return Ok(true),
        (Some(key), _) => match api_key::Entity::find_by_id((row.workspace_id, key)).one(db).await? {
            Some(key) => role_now(db, &key, now).await?,
            None => None,
        },
        (None, Some(inviter)) => {
            let inviter = member::Entity::find_by_id((row.workspace_id, inviter)).one(db).await?;
            inviter.filter(|inviter| inviter.deactivated_at.is_none()).map(|inviter| inviter.role)
        }
    };
    Ok(role.is_some_and(|role| {
        allows(role, Right::ManageMembers) && (row.role != Role::Owner || role == Role::Owner)
    }))
}
