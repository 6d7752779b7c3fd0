//! Purposes: reasons to use data, in plain words, versioned, each with exactly one legal basis. A new text is
//! a new version; wordings are stored under their hash and never change.

use std::collections::BTreeMap;

use entity::{
    Channel, ConfirmationMode, LegalBasis, PurposeId, PurposeVersionId, Time, WorkspaceId, purpose,
    purpose_version, wording,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        pages::{codes_in_words, is_spoken},
        text::{is_block, is_line},
        work::{Entry, Fact, Work},
    },
};

/// A purpose's text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurposeText {
    /// Short name, like "Monthly newsletter".
    pub title: String,
    /// What the data are used for, in plain words.
    pub description: String,
    /// The exact sentence beside the checkbox.
    pub wording: String,
    /// SHA-256 of the wording, in hex; computed when it is written.
    #[serde(default)]
    pub wording_sha256: String,
}

/// A purpose to create.
#[derive(Clone, Debug)]
pub struct NewPurpose {
    /// Short name used by forms: lower-case letters, digits and `_`.
    pub key: String,
    /// Legal basis (GDPR Art. 6(1)).
    pub legal_basis: LegalBasis,
    /// Channels, at least one.
    pub channels: Vec<Channel>,
    /// How a consent is confirmed.
    pub confirmation: ConfirmationMode,
    /// How long a consent is valid, in days; `None`: until withdrawn.
    pub validity_days: Option<i32>,
    /// Why the legal basis applies, if it is not consent.
    pub justification: String,
    /// Texts by language, at least in the workspace's default language.
    pub texts: BTreeMap<String, PurposeText>,
}

/// Creates a purpose with its first text.
///
/// # Errors
/// `Rejected` with every invalid field.
pub async fn create_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewPurpose,
) -> Result<(purpose::Model, purpose_version::Model)> {
    allow(actor, Right::ManagePurposes)?;
    let mut problems = check_texts(&new.texts);
    if new.key.is_empty()
        || new.key.len() > 40
        || !new.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "key",
            "Use at most 40 lower-case letters, digits and underscores, for example `newsletter`.",
        ));
    }
    if new.channels.is_empty() {
        problems.push(Problem::new(ProblemCode::Required, "channels", "Name at least one channel."));
    }
    if new.validity_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "validityDays",
            "Give 1 to 3650 days, or leave it out for no end.",
        ));
    }
    match new.legal_basis {
        LegalBasis::Consent if !new.justification.is_empty() => {
            problems.push(Problem::new(
                ProblemCode::Invalid,
                "justification",
                "Consent needs no justification: leave it empty.",
            ));
        }
        LegalBasis::Consent => {}
        _ if new.justification.trim().is_empty() => {
            problems.push(Problem::new(
                ProblemCode::Required,
                "justification",
                "Say why this basis holds: a person may ask for it (Art. 13(1)(d)).",
            ));
        }
        _ => {}
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let mut channels = new.channels;
    channels.sort_unstable();
    channels.dedup();
    let mut work = app.begin(workspace, actor).await?;
    let id = PurposeId::new();
    let version = version_row(&work, id, 1, new.texts)?;
    let row = purpose::Model {
        workspace_id: workspace,
        id,
        key: new.key,
        legal_basis: new.legal_basis,
        channels: serde_json::to_string(&channels)?,
        confirmation: new.confirmation,
        validity_days: new.validity_days,
        justification: new.justification,
        current_version_id: version.id,
        created_at: work.now(),
        archived_at: None,
    };
    let once =
        OnConflict::columns([purpose::Column::WorkspaceId, purpose::Column::Key]).do_nothing().to_owned();
    if purpose::Entity::insert(row.clone().into_active_model())
        .on_conflict(once)
        .exec_without_returning(work.db())
        .await?
        == 0
    {
        return Err(Error::rejected(
            ProblemCode::Taken,
            "key",
            "Another purpose has this key; choose another.",
        ));
    }
    store_version(&work, &version).await?;
    let entry = Entry::new("purpose.created")
        .on(id)
        .with("legalBasis", row.legal_basis)
        .with("channels", channels.into_iter().collect::<Fact>());
    work.record(entry.with("version", version.id).with("wordings", wordings(&version)?));
    work.commit().await?;
    Ok((row, version))
}

/// Publishes a new text. Existing consents keep referring to the text that was shown.
///
/// # Errors
/// `Rejected` when a text is incomplete, or the purpose is archived.
pub async fn publish_purpose_version(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
    texts: BTreeMap<String, PurposeText>,
) -> Result<(purpose::Model, purpose_version::Model)> {
    allow(actor, Right::ManagePurposes)?;
    let problems = check_texts(&texts);
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "purposeId",
            "This purpose has ended: restore it first.",
        ));
    }
    let last = purpose_version::Entity::find_by_id((workspace, row.current_version_id))
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let version = version_row(&work, id, last.number + 1, texts)?;
    store_version(&work, &version).await?;
    let mut changed = row.clone().into_active_model();
    changed.current_version_id = Set(version.id);
    purpose::Entity::update(changed).exec(work.db()).await?;
    let entry = Entry::new("purpose.version_published")
        .on(id)
        .with("version", version.id)
        .with("number", version.number);
    work.record(entry.with("wordings", wordings(&version)?));
    work.commit().await?;
    Ok((purpose::Model { current_version_id: version.id, ..row }, version))
}

/// Archives a purpose: nobody may be used for it any more. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn archive_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let now = work.now();
    let row = set_archived(&mut work, row, Some(now)).await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived purpose. Consents to it that were neither withdrawn nor expired apply again, as what
/// people agreed to has not changed. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn restore_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

async fn set_archived(
    work: &mut Work,
    row: purpose::Model,
    archived_at: Option<Time>,
) -> Result<purpose::Model> {
    let changed = purpose::Model { archived_at, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(archived_at);
    purpose::Entity::update(update).exec(work.db()).await?;
    work.record(
        Entry::new(if archived_at.is_some() { "purpose.archived" } else { "purpose.restored" })
            .on(changed.id),
    );
    Ok(changed)
}

/// Loads a purpose.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn load_purpose(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: PurposeId,
) -> Result<purpose::Model> {
    purpose::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}

/// All purposes of a workspace, oldest first. There are dozens, not thousands.
pub async fn list_purposes(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<purpose::Model>> {
    Ok(purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(workspace))
        .order_by_asc(purpose::Column::Id)
        .all(db)
        .await?)
}

/// The texts in force, by purpose.
pub async fn load_current_versions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: Vec<PurposeVersionId>,
) -> Result<Vec<purpose_version::Model>> {
    let rows = purpose_version::Entity::find()
        .filter(purpose_version::Column::WorkspaceId.eq(workspace))
        .filter(purpose_version::Column::Id.is_in(ids));
    Ok(rows.all(db).await?)
}

/// A version's texts by language.
///
/// # Errors
/// `Internal` when the row cannot be parsed.
pub fn texts_of(version: &purpose_version::Model) -> Result<BTreeMap<String, PurposeText>> {
    Ok(serde_json::from_str(&version.texts)?)
}

/// The hash under which a wording is stored.
#[must_use]
pub fn wording_hash(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

async fn lock_purpose(work: &Work, id: PurposeId) -> Result<purpose::Model> {
    use sea_orm::QuerySelect;
    purpose::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}

fn version_row(
    work: &Work,
    purpose: PurposeId,
    number: i32,
    mut texts: BTreeMap<String, PurposeText>,
) -> Result<purpose_version::Model> {
    for text in texts.values_mut() {
        text.wording_sha256 = hex::encode(wording_hash(&text.wording));
    }
    Ok(purpose_version::Model {
        workspace_id: work.workspace(),
        id: PurposeVersionId::new(),
        purpose_id: purpose,
        number,
        texts: serde_json::to_string(&texts)?,
        created_at: work.now(),
    })
}

async fn store_version(work: &Work, version: &purpose_version::Model) -> Result<()> {
    purpose_version::Entity::insert(version.clone().into_active_model())
        .exec_without_returning(work.db())
        .await?;
    let rows = texts_of(version)?.into_iter().map(|(language, text)| wording::ActiveModel {
        workspace_id: Set(work.workspace()),
        sha256: Set(wording_hash(&text.wording)),
        language: Set(language),
        text: Set(text.wording),
    });
    let once =
        OnConflict::columns([wording::Column::WorkspaceId, wording::Column::Sha256]).do_nothing().to_owned();
    wording::Entity::insert_many(rows).on_conflict(once).exec_without_returning(work.db()).await?;
    Ok(())
}

fn wordings(version: &purpose_version::Model) -> Result<Fact> {
    Ok(texts_of(version)?.values().map(|text| wording_hash(&text.wording)).collect())
}

fn check_texts(texts: &BTreeMap<String, PurposeText>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if texts.is_empty() {
        let message = "Write the purpose in at least one language.";
        problems.push(Problem::new(ProblemCode::Required, "texts", message));
    }
    for (language, text) in texts {
        if !is_spoken(language) {
            let message = format!("The languages are {}.", codes_in_words("and"));
            problems.push(Problem::new(ProblemCode::NotOffered, "texts", message));
        }
        for (name, value, most) in [
            ("title", &text.title, 100),
            ("description", &text.description, 1000),
            ("wording", &text.wording, 1000),
        ] {
            if value.trim().is_empty() && name != "description" {
                problems.push(Problem::new(
                    ProblemCode::Required,
                    format!("texts.{language}.{name}"),
                    "Write it: the person reads it before they agree.",
                ));
            } else if value.chars().count() > most {
                problems.push(Problem::new(
                    ProblemCode::TooLong,
                    format!("texts.{language}.{name}"),
                    format!("Use at most {most} characters."),
                ));
            } else if !(is_line(value) || (name != "title" && is_block(value))) {
                let message = if name == "title" {
                    "Use one line, without control characters."
                } else {
                    "Remove the control characters."
                };
                let field = format!("texts.{language}.{name}");
                problems.push(Problem::new(ProblemCode::Invalid, field, message));
            }
        }
    }
    problems
}
