//! The one rule for every act on somebody's account, and for looking at their sessions: one's own is one's own; whoever must still
//! enrol a second factor acts on nobody else; owners are the business of owners; and a key never acts on the member who made it.

use entity::{Role, member};

use super::{Right, allow, caller::Caller};
use crate::{
    error::{Error, Result},
    platform::actor::Actor,
};

/// Lets the caller act on this member's account.
///
/// # Errors
/// `Forbidden` by role, or to the member's own key; `SecondFactorRequired`.
pub(super) fn allow_act_on(caller: Caller, member: &member::Model) -> Result<()> {
    if caller.actor.member() == Some(member.id) {
        return Ok(());
    }
    allow_others(caller)?;
    if caller.maker == Some(member.id) {
        return Err(Error::Forbidden);
    }
    allow_role(caller.actor, member.role)
}

/// Lets the caller act on accounts of others at all.
///
/// # Errors
/// `Forbidden`; `SecondFactorRequired`.
pub(super) fn allow_others(caller: Caller) -> Result<()> {
    if caller.must_enrol {
        return Err(Error::SecondFactorRequired { enrolled: false });
    }
    allow(caller.actor, Right::ManageMembers)
}

/// Lets the actor give this role, or act on what has it.
///
/// # Errors
/// `Forbidden` for what owners have, to others.
pub(super) fn allow_role(actor: Actor, role: Role) -> Result<()> {
    let owner = matches!(actor, Actor::Operator) || actor.role() == Some(Role::Owner);
    if role == Role::Owner && !owner { Err(Error::Forbidden) } else { Ok(()) }
}
