//! Adds and removes a workspace's own words for special categories of data. Texts that were written before
//! are not read again.

use entity::{SpecialWordId, WorkspaceId, special_word};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::OnConflict,
};

use super::art9::{Category, list_own_words, word_key};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, pages::is_spoken, text::is_line, work::Entry},
};

/// Maximum number of own words.
const MOST: u64 = 500;
/// Characters of a word or phrase.
const LONGEST: usize = 100;

/// The workspace's own words, in alphabetical order.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_special_words(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
) -> Result<Vec<special_word::Model>> {
    allow(actor, Right::ManageQuarantine)?;
    list_own_words(app.db(), workspace).await
}

/// Adds a word or phrase. One that is there already stays as it is.
///
/// # Errors
/// `Rejected` when it is no word, or there are too many.
pub async fn add_special_word(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    category: Category,
    language: &str,
    word: &str,
) -> Result<special_word::Model> {
    allow(actor, Right::ManageQuarantine)?;
    let refused = |code, field, message| Err(Error::rejected(code, field, message));
    let (word, key) = (word.trim(), word_key(word));
    if key.chars().count() < 3 {
        return refused(ProblemCode::Invalid, "word", "Give a word of at least three letters or digits.");
    }
    if word.chars().count() > LONGEST || !is_line(word) {
        return refused(ProblemCode::TooLong, "word", "Use one line of at most 100 characters.");
    }
    if !is_spoken(language) {
        return refused(ProblemCode::NotOffered, "language", "The languages are `fr` and `en`.");
    }
    let mut work = app.begin(workspace, actor).await?;
    let fellows = special_word::Entity::find().filter(special_word::Column::WorkspaceId.eq(workspace));
    if fellows.clone().count(work.db()).await? >= MOST {
        return refused(ProblemCode::TooLong, "word", "There are 500 words, which is the most: remove one.");
    }
    let row = special_word::Model {
        workspace_id: workspace,
        id: SpecialWordId::new(),
        category: category.as_str().to_owned(),
        language: language.to_owned(),
        word: word.to_owned(),
        word_key: key.clone(),
        created_at: work.now(),
    };
    let insert = special_word::Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned());
    if insert.exec_without_returning(work.db()).await? == 0 {
        let known = fellows
            .filter(special_word::Column::Language.eq(language))
            .filter(special_word::Column::WordKey.eq(key));
        return known.one(work.db()).await?.ok_or(Error::NotFound);
    }
    work.record(Entry::new("special_word.added").on(row.id));
    work.commit().await?;
    Ok(row)
}

/// Removes a word.
///
/// # Errors
/// `NotFound` when there is no such word.
pub async fn remove_special_word(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: SpecialWordId,
) -> Result<SpecialWordId> {
    allow(actor, Right::ManageQuarantine)?;
    let mut work = app.begin(workspace, actor).await?;
    if special_word::Entity::delete_by_id((workspace, id)).exec(work.db()).await?.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    work.record(Entry::new("special_word.removed").on(id));
    work.commit().await?;
    Ok(id)
}
