//! Search over contacts, companies and deals: the folded words of each row, kept beside it, and how they are found.
//!
//! One design on both databases: a table of words whose index gives the most relevant rows of a word first, so that a name that ten
//! thousand people share costs no more than a rare one. `find` reads it. What is sealed never gets in: callers give plain values.

mod answers;
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

/// Makes these texts the words a row is found by, instead of those before; more important texts first. Called in the unit of work
/// that creates or changes the row.
///
/// # Errors
/// Database errors only.
pub async fn index(work: &Work, entity: EntityKind, row: Uuid, texts: &[&str]) -> Result<()> {
    forget(work, entity, row).await?;
    let mut rows = Inserts::default();
    rows.add(words_of(work, entity, row, texts));
    rows.run(work.db()).await
}

/// The words of a row that has none yet, for a unit that writes them with others.
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

/// The same for many rows, each with its texts; writes only what differs from the words they have.
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

/// The row is no longer found.
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
