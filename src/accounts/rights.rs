//! The one table of rights. The first line of every use case asks it.

use entity::Role;

use crate::{
    error::{Error, Result},
    platform::actor::Actor,
};

/// Something a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Read contacts, their consents and activities.
    ReadContacts,
    /// Open the sealed evidence of a consent.
    ReadEvidence,
    /// Read purposes and forms.
    ReadForms,
    /// Create, change, publish and archive purposes.
    ManagePurposes,
    /// Create, change, publish and archive forms.
    ManageForms,
    /// See counts and states of submissions.
    ReadSubmissions,
    /// Record that a person withdrew.
    WithdrawConsent,
    /// End consents as the controller.
    RevokeConsent,
    /// Read the journal.
    ReadJournal,
    /// Change the workspace's own particulars.
    ManageWorkspace,
    /// See and run again jobs that were put aside.
    ManageJobs,
}

/// Whether the role has the right.
#[must_use]
pub fn allows(role: Role, right: Right) -> bool {
    use Right::{
        ManageForms, ManagePurposes, ManageWorkspace, ReadContacts, ReadEvidence, ReadForms, ReadJournal, ReadSubmissions, RevokeConsent,
        WithdrawConsent,
    };
    match role {
        Role::Owner | Role::Admin => true,
        Role::Dpo => matches!(
            right,
            ReadContacts
                | ReadEvidence
                | ReadForms
                | ReadSubmissions
                | ReadJournal
                | ManagePurposes
                | WithdrawConsent
                | RevokeConsent
                | ManageWorkspace
        ),
        Role::Marketing => matches!(right, ReadContacts | ReadForms | ReadSubmissions | ReadJournal | ManageForms | ManagePurposes | WithdrawConsent),
        Role::Sales => matches!(right, ReadContacts | ReadForms | ReadSubmissions | ReadJournal | WithdrawConsent),
        Role::Reader => matches!(right, ReadContacts | ReadForms | ReadSubmissions | ReadJournal),
    }
}

/// Lets the actor pass, or not. Only actors with a role come through an API; the operator may do everything on their own server.
///
/// # Errors
/// `Forbidden`.
pub fn allow(actor: Actor, right: Right) -> Result<()> {
    let allowed = match actor {
        Actor::Operator => true,
        other => other.role().is_some_and(|role| allows(role, right)),
    };
    if allowed { Ok(()) } else { Err(Error::Forbidden) }
}
