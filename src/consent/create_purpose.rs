//! Creates a purpose: a reason to use data, in plain words, with exactly one legal basis.

use std::collections::BTreeMap;

use entity::{Channel, ConfirmationMode, LegalBasis, PurposeId, WorkspaceId, purpose, purpose_version};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};

use super::purpose_text::{PurposeText, check_texts, names, store_version, version_row, wordings};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    fields::art9::{SpecialCategoryGround, guard, load_own_words, with_override},
    platform::{
        actor::Actor,
        work::{Entry, Fact},
    },
};

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
    /// Whether the preference centre offers it to everybody; `None`: if it is on consent and covers e-mail.
    pub offered: Option<bool>,
    /// Texts by language, at least in the workspace's default language.
    pub texts: BTreeMap<String, PurposeText>,
}

/// Only what people agree to is for them to choose.
pub(super) fn offer_problem(basis: LegalBasis, offered: bool) -> Option<Problem> {
    let message =
        "Only a purpose on consent can be offered: what is on another basis is not for people to choose.";
    (offered && basis != LegalBasis::Consent).then(|| Problem::new(ProblemCode::Invalid, "offered", message))
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
    create_purpose_on_ground(app, workspace, actor, new, None).await
}

/// As `create_purpose`, for a purpose that names a special category of data under an exception of GDPR Art.
/// 9(2) that the owner or the data protection officer states.
///
/// # Errors
/// As `create_purpose`.
pub async fn create_purpose_on_ground(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewPurpose,
    ground: Option<SpecialCategoryGround>,
) -> Result<(purpose::Model, purpose_version::Model)> {
    allow(actor, Right::ManagePurposes)?;
    let mut problems = check_texts(&new.texts);
    let own = load_own_words(app.db(), workspace).await?;
    let named = guard(actor, &own, ground, &names(Some(&new.key), &new.texts));
    let overridden = gather(&mut problems, named)?.unwrap_or_default();
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
    let by_default = new.legal_basis == LegalBasis::Consent && new.channels.contains(&Channel::Email);
    let offered = new.offered.unwrap_or(by_default);
    problems.extend(offer_problem(new.legal_basis, offered));
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
        offered,
        warn_days: None,
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
    let entry = entry.with("version", version.id).with("wordings", wordings(&version)?);
    work.record(with_override(entry, &overridden, ground));
    work.commit().await?;
    Ok((row, version))
}
