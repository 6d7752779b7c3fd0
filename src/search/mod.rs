//! Search over contacts, companies and deals, on folded words that are stored beside each row.
//!
//! One design for both databases: a table of words whose index returns a word's most relevant rows first, so
//! that a name shared by ten thousand people costs no more than a rare one. `find` reads it. Sealed values
//! are never indexed: callers pass plain values.

mod answers;
mod counts;
mod find;
mod meet;
mod ranking;
mod typos;
mod words;

pub use find::{Answer, Hit, search};
pub use words::folded;

use std::collections::{BTreeMap, HashMap};

use entity::{EntityKind, search_word};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, prelude::Uuid};

use crate::{
    error::Result,
    platform::{inserts::Inserts, work::Work},
};

/// Indexes a row under these texts, replacing earlier ones; more important texts come first. Called in the
/// unit of work that creates or changes the row.
///
/// # Errors
/// Database errors only.
pub async fn index(work: &Work, entity: EntityKind, row: Uuid, texts: &[&str]) -> Result<()> {
    forget(work, entity, row).await?;
    let mut rows = Inserts::default();
    rows.add(words_of(work, entity, row, texts));
    rows.run(work.db()).await
}

/// The search words of a new row, for a unit of work that inserts them with others.
pub fn words_of(
    work: &Work,
    entity: EntityKind,
    row: Uuid,
    texts: &[&str],
) -> impl Iterator<Item = search_word::ActiveModel> {
    words::of_row(texts).into_iter().map(move |(word, weight)| search_word::ActiveModel {
        workspace_id: Set(work.workspace()),
        row_id: Set(row),
        lead: Set(words::lead(&word)),
        word: Set(word),
        entity: Set(entity),
        weight: Set(weight),
    })
}

/// As `index` for many rows, each with its texts; writes only the words that differ.
///
/// # Errors
/// Database errors only.
pub async fn renew(work: &Work, entity: EntityKind, rows: &[(Uuid, Vec<String>)]) -> Result<()> {
    let of_rows = |rows: Vec<Uuid>| {
        Condition::all()
            .add(search_word::Column::WorkspaceId.eq(work.workspace()))
            .add(search_word::Column::RowId.is_in(rows))
            .add(search_word::Column::Entity.eq(entity))
    };
    let mut known: HashMap<Uuid, BTreeMap<String, i32>> = HashMap::new();
    let all = rows.iter().map(|(row, _)| *row).collect();
    for word in search_word::Entity::find().filter(of_rows(all)).all(work.db()).await? {
        known.entry(word.row_id).or_default().insert(word.word, word.weight);
    }
    let (mut changed, mut words) = (Vec::new(), Vec::new());
    for (row, texts) in rows {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        if known.remove(row).unwrap_or_default() != words::of_row(&texts) {
            changed.push(*row);
            words.extend(words_of(work, entity, *row, &texts));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    search_word::Entity::delete_many().filter(of_rows(changed)).exec(work.db()).await?;
    for words in words.chunks(1_000) {
        search_word::Entity::insert_many(words.to_vec()).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

/// Removes the row from the index.
///
/// # Errors
/// Database errors only.
pub async fn forget(work: &Work, entity: EntityKind, row: Uuid) -> Result<()> {
    search_word::Entity::delete_many()
        .filter(search_word::Column::WorkspaceId.eq(work.workspace()))
        .filter(search_word::Column::RowId.eq(row))
        .filter(search_word::Column::Entity.eq(entity))
        .exec(work.db())
        .await?;
    Ok(())
}
