//! The table of rights. Every use case checks it in its first line.

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
    /// Create, change, archive and tag contacts and companies.
    WriteContacts,
    /// Merge two contacts into one.
    MergeContacts,
    /// Read pipelines and deals.
    ReadDeals,
    /// Create, change, move and archive deals.
    WriteDeals,
    /// Create and change pipelines, stages and loss reasons.
    ManagePipelines,
    /// Log activities, create and finish tasks.
    WriteActivities,
    /// Define custom fields.
    ManageFields,
    /// Define who may read which data class, and whether people are notified.
    ManageClasses,
    /// Reveal sealed values, as far as the rule of their class allows.
    RevealFields,
    /// Open the sealed evidence of a consent.
    ReadEvidence,
    /// Read purposes and forms.
    ReadForms,
    /// Create, change, publish and archive purposes.
    ManagePurposes,
    /// Create, change, publish and archive forms.
    ManageForms,
    /// See the number and states of submissions.
    ReadSubmissions,
    /// Record that a person withdrew.
    WithdrawConsent,
    /// End consents as the controller.
    RevokeConsent,
    /// Read the journal.
    ReadJournal,
    /// See the members.
    ReadMembers,
    /// Invite members, change their roles, end their access and sessions.
    ManageMembers,
    /// Create, list and revoke API keys.
    ManageApiKeys,
    /// Change the workspace's own details.
    ManageWorkspace,
    /// See parked jobs and run them again.
    ManageJobs,
    /// Read the register of requests, and what was written in them.
    ReadRequests,
    /// Log, answer, extend and refuse requests of persons.
    ManageRequests,
    /// Restrict the processing of a contact's data, and lift it.
    RestrictContacts,
    /// Erase contacts, and read certificates of erasures.
    EraseContacts,
    /// Read what is kept of erased contacts; every access is journaled.
    ReadArchive,
    /// Order a copy of a contact's data.
    ExportContacts,
    /// Define retention rules and run them.
    ManageRetention,
    /// Set and release holds.
    ManageHolds,
    /// Define recipients, log disclosures, and what recipients were told.
    ManageRecipients,
    /// Read the record of processing and the data map.
    ReadRecord,
    /// Keep the register of breaches.
    ManageBreaches,
    /// Read quarantined text, release or destroy it.
    ManageQuarantine,
}

/// Whether the role has the right. docs/api.md shows the same table.
#[must_use]
pub fn allows(role: Role, right: Right) -> bool {
    use Right::{
        EraseContacts, ExportContacts, ManageApiKeys, ManageBreaches, ManageClasses, ManageFields,
        ManageForms, ManageHolds, ManageJobs, ManageMembers, ManagePipelines, ManagePurposes,
        ManageQuarantine, ManageRecipients, ManageRequests, ManageRetention, ManageWorkspace, MergeContacts,
        ReadArchive, ReadContacts, ReadDeals, ReadEvidence, ReadForms, ReadJournal, ReadMembers, ReadRecord,
        ReadRequests, ReadSubmissions, RestrictContacts, RevealFields, RevokeConsent, WithdrawConsent,
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
            ManageFields | ManageClasses | ManageWorkspace | ReadEvidence | RevokeConsent | ReadRequests
            | ManageRequests | RestrictContacts | EraseContacts | ReadArchive | ExportContacts
            | ManageRetention | ManageHolds | ManageRecipients | ReadRecord | ManageBreaches
            | ManageQuarantine => role == Role::Dpo,
            ManagePipelines | ManageMembers | ManageApiKeys | ManageJobs => false,
        }
}

/// Checks that the actor has the right. API callers have a role; the operator may do everything on their own
/// server.
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
