//! What can be done with purposes, and how a consent ends.

use std::collections::BTreeMap;

use async_graphql::{Context, Object};

use super::{
    ArchivePurposeInput, ArchivePurposePayload, Consent, CreatePurposeInput, CreatePurposePayload,
    OfferPurposeInput, OfferPurposePayload, PublishPurposeVersionInput, PublishPurposeVersionPayload,
    Purpose, PurposeTextInput, PurposeVersion, RestorePurposeInput, RestorePurposePayload,
    RevokeConsentInput, RevokeConsentPayload, WarnBeforeEndInput, WarnBeforeEndPayload, WithdrawConsentInput,
    WithdrawConsentPayload,
};
use crate::{
    consent::{
        NewPurpose, PurposeText, archive_purpose, create_purpose_on_ground, offer_purpose,
        publish_purpose_version_on_ground, restore_purpose, revoke_consent, warn_before_end,
        withdraw_consent,
    },
    error::{Error, ProblemCode, Result},
    graphql::kit::{asked, found, named},
    platform::graphql::user_errors,
};

/// Mutations about purposes and consents.
#[derive(Default)]
pub struct ConsentMutation;

#[Object]
impl ConsentMutation {
    /// Create a purpose with its first text.
    async fn create_purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new purpose.")] input: CreatePurposeInput,
    ) -> Result<CreatePurposePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let new = NewPurpose {
                key: input.key,
                legal_basis: input.legal_basis.into(),
                channels: input.channels.into_iter().map(Into::into).collect(),
                confirmation: input.confirmation.into(),
                validity_days: input.validity_days,
                justification: input.justification.unwrap_or_default(),
                offered: input.offered,
                texts: read_texts(input.texts)?,
            };
            let ground = input.special_category_ground.map(Into::into);
            create_purpose_on_ground(app, caller.workspace, caller.actor, new, ground).await
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        Ok(CreatePurposePayload { purpose: done.map(|(row, _)| Purpose(row)), user_errors })
    }

    /// Publish a new text of a purpose. Forms show it once they are published again; existing consents keep
    /// referring to the text that was shown.
    async fn publish_purpose_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose, and its new text.")] input: PublishPurposeVersionInput,
    ) -> Result<PublishPurposeVersionPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            let texts = read_texts(input.texts)?;
            let ground = input.special_category_ground.map(Into::into);
            let (workspace, actor) = (caller.workspace, caller.actor);
            found(
                "purposeId",
                publish_purpose_version_on_ground(app, workspace, actor, id, texts, ground).await,
            )
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (purpose, version) = done.map(|(row, version)| (Purpose(row), PurposeVersion(version))).unzip();
        Ok(PublishPurposeVersionPayload { purpose, version, user_errors })
    }

    /// Decide whether the preference centre offers a purpose to everybody. Who has chosen already always sees what
    /// they chose. Idempotent.
    async fn offer_purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose, and whether it is offered.")] input: OfferPurposeInput,
    ) -> Result<OfferPurposePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            found("purposeId", offer_purpose(app, caller.workspace, caller.actor, id, input.offered).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(OfferPurposePayload { purpose: row.map(Purpose), user_errors })
    }

    /// Decide whether people are told by e-mail, once, that their consent to a purpose is about to end. On the page
    /// with their preferences they may then give it anew. Idempotent.
    async fn warn_before_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose, and how many days before.")] input: WarnBeforeEndInput,
    ) -> Result<WarnBeforeEndPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            found("purposeId", warn_before_end(app, caller.workspace, caller.actor, id, input.days).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(WarnBeforeEndPayload { purpose: row.map(Purpose), user_errors })
    }

    /// Archive a purpose: nobody may be used for it any more. Idempotent.
    async fn archive_purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose to archive.")] input: ArchivePurposeInput,
    ) -> Result<ArchivePurposePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            found("purposeId", archive_purpose(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchivePurposePayload { purpose: row.map(Purpose), user_errors })
    }

    /// Restore an archived purpose. Consents to it that were neither withdrawn nor expired apply again.
    /// Idempotent.
    async fn restore_purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose to restore.")] input: RestorePurposeInput,
    ) -> Result<RestorePurposePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            found("purposeId", restore_purpose(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestorePurposePayload { purpose: row.map(Purpose), user_errors })
    }

    /// Record that a person withdrew a consent. Takes effect at once; only the person's own mailbox can undo
    /// it.
    async fn withdraw_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent to withdraw, and how the person told you.")]
        input: WithdrawConsentInput,
    ) -> Result<WithdrawConsentPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.consent_id, "consentId")?;
            found(
                "consentId",
                withdraw_consent(app, caller.workspace, caller.actor, id, input.reason.into()).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(WithdrawConsentPayload { consent: row.map(Consent), user_errors })
    }

    /// End a consent as the controller, because its proof is insufficient or its purpose has ended.
    async fn revoke_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent to end, and the reason.")] input: RevokeConsentInput,
    ) -> Result<RevokeConsentPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.consent_id, "consentId")?;
            found(
                "consentId",
                revoke_consent(app, caller.workspace, caller.actor, id, input.reason.into()).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RevokeConsentPayload { consent: row.map(Consent), user_errors })
    }
}

fn read_texts(list: Vec<PurposeTextInput>) -> Result<BTreeMap<String, PurposeText>> {
    let mut texts = BTreeMap::new();
    for PurposeTextInput { language, title, description, wording } in list {
        let text = PurposeText { title, description, wording, wording_sha256: String::new() };
        if texts.insert(language, text).is_some() {
            return Err(Error::rejected(ProblemCode::Taken, "texts", "Give one text per language."));
        }
    }
    Ok(texts)
}
