//! Everything that a person may choose, with where they stand. A fixed number of statements, however much it
//! is.

use std::collections::{BTreeMap, HashMap};

use entity::{
    Channel, ConsentState, EntryId, LegalBasis, PurposeId, Time, basis, consent, contact, contact_address,
    journal, purpose, purpose_version, suppression, workspace,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{
    standing::{Said, Source, Standing, said},
    waiting::waiting_of,
    whose::mailbox_of,
};
use crate::{
    accounts::load_workspace,
    app::App,
    consent::{PurposeText, list_purposes, load_current_versions, paused_until, state, texts_of},
    error::Result,
    journal::load_entries,
};

/// What a person may choose.
pub struct Choices {
    /// Whose page it is.
    pub workspace: workspace::Model,
    /// Their address in use; none when they have none.
    pub address: Option<contact_address::Model>,
    /// What they may agree to, or have decided about.
    pub topics: Vec<Choice>,
    /// What rests on legitimate interests, to which they may object.
    pub interests: Vec<Objectable>,
    /// Until when they want a pause.
    pub paused_until: Option<Time>,
}

/// One purpose on one channel.
pub struct Choice {
    /// Its key as in forms: `newsletter:email`.
    pub key: String,
    /// The purpose.
    pub purpose: purpose::Model,
    /// The channel.
    pub channel: Channel,
    /// The text they would agree to now, in their language.
    pub text: PurposeText,
    /// Where they stand; none: they were never asked.
    pub standing: Option<Standing>,
    /// Whether a yes waits for their mailbox.
    pub waits: bool,
    /// Whether what they agreed to ends so soon that they may agree anew.
    pub ends_soon: bool,
}

impl Choice {
    /// Whether they may say yes: they have not, or it is about to end, and it is open.
    #[must_use]
    pub fn may_begin(&self) -> bool {
        let given = self.standing.as_ref().is_some_and(|standing| standing.state == ConsentState::Given);
        (!given || self.ends_soon)
            && self.purpose.archived_at.is_none()
            && self.purpose.legal_basis == LegalBasis::Consent
    }

    /// Whether a no would change anything.
    #[must_use]
    pub fn may_end(&self) -> bool {
        self.standing.as_ref().is_none_or(|standing| !state::is_denial(standing.state)) || self.waits
    }
}

/// A purpose on legitimate interests, on one channel.
pub struct Objectable {
    /// Its key: `partners:phone`.
    pub key: String,
    /// The channel.
    pub channel: Channel,
    /// What it is, in their language.
    pub text: PurposeText,
    /// Since when they object; none while it goes on.
    pub objected_at: Option<Time>,
}

/// Reads what a contact may choose.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn choices(app: &App, contact: &contact::Model) -> Result<Choices> {
    let (db, id) = (app.db(), contact.workspace_id);
    let purposes = list_purposes(db, id).await?;
    let mut consents = state::of_contact(db, id, contact.id).await?;
    consents.sort_by_key(|row| row.id);
    let ids = purposes
        .iter()
        .map(|row| row.current_version_id)
        .chain(consents.iter().map(|row| row.purpose_version_id));
    let versions = load_current_versions(db, id, ids.collect()).await?;
    let versions: HashMap<_, _> = versions.into_iter().map(|row| (row.id, row)).collect();
    let entries =
        consents.iter().flat_map(|row| [Some(row.entry_id), row.given_entry_id]).flatten().collect();
    let entries: HashMap<_, _> =
        load_entries(db, id, entries).await?.into_iter().map(|row| (row.id, row)).collect();
    let address = mailbox_of(db, contact).await?;
    let waiting = waiting_of(db, &app.vault, contact, app.now()).await?;
    let mut topics = Vec::new();
    for purpose in purposes.iter().filter(|row| row.legal_basis == LegalBasis::Consent) {
        for channel in channels_of(purpose, &consents)? {
            let row = consents.iter().find(|row| row.purpose_id == purpose.id && row.channel == channel);
            let standing = row.map(|row| standing(row, &versions, &entries)).transpose()?;
            let waits = waiting.iter().flat_map(|asked| &asked.consents).any(|asked| {
                asked.purpose == purpose.id
                    && asked.channel == channel
                    && standing.as_ref().is_none_or(|standing| standing.state != ConsentState::Given)
            });
            topics.push(Choice {
                key: key_of(purpose, channel),
                text: text_of(versions.get(&purpose.current_version_id), &contact.language)?,
                purpose: purpose.clone(),
                channel,
                standing,
                waits,
                ends_soon: row.is_some_and(|row| state::ends_soon(row, purpose, app.now())),
            });
        }
    }
    Ok(Choices {
        workspace: load_workspace(app, id).await?,
        address,
        topics,
        interests: interests(app, contact, &purposes, &versions).await?,
        paused_until: paused_until(db, id, contact.id, app.now()).await?,
    })
}

/// The choice with this key.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_choice(
    app: &App,
    contact: &contact::Model,
    key: &str,
) -> Result<Option<(PurposeId, Channel)>> {
    let purposes = list_purposes(app.db(), contact.workspace_id).await?;
    for purpose in &purposes {
        for channel in Channel::ALL.iter().copied() {
            if key_of(purpose, channel) == key {
                return Ok(Some((purpose.id, channel)));
            }
        }
    }
    Ok(None)
}

fn key_of(purpose: &purpose::Model, channel: Channel) -> String {
    format!("{}:{}", purpose.key, channel.as_str().to_lowercase())
}

/// The channels to show: those offered, and those they have decided about.
fn channels_of(purpose: &purpose::Model, consents: &[consent::Model]) -> Result<Vec<Channel>> {
    let mut channels: Vec<Channel> = if purpose.offered && purpose.archived_at.is_none() {
        serde_json::from_str(&purpose.channels)?
    } else {
        Vec::new()
    };
    channels.extend(consents.iter().filter(|row| row.purpose_id == purpose.id).map(|row| row.channel));
    channels.sort_unstable();
    channels.dedup();
    Ok(channels)
}

/// A version's text in this language, or in another.
fn text_of(version: Option<&purpose_version::Model>, language: &str) -> Result<PurposeText> {
    let mut texts = version.map(texts_of).transpose()?.unwrap_or_default();
    let text = texts.remove(language).or_else(|| texts.into_values().next());
    Ok(text.unwrap_or_else(|| PurposeText {
        title: String::new(),
        description: String::new(),
        wording: String::new(),
        wording_sha256: String::new(),
    }))
}

fn standing(
    row: &consent::Model,
    versions: &HashMap<entity::PurposeVersionId, purpose_version::Model>,
    entries: &HashMap<EntryId, journal::Model>,
) -> Result<Standing> {
    let read = |id: &EntryId| entries.get(id).map(said).transpose();
    let source = read(&row.entry_id)?.map_or(Source::Other, |said| said.source);
    let given: Option<Said> = row.given_entry_id.as_ref().map(read).transpose()?.flatten();
    let texts: BTreeMap<String, PurposeText> =
        versions.get(&row.purpose_version_id).map(texts_of).transpose()?.unwrap_or_default();
    let wording = given
        .and_then(|given| texts.into_values().find(|text| text.wording_sha256 == given.wording))
        .map(|text| text.wording);
    Ok(Standing {
        state: row.state,
        since: row.since,
        expires_at: row.expires_at.filter(|_| row.state == ConsentState::Given),
        source,
        wording: wording.unwrap_or_default(),
    })
}

/// What rests on legitimate interests for this contact, with their objections.
async fn interests(
    app: &App,
    contact: &contact::Model,
    purposes: &[purpose::Model],
    versions: &HashMap<entity::PurposeVersionId, purpose_version::Model>,
) -> Result<Vec<Objectable>> {
    let (db, id) = (app.db(), contact.workspace_id);
    let lasts = Condition::any().add(basis::Column::Until.is_null()).add(basis::Column::Until.gt(app.now()));
    let bases = basis::Entity::find()
        .filter(basis::Column::WorkspaceId.eq(id))
        .filter(basis::Column::ContactId.eq(contact.id))
        .filter(lasts)
        .all(db)
        .await?;
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(id))
        .filter(contact_address::Column::ContactId.eq(contact.id))
        .all(db)
        .await?;
    let stops = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(id))
        .filter(suppression::Column::Fingerprint.is_in(addresses.iter().map(|row| row.fingerprint.clone())))
        .all(db)
        .await?;
    let mut interests = Vec::new();
    let theirs = purposes.iter().filter(|row| {
        row.legal_basis == LegalBasis::LegitimateInterests
            && row.archived_at.is_none()
            && bases.iter().any(|basis| basis.purpose_id == row.id)
    });
    for purpose in theirs {
        for channel in serde_json::from_str::<Vec<Channel>>(&purpose.channels)? {
            let scope = state::scope(purpose.id, channel);
            let stopped = stops
                .iter()
                .filter(|stop| [scope.as_str(), "ALL", "MARKETING"].contains(&stop.scope.as_str()))
                .map(|stop| stop.at)
                .min();
            interests.push(Objectable {
                key: key_of(purpose, channel),
                channel,
                text: text_of(versions.get(&purpose.current_version_id), &contact.language)?,
                objected_at: stopped,
            });
        }
    }
    Ok(interests)
}
