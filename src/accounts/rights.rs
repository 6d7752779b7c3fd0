//! The one table of rights. The first line of every use case asks it.

use entity::Role;

use crate::{
    error::{Error, Result},
    platform::actor::Actor,
};

/// Something a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read contacts, companies, their consents and activities.
    ReadContacts,
    /// Create, change, archive, tag contacts and companies.
    WriteContacts,
    /// Merge two contacts into one.
    MergeContacts,
    /// Read pipelines and deals.
    ReadDeals,
    /// Create, change, move and archive deals.
    WriteDeals,
    /// Create and change pipelines, stages and reasons for loss.
    ManagePipelines,
    /// Log activities, set and finish tasks.
    WriteActivities,
    /// Define custom fields.
    ManageFields,
    /// Say who may read which data class, and whether people are told.
    ManageClasses,
    /// Reveal sealed values, as far as the class's rule lets them.
    RevealFields,
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
    /// See who is on the staff.
    ReadMembers,
    /// Invite members, change their roles, end their access and sessions.
    ManageMembers,
    /// Make, list and end API keys.
    ManageApiKeys,
    /// Change the workspace's own particulars.
    ManageWorkspace,
    /// See and run again jobs that were parked.
    ManageJobs,
}

/// Whether the role has the right. docs/api.md shows the same table.
#[must_use]
pub fn allows(role: Role, right: Right) -> bool {
    use Right::{
        ManageApiKeys, ManageClasses, ManageFields, ManageForms, ManageJobs, ManageMembers, ManagePipelines,
        ManagePurposes, ManageWorkspace, MergeContacts, ReadContacts, ReadDeals, ReadEvidence, ReadForms,
        ReadJournal, ReadMembers, ReadSubmissions, RevealFields, RevokeConsent, WithdrawConsent,
        WriteActivities, WriteContacts, WriteDeals,
    };
    let owner_or_admin = matches!(role, Role::Owner | Role::Admin);
    owner_or_admin
        || match right {
            ReadContacts | ReadDeals | ReadForms | ReadSubmissions | ReadJournal | ReadMembers => true,
            WriteContacts | WriteActivities | RevealFields => {
                matches!(role, Role::Dpo | Role::Sales | Role::Marketing)
            }
            WithdrawConsent => matches!(role, Role::Dpo | Role::Sales | Role::Marketing),
            MergeContacts => matches!(role, Role::Dpo | Role::Sales),
            WriteDeals => role == Role::Sales,
            ManageForms => role == Role::Marketing,
            ManagePurposes => matches!(role, Role::Dpo | Role::Marketing),
            ManageFields | ManageClasses | ManageWorkspace | ReadEvidence | RevokeConsent => {
                role == Role::Dpo
            }
            ManagePipelines | ManageMembers | ManageApiKeys | ManageJobs => false,
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
