//! What this room's types load together, one statement per question.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{ConsentId, ContactId, PurposeId, PurposeVersionId, consent};

use crate::{
    consent::{
        Proof, Usability, find_consents,
        loads::{
            consents_by_id, consents_of_contacts, pauses_of_contacts, purpose_versions_by_id, purposes_by_id,
            versions_of_purposes,
        },
        may_use, prove_consent, prove_joined,
    },
    error::{Error, Result},
    graphql::kit::{Load, LoadError, group, load_by_id, load_of},
};

load_by_id! {
    purposes_by_id(PurposeId) -> purpose;
    purpose_versions_by_id(PurposeVersionId) -> purpose_version;
}

/// Consents by id. The id of a consent that a merge joined into another finds that other one.
impl Loader<ConsentId> for Load {
    type Value = consent::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[ConsentId]) -> Result<HashMap<ConsentId, Self::Value>, LoadError> {
        Ok(find_consents(self.app.db(), self.caller.workspace, keys).await?)
    }
}

load_of! {
    /// All versions of a purpose.
    VersionsOf(PurposeId) = versions_of_purposes -> purpose_version;
    /// All consents of a contact.
    ConsentsOf(ContactId) = consents_of_contacts -> consent;
    /// The pause of a contact, which may be over.
    PausesOf(ContactId) = pauses_of_contacts -> pause;
}

/// The proof of a consent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ProofOf(pub ConsentId);

impl Loader<ProofOf> for Load {
    type Value = Arc<Proof>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProofOf]) -> Result<HashMap<ProofOf, Self::Value>, LoadError> {
        let ids: Vec<ConsentId> = keys.iter().map(|key| key.0).collect();
        let rows = consents_by_id(self.app.db(), self.caller.workspace, &ids).await?;
        let rows: Vec<consent::Model> = rows.into_values().collect();
        let proofs = prove_consent(&self.app, self.caller.workspace, self.caller.actor, &rows).await?;
        Ok(proofs.into_iter().map(|proof| (ProofOf(proof.consent), Arc::new(proof))).collect())
    }
}

/// The proofs of the consents that merges joined into a consent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct JoinedProofsOf(pub ConsentId);

impl Loader<JoinedProofsOf> for Load {
    type Value = Vec<Arc<Proof>>;
    type Error = LoadError;

    async fn load(&self, keys: &[JoinedProofsOf]) -> Result<HashMap<JoinedProofsOf, Self::Value>, LoadError> {
        let ids: Vec<ConsentId> = keys.iter().map(|key| key.0).collect();
        let proofs = prove_joined(&self.app, self.caller.workspace, self.caller.actor, &ids).await?;
        Ok(group(proofs.into_iter().map(Arc::new).collect(), |proof: &Arc<Proof>| {
            JoinedProofsOf(proof.consent)
        }))
    }
}

/// Whether a contact may be used for a purpose on a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MayUse {
    /// The contact.
    pub contact: ContactId,
    /// The purpose.
    pub purpose: PurposeId,
    /// The channel.
    pub channel: entity::Channel,
}

impl Loader<MayUse> for Load {
    type Value = Usability;
    type Error = LoadError;

    async fn load(&self, keys: &[MayUse]) -> Result<HashMap<MayUse, Usability>, LoadError> {
        let mut answers = HashMap::with_capacity(keys.len());
        for ((purpose, channel), keys) in group(keys.to_vec(), |key| (key.purpose, key.channel)) {
            let contacts: Vec<_> = keys.iter().map(|key| key.contact).collect();
            match may_use(&self.app, self.caller.workspace, purpose, channel, &contacts).await {
                Ok(usable) => answers.extend(
                    usable
                        .into_iter()
                        .map(|(contact, usability)| (MayUse { contact, purpose, channel }, usability)),
                ),
                // Without such a purpose the key gets no answer, and the field reports it.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(answers)
    }
}
