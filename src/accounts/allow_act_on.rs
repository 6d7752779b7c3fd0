//! The rule for acting on a member's account and for listing their sessions. Members may always act on their
//! own; a member who must still enrol a second factor may not act on others; only owners act on owners; and
//! an API key never acts on the member who created it.

use entity::{Role, member};

use super::{Right, allow, caller::Caller};
use crate::{
    error::{Error, Result},
    platform::actor::Actor,
};

/// Allows the caller to act on this member's account.
///
/// # Errors
/// `Forbidden` for the role, or when a key acts on its creator; `SecondFactorRequired`.
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

/// Allows the caller to act on other members' accounts at all.
///
/// # Errors
/// `Forbidden`; `SecondFactorRequired`.
pub(super) fn allow_others(caller: Caller) -> Result<()> {
    if caller.must_enrol {
        return Err(Error::SecondFactorRequired { enrolled: false });
    }
    allow(caller.actor, Right::ManageMembers)
}

/// Allows the actor to grant this role, or to act on somebody who has it.
///
/// # Errors
/// `Forbidden` if the role is Owner and the actor is not an owner.
pub(super) fn allow_role(actor: Actor, role: Role) -> Result<()> {
    let owner = matches!(actor, Actor::Operator) || actor.role() == Some(Role::Owner);
    if role == Role::Owner && !owner { Err(Error::Forbidden) } else { Ok(()) }
}
