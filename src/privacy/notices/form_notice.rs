//! What a form tells visitors about their data (GDPR Art. 13): generated from the published form, the recipients and
//! the retention rules, and kept under its SHA-256 each time that it changes.

use std::collections::BTreeSet;

use entity::{
    FormVersionId, PurposeId, RetentionSubject, WorkspaceId, form, form_notice, form_version, retention_rule,
    workspace,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{PurposeText, basis_in_words},
    error::Result,
    forms::definition::{FieldKind, Published, Texts},
    platform::{actor::Actor, work::Entry},
    privacy::{
        recipients::{loads::all_recipients, transfer::safeguard},
        record::{period_in_words, retention_in_words},
        requests::authority_of,
        retention::{PRESETS, Preset},
    },
};

/// Forms per step.
const BATCH: u64 = 100;
/// Most earlier versions that a page lists.
const MOST: u64 = 100;

/// A question of the form, and why it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its label.
    pub label: String,
    /// Why it is asked; may be empty.
    pub reason: String,
    /// Whether an answer is required.
    pub required: bool,
}

/// A purpose of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct For {
    /// Its title.
    pub title: String,
    /// What the data are used for; may be empty.
    pub description: String,
    /// The legal basis, in words.
    pub basis: String,
}

/// A recipient of the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenTo {
    /// The legal entity.
    pub name: String,
    /// Where the data are stored.
    pub country: String,
    /// What allows the transfer; empty in the European Economic Area.
    pub safeguard: String,
}

/// What a notice says. The same in two moments: the same notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormNotice {
    /// The form.
    pub form: String,
    /// The controller.
    pub legal_name: String,
    /// Its postal address.
    pub postal_address: String,
    /// Its address for enquiries.
    pub contact_email: String,
    /// Its data protection officer; empty when none is named.
    pub dpo_email: String,
    /// Its own privacy policy; may be empty.
    pub policy_url: String,
    /// What is asked.
    pub asked: Vec<Asked>,
    /// What for.
    pub purposes: Vec<For>,
    /// Whether one of the purposes rests on consent.
    pub by_consent: bool,
    /// Who gets the data.
    pub recipients: Vec<GivenTo>,
    /// How long they are kept.
    pub retention: Vec<String>,
    /// The authority for complaints; may be empty.
    pub authority: String,
    /// Its website.
    pub authority_url: String,
}

/// A notice as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it says.
    pub notice: FormNotice,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The versions that were kept, the newest first.
    pub versions: Vec<form_notice::Model>,
}

/// The notice of a form's version as things stand now, and the versions that were kept. `None`: there is no such
/// version.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn show_form_notice(app: &App, id: FormVersionId, language: &str) -> Result<Option<Shown>> {
    let Some(version) = find_version(app, id).await? else { return Ok(None) };
    let notice = gather(app, &version, language).await?;
    let versions = kept(app, version.workspace_id, id, language, MOST).await?;
    Ok(Some(Shown { sha256: hex::encode(hash(&notice)?), notice, versions }))
}

/// A version of the notice that was kept. `None`: there is no such one.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when it does not parse.
pub async fn find_form_notice(
    app: &App,
    id: FormVersionId,
    sha256: &str,
) -> Result<Option<form_notice::Model>> {
    let Ok(sha256) = hex::decode(sha256) else { return Ok(None) };
    let row = form_notice::Entity::find()
        .filter(form_notice::Column::FormVersionId.eq(id))
        .filter(form_notice::Column::Sha256.eq(sha256))
        .order_by_asc(form_notice::Column::EntryId);
    Ok(row.one(app.db()).await?)
}

/// Keeps the notice of every open form that says something new. A second run changes nothing.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn keep_form_notices(app: &App) -> Result<()> {
    let mut after = None;
    loop {
        let mut select = form::Entity::find()
            .filter(form::Column::ArchivedAt.is_null())
            .filter(form::Column::PublishedVersionId.is_not_null())
            .order_by_asc(form::Column::Id)
            .limit(BATCH);
        if let Some(after) = after {
            select = select.filter(form::Column::Id.gt(after));
        }
        let forms = select.all(app.db()).await?;
        for row in &forms {
            keep(app, row).await?;
        }
        match forms.last() {
            Some(last) if forms.len() as u64 == BATCH => after = Some(last.id),
            _ => return Ok(()),
        }
    }
}

async fn keep(app: &App, form: &form::Model) -> Result<()> {
    let Some(id) = form.published_version_id else { return Ok(()) };
    let Some(version) = find_version(app, id).await? else { return Ok(()) };
    let published: Published = serde_json::from_str(&version.definition)?;
    for language in &published.definition.languages {
        let notice = gather(app, &version, language).await?;
        let sha256 = hash(&notice)?;
        let newest = kept(app, form.workspace_id, id, language, 1).await?;
        if newest.first().is_some_and(|row| row.sha256 == sha256) {
            continue;
        }
        let mut work = app.begin(form.workspace_id, Actor::System).await?;
        let entry = work.record(Entry::new("form_notice.published").on(id).with("sha256", sha256.clone()));
        let row = form_notice::ActiveModel {
            workspace_id: Set(form.workspace_id),
            entry_id: Set(entry),
            form_version_id: Set(id),
            language: Set(language.clone()),
            sha256: Set(sha256),
            content: Set(serde_json::to_string(&notice)?),
            since: Set(work.now()),
        };
        form_notice::Entity::insert(row).exec_without_returning(work.db()).await?;
        work.commit().await?;
    }
    Ok(())
}

async fn find_version(app: &App, id: FormVersionId) -> Result<Option<form_version::Model>> {
    Ok(form_version::Entity::find().filter(form_version::Column::Id.eq(id)).one(app.db()).await?)
}

async fn kept(
    app: &App,
    workspace: WorkspaceId,
    id: FormVersionId,
    language: &str,
    most: u64,
) -> Result<Vec<form_notice::Model>> {
    let rows = form_notice::Entity::find()
        .filter(form_notice::Column::WorkspaceId.eq(workspace))
        .filter(form_notice::Column::FormVersionId.eq(id))
        .filter(form_notice::Column::Language.eq(language))
        .order_by_desc(form_notice::Column::EntryId)
        .limit(most);
    Ok(rows.all(app.db()).await?)
}

fn hash(notice: &FormNotice) -> Result<Vec<u8>> {
    Ok(Sha256::digest(serde_json::to_vec(notice)?).to_vec())
}

async fn gather(app: &App, version: &form_version::Model, language: &str) -> Result<FormNotice> {
    let workspace: workspace::Model = load_workspace(app, version.workspace_id).await?;
    let published: Published = serde_json::from_str(&version.definition)?;
    let definition = &published.definition;
    let mut ids: BTreeSet<PurposeId> = BTreeSet::new();
    let mut purposes: Vec<For> = Vec::new();
    let consent = basis_in_words(&app.pages, entity::LegalBasis::Consent, language);
    for offer in &published.consents {
        // A purpose may be offered on several channels.
        if ids.insert(offer.purpose_id) {
            purposes
                .push(purpose(offer.texts.get(language).or_else(|| offer.texts.values().next()), consent));
        }
    }
    if let Some(basis) = &published.basis {
        ids.insert(basis.purpose_id);
        let text = basis.texts.get(language).or_else(|| basis.texts.values().next());
        purposes.push(purpose(text, basis_in_words(&app.pages, basis.legal_basis, language)));
    }
    let authority = authority_of(&workspace.jurisdiction);
    Ok(FormNotice {
        form: in_language(&definition.title, language),
        legal_name: published.legal.legal_name,
        postal_address: published.legal.postal_address,
        contact_email: published.legal.contact_email,
        dpo_email: workspace.dpo_email.clone().unwrap_or_default(),
        policy_url: published.legal.privacy_notice_url,
        asked: definition
            .fields
            .iter()
            .filter(|field| field.kind != FieldKind::Hidden)
            .map(|field| Asked {
                label: in_language(&field.label, language),
                reason: in_language(&field.reason, language),
                required: field.required,
            })
            .collect(),
        by_consent: !published.consents.is_empty(),
        purposes,
        recipients: recipients(app, version.workspace_id, &ids).await?,
        retention: retention(app, version.workspace_id, &ids, language).await?,
        authority: authority.name.to_owned(),
        authority_url: authority.url.to_owned(),
    })
}

fn purpose(text: Option<&PurposeText>, basis: &str) -> For {
    let (title, description) =
        text.map(|text| (text.title.clone(), text.description.clone())).unwrap_or_default();
    For { title, description, basis: basis.to_owned() }
}

async fn recipients(app: &App, workspace: WorkspaceId, ids: &BTreeSet<PurposeId>) -> Result<Vec<GivenTo>> {
    let mut found = Vec::new();
    for row in all_recipients(app.db(), workspace).await? {
        let of: Vec<PurposeId> = serde_json::from_str(&row.purposes)?;
        if row.archived_at.is_none() && (of.is_empty() || of.iter().any(|id| ids.contains(id))) {
            let safeguard = safeguard(&row, app.now())?.unwrap_or_default();
            found.push(GivenTo { name: row.legal_name, country: row.country, safeguard });
        }
    }
    Ok(found)
}

async fn retention(
    app: &App,
    workspace: WorkspaceId,
    ids: &BTreeSet<PurposeId>,
    language: &str,
) -> Result<Vec<String>> {
    let rules = retention_rule::Entity::find()
        .filter(retention_rule::Column::WorkspaceId.eq(workspace))
        .order_by_asc(retention_rule::Column::Id)
        .all(app.db())
        .await?;
    // A page that is only read writes no rules: those that the workspace begins with are in force already.
    if rules.is_empty() {
        let contacts = PRESETS.iter().filter(|preset| preset.subject == RetentionSubject::Contacts);
        let line = |preset: &Preset| {
            period_in_words(preset.subject, preset.lifecycle, preset.clock, preset.months, language)
        };
        return Ok(contacts.map(line).collect());
    }
    let lines = rules
        .iter()
        .filter(|rule| rule.archived_at.is_none() && rule.subject == RetentionSubject::Contacts)
        .filter(|rule| rule.purpose_id.is_none_or(|id| ids.contains(&id)))
        .map(|rule| retention_in_words(rule, language));
    Ok(lines.collect())
}

fn in_language(texts: &Texts, language: &str) -> String {
    texts.get(language).or_else(|| texts.values().next()).cloned().unwrap_or_default()
}
