//! One search, and how common its words are.

use entity::{EntityKind, WorkspaceId, from_row};
use sea_orm::prelude::Uuid;

use super::{answers::begins, ranking::Asked};
use crate::{
    app::App,
    error::{Error, Result},
    platform::query::Query,
};

/// A row that matches.
pub(super) struct Found {
    pub entity: EntityKind,
    pub row_id: Uuid,
    /// The part of the statement that returned it.
    pub part: i32,
}

from_row!(Found { entity, row_id, part });

/// Where to search, and how much of it.
pub(super) struct Search<'a> {
    pub app: &'a App,
    pub workspace: WorkspaceId,
    pub kinds: &'a [EntityKind],
    /// Rows ranked per word and kind of record.
    pub ranked: i64,
}

impl Search<'_> {
    /// How many rows have each word (or one with a typo), and how many have a word that starts with it; both
    /// counted up to `most`.
    pub(super) async fn counts(&self, asked: &[Asked], most: i64) -> Result<Vec<(i64, i64)>> {
        let mut query = Query::new("SELECT ");
        for (at, wanted) in asked.iter().enumerate() {
            let whole = std::iter::once(&wanted.word).chain(&wanted.slips).cloned();
            query.push(if at == 0 { "" } else { ", " });
            self.write_count(&mut query, most, |query| {
                query.is_any("w.word", whole);
            });
            query.push(&format!(" AS whole{at}, "));
            if wanted.open {
                self.write_count(&mut query, most, |query| begins(query, "w", &wanted.word));
            } else {
                query.push("CAST(0 AS bigint)");
            }
            query.push(&format!(" AS open{at}"));
        }
        let rows = query.rows(self.app.db()).await?;
        let row = rows.first().ok_or_else(|| Error::internal("counts of words came without a row"))?;
        (0..asked.len())
            .map(|at| Ok((row.try_get("", &format!("whole{at}"))?, row.try_get("", &format!("open{at}"))?)))
            .collect()
    }

    fn write_count(&self, query: &mut Query, most: i64, condition: impl FnOnce(&mut Query)) {
        query
            .push("(SELECT count(*) FROM (SELECT 1 AS one FROM search_word w WHERE w.workspace_id = ")
            .bind(self.workspace);
        query.push(" AND ").is_any("w.entity", self.kinds.iter().copied()).push(" AND ");
        condition(query);
        query.push(" LIMIT ").bind(most).push(") AS counted)");
    }
}
