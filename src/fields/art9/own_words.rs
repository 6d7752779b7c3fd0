//! A workspace's own words for special categories of data. They count for names and in free text.

use std::collections::HashMap;

use entity::{WorkspaceId, special_word};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Category;
use crate::{
    error::{Error, Result},
    platform::fold::fold,
};

/// Letters that a form of a word may have at its end: "raélien" also stands for "raéliens" and "raélienne".
const ENDINGS: [&str; 7] = ["", "s", "e", "es", "x", "ne", "nes"];

/// Words by their first one.
#[derive(Clone, Debug, Default)]
pub struct OwnWords(HashMap<String, Vec<(Category, Vec<String>)>>);

impl OwnWords {
    /// Adds a word or phrase, in folded words.
    pub fn add(&mut self, category: Category, phrase: &str) {
        let mut words = phrase.split_whitespace().map(str::to_owned);
        if let Some(first) = words.next() {
            self.0.entry(first).or_default().push((category, words.collect()));
        }
    }

    /// The categories of the words that stand among these, which are folded.
    #[must_use]
    pub fn find(&self, words: &[&str]) -> Vec<Category> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for at in 0..words.len() {
            let forms = ENDINGS.iter().filter_map(|ending| words[at].strip_suffix(ending));
            for (category, rest) in forms.filter_map(|form| self.0.get(form)).flatten() {
                let next = words.get(at + 1..=at + rest.len()).unwrap_or_default();
                let fits =
                    next.len() == rest.len() && rest.iter().zip(next).all(|(own, word)| is_form(word, own));
                if fits && !found.contains(category) {
                    found.push(*category);
                }
            }
        }
        found
    }
}

fn is_form(word: &str, own: &str) -> bool {
    word.strip_prefix(own).is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The folded words of a phrase, separated by single spaces.
#[must_use]
pub fn word_key(phrase: &str) -> String {
    let folded = fold(phrase);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The words of a workspace.
///
/// # Errors
/// `Internal` when a row holds no category that is known.
pub async fn load_own_words(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<OwnWords> {
    let mut own = OwnWords::default();
    for row in list_own_words(db, workspace).await? {
        let category = Category::named(&row.category)
            .ok_or_else(|| Error::internal("a special word has no category"))?;
        own.add(category, &row.word_key);
    }
    Ok(own)
}

/// The rows, in alphabetical order.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn list_own_words(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<special_word::Model>> {
    let rows = special_word::Entity::find().filter(special_word::Column::WorkspaceId.eq(workspace));
    let order = rows.order_by_asc(special_word::Column::WordKey).order_by_asc(special_word::Column::Id);
    Ok(order.all(db).await?)
}
