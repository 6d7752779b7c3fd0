//! The proof of a consent as documents.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    error::Result,
    graphql::kit::{asked, found, named},
    platform::graphql::{UserError, user_errors},
    privacy::proofs::{self as room, proof_of},
};

/// The documents of one consent.
#[derive(SimpleObject)]
pub struct ConsentDocuments {
    /// The consent's id.
    pub consent_id: ID,
    /// The consent record after ISO/IEC TS 27560, as JSON-LD with terms of the DPV.
    pub record: String,
    /// The receipt for the person, as JSON-LD; it holds the record.
    pub receipt: String,
    /// The same as an HTML page that prints well.
    pub html: String,
}

impl From<room::Documents> for ConsentDocuments {
    fn from(documents: room::Documents) -> Self {
        Self {
            consent_id: documents.consent.into(),
            record: documents.record,
            receipt: documents.receipt,
            html: documents.html,
        }
    }
}

/// The consent to prove.
#[derive(InputObject)]
pub struct DownloadProofInput {
    /// The consent.
    pub consent_id: ID,
}

/// Result of `downloadProof`.
#[derive(SimpleObject)]
pub struct DownloadProofPayload {
    /// The documents; null when the input was refused.
    pub documents: Option<ConsentDocuments>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Mutations about proofs.
#[derive(Default)]
pub struct ProofsMutation;

#[Object]
impl ProofsMutation {
    /// Download the proof of a consent: the wording as it was shown, form version, page, times, e-mails and
    /// confirmation. A mutation, because each access is recorded in the journal.
    async fn download_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent.")] input: DownloadProofInput,
    ) -> Result<DownloadProofPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.consent_id, "consentId")?;
            found("consentId", Box::pin(proof_of(app, caller.workspace, caller.actor, id)).await)
        };
        let (documents, user_errors) = user_errors(outcome.await)?;
        Ok(DownloadProofPayload { documents: documents.map(Into::into), user_errors })
    }
}
