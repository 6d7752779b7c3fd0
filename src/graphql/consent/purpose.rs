//! A purpose and its texts.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{Time, purpose, purpose_version};

use super::{Channel, ConfirmationMode, LegalBasis, loaders::VersionsOf};
use crate::{
    consent::texts_of,
    error::{Error, Result},
    graphql::kit::{Read, at_hand, load, load_named},
};

/// GraphQL type over a `purpose` row.
pub struct Purpose(pub purpose::Model);

at_hand! {
    Purpose:
        id, key, legalBasis, channels, confirmation, validityDays, justification, currentVersion, createdAt,
        archivedAt, offered, warnDays;
}

/// A reason to use personal data, in plain words, with exactly one legal basis.
#[Object]
impl Purpose {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Short name used by forms, like `newsletter`.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Legal basis of the use.
    async fn legal_basis(&self) -> LegalBasis {
        self.0.legal_basis.into()
    }

    /// Channels; each needs its own consent.
    async fn channels(&self) -> Read<Vec<Channel>> {
        let channels: Vec<entity::Channel> = serde_json::from_str(&self.0.channels).map_err(Error::from)?;
        Ok(channels.into_iter().map(Channel::from).collect())
    }

    /// How a consent is confirmed.
    async fn confirmation(&self) -> ConfirmationMode {
        self.0.confirmation.into()
    }

    /// How long a consent is valid, in days; null: until withdrawn.
    async fn validity_days(&self) -> Option<i32> {
        self.0.validity_days
    }

    /// Why the legal basis applies (GDPR Art. 13(1)(d)); null for consent.
    async fn justification(&self) -> Option<&str> {
        Some(self.0.justification.as_str()).filter(|text| !text.is_empty())
    }

    /// The text in force: forms published from now on show it.
    async fn current_version(&self, ctx: &Context<'_>) -> Result<PurposeVersion> {
        Ok(PurposeVersion(load_named(ctx, self.0.current_version_id).await?))
    }

    /// All its texts, newest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<PurposeVersion>> {
        let rows = load(ctx, VersionsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(PurposeVersion).collect())
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was archived; since then nobody may be used for it. Null while it is active.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// Whether the preference centre offers it to everybody, and not only to those who have chosen already.
    async fn offered(&self) -> bool {
        self.0.offered
    }

    /// How many days before a consent expires the person is told by e-mail; null: they are not.
    async fn warn_days(&self) -> Option<i32> {
        self.0.warn_days
    }
}

/// GraphQL type over a `purpose_version` row.
pub struct PurposeVersion(pub purpose_version::Model);

/// One text of a purpose, in all its languages. Never changed, because consents refer to the text that was
/// shown.
#[Object]
impl PurposeVersion {
    /// Its id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Number of the version, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Short name in this language, or in another if it has none.
    async fn title(
        &self,
        #[graphql(desc = "`fr` or `en`; absent = any.")] language: Option<String>,
    ) -> Read<String> {
        let texts = texts_of(&self.0)?;
        let text = language.and_then(|language| texts.get(&language)).or_else(|| texts.values().next());
        Ok(text.map(|text| text.title.clone()).unwrap_or_default())
    }

    /// The texts, one per language.
    async fn texts(&self) -> Read<Vec<PurposeTextInLanguage>> {
        let texts = texts_of(&self.0)?.into_iter().map(|(language, text)| PurposeTextInLanguage {
            language,
            title: text.title,
            description: text.description,
            wording: text.wording,
            wording_sha256: text.wording_sha256,
        });
        Ok(texts.collect())
    }

    /// When it was published.
    async fn published_at(&self) -> Time {
        self.0.created_at
    }
}

/// A purpose's text in one language.
#[derive(SimpleObject)]
#[graphql(name = "PurposeText")]
pub struct PurposeTextInLanguage {
    /// `fr` or `en`.
    pub language: String,
    /// Short name, like "Monthly newsletter".
    pub title: String,
    /// What the data are used for, in plain words.
    pub description: String,
    /// The exact sentence beside the checkbox.
    pub wording: String,
    /// SHA-256 of the wording, in hex.
    #[graphql(name = "wordingSha256")]
    pub wording_sha256: String,
}
