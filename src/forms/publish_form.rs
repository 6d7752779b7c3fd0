//! Publishes a form: the draft, the texts of its purposes and the controller's details are frozen together as
//! one version.

use std::collections::BTreeMap;

use entity::{FormId, FormVersionId, LegalBasis, WorkspaceId, form, form_version, purpose, workspace};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};

use super::definition::{Definition, Published, PublishedBasis, PublishedConsent};
use crate::{
    accounts::{Right, allow},
    app::App,
    consent::{PurposeText, list_purposes, load_current_versions, texts_of},
    error::{Error, Problem, ProblemCode, Result},
    fields::art9::{Category, Name, OwnWords, SpecialCategoryGround, guard, load_own_words, with_override},
    pipeline::freeze_routing,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    post::Controller,
};

/// Publishes the draft as a new version.
///
/// # Errors
/// `Rejected` with everything that is missing or wrong in the draft.
pub async fn publish_form(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FormId,
) -> Result<(form::Model, form_version::Model)> {
    publish_form_on_ground(app, workspace, actor, id, None).await
}

/// As `publish_form`, for a form that asks for special categories of data under an exception of GDPR Art.
/// 9(2) that the owner states.
///
/// # Errors
/// As `publish_form`.
pub async fn publish_form_on_ground(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FormId,
    ground: Option<SpecialCategoryGround>,
) -> Result<(form::Model, form_version::Model)> {
    allow(actor, Right::ManageForms)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = form::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "formId",
            "This form is archived: restore it first.",
        ));
    }
    let definition = serde_json::from_str::<Definition>(&row.draft)?.with_plain_addresses();
    let overridden =
        guard_questions(actor, &load_own_words(work.db(), workspace).await?, ground, &definition)?;
    let published = freeze(&work, definition, &row.name).await?;
    let last = form_version::Entity::find()
        .filter(form_version::Column::WorkspaceId.eq(workspace))
        .filter(form_version::Column::FormId.eq(id))
        .order_by_desc(form_version::Column::Number)
        .one(work.db())
        .await?;
    let text = serde_json_canonicalizer::to_string(&published)?;
    let sha256 = Sha256::digest(&text).to_vec();
    let version = form_version::Model {
        workspace_id: workspace,
        id: FormVersionId::new(),
        form_id: id,
        number: last.map_or(1, |last| last.number + 1),
        definition: text,
        sha256: sha256.clone(),
        published_at: work.now(),
    };
    form_version::Entity::insert(version.clone().into_active_model())
        .exec_without_returning(work.db())
        .await?;
    let mut update = row.clone().into_active_model();
    update.published_version_id = Set(Some(version.id));
    form::Entity::update(update).exec(work.db()).await?;
    let entry = Entry::new("form.published")
        .on(id)
        .with("version", version.id)
        .with("number", version.number)
        .with("sha256", sha256);
    work.record(with_override(entry, &overridden, ground));
    work.commit().await?;
    Ok((form::Model { published_version_id: Some(version.id), ..row }, version))
}

/// No question and none of its options may ask for a special category of data without an exception. Each
/// question is checked separately, with its options as context.
fn guard_questions(
    actor: Actor,
    own: &OwnWords,
    ground: Option<SpecialCategoryGround>,
    definition: &Definition,
) -> Result<Vec<Category>> {
    let (mut overridden, mut problems) = (Vec::new(), Vec::new());
    for (at, field) in definition.fields.iter().enumerate() {
        let mut names = vec![Name { field: format!("fields.{at}.key"), text: &field.key }];
        names.extend(
            field
                .label
                .iter()
                .map(|(language, text)| Name { field: format!("fields.{at}.label.{language}"), text }),
        );
        for option in &field.options {
            names.push(Name { field: format!("fields.{at}.options"), text: &option.value });
            names.extend(
                option.label.values().map(|text| Name { field: format!("fields.{at}.options"), text }),
            );
        }
        match guard(actor, own, ground, &names) {
            Ok(mut found) => overridden.append(&mut found),
            Err(Error::Rejected(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    overridden.sort_unstable();
    overridden.dedup();
    if problems.is_empty() { Ok(overridden) } else { Err(Error::Rejected(problems)) }
}

async fn freeze(work: &Work, mut definition: Definition, name: &str) -> Result<Published> {
    for field in &mut definition.fields {
        field.label.retain(|_, text| !text.is_empty());
    }
    let mut problems = definition.problems();
    let purposes = list_purposes(work.db(), work.workspace()).await?;
    let versions = load_current_versions(
        work.db(),
        work.workspace(),
        purposes.iter().map(|purpose| purpose.current_version_id).collect(),
    )
    .await?;
    let mut texts_in_force =
        |purpose: &purpose::Model, field: &str| -> Result<BTreeMap<String, PurposeText>> {
            let texts = versions
                .iter()
                .find(|version| version.id == purpose.current_version_id)
                .map(texts_of)
                .transpose()?
                .unwrap_or_default();
            if definition.languages.iter().any(|language| !texts.contains_key(language)) {
                problems.push(Problem::new(
                ProblemCode::Required,
                field,
                "This purpose is not written in every language of the form: publish a new text of it first.",
            ));
            }
            Ok(texts)
        };
    let mut consents = Vec::new();
    let mut missing = Vec::new();
    for (at, offer) in definition.consents.iter().enumerate() {
        let field = format!("consents.{at}");
        let Some(purpose) =
            purposes.iter().find(|purpose| purpose.id == offer.purpose_id && purpose.archived_at.is_none())
        else {
            missing.push(Problem::new(ProblemCode::NotFound, field, "No purpose with this id is in use."));
            continue;
        };
        let channels: Vec<entity::Channel> = serde_json::from_str(&purpose.channels)?;
        if purpose.legal_basis != LegalBasis::Consent || !channels.contains(&offer.channel) {
            missing.push(Problem::new(
                ProblemCode::Invalid,
                field,
                "A box offers consent: its purpose must rest on consent and use this channel.",
            ));
            continue;
        }
        let key = format!("{}:{}", purpose.key, offer.channel.as_str().to_lowercase());
        if consents.iter().any(|known: &PublishedConsent| known.key == key) {
            missing.push(Problem::new(
                ProblemCode::Taken,
                field,
                "This consent is offered twice; remove one.",
            ));
            continue;
        }
        consents.push(PublishedConsent {
            key,
            purpose_id: purpose.id,
            purpose_version_id: purpose.current_version_id,
            channel: offer.channel,
            validity_days: purpose.validity_days,
            texts: texts_in_force(purpose, &field)?,
        });
    }
    let mut basis = None;
    if let Some(id) = definition.basis_purpose_id {
        match purposes.iter().find(|purpose| {
            purpose.id == id && purpose.archived_at.is_none() && purpose.legal_basis != LegalBasis::Consent
        }) {
            Some(purpose) => {
                basis = Some(PublishedBasis {
                    purpose_id: id,
                    purpose_version_id: purpose.current_version_id,
                    legal_basis: purpose.legal_basis,
                    texts: texts_in_force(purpose, "basisPurposeId")?,
                });
            }
            None => missing.push(Problem::new(
                ProblemCode::NotFound,
                "basisPurposeId",
                "No purpose with this id that is in use and rests on another basis than consent.",
            )),
        }
    }
    problems.extend(missing);
    let route = match &definition.routing {
        Some(routing) => freeze_routing(work.db(), work.workspace(), routing, name, &mut problems).await?,
        None => None,
    };
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let controller =
        workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?.ok_or(Error::NotFound)?;
    let legal = Controller::from(&controller).into();
    Ok(Published { definition, consents, basis, legal, route })
}
