//! Purposes, consents and their proofs in GraphQL, and the subscription to changes of consents.
//!
//! There are mutations to end a consent but none to create one: only the person's mailbox can give it.

mod enums;
mod evidence;
mod foresee;
mod inputs;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::{Context, ID, Object, SimpleObject, Subscription, dataloader::Loader};
use entity::{
    ConsentId, ContactAddressId, ContactId, PurposeId, PurposeVersionId, Time, consent, journal, purpose,
    purpose_version,
};
use futures_util::Stream;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    contacts::Contact,
    journal::{JournalEntry, read_filter},
    kit::{
        Follower, Held, Load, LoadError, Read, Step, allowed, asked, data_of, found, group, held, load,
        load_by_id, load_named, load_of, named, parse, start,
    },
};
use crate::{
    accounts::Right,
    consent::{
        NewPurpose, Proof, PurposeText, Usability, archive_purpose, create_purpose, find_consents,
        list_purposes, load_purpose, may_use, prove_consent, prove_joined, publish_purpose_version,
        restore_purpose, revoke_consent, state, texts_of, withdraw_consent,
    },
    error::{Error, ProblemCode, Result},
    platform::graphql::{AtHand, Nullable, Row, nullable, user_errors},
};

pub(crate) use self::foresee::foresee_consents;
pub use self::{enums::*, evidence::*, inputs::*};

load_by_id! {
    purpose by PurposeId;
    purpose_version by PurposeVersionId;
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
    VersionsOf(PurposeId) = purpose_version by purpose_id, in order of "number DESC";
    /// All consents of a contact.
    ConsentsOf(ContactId) = consent by contact_id, in order of "since DESC, id";
}

/// The proof of a consent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ProofOf(ConsentId);

impl Loader<ProofOf> for Load {
    type Value = Arc<Proof>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProofOf]) -> Result<HashMap<ProofOf, Self::Value>, LoadError> {
        let rows = consent::Entity::find()
            .filter(consent::Column::WorkspaceId.eq(self.caller.workspace))
            .filter(crate::platform::db::among(
                self.app.db(),
                consent::Column::Id,
                keys.iter().map(|key| key.0),
            ))
            .all(self.app.db())
            .await?;
        let proofs = prove_consent(&self.app, self.caller.workspace, self.caller.actor, &rows).await?;
        Ok(proofs.into_iter().map(|proof| (ProofOf(proof.consent), Arc::new(proof))).collect())
    }
}

/// The proofs of the consents that merges joined into a consent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct JoinedProofsOf(ConsentId);

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

/// GraphQL type over a `purpose` row.
pub struct Purpose(pub purpose::Model);

impl AtHand for Purpose {
    #[rustfmt::skip]
    const AT_HAND: &'static [&'static str] = &[
        "id", "key", "legalBasis", "channels", "confirmation", "validityDays", "justification", "currentVersion", "createdAt", "archivedAt",
    ];
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

/// GraphQL type over a `consent` row.
pub struct Consent(pub consent::Model);

impl AtHand for Consent {
    const AT_HAND: &'static [&'static str] =
        &["id", "state", "channel", "since", "expiresAt", "purpose", "purposeVersion", "contact"];
}

/// One contact's consent to one purpose on one channel. It changes only by acts recorded in the journal.
#[Object]
impl Consent {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The contact.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(load_named(ctx, self.0.contact_id).await?))
    }

    /// The purpose.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Row<Purpose>> {
        Ok(Row(Purpose(load_named(ctx, self.0.purpose_id).await?)))
    }

    /// The text that was agreed to.
    async fn purpose_version(&self, ctx: &Context<'_>) -> Result<PurposeVersion> {
        Ok(PurposeVersion(load_named(ctx, self.0.purpose_version_id).await?))
    }

    /// The channel.
    async fn channel(&self) -> Channel {
        self.0.channel.into()
    }

    /// Its state.
    async fn state(&self) -> ConsentState {
        self.0.state.into()
    }

    /// When it entered this state.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When it expires; null: not before it is withdrawn.
    async fn expires_at(&self) -> Option<Time> {
        self.0.expires_at
    }

    /// Whether it is given, not expired, and proven by the address in use now. Before using it, ask
    /// `Contact.mayUse`: a restriction or suppression may forbid it.
    async fn holds_now(&self, ctx: &Context<'_>) -> Result<bool> {
        let (app, _) = asked(ctx)?;
        let contact = load_named(ctx, self.0.contact_id).await?;
        Ok(contact
            .primary_address_id
            .is_some_and(|address: ContactAddressId| state::holds(&self.0, address, app.now())))
    }

    /// The proof that it was given, even if it has ended since; null if it never was. Requires the right to
    /// read evidence (OWNER, ADMIN, DPO).
    #[graphql(complexity = "5 + child_complexity")]
    async fn evidence(&self, ctx: &Context<'_>) -> Nullable<ConsentEvidence> {
        let outcome = async {
            allowed(ctx, Right::ReadEvidence)?;
            Ok(load(ctx, ProofOf(self.0.id)).await?.map(ConsentEvidence))
        };
        nullable(outcome.await)
    }

    /// The proofs of contacts who were merged into this one, in addition to `evidence`; empty without merges,
    /// null without the right to read evidence (OWNER, ADMIN, DPO).
    #[graphql(complexity = "5 + 2 * child_complexity")]
    async fn joined_evidence(&self, ctx: &Context<'_>) -> Nullable<Vec<ConsentEvidence>> {
        let outcome = async {
            allowed(ctx, Right::ReadEvidence)?;
            let proofs = load(ctx, JoinedProofsOf(self.0.id)).await?.unwrap_or_default();
            Ok(Some(proofs.into_iter().map(ConsentEvidence).collect()))
        };
        nullable(outcome.await)
    }
}

/// Queries about purposes.
#[derive(Default)]
pub struct ConsentQuery;

#[Object]
impl ConsentQuery {
    /// All purposes, oldest first, including archived ones. A workspace has dozens.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn purposes(&self, ctx: &Context<'_>) -> Result<Vec<Purpose>> {
        let (app, caller) = allowed(ctx, Right::ReadForms)?;
        Ok(list_purposes(app.db(), caller.workspace).await?.into_iter().map(Purpose).collect())
    }

    /// A purpose; null when there is none with this id.
    async fn purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The purpose.")] id: ID,
    ) -> Nullable<Purpose> {
        let outcome = async {
            let (app, caller) = allowed(ctx, Right::ReadForms)?;
            let Some(id) = parse::<PurposeId>(&id) else { return Ok(None) };
            match load_purpose(app.db(), caller.workspace, id).await {
                Ok(row) => Ok(Some(Purpose(row))),
                Err(Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        };
        nullable(outcome.await)
    }
}

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
                texts: read_texts(input.texts)?,
            };
            create_purpose(app, caller.workspace, caller.actor, new).await
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        Ok(CreatePurposePayload { purpose: done.map(|(row, _)| Purpose(row)), user_errors })
    }

    /// Publish a new text of a purpose. Forms show it once they are published again; existing consents keep
    /// referring to the text that was shown.
    async fn publish_purpose_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which purpose, and its new text.")] input: PublishPurposeVersionInput,
    ) -> Result<PublishPurposeVersionPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.purpose_id, "purposeId")?;
            let texts = read_texts(input.texts)?;
            found("purposeId", publish_purpose_version(app, caller.workspace, caller.actor, id, texts).await)
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (purpose, version) = done.map(|(row, version)| (Purpose(row), PurposeVersion(version))).unzip();
        Ok(PublishPurposeVersionPayload { purpose, version, user_errors })
    }

    /// Archive a purpose: nobody may be used for it any more. Idempotent.
    async fn archive_purpose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which purpose.")] input: ArchivePurposeInput,
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
        #[graphql(desc = "Which purpose.")] input: RestorePurposeInput,
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
        #[graphql(desc = "Which consent, and how the person said so.")] input: WithdrawConsentInput,
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
        #[graphql(desc = "Which consent, and why.")] input: RevokeConsentInput,
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

/// One change of a consent.
#[derive(SimpleObject)]
pub struct ConsentEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry of the change; null when the position only moved past entries that were filtered
    /// out.
    pub entry: Option<JournalEntry>,
    /// The consent as it is now, which may be newer than the entry; null when it is deleted.
    pub consent: Option<Consent>,
    /// The contact who has it; null when they are deleted.
    pub contact: Option<Contact>,
}

/// The kinds of journal entries about consents.
const KINDS: [&str; 5] =
    ["consent.given", "consent.withdrawn", "consent.revoked", "consent.expired", "consent.joined"];

/// Subscriptions about consents.
#[derive(Default)]
pub struct ConsentSubscription;

#[Subscription]
impl ConsentSubscription {
    /// Consents as they are given, withdrawn, revoked, expire, or are joined by a merge of contacts, in
    /// order. Store `position`: a client that was offline subscribes with `after` set to the last one it
    /// handled, and misses nothing.
    async fn consent_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this number of the journal; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
        #[graphql(desc = "Only consents to this purpose.")] purpose_id: Option<ID>,
        #[graphql(
            desc = "Only consents of this contact, those under the ids that were merged into it included."
        )]
        contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = async_graphql::Result<ConsentEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ReadContacts, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter =
            read_filter(app, &caller, Some(KINDS.map(str::to_owned).to_vec()), contact_id.as_ref()).await?;
        let purpose =
            purpose_id.map(|id| named::<PurposeId>(&id, "purposeId")).transpose()?.map(|id| id.to_string());
        let wants = move |entry: &journal::Model| {
            filter.wants(entry) && purpose.as_deref().is_none_or(|purpose| is_about(entry, purpose))
        };
        let follower = Follower::new(app, caller, RIGHTS, after, wants).await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), step)))
    }
}

fn is_about(entry: &journal::Model, purpose: &str) -> bool {
    data_of(entry).is_ok_and(|data| data["purpose"] == purpose)
}

/// The events of one step. What they show is loaded in a batch and cached until the next step.
async fn changes(held: Arc<Held>, step: Step) -> Result<Vec<ConsentEvent>> {
    let rows = match step {
        Step::Position(position) => {
            return Ok(vec![ConsentEvent { position, entry: None, consent: None, contact: None }]);
        }
        Step::Entries(rows) => rows,
    };
    let loaders = held.renew();
    let consents = loaders
        .load_many(rows.iter().filter_map(|row| row.object.as_deref()?.parse::<ConsentId>().ok()))
        .await?;
    let contacts = crate::graphql::contacts::load_together(
        &loaders,
        rows.iter().filter_map(|row| row.subject.as_deref()?.parse().ok()).collect(),
    )
    .await?;
    loaders.load_many(consents.values().map(|row| row.purpose_id)).await?;
    loaders.load_many(consents.values().map(|row| row.purpose_version_id)).await?;
    let events = rows.into_iter().map(|row| {
        let consent = row.object.as_deref().and_then(|id| consents.get(&id.parse().ok()?)).cloned();
        let contact = row.subject.as_deref().and_then(|id| contacts.get(&id.parse().ok()?)).cloned();
        ConsentEvent {
            position: row.seq,
            entry: Some(JournalEntry(row)),
            consent: consent.map(Consent),
            contact: contact.map(Contact),
        }
    });
    Ok(events.collect())
}
