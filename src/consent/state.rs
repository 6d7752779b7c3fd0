//! Computes consent from journal entries, and writes its projection (as does `join`, when contacts are
//! merged).
//!
//! Denials win; a given consent lifts a denial only if the mailbox proved it and it came later. Only `give`
//! creates given consents, and only the confirmation of an opt-in calls it.

use chrono::TimeDelta;
use entity::{
    Channel, ConsentId, ConsentState, ContactAddressId, ContactId, EntryId, FormVersionId, MailboxProofId,
    OptInId, PurposeId, PurposeVersionId, SubmissionId, Time, consent, purpose, suppression,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    platform::work::{Entry, Fact, Work},
};

/// One act on a contact's purpose and channel, from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// The resulting state.
    pub state: ConsentState,
    /// When the person or controller acted.
    pub at: Time,
    /// Whether the mailbox itself proved it.
    pub proven_by_mailbox: bool,
    /// Whether it is the result of a merge, and nobody's new act.
    pub joined: bool,
}

/// The state after these acts, in journal order. `None`: never asked.
#[must_use]
pub fn fold(acts: impl IntoIterator<Item = Act>) -> Option<Act> {
    acts.into_iter().fold(None, |current, act| match current {
        Some(denial) if is_denial(denial.state) && !is_denial(act.state) && !lifts(act, denial) => {
            Some(denial)
        }
        // Expiry does not affect a denial.
        Some(current)
            if act.state == ConsentState::Expired && current.state != ConsentState::Given && !act.joined =>
        {
            Some(current)
        }
        _ => Some(act),
    })
}

/// Only a later consent that the mailbox itself proved lifts a denial.
fn lifts(act: Act, denial: Act) -> bool {
    act.state == ConsentState::Given && act.proven_by_mailbox && act.at >= denial.at
}

/// Whether it is a denial, by the person or the controller.
#[must_use]
pub fn is_denial(state: ConsentState) -> bool {
    matches!(
        state,
        ConsentState::Refused | ConsentState::Withdrawn | ConsentState::Revoked | ConsentState::Invalidated
    )
}

/// The act that an entry records, if it is about consent.
#[must_use]
pub fn act_of(kind: &str, at: Time) -> Option<Act> {
    let (state, proven_by_mailbox) = match kind {
        "consent.given" => (ConsentState::Given, true),
        "consent.withdrawn" => (ConsentState::Withdrawn, false),
        "consent.refused" => (ConsentState::Refused, false),
        "consent.revoked" => (ConsentState::Revoked, false),
        "consent.expired" => (ConsentState::Expired, false),
        _ => return None,
    };
    Some(Act { state, at, proven_by_mailbox, joined: false })
}

/// All consent rows of a contact.
pub async fn of_contact(
    db: &impl sea_orm::ConnectionTrait,
    workspace: entity::WorkspaceId,
    contact: ContactId,
) -> Result<Vec<consent::Model>> {
    Ok(consent::Entity::find()
        .filter(consent::Column::WorkspaceId.eq(workspace))
        .filter(consent::Column::ContactId.eq(contact))
        .all(db)
        .await?)
}

/// Whether this row alone allows writing to the person at this address.
#[must_use]
pub fn holds(row: &consent::Model, address: ContactAddressId, now: Time) -> bool {
    row.state == ConsentState::Given
        && row.expires_at.is_none_or(|at| at > now)
        && row.address_id == Some(address)
}

/// Whether a given consent ends so soon that the person is told, and may give it anew.
#[must_use]
pub fn ends_soon(row: &consent::Model, purpose: &purpose::Model, now: Time) -> bool {
    let warned = purpose.warn_days.map(|days| now + TimeDelta::days(days.into()));
    row.state == ConsentState::Given && row.expires_at.zip(warned).is_some_and(|(end, warned)| end <= warned)
}

/// IDs that a consent's proof refers to.
pub struct Proof {
    /// The confirming entry.
    pub confirmation: EntryId,
    /// Where it was asked for.
    pub origin: Origin,
}

/// Where a consent was asked for. Wherever it was, the mailbox confirmed it.
pub enum Origin {
    /// A form.
    Form {
        /// The published form version.
        form_version: FormVersionId,
        /// The submission.
        submission: SubmissionId,
        /// The opt-in.
        opt_in: OptInId,
    },
    /// The preference centre; the question to the mailbox.
    PreferenceCentre(MailboxProofId),
}

impl Origin {
    /// Adds to the entry of a given consent where it was asked for.
    fn name(&self, entry: Entry) -> Entry {
        match self {
            Self::Form { form_version, submission, opt_in } => entry
                .with("formVersion", *form_version)
                .with("submission", *submission)
                .with("optIn", *opt_in)
                .with("method", "double_opt_in"),
            Self::PreferenceCentre(proof) => {
                entry.with("mailboxProof", *proof).with("method", "preference_centre")
            }
        }
    }
}

/// The mailbox confirmed: sets each consent to GIVEN and lifts its suppression. The caller holds the
/// mailbox's lock.
pub async fn give(
    work: &mut Work,
    contact: ContactId,
    address: ContactAddressId,
    fingerprint: &[u8],
    asked: &[AskedConsent],
    proof: &Proof,
) -> Result<()> {
    if asked.is_empty() {
        return Ok(());
    }
    let (workspace, now) = (work.workspace(), work.now());
    let known = of_contact(work.db(), workspace, contact).await?;
    let mut fresh = Vec::new();
    let mut scopes = Vec::new();
    for consent in asked {
        let row =
            known.iter().find(|row| row.purpose_id == consent.purpose && row.channel == consent.channel);
        let id = row.map_or_else(ConsentId::new, |row| row.id);
        let expires_at = consent.validity_days.map(|days| now + TimeDelta::days(days.into()));
        let mut entry = Entry::new("consent.given")
            .about(contact)
            .on(id)
            .with("purpose", consent.purpose)
            .with("purposeVersion", consent.purpose_version)
            .with("channel", consent.channel)
            .with("wording", Fact::Hash(hex::decode(&consent.wording_sha256).unwrap_or_default()))
            .with("confirmation", proof.confirmation);
        entry = proof.origin.name(entry);
        if let Some(at) = expires_at {
            entry = entry.with("expiresAt", at);
        }
        let entry = work.record(entry);
        let model = consent::ActiveModel {
            workspace_id: Set(workspace),
            id: Set(id),
            contact_id: Set(contact),
            purpose_id: Set(consent.purpose),
            channel: Set(consent.channel),
            state: Set(ConsentState::Given),
            since: Set(now),
            expires_at: Set(expires_at),
            address_id: Set(Some(address)),
            purpose_version_id: Set(consent.purpose_version),
            given_entry_id: Set(Some(entry)),
            entry_id: Set(entry),
            told_end: Set(None),
        };
        match row {
            Some(_) => {
                consent::Entity::update(model).exec(work.db()).await?;
            }
            None => fresh.push(model),
        }
        scopes.push(scope(consent.purpose, consent.channel));
    }
    if !fresh.is_empty() {
        consent::Entity::insert_many(fresh).exec_without_returning(work.db()).await?;
    }
    lift(work, fingerprint, scopes).await
}

/// Writes down that the person says no to a purpose for which they were never asked. The caller holds the
/// contact's lock and knows that there is no consent.
pub async fn refuse(
    work: &mut Work,
    contact: ContactId,
    purpose: &purpose::Model,
    channel: Channel,
    entry: Entry,
) -> Result<()> {
    let id = ConsentId::new();
    let entry = entry
        .about(contact)
        .on(id)
        .with("purpose", purpose.id)
        .with("purposeVersion", purpose.current_version_id)
        .with("channel", channel);
    let entry = work.record(entry);
    let row = consent::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        contact_id: Set(contact),
        purpose_id: Set(purpose.id),
        channel: Set(channel),
        state: Set(ConsentState::Refused),
        since: Set(work.now()),
        expires_at: Set(None),
        address_id: Set(None),
        purpose_version_id: Set(purpose.current_version_id),
        given_entry_id: Set(None),
        entry_id: Set(entry),
        told_end: Set(None),
    };
    consent::Entity::insert(row).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Ends one consent. A denial stays as it is, so that the first one keeps its time. Returns whether anything
/// changed.
pub async fn end(work: &mut Work, row: &consent::Model, state: ConsentState, entry: Entry) -> Result<bool> {
    let act = Act { state, at: work.now(), proven_by_mailbox: false, joined: false };
    let current = Act {
        state: row.state,
        at: row.since,
        proven_by_mailbox: row.state == ConsentState::Given,
        joined: false,
    };
    if is_denial(row.state) || fold([current, act]) != Some(act) {
        return Ok(false);
    }
    let entry = work.record(
        entry.about(row.contact_id).on(row.id).with("purpose", row.purpose_id).with("channel", row.channel),
    );
    let mut update = row.clone().into_active_model();
    update.state = Set(state);
    update.since = Set(work.now());
    update.entry_id = Set(entry);
    consent::Entity::update(update).exec(work.db()).await?;
    Ok(true)
}

/// The name of the suppression of one purpose and channel.
#[must_use]
pub fn scope(purpose: PurposeId, channel: Channel) -> String {
    format!("{purpose}:{channel}")
}

async fn lift(work: &mut Work, fingerprint: &[u8], scopes: Vec<String>) -> Result<()> {
    let gone = suppression::Entity::delete_many()
        .filter(suppression::Column::WorkspaceId.eq(work.workspace()))
        .filter(suppression::Column::Fingerprint.eq(fingerprint.to_vec()))
        .filter(suppression::Column::Scope.is_in(scopes))
        .filter(suppression::Column::Reason.ne(entity::SuppressionReason::Complaint))
        .exec(work.db())
        .await?;
    if gone.rows_affected > 0 {
        let count = i64::try_from(gone.rows_affected).unwrap_or(i64::MAX);
        work.record(Entry::new("suppression.lifted").with("count", count));
    }
    Ok(())
}

/// A ticked consent: purpose and channel, with the text beside the checkbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedConsent {
    /// The purpose.
    pub purpose: PurposeId,
    /// The version of its text.
    pub purpose_version: PurposeVersionId,
    /// The channel.
    pub channel: Channel,
    /// The purpose's title.
    pub title: String,
    /// The exact wording.
    pub wording: String,
    /// SHA-256 of the wording, in hex.
    pub wording_sha256: String,
    /// How long the consent is valid, in days.
    pub validity_days: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_refusal_is_a_denial_that_only_the_mailbox_lifts_later() {
        let at = |second| chrono::DateTime::from_timestamp(second, 0).unwrap();
        let no = act_of("consent.refused", at(2)).unwrap();
        let yes = |second| act_of("consent.given", at(second)).unwrap();
        assert_eq!(no.state, ConsentState::Refused);
        assert_eq!(fold([yes(1), no]).unwrap().state, ConsentState::Refused);
        assert_eq!(fold([no, yes(1)]).unwrap().state, ConsentState::Refused, "the yes was earlier");
        assert_eq!(fold([no, yes(3)]).unwrap().state, ConsentState::Given);
        assert_eq!(
            fold([no, act_of("consent.expired", at(3)).unwrap()]).unwrap().state,
            ConsentState::Refused
        );
    }

    fn act() -> impl Strategy<Value = Act> {
        (prop::sample::select(ConsentState::ALL), 0_i64..100, any::<bool>()).prop_map(
            |(state, second, proven_by_mailbox)| Act {
                state,
                at: chrono::DateTime::from_timestamp(second, 0).unwrap(),
                proven_by_mailbox,
                joined: false,
            },
        )
    }

    proptest! {
        /// Promise 5: a withdrawal wins over everything but a later act of the mailbox itself.
        #[test]
        fn promise_5_no_order_of_acts_turns_a_denial_into_a_yes_without_the_mailbox(acts in prop::collection::vec(act(), 0..12)) {
            let folded = fold(acts.clone());
            if let Some(Act { state: ConsentState::Given, .. }) = folded {
                let yes = acts.iter().rposition(|act| Some(*act) == folded).unwrap();
                let denied_before = acts[..yes].iter().any(|act| is_denial(act.state));
                prop_assert!(!denied_before || acts.iter().any(|act| act.state == ConsentState::Given && act.proven_by_mailbox));
                prop_assert!(!acts[yes + 1..].iter().any(|act| is_denial(act.state)), "a later denial was overlooked");
            }
        }
    }
}
