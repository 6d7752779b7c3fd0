//! What a person is subscribed to, or was, and the link behind which they read and end it.

use std::collections::HashMap;

use entity::{
    Channel, ConsentState, ContactId, FormId, PurposeId, Time, WorkspaceId, contact, contact_address, form,
    opt_in, purpose, suppression,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    load_purposes::{list_purposes, load_current_versions},
    purpose_text::texts_of,
    state,
};
use crate::{app::App, contacts::find_contact, error::Result, link_uses::Use, platform::tokens::Link};

/// The name of the suppression of everything.
pub(super) const EVERYTHING: &str = "ALL";
/// The name of the suppression of direct marketing.
pub(super) const MARKETING: &str = "MARKETING";

/// A current or former subscription of a person.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Key of the consent as in forms: `newsletter:email`.
    pub key: String,
    /// The purpose.
    pub purpose: purpose::Model,
    /// Its title in the person's language.
    pub title: String,
    /// The exact wording they agreed to.
    pub wording: String,
    /// The channel.
    pub channel: Channel,
    /// Its state.
    pub state: ConsentState,
    /// When it entered this state.
    pub since: Time,
}

impl Subscription {
    /// Whether there is something to stop.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        matches!(self.state, ConsentState::Given | ConsentState::Requested)
    }
}

/// The unsubscribe link: valid as long as the contact exists, and across key rotations.
#[must_use]
pub fn unsubscribe_link(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    purpose: Option<PurposeId>,
) -> String {
    let extra = purpose.map(|id| id.0.as_bytes().to_vec()).unwrap_or_default();
    let token = app.vault.sign(Use::Unsubscribe, &Link { workspace, row: contact.0, extra });
    format!("{}/unsubscribe/{token}", app.config.public_url)
}

/// The link to the preference centre: the same token, which may withdraw and choose, never read or erase, because
/// mails are forwarded.
#[must_use]
pub fn preferences_link(app: &App, workspace: WorkspaceId, contact: ContactId) -> String {
    let link = Link { workspace, row: contact.0, extra: Vec::new() };
    format!("{}/preferences/{}", app.config.public_url, app.vault.sign(Use::Unsubscribe, &link))
}

/// The contact and subscriptions that a link belongs to. `None`: not one of our links, or the contact no
/// longer exists.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn subscriptions(app: &App, token: &str) -> Result<Option<(contact::Model, Vec<Subscription>)>> {
    let Some(link) = app.vault.verify(Use::Unsubscribe, token) else { return Ok(None) };
    let Some(contact) = find_contact(app.db(), link.workspace, ContactId(link.row)).await? else {
        return Ok(None);
    };
    let lines = subscriptions_of(app, &contact).await?;
    Ok(Some((contact, lines)))
}

/// A contact's current and former subscriptions; ended ones last, each group by newest state.
pub(crate) async fn subscriptions_of(app: &App, contact: &contact::Model) -> Result<Vec<Subscription>> {
    let mut rows = state::of_contact(app.db(), contact.workspace_id, contact.id).await?;
    rows.sort_by_key(|row| (state::is_denial(row.state), std::cmp::Reverse(row.since)));
    let versions = load_current_versions(
        app.db(),
        contact.workspace_id,
        rows.iter().map(|row| row.purpose_version_id).collect(),
    )
    .await?;
    let known: HashMap<PurposeId, purpose::Model> = list_purposes(app.db(), contact.workspace_id)
        .await?
        .into_iter()
        .map(|purpose| (purpose.id, purpose))
        .collect();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(purpose) = known.get(&row.purpose_id) else { continue };
        let texts = versions
            .iter()
            .find(|version| version.id == row.purpose_version_id)
            .map(texts_of)
            .transpose()?
            .unwrap_or_default();
        let (title, wording) = texts
            .get(&contact.language)
            .or_else(|| texts.values().next())
            .map(|text| (text.title.clone(), text.wording.clone()))
            .unwrap_or_default();
        let key = format!("{}:{}", purpose.key, row.channel.as_str().to_lowercase());
        lines.push(Subscription {
            key,
            purpose: purpose.clone(),
            title,
            wording,
            channel: row.channel,
            state: row.state,
            since: row.since,
        });
    }
    Ok(lines)
}

/// Whether nothing is left to stop: everything was stopped for all of their mailboxes, and nothing has begun
/// since.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn is_all_stopped(app: &App, contact: &contact::Model, lines: &[Subscription]) -> Result<bool> {
    if lines.iter().any(Subscription::is_going_on) {
        return Ok(false);
    }
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(contact_address::Column::ContactId.eq(contact.id))
        .all(app.db())
        .await?;
    let stopped = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(
            suppression::Column::Fingerprint
                .is_in(addresses.iter().map(|address| address.fingerprint.clone())),
        )
        .filter(suppression::Column::Scope.eq(EVERYTHING))
        .all(app.db())
        .await?;
    Ok(!addresses.is_empty()
        && addresses.iter().all(|address| stopped.iter().any(|row| row.fingerprint == address.fingerprint)))
}

/// The form with which a person last confirmed something, if they ever did.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn last_form_of(app: &App, contact: &contact::Model) -> Result<Option<FormId>> {
    let rows = opt_in::Entity::find()
        .select_only()
        .column(opt_in::Column::FormId)
        .filter(opt_in::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(opt_in::Column::ContactId.eq(contact.id))
        .order_by_desc(opt_in::Column::Id);
    Ok(rows.into_tuple().one(app.db()).await?)
}

/// The address of a form for who wants to send it again; empty when it is closed. The room of forms stands
/// above this one: its addresses are public, and whether one still answers is read from its table.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn form_address(app: &App, id: FormId, language: &str) -> Result<String> {
    let open = form::Entity::find()
        .filter(form::Column::Id.eq(id))
        .filter(form::Column::ArchivedAt.is_null())
        .one(app.db())
        .await?;
    Ok(if open.is_some() { format!("/forms/{id}?lang={language}") } else { String::new() })
}
