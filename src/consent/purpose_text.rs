//! The texts of a purpose, in versions. A new text is a new version; wordings are stored under their hash and
//! never change.

use std::collections::BTreeMap;

use entity::{PurposeId, PurposeVersionId, purpose_version, wording};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    error::{Problem, ProblemCode, Result},
    fields::art9::Name,
    platform::{
        pages::{codes_in_words, is_spoken},
        text::{is_block, is_line},
        work::{Fact, Work},
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

pub(super) fn check_texts(texts: &BTreeMap<String, PurposeText>) -> Vec<Problem> {
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

/// What is read for special categories of data: the key and the titles. Descriptions and wordings may have to
/// say what a purpose does not do.
pub(super) fn names<'a>(key: Option<&'a str>, texts: &'a BTreeMap<String, PurposeText>) -> Vec<Name<'a>> {
    let key = key.map(|text| Name { field: "key".to_owned(), text });
    let titles = texts
        .iter()
        .map(|(language, text)| Name { field: format!("texts.{language}.title"), text: &text.title });
    key.into_iter().chain(titles).collect()
}

pub(super) fn version_row(
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

pub(super) async fn store_version(work: &Work, version: &purpose_version::Model) -> Result<()> {
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

pub(super) fn wordings(version: &purpose_version::Model) -> Result<Fact> {
    Ok(texts_of(version)?.values().map(|text| wording_hash(&text.wording)).collect())
}
