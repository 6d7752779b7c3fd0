//! Everything that the documents of a consent say, gathered for many consents at once.

use std::collections::HashMap;

use entity::{PurposeId, Time, WorkspaceId, consent, purpose, purpose_version, recipient, workspace};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        Proof, PurposeText,
        loads::{purpose_versions_by_id, purposes_by_id},
        prove_consent, texts_of,
    },
    contacts::find_contact,
    error::Result,
    forms::definition::{FieldKind, Published},
    platform::actor::Actor,
    privacy::recipients::loads::all_recipients,
};

/// What the documents of one consent say.
pub struct File {
    /// The consent.
    pub consent: consent::Model,
    /// Its purpose.
    pub purpose: purpose::Model,
    /// The version of its text that was shown.
    pub version: purpose_version::Model,
    /// The text, in the language it was shown in.
    pub text: PurposeText,
    /// That language.
    pub language: String,
    /// What proves it; none if it was never given.
    pub proof: Option<Proof>,
    /// The controller.
    pub workspace: workspace::Model,
    /// Who receives data for this purpose.
    pub recipients: Vec<recipient::Model>,
    /// What the form asked for: kind, and whether it had to be filled in.
    pub asked: Vec<(FieldKind, bool)>,
    /// The instance's address.
    pub public_url: String,
    /// When the documents are made.
    pub now: Time,
}

/// The files of these consents of one workspace.
pub(super) async fn files(app: &App, workspace: WorkspaceId, rows: &[consent::Model]) -> Result<Vec<File>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    // Whoever calls has checked who reads: staff by their right, the person by their mailbox.
    let mut proofs: HashMap<_, _> = prove_consent(app, workspace, Actor::Operator, rows)
        .await?
        .into_iter()
        .map(|proof| (proof.consent, proof))
        .collect();
    let ids: Vec<_> = rows.iter().map(|row| row.purpose_id).collect();
    let purposes = purposes_by_id(app.db(), workspace, &ids).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.purpose_version_id).collect();
    let versions = purpose_versions_by_id(app.db(), workspace, &ids).await?;
    let recipients = all_recipients(app.db(), workspace).await?;
    let contact = find_contact(app.db(), workspace, first.contact_id).await?;
    let spoken = contact.map(|contact| contact.language);
    let controller = load_workspace(app, workspace).await?;
    let mut files = Vec::with_capacity(rows.len());
    for row in rows {
        let known = purposes.get(&row.purpose_id).zip(versions.get(&row.purpose_version_id));
        let Some((purpose, version)) = known else { continue };
        let proof = proofs.remove(&row.id);
        let shown =
            proof.as_ref().and_then(|proof| proof.wording.as_ref()).map(|wording| wording.language.clone());
        let language =
            shown.or_else(|| spoken.clone()).unwrap_or_else(|| controller.default_language.clone());
        let mut texts = texts_of(version)?;
        let text = texts.remove(&language).or_else(|| texts.into_values().next());
        let Some(text) = text else { continue };
        let asked =
            proof.as_ref().and_then(|proof| proof.form_version.as_ref()).map(asked_of).unwrap_or_default();
        let to =
            recipients.iter().filter(|to| to.archived_at.is_none() && serves(to, row.purpose_id)).cloned();
        files.push(File {
            consent: row.clone(),
            purpose: purpose.clone(),
            version: version.clone(),
            text,
            language,
            proof,
            workspace: controller.clone(),
            recipients: to.collect(),
            asked,
            public_url: app.config.public_url.clone(),
            now: app.now(),
        });
    }
    Ok(files)
}

/// Whether a recipient gets data for this purpose.
fn serves(row: &recipient::Model, purpose: PurposeId) -> bool {
    serde_json::from_str::<Vec<PurposeId>>(&row.purposes).is_ok_and(|purposes| purposes.contains(&purpose))
}

/// What the form asked for, beside the address.
fn asked_of(row: &entity::form_version::Model) -> Vec<(FieldKind, bool)> {
    let published: Option<Published> = serde_json::from_str(&row.definition).ok();
    let fields = published.map(|published| published.definition.fields).unwrap_or_default();
    fields.iter().map(|field| (field.kind, field.required)).collect()
}
